"""Vercel's environment variables, of a project or shared by a team.

Shapes: `GET /v10/projects/{id}/env` (`envs` of `key`, `value`, `type`, `target`, `gitBranch`), `GET /v1/env` (`data` of the same with
`projectId`), several pages in a row, and one variable alone (Vercel's REST API documentation). What `vercel env pull` writes is dotenv.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Item, Listing, Loose, System, beside, entry_of, listed, records

_LISTS = ("envs", "data")
_TELLING = frozenset({"key", "type", "target"})
_TYPES = frozenset({"plain", "encrypted", "sensitive", "secret", "system"})
_KNOWN = frozenset(
    {
        *("key", "value", "type", "target", "gitBranch", "customEnvironmentIds", "decrypted", "projectId"),
        *("id", "configurationId", "createdAt", "updatedAt", "createdBy", "updatedBy"),
    }
)


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and item.names >= _TELLING and jsontext.word(item, "type") in _TYPES for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or (items and not any(isinstance(item, Record) and "key" in item.names for item in items)):
        return None
    return listed(chain(records(items, _entries), beside(content.documents, *_LISTS)), _level(items))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.unpaged(content.documents or (), *_LISTS)


def _level(items: tuple[Json, ...]) -> str:
    """Only what a team shares says which projects get it."""
    return "org" if any(isinstance(item, Record) and "projectId" in item.names for item in items) else "project"


def _entries(record: Record) -> Iterator[Item]:
    kind = jsontext.optional_text(record, "type")
    value = jsontext.optional_text(record, "value")
    is_value = kind not in {"sensitive", "secret"} and not (kind == "encrypted" and jsontext.flag(record, "decrypted") is False)
    entry = entry_of(
        jsontext.text(record, "key"),
        value if is_value else None,
        scope=_scope(record),
        hidden=None if kind is None else kind == "sensitive",
        updated_at=jsontext.moment(record, "updatedAt", "createdAt", per_second=1_000),
    )
    yield replace(entry, allowed_projects=tuple(sorted(jsontext.texts(record, "projectId"))) or None)
    if (value and not is_value) or jsontext.says_more(record, _KNOWN):
        yield Loose()


def _scope(record: Record) -> str | None:
    """The environments in a fixed order, since the API has none; with the branch where previews of one only get the variable."""
    environments = sorted((*jsontext.texts(record, "target"), *jsontext.texts(record, "customEnvironmentIds")))
    branch = jsontext.optional_text(record, "gitBranch")
    return ":".join(piece for piece in (",".join(environments), branch) if piece) or None


SYSTEM = System(
    platform="vercel",
    levels={},
    expects="Vercel environment variables as JSON",
    recognise=_recognise,
    read=_read,
    level="project",
)
