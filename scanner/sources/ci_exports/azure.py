"""Azure DevOps' variables: of variable groups, of build definitions, which the product calls pipelines, and of releases.

Shapes: `GET …/_apis/distributedtask/variablegroups`, `…/_apis/build/definitions/{id}`, `…/_apis/release/definitions/{id}` and
`…/_apis/release/releases/{id}` (Azure DevOps' REST API reference: pages of `count` and `value`, or one object), and what `az pipelines
variable-group list` and `show`, `az pipelines show`, `az pipelines release show`, `… release definition show` and the two `variable list` commands
print. A release has variables of its own and of each environment; groups that a definition or an environment takes part in are named by their
number, or are there as a whole. No answer shows the value of a variable with `isSecret`, nor any that a group takes from a key vault.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, System, listed, members, records

_LIST = "value"
_KINDS_OF_GROUP = ("Vsts", "AzureKeyVault")
_VARIABLES = "variables"
_REFERENCES = "variableGroupProjectReferences"
_DEFINITION = frozenset({"process", "revision"})
"""Every full definition has both; what a list tells of one has neither process nor variables."""
_RELEASE = frozenset({"releaseNameFormat", "releaseDefinition", "artifacts"})
"""One of these stands beside the environments of a release or of its definition."""
_ENVIRONMENTS = "environments"
_GROUPS = "variableGroups"
_VARIABLE = frozenset({"value", "isSecret", "isReadOnly", "allowOverride", "enabled"})
_KNOWN = frozenset({"id", "name", "type", "isShared", "createdOn", "modifiedOn", _VARIABLES, _REFERENCES})
_LONGEST_PROJECTS = 1_000
"""Characters of all their names, which stand at each variable of a group: a report must not outgrow the export."""
_NOBODY = Entry("", None)


def _recognise(content: Content) -> Listing | None:
    return (
        _read(content)
        if any(_is_group(item) or _is_definition(item) or _is_release(item) or _is_map(item) for item in _items(content))
        else None
    )


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if content.documents is None or (items and not any(_is_holder(item) or _is_map(item) for item in items)):
        return None
    return listed(_said(content, items), _level(items))


def _said(content: Content, items: tuple[Json, ...]) -> Iterator[Item]:
    yield from records(items, _entries)
    if jsontext.pages_say_more(content.documents or (), (_LIST,), frozenset({"count"})):
        yield Loose()


def _items(content: Content) -> Iterator[Json]:
    return jsontext.unpaged(content.documents or (), _LIST)


def _is_holder(item: Json) -> bool:
    return isinstance(item, Record) and (_holds(item) or _is_release(item) or {"id", "name"} <= item.names)


def _holds(item: Record) -> bool:
    return any(name == _VARIABLES and isinstance(value, Record) for name, value in item.members)


def _is_group(item: Json) -> bool:
    if not isinstance(item, Record) or not _holds(item):
        return False
    return _REFERENCES in item.names or any(name == "type" and value in _KINDS_OF_GROUP for name, value in item.members)


def _is_definition(item: Json) -> bool:
    return isinstance(item, Record) and item.names >= _DEFINITION


def _is_release(item: Json) -> bool:
    if not isinstance(item, Record) or not item.names & _RELEASE:
        return False
    return any(name == _ENVIRONMENTS and isinstance(value, list) for name, value in item.members)


def _is_map(item: Json) -> bool:
    """Whether these are the variables of one group or definition: names with objects that know of secrets."""
    if not isinstance(item, Record) or not item.members:
        return False
    return all(isinstance(value, Record) and "isSecret" in value.names and value.names <= _VARIABLE for _, value in item.members)


def _level(items: tuple[Json, ...]) -> str | None:
    """The first that tells. Of variables alone only those of a definition are said to be open to whoever queues a run, or not."""
    for item in items:
        if _is_group(item):
            return "variable_group"
        if _is_definition(item) or _is_release(item) or (isinstance(item, Record) and _is_map(item) and _may_override(item)):
            return "pipeline"
    return None


def _may_override(variables: Record) -> bool:
    return any(isinstance(value, Record) and "allowOverride" in value.names for _, value in variables.members)


def _entries(record: Record) -> Iterator[Item]:
    if _is_map(record):
        yield from members(record, partial(_variable, _NOBODY))
        return
    if _is_release(record):
        yield from _release(record)
    elif _is_definition(record):
        yield from _held(record, _definition(record))
        yield from _groups(record)
        if jsontext.says_more(record, _KNOWN | {_GROUPS}):
            yield Loose()
    else:
        holder = _group(record)
        if not isinstance(record.get(_VARIABLES), Record):
            raise jsontext.misfit(_VARIABLES, "an object")
        yield from _held(record, holder)
        if jsontext.says_more(record, _KNOWN) or (_REFERENCES in record.names and holder.allowed_projects is None):
            yield Loose()


def _held(record: Record, holder: Entry) -> Iterator[Item]:
    """The variables of an object, which may have none."""
    yield from members(jsontext.inner(record, _VARIABLES), partial(_variable, holder))


def _release(record: Record) -> Iterator[Item]:
    """A release, or the definition of some: its variables, those of its environments, and those of the groups that are there."""
    definition = jsontext.inner(record, "releaseDefinition")
    holder = replace(_definition(definition if definition.members else record), level="pipeline")
    yield from _held(record, holder)
    yield from _groups(record)
    for number, environment in enumerate(jsontext.objects(record, _ENVIRONMENTS), start=1):
        try:
            name = jsontext.text(environment, "name")
            scope = f"{holder.environment_scope}\\{name}" if holder.environment_scope else name
            yield from _held(environment, replace(holder, environment_scope=scope, level="environment"))
            yield from _groups(environment)
        except UnreadableError as error:
            yield Flaw(f"environment {number}: {error.detail}", Reason(error.reason))
    yield Loose()


def _groups(record: Record) -> Iterator[Item]:
    """The variables of groups that are there as a whole; of the others there is only the number."""
    found = record.get(_GROUPS)
    for group in found if isinstance(found, list) else ():
        if isinstance(group, Record):
            yield from _held(group, replace(_group(group), level="variable_group"))
            if jsontext.says_more(group, _KNOWN):
                yield Loose()


def _group(record: Record) -> Entry:
    """What the variables of a group have in common. Other groups may have some of the same names."""
    return replace(_NOBODY, group=jsontext.optional_text(record, "name"), allowed_projects=_projects(record.get(_REFERENCES)))


def _projects(references: Json) -> tuple[str, ...] | None:
    """The names of the projects that a group is shared with; None where nothing is said, and where that is too long."""
    if not isinstance(references, list):
        return None
    projects = (one.get("projectReference") for one in references if isinstance(one, Record))
    names = tuple(sorted(jsontext.text(project, "name") for project in projects if isinstance(project, Record)))
    return names if sum(map(len, names)) + len(names) <= _LONGEST_PROJECTS else None


def _definition(record: Record) -> Entry:
    """What the variables of a definition have in common. Its name tells it from the others of its folder only."""
    folder = (jsontext.optional_text(record, "path") or "").strip("\\")
    name = jsontext.optional_text(record, "name")
    return replace(_NOBODY, environment_scope=f"{folder}\\{name}" if folder and name else name)


def _variable(holder: Entry, name: str, value: Json) -> Iterator[Item]:
    """One member of `variables`. What is not said to be secret is none: the API leaves the flag out, and az says null."""
    if not isinstance(value, Record):
        raise UnreadableError(Reason.MALFORMED, "expected an object")
    secret = jsontext.flag(value, "isSecret") or False
    said = jsontext.optional_text(value, "value")
    shown = None if said is None else jsontext.secret(said)
    yield replace(
        holder, name=name, value=shown, encoding=jsontext.undone(shown), masked=secret, hidden=True if secret and shown is None else None
    )
    if jsontext.says_more(value, _VARIABLE):
        yield Loose()


SYSTEM = System(
    platform="azure",
    levels={"group": "variable_group", "pipeline": "pipeline", "release": "pipeline"},
    expects="Azure DevOps variable groups or build definitions as JSON",
    recognise=_recognise,
    read=_read,
)
