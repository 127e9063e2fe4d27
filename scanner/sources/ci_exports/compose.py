"""Compose files, those of a stack too, and what `docker compose config` prints, as YAML or JSON.

Of each service the `environment`, the arguments of its `build` and the names of its `env_file`, `secrets` and `configs`; the `secrets` and `configs` of all
of them with their `content`, or the name of the file or variable that they are from (Compose Specification). Nothing is put in for `${NAME}`. The
owner is the service; the environment scope is what the file's name tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.assigned import environment
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import (
    Entry,
    Item,
    Listing,
    Loose,
    System,
    as_object,
    broken,
    entry_of,
    held,
    listed,
    members,
    mistakes,
    records,
)
from scanner.sources.ci_exports.stages import stage_of

_FILE = re.compile(r"(?:docker-|podman-|container-)?(?:compose|stack)(?:[._-][^/]{1,128})?\.ya?ml", re.IGNORECASE)
_LOOKS = re.compile(rb"^[\"']?services[\"']?[ ]{0,16}:", re.MULTILINE)
_SERVICES = "services"
_TOP = frozenset({"version", "name", _SERVICES, "networks", "volumes", "secrets", "configs", "include", "models"})
_OF_SERVICE = frozenset({"image", "build", "environment", "env_file", "extends", "command", "entrypoint", "depends_on", "ports", "deploy"})
_SHARED = ("secrets", "configs")


def _recognise(content: Content) -> Listing | None:
    if not content.mentions(_SERVICES.encode()) or (content.is_lines and not _LOOKS.search(content.text)):
        return None
    if any(_is_told(tree) for tree in content.trees):
        return _read(content)
    return broken(content) if _FILE.fullmatch(content.name) else None


def _read(content: Content) -> Listing | None:
    trees = [tree for tree in content.trees if isinstance(tree, Record) and _has_services(tree)]
    if not trees:
        return None
    holder = Entry("", None, environment_scope=stage_of(content.name))
    return listed(chain(records(trees, lambda tree: _project(tree, holder)), mistakes(content), (Loose(),)))


def _has_services(tree: Record) -> bool:
    return any(isinstance(jsontext.peek(tree, name), Record) for name in (_SERVICES, *_SHARED))


def _is_told(tree: Json) -> bool:
    """Whether nobody else has such services: Symfony's have none of these members, and those of other platforms are lists."""
    services = jsontext.below(tree, _SERVICES)
    if not isinstance(tree, Record) or not isinstance(services, Record):
        return False
    known = all(name in _TOP or name.startswith("x-") for name in tree.names)
    return known and any(isinstance(service, Record) and service.names & _OF_SERVICE for _, service in services.members)


def _project(tree: Record, holder: Entry) -> Iterator[Item]:
    def service(name: str, value: Json) -> Iterator[Item]:
        return iter(()) if value is None else _service(value, replace(holder, group=name))

    yield from members(jsontext.inner(tree, _SERVICES), service)
    for kind in _SHARED:
        yield from held(members(jsontext.inner(tree, kind), _shared), holder)


def _service(value: Json, holder: Entry) -> Iterator[Item]:
    service = as_object(value)
    yield from environment(service, "environment", holder)
    build = jsontext.peek(service, "build")
    if isinstance(build, Record):
        yield from environment(build, "args", holder)
        yield from _references(build, "secrets", "source", holder)
    yield from _references(service, "env_file", "path", holder)
    for kind in _SHARED:
        yield from _references(service, kind, "source", holder)


def _references(record: Record, name: str, member: str, holder: Entry) -> Iterator[Item]:
    """What is named in a list of texts, or of objects that have it as `member`, or in one text."""
    found = record.get(name)
    for item in found if isinstance(found, list) else [found]:
        named = jsontext.optional_text(item, member) if isinstance(item, Record) else item
        if named is not None and not isinstance(named, str):
            raise jsontext.misfit(name, "names")
        if named:
            yield replace(holder, name=named, is_file=True)


def _shared(name: str, value: Json) -> Iterator[Item]:
    """A secret or config: a file with this content, where it is given."""
    content = None if value is None else jsontext.optional_text(as_object(value), "content")
    yield replace(entry_of(name, content), is_file=True)


SYSTEM = System(
    platform="compose",
    levels={},
    expects="services of Compose as YAML or JSON",
    recognise=_recognise,
    read=_read,
    level="project",
    is_yaml=True,
)
