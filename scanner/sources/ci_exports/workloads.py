"""The variables of Kubernetes' containers.

Whatever runs containers has a pod's specification somewhere: a Pod itself, and what makes pods in a template (Kubernetes' API reference:
PodSpec, PodTemplateSpec, JobTemplateSpec).
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.jsontext import Record
from scanner.sources.ci_exports.shapes import Entry, Item, entry_of, held

_WAYS = (
    ("spec",),
    ("spec", "template", "spec"),
    ("spec", "jobTemplate", "spec", "template", "spec"),
    ("spec", "template", "spec", "template", "spec"),
    ("template", "spec"),
)
"""To the specification: of a Pod, a Deployment or Job, a CronJob, a job of Cloud Run, a PodTemplate."""
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_REFERENCES = {"secretKeyRef": "secret", "configMapKeyRef": "configmap"}
_SOURCES = {"secretRef": "secret", "configMapRef": "configmap"}


def pods(record: Record) -> list[Record]:
    """The specifications of pods in an object."""
    found = (jsontext.below(record, *way) for way in _WAYS)
    return [spec for spec in found if isinstance(spec, Record) and any(isinstance(jsontext.peek(spec, name), list) for name in _CONTAINERS)]


def variables_of(record: Record, holder: Entry) -> Iterator[Item]:
    """The variables of all containers of an object, and what they are taken from, which is named only."""
    for spec in pods(record):
        for kind in _CONTAINERS:
            for container in jsontext.objects(spec, kind):
                name = jsontext.optional_text(container, "name")
                yield from _container(container, replace(holder, group=f"{holder.group}/{name}") if name else holder)


def _container(container: Record, holder: Entry) -> Iterator[Item]:
    for pair in jsontext.objects(container, "env"):
        yield from held([entry_of(jsontext.text(pair, "name"), pair.get("value"))], holder)
        yield from _referenced(jsontext.inner(pair, "valueFrom"), holder)
    for source in jsontext.objects(container, "envFrom"):
        for name, kind in _SOURCES.items():
            named = jsontext.optional_text(jsontext.inner(source, name), "name")
            if named is not None:
                yield replace(holder, name=named, group=f"{kind}/{named}")


def _referenced(source: Record, holder: Entry) -> Iterator[Item]:
    """The member of a Secret or ConfigMap that a variable gets."""
    for name, kind in _REFERENCES.items():
        reference = jsontext.inner(source, name)
        key = jsontext.optional_text(reference, "key")
        if key is not None:
            yield replace(holder, name=key, group=f"{kind}/{jsontext.optional_text(reference, 'name') or ''}")
