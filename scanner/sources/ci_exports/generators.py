"""What makes Kubernetes' Secrets from something else: most of it names what will be in them and has no values.

- SealedSecret: `spec.encryptedData` (Bitnami's Sealed Secrets)
- ExternalSecret and ClusterExternalSecret: `spec.data[].secretKey`, `spec.target` (External Secrets Operator), and the older
  `spec.data[].name`; SecretProviderClass: `spec.secretObjects` (Secrets Store CSI Driver)
- Kustomization: `secretGenerator` and `configMapGenerator` with `literals`, `files` and `envs` (Kustomize's reference)
- HelmRelease: `spec.values`, and Flux's own Kustomization: `spec.postBuild.substitute` (Flux)
- Application: `spec.source(s)[].helm` with `parameters`, `values` and `valuesObject`, `plugin.env` (Argo CD)
- HelmChart and HelmChartConfig: `spec.valuesContent` and `spec.set` (K3s)
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.contract import Secret
from scanner.records import replace
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.assigned import environment, literally
from scanner.sources.ci_exports.content import Yaml
from scanner.sources.ci_exports.jsontext import Record
from scanner.sources.ci_exports.sealed import flaw
from scanner.sources.ci_exports.settings import settings
from scanner.sources.ci_exports.shapes import Entry, Item, entry_of, held

_GENERATORS = {"secretGenerator": "secret", "configMapGenerator": "configmap"}
_LITERALS = "literals"


def sealed_secret(record: Record, holder: Entry) -> Iterator[Item]:
    """The names of what is encrypted, as those of the Secret that it becomes."""
    spec = jsontext.inner(record, "spec")
    metadata = jsontext.inner(jsontext.inner(spec, "template"), "metadata")
    secret = _secret(holder, jsontext.optional_text(metadata, "name"))
    for name, _ in jsontext.inner(spec, "encryptedData").members:
        yield replace(secret, name=name)
    if jsontext.optional_text(spec, "data") or "encryptedData" in spec.names:
        yield flaw()


def external_secret(record: Record, holder: Entry) -> Iterator[Item]:
    """The names of what is fetched from elsewhere, as those of the Secret that it becomes."""
    outer = jsontext.inner(record, "spec")
    spec = jsontext.inner(outer, "externalSecretSpec") if "externalSecretSpec" in outer.names else outer
    target = jsontext.inner(spec, "target")
    secret = _secret(holder, jsontext.optional_text(target, "name"))
    for reference in jsontext.objects(spec, "data"):
        yield replace(secret, name=jsontext.text(reference, "secretKey", "name"))
    for name, value in jsontext.inner(jsontext.inner(target, "template"), "data").members:
        yield from held([entry_of(name, value)], secret)


def provider_class(record: Record, holder: Entry) -> Iterator[Item]:
    """The names of what is fetched, as those of the Secrets that are made of it."""
    for made in jsontext.objects(jsontext.inner(record, "spec"), "secretObjects"):
        secret = _secret(holder, jsontext.optional_text(made, "secretName"))
        for one in jsontext.objects(made, "data"):
            yield replace(secret, name=jsontext.text(one, "key"))


def _secret(holder: Entry, name: str | None) -> Entry:
    own = (holder.group or "").partition("/")[2]
    return replace(holder, group=f"secret/{name or own}")


def is_kustomization(record: Record) -> bool:
    """Whether this generates Secrets or ConfigMaps; it need not say what it is."""
    return any(isinstance(jsontext.peek(record, name), list) for name in _GENERATORS)


def kustomization(record: Record, holder: Entry) -> Iterator[Item]:
    """The literals, and the names of the files that the rest comes from."""
    scope = jsontext.optional_text(record, "namespace") or holder.environment_scope
    for generator, kind in _GENERATORS.items():
        for made in jsontext.objects(record, generator):
            group = f"{kind}/{jsontext.optional_text(made, 'name') or ''}"
            secret = replace(holder, environment_scope=jsontext.optional_text(made, "namespace") or scope, group=group)
            for literal in jsontext.optional_texts(made, _LITERALS) or ():
                yield from held([_literal(literal)], secret)
            for file in (*(jsontext.optional_texts(made, "files") or ()), *(jsontext.optional_texts(made, "envs") or ())):
                yield replace(secret, name=file.partition("=")[0], is_file=True)


def _literal(text: str) -> Entry:
    """A literal without the quotes around its value, which Kustomize takes off. Raises `UnreadableError`."""
    entry = literally(text)
    if entry.value is None:
        raise jsontext.misfit(_LITERALS, "names, = and values")
    value = entry.value.reveal()
    bare = value.strip(b"\"'")
    start = len(value) - len(value.lstrip(b"\"'"))
    return replace(entry, value=Secret(bare), offset=None if entry.offset is None else entry.offset + start)


def helm_release(record: Record, holder: Entry) -> Iterator[Item]:
    """The values that Flux gives to a chart, and the names of what it takes others from."""
    spec = jsontext.inner(record, "spec")
    yield from settings(jsontext.inner(spec, "values"), holder)
    for source in jsontext.objects(spec, "valuesFrom"):
        named = jsontext.optional_text(source, "name")
        if named is not None:
            yield replace(holder, name=named, group=f"{(jsontext.optional_text(source, 'kind') or 'secret').lower()}/{named}")


def substitution(record: Record, holder: Entry) -> Iterator[Item]:
    """The values that Flux puts into manifests."""
    return environment(jsontext.inner(jsontext.inner(record, "spec"), "postBuild"), "substitute", holder)


def helm_chart(record: Record, holder: Entry) -> Iterator[Item]:
    """The values that K3s gives to a chart."""
    spec = jsontext.inner(record, "spec")
    yield from environment(spec, "set", holder)
    yield from _written(jsontext.optional_text(spec, "valuesContent"), holder)


def _written(values: str | None, holder: Entry) -> Iterator[Item]:
    """The values in a text that is YAML itself."""
    documents, _ = Yaml(jsontext.secret(values or "").reveal()).parsed
    for document in documents:
        yield from settings(document, holder) if isinstance(document, Record) else ()


def application(record: Record, holder: Entry) -> Iterator[Item]:
    """The values that Argo CD gives to a chart or to a plugin."""
    spec = jsontext.inner(record, "spec")
    single = jsontext.inner(spec, "source")
    for source in (single, *jsontext.objects(spec, "sources")):
        helm = jsontext.inner(source, "helm")
        for pair in jsontext.objects(helm, "parameters"):
            yield from held([entry_of(jsontext.text(pair, "name"), pair.get("value"))], holder)
        yield from settings(jsontext.inner(helm, "valuesObject"), holder)
        yield from _written(jsontext.optional_text(helm, "values"), holder)
        for pair in jsontext.objects(jsontext.inner(source, "plugin"), "env"):
            yield from held([entry_of(jsontext.text(pair, "name"), pair.get("value"))], holder)
