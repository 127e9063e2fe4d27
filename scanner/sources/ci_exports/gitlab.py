"""GitLab's CI/CD variables of a project, a group or an instance.

Shapes: the arrays of `GET /projects/:id/variables`, `/groups/:id/variables` and `/admin/ci/variables` (GitLab's API documentation),
the same from `glab variable list -F json` and `glab variable export`, several pages in a row, and one variable alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, listed, records

_VARIABLE = frozenset({"key", "value"})
_TELLING = frozenset({"variable_type", "protected", "environment_scope"})
_KNOWN = _VARIABLE | _TELLING | {"masked", "hidden", "raw"}


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and item.names >= _VARIABLE and item.names & _TELLING for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or (items and not any(isinstance(item, Record) and "key" in item.names for item in items)):
        return None
    return listed(records(items, _entries), _level(content, items))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _level(content: Content, items: tuple[Json, ...]) -> str | None:
    """Projects and groups answer alike; only an instance's variables have protection and no scope."""
    known = [item for item in items if isinstance(item, Record)]
    if known and all("protected" in record.names and "environment_scope" not in record.names for record in known):
        return "instance"
    return content.announced


def _entries(record: Record) -> Iterator[Item]:
    value = jsontext.optional_text(record, "value")
    secret = None if value is None else jsontext.secret(value)
    hidden = jsontext.flag(record, "hidden")
    yield Entry(
        name=jsontext.text(record, "key"),
        value=secret,
        encoding=jsontext.undone(secret),
        is_file=jsontext.optional_text(record, "variable_type") == "file",
        environment_scope=jsontext.optional_text(record, "environment_scope"),
        protected=jsontext.flag(record, "protected"),
        masked=hidden or jsontext.flag(record, "masked"),
        hidden=hidden,
    )
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


SYSTEM = System(
    platform="gitlab",
    levels={"project": "project", "group": "group", "instance": "instance"},
    expects="a JSON array of GitLab variables",
    recognise=_recognise,
    read=_read,
)
