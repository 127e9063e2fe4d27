"""Kubernetes' objects as `kubectl get … -o yaml`, `-o json` and manifests have them, one or several, and what generates and seals Secrets.

- Secret and ConfigMap: `data`, `stringData`, `binaryData`; releases that Helm keeps in them; the annotation in which `kubectl apply` keeps the
  object once more
- whatever runs containers: `env` and `envFrom`
- SealedSecret, ExternalSecret, SecretProviderClass, Kustomization, HelmRelease, HelmChart and Application: see `generators`

(Kubernetes' API reference.) The environment scope is the namespace; the owner is the kind and the name, and for a variable the container.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import TypeAlias

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import replace
from scanner.sources.ci_exports import encoded, generators, jsontext, releases, workloads
from scanner.sources.ci_exports.content import Content, Yaml
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.sealed import flaw, has_sops, is_sealed
from scanner.sources.ci_exports.shapes import (
    Entry,
    Flaw,
    Item,
    Listing,
    Loose,
    System,
    broken,
    entry_of,
    held,
    listed,
    members,
    mistakes,
    records,
)
from scanner.sources.ci_exports.slots import LONGEST_NAME

_Reader: TypeAlias = Callable[[Record, Entry], Iterator[Item]]

_LIST = "List"
_TEMPLATED = "Template"
_LOOKS = re.compile(rb"^[ ]{0,16}[{\"']{0,2}(?:apiVersion|kind|(?:secret|configMap)Generator)[\"']?[ ]{0,16}:", re.MULTILINE)
"""Begins a line of a manifest; only then is a text parsed to know."""
_VERSION, _KIND = (re.compile(rb"^%b[ ]{0,16}:" % name, re.MULTILINE) for name in (b"apiVersion", b"kind"))
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_TEMPLATE = re.compile(r"<[^<>]{1,1024}>")
"""A value that Argo CD's vault plugin puts in later."""
_TEXT = "expected text"


def _recognise(content: Content) -> Listing | None:
    if not content.mentions(b"apiVersion", b"Generator") or (content.is_lines and not _LOOKS.search(content.text)):
        return None
    if any(_is_told(item) for item in _items(content)):
        return _read(content)
    return broken(content) if _VERSION.search(content.text) and _KIND.search(content.text) else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if not any(_is_told(item) or _is_object(item) for item in items):
        return None
    budget = releases.budget_of(content)
    return listed(chain(records(items, lambda record: _entries(record, budget)), mistakes(content)))


def _items(content: Content) -> Iterator[Json]:
    """The objects, those of a list one by one; there they need not say what they are."""
    for page in jsontext.pages(content.trees):
        items = _listed(page)
        if items is None:
            yield page
        elif not items:
            yield Record((("kind", _LIST), ("apiVersion", "v1")))
        else:
            yield from items


def _listed(page: Json) -> list[Json] | None:
    """The objects in a list or in a template of OpenShift; None for what is neither."""
    kind = jsontext.word(page, "kind") if isinstance(page, Record) and _is_object(page) else ""
    if not isinstance(page, Record) or not (kind.endswith(_LIST) or kind == _TEMPLATED):
        return None
    items = jsontext.peek(page, "objects" if kind == _TEMPLATED else "items")
    if not isinstance(items, list):
        return None
    said = ("kind", kind.removesuffix(_LIST))
    version = ("apiVersion", jsontext.word(page, "apiVersion"))
    return [Record((said, version, *item.members)) if isinstance(item, Record) and "kind" not in item.names else item for item in items]


def _is_object(item: Json) -> bool:
    return isinstance(item, Record) and bool(jsontext.word(item, "kind")) and bool(jsontext.word(item, "apiVersion"))


def _is_told(item: Json) -> bool:
    """Whether it is beyond doubt an object that has or names variables, or an empty list of some."""
    if not isinstance(item, Record):
        return False
    if generators.is_kustomization(item):
        return True
    kind = jsontext.word(item, "kind")
    return _is_object(item) and (kind in _KINDS or kind == _LIST or bool(workloads.pods(item)))


def _entries(record: Record, budget: releases.Budget) -> Iterator[Item]:
    """All that an object says; what is in no variable is read as text, as is what lies in base64 but may have been written without."""
    if not (_is_object(record) or generators.is_kustomization(record)):
        raise UnreadableError(Reason.MALFORMED, "expected an object with apiVersion and kind")
    if jsontext.word(record, "kind") == "Status":
        raise UnreadableError(Reason.MALFORMED, "expected an object, not the error message of an API")
    yield Loose()
    metadata = jsontext.inner(record, "metadata")
    release = _release_in(record, budget)
    for item in _object(record, metadata):
        if release is None or not (isinstance(item, Entry) and item.name == releases.MEMBER):
            yield item
    if release is not None:
        yield from _released(release, _holder(record, metadata))
    applied = jsontext.optional_text(jsontext.inner(metadata, "annotations"), _APPLIED)
    if applied is not None:
        yield from _applied(applied)


