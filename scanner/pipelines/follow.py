"""From a command to the scripts of the repository that it runs: `make release`, `npm run release`, `./release.sh`.

Sources: the manuals of GNU make, npm, Yarn, pnpm, Bun, Task, just, tox, nox, Rake, fastlane, GoReleaser, semantic-release, release-it,
Lerna, Maven and Gradle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from posixpath import join, normpath

from scanner.pipelines.commands import Command
from scanner.pipelines.library import Library
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.records import dataclass

_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "source", ".", "pwsh", "powershell", "call"})
_MAKES = frozenset({"make", "gmake", "mingw32-make"})
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_TASKFILES = ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml", "Taskfile.dist.yml", "Taskfile.dist.yaml")
_JUSTFILES = ("justfile", "Justfile", ".justfile")
_RAKEFILES = ("Rakefile", "rakefile", "Rakefile.rb")
_LIFECYCLE = frozenset({"test", "t", "tst", "start", "stop", "restart"})
_SHORT = {"t": "test", "tst": "test"}
_PACKAGERS = frozenset({"yarn", "pnpm", "bun"})
"""Programs that run a script of `package.json` by its name alone."""
_NPM_VALUES = frozenset({"--prefix", "-C", "--dir", "--cwd", "-w", "--workspace", "--filter", "-F"})
_FOLDERS = frozenset({"--prefix", "-C", "--dir", "--cwd", "--directory"})
_TOOL_FILES = {
    "goreleaser": (".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml"),
    "semantic-release": (".releaserc", ".releaserc.json", ".releaserc.yml", ".releaserc.yaml", "package.json"),
    "release-it": (".release-it.json", ".release-it.yml", ".release-it.yaml", "package.json"),
    "lerna": ("lerna.json",),
    "mvn": ("pom.xml",),
    "mvnw": ("pom.xml",),
    "gradle": ("build.gradle", "build.gradle.kts"),
    "gradlew": ("build.gradle", "build.gradle.kts"),
}
"""Settings that say what a tool does."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a command runs: a file's target, or one whose name is all that is known."""

    name: str
    file: ScriptFile | None = None
    target: Target | None = None


def followed(command: Command, folder: str, library: Library) -> tuple[Followed, ...]:
    """What a command that runs in `folder` (from the top of the repository) leads to; nothing where it runs no script of the repository."""
    program = command.program
    words = command.argv[1:]
    if program in _MAKES:
        return tuple(_make(words, folder, library))
    if program == "npm" or program in _PACKAGERS:
        return tuple(_packager(program, words, folder, library))
    if (runner := _RUNNERS.get(program)) is not None:
        return tuple(runner(words, folder, library))
    if program in _TOOL_FILES:
        found = library.first_script(folder, _TOOL_FILES[program])
        return () if found is None else (Followed("", found),)
    return tuple(_script(command, folder, library))


def chain(target: Target, by_name: Mapping[str, Target], most: int = 100) -> Iterator[Target]:
    """A target after all that it needs, each once."""
    waiting, met = [target], {target.name}
    while waiting and len(met) <= most:
        one = waiting.pop()
        yield one
        for name in one.needs:
            if name in by_name and name not in met:
                met.add(name)
                waiting.append(by_name[name])


def _in(file: ScriptFile | None, names: list[str], library: Library) -> Iterator[Followed]:
    """Targets of a file by their names; its default where none is named."""
    wanted = names or ([file.default] if file is not None and file.default else [])
    for name in wanted:
        found = library.targets(file).get(name) if file is not None else None
        yield Followed(name, file if found is not None else None, found)


def _words(words: tuple[str, ...], valued: frozenset[str] = frozenset()) -> list[str]:
    """What is no flag, no value of one and no assignment."""
    found, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in valued
        elif "=" not in word:
            found.append(word)
    return found


def _folder(words: tuple[str, ...], folder: str, flags: frozenset[str] = _FOLDERS) -> str:
    """The folder that a flag names, else the one where the command runs."""
    for flag, value in pairwise(words):
        if flag in flags and "$" not in value:
            return normpath(join(folder, value))
    return folder


