"""What settings and variables of Travis say: plain values, names of variables, `secure` blobs.

A blob is a value that was encrypted for one repository. It may hold `NAME=value` as a whole, and then nobody but Travis knows the name.
Source: Travis CI's build configuration reference, "Environment variables" and "Encryption keys".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import Mention, Named, Setting
from scanner.pipelines.systems.azure_places import found
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, entries, items, text

_NAME = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]{0,127})|([A-Za-z_][A-Za-z0-9_]{0,127}+))")
_PAIR = re.compile(r"""(?<![A-Za-z0-9_])([A-Za-z_][A-Za-z0-9_]{0,127}+)=("[^"]{0,4096}+"|'[^']{0,4096}+'|[^\s"']{0,4096}+)""")
_SECURE = "secure"
_LONGEST = 200
"""Characters of a name that others are joined to."""
_LEVELS = 4
"""Of settings below settings: `on`, `secure`, headers."""


def is_secure(node: Node | None) -> bool:
    """Whether a value is a blob that only Travis can open."""
    return isinstance(node, Entries) and text(node.get(_SECURE)) is not None


def variables(node: Node | None) -> tuple[Setting, ...]:
    """The variables of one of Travis' lists: lines of `NAME=value`, mappings, blobs that say their name."""
    told: list[Setting] = []
    for item in items(node):
        if isinstance(item, Scalar) and not item.is_null:
            told += _pairs(item)
        elif isinstance(item, Entries):
            told += (_variable(key, value) for key, value in entries(item) if key.value != _SECURE)
    return tuple(told)


def _pairs(scalar: Scalar) -> Iterator[Setting]:
    named = [(match.start(), Mention(match[1] or match[2], Named.VARIABLE, line, column)) for match, line, column in found(_NAME, scalar)]
    for match, line, column in found(_PAIR, scalar):
        value = match[2]
        value = value[1:-1] if value[:1] in {'"', "'"} else value
        yield Setting(match[1], value, line, column, tuple(one for at, one in named if match.start(2) <= at < match.end(2)))


def _variable(key: Scalar, value: Node) -> Setting:
    if is_secure(value):
        return Setting(key.value, "", key.line, key.column, (Mention(key.value, Named.SECRET, key.line, key.column),))
    if isinstance(value, Scalar):
        return Setting(key.value, value.value, value.line, value.column, mentions(value))
    return Setting(key.value, "", key.line, key.column)


def mentions(scalar: Scalar) -> tuple[Mention, ...]:
    """The variables that a value names."""
    return tuple(Mention(match[1] or match[2], Named.VARIABLE, line, column) for match, line, column in found(_NAME, scalar))


def settings(provider: str, node: Entries) -> tuple[Setting, ...]:
    """The settings of a deploy provider, those below others under names that are joined by dots.

    A blob names no variable, so its slot is called by its provider and setting: `pypi.password`.
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
            plain = [one for one in value.items if isinstance(one, Scalar)]
            told += (Setting(name, one.value, one.line, one.column, mentions(one)) for one in plain)
            waiting += ((name, key, one, level + 1) for one in value.items if level < _LEVELS and isinstance(one, Entries))
    return tuple(told)
