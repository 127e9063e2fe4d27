"""Settings of the release tools of Node: semantic-release, release-it, np, auto. What they make the tool do, and what they keep it from.

Those that are programs are read by pattern, and only for what leaves no doubt. Sources: the tools' documentation of their options.
"""

from __future__ import annotations

import json as plain
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.scripts.nouns import Denial, ReleasePart, ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import MOST, Lines, json, of_scalar
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, parse, text
from scanner.records import dataclass

_SEMANTIC, _RELEASE_IT, _NP, _AUTO = "semantic-release", "release-it", "np", "auto"
_PLUGINS: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "@semantic-release/npm": ("publish", "npm", ("NPM_TOKEN",)),
    "@semantic-release/github": ("release_page", None, ("GH_TOKEN", "GITHUB_TOKEN")),
    "@semantic-release/gitlab": ("release_page", None, ("GL_TOKEN", "GITLAB_TOKEN")),
    "@saithodev/semantic-release-gitea": ("release_page", None, ("GITEA_TOKEN",)),
    "@semantic-release/git": ("write_source", None, ("GH_TOKEN", "GITHUB_TOKEN")),
    "@semantic-release-plus/docker": ("publish", "container", ("DOCKER_USERNAME", "DOCKER_PASSWORD")),
    "semantic-release-docker": ("publish", "container", ("DOCKER_USERNAME", "DOCKER_PASSWORD")),
    "semantic-release-pypi": ("publish", "pypi", ("PYPI_TOKEN",)),
    "semantic-release-cargo": ("publish", "crates", ("CARGO_REGISTRY_TOKEN",)),
    "semantic-release-rubygem": ("publish", "rubygems", ("GEM_HOST_API_KEY",)),
    "semantic-release-vsce": ("publish", "vscode", ("VSCE_PAT", "OVSX_PAT")),
    "@qiwi/semantic-release-gh-pages-plugin": ("deploy", None, ("GH_TOKEN", "GITHUB_TOKEN")),
}
_DEFAULT_PLUGINS = ("@semantic-release/npm", "@semantic-release/github")
_EXECUTES = "@semantic-release/exec"
_OF_AUTO: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "npm": ("publish", "npm", ("NPM_TOKEN",)),
    "docker": ("publish", "container", ("DOCKER_PASSWORD",)),
    "gem": ("publish", "rubygems", ("RUBYGEMS_API_KEY", "GEM_HOST_API_KEY")),
    "crates": ("publish", "crates", ("CARGO_REGISTRY_TOKEN",)),
    "maven": ("publish", "maven", ("MAVEN_PASSWORD",)),
    "gradle": ("publish", "maven", ("ORG_GRADLE_PROJECT_*",)),
    "sbt": ("publish", "maven", ("SONATYPE_PASSWORD",)),
    "cocoapods": ("publish", "cocoapods", ("COCOAPODS_TRUNK_TOKEN",)),
    "vscode": ("publish", "vscode", ("VSCE_TOKEN",)),
    "brew": ("publish", "homebrew", ("GH_TOKEN",)),
    "gh-pages": ("deploy", "pages", ("GH_TOKEN",)),
    "upload-assets": ("release_page", None, ("GH_TOKEN",)),
    "slack": ("notify", "slack", ("SLACK_TOKEN",)),
}
_OWN_PLUGIN = "@auto-it/"
_NO = "false"
_NPM_OFF = re.compile(r"\bnpm['\"]?\s{0,8}:\s{0,8}(?:false\b|\{[^{}]{0,2000}?\bpublish['\"]?\s{0,8}:\s{0,8}false\b)")
_PUBLISH_OFF = re.compile(r"\bpublish['\"]?\s{0,8}:\s{0,8}false\b")
_NPM_PUBLISH_OFF = re.compile(r"\bnpmPublish['\"]?\s{0,8}:\s{0,8}false\b")
_LISTS = re.compile(r"\bplugins['\"]?\s{0,8}:\s{0,8}\[")
_QUOTED = re.compile(r"['\"`](@?[\w./-]{1,100})['\"`]")
_COMMENT = re.compile(r"(?m)^\s{0,200}//[^\n]{0,4000}|/\*(?:[^*]|\*(?!/)){0,20000}\*/")
_PROGRAM = r"\.[cm]?[jt]s"


@dataclass(frozen=True, slots=True)
class Settings:
    """What settings of one tool come to."""

    parts: tuple[ReleasePart, ...] = ()
    denials: tuple[Denial, ...] = ()
    targets: tuple[Target, ...] = ()


