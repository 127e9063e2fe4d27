"""Values that are there in encrypted form only: their names are said, and that they could not be read.

- SOPS: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]` beside a member `sops` that says with which keys (SOPS' documentation)
- Ansible: text that begins with `$ANSIBLE_VAULT;`, under the tag `!vault` or, in JSON, in `__ansible_vault` (Ansible's user guide)
"""

from __future__ import annotations

from scanner.model import Reason
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Flaw

VAULT = "$ANSIBLE_VAULT;"
_OF_SOPS = "ENC[AES256_GCM,data:"
_VAULTED = frozenset({"!vault", "!vault-encrypted", "__ansible_vault"})


def is_sealed(value: Json) -> bool:
    """Whether only the holder of a key can read the value."""
    if isinstance(value, str):
        return value.startswith((_OF_SOPS, VAULT))
    return isinstance(value, Record) and len(value.members) == 1 and value.members[0][0] in _VAULTED


def has_sops(value: Json) -> bool:
    """Whether SOPS says in the value with which keys it encrypted the rest."""
    return isinstance(sops := jsontext.below(value, "sops"), Record) and bool(sops.names & {"mac", "lastmodified"})


def without_sops(record: Record) -> Record:
    """The object without what SOPS says about itself."""
    return Record(tuple(member for member in record.members if member[0] != "sops")) if has_sops(record) else record


def flaw() -> Flaw:
    """What is said of values that are sealed, once for all that belong together."""
    return Flaw("expected values without encryption", Reason.ENCRYPTED)
