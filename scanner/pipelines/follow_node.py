"""From a command to scripts of `package.json`: those of the package at hand, of others of a workspace, of all of them.

Sources: the manuals of npm, Yarn, pnpm and Bun; npm-run-all, concurrently, Lerna, Nx and Turborepo.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import partial
from itertools import pairwise
from posixpath import join, normpath

from scanner.pipelines.library import Library
from scanner.pipelines.scripts.nouns import ScriptFile
from scanner.records import dataclass, field

Asked = tuple[ScriptFile | None, str]
"""A script by its name, and the file that should have it; None where there is no such file."""

_PACKAGE = "package.json"
_RUN = frozenset({"run", "run-script", "rum", "urn"})
_LIFECYCLE = frozenset({"test", "t", "tst", "start", "stop", "restart"})
_SHORT = {"t": "test", "tst": "test"}
_BY_NAME = frozenset({"yarn", "pnpm", "bun"})
"""Programs that run a script by its name alone."""
_FOLDERS = frozenset({"--prefix", "-C", "--dir", "--cwd"})
_FILTERS = {
    "npm": frozenset({"-w", "--workspace"}),
    "pnpm": frozenset({"--filter", "-F", "--filter-prod"}),
    "bun": frozenset({"--filter", "-F"}),
}
_OTHERS = frozenset(
    {"--scope", "-p", "--projects", "-t", "--target", "--targets", "--ignore", "--exclude", "-c", "--configuration", "-j", "--jobs"}
)
"""Further flags of runners of monorepos and of Yarn that take a value."""
_ALL = {
    "npm": frozenset({"--workspaces", "-ws"}),
    "pnpm": frozenset({"-r", "--recursive", "recursive", "multi", "m"}),
}
_OWN = frozenset(
    {"add", "affected", "exec", "format", "generate", "graph", "import", "init", "link", "list", "login", "migrate", "prune", "release"}
)
"""Sub-commands of Nx and Turborepo that run no script."""
_MOST_PACKAGES = 200
"""Packages of a workspace in which one script is looked for."""
_MOST_PATTERNS = 100
"""Of the folders of a workspace."""
_MOST_SCRIPTS = 100
"""Scripts that one pattern names, or one command."""
_SCRIPT_PATTERN = re.compile(r"/\^?(?P<start>[\w:-]{1,80})(?P<rest>[^\n]{0,200})/")
_EXACT = re.compile(r"[{}^!]|\.\.\.|\[[^\]]{0,200}\]")
"""What pnpm's filters have around a name or folder."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a command: what is no flag, and which packages its flags choose."""

    plain: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)


def asked(program: str, words: tuple[str, ...], folder: str, library: Library) -> tuple[Asked, ...] | None:
    """The scripts that a command which runs in `folder` asks for; None where its program runs none."""
    runner = RUNNERS.get(program)
    if runner is None:
        return None
    found: dict[tuple[str | None, str], Asked] = {}
    for file, name in runner(program, words, folder, library):
        found.setdefault((None if file is None else file.file, name), (file, name))
    return tuple(found.values())


def _told_apart(program: str, words: tuple[str, ...]) -> _Words:
    found = _Words()
    waiting = list(reversed(words))
    while waiting:
        word = waiting.pop()
        if word == "--":
            break
        if not word.startswith("-"):
            if "=" not in word:
                found.plain.append(word)
            continue
        name, equals, value = word.partition("=")
        is_filter, is_folder = name in _FILTERS.get(program, ()), name in _FOLDERS
        if (is_filter or is_folder or name in _OTHERS) and not equals:
            value = waiting.pop() if waiting else ""
        found.flags[name] = value
        if is_filter:
            found.filters.append(value.strip("'\""))
        elif is_folder and "$" not in value:
            found.folders.append(value)
    return found


