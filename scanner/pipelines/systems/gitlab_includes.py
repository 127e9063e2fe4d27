"""What an entry of GitLab's `include` names, and how firmly.

Source: GitLab's CI/CD YAML syntax reference, `include`, and "CI/CD components".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from scanner.pipelines.definition import CallDefinition, Pin, Setting
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.pins import pin_of
from scanner.pipelines.yamltree import Entries, Node, Scalar, entries, text, texts
from scanner.records import replace

_EXACT = re.compile(r"v?\d{1,6}+\.\d{1,6}+\.\d{1,6}+(?:[-+][0-9A-Za-z.+-]{1,64})?")
_SELF = ("$CI_SERVER_FQDN/$CI_PROJECT_PATH/", "$CI_SERVER_HOST/$CI_PROJECT_PATH/")
_SCHEMES = ("https://", "http://")
_ENDINGS = (".yml", ".yaml")
_STARS = re.compile(r"(\*{1,64}+)")
_LONGEST = 500
"""Characters of a path or a pattern that are compared."""
_MOST_STARS = 40
"""Parts of a pattern, stars and what is between them."""
_COMPARED = 64
"""Characters that count as a node, for each part of a pattern."""


def local_path(entry: Node) -> str | None:
    """The path of a file of the same repository; None where an entry names something else, or more than one file."""
    path = text(entry) if isinstance(entry, Scalar) else text(entry.get("local")) if isinstance(entry, Entries) else None
    if path is None or path.lower().startswith(_SCHEMES) or "*" in path:
        return None
    return path.removeprefix("./").lstrip("/")


def component_paths(entry: Node) -> tuple[str, str] | None:
    """Where a component of the same project lies, in the order in which GitLab looks; None where an entry is none."""
    component = text(entry.get("component")) if isinstance(entry, Entries) else None
    address = (component or "").rpartition("@")[0] or component or ""
    own = next((own for own in _SELF if address.startswith(own)), None)
    name = address.removeprefix(own) if own is not None else ""
    return (f"templates/{name}.yml", f"templates/{name}/template.yml") if name and "/" not in name else None


def wildcard(entry: Node) -> str | None:
    """The pattern of an entry that names files of the same repository by one."""
    path = text(entry) if isinstance(entry, Scalar) else text(entry.get("local")) if isinstance(entry, Entries) else None
    if path is None or path.lower().startswith(_SCHEMES) or "*" not in path or "$" in path:
        return None
    return path.removeprefix("./").lstrip("/")


def matching(pattern: str, paths: Iterable[str], budget: Budget) -> tuple[str, ...]:
    """The YAML files that a pattern names, by path: `*` is anything but a `/`, `**` anything. Raises `UnreadableError`."""
    parts = _STARS.split(pattern)
    if len(parts) > _MOST_STARS or len(pattern) > _LONGEST:
        return ()
    found = []
    for path in paths:
        if path.startswith(parts[0]) and path.endswith(_ENDINGS) and len(path) <= _LONGEST:
            budget.spend(1 + len(path) * len(parts) // _COMPARED)
            if _fits(path, parts):
                found.append(path)
    return tuple(sorted(found))


def _fits(path: str, parts: list[str]) -> bool:
    """Whether a path is made of these texts with stars between them. All places where one may end are kept at once, so nothing is tried twice."""
    ends = [len(parts[0])]
    for stars, literal in zip(parts[1::2], parts[2::2], strict=True):
        found: list[int] = []
        done = -1
        for end in ends:
            if end <= done:
                continue
            slash = path.find("/", end) if len(stars) == 1 else -1
            done = len(path) if slash < 0 else slash
            at = path.find(literal, end)
            while 0 <= at <= done:
                found.append(at + len(literal))
                at = path.find(literal, at + 1) if at < len(path) else -1
        ends = found
    return len(path) in ends


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
