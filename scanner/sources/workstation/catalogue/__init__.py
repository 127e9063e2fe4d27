"""Where people's machines keep publishing credentials and keys: the catalogue, as data, by family; homes first, then the rest of a machine.

Names are those of the tools' own documentation for Linux, macOS and Windows; all of them are looked for everywhere, since homes are copied
between machines. A trailing `*` catches what editors and people leave behind (`.npmrc.bak`).
"""

from __future__ import annotations

from scanner.sources.workstation.catalogue import clouds, editors, forges, keys, packages, shells
from scanner.sources.workstation.catalogue.machine import machine_rows
from scanner.sources.workstation.catalogue.row import FORMATS, OWN, Row, System, example
from scanner.sources.workstation.catalogue.variables import LISTS, MOVED, NAMED, OF_ZSH

FAMILIES: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("Package managers", packages.ROWS),
    ("Version control and forges", forges.ROWS),
    ("Keys and keyrings", keys.ROWS),
    ("Containers, clouds and services", clouds.ROWS),
    ("Shells and histories", shells.ROWS),
    ("Editors and agents", editors.ROWS),
)
"""What a family is called, and its rows."""

CATALOGUE: tuple[Row, ...] = tuple(row for _, rows in FAMILIES for row in rows)

MACHINE_FAMILIES = machine_rows(CATALOGUE)
"""The same for places outside homes."""

MACHINE: tuple[Row, ...] = tuple(row for _, rows in MACHINE_FAMILIES for row in rows)

__all__ = [
    "CATALOGUE",
    "FAMILIES",
    "FORMATS",
    "LISTS",
    "MACHINE",
    "MACHINE_FAMILIES",
    "MOVED",
    "NAMED",
    "OF_ZSH",
    "OWN",
    "Row",
    "System",
    "example",
]
