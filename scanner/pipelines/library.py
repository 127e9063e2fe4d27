"""The definitions and scripts of one repository, each read once and only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from posixpath import normpath

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines import scripts, systems
from scanner.pipelines.definition import PipelineDefinition
from scanner.pipelines.releases import is_release_file
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.text import MOST
from scanner.pipelines.systems.system import Others, System
from scanner.pipelines.targets import Targets
from scanner.pipelines.yamltree import LARGEST
from scanner.records import dataclass, replace

MOST_FILES = 5_000
"""Definitions of a repository; whoever has more keeps them as test data."""
_WITH_CHILDREN = frozenset({"gitlab", "circleci"})
"""Systems whose jobs start definitions that may lie anywhere."""
_MOST_FOLLOWED = 40_000
"""Texts of scripts, their commands, what these lead to and steps of actions that are followed, over all jobs and scripts of a repository."""
_MOST_NEEDED = 1_000
"""Targets that one needs, those that these need included."""
_LOOKED_AT = 64
"""Names of targets that are needed: so many count as one thing that is followed."""
_MOST_SETTINGS = 200
"""Variables of a target, which are looked at for each of its commands."""

_MOST_VARIED = 20_000
"""Commands that are read once more because an expression or variable in them has several values."""
_MOST_PUT = 4 << 20
"""Characters of what files set for those that they include."""
_MOST_LOOKED = 500_000
"""Packages, scripts and files that are looked at to find those that commands mean by a pattern or a part of a name."""
_MOST_INCLUDED = 100
"""Files that one file of targets includes."""
_MOST_JOINED = 50_000
"""Targets of included files, over all that include them."""
_MOST_GLOBS = 20
"""Patterns of files among them, for each of which all paths of the repository are looked at."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A definition or script that could not be read by meaning."""

    path: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Shut:
    """A file that is there and not opened."""

    why: str
    """For people; empty where that is said elsewhere."""


Opening = Callable[[str], bytes | Shut | None]
"""What a file of the repository holds, by its path from the top; None where there is none."""


