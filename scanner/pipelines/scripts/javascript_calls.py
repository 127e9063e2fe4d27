"""Which calls of a program of JavaScript start other programs, and what functions of packages do that release something."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from scanner.pipelines.scripts.javascript_tree import arguments, bare, field, text_of
from scanner.pipelines.scripts.javascript_walk import Call, Survey
from scanner.pipelines.scripts.javascript_words import command

_SURE = frozenset(
    {
        *("execSync", "execFile", "execFileSync", "execAsync", "execPromise", "spawnSync", "spawnAsync", "execa", "execaSync"),
        *("execaCommand", "execaCommandSync", "$", "$$", "runCommand", "runCommandSync", "execCommand", "getExecOutput", "runIfNotDry"),
    }
)
"""Functions that start a program, whatever they are called on."""
_BARE = frozenset({*_SURE, "exec", "spawn", "run", "sh", "shell"})
_METHODS = frozenset({"exec", "spawn", "run", "sync", "sh", "x", "xSync", "Command"})
"""Those that do on some objects only."""
_OBJECTS = frozenset(
    {"sh", "shell", "shelljs", "cp", "childProcess", "child_process", "Bun", "Deno", "exec", "execa", "spawn", "$", "proc"}
)
_PACKAGES = frozenset(
    {
        *("child_process", "execa", "zx", "tinyexec", "cross-spawn", "shelljs", "bun", "dax", "@actions/exec", "nano-spawn", "tinyspawn"),
        *("zx/core", "x", "@jsdevtools/ez-spawn"),
    }
)
"""Packages whose functions start programs."""
_OF_PACKAGES = frozenset({*_BARE, *_METHODS, "default", "*"})
_FUNCTIONS = {
    ("nx/release", "releasePublish"): "nx release publish",
    ("nx/release/index.js", "releasePublish"): "nx release publish",
    ("semantic-release", "default"): "semantic-release",
    ("release-it", "default"): "release-it",
    ("np", "default"): "np",
    ("libnpmpublish", "publish"): "npm publish",
    ("@jsdevtools/npm-publish", "npmPublish"): "npm publish",
    ("@vitejs/release-scripts", "publish"): "npm publish",
    ("@vscode/vsce", "publish"): "vsce publish",
    ("@vscode/vsce", "publishVSIX"): "vsce publish",
    ("vsce", "publish"): "vsce publish",
    ("vsce", "publishVSIX"): "vsce publish",
    ("ovsx", "publish"): "ovsx publish",
    ("gh-pages", "publish"): "gh-pages -d dist",
}
"""Functions of release tools, and commands that do the same."""
_OF_FORGE = {
    "createRelease": "gh release create",
    "uploadReleaseAsset": "gh release upload",
    "createWorkflowDispatch": "gh workflow run",
}
"""Methods of Octokit, likewise."""
_FORGE = (".repos", ".actions")
_ROUNDS = 4
"""Functions that hand on what they are given to others that do."""
_LONGEST = 200


class Callers:
    """What starts programs: known functions, those of packages, other names of these, and functions that hand on to them what they are given."""

    def __init__(self, found: Survey) -> None:
        self.names = set(_BARE)
        self.objects = set(_OBJECTS)
        for name, (package, of) in found.modules.items():
            if package in _PACKAGES and of in _OF_PACKAGES:
                (self.objects if of in {"*", "default"} else self.names).add(name)
            if package in _PACKAGES and of == "default":
                self.names.add(name)
        for _ in range(_ROUNDS):
            more = {*self._helpers(found.calls), *(name for name, value in found.values if self._is_other(value))} - self.names
            if not more:
                break
            self.names |= more

    def starts(self, function: Node | None) -> bool:
        """Whether a function starts a program."""
        function = bare(function)
        if function is None:
            return False
        if function.type == "identifier":
            return text_of(function) in self.names
        if function.type == "call_expression":
            return self._is_other(function)
        if function.type != "member_expression":
            return False
        name, of = text_of(field(function, "property")), field(function, "object")
        return name in _SURE or (name in _METHODS and of is not None and of.type == "identifier" and text_of(of) in self.objects)

    def _is_other(self, value: Node) -> bool:
        """Whether a value is such a function: `promisify(exec)`, `$({cwd})`, `isDry ? pretend : run`."""
        if value.type == "identifier":
            return text_of(value) in self.names
        if value.type == "ternary_expression":
            return any(self._is_named(field(value, way)) for way in ("consequence", "alternative"))
        if value.type != "call_expression":
            return False
        given = arguments(value)
        if self._is_named(field(value, "function")):
            return len(given) == 1 and given[0].type == "object"
        return text_of(field(value, "function"))[-_LONGEST:].endswith("promisify") and any(map(self._is_named, given[:1]))

    def _is_named(self, node: Node | None) -> bool:
        node = bare(node)
        return node is not None and node.type in {"identifier", "member_expression"} and self.starts(node)

    def _helpers(self, calls: list[Call]) -> Iterator[str]:
        """Functions that start what they are given."""
        for call in calls:
            if call.parameters and call.function not in self.names and self.starts(_function(call.node)):
                given = arguments(call.node)[:1]
                inner = (_plain(part) for one in given for part in (one, *one.named_children))
                if any(text_of(one) in call.parameters for one in inner if one is not None):
                    yield call.function


def _plain(node: Node) -> Node | None:
    """The variable that is handed on: itself, spread out, or put into a template."""
    if node.type in {"spread_element", "template_substitution"} and node.named_children:
        node = node.named_children[0]
    return node if node.type == "identifier" else None


def _function(call: Node) -> Node | None:
    return field(call, "function") or field(call, "constructor")


def does(call: Node, callers: Callers, found: Survey) -> str:
    """What a call does, as the text of a shell; empty where it starts no program that is written out."""
    function = _function(call)
    if callers.starts(function):
        return command(arguments(call), found.known)
    if function is None or function.end_byte - function.start_byte > _LONGEST:
        return ""
    package, of = found.modules.get(text_of(field(function, "object") or function), ("", ""))
    name = text_of(field(function, "property")) if function.type == "member_expression" else of
    if function.type == "member_expression":
        if text_of(field(function, "object")).endswith(_FORGE) and name in _OF_FORGE:
            return _OF_FORGE[name]
        return _FUNCTIONS.get((package, name), "") if of in {"*", "default"} else ""
    return _FUNCTIONS.get((package, "default" if name == "*" else name), "")
