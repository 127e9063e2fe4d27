"""What Google Cloud says of secrets and of the environments of what runs there, in the JSON or YAML of `gcloud` and the JSON of the REST APIs.

- Cloud Run: services and jobs of the Knative kind (`spec.template.spec.containers`) and of API v2 (`template.containers`): `env`
- Cloud Functions: `environmentVariables`, `buildEnvironmentVariables` and `secretEnvironmentVariables`, also below `serviceConfig` and `buildConfig`
- Secret Manager: `versions access` (`payload.data`, in base64) and the list of secrets, which shows names

(Google Cloud's API references.) The environment scope is the container or the function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeAlias

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.sources.ci_exports import encoded, jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Item, Listing, Loose, System, beside, entry_of, listed, mistakes, records

_Reader: TypeAlias = Callable[[Record], Iterator[Item]]

_LISTS = ("items", "services", "jobs", "functions", "secrets")
_TEMPLATES = (
    ("spec", "template", "spec"),
    ("spec", "template", "spec", "template", "spec"),
    ("template",),
    ("template", "template"),
)
"""Ways to the object that has `containers`: a service and a job, as Knative and as API v2 nest them."""
_CONFIGS = ((), ("serviceConfig",), ("buildConfig",))
_MAPS = ("environmentVariables", "buildEnvironmentVariables")
_SECRET = re.compile(r"projects/[^/\s]{1,64}(?:/locations/[^/\s]{1,64})?/secrets/(?P<name>[^/\s]{1,255})(?:/versions/[^/\s]{1,64})?")
_FUNCTION = re.compile(r"projects/[^/\s]{1,64}/locations/[^/\s]{1,64}/functions/(?P<name>[^/\s]{1,255})")
_KNOWN_OF_VERSION = frozenset({"name", "payload"})
_KNOWN_OF_PAYLOAD = frozenset({"data", "dataCrc32c"})
_MARKS = ("run.googleapis.com/", "cloud.googleapis.com/")
"""Begin the version, a label or an annotation of what runs on Cloud Run, and not on a Knative of one's own."""


def _recognise(content: Content) -> Listing | None:
    if content.is_lines and not content.mentions(*(mark.encode() for mark in _MARKS)):
        return None
    return _read(content) if any(isinstance(item, Record) and _is_told(item) for item in _items(content)) else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    readers = {reader for item in items if (reader := _reader(item)) is not None}
    if not readers:
        return None
    return listed(
        chain(records(items, _entries), beside(content.trees, *_LISTS), mistakes(content)),
        "project" if readers <= {_service, _function} else None,
    )


def _items(content: Content) -> Iterator[Json]:
    return jsontext.unpaged(content.trees, *_LISTS)


def _is_told(item: Record) -> bool:
    """Whether only Google Cloud writes such a thing."""
    name = jsontext.peek(item, "name")
    if isinstance(name, str) and (_SECRET.fullmatch(name) or (_FUNCTION.fullmatch(name) and _function_maps(item))):
        return True
    return bool(_specs(item)) and (_is_marked(item) or (isinstance(name, str) and name.startswith("projects/")))


def _is_marked(item: Record) -> bool:
    version = jsontext.peek(item, "apiVersion")
    marked = [version] if isinstance(version, str) else []
    for kind in ("labels", "annotations"):
        found = jsontext.below(item, "metadata", kind)
        marked += found.names if isinstance(found, Record) else ()
    return any(mark.startswith(_MARKS) for mark in marked)


def _reader(item: Json) -> _Reader | None:
    if not isinstance(item, Record):
        return None
    name = jsontext.peek(item, "name")
    if isinstance(jsontext.peek(item, "payload"), Record):
        return _version
    if isinstance(name, str) and _SECRET.fullmatch(name):
        return _secret
    if _specs(item):
        return _service
    return _function if _function_maps(item) else None


def _specs(item: Record) -> list[Record]:
    found = (jsontext.below(item, *path) for path in _TEMPLATES)
    return [spec for spec in found if isinstance(spec, Record) and isinstance(jsontext.peek(spec, "containers"), list)]


def _function_maps(item: Record) -> list[Record]:
    """The objects that hold a function's variables."""
    found = (jsontext.below(item, *path) for path in _CONFIGS)
    return [config for config in found if isinstance(config, Record) and config.names & {*_MAPS, "secretEnvironmentVariables"}]


def _entries(record: Record) -> Iterator[Item]:
    reader = _reader(record)
    if reader is None:
        raise UnreadableError(Reason.MALFORMED, "expected a secret or something with variables")
    yield from reader(record)


def _version(record: Record) -> Iterator[Item]:
    """The secret with what a version holds, which is read as text, too: there it may have been written without base64."""
    payload = jsontext.inner(record, "payload")
    entry = entry_of(_name(record), None)
    data = jsontext.optional_text(payload, "data")
    yield entry if data is None else encoded.opened(entry, data, "data")
    if data or jsontext.says_more(record, _KNOWN_OF_VERSION) or jsontext.says_more(payload, _KNOWN_OF_PAYLOAD):
        yield Loose()


def _name(record: Record) -> str:
    said = jsontext.text(record, "name")
    found = _SECRET.fullmatch(said)
    return found["name"] if found else said


def _secret(record: Record) -> Iterator[Item]:
    yield entry_of(_name(record), None, updated_at=jsontext.time(record, "createTime"))
    if jsontext.says_more(record, frozenset({"name", "createTime"})):
        yield Loose()


def _service(record: Record) -> Iterator[Item]:
    """The variables of each container; whatever else is said is read as text."""
    for spec in _specs(record):
        for container in jsontext.objects(spec, "containers"):
            scope = jsontext.optional_text(container, "name")
            for pair in jsontext.objects(container, "env"):
                yield entry_of(jsontext.text(pair, "name"), jsontext.optional_text(pair, "value"), scope=scope)
    yield Loose()


def _function(record: Record) -> Iterator[Item]:
    """A function's variables; those from Secret Manager are named only."""
    said = jsontext.optional_text(record, "name")
    found = _FUNCTION.fullmatch(said or "")
    scope = found["name"] if found else said
    for config in _function_maps(record):
        for name, value in (member for known in _MAPS for member in jsontext.inner(config, known).members):
            yield entry_of(name, value, scope=scope)
        for reference in jsontext.objects(config, "secretEnvironmentVariables"):
            yield entry_of(jsontext.text(reference, "key"), None, scope=scope)
    yield Loose()


SYSTEM = System(
    platform="gcp",
    levels={},
    expects="secrets, services, jobs or functions of Google Cloud as JSON or YAML",
    recognise=_recognise,
    read=_read,
    is_yaml=True,
)
