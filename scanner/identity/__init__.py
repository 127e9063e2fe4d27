"""Identity: which credential is this, under a name that gives nothing away.

A raw value comes in as a `Reading` and does not leave: what follows carries ids under the organisation's key, previews and facts.
"""

from __future__ import annotations

from scanner.identity.fingerprint import derived_id, name_tag
from scanner.identity.folders import default_cache_dir, default_config_dir, default_data_dir
from scanner.identity.identifier import Identifier
from scanner.identity.keyring import OrgKey, load_key, not_asked
from scanner.identity.stretch import StretchBudget

__all__ = [
    "Identifier",
    "OrgKey",
    "StretchBudget",
    "default_cache_dir",
    "default_config_dir",
    "default_data_dir",
    "derived_id",
    "load_key",
    "name_tag",
    "not_asked",
]
