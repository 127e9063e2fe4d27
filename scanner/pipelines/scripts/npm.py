"""`package.json` and the release tools that are set up beside it: lerna, changesets, release-it, semantic-release.

Sources: npm's documentation of `scripts` and `publishConfig`, the tools' own schemas.
"""

from __future__ import annotations

import re

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.scripts.nouns import ReleasePart, ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.registries import registry_fact
from scanner.pipelines.scripts.text import MOST, json, of_scalar
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, parse, text

_PLUGINS: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "@semantic-release/npm": ("publish", "npm", ("NPM_TOKEN",)),
    "@semantic-release/github": ("release_page", None, ("GH_TOKEN", "GITHUB_TOKEN")),
    "@semantic-release/gitlab": ("release_page", None, ("GL_TOKEN", "GITLAB_TOKEN")),
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


def _package(file: str, data: bytes) -> ScriptFile:
    root = _object(data)
    scripts: list[tuple[Scalar, Scalar]] = [(key, node) for key, node in entries(at(root, "scripts")) if isinstance(node, Scalar)][:MOST]
    names = {key.value for key, _ in scripts}
    targets = tuple(Target(key.value, key.line, key.column, (of_scalar(node),), _hooks(key.value, names)) for key, node in scripts)
    release = at(root, "release")
    parts = _semantic(release) if isinstance(release, Entries) else ()
    if isinstance(one := at(root, "release-it"), Entries):
        parts += _release_it_parts(one)
    return ScriptFile(file, "npm_script", targets, "start" if "start" in names else None, parts, facts=_facts(root))


def _hooks(name: str, names: set[str]) -> tuple[str, ...]:
    """What npm runs before and after a script by itself."""
    wanted = [f"pre{name}", f"post{name}"]
    if name == "publish":
        wanted = ["prepublishOnly", "prepublish", "prepack", "prepare", "postpack", "postpublish"]
    return tuple(one for one in wanted if one in names and one != name)


def _facts(root: Node) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    config = at(root, "publishConfig")
    said = ((name, text(at(config, name)) or "") for name in ("provenance", "access"))
    found += ((name, value) for name, value in said if value in {"true", "false", "public", "restricted"})
    if (registry := text(at(config, "registry"))) is not None:
        found.append(registry_fact(registry))
    if text(at(root, "private")) == "true":
        found.append(("private", "true"))
    return tuple(found)


def _object(data: bytes) -> Node:
    root = json(data)
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no object at the top")
    return root


def _semantic(root: Node) -> tuple[ReleasePart, ...]:
    """What the plugins of semantic-release do; those that it has by itself where none are named."""
    listed = at(root, "plugins")
    found: list[ReleasePart] = []
    if not isinstance(listed, Items):
        return tuple(
            ReleasePart(*_PLUGINS[name][:2], f"semantic-release {name}", root.line, root.column, _PLUGINS[name][2])
            for name in _DEFAULT_PLUGINS
        )
    for item in listed.items[:MOST]:
        plugin = next(iter(items(item)), None)
        settings = item.items[1] if isinstance(item, Items) and len(item.items) > 1 else None
        name = text(plugin) or ""
        if name not in _PLUGINS or plugin is None or text(at(settings, "npmPublish")) == "false":
            continue
        role, target, sinks = _PLUGINS[name]
        found.append(ReleasePart(role, target, f"semantic-release {name}", plugin.line, plugin.column, sinks))
    return tuple(found)


def _commands(root: Node) -> tuple[Target, ...]:
    """Commands of `@semantic-release/exec` and of hooks."""
    found: list[Target] = []
    for item in items(at(root, "plugins"))[:MOST]:
        if isinstance(item, Items) and len(item.items) > 1 and text(item.items[0]) == "@semantic-release/exec":
            found += (
                Target(key.value, key.line, key.column, (of_scalar(node),))
                for key, node in entries(item.items[1])
                if key.value.endswith("Cmd") and isinstance(node, Scalar)
            )
    return tuple(found)


def _releaserc(file: str, data: bytes) -> ScriptFile:
    root = next(iter(parse(data)), None)
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no settings at the top")
    return ScriptFile(file, "semantic_release", _commands(root), parts=_semantic(root))


def _release_it_parts(root: Node) -> tuple[ReleasePart, ...]:
    found: list[ReleasePart] = []
    npm = at(root, "npm")
    if text(npm) != "false" and text(at(npm, "publish")) != "false":
        place = npm if npm is not None else root
        found.append(ReleasePart("publish", "npm", "release-it npm", place.line, place.column, ("NPM_TOKEN",)))
    for forge, sinks in (("github", ("GITHUB_TOKEN",)), ("gitlab", ("GITLAB_TOKEN",))):
        one = at(root, forge)
        if isinstance(one, Entries) and text(at(one, "release")) == "true":
            found.append(ReleasePart("release_page", None, f"release-it {forge}.release", one.line, one.column, sinks))
    return tuple(found)


def _release_it(file: str, data: bytes) -> ScriptFile:
    root = _object(data)
    targets = tuple(
        Target(key.value, key.line, key.column, tuple(of_scalar(one) for one in items(node) if isinstance(one, Scalar)))
        for key, node in entries(at(root, "hooks"))
    )
    return ScriptFile(file, "settings", targets[:MOST], parts=_release_it_parts(root))


def _settings(file: str, data: bytes) -> ScriptFile:
    """Settings of lerna and changesets: they only tell where and how the packages are published."""
    root = _object(data)
    found: list[tuple[str, str]] = []
    registry = text(at(root, "command", "publish", "registry"))
    if registry is not None:
        found.append(registry_fact(registry))
    if (access := text(at(root, "access"))) in {"public", "restricted"}:
        found.append(("access", access))
    return ScriptFile(file, "settings", facts=tuple(found))


READERS = (
    ScriptReader("npm_script", re.compile(r"(?s:(?:.{0,4096}/)?)package\.json"), _package),
    ScriptReader("semantic_release", re.compile(r"(?s:(?:.{0,4096}/)?)\.releaserc(?:\.(?:json|ya?ml))?"), _releaserc),
    ScriptReader("settings", re.compile(r"(?s:(?:.{0,4096}/)?)\.release-it\.json"), _release_it),
    ScriptReader("settings", re.compile(r"(?s:(?:.{0,4096}/)?)(?:lerna|\.changeset/config)\.json"), _settings),
)
