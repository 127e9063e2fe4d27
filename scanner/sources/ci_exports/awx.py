"""Credentials of AWX and Ansible Tower, as `awx export --credentials`, `awx credentials list` and the API print them.

Shape: objects with `credential_type` and `inputs`, in `credentials` or `results` (AWX's API reference). What is secret is `$encrypted$` in an answer, and empty in what `awx export` makes of it.
The owner is the credential.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, entry_of, held, listed, records

_LISTS = ("credentials", "results")
_HIDDEN = ("$encrypted$", "")


def recognise(content: Content) -> Listing | None:
    """Credentials, where there are any."""
    if not content.mentions(b"credential_type"):
        return None
    return read(content) if any(_is_credential(item) for item in _items(content)) else None


def read(content: Content) -> Listing | None:
    """The same."""
    items = [item for item in _items(content) if _is_credential(item)]
    return listed(_said(items), "org") if items else None


def _items(content: Content) -> Iterator[Json]:
    return jsontext.unpaged(content.documents or (), *_LISTS)


def _is_credential(item: Json) -> bool:
    return isinstance(item, Record) and "credential_type" in item.names and isinstance(jsontext.peek(item, "inputs"), Record)


def _said(items: list[Json]) -> Iterator[Item]:
    yield from records(items, _credential)
    yield Loose()


def _credential(record: Record) -> Iterator[Item]:
    holder = Entry("", None, group=jsontext.optional_text(record, "name"))
    for name, value in jsontext.inner(record, "inputs").members:
        is_hidden = value in _HIDDEN
        yield from held([entry_of(name, None if is_hidden else value, hidden=is_hidden or None)], holder)
