"""AWS CloudFormation's templates and stacks: parameters, and the environments in what a template describes.

- templates in YAML or JSON, those of SAM too: `Parameters` with their `Default`; functions, build projects, containers, settings of Elastic
  Beanstalk, parameters and secrets among the `Resources`
- `describe-stacks` and files of parameters: `ParameterKey` and `ParameterValue`; `get-template`: `TemplateBody`

(AWS CloudFormation's template reference.) What a template puts in later (`Ref`, `Fn::Sub`, `{{resolve:…}}`) is named only. The environment scope is
the resource or the stack; a parameter with `NoEcho` is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from scanner.records import replace
from scanner.sources.ci_exports import beanstalk, jsontext
from scanner.sources.ci_exports.content import Content, Yaml
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import (
    Entry,
    Item,
    Listing,
    Loose,
    as_object,
    broken,
    entry_of,
    held,
    listed,
    members,
    mistakes,
    records,
)

_LOOKS = re.compile(rb"^(?:AWSTemplateFormatVersion|Transform|Resources|Parameters)[ ]{0,16}:", re.MULTILINE)
_VERSION = re.compile(rb"^AWSTemplateFormatVersion[ ]{0,16}:", re.MULTILINE)
_AWS = "AWS::"
_NO_ECHO = "****"
"""What a stack says of a parameter with `NoEcho`."""
_DYNAMIC = "{{resolve:"
_NOBODY = Entry("", None)

_ENVIRONMENT = ("Environment",)
_WAYS = (
    (*_ENVIRONMENT, "Variables"),
    (*_ENVIRONMENT, "EnvironmentVariables"),
    _ENVIRONMENT,
    ("EnvironmentVariables",),
    ("SourceConfiguration", "ImageRepository", "ImageConfiguration", "RuntimeEnvironmentVariables"),
)
"""Ways to a map of names to values or a list of pairs, among a resource's properties or a container's: of Lambda and SAM, CodeBuild, ECS and Batch,
Amplify, App Runner."""
_OPTIONS = "OptionSettings"
_VALUES = {"AWS::SSM::Parameter": "Value", "AWS::SecretsManager::Secret": "SecretString"}
_CONTAINERS = ("ContainerDefinitions", "ContainerProperties")


def recognise(content: Content) -> Listing | None:
    """A template, a stack or its parameters, told beyond doubt."""
    if not content.mentions(b"Resources", b"ParameterKey") or (content.is_lines and not _LOOKS.search(content.text)):
        return None
    if any(_is_template(item) or _is_parameter(item) for item in _items(content)):
        return read(content)
    return broken(content) if _VERSION.search(content.text) else None


def read(content: Content) -> Listing | None:
    """The same, where the user says that it is of AWS."""
    if not content.mentions(b"Resources", b"Parameter"):
        return None
    found = [item for item in _items(content) if _is_template(item) or _is_stack(item) or _is_parameter(item)]
    if not found:
        return None
    return listed(chain(records(found, _entries), mistakes(content), (Loose(),)), "project")


def _items(content: Content) -> Iterator[Json]:
    """Templates, stacks and parameters, one after the other."""
    for page in jsontext.unpaged(content.trees, "Stacks"):
        body = jsontext.below(page, "TemplateBody")
        if isinstance(body, str):
            yield from Yaml(jsontext.secret(body).reveal()).parsed[0]
        else:
            yield page if body is None else body


def _is_template(item: Json) -> bool:
    """Whether it describes resources of AWS."""
    resources = jsontext.below(item, "Resources")
    if not isinstance(item, Record) or not isinstance(resources, Record):
        return False
    return "AWSTemplateFormatVersion" in item.names or any(_kind(resource).startswith(_AWS) for _, resource in resources.members)


def _kind(resource: Json) -> str:
    return jsontext.word(resource, "Type") if isinstance(resource, Record) else ""


def _is_stack(item: Json) -> bool:
    return isinstance(item, Record) and item.names >= {"StackName", "Parameters"}


def _is_parameter(item: Json) -> bool:
    if _is_stack(item):
        return isinstance(parameters := jsontext.below(item, "Parameters"), list) and all(_is_parameter(one) for one in parameters)
    return isinstance(item, Record) and item.names >= {"ParameterKey", "ParameterValue"}


def _entries(record: Record) -> Iterator[Item]:
    if _is_template(record):
        yield from held(members(jsontext.inner(record, "Parameters"), _parameter), _NOBODY)
        globally = jsontext.inner(jsontext.inner(record, "Globals"), "Function")
        yield from _environments(globally, replace(_NOBODY, environment_scope="Globals" if globally.members else None))
        yield from members(jsontext.inner(record, "Resources"), _resource)
    elif _is_stack(record):
        holder = replace(_NOBODY, environment_scope=jsontext.optional_text(record, "StackName"))
        for parameter in jsontext.objects(record, "Parameters"):
            yield from held(_given(parameter), holder)
    else:
        yield from _given(record)


def _parameter(name: str, value: Json) -> Iterator[Item]:
    """What a template may be given, with its default."""
    said = as_object(value)
    entry = entry_of(name, _known(said.get("Default")))
    flag = jsontext.scalar(said.get("NoEcho"))
    yield replace(entry, masked=None if flag is None else flag.reveal().lower() in {b"true", b"yes"})


def _given(record: Record) -> Iterator[Item]:
    value = jsontext.optional_text(record, "ParameterValue", "ResolvedValue")
    hidden = None if value is None else value == _NO_ECHO
    yield entry_of(jsontext.text(record, "ParameterKey"), None if hidden else value, hidden=hidden or None)


def _resource(name: str, value: Json) -> Iterator[Item]:
    """The variables that a resource gives to whatever it runs."""
    properties = jsontext.inner(as_object(value), "Properties")
    holder = replace(_NOBODY, environment_scope=name)
    yield from _environments(properties, holder)
    secret = _VALUES.get(_kind(value))
    if secret is not None and secret in properties.names:
        called = properties.get("Name")
        yield from held([entry_of(called if isinstance(called, str) else secret, _known(properties.get(secret)))], holder)
    yield from beanstalk.options(properties, _OPTIONS, holder)
    for kind in _CONTAINERS:
        definitions = properties.get(kind)
        for container in definitions if isinstance(definitions, list) else [definitions]:
            if isinstance(container, Record):
                yield from _environments(container, replace(holder, group=_called(container)))
                yield from _named(container.get("Secrets"), replace(holder, group=_called(container)))


def _called(container: Record) -> str | None:
    name = container.get("Name")
    return name if isinstance(name, str) else None


def _environments(properties: Record, holder: Entry) -> Iterator[Item]:
    for way in _WAYS:
        found = jsontext.below(properties, *way)
        if isinstance(found, list):
            yield from _named(found, holder)
        elif isinstance(found, Record) and way != _ENVIRONMENT and not _is_reference(found):
            yield from held((entry_of(name, _known(value)) for name, value in found.members), holder)


def _named(pairs: Json, holder: Entry) -> Iterator[Item]:
    """A list of names and values; one whose value is kept elsewhere is named only."""
    for pair in pairs if isinstance(pairs, list) else []:
        said = as_object(pair)
        name = said.get("Name", "Key")
        kept = jsontext.word(said, "Type") in {"PARAMETER_STORE", "SECRETS_MANAGER"}
        if isinstance(name, str):
            yield from held([entry_of(name, None if kept else _known(said.get("Value")))], holder)


def _known(value: Json) -> Json:
    """The value, unless it is put in later."""
    if isinstance(value, (Record, list)) or (isinstance(value, str) and value.startswith(_DYNAMIC)):
        return None
    return value


def _is_reference(value: Record) -> bool:
    """Whether a function of the template makes the value."""
    return len(value.members) == 1 and value.members[0][0].startswith(("!", "Ref", "Fn::"))
