"""What AWS says of parameters, secrets and the environments of what runs there, in the JSON of its command line.

- Systems Manager: `get-parameter(s)`, `get-parameters-by-path`, `describe-parameters` and the history: `Parameters` of `Name` and `Value`
- Secrets Manager: `get-secret-value`, `batch-get-secret-value`, `list-secrets`: `SecretString`, often JSON in itself, or `SecretBinary`
- Lambda: `get-function(-configuration)`, `list-functions`: `Environment.Variables`
- ECS: `describe-task-definition` and what registers one: `containerDefinitions` of `environment` and `secrets`
- CodeBuild: `batch-get-projects`, `batch-get-builds`: `environment.environmentVariables`
- CloudFormation and Elastic Beanstalk, also as YAML: see `cloudformation` and `beanstalk`

(AWS CLI command reference.) The environment scope is the path before a name's last piece, or the function, container or project.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.sources.ci_exports import beanstalk, cloudformation, encoded, jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, entry_of, listed, records

_Reader: TypeAlias = Callable[[Record], Iterator[Item]]
_Kind: TypeAlias = tuple[Callable[[Record], bool], _Reader]

_LISTS = ("Parameters", "SecretValues", "SecretList", "Functions", "projects", "builds")
_WRAPPERS = ("Parameter", "Configuration", "taskDefinition")
_OF_KMS = re.compile(r"AQ[IE]CA[A-Za-z0-9+/=]{64,}")
"""What SSM gives of a SecureString without `--with-decryption`: base64 of a ciphertext of KMS."""
_ARN = 256
"""Characters of an ARN that tell its service."""
_TELLING = frozenset({"ARN", "Version", "LastModifiedDate", "Value"})
_PARAMETER_TYPES = frozenset({"String", "StringList", "SecureString"})
_KNOWN_OF_PARAMETER = frozenset(
    {*("Name", "Type", "Value", "Version", "LastModifiedDate", "LastModifiedUser", "ARN", "DataType", "KeyId", "Tier", "Selector")}
)
_KNOWN_OF_SECRET = frozenset({*("ARN", "Name", "VersionId", "SecretString", "SecretBinary", "VersionStages", "CreatedDate")})


def _recognise(content: Content) -> Listing | None:
    listing = beanstalk.recognise(content) or cloudformation.recognise(content)
    return _answer(content) if listing is None and any(_reader(item, _KINDS) for item in _items(content)) else listing


def _read(content: Content) -> Listing | None:
    return beanstalk.read(content) or cloudformation.read(content) or _answer(content)


def _answer(content: Content) -> Listing | None:
    """What the command line answers."""
    items = tuple(_items(content))
    readers = {reader for item in items if (reader := _reader(item, _NAMED_KINDS)) is not None}
    if not readers and (items or not any(_is_page(page) for page in jsontext.pages(content.documents or ()))):
        return None
    return listed(_said(content, items), None if readers & {_parameter, _secret} or not readers else "project")


def _said(content: Content, items: tuple[Json, ...]) -> Iterator[Item]:
    yield from records(items, _entries)
    pages = jsontext.pages(content.documents or ())
    if any(isinstance(page, Record) and _is_page(page) and jsontext.says_more(page, frozenset(_LISTS)) for page in pages):
        yield Loose()


def _items(content: Content) -> Iterator[Json]:
    for item in jsontext.unpaged(content.documents or (), *_LISTS):
        inside = [found for name in _WRAPPERS if isinstance(found := jsontext.below(item, name), Record)]
        yield inside[0] if len(inside) == 1 and isinstance(item, Record) and len(item.members) == 1 else item


def _is_page(page: Json) -> bool:
    return any(isinstance(jsontext.below(page, name), list) for name in _LISTS)


def _reader(item: Json, kinds: tuple[_Kind, ...]) -> _Reader | None:
    return next((read for tells, read in kinds if tells(item)), None) if isinstance(item, Record) else None


def _entries(record: Record) -> Iterator[Item]:
    reader = _reader(record, _NAMED_KINDS)
    if reader is None:
        raise UnreadableError(Reason.MALFORMED, "expected a parameter, a secret or something with variables")
    yield from reader(record)


def _parameter(record: Record) -> Iterator[Item]:
    value = jsontext.optional_text(record, "Value")
    is_sealed = jsontext.optional_text(record, "Type") == "SecureString" and value is not None and _OF_KMS.fullmatch(value) is not None
    yield _at_path(record, None if is_sealed else value, "LastModifiedDate")
    if is_sealed or jsontext.says_more(record, _KNOWN_OF_PARAMETER):
        yield Loose()


def _secret(record: Record) -> Iterator[Item]:
    """A secret is one slot, also where it holds JSON: what is in a value is told by the names in it."""
    binary = jsontext.optional_text(record, "SecretBinary")
    entry = _at_path(record, jsontext.optional_text(record, "SecretString"), "LastChangedDate", "CreatedDate")
    yield entry if binary is None else encoded.opened(entry, binary, "SecretBinary")
    if binary is not None or jsontext.says_more(record, _KNOWN_OF_SECRET):
        yield Loose()


def _at_path(record: Record, value: Json, *times: str) -> Entry:
    path, _, name = jsontext.text(record, "Name").rpartition("/")
    return entry_of(name, value, scope=path or None, updated_at=jsontext.moment(record, *times))


def _function(record: Record) -> Iterator[Item]:
    """A function's variables; whatever else is said of it is read as text."""
    configuration = jsontext.inner(record, "Configuration") if "Configuration" in record.names else record
    scope = jsontext.optional_text(configuration, "FunctionName")
    for name, value in jsontext.inner(jsontext.inner(configuration, "Environment"), "Variables").members:
        yield entry_of(name, value, scope=scope)
    yield Loose()


