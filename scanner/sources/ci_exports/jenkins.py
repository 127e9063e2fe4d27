"""Jenkins' credentials, and the parameters and variables of its jobs, from the XML files of its home.

- `credentials.xml`, a folder's `config.xml`, a person's, and what `list-credentials-as-xml` prints: domains with what they are for, and credentials
- `config.xml` of a job: the parameters of its builds; of Jenkins: the variables of all builds
- what a plugin encrypted in a file of its own

(Sources: `jenkinsci/credentials-plugin`, `cloudbees-folder-plugin`, `jenkins`; the plugins that bring the kinds of credentials.) A slot is called
by the id of its credential, which is what a pipeline refers to; the second secret of one (a passphrase) by the id and what it is. The
environment scope is `GLOBAL` or `SYSTEM`, the domain, and the hosts that the domain is for. What is encrypted is opened where the keys lie
beside the file (`jenkins_keys`). Names of people, descriptions and everything else are read as text.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator

from scanner.contract import Secret
from scanner.model import Reason
from scanner.records import dataclass, field, replace
from scanner.sources.ci_exports import jenkins_keys, xmltext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.shapes import LONGEST_TOLD, Entry, Flaw, Item, Listing, Loose, System, listed
from scanner.sources.ci_exports.xmltext import Element, Span

_CREDENTIALS = "com.cloudbees.plugins.credentials."
_STORES = frozenset({"domainCredentialsMap", _CREDENTIALS + "domains.DomainCredentials"})
_DOMAIN = frozenset({_CREDENTIALS + "domains.Domain", "domain"})
_FOLDERS = frozenset(
    {
        "com.cloudbees.hudson.plugins.folder.Folder",
        "jenkins.branch.OrganizationFolder",
        "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject",
    }
)
_JOBS = frozenset({"project", "flow-definition", "matrix-project", "maven2-moduleset"})
_SETTINGS = frozenset({"keepDependencies", "definition", "builders", "canRoam", "concurrentBuild"})
"""What a job has, and no project of Maven, MSBuild or TeamCity."""
_OF_ALL = frozenset({"numExecutors", "securityRealm", "authorizationStrategy", "globalNodeProperties"})
"""What Jenkins' own `config.xml` has."""
_LEVELS = {
    _CREDENTIALS + "SystemCredentialsProvider": "instance",
    "hudson": "instance",
    "jenkins.model.Jenkins": "instance",
    "user": "user",
    **dict.fromkeys(_FOLDERS, "group"),
    **dict.fromkeys(_JOBS, "project"),
}
"""By the root element."""
_SECRETS = (
    *(
        "privateKey",
        "secretBytes",
        "clientKeySecret",
        "clientKey",
        "uploadedKeystoreBytes",
        "secretJsonKey",
        "secretP12Key",
        "data",
        "secret",
    ),
    *("secretKey", "apiToken", "token", "secretId", "clientSecret", "apiKey", "accessToken", "password", "passphrase"),
)
"""Elements of a credential that are secret whether or not they look encrypted, what it is about first."""
_FILES = frozenset({"privateKey", "secretBytes", "uploadedKeystoreBytes", "secretJsonKey", "secretP12Key"})
"""Those that a build gets as a file."""
_BYTES = frozenset({"secretBytes", "uploadedKeystoreBytes"})
"""Those in base64, where they are not encrypted."""
_ENCODED = "data"
"""What files were called before version 1.3 of plain-credentials: base64 in a `Secret`."""
_REDACTED = "secret-redacted"
_NODE_VARIABLES = "hudson.slaves.EnvironmentVariablesNodeProperty"
_MISSING = "no secrets/master.key and hudson.util.Secret that open them lie beside the file"


@dataclass(slots=True)
class _Reading:
    """What one file is read with, and what could not be opened."""

    keys: jenkins_keys.Keys = field(repr=False)
    sealed: int = 0


