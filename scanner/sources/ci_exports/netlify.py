"""Netlify's environment variables, of a site or shared by a team, which answer alike.

Shapes: `GET /api/v1/accounts/{id}/env` (an array of `key`, `scopes` and `values` of `value` and `context`) and one variable alone
(Netlify's API documentation). `netlify env:list --json` prints a map of names to values.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Item, Listing, Loose, System, entry_of, listed, records

_VARIABLE = frozenset({"key", "values"})
_TELLING = frozenset({"scopes", "is_secret"})
_KNOWN = _VARIABLE | _TELLING | {"updated_at", "updated_by"}
_KNOWN_OF_VALUE = frozenset({"id", "value", "context", "context_parameter"})


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and item.names >= _VARIABLE and item.names & _TELLING for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or not any(isinstance(item, Record) and item.names >= _VARIABLE for item in items):
        return None
    return listed(records(items, _entries))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _entries(record: Record) -> Iterator[Item]:
    """One slot for each context that has a value of its own, and one for a variable that has none."""
    name = jsontext.text(record, "key")
    hidden = jsontext.flag(record, "is_secret")
    updated_at = jsontext.time(record, "updated_at")
    for value in jsontext.objects(record, "values") or (Record(()),):
        shown = jsontext.optional_text(value, "value")
        yield entry_of(name, shown or None if hidden else shown, scope=_scope(value), hidden=hidden, updated_at=updated_at)
        if jsontext.says_more(value, _KNOWN_OF_VALUE):
            yield Loose()
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


def _scope(value: Record) -> str | None:
    """The context, with the branch where it is that of one branch."""
    context = jsontext.optional_text(value, "context")
    branch = jsontext.optional_text(value, "context_parameter")
    return f"{context}:{branch}" if context and branch else "*" if context == "all" else context


SYSTEM = System(
    platform="netlify",
    levels={},
    expects="Netlify environment variables as JSON",
    recognise=_recognise,
    read=_read,
)
