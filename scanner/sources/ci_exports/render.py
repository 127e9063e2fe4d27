"""Render's environment variables and secret files, of a service or of an environment group.

Shapes: `GET /v1/services/{id}/env-vars` and `…/secret-files` (arrays of `envVar` or `secretFile` with a `cursor`), `GET /v1/env-groups/{id}`
(`envVars` and `secretFiles`), several in a row (Render's API documentation), and `envVars` of a service as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Item, Listing, Loose, System, entry_of, listed, records

_WRAPPED = ("envVar", "secretFile")
_LISTS = frozenset({"envVars", "secretFiles"})
_GROUP = frozenset({"secretFiles", "serviceLinks"})
_KNOWN = frozenset({*_WRAPPED, *_LISTS, "cursor", "id", "ownerId", "environmentId", "createdAt", "updatedAt"})


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and (_is_wrapped(item) or item.names >= {"envVars"} | _GROUP) for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    found = [item for item in items if isinstance(item, Record) and (_is_wrapped(item) or item.names & _LISTS)]
    if not found:
        return None
    return listed(records(items, _entries), "group" if all(item.names & _GROUP for item in found) else "project")


def _items(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _is_wrapped(item: Record) -> bool:
    return any(isinstance(jsontext.peek(item, name), Record) for name in _WRAPPED)


def _entries(record: Record) -> Iterator[Item]:
    for name in _WRAPPED:
        one = record.get(name)
        if isinstance(one, Record):
            yield from _entry(one, is_file=name == "secretFile")
        elif one is not None:
            raise jsontext.misfit(name, "an object")
    for name in sorted(_LISTS):
        for one in jsontext.objects(record, name):
            yield from _entry(one, is_file=name == "secretFiles")
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


def _entry(record: Record, *, is_file: bool) -> Iterator[Item]:
    key, value = ("name", "content") if is_file else ("key", "value")
    entry = entry_of(jsontext.text(record, key), jsontext.optional_text(record, value))
    yield replace(entry, is_file=is_file)
    if jsontext.says_more(record, frozenset({key, value})):
        yield Loose()


SYSTEM = System(
    platform="render",
    levels={},
    expects="Render environment variables as JSON",
    recognise=_recognise,
    read=_read,
    level="project",
)
