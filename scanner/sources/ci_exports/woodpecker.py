"""Woodpecker's secrets, of a repository, an organisation or the whole server: names, and the events and images that get them.

Shapes: the arrays of `GET /api/repos/{id}/secrets`, `/api/orgs/{id}/secrets` and `/api/secrets` (Woodpecker's API reference), several
pages in a row, and one secret alone. No answer shows a value.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Number, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, listed, records

_OWNERS = frozenset({"org_id", "repo_id"})
_FILTERS = frozenset({"events", "images"})
_EVENTS = frozenset(
    {
        *("push", "tag", "release", "deployment", "cron", "manual"),
        *("pull_request", "pull_request_closed", "pull_request_metadata"),
    }
)
_PULL_REQUEST = "pull_request"
_KNOWN = _OWNERS | {"id", "name", "value", "events", "images"}


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and item.names >= _FILTERS | {"name"} for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or (items and not any(isinstance(item, Record) and "name" in item.names for item in items)):
        return None
    return listed(records(items, _entries), _level(items))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _level(items: tuple[Json, ...]) -> str | None:
    """The first that tells: an owner that there is has a number above zero, and what belongs to the server has none."""
    for item in items:
        if not isinstance(item, Record) or not item.names >= _OWNERS:
            continue
        owners = {name for name, value in item.members if name in _OWNERS and isinstance(value, Number) and value.text != "0"}
        return "project" if "repo_id" in owners else "org" if owners else "instance"
    return None


def _entries(record: Record) -> Iterator[Item]:
    said = jsontext.optional_text(record, "value")
    value = jsontext.secret(said) if said else None
    events = jsontext.optional_texts(record, "events")
    images = jsontext.optional_texts(record, "images")
    yield Entry(name=jsontext.text(record, "name"), value=value, encoding=jsontext.undone(value), protected=_protected(events))
    if images or not _EVENTS.issuperset(events or ()) or jsontext.says_more(record, _KNOWN):
        yield Loose()


def _protected(events: tuple[str, ...] | None) -> bool | None:
    """Whether pull requests are kept from it; without a list of events all of them get it."""
    if events is None:
        return None
    return bool(events) and not any(event.startswith(_PULL_REQUEST) for event in events)


SYSTEM = System(
    platform="woodpecker",
    levels={"org": "org", "repo": "project"},
    expects="Woodpecker secrets as JSON",
    recognise=_recognise,
    read=_read,
)
