"""States of Terraform and OpenTofu: their outputs, the CI variables that they made, and whatever else of them is secret.

- `terraform.tfstate`, `terraform state pull`: version 4 (`resources` of `instances`) and version 3 (`modules` with flat attributes, and the
  file in `.terraform`, which holds the settings of the backend)
- `terraform show -json` of a state and of a plan: `values`, `planned_values`, `prior_state`, `variables`

(Terraform's documentation of its JSON output format; `hashicorp/terraform`, `states/statefile`.) A variable is called by its own name; any
other secret by the address of its resource and the attribute. Secret is what the state says is, and attributes whose names say so,
as providers' own marks are not kept by older versions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass, replace
from scanner.sources.ci_exports import encoded, jsontext
from scanner.sources.ci_exports.hcl import LONGEST_PATH, MOST_DEEP
from scanner.sources.ci_exports.jsontext import Json, Number, Record
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, entry_of
from scanner.sources.ci_exports.terraform_kinds import FLAGS, KINDS, Kind

Path = tuple[str, ...]
"""What leads to a value from the attributes on: names and numbers."""

_SECRET = re.compile(
    r"""
    (?: .{0,256} _ )?
    (?: password | passwd | passphrase | secret | token | private_key | secret_key | access_key | api_key | auth_key | shared_key | account_key
      | connection_string | credentials | kubeconfig | kube_config | htpasswd )
    (?: _pem | _openssh | _pem_pkcs8 | _base64 | _json | _raw | _v4 | _value | _data | _string | _text )?
    """,
    re.VERBOSE,
)
_SECRET_OF = frozenset({("random_password", "result"), ("random_password", "bcrypt_hash"), ("random_id", "hex")})
_MOST_MARKS = 10_000
"""Marks of secret attributes in one instance."""


@dataclass(frozen=True, slots=True)
class _Instance:
    """One instance of a resource or a data source."""

    address: str
    type: str
    attributes: Record
    marked: frozenset[Path] = frozenset()
    """Where the state says that something is secret, and so is everything below."""


def outputs(found: Record) -> Iterator[Item]:
    """The values of a map of outputs; a plan has some whose values are not known yet."""
    for number, (name, said) in enumerate(found.members, start=1):
        if not isinstance(said, Record):
            yield Flaw(f"output {number}: expected an object")
            continue
        sensitive = jsontext.peek(said, "sensitive")
        masked = sensitive if isinstance(sensitive, bool) else None
        for path, value in leaves(jsontext.peek(said, "value")):
            yield replace(entry_of(spelled(name, path), value), masked=masked)


def stated(record: Record) -> Iterator[Item]:
    """Everything that a state file holds."""
    version = record.get("version")
    if not isinstance(version, Number) or version.text not in {"3", "4"}:
        yield Flaw("expected a state of version 3 or 4")
        return
    if version.text == "4":
        yield from outputs(jsontext.inner(record, "outputs"))
        yield from _each(jsontext.objects(record, "resources"), _of_version_4)
        return
    for module in jsontext.objects(record, "modules"):
        yield from outputs(jsontext.inner(module, "outputs"))
        yield from _each(list(_of_modules(module)), lambda one: iter((one,)))
    backend = jsontext.inner(record, "backend")
    settings = _Instance(f"backend.{jsontext.word(backend, 'type')}", "", jsontext.inner(backend, "config"))
    yield from _secrets(settings, frozenset())


def shown(record: Record) -> Iterator[Item]:
    """Everything that `terraform show -json` says of a state or of a plan."""
    known = jsontext.below(record, "configuration", "root_module", "variables")
    for name, said in jsontext.inner(record, "variables").members:
        sensitive = jsontext.below(known, name, "sensitive")
        for path, value in leaves(jsontext.below(said, "value")):
            yield replace(entry_of(spelled(name, path), value), masked=sensitive if isinstance(sensitive, bool) else None)
    for values in (record.get("values"), record.get("planned_values"), jsontext.below(record, "prior_state", "values")):
        if isinstance(values, Record):
            yield from outputs(jsontext.inner(values, "outputs"))
            modules = [jsontext.inner(values, "root_module")]
            while modules:
                module = modules.pop()
                yield from _each(jsontext.objects(module, "resources"), _of_show)
                modules += reversed(jsontext.objects(module, "child_modules"))


def leaves(value: Json) -> Iterator[tuple[Path, Json]]:
    """What is in `value` and neither list nor object, with what leads there; what lies deeper than `MOST_DEEP` is left out."""
    open_structures: list[Iterator[tuple[Path, Json]]] = [iter((((), value),))]
    while open_structures:
        inner = next(open_structures[-1], None)
        if inner is None:
            open_structures.pop()
        elif not isinstance(inner[1], (Record, list)):
            yield inner
        elif len(inner[0]) < MOST_DEEP:
            open_structures.append(_inside(*inner))


def _inside(path: Path, structure: Json) -> Iterator[tuple[Path, Json]]:
    if isinstance(structure, Record):
        yield from (((*path, name), value) for name, value in structure.members)
    elif isinstance(structure, list):
        yield from (((*path, str(number)), value) for number, value in enumerate(structure))


def spelled(name: str, path: Path) -> str:
    """`name` with what leads to a value in it."""
    for piece in path:
        name = f"{name}[{piece}]" if piece.isdigit() else f"{name}.{piece}"
        name = name[:LONGEST_PATH]
    return name


def _each(items: Iterator[Record] | tuple[Record, ...] | list[_Instance], instances: Callable[..., Iterator[_Instance]]) -> Iterator[Item]:
    for number, item in enumerate(items, start=1):
        try:
            for instance in instances(item):
                yield from _entries(instance)
        except UnreadableError as error:
            yield Flaw(f"resource {number}: {error.detail}", Reason(error.reason))


def _of_version_4(resource: Record) -> Iterator[_Instance]:
    kind = jsontext.text(resource, "type")
    module = jsontext.optional_text(resource, "module")
    mode = "data" if jsontext.optional_text(resource, "mode") == "data" else ""
    address = ".".join(piece for piece in (module, mode, kind, jsontext.text(resource, "name")) if piece)
    for instance in jsontext.objects(resource, "instances"):
        key = instance.get("index_key")
        index = f'["{key}"]' if isinstance(key, str) else f"[{key.text}]" if isinstance(key, Number) else ""
        attributes = jsontext.inner(instance, "attributes")
        flat = jsontext.inner(instance, "attributes_flat")
        yield _Instance((address + index)[:LONGEST_PATH], kind, attributes if attributes.members else flat, _marks(instance))


def _marks(instance: Record) -> frozenset[Path]:
    """The paths in `sensitive_attributes`: steps with the name of an attribute, or with an index."""
    found = instance.get("sensitive_attributes")
    paths = found[:_MOST_MARKS] if isinstance(found, list) else ()
    return frozenset(tuple(_step(step) for step in path[:MOST_DEEP]) for path in paths if isinstance(path, list) and path)


def _step(step: Json) -> str:
    value = jsontext.below(step, "value")
    value = jsontext.below(value, "value") if isinstance(value, Record) else value
    return value.text if isinstance(value, Number) else value if isinstance(value, str) else ""


def _of_modules(module: Record) -> Iterator[_Instance]:
    """The instances in a module of version 3."""
    path = [piece for piece in jsontext.texts(module, "path") if piece != "root"]
    prefix = "".join(f"module.{piece}." for piece in path)
    for name, resource in jsontext.inner(module, "resources").members:
        attributes = jsontext.below(resource, "primary", "attributes")
        if isinstance(resource, Record) and isinstance(attributes, Record):
            yield _Instance((prefix + name)[:LONGEST_PATH], jsontext.word(resource, "type"), attributes)


def _of_show(resource: Record) -> Iterator[_Instance]:
    marks = (path for path, value in leaves(resource.get("sensitive_values")) if value is True)
    marked = frozenset(path for path, _ in zip(marks, range(_MOST_MARKS), strict=False))
    address = jsontext.text(resource, "address")[:LONGEST_PATH]
    yield _Instance(address, jsontext.text(resource, "type"), jsontext.inner(resource, "values"), marked)


def _entries(instance: _Instance) -> Iterator[Item]:
    kind = KINDS.get(instance.type)
    if kind is None:
        yield from _secrets(instance, frozenset())
        return
    yield from _variables(instance, kind)
    told = (*kind.names, *kind.values, *kind.owner, *kind.scope, *kind.maps, kind.rows)
    yield from _secrets(instance, frozenset(name.partition(".")[0] for name in told))


def _secrets(instance: _Instance, apart: frozenset[str]) -> Iterator[Item]:
    """What is secret of the attributes, other than those that are told `apart`."""
    for path, value in leaves(instance.attributes):
        if not path or path[0] in apart or not isinstance(value, str) or not value:
            continue
        marked = any(path[:length] in instance.marked for length in range(1, len(path) + 1)) if instance.marked else False
        if marked or _is_secret(instance.type, path):
            yield replace(entry_of(spelled(instance.address, path), value), masked=True if marked else None)


def _is_secret(kind: str, path: Path) -> bool:
    name = next((piece for piece in reversed(path) if not piece.isdigit()), "").rpartition(".")[2]
    return (kind, name) in _SECRET_OF or _SECRET.fullmatch(name.lower()) is not None


def _variables(instance: _Instance, kind: Kind) -> Iterator[Item]:
    """The variables that a resource of a kind in `KINDS` is or holds."""
    attributes = instance.attributes
    owner = _text(attributes, kind.owner) or instance.address
    owner = owner.rpartition("/")[2] if owner.startswith("/") else owner
    base = replace(_flagged(attributes), level=kind.level, group=owner, environment_scope=_text(attributes, kind.scope))
    if kind.rows:
        rows = _at(attributes, kind.rows)
        for row in (row for row in rows if isinstance(row, Record)) if isinstance(rows, list) else ():
            scoped = replace(_flagged(row), level=base.level, group=base.group, environment_scope=_text(row, kind.scope))
            yield from _valued(replace(scoped, name=_text(row, kind.names) or _text(attributes, kind.names) or instance.address), row, kind)
    elif kind.names:
        yield from _valued(_named(base, _text(attributes, kind.names) or instance.address, kind), attributes, kind)
    for name in kind.maps:
        for member, value in _map(attributes, name):
            yield _filled(replace(base, name=member), value, is_encoded=name in kind.encoded)


def _named(entry: Entry, name: str, kind: Kind) -> Entry:
    """The entry with its name, which a platform may spell as an address."""
    if kind.after:
        return replace(entry, name=name.rpartition(kind.after)[2])
    path, _, last = name.rpartition("/") if kind.is_path else ("", "", name)
    return replace(entry, name=last, environment_scope=entry.environment_scope or path or None)


def _valued(entry: Entry, record: Record, kind: Kind) -> Iterator[Item]:
    """One variable with the first of its values that there is."""
    for name in kind.values:
        value = _at(record, name)
        if isinstance(value, (Record, list)):
            raise jsontext.misfit(name, "text")
        if value not in {None, ""}:
            yield _filled(entry, value, is_encoded=name in kind.encoded)
            return
    yield entry


def _filled(entry: Entry, value: Json, *, is_encoded: bool) -> Entry:
    filled = entry_of(entry.name, value)
    entry = replace(entry, value=filled.value, encoding=filled.encoding)
    return encoded.opened(entry, value, "value") if is_encoded and isinstance(value, str) else entry


def _flagged(record: Record) -> Entry:
    """What the attributes say of who may see and use a variable."""
    flags = {name: value for name in ("protected", "hidden", *FLAGS) if isinstance(value := _flag(record, name), bool)}
    said = [flags[name] for name in FLAGS if name in flags]
    visibility = jsontext.word(record, "visibility")
    return Entry(
        "",
        None,
        is_file=jsontext.word(record, "variable_type") == "file",
        protected=flags.get("protected"),
        masked=any(said) if said else None,
        hidden=flags.get("hidden"),
        allowed_projects=(visibility,) if visibility in {"all", "private"} else None,
    )


def _flag(record: Record, name: str) -> bool | None:
    """A flag, which version 3 writes as text."""
    value = jsontext.peek(record, name)
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def _text(record: Record, names: tuple[str, ...]) -> str | None:
    """The first of these attributes that is there: text, a number, or texts in a list."""
    for name in names:
        value = _at(record, name)
        if isinstance(value, list):
            value = ",".join(sorted(item for item in value if isinstance(item, str)))
        if isinstance(value, Number):
            return value.text
        if isinstance(value, str) and value:
            return value
    return None


def _at(record: Record, path: str) -> Json:
    """What lies at the end of a path; version 3 has the path as a name."""
    if path in record.names:
        return jsontext.peek(record, path)
    found: Json = record
    for piece in path.split("."):
        if isinstance(found, list):
            found = found[int(piece)] if piece.isdigit() and int(piece) < len(found) else None
        else:
            found = jsontext.below(found, piece)
    return found


def _map(record: Record, path: str) -> Iterator[tuple[str, Json]]:
    """The members of a map: an object, the same as JSON, or what version 3 writes below the path."""
    found = _at(record, path)
    if isinstance(found, str) and found:
        documents, flaw = jsontext.parse(found.encode("utf-8", "surrogatepass"), 1)
        if flaw is not None or len(documents) != 1:
            raise jsontext.misfit(path, "a map")
        found = documents[0]
    if isinstance(found, Record):
        yield from ((spelled(name, below), value) for name, inner in found.members for below, value in leaves(inner))
    elif found is None:
        prefix = f"{path}."
        yield from (
            (name.removeprefix(prefix), value) for name, value in record.members if name.startswith(prefix) and name != f"{prefix}%"
        )
