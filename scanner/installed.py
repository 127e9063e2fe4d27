"""What is installed beside us, read where pip puts it.

`importlib.metadata` knows the same and more, and takes a tenth of a gate's time to load and to ask. What it finds in other ways than as
folders on the path (zip files, finders of one's own) is asked of it where nothing is found here.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache

from scanner.records import dataclass

_FOLDER = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._]*)-(?P<version>[^-]+)\.dist-info")
_LINE = re.compile(r"\s*(?P<name>[^=\s#][^=]*?)\s*=\s*(?P<value>[\w.:]+)")
_LARGEST = 1 << 20
"""Bytes of a list of entry points that are read."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One installed distribution (the specification "Recording installed projects")."""

    name: str
    version: str
    folder: str


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """One entry point, as `importlib.metadata.EntryPoint` has it."""

    name: str
    value: str
    dist: Distribution


def distributions() -> Iterator[Distribution]:
    """Every distribution that is installed as a folder on the path, the first of each name."""
    met: set[str] = set()
    for place in dict.fromkeys(sys.path):
        for name in sorted(_listed(place or ".")):
            match = _FOLDER.fullmatch(name)
            if match is not None and match["name"].lower() not in met:
                met.add(match["name"].lower())
                yield Distribution(match["name"], match["version"], os.path.join(place or ".", name))  # noqa: PTH118 - a thousand joins


def entry_points(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of a group (the specification "Entry points")."""
    return tuple(point for distribution in distributions() for point in _in_group(distribution, group))


@cache
def version_of(name: str) -> str | None:
    """The version of an installed distribution; None where there is none of that name."""
    return next((one.version for one in distributions() if one.name == name), None)


def _listed(place: str) -> list[str]:
    try:
        return [name for name in os.listdir(place) if name.endswith(".dist-info")]  # noqa: PTH208 - names, without a path for each
    except OSError:
        return []


def _in_group(distribution: Distribution, group: str) -> Iterator[EntryPoint]:
    try:
        with open(f"{distribution.folder}/entry_points.txt", encoding="utf-8") as file:  # noqa: PTH123 - as above
            text = file.read(_LARGEST)
    except (OSError, UnicodeDecodeError):
        return
    _, header, rest = f"\n{text}".partition(f"\n[{group}]\n")
    if header:
        for line in rest.partition("\n[")[0].splitlines():
            match = _LINE.fullmatch(line.rstrip())
            if match is not None:
                yield EntryPoint(match["name"], match["value"], distribution)