def of_package(root: Node) -> Settings:
    """What the keys of a `package.json` say that tools keep there, and what follows from its being private."""
    found = [read(node) for key, read in _KEYS.items() if isinstance(node := at(root, key), Entries)]
    denials = [denial for one in found for denial in one.denials]
    if text(at(root, "private")) == "true":
        denials += [Denial(tool, "publish", "npm", of_private=True) for tool in (_SEMANTIC, _RELEASE_IT, _NP)]
    return Settings(tuple(part for one in found for part in one.parts), tuple(denials))


def _semantic(root: Node) -> Settings:
    """What the plugins of semantic-release do; those that it has by itself where none are named, be it by settings that others share."""
    listed = at(root, "plugins")
    listed = listed if listed is not None else at(root, "publish")
    if not isinstance(listed, Items):
        if at(root, "extends") is not None:
            return Settings()
        return Settings(tuple(_part(_PLUGINS, name, _SEMANTIC, root) for name in _DEFAULT_PLUGINS))
    found: list[ReleasePart] = []
    for item in listed.items[:MOST]:
        plugin = next(iter(items(item)), None) if not isinstance(item, Entries) else at(item, "path")
        settings = item.items[1] if isinstance(item, Items) and len(item.items) > 1 else item
        name = text(plugin) or ""
        if name in _PLUGINS and plugin is not None and text(at(settings, "npmPublish")) != _NO:
            found.append(_part(_PLUGINS, name, _SEMANTIC, plugin, elsewhere=at(settings, "pkgRoot") is not None))
    return Settings(tuple(found), _left_out(_SEMANTIC, found, ("publish", "npm"), ("release_page", None)))


def _part(
    known: dict[str, tuple[str, str | None, tuple[str, ...]]], name: str, tool: str, place: Node, *, elsewhere: bool = False
) -> ReleasePart:
    role, target, sinks = known[name]
    return ReleasePart(role, target, f"{tool} {name}", place.line, place.column, sinks, tool, elsewhere)


def _left_out(tool: str, parts: Iterable[ReleasePart], *asked: tuple[str, str | None]) -> tuple[Denial, ...]:
    """What a tool does by itself, and none of the parts that are named in its place does."""
    done = {(part.role, part.target) for part in parts}
    return tuple(Denial(tool, role, target) for role, target in asked if (role, target) not in done)


def _commands(root: Node) -> tuple[Target, ...]:
    """Commands of semantic-release's plugin for commands."""
    found: list[Target] = []
    for item in items(at(root, "plugins"))[:MOST]:
        if isinstance(item, Items) and len(item.items) > 1 and text(item.items[0]) == _EXECUTES:
            found += (
                Target(key.value, key.line, key.column, (of_scalar(node),))
                for key, node in entries(item.items[1])
                if key.value.endswith("Cmd") and isinstance(node, Scalar)
            )
    return tuple(found)


def _release_it(root: Node) -> Settings:
    """What release-it does: it publishes by itself, and makes a page only where it is told to."""
    parts: list[ReleasePart] = []
    denials: list[Denial] = []
    npm, git = at(root, "npm"), at(root, "git")
    if text(npm) == _NO or text(at(npm, "publish")) == _NO:
        denials.append(Denial(_RELEASE_IT, "publish", "npm"))
    else:
        place = npm if npm is not None else root
        elsewhere = at(npm, "publishPath") is not None
        parts.append(ReleasePart("publish", "npm", "release-it npm", place.line, place.column, ("NPM_TOKEN",), _RELEASE_IT, elsewhere))
    if text(git) == _NO or text(at(git, "push")) == _NO:
        denials.append(Denial(_RELEASE_IT, "write_source", None))
    for forge, sinks in (("github", ("GITHUB_TOKEN",)), ("gitlab", ("GITLAB_TOKEN",))):
        one = at(root, forge)
        if isinstance(one, Entries) and text(at(one, "release")) == "true":
            parts.append(ReleasePart("release_page", None, f"release-it {forge}.release", one.line, one.column, sinks, _RELEASE_IT))
    return Settings(tuple(parts), tuple(denials))


def _np(root: Node) -> Settings:
    return Settings(denials=(Denial(_NP, "publish", "npm"),) if text(at(root, "publish")) == _NO else ())