def _packager(program: str, words: tuple[str, ...], folder: str, library: Library) -> Iterator[Asked]:
    told = _told_apart(program, words)
    where = normpath(join(folder, *told.folders))
    plain = [word for word in told.plain if word not in _ALL.get(program, ())]
    if program == "yarn" and plain[:1] == ["workspace"]:
        told.filters.extend(plain[1:2])
        plain = plain[2:]
    is_all = not _ALL.get(program, frozenset()).isdisjoint({*told.flags, *told.plain[:2]})
    if program == "yarn" and plain[:1] == ["workspaces"]:
        plain, is_all = plain[plain.index("run") :] if "run" in plain else [], True
    if not plain:
        return
    chosen = list(_chosen(told.filters, where, library)) if told.filters else _members(where, library) if is_all else None
    first, rest = plain[0], plain[1:]
    if first in _RUN:
        yield from _scripts(_named(rest[:1], where, library), where, chosen, library)
    elif first in _LIFECYCLE:
        yield from _scripts([_SHORT.get(first, first)], where, chosen, library)
    elif program in _BY_NAME:
        yield from (one for one in _scripts([first], where, chosen, library) if _has(one, library))


def _named(names: list[str], where: str, library: Library) -> list[str]:
    """The scripts that `/test(:.*|$)/` names for pnpm: those that begin with its text, wherever that may go on. It is never run as a pattern."""
    found = _SCRIPT_PATTERN.fullmatch(names[0]) if names else None
    file = None if found is None else library.first_script(where, (_PACKAGE,))
    if found is None or file is None:
        return names
    start, ends = found["start"], ("", ":") if found["rest"].startswith("(:") else ()
    fitting = [name for name in library.targets(file) if name.startswith(start) and (not ends or name[len(start) :][:1] in ends)]
    return fitting[:_MOST_SCRIPTS] or names


def _scripts(names: list[str], where: str, chosen: list[ScriptFile] | None, library: Library) -> Iterator[Asked]:
    """Scripts of the package of a folder, or of those that were chosen instead; of many, those that have them."""
    if chosen is None:
        yield from ((library.first_script(where, (_PACKAGE,)), name) for name in names)
        return
    for name in names[:_MOST_SCRIPTS]:
        is_looked_for = library.looks(f"{where}/{_PACKAGE}", len(chosen))
        having = [file for file in chosen if name in library.targets(file)] if is_looked_for else []
        yield from ((file, name) for file in having) if having else ((None, name),)


def _has(one: Asked, library: Library) -> bool:
    file, name = one
    return file is not None and name in library.targets(file)


def _members(where: str, library: Library) -> list[ScriptFile]:
    """The packages of the workspace in a folder; all below it, where nothing says which ones are."""
    return library.kept(where, partial(_found, where, library))


def _found(where: str, library: Library) -> list[ScriptFile]:
    start = "" if where == "." else f"{where}/"
    said = (library.script(f"{where}/{name}") for name in ("pnpm-workspace.yaml", _PACKAGE))
    patterns = next((file.includes for file in said if file is not None and file.includes), ())[:_MOST_PATTERNS]
    taken, left_out = (
        [one.lstrip("!").removeprefix("./").strip("/") for one in patterns if one.startswith("!") is out] for out in (False, True)
    )
    found: list[ScriptFile] = []
    if not library.looks(f"{where}/{_PACKAGE}", len(library.packages()) * (1 + len(patterns))):
        return found
    for path in library.packages():
        folder = path.removeprefix(start).rpartition("/")[0]
        if not path.startswith(start) or not folder or len(found) >= _MOST_PACKAGES:
            continue
        is_member = not taken or any(_fits(one, folder, "/") for one in taken)
        if is_member and not any(_fits(one, folder, "/") for one in left_out) and (file := library.script(path)) is not None:
            found.append(file)
    return found