def _make(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    where = _folder(words, folder)
    named = tuple(value for flag, value in pairwise(words) if flag in {"-f", "--file", "--makefile"})
    file = library.first_script(where, named or _MAKEFILES)
    yield from _in(file, _words(words, frozenset({"-C", "-f", "--file", "--makefile", "--directory", "-I", "-o", "-W"})), library)


def _packager(program: str, words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    plain = _words(words, _NPM_VALUES)
    if not plain:
        return
    first, rest = plain[0], plain[1:]
    file = library.first_script(_folder(words, folder), ("package.json",))
    names = library.targets(file) if file is not None else {}
    if first in {"run", "run-script", "rum", "urn"}:
        yield from _in(file, rest[:1], library)
    elif first in _LIFECYCLE:
        yield from _in(file, [_SHORT.get(first, first)], library)
    elif program in _PACKAGERS and first in names:
        yield from _in(file, [first], library)
    elif program == "yarn" and first in {"workspace", "workspaces"} and len(rest) > 1:
        yield Followed(rest[-1])


def _tox(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    named = [value for flag, value in pairwise(words) if flag in {"-e", "--env"}]
    named += [word[2:] for word in words if word.startswith("-e") and len(word) > len("-e")]
    file = library.first_script(folder, ("tox.ini", "setup.cfg", "pyproject.toml"))
    yield from _in(file, [name for names in named for name in names.split(",") if name], library)


def _nox(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    sessions: list[str] = []
    open_list = False
    for word in words:
        if word in {"-s", "--session", "--sessions", "-e"}:
            open_list = True
        elif word.startswith("-"):
            open_list = False
        elif open_list:
            sessions.append(word.partition("-")[0] if word.rpartition("-")[2][:1].isdigit() else word)
    yield from _in(library.first_script(folder, ("noxfile.py",)), sessions, library)


def _of_files(
    names: tuple[str, ...], valued: frozenset[str] = frozenset()
) -> Callable[[tuple[str, ...], str, Library], Iterator[Followed]]:
    """What runs targets that are named as plain words, out of the first of several files."""

    def run(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
        file = library.first_script(_folder(words, folder, frozenset({"-d", "--dir", "--directory"})), names)
        yield from _in(file, _words(words, valued), library)

    return run


_RUNNERS: dict[str, Callable[[tuple[str, ...], str, Library], Iterator[Followed]]] = {
    "task": _of_files(_TASKFILES, frozenset({"-t", "--taskfile", "-d", "--dir"})),
    "go-task": _of_files(_TASKFILES, frozenset({"-t", "--taskfile", "-d", "--dir"})),
    "just": _of_files(_JUSTFILES, frozenset({"-f", "--justfile", "-d", "--set"})),
    "rake": _of_files(_RAKEFILES, frozenset({"-f"})),
    "fastlane": _of_files(("fastlane/Fastfile", "Fastfile")),
    "tox": _tox,
    "nox": _nox,
}


def _script(command: Command, folder: str, library: Library) -> Iterator[Followed]:
    """A script that is started by its path, or given to a shell."""
    word = command.argv[0] if command.argv else ""
    if command.program in _SHELLS:
        word = next(iter(_words(command.argv[1:], frozenset({"-o", "-O"}))), "")
    elif "/" not in word and "\\" not in word:
        return
    word = word.replace("\\", "/")
    for prefix in (
        "$GITHUB_WORKSPACE/",
        "${GITHUB_WORKSPACE}/",
        "${{ github.workspace }}/",
        "$CI_PROJECT_DIR/",
        "$(Build.SourcesDirectory)/",
        "$PWD/",
    ):
        word = word.removeprefix(prefix)
    if not word or "$" in word or word.startswith("/"):
        return
    file = library.script(normpath(join(folder, word))) or library.script(normpath(word))
    if file is not None and file.targets:
        yield Followed(file.targets[0].name, file, file.targets[0])
    elif word.endswith((".sh", ".bash", ".ps1", ".bat", ".cmd")):
        yield Followed(word.rpartition("/")[2])