def _auto(root: Node) -> Settings:
    """What the plugins of auto do; where none are named it has that for npm."""
    listed = at(root, "plugins")
    if not isinstance(listed, Items):
        return Settings()
    named = [(item, (text(next(iter(items(item)), None)) or "").removeprefix(_OWN_PLUGIN)) for item in listed.items[:MOST]]
    found = [_part(_OF_AUTO, name, _AUTO, item) for item, name in named if name in _OF_AUTO]
    return Settings(tuple(found), _left_out(_AUTO, found, ("publish", "npm")))


_KEYS: dict[str, Callable[[Node], Settings]] = {"release": _semantic, "release-it": _release_it, "np": _np, "auto": _auto}
"""By their key in a `package.json`."""


def _parsed(file: str, data: bytes) -> Node:
    if file.endswith(".toml"):
        try:
            told = plain.dumps(tomllib.loads(data.decode("utf-8", "replace")), default=str)
        except (ValueError, RecursionError) as error:
            raise UnreadableError(Reason.MALFORMED, "not TOML") from error
        return json(told.encode())
    root = next(iter(parse(data)), None) or Entries((), 1, 1)
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no settings at the top")
    return root


def _releaserc(file: str, data: bytes) -> ScriptFile:
    root = _parsed(file, data)
    found = _semantic(root)
    return ScriptFile(file, "semantic_release", _commands(root), parts=found.parts, denials=found.denials)


def _of_release_it(file: str, data: bytes) -> ScriptFile:
    root = _parsed(file, data)
    targets = tuple(
        Target(key.value, key.line, key.column, tuple(of_scalar(one) for one in items(node) if isinstance(one, Scalar)))
        for key, node in entries(at(root, "hooks"))
    )
    found = _release_it(root)
    return ScriptFile(file, "settings", targets[:MOST], parts=found.parts, denials=found.denials)


def _plain(read: Callable[[Node], Settings]) -> Callable[[str, bytes], ScriptFile]:
    """A reader of settings that say nothing but what a tool does."""

    def reader(file: str, data: bytes) -> ScriptFile:
        found = read(_parsed(file, data))
        return ScriptFile(file, "settings", parts=found.parts, denials=found.denials)

    return reader


def _semantic_program(file: str, data: bytes) -> ScriptFile:
    """Plugins that a program names; what it takes over from others leaves doubt about those that it does not."""
    lines = Lines(data)
    said = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), lines.text)
    off = {"@semantic-release/npm"} if _NPM_PUBLISH_OFF.search(said) else set()
    parts = tuple(_quoted(lines, said, off))
    is_whole = _LISTS.search(said) is not None and "..." not in said
    denials = _left_out(_SEMANTIC, parts, ("publish", "npm"), ("release_page", None)) if is_whole else ()
    return ScriptFile(file, "semantic_release", parts=parts, denials=denials)


def _quoted(lines: Lines, said: str, off: set[str]) -> Iterator[ReleasePart]:
    met = set(off)
    for found in _QUOTED.finditer(said):
        if found[1] in _PLUGINS and found[1] not in met:
            met.add(found[1])
            role, target, sinks = _PLUGINS[found[1]]
            yield ReleasePart(role, target, f"{_SEMANTIC} {found[1]}", *lines.place(found.start(1)), sinks, _SEMANTIC, "pkgRoot" in said)


def _switch(tool: str, off: re.Pattern[str]) -> Callable[[str, bytes], ScriptFile]:
    """A reader of a program of which only one thing is asked: whether it keeps the tool from publishing."""

    def reader(file: str, data: bytes) -> ScriptFile:
        said = _COMMENT.sub("", Lines(data).text)
        return ScriptFile(file, "settings", denials=(Denial(tool, "publish", "npm"),) if off.search(said) else ())

    return reader


def _files(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?s:(?:.{{0,4096}}/)?)(?:{pattern})")


READERS = (
    ScriptReader("semantic_release", _files(r"\.releaserc(?:\.(?:json|ya?ml))?"), _releaserc),
    ScriptReader("semantic_release", _files(rf"(?:\.releaserc|release\.config){_PROGRAM}"), _semantic_program),
    ScriptReader("settings", _files(r"\.release-it\.(?:json|ya?ml|toml)"), _of_release_it),
    ScriptReader("settings", _files(rf"\.release-it{_PROGRAM}"), _switch(_RELEASE_IT, _NPM_OFF)),
    ScriptReader("settings", _files(r"\.np-config\.json"), _plain(_np)),
    ScriptReader("settings", _files(rf"\.np-config{_PROGRAM}"), _switch(_NP, _PUBLISH_OFF)),
    ScriptReader("settings", _files(r"\.autorc(?:\.json)?"), _plain(_auto)),
)
