"""GitLab's CI/CD variables of a project, a group, an instance or a pipeline schedule.

Shapes: the arrays of `GET /projects/:id/variables`, `/groups/:id/variables` and `/admin/ci/variables` (GitLab's API documentation),
the same from `glab variable list -F json` and `glab variable export`, several pages in a row, and one variable alone;
`GET /projects/:id/pipeline_schedules/:schedule_id`, the only answer about schedules that has their variables, and several of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Number, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, listed, records, variables

_VARIABLE = frozenset({"key", "value"})
_TELLING = frozenset({"variable_type", "protected", "environment_scope"})
_KNOWN = _VARIABLE | _TELLING | {"masked", "hidden", "raw"}
_SCHEDULE = frozenset({"cron", "ref"})
_VARIABLES = "variables"
_KNOWN_OF_SCHEDULE = _SCHEDULE | {"id", "cron_timezone", "next_run_at", "active", "created_at", "updated_at", _VARIABLES}


def _recognise(content: Content) -> Listing | None:
    told = any(isinstance(item, Record) and (_is_schedule(item) or _tells(item)) for item in _items(content))
    return _read(content) if told else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    known = any(isinstance(item, Record) and ("key" in item.names or _is_schedule(item)) for item in items)
    if content.documents is None or (items and not known):
        return None
    return listed(records(items, _entries), _level(content, items))


def _items(content: Content) -> Iterator[Json]:
    return jsontext.pages(content.documents or ())


def _tells(record: Record) -> bool:
    return record.names >= _VARIABLE and not record.names.isdisjoint(_TELLING)


def _is_schedule(record: Record) -> bool:
    return record.names >= _SCHEDULE


def _level(content: Content, items: tuple[Json, ...]) -> str | None:
    """Projects and groups answer alike; only an instance's variables have protection and no scope."""
    known = [item for item in items if isinstance(item, Record)]
    if any(_is_schedule(record) for record in known):
        return "pipeline"
    if known and all("protected" in record.names and "environment_scope" not in record.names for record in known):
        return "instance"
    return content.announced


def _entries(record: Record) -> Iterator[Item]:
    if not _is_schedule(record):
        yield from _variable(record)
        return
    held = record.get(_VARIABLES)
    if not isinstance(held, list):
        raise jsontext.misfit(_VARIABLES, "a list")
    number = record.get("id")
    scope = f"schedule {number.text}" if isinstance(number, Number) else None
    for said in variables(held, _variable):
        yield replace(said, environment_scope=scope) if isinstance(said, Entry) else said
    if jsontext.says_more(record, _KNOWN_OF_SCHEDULE):
        yield Loose()


def _variable(record: Record) -> Iterator[Item]:
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
    levels={"project": "project", "group": "group", "instance": "instance", "schedule": "pipeline"},
    expects="a JSON array of GitLab variables",
    recognise=_recognise,
    read=_read,
)