class Library:
    """What a repository has of definitions and scripts. `paths` are all its files, from the top; `files` opens them."""

    def __init__(self, paths: Collection[str], files: Opening) -> None:
        self._unread: dict[Unread, None] = {}
        self.paths = frozenset(paths)
        self._files = files
        self._broken: dict[str, Unread] = {}
        """Scripts and build files that could not be read, or not all of them."""
        self._asked: dict[str, None] = {}
        self._definitions: dict[str, tuple[PipelineDefinition, ...]] = {}
        self._scripts: dict[str, ScriptFile | None] = {}
        self._targets: dict[str, Targets] = {}
        self._together: dict[str, tuple[ScriptFile, ...]] = {}
        self._homes: dict[str, dict[str, tuple[str, ...]]] = {}
        self._chains: dict[tuple[str, str, tuple[str, ...]], tuple[Target, ...]] = {}
        self._endings: dict[str, tuple[str, ...]] = {}
        self._by_name: dict[str, list[str]] | None = None
        self._kept: dict[str, list[ScriptFile]] = {}
        self._varied = 0
        self._joined = 0
        self._room = scripts.Room(_MOST_PUT)
        self._looked = 0
        self._globs = 0
        self._packages: tuple[str, ...] | None = None
        self._followed = 0
        self._folders: frozenset[str] = frozenset()

    def definitions(self) -> Iterator[PipelineDefinition]:
        """All that CI systems would read by themselves, by path. What cannot be read is in `unread` then."""
        found = sorted(path for path in self.paths if systems.of(path) is not None)
        for path in found[:MOST_FILES]:
            yield from self.definition(path)
        if len(found) > MOST_FILES:
            self.exceeds(
                found[MOST_FILES], f"more than {MOST_FILES} definitions of pipelines; this and those after it were not read by meaning"
            )
        for path in sorted(path for path in self.paths if systems.may_be(path) and systems.of(path) is None)[:MOST_FILES]:
            yield from self.definition(path)

    def definition(self, path: str) -> tuple[PipelineDefinition, ...]:
        """What a definition says; nothing where there is none, or where it cannot be read."""
        path = normpath(path)
        system = systems.of(path) or self._by_content(path)
        return () if system is None else self._read(path, system)

    def _by_content(self, path: str) -> System | None:
        """The system of a definition that only its content tells."""
        if path not in self.paths or not systems.may_be(path):
            return None
        try:
            return systems.by_content(path, self.content(path))
        except UnreadableError:
            return None

    def children(self, pipeline: PipelineDefinition) -> Iterator[PipelineDefinition]:
        """What the jobs of a definition start and lies where its system would not look by itself."""
        system = next((one for one in systems.SYSTEMS if one.platform == pipeline.platform), None)
        if system is None or pipeline.platform not in _WITH_CHILDREN:
            return
        for path in (normpath(job.call.target) for job in pipeline.jobs if job.call is not None and job.call.is_local):
            if path not in self._definitions and path in self.paths and len(self._definitions) < 2 * MOST_FILES:
                yield from (replace(one, is_reusable=True) for one in self._read(path, system))

    def _read(self, path: str, system: System) -> tuple[PipelineDefinition, ...]:
        if path not in self._definitions:
            self._definitions[path] = ()
            if path in self.paths:
                try:
                    self._definitions[path] = system.read(path, self.content(path), Others(self._read_other, self.paths))
                except UnreadableError as error:
                    self.say(Unread(path, Reason(error.reason), error.detail))
        return self._definitions[path]

    def action(self, folder: str) -> PipelineDefinition | None:
        """The composite action in a folder of the repository."""
        for name in ("action.yml", "action.yaml"):
            for found in self.definition(f"{folder}/{name}"):
                return found
        return None

    def script(self, path: str) -> ScriptFile | None:
        """What a script or build file says that something runs; None where there is none of that name that can be read."""
        path = normpath(path)
        self._asked[path] = None
        return self._known(path)

    @property
    def asked(self) -> frozenset[str]:
        """The scripts and build files that were asked for so far, there or not."""
        return frozenset(self._asked)

    def say(self, *unread: Unread) -> None:
        """Says what could not be read, and nothing of what is said elsewhere."""
        self._unread |= dict.fromkeys(one for one in unread if one.detail)

    def say_broken(self, run: Collection[str]) -> None:
        """Says which scripts and build files could not be read: those that are `run`, and those from which releases are made."""
        for path, unread in sorted(self._broken.items()):
            if path in run or is_release_file(path):
                self.say(unread)

    def ending(self, ending: str) -> tuple[str, ...]:
        """All files of the repository whose paths end so, by path."""
        if ending not in self._endings:
            self._endings[ending] = tuple(sorted(path for path in self.paths if path.endswith(ending)))
        return self._endings[ending]

    def only(self, end: str) -> str | None:
        """The one path of the repository that ends with these names; None where there are several, or none."""
        if self._by_name is None:
            self._by_name = {}
            for path in self.paths:
                self._by_name.setdefault(path.rpartition("/")[2], []).append(path)
        named = self._by_name.get(end.rpartition("/")[2], ())
        found = [path for path in named if f"/{path}".endswith(f"/{end}")] if named and self.looks(named[0], len(named)) else []
        return found[0] if len(found) == 1 else None

    def packages(self) -> tuple[str, ...]:
        """Every `package.json` that is the repository's own, by path."""
        if self._packages is None:
            named = sorted(path for path in self.paths if path.rpartition("/")[2] == "package.json")
            self._packages = tuple(path for path in named if "node_modules" not in path.split("/"))
        return self._packages

    def kept(self, folder: str, make: Callable[[], list[ScriptFile]]) -> list[ScriptFile]:
        """What is made for a folder, made once."""
        if folder not in self._kept:
            self._kept[folder] = make()
        return self._kept[folder]

    def first_script(self, folder: str, names: tuple[str, ...]) -> ScriptFile | None:
        """The first of several files of a folder that is there."""
        return next((found for name in names if (found := self.script(f"{folder}/{name}")) is not None), None)

    def targets(self, file: ScriptFile) -> Targets:
        """The targets of a script or build file by their names, with those that it includes."""
        if file.file not in self._targets:
            self._targets[file.file] = Targets(self._settled(file) if file.includes else file.targets)
        return self._targets[file.file]

    def chain(self, file: ScriptFile, target: Target) -> tuple[Target, ...]:
        """A target of a file after all that it needs, each once."""
        key = file.file, target.name, target.needs
        if key not in self._chains:
            self._chains[key] = tuple(self._needed(file, target))
        return target, *self._chains[key]

    def _needed(self, file: ScriptFile, target: Target) -> Iterator[Target]:
        targets = self.targets(file)
        waiting, met = [target], {target.name}
        while waiting:
            one = waiting.pop()
            if one is not target:
                yield one
            if not self.follows(file.file, 1 + len(one.needs) // _LOOKED_AT):
                break
            for name in one.needs:
                needed = targets.named(name)
                if needed is not None and needed.name not in met:
                    met.add(needed.name)
                    waiting.append(needed)
            if len(met) > _MOST_NEEDED:
                self.exceeds(file.file, f"a target that needs more than {_MOST_NEEDED} others, which are not all followed")
                break

    def is_folder(self, path: str) -> bool:
        """Whether there are files directly in a folder."""
        if not self._folders:
            self._folders = frozenset(path.rpartition("/")[0] or "." for path in self.paths)
        return path in self._folders

    def together(self, file: ScriptFile) -> tuple[ScriptFile, ...]:
        """A file and those that it includes, each once; they are looked for from its folder and from the top."""
        if file.file not in self._together:
            self._together[file.file] = (file, *self._included(file)) if file.includes else (file,)
        return self._together[file.file]

    def homes(self, file: ScriptFile, name: str) -> tuple[str, ...]:
        """The files that have a target of a name, out of a file and those that it includes."""
        if file.file not in self._homes:
            found = self._homes[file.file] = dict[str, tuple[str, ...]]()
            for one in self.together(file):
                for target in one.targets:
                    known = found.get(target.name, ())
                    found[target.name] = known if one.file in known[-1:] else (*known, one.file)
        return self._homes[file.file].get(name, ())

    def _included(self, file: ScriptFile) -> Iterable[ScriptFile]:
        waiting, files = [file], dict[str, ScriptFile]()
        self._globs = 0
        while waiting and len(files) < _MOST_INCLUDED:
            one = waiting.pop(0)
            for path in self._paths(one.includes, (one.file.rpartition("/")[0], file.file.rpartition("/")[0], "")):
                more = self.script(path)
                if more is not None and more.type == file.type and path not in files and path != file.file:
                    files[path] = more
                    waiting.append(more)
        return files.values()

    def _settled(self, file: ScriptFile) -> Iterator[Target]:
        """Targets of a file and of those that it includes, with what all of them set."""
        files = self.together(file)
        values = scripts.settled(scripts.set_by(files), self._room)
        for more in files:
            self._joined += len(more.targets)
            if self._joined > _MOST_JOINED or self._room.left <= 0:
                self.exceeds(
                    file.file, f"more than {_MOST_JOINED} targets, or too much text, of files that others include; the rest was not read"
                )
                return
            yield from (scripts.with_values(target, values, more.file, self._room) for target in more.targets)

    def _paths(self, names: tuple[str, ...], folders: tuple[str, ...]) -> Iterator[str]:
        """The files that names mean, which may be patterns, in the first folder that has any."""
        for name in names:
            for folder in dict.fromkeys(folders):
                wanted = normpath(f"{folder}/{name}") if folder else normpath(name)
                if "*" in wanted or "?" in wanted:
                    self._globs += 1
                    if self._globs > _MOST_GLOBS:
                        continue
                    found = sorted(path for path in self.paths if fnmatchcase(path, wanted) and path.count("/") == wanted.count("/"))
                else:
                    found = [wanted] if wanted in self.paths else []
                if found:
                    yield from found[:_MOST_INCLUDED]
                    break

    @property
    def is_spent(self) -> bool:
        """Whether nothing more is followed."""
        return self._followed > _MOST_FOLLOWED

    def follows(self, path: str, times: int = 1) -> bool:
        """Whether something more of `path` may be followed that counts so many times. The first that is too much is said."""
        if self._followed <= _MOST_FOLLOWED < self._followed + times:
            self.exceeds(path, f"scripts and actions lead to each other more than {_MOST_FOLLOWED} times")
        self._followed += times
        return not self.is_spent

    def looks(self, path: str, times: int) -> bool:
        """Whether so many things may be looked at to find what a command means that leads to `path`. The first time too many is said."""
        before, self._looked = self._looked, self._looked + times
        if before <= _MOST_LOOKED < self._looked:
            self.exceeds(
                path, f"more than {_MOST_LOOKED} things were looked at to find what commands mean; what others mean was not looked for"
            )
        return self._looked <= _MOST_LOOKED

    def exceeds(self, path: str, detail: str) -> None:
        """Says once that there is more in a file than is read by meaning."""
        self._unread[Unread(path, Reason.TOO_LARGE, detail)] = None

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What could not be read by meaning so far, each once."""
        return tuple(self._unread)

    def varies(self, path: str, commands: int) -> bool:
        """Whether a text of `path` may be read once more, with other values. The first one too many is said."""
        before, self._varied = self._varied, self._varied + commands
        if before <= _MOST_VARIED < self._varied:
            detail = f"more than {_MOST_VARIED} commands with all that their expressions come to; the rest was read as written"
            self.exceeds(path, detail)
        return self._varied <= _MOST_VARIED

    def scripts(self) -> Iterator[ScriptFile]:
        """All that is known by its path for a script or build file, by path."""
        found = sorted(path for path in self.paths if scripts.reader_of(path) is not None)
        for path in found[:MOST_FILES]:
            if (script := self._known(path)) is not None:
                yield script
        if len(found) > MOST_FILES:
            detail = f"more than {MOST_FILES} scripts and build files; this and those after it were not read by meaning"
            self.exceeds(found[MOST_FILES], detail)

    def content(self, path: str) -> bytes:
        """What a file holds that is there. Raises `UnreadableError`, without words for what is said elsewhere."""
        data = self._files(path)
        if isinstance(data, Shut) or data is None or len(data) > LARGEST:
            raise UnreadableError(Reason.TOO_LARGE, data.why if isinstance(data, Shut) else f"more than {LARGEST} bytes")
        return data

    def _known(self, path: str) -> ScriptFile | None:
        if path not in self._scripts:
            self._scripts[path] = None
            try:
                self._scripts[path] = self._script(path) if path in self.paths else None
            except UnreadableError as error:
                self._broken[path] = Unread(path, Reason(error.reason), error.detail)
        return self._scripts[path]

    def _script(self, path: str) -> ScriptFile | None:
        data = self.content(path)
        reader = scripts.reader_at(path, data)
        if reader is None:
            return None
        script = reader.read(path, data)
        detail = script.cut
        if len(script.targets) >= MOST:
            detail = detail or f"{MOST} targets or more; those behind them were not read by meaning"
        if any(len(target.env) > _MOST_SETTINGS for target in script.targets):
            detail = detail or f"more than {_MOST_SETTINGS} variables of a target; those behind them were not read by meaning"
            script = replace(script, targets=tuple(replace(one, env=one.env[:_MOST_SETTINGS]) for one in script.targets))
        if detail:
            self._broken[path] = Unread(path, Reason.TOO_LARGE, detail)
        return script

    def _read_other(self, path: str) -> bytes | None:
        """A file that a definition includes; None where there is none that can be read."""
        path = normpath(path)
        try:
            return self.content(path) if path in self.paths else None
        except UnreadableError:
            return None
