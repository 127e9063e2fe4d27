"""Bitbucket's pipeline variables, of a workspace, a repository or a deployment environment.

Shapes: the pages of `values` from `GET /2.0/workspaces/{workspace}/pipelines-config/variables`,
`/2.0/repositories/{workspace}/{repo}/pipelines_config/variables` and `…/deployments_config/environments/{uuid}/variables` (Bitbucket
Cloud's REST API documentation), several in a row, and one variable alone. No answer shows the value of a secured variable.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, listed, records

_LIST = "values"
_VARIABLE = frozenset({"key", "secured"})
_TYPES = ("pipeline_variable", "deployment_variable")
_OF_DEPLOYMENT = "deployment_variable"
_KNOWN = _VARIABLE | {"type", "uuid", "value"}
_KNOWN_OF_PAGE = frozenset({"page", "pagelen", "size"})


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and (item.names >= _VARIABLE or _type(item) in _TYPES) for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or (items and not any(isinstance(item, Record) and "key" in item.names for item in items)):
        return None
    return listed(_said(content, items), _level(items))


def _said(content: Content, items: tuple[Json, ...]) -> Iterator[Item]:
    yield from records(items, _entries)
    if jsontext.pages_say_more(content.documents or (), (_LIST,), _KNOWN_OF_PAGE):
        yield Loose()


def _items(content: Content) -> Iterator[Json]:
    return jsontext.unpaged(content.documents or (), _LIST)


def _type(item: Record) -> Json:
    return next((value for name, value in item.members if name == "type"), None)


def _level(items: tuple[Json, ...]) -> str | None:
    """Variables of workspaces and repositories look alike; only those of a deployment may have a type of their own."""
    return "environment" if any(isinstance(item, Record) and _type(item) == _OF_DEPLOYMENT for item in items) else None


def _entries(record: Record) -> Iterator[Item]:
    said = jsontext.optional_text(record, "value")
    secured = jsontext.flag(record, "secured")
    value = None if said is None or (secured and not said) else jsontext.secret(said)
    yield Entry(
        name=jsontext.text(record, "key"),
        value=value,
        encoding=jsontext.undone(value),
        masked=secured,
        hidden=True if secured and value is None else None,
    )
    if jsontext.says_more(record, _KNOWN):
        yield Loose()


SYSTEM = System(
    platform="bitbucket",
    levels={"workspace": "org", "repository": "project", "deployment": "environment"},
    expects="Bitbucket pipeline variables as JSON",
    recognise=_recognise,
    read=_read,
)
