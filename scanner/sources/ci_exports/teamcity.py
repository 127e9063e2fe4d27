"""TeamCity's parameters: of projects, build configurations, templates, roots and connections, from its files and its API.

- `project-config.xml`, `buildTypes/*.xml`, `vcsRoots/*.xml`, also as an export of a project has them: `param` of `name`, `value` or text, and `spec`
- `GET /app/rest/…/parameters` as XML or JSON (`property` of `name`, `value` and `type`), and projects and build configurations with theirs

(TeamCity's documentation and REST API reference.) Parameters of builds are slots; of steps, features, roots and connections only those called
`secure:…` are, with the id of what has them as environment scope. A value is `credentialsJSON:` and a UUID where the server keeps it elsewhere,
and the API leaves those of passwords out.

What a server scrambled is undone: `zxx` and hexadecimal digits of triple DES (ECB, PKCS#5) with a key that is the same in every TeamCity whose
administrator set none. It can be told right without a server: `zxx775d03cbe80d301b`, which public settings have for every empty password, is a block of nothing
but padding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from scanner.contract import Secret
from scanner.model import Reason
from scanner.records import replace
from scanner.sources.ci_exports import jsontext, xmltext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, System, listed, variables
from scanner.sources.ci_exports.xmltext import Element, Span

_FILES = {
    "project": "project",
    "build-type": "pipeline",
    "template": "pipeline",
    "meta-runner": "pipeline",
    "vcs-root": "project",
}
"""Root elements of TeamCity's files, with their levels."""
_ANSWERS = frozenset({"properties", "parameters", "property", "project", "projects", "buildType", "buildTypes"})
"""Root elements of the API's."""
_SCHEMA = "teamcity/schemas/"
_API = re.compile(r"/app/rest/(?:(?:latest|[0-9.]{1,16})/)?(?P<of>projects|buildTypes|builds|agents|vcs-roots)?")
_LEVELS = {"projects": "project", "vcs-roots": "project", "buildTypes": "pipeline", "builds": "pipeline"}
_HOLDERS = ("project", "buildType", "template")
"""What has parameters of builds, in the API's JSON and XML."""
_SECURE = "secure:"
_ELSEWHERE = "credentialsJSON:"
_SCRAMBLED = re.compile(rb"zxx(?P<digits>(?:[0-9a-fA-F]{16}){1,65536})")
_BLOCK = 8
_KEY = bytes((61, 22, 11, 57, 110, 89, 236, 255, 0, 99, 111, 136, 55, 4, 247, 10, 11, 45, 71, 167, 21, 157, 54, 51))
"""Of every TeamCity; it hides passwords from glances, and is no secret."""
_SEALED = "expected a value that TeamCity scrambled with its own key"


def _recognise(content: Content) -> Listing | None:
    if content.documents is not None:
        return _of_json(content) if any(_is_told(record) for record in _records(content)) else None
    root = _root(content)
    return _of_xml(content) if root in _FILES or root in _ANSWERS else None


def _read(content: Content) -> Listing | None:
    if content.documents is not None:
        return _of_json(content) if any(_properties(record) is not None for record in _records(content)) else None
    return _of_xml(content, named=True) if _root(content) else None


def _root(content: Content) -> str:
    return xmltext.root_of(content.text) if content.is_lines else ""


def _of_xml(content: Content, *, named: bool = False) -> Listing | None:
    root, flaw = xmltext.parse(content.text, content.first_line)
    if root is None:
        return Listing((), (Flaw(flaw),)) if named and flaw is not None else None
    if not _is_file(root) and not _is_answer(root):
        has_parameters = named and any(element.tag in {"param", "property"} and element.attribute("name") for element in root.walk())
        if not has_parameters and not (named and flaw is not None):
            return None
    level = _FILES.get(root.tag) if not _is_answer(root) else _level_of(root.word("href")) or _FILES.get(root.tag)
    return listed(_of_elements(root, flaw), level)


def _is_file(root: Element) -> bool:
    return any(_SCHEMA in span.text for name, span in root.attributes if name.endswith("noNamespaceSchemaLocation"))


def _is_answer(root: Element) -> bool:
    """Whether this is of the API: it says where more of it is, or a parameter has its type."""
    found = (element for element in root.walk() if element.tag == "property")
    return root.tag in _ANSWERS and (
        _API.match(root.word("href")) is not None
        or any((kind := one.child("type")) is not None and kind.attribute("rawValue") for one in found)
    )


def _level_of(address: str) -> str | None:
    found = _API.match(address)
    return None if found is None else _LEVELS.get(found["of"] or "")


def _of_elements(root: Element, flaw: str | None) -> Iterator[Item]:
    """Parameters of builds, and what is secret of everything else, in order."""
    waiting: list[tuple[Element, str | None]] = [(root, None)]
    while waiting:
        element, scope = waiting.pop()
        if element.tag in {"param", "property"} and element.closed:
            yield from _parameter(element, scope)
            continue
        if element.attribute("type") is not None and element.tag not in _HOLDERS:
            scope = element.word("id") or element.word("type")
        waiting += ((child, scope) for child in reversed(element.children))
    yield Loose()
    if flaw is not None:
        yield Flaw(flaw)


