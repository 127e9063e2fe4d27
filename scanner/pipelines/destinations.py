"""Where images and charts are pushed to, as far as the text of a definition tells: values led back over variables and results of steps.

Sources: Docker's reference of image names, the documentation of the actions and variables that are named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from scanner import hosts
from scanner.model import SOMEWHERE
from scanner.pipelines.commands import Command
from scanner.pipelines.scope import Scope
from scanner.records import dataclass, field

LOCAL = "localhost"
"""What stands for every registry that only the machine of the job, or a service beside it, can reach."""
HUB = hosts.spell(hosts.DOCKER_HUB)
_OF_HUB = hosts.DOCKER_HUB[:2]
_PLATFORM = re.compile(r"\$\{?CI_REGISTRY(?P<image>_IMAGE)?\b\}?")
_HERE = re.compile(
    r"localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]|ko\.local|kind\.local|host\.docker\.internal|minikube|(?:.{0,200}\.)?local(?:host)?"
)
_ALONE = re.compile(r"[a-z0-9_-]{1,63}:\d{2,5}")
"""A name without a domain, and a port: a service beside the job, or what a tool starts on the machine (`kind-registry:5000`)."""
_HOST = re.compile(r"\[[0-9a-f:]{2,40}\]|[a-z0-9][a-z0-9_.-]{0,252}", re.IGNORECASE)
_EXPANDED = re.compile(
    r"\$\{\{[ \t]{0,16}(?P<path>[\w.-]{1,200})[ \t]{0,16}\}\}|\$\{\{[^{}]{0,1900}\}\}|\$\{?(?i:env:)?(?P<name>[A-Za-z_]\w{0,200})\}?|%(?P<windows>[A-Za-z_]\w{0,60})%"
)
_NAMED = re.compile(r"(?m)(?:^[ \t]{0,64}|,)name=(?P<quote>['\"]?)(?P<name>[^,'\"]{1,500})(?P=quote)")
_SEPARATORS = re.compile(r"[\s,]{1,200}")
_UNKNOWN = "?"
_OPEN = (_UNKNOWN, "$", "`", "(")
_RUN = ("$(", "`")
"""What begins a command whose output is the name; its words are none."""
_OWNER = {
    "github.repository": "owner/name",
    "github.repository_owner": "owner",
    "github.actor": "owner",
    "github.event.repository.name": "name",
}
"""What of GitHub's context a name is made of that is no host."""
_ASSIGNED = re.compile(r"([A-Za-z_][\w-]{0,200})=(.{1,4096})", re.DOTALL)
_EXPORTS = frozenset({"export", "declare", "readonly", "local"})
_PRINTS = frozenset({"echo", "printf", "Write-Output"})
_RESULTS, _LATER = "GITHUB_OUTPUT", "GITHUB_ENV"
_LONGEST = 4_096
_MOST_GROWN = 1_000
"""Characters by which a value may grow before no more is put in."""
_DEEPEST = 6
_MOST = 100
"""Names of images that are looked at in one value."""


@dataclass(slots=True)
class Told:
    """What a job has said so far that its variables do not: results of steps, variables that scripts set."""

    outputs: dict[str, str] = field(default_factory=dict, repr=False)
    """By `ID.NAME`, or by `ID.` for whatever result of a step that makes names of images."""
    variables: dict[str, str] = field(default_factory=dict, repr=False)
    """Of later steps."""
    local: dict[str, str] = field(default_factory=dict, repr=False)
    """Of the script of this step alone."""

    def hear(self, command: Command, step: str | None) -> None:
        """Notes what a command of a step sets, for its own script, as a result, or for the steps after it."""
        if not command.program:
            self.local |= dict(command.assigned)
        elif command.program in _EXPORTS:
            self.local |= {found[1]: found[2] for word in command.argv[1:] if (found := _ASSIGNED.fullmatch(word[:_LONGEST]))}
        elif command.program in _PRINTS and command.writes and (found := _ASSIGNED.fullmatch(command.argv[-1][:_LONGEST])):
            if step is not None and any(_RESULTS in file for file in command.writes):
                self.outputs[f"{step.lower()}.{found[1].lower()}"] = found[2]
            if any(_LATER in file for file in command.writes):
                self.variables[found[1]] = found[2]

    def output(self, path: str) -> str | None:
        """A result by its path in expressions: `steps.ID.outputs.NAME`."""
        parts = path.lower().split(".")
        if len(parts) < len(("steps", "id", "outputs", "name")) or parts[0] != "steps":
            return None
        found = self.outputs.get(f"{parts[1]}.{parts[3]}")
        return self.outputs.get(f"{parts[1]}.") if found is None else found


