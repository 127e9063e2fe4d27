"""What settings of the repository say of a release tool that a command or an action runs.

Sources: the documentation of GoReleaser, semantic-release, release-it, np, auto, Lerna, Changesets, Nx, npm, Yarn, pnpm and Bun.
"""

from __future__ import annotations

from itertools import pairwise
from posixpath import join, normpath

from scanner.pipelines.commands import Command
from scanner.pipelines.library import Library
from scanner.pipelines.scripts.nouns import Denial, ReleasePart, ScriptFile, Target
from scanner.records import dataclass, field

_PACKAGE = "package.json"
_PROGRAMS = ("js", "cjs", "mjs", "ts", "cts", "mts")
_FILES = {
    "goreleaser": (
        ".goreleaser.yml",
        ".goreleaser.yaml",
        "goreleaser.yml",
        "goreleaser.yaml",
        ".config/goreleaser.yml",
        ".config/goreleaser.yaml",
    ),
    "semantic-release": (
        *(".releaserc", ".releaserc.json", ".releaserc.yml", ".releaserc.yaml"),
        *(f"{name}.{ending}" for name in (".releaserc", "release.config") for ending in _PROGRAMS),
    ),
    "release-it": (
        *(".release-it.json", ".release-it.yml", ".release-it.yaml", ".release-it.toml"),
        *(f".release-it.{ending}" for ending in _PROGRAMS),
    ),
    "np": (".np-config.json", *(f".np-config.{ending}" for ending in _PROGRAMS)),
    "auto": (".autorc", ".autorc.json"),
    "lerna": ("lerna.json",),
}
"""Settings of each tool, the first that is there counts."""
_NODE = frozenset({"semantic-release", "release-it", "np", "auto"})
"""Tools that keep settings in `package.json`, too, and publish its package."""
_OF_ALL = frozenset({"lerna", "changeset", "changesets", "nx"})
"""Tools that publish every package of a repository that may be published."""
_PUBLISHERS = frozenset({"npm", "yarn", "pnpm", "bun"})
_OTHER_PACKAGES = frozenset(
    {
        "-w",
        "--workspace",
        "--workspaces",
        "-ws",
        "-r",
        "--recursive",
        "--filter",
        "-F",
        "--prefix",
        "-C",
        "--dir",
        "--cwd",
        "workspace",
        "workspaces",
    }
)
"""Words that lead a package manager to other packages than that of the folder."""
_CONFIG = frozenset({"-f", "--config", "-c"})
_MOST_PACKAGES = 2_000


@dataclass(frozen=True, slots=True)
class Started:
    """A program as it is started: with which words, in which folder from the top of the repository."""

    program: str
    words: tuple[str, ...] = field(repr=False)
    folder: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What settings make a tool do, and what they keep it from."""

    parts: tuple[tuple[ScriptFile, ReleasePart], ...] = ()
    denials: tuple[Denial, ...] = ()
    hooks: tuple[tuple[ScriptFile, Target], ...] = ()
    """Commands that it runs by itself."""

    def denies(self, role: str, target: str | None) -> bool:
        """Whether the tool does not do that."""
        return any(one.role == role and one.target in {None, target} for one in self.denials)


def setup_of(started: Started, library: Library) -> Setup:
    """What is set up for a program; nothing where it is no release tool."""
    program, files = started.program, _files(started, library)
    if program in _OF_ALL:
        nothing = (Denial(program, "publish", "npm"),) if _is_all_private(library) else ()
        return Setup(denials=(*(denial for file in files for denial in file.denials), *nothing))
    if program not in _FILES:
        return Setup()
    found = [(file, part) for file in files for part in file.parts if part.tool in {"", program}]
    is_elsewhere = any(part.elsewhere for _, part in found)
    denials = tuple(
        denial for file in files for denial in file.denials if denial.tool == program and not (denial.of_private and is_elsewhere)
    )
    kept = Setup(denials=denials)
    parts = tuple((file, part) for file, part in found if not kept.denies(part.role, part.target))
    hooks = tuple((file, target) for file in files if file.type != "npm_script" for target in file.targets)
    return Setup(parts, denials, hooks)


def _files(started: Started, library: Library) -> tuple[ScriptFile, ...]:
    """The files that have settings of a program: what it is told to read, else what it finds."""
    asked = tuple(value for flag, value in pairwise(started.words) if flag in _CONFIG and "$" not in value)
    asked += tuple(word.partition("=")[2] for word in started.words if word.partition("=")[0] in _CONFIG and "=" in word)
    first = library.first_script(started.folder, asked or _FILES.get(started.program, ()))
    package = library.script(normpath(join(started.folder, _PACKAGE))) if started.program in _NODE else None
    return tuple(file for file in (first, package) if file is not None)


def _is_all_private(library: Library) -> bool:
    """Whether the repository has packages of Node, and none that may be published."""
    found = library.packages()
    if not found or len(found) > _MOST_PACKAGES or not library.looks(found[0], len(found)):
        return False
    packages = [library.script(path) for path in found]
    return all(one is not None and (("private", "true") in one.facts or ("name", "none") in one.facts) for one in packages)


def refuses(command: Command, folder: str, library: Library) -> bool:
    """Whether a package manager is told to publish the package of a folder that is marked as private, which it does not."""
    words = command.argv[1:]
    if command.program not in _PUBLISHERS or "publish" not in words or any(word.partition("=")[0] in _OTHER_PACKAGES for word in words):
        return False
    named = [word for word in words[words.index("publish") + 1 :] if not word.startswith("-")]
    if any("/" in word or "." in word or "$" in word for word in named):
        return False
    package = library.script(normpath(join(folder, _PACKAGE)))
    return package is not None and ("private", "true") in package.facts
