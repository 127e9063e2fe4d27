"""`package.json`, and the settings of lerna and changesets.

Sources: npm's documentation of `scripts` and `publishConfig`, the tools' own schemas.
"""

from __future__ import annotations

import re

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.scripts.nouns import Denial, ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.registries import registry_fact
from scanner.pipelines.scripts.releasers import of_package
from scanner.pipelines.scripts.text import MOST, json, of_scalar
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, items, parse, text


def _package(file: str, data: bytes) -> ScriptFile:
    root = _object(data)
    scripts: list[tuple[Scalar, Scalar]] = [(key, node) for key, node in entries(at(root, "scripts")) if isinstance(node, Scalar)][:MOST]
    names = {key.value for key, _ in scripts}
    wired = at(root, "wireit")
    targets = tuple(_target(key, node, at(wired, key.value) if node.value == "wireit" else None, names) for key, node in scripts)
    tools = of_package(root)
    return ScriptFile(
        file,
        "npm_script",
        targets,
        "start" if "start" in names else None,
        tools.parts,
        facts=_facts(root),
        denials=tools.denials,
        includes=_workspaces(at(root, "workspaces")),
        project=text(at(root, "name")) or "",
    )


def _target(key: Scalar, node: Scalar, wired: Node | None, names: set[str]) -> Target:
    """A script; of one that Wireit runs, its command and what it depends on in the same package."""
    if wired is None:
        return Target(key.value, key.line, key.column, (of_scalar(node),), _hooks(key.value, names))
    command = at(wired, "command")
    needs = tuple(one.value for one in items(at(wired, "dependencies"))[:MOST] if isinstance(one, Scalar) and one.value in names)
    return Target(key.value, key.line, key.column, (of_scalar(command),) if isinstance(command, Scalar) else (), needs)


def _workspaces(node: Node | None) -> tuple[str, ...]:
    """Patterns of the folders of a workspace."""
    listed = items(at(node, "packages") if isinstance(node, Entries) else node)
    return tuple(one.value for one in listed[:MOST] if isinstance(one, Scalar))


def _workspace(file: str, data: bytes) -> ScriptFile:
    """The list of pnpm of the folders of a workspace."""
    return ScriptFile(file, "settings", includes=_workspaces(next(iter(parse(data)), None)))


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
    if at(root, "name") is None:
        found.append(("name", "none"))
    return tuple(found)


def _object(data: bytes) -> Node:
    root = json(data)
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no object at the top")
    return root


def _settings(file: str, data: bytes) -> ScriptFile:
    """Settings of lerna and changesets: they tell where and how the packages are published, and whether what was changed is pushed."""
    root = _object(data)
    pushes = [text(at(root, "command", name, "push")) for name in ("version", "publish")]
    found: list[tuple[str, str]] = []
    registry = text(at(root, "command", "publish", "registry"))
    if registry is not None:
        found.append(registry_fact(registry))
    if (access := text(at(root, "access"))) in {"public", "restricted"}:
        found.append(("access", access))
    denials = (Denial("lerna", "write_source", None),) if "false" in pushes else ()
    return ScriptFile(file, "settings", facts=tuple(found), denials=denials)


def _profiles(file: str, data: bytes) -> ScriptFile:
    """Profiles of @ossjs/release: the command with which each of them publishes."""
    found = items(at(_object(data), "profiles"))[:MOST]
    targets = [
        Target(text(at(one, "name")) or "", use.line, use.column, (of_scalar(use),))
        for one in found
        if isinstance(use := at(one, "use"), Scalar)
    ]
    return ScriptFile(file, "settings", tuple(targets), default=targets[0].name if targets else None)


READERS = (
    ScriptReader("settings", re.compile(r"(?s:(?:.{0,4096}/)?)release\.config\.json"), _profiles),
    ScriptReader("npm_script", re.compile(r"(?s:(?:.{0,4096}/)?)package\.json"), _package),
    ScriptReader("settings", re.compile(r"(?s:(?:.{0,4096}/)?)pnpm-workspace\.yaml"), _workspace),
    ScriptReader("settings", re.compile(r"(?s:(?:.{0,4096}/)?)(?:lerna|\.changeset/config)\.json"), _settings),
)
