"""Terraform's and OpenTofu's variables, outputs and states.

- states and plans, as files and from `terraform show -json` (`terraform_state`)
- `terraform output -json`: names with `value`, `type` and `sensitive`
- `*.tfvars` in HCL and `*.tfvars.json`: values of variables; a name of an environment in the file's name is their scope
- `GET /workspaces/{id}/vars`, `/vars` and `/varsets/{id}/relationships/vars` of HCP Terraform: `key`, `value`, `sensitive`

(Terraform's documentation and the API reference of HCP Terraform.) The scope of a state in `terraform.tfstate.d` is its workspace. What a state
says beside its variables and secrets is read as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import replace
from scanner.sources.ci_exports import flat, hcl, jsontext, terraform_state
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, System, entry_of, listed, records

_TFVARS = ".tfvars"
_TFVARS_JSON = ".tfvars.json"
_WORKSPACES = "terraform.tfstate.d"
_STATE = frozenset({"version", "serial"})
_OF_STATE = frozenset({"lineage", "terraform_version"})
_SEALED = frozenset({"encrypted_data", "encryption_version"})
_SHOWN = frozenset({"values", "planned_values", "prior_state"})
_OUTPUT = frozenset({"sensitive", "value"})
_VARS = "vars"
_KNOWN_OF_VARIABLE = frozenset({"key", "value", "sensitive", "category", "hcl", "created-at", "version-id", "configurable"})
_WORD = re.compile(r"[^A-Za-z0-9]+")


def _recognise(content: Content) -> Listing | None:
    if content.name.endswith((_TFVARS, _TFVARS_JSON)):
        return _read(content)
    return _of_json(content) if any(_is_told(page) for page in _pages(content)) else None


def _read(content: Content) -> Listing | None:
    if content.documents is None:
        return _of_hcl(content) if b"=" in content.text or content.name.endswith(_TFVARS) else None
    if any(_is_told(page) for page in _pages(content)):
        return _of_json(content)
    return listed(_scoped(content, _values(content))) if _is_map(content) else None


def _pages(content: Content) -> tuple[Json, ...]:
    return tuple(jsontext.pages(content.documents or ()))


def _is_told(page: Json) -> bool:
    return isinstance(page, Record) and (_is_state(page) or _is_shown(page) or _is_outputs(page) or bool(_variables(page)))


def _is_state(page: Record) -> bool:
    return page.names >= _SEALED or (page.names >= _STATE and bool(page.names & _OF_STATE))


def _is_shown(page: Record) -> bool:
    return "format_version" in page.names and bool(page.names & _SHOWN)


def _is_outputs(page: Record) -> bool:
    return bool(page.members) and all(
        isinstance(said, Record) and said.names >= _OUTPUT and said.names <= _OUTPUT | {"type", "description"} for _, said in page.members
    )


def _variables(page: Record) -> list[Json]:
    """The variables in an answer of HCP Terraform: one, or a list."""
    data = jsontext.peek(page, "data")
    found: list[Json] = data if isinstance(data, list) else [data]
    return found if any(jsontext.below(item, "type") == _VARS and jsontext.below(item, "attributes", "key") for item in found) else []


def _is_map(content: Content) -> bool:
    """Whether the values of variables are all there is."""
    return bool(content.documents or content.flaw) and all(isinstance(page, Record) for page in content.documents or ())


def _of_json(content: Content) -> Listing:
    pages = _pages(content)
    levels = (_level(variables[0]) for page in pages if isinstance(page, Record) and (variables := _variables(page)))
    return listed(_scoped(content, records(pages, _said)), next(levels, None))


def _level(variable: Json) -> str:
    """A set of variables or a workspace."""
    return "variable_group" if jsontext.below(variable, "relationships", "varset") is not None else "project"


def _said(page: Record) -> Iterator[Item]:
    if page.names >= _SEALED:
        yield Flaw("expected a state that is not encrypted", Reason.ENCRYPTED)
    elif _is_state(page):
        yield from terraform_state.stated(page)
        yield Loose()
    elif _is_shown(page):
        yield from terraform_state.shown(page)
        yield Loose()
    elif variables := _variables(page):
        yield from records(variables, _variable)
        if jsontext.says_more(page, frozenset({"data", "links", "meta"})):
            yield Loose()
    elif _is_outputs(page):
        yield from terraform_state.outputs(page)
        yield Loose()
    else:
        raise UnreadableError(Reason.MALFORMED, "expected a state, outputs or variables")


def _variable(record: Record) -> Iterator[Item]:
    """A variable of a workspace, of a set or of all."""
    attributes = jsontext.inner(record, "attributes")
    sensitive = jsontext.flag(attributes, "sensitive")
    value = jsontext.optional_text(attributes, "value")
    related = jsontext.inner(record, "relationships")
    holders = (jsontext.below(related, name, "data", "id") for name in ("configurable", "workspace", "varset"))
    entry = entry_of(jsontext.text(attributes, "key"), value, updated_at=jsontext.time(attributes, "created-at"))
    yield replace(
        entry,
        masked=sensitive,
        hidden=True if sensitive and value is None else None,
        group=next((holder for holder in holders if isinstance(holder, str)), None),
    )
    if jsontext.says_more(attributes, _KNOWN_OF_VARIABLE):
        yield Loose()


def _values(content: Content) -> Iterator[Item]:
    """The values of variables in JSON."""
    for page in content.documents or ():
        for name, said in page.members if isinstance(page, Record) else ():
            for path, value in terraform_state.leaves(said):
                yield entry_of(terraform_state.spelled(name, path), value)
    if any(_is_deep(page) for page in content.documents or ()):
        yield Loose()


def _is_deep(page: Json) -> bool:
    """Whether something lies deeper than is read."""
    level: list[Json] = [page]
    for _ in range(hcl.MOST_DEEP + 2):
        members = (value for found in level if isinstance(found, Record) for _, value in found.members)
        items = (item for found in level if isinstance(found, list) for item in found)
        level = [*members, *items]
        if not level:
            return False
    return True


def _of_hcl(content: Content) -> Listing | None:
    """The values of variables in HCL; None where not even the first is one."""
    listing = listed(_scoped(content, _leaves(content)))
    is_named = content.name.endswith(_TFVARS)
    return listing if is_named or listing.entries else None


def _leaves(content: Content) -> Iterator[Item]:
    try:
        for leaf in hcl.leaves(content.text, content.first_line):
            if leaf is None:
                yield Loose()
                continue
            changed = leaf.value is not None and leaf.offset is None
            yield Entry(leaf.path, leaf.value, leaf.line, leaf.offset, ("hcl",) if changed else ())
    except UnreadableError as error:
        yield Flaw(error.detail, Reason(error.reason))


def _scoped(content: Content, items: Iterator[Item]) -> Iterator[Item]:
    """The items with the environment that the file is for, where they say none."""
    scope = _environment(content)
    for item in items:
        yield replace(item, environment_scope=scope) if isinstance(item, Entry) and item.environment_scope is None else item


def _environment(content: Content) -> str | None:
    """The workspace of a state, or what the name of a file of variables says."""
    folders = content.beside.folders
    if folders[1:2] == (_WORKSPACES,):
        return folders[0]
    if not content.name.endswith((_TFVARS, _TFVARS_JSON)):
        return None
    words = (word.lower().encode("utf-8", "replace") for word in _WORD.split(content.name))
    return next((flat.ENVIRONMENTS[word] for word in words if word in flat.ENVIRONMENTS), None)


SYSTEM = System(
    platform="terraform",
    levels={},
    expects="a state, outputs, variables or tfvars of Terraform",
    recognise=_recognise,
    read=_read,
)
