"""Drone's secrets, of a repository or an organisation: names, and whether pull requests get them.

Shapes: the arrays of `GET /api/repos/{owner}/{name}/secrets` and `/api/secrets/{namespace}` (Drone's API documentation), and one secret
alone. The server leaves out flags that are false, and never shows a value.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, listed, records

_PULL_REQUESTS = ("pull_request", "pull_request_push")
_LEVELS = (("namespace", "org"), ("repo_id", "project"))
_KNOWN = frozenset({"id", "repo_id", "name", "data", *_PULL_REQUESTS})


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and "name" in item.names and not item.names.isdisjoint(_PULL_REQUESTS) for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or (items and not any(isinstance(item, Record) and "name" in item.names for item in items)):
        return None
    return listed(records(items, _entries), _level(items))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _level(items: tuple[Json, ...]) -> str | None:
    said = {name for item in items if isinstance(item, Record) for name, value in item.members if value}
    return next((level for name, level in _LEVELS if name in said), None)


def _entries(record: Record) -> Iterator[Item]:
    """A secret that builds of pull requests get is open to whoever may propose a change."""
    said = jsontext.optional_text(record, "data", "value")
    value = jsontext.secret(said) if said else None
    exposed = [jsontext.flag(record, name) for name in _PULL_REQUESTS]
    yield Entry(name=jsontext.text(record, "name"), value=value, encoding=jsontext.undone(value), protected=not any(exposed))
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


SYSTEM = System(
    platform="drone",
    levels={},
    expects="Drone secrets as JSON",
    recognise=_recognise,
    read=_read,
)