def _recognise(content: Content) -> Listing | None:
    root = xmltext.root_of(content.text) if content.is_lines else ""
    if not root or (root not in _LEVELS and b"{AQAAABAAAAA" not in content.text and _CREDENTIALS.encode() not in content.text):
        return None
    found, flaw = xmltext.parse(content.text, content.first_line)
    return _listing(content, found, flaw) if found is not None and _is_told(found) else None


def _is_told(root: Element) -> bool:
    """Whether only Jenkins writes such a file."""
    if root.tag in _JOBS:
        return any(child.tag in _SETTINGS for child in root.children) and root.attribute("xmlns") is None
    if root.tag == "hudson" and any(child.tag in _OF_ALL for child in root.children):
        return True
    if root.tag.startswith(_CREDENTIALS) or root.tag in _FOLDERS or root.tag == "jenkins.model.Jenkins":
        return True
    return any(element.tag in _STORES or (element.is_leaf and jenkins_keys.is_secret(element.content.value)) for element in root.walk())


def _read(content: Content) -> Listing | None:
    if not content.is_lines or not xmltext.root_of(content.text):
        return None
    root, flaw = xmltext.parse(content.text, content.first_line)
    if root is None:
        return Listing((), () if flaw is None else (Flaw(flaw),))
    listing = _listing(content, root, flaw)
    return listing if listing.entries or listing.flaws or _is_told(root) else None


def _listing(content: Content, root: Element, flaw: str | None) -> Listing:
    return listed(_items(content, root, flaw), _LEVELS.get(root.tag))


def _items(content: Content, root: Element, flaw: str | None) -> Iterator[Item]:
    reading = _Reading(jenkins_keys.keys_beside(content.beside))
    yield from _file(root, reading)
    yield Loose()
    if reading.sealed:
        yield Flaw(f"encrypted values ({reading.sealed}): {_MISSING}", Reason.ENCRYPTED)
    if flaw is not None:
        yield Flaw(flaw)


def _file(root: Element, reading: _Reading) -> Iterator[Item]:
    """Everything in the file that is a variable, in order."""
    waiting: list[tuple[Element, Element | None]] = [(root, None)]
    while waiting:
        element, above = waiting.pop()
        if element.tag in _STORES:
            for domain, credentials in _domains(element):
                yield from _store(domain, credentials, reading)
        elif above is None and element.child("id") is not None and element.child("scope", "description") is not None:
            yield from _credential(element, "", reading)
        elif element.tag == "parameterDefinitions":
            for parameter in element.children:
                yield from _parameter(parameter, reading)
        elif element.tag == _NODE_VARIABLES:
            yield from _variables(element)
        elif element.is_leaf:
            yield from _leaf(element, above, reading)
        else:
            waiting += ((child, element) for child in reversed(element.children))


def _domains(store: Element) -> Iterator[tuple[Element | None, list[Element]]]:
    """Domains with the lists of their credentials: entries of a map, or one by itself as the command line prints it."""
    entries = store.children if store.tag == "domainCredentialsMap" else [store]
    for entry in entries:
        domain = next((child for child in entry.children if child.tag in _DOMAIN), None)
        lists = (child.children for child in entry.children if child is not domain)
        yield domain, [credential for found in lists for credential in found]


def _store(domain: Element | None, credentials: list[Element], reading: _Reading) -> Iterator[Item]:
    about = "" if domain is None else ":".join(piece for piece in (domain.said("name"), ",".join(_purposes(domain))) if piece)
    about = about[:LONGEST_TOLD]  # it is told again with each credential
    for credential in credentials:
        yield from _credential(credential, about, reading)


def _purposes(domain: Element) -> Iterator[str]:
    """Hosts, schemes and paths that a domain is for."""
    specifications = domain.child("specifications")
    for specification in [] if specifications is None else specifications.children:
        for element in specification.walk():
            if element.tag in {"includes", "schemes", "string"} and element.is_leaf and (said := element.content.text.strip()):
                yield said


