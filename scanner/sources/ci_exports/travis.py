"""Travis CI's environment variables of a repository's settings.

Shapes: the pages of `env_vars` from `GET /repo/{id}/env_vars` (Travis CI's API documentation, version 3) and of its version 2, several in a
row, and one variable alone. Nobody gets to see the value of a variable that is not public.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, listed, records

_LIST = "env_vars"
_VARIABLE = frozenset({"name", "public"})
_TYPE = ("@type", "env_var")
_HYPERMEDIA = frozenset({"@type", "@href", "@representation", "@permissions", "@pagination"})
_KNOWN = _VARIABLE | _HYPERMEDIA | {"id", "value", "branch", "repository_id"}


def _recognise(content: Content) -> Listing | None:
    listing = any(isinstance(page, Record) and jsontext.lists_of(page, _LIST) for page in jsontext.pages(content.documents or ()))
    told = any(isinstance(item, Record) and item.names >= _VARIABLE and (listing or _TYPE in item.members) for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or (items and not any(isinstance(item, Record) and "name" in item.names for item in items)):
        return None
    return listed(_said(content, items), "project")


def _said(content: Content, items: tuple[Json, ...]) -> Iterator[Item]:
    yield from records(items, _entries)
    if jsontext.pages_say_more(content.documents or (), (_LIST,), _HYPERMEDIA):
        yield Loose()


def _items(content: Content) -> Iterator[Json]:
    return jsontext.unpaged(content.documents or (), _LIST)


def _entries(record: Record) -> Iterator[Item]:
    """A variable may be there for one branch only, and again for another."""
    said = jsontext.optional_text(record, "value")
    value = None if said is None else jsontext.secret(said)
    public = jsontext.flag(record, "public")
    masked = None if public is None else not public
    yield Entry(
        name=jsontext.text(record, "name"),
        value=value,
        encoding=jsontext.undone(value),
        environment_scope=jsontext.optional_text(record, "branch"),
        masked=masked,
        hidden=True if masked and value is None else None,
    )
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


SYSTEM = System(
    platform="travis",
    levels={},
    expects="Travis CI environment variables as JSON",
    recognise=_recognise,
    read=_read,
)
