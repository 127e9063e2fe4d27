"""LastPass' export: CSV with `url`, `username`, `password`, `extra`, `name`, `grouping` and `fav` (LastPass' help pages).

Notes have an address of their own, and what is kept is in `extra`: keys, too. The environment scope is the entry's name, the owner its folder.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.sources.ci_exports.shapes import System
from scanner.sources.ci_exports.tables import Layout, reader

_NOTE = "http://sn"


def _is_note(row: Mapping[str, str]) -> bool:
    return row["url"] == _NOTE


_LAYOUT = Layout(
    columns=frozenset({"url", "username", "password", "extra", "name", "grouping", "fav"}),
    secrets=("password", "totp"),
    title="name",
    group="grouping",
    is_written=_is_note,
    notes="extra",
)

SYSTEM = System(
    platform="lastpass",
    levels={},
    expects="a LastPass export as CSV",
    recognise=reader(_LAYOUT),
    read=reader(_LAYOUT),
    level="user",
)
