"""CircleCI's environment variables, of a project or a context. No answer shows more of a value than its last four characters.

Shapes: `GET /api/v2/project/{slug}/envvar` (`items` of `name`, `value`, `created-at`), the array of API v1.1, and
`GET /api/v2/context/{id}/environment-variable` (`items` of `variable`, `context_id` and times); several pages in a row (CircleCI's API
documentation, v2 and v1.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, listed, records

_MASK = re.compile(r"xxxx.{0,4}", re.DOTALL)
_PAGE = frozenset({"items", "next_page_token"})
_CONTEXT = frozenset({"variable", "context_id"})
_VALUES = ("value", "truncated_value")
_KNOWN = _CONTEXT | {"name", "created-at", "created_at", "updated_at", *_VALUES}


def _recognise(content: Content) -> Listing | None:
    items = [item for item in _items(content) if isinstance(item, Record)]
    told = any(item.names >= _CONTEXT for item in items) or (bool(items) and all(_is_masked(item) for item in items))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or not all(isinstance(item, Record) and item.names & {"name", "variable"} for item in items):
        return None
    return listed(
        records(items, _entries), "context" if any(isinstance(item, Record) and "variable" in item.names for item in items) else None
    )


def _items(content: Content) -> Iterator[Json]:
    for page in jsontext.pages(content.documents or ()):
        inside = jsontext.peek(page, "items") if isinstance(page, Record) and page.names <= _PAGE else None
        if isinstance(inside, list):
            yield from inside
        else:
            yield page


def _is_masked(item: Record) -> bool:
    value = jsontext.peek(item, "value") if "name" in item.names else None
    return isinstance(value, str) and _MASK.fullmatch(value) is not None


def _entries(record: Record) -> Iterator[Item]:
    value = jsontext.optional_text(record, *_VALUES)
    yield Entry(
        name=jsontext.text(record, "name", "variable"),
        value=None if value is None else jsontext.secret(value),
        masked=True,
        updated_at=jsontext.time(record, "updated_at", "created-at", "created_at"),
    )
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


SYSTEM = System(
    platform="circleci",
    levels={"project": "project", "context": "context"},
    expects="CircleCI environment variables as JSON",
    recognise=_recognise,
    read=_read,
)
