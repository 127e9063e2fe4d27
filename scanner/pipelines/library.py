"""The definitions and scripts of one repository, each read once and only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from posixpath import normpath

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines import scripts, systems
from scanner.pipelines.definition import PipelineDefinition
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.systems.system import Files
from scanner.pipelines.yamltree import LARGEST
from scanner.records import dataclass

MOST_FILES = 5_000
"""Definitions of a repository; whoever has more keeps them as test data."""
_MOST_FOLLOWED = 20_000
"""Texts of scripts, their commands and steps of actions that are followed, over all jobs and scripts of a repository: they may lead to each other."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A definition or script that could not be read by meaning."""

    path: str
    reason: Reason
    detail: str


class Library:
    """What a repository has of definitions and scripts. `paths` are all its files, from the top; `files` opens them."""

    def __init__(self, paths: Collection[str], files: Files) -> None:
        self.unread: list[Unread] = []
        self.paths = frozenset(paths)
        self._files = files
        self._definitions: dict[str, tuple[PipelineDefinition, ...]] = {}
        self._scripts: dict[str, ScriptFile | None] = {}
        self._targets: dict[str, Mapping[str, Target]] = {}
        self._followed = 0

    def definitions(self) -> Iterator[PipelineDefinition]:
        """All that CI systems would read by themselves, by path. What cannot be read is in `unread` then."""
        found = sorted(path for path in self.paths if systems.of(path) is not None)
        for path in found[:MOST_FILES]:
            yield from self.definition(path)
        if len(found) > MOST_FILES:
            self.unread.append(
                Unread(
                    found[MOST_FILES],
                    Reason.TOO_LARGE,
                    f"more than {MOST_FILES} definitions of pipelines; this and those after it were not read by meaning",
                )
            )

    def definition(self, path: str) -> tuple[PipelineDefinition, ...]:
        """What a definition says; nothing where there is none, or where it cannot be read."""
        path = normpath(path)
        if path not in self._definitions:
            self._definitions[path] = ()
            system = systems.of(path)
            if system is not None and path in self.paths and (data := self._read(path)) is not None:
                try:
                    self._definitions[path] = system.read(path, data, self._read_other)
                except UnreadableError as error:
                    self.unread.append(Unread(path, Reason(error.reason), error.detail))
        return self._definitions[path]

    def action(self, folder: str) -> PipelineDefinition | None:
        """The composite action in a folder of the repository."""
        for name in ("action.yml", "action.yaml"):
            for found in self.definition(f"{folder}/{name}"):
                return found
        return None

    def script(self, path: str) -> ScriptFile | None:
        """What a script or build file says; None where there is none of that name that can be read."""
        path = normpath(path)
        if path not in self._scripts:
            self._scripts[path] = self._script(path) if path in self.paths else None
        return self._scripts[path]

    def first_script(self, folder: str, names: tuple[str, ...]) -> ScriptFile | None:
        """The first of several files of a folder that is there."""
        return next((found for name in names if (found := self.script(f"{folder}/{name}")) is not None), None)

    def targets(self, file: ScriptFile) -> Mapping[str, Target]:
        """The targets of a script or build file by their names; of those with the same one, the first."""
        if file.file not in self._targets:
            self._targets[file.file] = {one.name: one for one in reversed(file.targets)}
        return self._targets[file.file]

    @property
    def is_spent(self) -> bool:
        """Whether nothing more is followed."""
        return self._followed > _MOST_FOLLOWED

    def follows(self, path: str) -> bool:
        """Whether one more text of a script, or step of an action, may be followed: one of `path`. The first one too many is said."""
        self._followed += 1
        if self._followed == _MOST_FOLLOWED + 1:
            self.unread.append(Unread(path, Reason.TOO_LARGE, f"scripts and actions lead to each other more than {_MOST_FOLLOWED} times"))
        return self._followed <= _MOST_FOLLOWED

    def scripts(self) -> Iterator[ScriptFile]:
        """All that is known by its path for a script or build file, by path."""
        found = sorted(path for path in self.paths if scripts.reader_of(path) is not None)
        for path in found[:MOST_FILES]:
            if (script := self.script(path)) is not None:
                yield script
        if len(found) > MOST_FILES:
            detail = f"more than {MOST_FILES} scripts and build files; this and those after it were not read by meaning"
            self.unread.append(Unread(found[MOST_FILES], Reason.TOO_LARGE, detail))

    def _script(self, path: str) -> ScriptFile | None:
        data = self._read(path)
        if data is None:
            return None
        reader = scripts.reader_of(path)
        if reader is None:
            return scripts.SHELL.read(path, data) if scripts.is_shell(data) else None
        try:
            return reader.read(path, data)
        except UnreadableError:
            return None

    def _read(self, path: str) -> bytes | None:
        data = self._files(path)
        return None if data is None or len(data) > LARGEST else data

    def _read_other(self, path: str) -> bytes | None:
        path = normpath(path)
        return self._read(path) if path in self.paths else None