def _task(record: Record) -> Iterator[Item]:
    """The variables of each container; those from elsewhere are named only."""
    definition = jsontext.inner(record, "taskDefinition") if "taskDefinition" in record.names else record
    for container in jsontext.objects(definition, "containerDefinitions"):
        scope = jsontext.optional_text(container, "name")
        for pair in jsontext.objects(container, "environment"):
            yield entry_of(jsontext.text(pair, "name"), jsontext.optional_text(pair, "value"), scope=scope)
        for reference in jsontext.objects(container, "secrets"):
            yield entry_of(jsontext.text(reference, "name"), None, scope=scope)
    yield Loose()


def _build(record: Record) -> Iterator[Item]:
    """A project's variables; the value of one that is kept elsewhere is where."""
    scope = jsontext.optional_text(record, "projectName", "name")
    for pair in jsontext.objects(jsontext.inner(record, "environment"), "environmentVariables"):
        is_value = jsontext.optional_text(pair, "type") in {None, "PLAINTEXT"}
        value = jsontext.optional_text(pair, "value")
        yield entry_of(jsontext.text(pair, "name"), value if is_value else None, scope=scope)
    yield Loose()


def _is_parameter(item: Record) -> bool:
    return item.names >= {"Name", "Type"} and bool(item.names & _TELLING) and jsontext.word(item, "Type") in _PARAMETER_TYPES


def _is_secret(item: Record) -> bool:
    arn = jsontext.peek(item, "ARN")
    return "Name" in item.names and isinstance(arn, str) and ":secretsmanager:" in arn[:_ARN]


def _is_function(item: Record) -> bool:
    found = (jsontext.below(item, *path, "Environment", "Variables") for path in ((), ("Configuration",)))
    return item.names >= {"FunctionName", "FunctionArn"} or any(isinstance(variables, Record) for variables in found)


def _is_task(item: Record) -> bool:
    found = (jsontext.below(item, *path, "containerDefinitions") for path in ((), ("taskDefinition",)))
    return any(isinstance(definitions, list) for definitions in found)


def _is_build(item: Record) -> bool:
    return isinstance(jsontext.below(item, "environment", "environmentVariables"), list)


_KINDS: tuple[_Kind, ...] = (
    (_is_parameter, _parameter),
    (_is_secret, _secret),
    (_is_function, _function),
    (_is_task, _task),
    (_is_build, _build),
)
"""How each kind is told beyond doubt, and what reads it."""
_NAMED_KINDS: tuple[_Kind, ...] = (
    *_KINDS,
    (lambda item: item.names >= {"Name", "Value"}, _parameter),
    (lambda item: bool(item.names & {"SecretString", "SecretBinary"}), _secret),
)
"""The same, where the user says that it is of AWS."""

SYSTEM = System(
    platform="aws",
    levels={},
    expects="parameters, secrets, functions, task definitions or build projects of AWS as JSON",
    recognise=_recognise,
    read=_read,
    is_yaml=True,
)
