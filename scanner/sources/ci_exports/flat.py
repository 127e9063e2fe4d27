"""JSON that gives values names and says nothing else: a map of names to values, or a list of name-value pairs.

Many tools print this (Heroku, Doppler, `jq -n env`), so it tells neither platform nor level; the user may.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Item, Listing, Loose, System, entry_of, listed, members, records

_NAMES = ("name", "key")
_KNOWN = frozenset({*_NAMES, "value"})
ENVIRONMENTS = {
    name.encode(): name
    for name in (
        *("production", "prod", "prd", "live", "staging", "stage", "stg", "uat", "qa", "test", "testing"),
        *("development", "dev", "dev_personal", "preview", "sandbox", "local", "ci"),
    )
}
"""What environments are usually called, by their bytes."""


def _recognise(content: Content) -> Listing | None:
    documents = content.documents
    if documents is None:
        return None
    if documents and all(isinstance(document, Record) and _is_map(document) for document in documents):
        return _read(content)
    items = tuple(jsontext.pages(documents))
    return _read(content) if all(_is_pair(item) for item in items) and not content.flaw else None


def _read(content: Content) -> Listing | None:
    if content.documents is None:
        return None
    items = tuple(jsontext.pages(content.documents))
    if any(_is_pair(item) for item in items):
        return listed(records(items, _pair))
    if all(isinstance(item, Record) and _has_scalars(item) for item in items):
        return listed(entry for item in items if isinstance(item, Record) for entry in members(item, _member))
    return None


def scoped(listing: Listing, *names: str) -> Listing:
    """The listing with what its first variable of one of `names` says as environment of all of them; as it is where none does.

    A scope is shown, and the value of a variable never is: so only what everybody calls an environment counts.
    """
    said = (entry.value.reveal() for name in names for entry in listing.entries if entry.name == name and entry.value is not None)
    scope = next((ENVIRONMENTS[value] for value in said if value in ENVIRONMENTS), None)
    if scope is None:
        return listing
    return replace(listing, entries=tuple(replace(entry, environment_scope=scope) for entry in listing.entries))


def _is_map(record: Record) -> bool:
    return not any(isinstance(value, (list, Record)) for _, value in record.members) and not _is_pair(record)


def _has_scalars(record: Record) -> bool:
    return not record.members or any(not isinstance(value, (list, Record)) for _, value in record.members)


def _is_pair(item: Json) -> bool:
    return (
        isinstance(item, Record) and "value" in item.names and any(isinstance(value, str) for name, value in item.members if name in _NAMES)
    )


def _pair(record: Record) -> Iterator[Item]:
    yield entry_of(jsontext.text(record, *_NAMES), record.get("value"))
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


def _member(name: str, value: Json) -> Iterator[Item]:
    yield entry_of(name, value)


SYSTEM = System(platform="unknown", levels={}, expects="a JSON map of names to values", recognise=_recognise, read=_read)
