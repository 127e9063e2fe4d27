"""The variables that every program inherits which is started from here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from scanner.contract import Secret
from scanner.sources.files import shown

ENVIRONMENT = "environment"
"""The container of what is found there."""
ENVIRON = "environ"
"""The path of all variables in it."""
_OURS = frozenset({"KEYTRAIL_KEY"})
"""Given to keytrail for this very run: finding it again tells nobody anything."""


def exported(environ: Mapping[str, str]) -> Iterator[tuple[str, Secret]]:
    """Name and value of each variable of `environ`, by name; keytrail's own key is left out."""
    for name in sorted(name for name in environ if not is_ours(name)):
        yield shown(os.fsencode(name)), Secret(os.fsencode(environ[name]))


def is_ours(name: str) -> bool:
    """Whether a variable was given to keytrail for a run of its own."""
    return name in _OURS
