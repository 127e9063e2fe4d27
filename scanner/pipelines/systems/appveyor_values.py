"""What settings and variables of AppVeyor say: plain values, names of variables, `secure` values.

Source: AppVeyor's documentation, "Build configuration" and "appveyor.yml reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import Mention, Named, Setting
from scanner.pipelines.systems.azure_places import found
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, text

_NAME = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_]{0,127}+)\)|%([A-Za-z_][A-Za-z0-9_]{0,127}+)%|\$env:([A-Za-z_][A-Za-z0-9_]{0,127}+)")
_LEVELS = 4
_LONGEST = 200
_SECURE = "secure"


def mentions(scalar: Scalar) -> tuple[Mention, ...]:
    """The variables that a setting names."""
    return tuple(Mention(m[1] or m[2] or m[3], Named.VARIABLE, line, column) for m, line, column in found(_NAME, scalar))


def is_secure(node: Node | None) -> bool:
    """Whether a value is one that only AppVeyor can open."""
    return text(at(node, _SECURE)) is not None


def variables(node: Node | None) -> tuple[Setting, ...]:
    """The variables of `environment`: its own, those of `global`, and those of all rows of `matrix`."""
    told = list(_variables(node))
    for part in ("global", "matrix"):
        for row in items(at(node, part)):
            told += _variables(row)
    return tuple(told)


def _variables(node: Node | None) -> Iterator[Setting]:
    for key, value in entries(node):
        if key.value in {"global", "matrix"}:
            continue
        if is_secure(value):
            yield Setting(key.value, "", key.line, key.column, (Mention(key.value, Named.SECRET, key.line, key.column),))
        elif isinstance(value, Scalar):
            yield Setting(key.value, "" if value.is_null else value.value, value.line, value.column, mentions(value))


def settings(provider: str, node: Entries) -> tuple[Setting, ...]:
    """The settings of a deploy provider, those below others under names that are joined by dots.

    A `secure` value names no variable, so its slot is called by its provider and setting: `NuGet.api_key`.
    """
    told: list[Setting] = []
    waiting = [(key.value, key, value, 1) for key, value in reversed(tuple(entries(node)))]
    while waiting:
        name, key, value, level = waiting.pop()
        if is_secure(value):
            told.append(Setting(name, "", key.line, key.column, (Mention(f"{provider}.{name}", Named.SECRET, key.line, key.column),)))
        elif isinstance(value, Scalar):
            told.append(Setting(name, "" if value.is_null else value.value, value.line, value.column, mentions(value)))
        elif level < _LEVELS and len(name) < _LONGEST and isinstance(value, Entries):
            waiting += ((f"{name}.{below.value}", below, one, level + 1) for below, one in reversed(tuple(entries(value))))
        elif isinstance(value, Items):
            told += (Setting(name, one.value, one.line, one.column, mentions(one)) for one in value.items if isinstance(one, Scalar))
    return tuple(told)
