"""From a command to the scripts of the repository that it runs: `make release`, `npm run release`, `./release.sh`.

Sources: the manuals of GNU make, npm, Yarn, pnpm, Bun, Task, just, tox, nox, Rake, fastlane, Maven and Gradle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from posixpath import join, normpath

from scanner.pipelines.commands import Command
from scanner.pipelines.follow_build import TOOL_FILES, of_build
from scanner.pipelines.follow_node import asked
from scanner.pipelines.follow_program import RUNNERS, parts, program
from scanner.pipelines.library import Library
from scanner.pipelines.located import in_command, located
from scanner.pipelines.scripts import tox, with_parameters, with_words
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.records import dataclass, field, replace

_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "source", ".", "pwsh", "powershell", "call"})
_POWERSHELLS = frozenset({"pwsh", "powershell"})
_VALUED_BY_SHELLS = frozenset({"-o", "-O", "-ExecutionPolicy", "-executionpolicy", "-ep", "-ex", "-WorkingDirectory", "-Version"})
_SCRIPTS = frozenset({"shell", "powershell", "batch"})
_MAKES = frozenset({"make", "gmake", "mingw32-make"})
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_TASKFILES = ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml", "Taskfile.dist.yml", "Taskfile.dist.yaml")
_JUSTFILES = ("justfile", "Justfile", ".justfile")
_BAKEFILES = ("docker-bake.hcl", "docker-bake.override.hcl")
_MOST_NAMES = 100
"""Targets that one command asks for."""
_GIVEN = re.compile(r"[A-Za-z_][\w.-]{0,127}+:{0,3}=.{0,2000}", re.DOTALL)
"""A variable that a command gives make."""
_PYTHON_VERSION = re.compile(r"-(?:\$.{1,80}|(?:pypy)?[0-9][^-]{0,80})\Z")
"""What nox puts behind the name of a session that runs with several versions."""
_CAKES = ("build.cake", "build.cs", "cake.cs")
_RAKEFILES = ("Rakefile", "rakefile", "Rakefile.rb")
_MOST_RAKE_FILES = 200
_RAKE_FOLDERS = ("rakelib", "lib/tasks", "tasks")
"""Folders whose `.rake` files Rake itself, Rails and, by custom, Rakefiles load."""
_PACKAGERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_FOLDERS = frozenset({"-C", "--directory"})


@dataclass(frozen=True, slots=True)
class Followed:
    """What a command runs: a file's target, or one whose name is all that is known."""

    name: str
    file: ScriptFile | None = None
    target: Target | None = None
    words: tuple[str, ...] | None = None
    """What a script of a shell is called with; None where that makes no difference."""
    given: tuple[str, ...] = field(default=(), repr=False)
    """Variables of make that its command sets, `NAME=value`; they count instead of what its files say."""
    around: tuple[str, ...] = field(default=(), repr=False)
    """Those of its environment that do, likewise."""


def followed(command: Command, folder: str, library: Library, own: str = "") -> tuple[Followed, ...]:
    """What a command that runs in `folder` (from the top of the repository) leads to; nothing where it runs no script of the repository.

    `own` is the script that says so, where one does.
    """
    name = command.program
    words = command.argv[1:]
    if name in _MAKES:
        return tuple(_make(words, folder, library))
    if (scripts := asked(name, words, folder, library)) or (name in _PACKAGERS and name not in RUNNERS):
        return tuple(one for file, script in scripts or () for one in _in(file, [script], library))
    if words[:2] == ("buildx", "bake"):
        return tuple(_bake(words[2:], folder, library))
    if (runner := _RUNNERS.get(name)) is not None:
        return tuple(runner(words, folder, library))
    if name in TOOL_FILES:
        return tuple(Followed("", file) for file in of_build(name, folder, library))
    return tuple(_script(command, folder, library, own))


def is_program(one: Followed) -> bool:
    """Whether what a command leads to is a program of which only calls of others are read: it may do more."""
    return one.file is not None and one.file.type in {"python", "javascript", "mage"}


def _in(file: ScriptFile | None, names: list[str], library: Library) -> Iterator[Followed]:
    """Targets of a file by their names; its default where none is named."""
    wanted = names or ([file.default] if file is not None and file.default else [])
    targets = library.targets(file) if file is not None else None
    for name in wanted[:_MOST_NAMES]:
        found = targets.named(name) if targets is not None else None
        yield Followed(name if found is None else found.name, file if found is not None else None, found)


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


def _given(words: tuple[str, ...], flags: frozenset[str]) -> Iterator[str]:
    """The values of flags, in whatever way they are written: `-C a`, `-Ca`, `--directory=a`."""
    for word, after in pairwise((*words, "")):
        name, equals, value = word.partition("=")
        if word in flags:
            yield after
        elif equals and name in flags:
            yield value
        elif word[:2] in flags and not word.startswith("--"):
            yield word[2:]


