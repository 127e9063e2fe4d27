"""Variables as `NAME=value`, one text each, and environments that are lists of those or maps of names to values."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.sealed import flaw, is_sealed
from scanner.sources.ci_exports.shapes import Entry, Item, entry_of, held


def literally(text: str) -> Entry:
    """The variable that `NAME=value` says; one without a value where there is no sign between them."""
    name, equals, value = text.partition("=")
    entry = entry_of(name, None)
    if not equals:
        return entry
    whole = entry_of(name, text)
    offset = None if whole.offset is None else whole.offset + len(jsontext.secret(name + equals).reveal())
    secret = jsontext.secret(value)
    return replace(entry, value=secret, line=whole.line, offset=offset, encoding=jsontext.undone(secret) if whole.encoding else ())


def environment(record: Record, name: str, holder: Entry) -> Iterator[Item]:
    """The variables in the member `name`: a map, a list of texts or nothing. A name alone is that of a variable from elsewhere.

    Raises `UnreadableError` for anything else.
    """
    found = record.get(name)
    if isinstance(found, Record):
        yield from held(_mapped(found), holder)
    elif isinstance(found, list):
        yield from held((literally(_text(item, name)) for item in found if item is not None), holder)
    elif found is not None:
        raise jsontext.misfit(name, "a map or a list of text")


def _mapped(variables: Record) -> Iterator[Item]:
    for name, value in variables.members:
        if isinstance(value, (Record, list)) and not is_sealed(value):
            raise UnreadableError(Reason.MALFORMED, "expected text")
        yield entry_of(name, None if is_sealed(value) else value)
    if any(is_sealed(value) for _, value in variables.members):
        yield flaw()


def _text(item: Json, name: str) -> str:
    if not isinstance(item, str):
        raise jsontext.misfit(name, "a map or a list of text")
    return item
