"""What an entry of GitLab's `include` names, and how firmly.

Source: GitLab's CI/CD YAML syntax reference, `include`, and "CI/CD components".
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from scanner.pipelines.definition import CallDefinition, Pin, Setting
from scanner.pipelines.systems.pins import pin_of
from scanner.pipelines.yamltree import Entries, Node, Scalar, entries, text, texts

_EXACT = re.compile(r"v?\d{1,6}+\.\d{1,6}+\.\d{1,6}+(?:[-+][0-9A-Za-z.+-]{1,64})?")
_SELF = ("$CI_SERVER_FQDN/$CI_PROJECT_PATH/", "$CI_SERVER_HOST/$CI_PROJECT_PATH/")
_SCHEMES = ("https://", "http://")


def local_path(entry: Node) -> str | None:
    """The path of a file of the same repository; None where an entry names something else, or more than one file."""
    path = text(entry) if isinstance(entry, Scalar) else text(entry.get("local")) if isinstance(entry, Entries) else None
    if path is None or path.lower().startswith(_SCHEMES) or "*" in path:
        return None
    return path.removeprefix("./").lstrip("/")


def called(entry: Node, line: int, column: int) -> tuple[CallDefinition, ...]:
    """What an entry names elsewhere: one for each file of a project."""
    if isinstance(entry, Scalar):
        return (_plain(entry.value, line, column),) if not entry.is_null else ()
    if not isinstance(entry, Entries):
        return ()
    inputs = tuple(
        Setting(key.value, value.value, value.line, value.column)
        for key, value in entries(entry.get("inputs"))
        if isinstance(value, Scalar) and not value.is_null
    )
    return tuple(replace(call, inputs=inputs) for call in _mapped(entry, line, column))


def _mapped(entry: Entries, line: int, column: int) -> tuple[CallDefinition, ...]:
    if (component := text(entry.get("component"))) is not None:
        return (_component(component, line, column),)
    ref = text(entry.get("ref"))
    if (project := text(entry.get("project"))) is not None:
        targets = tuple(f"{project}/{file.value.lstrip('/')}" for file in texts(entry.get("file"))) or (project,)
        return tuple(CallDefinition(target, False, line, column, ref, pin_of(ref)) for target in targets)
    for kind in ("template", "artifact"):
        if (name := text(entry.get(kind))) is not None:
            return (CallDefinition(f"{kind}:{name}", False, line, column),)
    pin = Pin.COMMIT if text(entry.get("integrity")) is not None else Pin.NONE
    plain = text(entry.get("remote")) or text(entry.get("local"))
    return (replace(_plain(plain, line, column), pin=Pin.LOCAL if text(entry.get("remote")) is None else pin),) if plain is not None else ()


def without_credentials(url: str) -> str:
    """An address without user, password, query and fragment, any of which may hold a credential."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "remote"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _plain(value: str, line: int, column: int) -> CallDefinition:
    if "://" in value:
        return CallDefinition(without_credentials(value), False, line, column)
    return CallDefinition(value.removeprefix("./").lstrip("/"), True, line, column, pin=Pin.LOCAL)


def _component(component: str, line: int, column: int) -> CallDefinition:
    """A partial version (`1.2`, `~latest`) moves with every release; an exact one is a tag."""
    address, _, version = component.rpartition("@") if "@" in component else (component, "", "")
    for own in _SELF:
        if address.startswith(own):
            return CallDefinition(f"templates/{address.removeprefix(own)}.yml", True, line, column, pin=Pin.LOCAL)
    pin = pin_of(version or None)
    if pin is Pin.TAG and not _EXACT.fullmatch(version):
        pin = Pin.BRANCH
    return CallDefinition(address, False, line, column, version or None, pin)
