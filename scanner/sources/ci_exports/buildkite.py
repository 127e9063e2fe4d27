"""Buildkite's environment variables of pipelines, and the names of the secrets of a cluster.

Shapes: `GET /v2/organizations/{org}/pipelines` and `…/pipelines/{pipeline}`, whose `env` maps names to values, and
`…/clusters/{id}/secrets`, whose items have a `key` (Buildkite's REST API documentation); several pages in a row, and one of them alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, listed, members, records

_ENV = "env"
_PIPELINE = frozenset({"slug", _ENV})
_TELLING = _PIPELINE | {"builds_url"}
_SECRET = frozenset({"key", "cluster_url"})
_KNOWN = _SECRET | {"id", "value", "graphql_id", "url", "created_at", "updated_at", "last_read_at"}


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and (item.names >= _TELLING or item.names >= _SECRET) for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    known = any(isinstance(item, Record) and ("key" in item.names or _is_pipeline(item)) for item in items)
    if content.documents is None or (items and not known):
        return None
    return listed(records(items, _entries), _level(items))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _is_pipeline(record: Record) -> bool:
    """Whether this is a pipeline, or what is left of one where somebody chose its members."""
    return not record.names.isdisjoint(_PIPELINE)


def _level(items: tuple[Json, ...]) -> str | None:
    """The first that tells; a cluster's secrets are for every pipeline of it that their policies let in."""
    for item in items:
        if isinstance(item, Record) and (_is_pipeline(item) or "key" in item.names):
            return "pipeline" if _is_pipeline(item) else "group"
    return None


def _entries(record: Record) -> Iterator[Item]:
    if _is_pipeline(record):
        yield from _of_pipeline(record)
        return
    yield from _secret(record)


def _of_pipeline(record: Record) -> Iterator[Item]:
    """Its variables; the steps and whatever else is said of a pipeline is text."""
    scope = jsontext.optional_text(record, "slug")
    held = record.get(_ENV)
    if not isinstance(held, Record) and not (held is None and _ENV in record.names):
        raise jsontext.misfit(_ENV, "an object")

    def variable(name: str, value: Json) -> Iterator[Item]:
        secret = jsontext.scalar(value)
        yield Entry(name, secret, encoding=jsontext.undone(secret), environment_scope=scope)

    if isinstance(held, Record):
        yield from members(held, variable)
    if jsontext.says_more(record, _TELLING):
        yield Loose()


def _secret(record: Record) -> Iterator[Item]:
    said = jsontext.optional_text(record, "value")
    value = None if said is None else jsontext.secret(said)
    yield Entry(
        name=jsontext.text(record, "key"),
        value=value,
        encoding=jsontext.undone(value),
        updated_at=jsontext.time(record, "updated_at", "created_at"),
    )
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


SYSTEM = System(
    platform="buildkite",
    levels={},
    expects="Buildkite pipelines or cluster secrets as JSON",
    recognise=_recognise,
    read=_read,
)