def _object(record: Record, metadata: Record) -> Iterator[Item]:
    kind = jsontext.word(record, "kind")
    holder = _holder(record, metadata)
    if generators.is_kustomization(record):
        yield from generators.kustomization(record, holder)
    elif kind in _KINDS:
        yield from _KINDS[kind](record, holder)
    else:
        yield from workloads.variables_of(record, holder)


def _holder(record: Record, metadata: Record) -> Entry:
    """What all variables of an object have in common."""
    name = (jsontext.optional_text(metadata, "name", "generateName") or "")[:LONGEST_NAME]
    scope = jsontext.optional_text(metadata, "namespace")
    return Entry("", None, environment_scope=scope, group=f"{jsontext.word(record, 'kind')[:LONGEST_NAME].lower()}/{name}")


def _applied(text: str) -> Iterator[Item]:
    """The object as it was last given to `kubectl apply`, once more: JSON in a text."""
    secret = jsontext.secret(text)
    documents, mistake = jsontext.parse(secret.reveal(), 1)
    if mistake is not None or len(documents) != 1 or not isinstance(documents[0], Record):
        yield Flaw("expected the annotation of kubectl apply to be an object")
        return
    record = documents[0]
    for item in _object(record, jsontext.inner(record, "metadata")):
        yield replace(item, encoding=("json", *item.encoding)) if isinstance(item, Entry) else item


def _secret(record: Record, holder: Entry) -> Iterator[Item]:
    return _kept(record, holder, encoded="data", plain="stringData")


def _config_map(record: Record, holder: Entry) -> Iterator[Item]:
    return _kept(record, holder, encoded="binaryData", plain="data")


def _kept(record: Record, holder: Entry, *, encoded: str, plain: str) -> Iterator[Item]:
    """The members of both kinds, and whether some are encrypted."""
    in_base64, as_text = jsontext.inner(record, encoded), jsontext.inner(record, plain)
    yield from held(members(in_base64, _encoded), holder)
    yield from held(members(as_text, _plain), holder)
    if has_sops(record) or any(is_sealed(value) for _, value in (*in_base64.members, *as_text.members)):
        yield flaw()


def _encoded(name: str, value: Json) -> Iterator[Item]:
    """A member in base64, unless it is encrypted or not there yet."""
    if value is not None and not isinstance(value, str):
        raise UnreadableError(Reason.MALFORMED, _TEXT)
    is_there = value is not None and not is_sealed(value) and not _TEMPLATE.fullmatch(value)
    yield encoded.opened(entry_of(name, None), value, "data") if is_there and isinstance(value, str) else entry_of(name, None)


def _plain(name: str, value: Json) -> Iterator[Item]:
    yield entry_of(name, None if is_sealed(value) else value)


def _release_in(record: Record, budget: releases.Budget) -> releases.Release | None:
    """The release of Helm that the object keeps; None where it keeps none."""
    said = jsontext.below(record, "data", releases.MEMBER) if jsontext.word(record, "kind") in {"Secret", "ConfigMap"} else None
    return releases.opened(said, budget) if isinstance(said, str) else None


def _released(release: releases.Release, holder: Entry) -> Iterator[Item]:
    """What a release of Helm has: its text, the values it was given, and the variables of what it made."""
    scope = release.namespace or holder.environment_scope
    yield from releases.text_of(release, holder)
    yield from releases.values_of(release, replace(holder, environment_scope=scope, group=f"release/{release.name or ''}"))
    documents, _ = Yaml(release.manifest).parsed
    for made in (document for document in documents if isinstance(document, Record) and _is_told(document)):
        for item in _of_manifest(made, scope):
            yield replace(item, encoding=release.encoding + item.encoding)


def _of_manifest(record: Record, scope: str | None) -> Iterator[Entry]:
    """The variables of an object that a release has made; what is wrong in there is no mistake of the export's."""
    try:
        for item in _object(record, jsontext.inner(record, "metadata")):
            if isinstance(item, Entry):
                yield replace(item, environment_scope=item.environment_scope or scope)
    except UnreadableError:
        return


_KINDS: Mapping[str, _Reader] = {
    "Secret": _secret,
    "ConfigMap": _config_map,
    "SealedSecret": generators.sealed_secret,
    "ExternalSecret": generators.external_secret,
    "ClusterExternalSecret": generators.external_secret,
    "SecretProviderClass": generators.provider_class,
    "HelmRelease": generators.helm_release,
    "Application": generators.application,
    "HelmChart": generators.helm_chart,
    "HelmChartConfig": generators.helm_chart,
    "Kustomization": generators.substitution,
}

SYSTEM = System(
    platform="kubernetes",
    levels={},
    expects="Kubernetes objects as YAML or JSON",
    recognise=_recognise,
    read=_read,
    level="environment",
    is_yaml=True,
)