def _parameter(element: Element, scope: str | None) -> Iterator[Item]:
    """A parameter; one of a step or a root that is no secret of it is left to be read as text."""
    name, kind = element.word("name"), element.child("type")
    spec = element.word("spec") if kind is None else kind.word("rawValue")
    if not name:
        yield Flaw(f"line {element.line}: expected a parameter with its name")
    elif scope is None or name.startswith(_SECURE):
        span = element.attribute("value")
        if span is None and element.is_leaf and element.begin < element.end:
            span = element.content
        yield from _entries(name, spec, span, scope)


def _entries(name: str, spec: str, span: Span | None, scope: str | None) -> Iterator[Item]:
    secret = spec.startswith("password") or name.startswith(_SECURE)
    entry = Entry(name, None, environment_scope=scope, masked=secret if spec or secret else None)
    if span is None:
        yield replace(entry, hidden=True if secret else None)
    elif span.value.startswith(b"zxx"):
        entry, flaw = _unscrambled(replace(entry, line=span.line, opened=(span.start, span.end)), span.value)
        yield entry
        if flaw is not None:
            yield Flaw(f"line {span.line}: {flaw.detail}", flaw.reason)
    elif not span.text.startswith(_ELSEWHERE):
        encoding = () if span.offset is not None else ("xml",)
        yield replace(entry, value=Secret(span.value), line=span.line, offset=span.offset, encoding=encoding)
    else:
        yield entry


def _unscrambled(entry: Entry, value: bytes) -> tuple[Entry, Flaw | None]:
    """The entry with what `value` hides; without it, and why, where that needs another key."""
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES  # noqa: PLC0415 (40 ms that most runs never need)
    from cryptography.hazmat.primitives.ciphers import Cipher, modes  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415 (as above)

    found = _SCRAMBLED.fullmatch(value)
    sealed = replace(entry, line=None, opened=None), Flaw(_SEALED, Reason.ENCRYPTED)
    if found is None:
        return sealed
    decryptor = Cipher(TripleDES(_KEY), modes.ECB()).decryptor()  # noqa: S305 - what TeamCity chose
    unpadder = PKCS7(_BLOCK * 8).unpadder()
    try:
        padded = decryptor.update(bytes.fromhex(found["digits"].decode())) + decryptor.finalize()
        plain = unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        return sealed
    return replace(entry, value=Secret(plain), encoding=(*entry.encoding, "scrambled")), None


def _of_json(content: Content) -> Listing:
    found = [(record, properties) for record in _records(content) if (properties := _properties(record)) is not None]
    levels = (_level_of(jsontext.word(record, "href")) for record, _ in found)
    return listed(_of_records(content), next((level for level in levels if level is not None), None))


def _of_records(content: Content) -> Iterator[Item]:
    """Parameters of builds, and what is secret of steps and the like, in order."""
    waiting: list[tuple[Json, str | None]] = [(page, None) for page in reversed(tuple(jsontext.pages(content.documents or ())))]
    while waiting:
        found, scope = waiting.pop()
        if isinstance(found, list):
            waiting += ((item, scope) for item in reversed(found))
        elif isinstance(found, Record):
            if (properties := _properties(found)) is not None:
                yield from variables(properties, partial(_property, scope))
            inner = (value for name, value in found.members if name != "property" or properties is None)
            waiting += ((value, _scope(found) or scope) for value in reversed(tuple(inner)))
    yield Loose()


def _scope(record: Record) -> str | None:
    """What the parameters in `record` are of, where they are not those of builds: a step, a feature, a root has a type in words."""
    kind = jsontext.word(record, "type")
    return (jsontext.word(record, "id") or kind) if kind else None


def _property(scope: str | None, record: Record) -> Iterator[Item]:
    name = jsontext.text(record, "name")
    spec = jsontext.optional_text(jsontext.inner(record, "type"), "rawValue") or ""
    said = jsontext.optional_text(record, "value")
    if scope is not None and not name.startswith(_SECURE):
        return
    secret = spec.startswith("password") or name.startswith(_SECURE)
    entry = Entry(name, None, environment_scope=scope, masked=secret)
    value = None if said is None else jsontext.secret(said)
    if value is None:
        yield replace(entry, hidden=True if secret else None)
    elif value.reveal().startswith(b"zxx"):
        entry, flaw = _unscrambled(entry, value.reveal())
        yield entry
        if flaw is not None:
            yield flaw
    elif said is not None and not said.startswith(_ELSEWHERE):
        yield replace(entry, value=value, encoding=jsontext.undone(value))
    else:
        yield entry


def _records(content: Content) -> Iterator[Record]:
    """Every object in the documents."""
    waiting: list[Json] = list(content.documents or ())
    while waiting:
        found = waiting.pop()
        if isinstance(found, Record):
            yield found
            waiting += (value for _, value in found.members)
        elif isinstance(found, list):
            waiting += found


def _properties(record: Record) -> list[Json] | None:
    """The parameters of an object that lists some."""
    found = jsontext.peek(record, "property")
    named = isinstance(found, list) and any(isinstance(item, Record) and "name" in item.names for item in found)
    return found if named and isinstance(found, list) else None


def _is_told(record: Record) -> bool:
    """Whether only TeamCity lists parameters like this."""
    found = _properties(record)
    if found is None:
        return False
    typed = any(isinstance(jsontext.below(item, "type", "rawValue"), str) for item in found)
    return typed or _API.match(jsontext.word(record, "href")) is not None


SYSTEM = System(
    platform="teamcity",
    levels={},
    expects="settings of TeamCity as XML or parameters from its API",
    recognise=_recognise,
    read=_read,
)