def _credential(credential: Element, about: str, reading: _Reading) -> Iterator[Item]:
    """The slots of one credential; one without an id is called by its kind."""
    scope = ":".join(piece for piece in (credential.said("scope"), about) if piece) or None
    name = credential.said("id") or _short(credential.tag)
    found = [element for element in credential.walk() if element is not credential and _is_secret(element)]
    found.sort(key=lambda element: _SECRETS.index(element.tag) if element.tag in _SECRETS else len(_SECRETS))
    if not found:
        yield Entry(name, None, environment_scope=scope)
    for number, element in enumerate(found):
        called = f"{name}/{element.tag}" if number else name
        yield replace(_entry(called, element, reading), environment_scope=scope, masked=True, is_file=element.tag in _FILES)


def _is_secret(element: Element) -> bool:
    if not element.is_leaf:
        return element.child(_REDACTED) is not None
    return element.tag in _SECRETS or jenkins_keys.is_sealed(element.content.value.strip())


def _parameter(parameter: Element, reading: _Reading) -> Iterator[Item]:
    """A parameter of a build with its default; where that is the id of a credential, or one of several, it is no value."""
    name, default = parameter.said("name"), parameter.child("defaultValue", "defaultParameterValue")
    if default is not None and not default.is_leaf and default.child(_REDACTED) is None:
        default = default.child("value")
    if not name:
        yield Flaw(f"line {parameter.line}: expected a parameter with its name")
    elif default is None or parameter.tag.endswith(".CredentialsParameterDefinition"):
        yield Entry(name, None)
    else:
        is_password = "Password" in _short(parameter.tag)
        yield replace(_entry(name, default, reading), masked=is_password)


def _variables(holder: Element) -> Iterator[Item]:
    """The variables of all builds: a map that XStream writes as names and values in turn, behind their number."""
    for tree in (element for element in holder.walk() if element.tag == "tree-map"):
        texts = [child for child in tree.children if child.tag == "string"]
        for name, value in zip(texts[::2], texts[1::2], strict=False):
            if name.is_leaf and value.is_leaf:
                yield _plain(name.content.text, value.content)


def _leaf(element: Element, above: Element | None, reading: _Reading) -> Iterator[Item]:
    """What a plugin encrypted, called by the setting and what has it."""
    if jenkins_keys.is_secret(element.content.value.strip()):
        yield replace(_entry(f"{_short(above.tag)}.{element.tag}" if above is not None else element.tag, element, reading), masked=True)


def _entry(name: str, element: Element, reading: _Reading) -> Entry:
    """A slot with what was encrypted, if it can be opened, or with what stands there."""
    if element.child(_REDACTED) is not None:
        return Entry(name, None, hidden=True)
    span = element.content
    text = span.value.strip()
    if not jenkins_keys.is_sealed(text):
        entry = _plain(name, span)
        return _unpacked(entry, text) if element.tag in _BYTES else entry
    value = reading.keys.open(text)
    if value is None:
        reading.sealed += 1
        return Entry(name, None)
    entry = Entry(name, Secret(value), span.line, encoding=("scrambled",), opened=(span.start, span.end))
    return _unpacked(entry, value) if element.tag == _ENCODED else entry


def _plain(name: str, span: Span) -> Entry:
    return Entry(name, Secret(span.value), span.line, span.offset, () if span.offset is not None else ("xml",))


def _unpacked(entry: Entry, value: bytes) -> Entry:
    """The entry with what its value holds in base64, as it stands where that is none."""
    try:
        plain = b64decode(b"".join(value.split()), validate=True)
    except binascii.Error:
        return entry
    return replace(entry, value=Secret(plain), offset=None, encoding=(*entry.encoding, "base64")) if plain else entry


def _short(tag: str) -> str:
    """A class without its package; XStream writes `_-` for what stands between an outer class and its inner one."""
    return tag.rpartition(".")[2].rpartition("_-")[2]


SYSTEM = System(
    platform="jenkins",
    levels={},
    expects="credentials.xml or config.xml of Jenkins",
    recognise=_recognise,
    read=_read,
)