def _fits(pattern: str, name: str, separator: str) -> bool:
    """Whether a pattern fits a name of several parts: `*` stands for a part or a piece of one, `**` for any number of them."""
    names = name.split(separator)
    reached = {0}
    for part in pattern.split(separator):
        if part == "**":
            reached = set(range(min(reached), len(names) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(names) and fnmatchcase(names[at], part)}
        if not reached:
            return False
    return len(names) in reached


def _chosen(filters: list[str], where: str, library: Library) -> Iterator[ScriptFile]:
    """The packages that filters name by their names or their folders; all others, where they only leave some out."""
    named = [(_EXACT.sub("", written), written.startswith("!")) for written in filters]
    wanted, without = ([name for name, is_out in named if name and is_out is out] for out in (False, True))
    top = library.script(f"{where}/{_PACKAGE}")
    every = (*((top,) if top is not None and wanted else ()), *_members(where, library))
    if not library.looks(f"{where}/{_PACKAGE}", len(every) * len(named)):
        return
    taken, left_out = ([(name, normpath(join(where, name))) for name in names] for names in (wanted, without))
    for file in every:
        if (not taken or _is_one(file, taken)) and not _is_one(file, left_out):
            yield file


def _is_one(file: ScriptFile, wanted: list[tuple[str, str]]) -> bool:
    """Whether one of some names or folders is that of a package."""
    folder = file.file.rpartition("/")[0] or "."
    return any(fnmatchcase(file.project, name) or fnmatchcase(folder, path) for name, path in wanted)


def _patterns(program: str, words: tuple[str, ...], folder: str, library: Library) -> Iterator[Asked]:
    """`run-s build:*`: scripts of one package by patterns in which `*` is a part of a name."""
    file = library.first_script(folder, (_PACKAGE,))
    told = _told_apart(program, words)
    for word in told.plain[:_MOST_SCRIPTS]:
        pattern = word.split()[0] if word.split() else ""
        if program == "concurrently":
            before, colon, pattern = pattern.partition(":")
            if not colon or before not in {"npm", "yarn", "pnpm", "bun"}:
                continue
        yield from _of_pattern(file, pattern, library)


def _of_pattern(file: ScriptFile | None, pattern: str, library: Library) -> Iterator[Asked]:
    if file is None or "*" not in pattern:
        yield file, pattern
        return
    targets = library.targets(file)
    names = [name for name in targets if _fits(pattern, name, ":")] if library.looks(file.file, len(targets)) else []
    yield from ((file, name) for name in names[:_MOST_SCRIPTS])


def _monorepo(program: str, words: tuple[str, ...], folder: str, library: Library) -> Iterator[Asked]:
    """`turbo run build`, `nx run-many -t test`, `lerna run lint`: a script of every package that has it."""
    told = _told_apart(program, words)
    plain = told.plain
    if program == "nx" and plain[:1] in (["run-many"], ["affected"]):
        names = [name for flag in ("-t", "--target", "--targets") for name in told.flags.get(flag, "").split(",") if name]
    elif plain[:1] == ["run"]:
        names = [plain[1].rpartition(":")[2]] if program == "nx" and len(plain) > 1 else plain[1:]
    else:
        names = [name for name in plain[:1] if program in {"nx", "turbo"} and name not in _OWN]
    every = [file for file in (library.first_script(folder, (_PACKAGE,)), *_members(folder, library)) if file is not None]
    for name in names[:_MOST_SCRIPTS]:
        having = [file for file in every if name in library.targets(file)] if library.looks(f"{folder}/{_PACKAGE}", len(every)) else []
        yield from ((file, name) for file in having)
        if not having and plain[0] != name:
            yield None, name


def _node(program: str, words: tuple[str, ...], folder: str, library: Library) -> Iterator[Asked]:
    """`node --run test`."""
    name = _told_apart(program, words).flags.get("--run")
    if name is None:
        return
    name = name or next((after for word, after in pairwise(words) if word == "--run"), "")
    yield library.first_script(folder, (_PACKAGE,)), name


RUNNERS: dict[str, Callable[[str, tuple[str, ...], str, Library], Iterator[Asked]]] = {
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun"), _packager),
    **dict.fromkeys(("run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently"), _patterns),
    **dict.fromkeys(("turbo", "nx", "lerna"), _monorepo),
    "node": _node,
}
"""Programs that run scripts of packages."""