def _folder(words: tuple[str, ...], folder: str, flags: frozenset[str] = _FOLDERS) -> str:
    """The folder that a flag names, else the one where the command runs."""
    return next((normpath(join(folder, value)) for value in _given(words, flags) if "$" not in value), folder)


def _make(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    where = _folder(words, folder)
    named = tuple(_given(words, frozenset({"-f", "--file", "--makefile"})))
    file = library.first_script(where, named or _MAKEFILES)
    given = tuple(word for word in words if _GIVEN.fullmatch(word))
    names = _words(words, frozenset({"-C", "-f", "--file", "--makefile", "--directory", "-I", "-o", "-W"}))
    yield from (replace(one, given=given) for one in _in(file, names, library))


def _rake(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    """Tasks of the Rakefile, else of the files that are loaded with it."""
    file = library.first_script(folder, _RAKEFILES)
    names = [name.partition("[")[0] for name in _words(words, frozenset({"-f", "-C", "-I", "-r", "-R"}))]
    more = {normpath(join(folder, one)) for one in _RAKE_FOLDERS}
    every = library.ending(".rake")
    is_looked_for = library.looks(f"{folder}/{_RAKEFILES[0]}", len(every) + len(names) * min(len(every), _MOST_RAKE_FILES))
    files = [path for path in every if path.rpartition("/")[0] in more][:_MOST_RAKE_FILES] if is_looked_for else []
    for name in names or ["default"]:
        of_name = (one for path in files if (one := library.script(path)) is not None and name in library.targets(one))
        elsewhere = None if file is not None and name in library.targets(file) else next(of_name, None)
        yield from _in(elsewhere or file, [name] if names or elsewhere else [], library)


def _bake(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    """Targets of Bake's files as they are written there, so nothing where the command itself says what becomes of them."""
    if any(word.startswith(("--print", "--load", "--push", "--check", "--call", "--list")) or "output" in word for word in words):
        return
    named = tuple(value for flag, value in pairwise(words) if flag in {"-f", "--file"})
    names = _words(words, frozenset({"-f", "--file", "--set", "--builder", "--allow", "--metadata-file", "--progress"})) or ["default"]
    for file in (found for name in named or _BAKEFILES if (found := library.script(join(folder, name))) is not None):
        yield from (Followed(name, file, target) for name in names if (target := library.targets(file).get(name)) is not None)


def _tox(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    """Environments of tox; of those that say no commands of their own, one for each thing that the commands of all do in them."""
    file = library.first_script(folder, ("tox.ini", "setup.cfg", "pyproject.toml"))
    if file is None:
        file = ScriptFile("tox.ini", "tox")
    targets = {one.name: one for one in library.targets(file).all()}
    met: set[tuple[object, ...]] = set()
    for name in tox.asked(words, file, targets)[:_MOST_NAMES] if library.follows(file.file) else ():
        target = tox.environment(targets, name)
        said = targets.get(name)
        if target is not None and target.texts and not (said is not None and said.texts):
            if (same := (target.texts, target.env, name.startswith("py"), "test" in name)) in met:
                continue
            met.add(same)
        yield Followed(name, file if target is not None else None, target)


def _nox(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    sessions: list[str] = []
    open_list = False
    for word in words:
        if word in {"-s", "--session", "--sessions", "-e"}:
            open_list = True
        elif word.startswith("-"):
            open_list = False
        elif open_list:
            sessions.append(_PYTHON_VERSION.sub("", word) or word)
    yield from _in(library.first_script(folder, ("noxfile.py",)), sessions, library)


def _cake(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    """A script of Cake: `dotnet cake a.cake --target=b`, `dotnet run build.cs`, `dotnet make b`."""
    words = words[1:] if words[:1] in {("cake",), ("make",), ("run",), ("dotnet-cake",)} else words
    plain = _words(words, frozenset({"--target", "-t", "--file", "--configuration", "-c", "--verbosity", "-v"}))
    named = [value for value in (*_given(words, frozenset({"--file"})), *plain) if value.endswith((".cake", ".cs"))][:1]
    file = library.first_script(folder, tuple(named) or _CAKES)
    targets = [*_given(words, frozenset({"--target", "-t", "-Target"})), *(word for word in plain if word not in named)][:1]
    if file is not None and file.type == "cake":
        yield from _in(file, [target.lower() for target in targets], library)


def _dotnet(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    first = words[0] if words else ""
    if (
        first in {"cake", "make", "dotnet-cake"}
        or first.endswith((".cs", ".cake"))
        or (first == "run" and any(word.endswith(".cs") for word in words))
    ):
        yield from _cake(words, folder, library)


def _mage(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    """Functions of the magefile, else of the first file of `magefiles` that has them."""
    where = _folder(words, folder, frozenset({"-d", "-w"}))
    names = [name.lower() for name in _words(words, frozenset({"-d", "-w", "-t", "-gocmd", "-goos", "-goarch", "-ldflags", "-compile"}))]
    below = normpath(join(where, "magefiles"))
    every = [path for path in library.ending(".go") if path.startswith(f"{below}/")][:_MOST_NAMES]
    files = [file for path in (normpath(join(where, "magefile.go")), *every) if (file := library.script(path)) is not None]
    for name in names or [next((file.default for file in files if file.default), "")]:
        yield from _in(next((file for file in files if name in library.targets(file)), None), [name], library)


def _of_files(
    names: tuple[str, ...], valued: frozenset[str] = frozenset()
) -> Callable[[tuple[str, ...], str, Library], Iterator[Followed]]:
    """What runs targets that are named as plain words, out of the first of several files."""

    def run(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
        file = library.first_script(_folder(words, folder, frozenset({"-d", "--dir", "--directory"})), names)
        yield from _in(file, _words(words, valued), library)

    return run


def _tasks(*names: str) -> Callable[[tuple[str, ...], str, Library], Iterator[Followed]]:
    """Tasks of invoke by their names, among which values of their options stand."""

    def run(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
        file = library.first_script(_folder(words, folder, frozenset({"-r", "--search-root"})), names)
        asked = [word.replace("_", "-") for word in _words(words, frozenset({"-r", "--search-root", "-c", "--collection"}))]
        known = [name for name in asked if file is not None and name in library.targets(file)]
        yield from _in(file, known or asked[:1], library)

    return run


def _python(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    """A program of the repository that an interpreter is given, as far as it calls others."""
    word = next((word for word in words if not word.startswith("-")), "")
    if word.endswith(".py") and "$" not in word and not {"-m", "-c"}.intersection(words[: words.index(word)]):
        file = library.script(normpath(join(folder, word))) or library.script(normpath(word))
        if file is not None and file.targets and file.targets[0].texts:
            yield Followed("", file, file.targets[0])


def _javascript(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    """A program of the repository that a runtime is given, likewise, with what it takes of other files."""
    yield from (Followed(target.name, file, target) for file, target in program(words, folder, library))


def _profile(words: tuple[str, ...], folder: str, library: Library) -> Iterator[Followed]:
    """`release publish --profile next` of @ossjs/release: the command of that profile, else of the first one."""
    if words[:1] == ("publish",):
        names = list(_given(words, frozenset({"-p", "--profile"})))
        yield from _in(library.first_script(folder, ("release.config.json",)), names[:1], library)


_RUNNERS: dict[str, Callable[[tuple[str, ...], str, Library], Iterator[Followed]]] = {
    "task": _of_files(_TASKFILES, frozenset({"-t", "--taskfile", "-d", "--dir"})),
    "go-task": _of_files(_TASKFILES, frozenset({"-t", "--taskfile", "-d", "--dir"})),
    "just": _of_files(_JUSTFILES, frozenset({"-f", "--justfile", "-d", "--set"})),
    "rake": _rake,
    "fastlane": _of_files(("fastlane/Fastfile", "Fastfile")),
    "cake": _cake,
    "dotnet-cake": _cake,
    "dotnet": _dotnet,
    "tox": _tox,
    "nox": _nox,
    "mage": _mage,
    "release": _profile,
    **dict.fromkeys(("invoke", "inv"), _tasks("tasks.py", "tasks/__init__.py")),
    "fab": _tasks("fabfile.py", "fabfile/__init__.py"),
    **dict.fromkeys(("python", "python3", "py", "pypy", "pypy3"), _python),
    **dict.fromkeys(RUNNERS, _javascript),
}


def _script(command: Command, folder: str, library: Library, own: str) -> Iterator[Followed]:
    """A script that is started by its path, or given to a shell."""
    word = command.argv[0] if command.argv else ""
    words = command.argv[1:]
    program = command.program.lower()
    if program in _POWERSHELLS and any(flag.lower() in {"-command", "-c"} for flag in words):
        word = in_command(words)
    elif program in _SHELLS:
        word = next(iter(_words(words, _VALUED_BY_SHELLS)), "")
        words = words[words.index(word) + 1 :] if word else ()
    elif "/" not in word and "\\" not in word and not word.startswith("%~dp0"):
        return
    path, file = located(word, folder, own, library)
    if file is not None and file.type == "javascript":
        yield from (Followed(target.name, one, target) for one, target in parts(file, library))
    elif file is not None and file.targets:
        target = file.targets[0]
        called = with_parameters(target, command.argv) if file.type == "powershell" else target
        called = with_words(target, words) if file.type == "shell" else called
        yield Followed(target.name, file, called, words if file.type in _SCRIPTS else None)
    elif path.endswith((".sh", ".bash", ".ps1", ".bat", ".cmd")):
        yield Followed(path.rpartition("/")[2], words=words)