def destinations(values: Iterable[str], scope: Scope, told: Told, *, is_registry: bool = False) -> tuple[str, ...]:
    """The hosts of the registries that values name, each once; `SOMEWHERE` beside them for those that cannot be told, nothing where none can."""
    names = (name for value in values for name in _names(_resolved(value, scope, told)))
    found = dict.fromkeys(_host(name, is_registry=is_registry) for name in names)
    known = tuple(host for host in found if host is not None)
    return (*known, SOMEWHERE) if known and None in found else known


def is_here(host: str) -> bool:
    """Whether nobody but the job can reach a registry."""
    return host == LOCAL


def is_thrown_away(host: str) -> bool:
    """Whether everybody can fetch from a registry, and it keeps nothing."""
    return hosts.under(host, hosts.TTL)


def _names(value: str) -> Iterator[str]:
    """The names in a value: a list over lines or commas, or the one in the settings of an exporter."""
    named = [found["name"] for found in _NAMED.finditer(value)]
    if any(sign in value for sign in _RUN):
        yield _UNKNOWN
    elif named:
        yield from named[:_MOST]
    elif "type=" not in value:
        yield from (name for name in _SEPARATORS.split(value)[:_MOST] if name)


def _host(name: str, *, is_registry: bool) -> str | None:
    """The host in the name of an image, or of a registry itself; None where that cannot be told."""
    bare = re.sub(r"^(?:[a-z]{2,8}://)?(?:[^/@]{0,200}@(?=[^/]{1,200}\.))?", "", name)
    first, slash, _ = bare.partition("/")
    if any(sign in first for sign in _OPEN):
        return None
    host = first.rpartition(":")[0] if re.search(r":\d{1,5}\Z", first) else first
    if _HERE.fullmatch(host) or (slash and _ALONE.fullmatch(first)) or (is_registry and _ALONE.fullmatch(first)):
        return LOCAL
    if not (is_registry or (slash and ("." in first or ":" in first))):
        return HUB
    if not host or not _HOST.fullmatch(host):
        return None
    return HUB if hosts.under(host, _OF_HUB) else host.lower()


def _resolved(value: str, scope: Scope, told: Told) -> str:
    """A value with what it expands put in, as far as that is told; `?` for the rest."""
    text = value[:_LONGEST]
    for _ in range(_DEEPEST):
        text = _PLATFORM.sub(lambda found: hosts.spell(hosts.GITLAB_REGISTRY) + ("/owner/name" if found["image"] else ""), text)
        if _EXPANDED.search(text) is None:
            break
        text = _EXPANDED.sub(lambda found: _expanded(found, scope, told), text)[:_LONGEST]
        if len(text) > len(value) + _MOST_GROWN:
            break
    return _EXPANDED.sub(_UNKNOWN, text)


def _expanded(found: re.Match[str], scope: Scope, told: Told) -> str:
    path = found["path"] or ""
    name = found["name"] or found["windows"] or (path[len("env.") :] if path.startswith("env.") else "")
    if name:
        return _of(name, scope, {**told.variables, **told.local})
    said = told.output(path) if path else None
    return said if said is not None else _OWNER.get(path, _UNKNOWN)


def _of(name: str, scope: Scope, variables: Mapping[str, str]) -> str:
    """The value of a variable, as it is written; one that is only made of itself is not known."""
    if name in variables:
        said = variables[name]
    else:
        setting = scope.variable(name)
        said = setting.value if setting is not None else ""
    return said if said and not any(name in (found["name"], found["windows"]) for found in _EXPANDED.finditer(said)) else _UNKNOWN
