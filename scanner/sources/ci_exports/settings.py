"""Nested settings as variables: each is called by the way to it, as `database.password` or `hosts[0].token`.

Of a list of objects that have a name and a value, as environments are often written, the name takes the place of the number.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.records import replace
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.sealed import flaw, is_sealed
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, entry_of

DEEPEST = 128
"""Levels; YAML is not read deeper either."""
_LONGEST = 192
"""Characters of a path before its last piece, and of that."""
_UNSAFE = frozenset({"!unsafe", "__ansible_unsafe"})
"""Say that a text is no template (Ansible's user guide)."""


def settings(tree: Json, holder: Entry) -> Iterator[Item]:
    """Every scalar below `tree`, with what `holder` says of all of them. References (`!Ref`) and what is encrypted are named only."""
    waiting: list[tuple[str, Json, int]] = [("", tree, 0)]
    found_sealed = found_deep = False
    while waiting:
        path, value, depth = waiting.pop()
        inner = _untagged(value)
        if is_sealed(value) or inner is None:
            found_sealed = found_sealed or is_sealed(value)
            yield replace(holder, name=path, value=None)
        elif depth > DEEPEST:
            found_deep = True
        elif isinstance(inner, (Record, list)):
            waiting += ((name, member, depth + 1) for name, member in reversed(tuple(_members(path, inner))))
        else:
            entry = entry_of(path, inner)
            yield replace(holder, name=path, value=entry.value, line=entry.line, offset=entry.offset, encoding=entry.encoding)
    if found_sealed:
        yield flaw()
    if found_deep:
        yield Flaw(f"expected at most {DEEPEST} levels")


def _members(path: str, tree: Record | list[Json]) -> Iterator[tuple[str, Json]]:
    if isinstance(tree, Record):
        for name, value in tree.members:
            yield joined(path, name), value
        return
    for number, item in enumerate(tree):
        called = _pair(item)
        if isinstance(item, Record) and called is not None:
            yield joined(path, called), next(value for known, value in item.members if known == "value")
        else:
            yield f"{path[:_LONGEST]}[{number}]", item


def joined(path: str, name: str) -> str:
    """The way to the member `name` of what is at `path`, cut where it is longer than anything that is shown."""
    return f"{path[:_LONGEST]}.{name[:_LONGEST]}" if path else name[: 2 * _LONGEST]


def _pair(item: Json) -> str | None:
    """The name, where an item of a list is a name with a value and nothing else."""
    if not isinstance(item, Record) or item.names != {"name", "value"} or len(item.members) != len(item.names):
        return None
    name = next(value for known, value in item.members if known == "name")
    return name if isinstance(name, str) else None


def _untagged(value: Json) -> Json:
    """The value without a tag; None where a tag makes a reference of it, and where there is none."""
    if not isinstance(value, Record) or len(value.members) != 1:
        return value
    ((tag, inner),) = value.members
    if tag in _UNSAFE or (tag.startswith("!") and isinstance(inner, (Record, list))):
        return inner
    return None if tag.startswith("!") else value
