"""From what the user named to what is read: targets become tasks, met on the way are repositories inside folders.

Tasks are made as they are asked for, so that workers begin before a large tree is walked to its end.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from scanner.config import Settings
from scanner.errors import UsageError
from scanner.model import Commit, Unscanned
from scanner.run.request import Progress, Request
from scanner.run.work import Files, Hit, Objects, Task
from scanner.sources.files import FileRef, Skipped
from scanner.sources.history import Layout, Repository, Tag, discover, metadata_files, modules
from scanner.sources.ignore import load_ignore
from scanner.sources.tree import NestedRepository, walk
from scanner.sources.workstation import HomeFile, locate

FILES_AT_ONCE = 128
"""Files in one task: enough to make handing it over cheap, few enough to keep all workers busy."""
FILE_WEIGHT = 16 << 10
"""Bytes that a file is taken for before it is opened, when it is decided whether workers are worth starting."""


@dataclass(slots=True)
class Read:
    """One source, and what came of it so far."""

    kind: str
    """`repository`, `tree`, `home`, `ci_export`, `stdin`."""
    target: str
    """The container of everything in it."""
    repository: Repository | None = None
    history: bool = False
    """Whether the objects of `repository` are read with it, rather than not at all or with another source."""
    inside: bool = False
    """Whether a plain folder lies in the work tree of a repository that was not itself named."""
    homes: dict[str, HomeFile] = field(default_factory=dict)
    blobs: int = 0
    bytes: int = 0
    unscanned: list[Unscanned] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    hits: list[Hit] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    metadata: frozenset[str] = frozenset()
    """Paths of git's own files."""


class Plan:
    """The sources of a run. `tasks` fills `reads` as it goes."""

    def __init__(self, request: Request, settings: Settings, stack: ExitStack, progress: Progress) -> None:
        self._settings = settings
        self._stack = stack
        self._progress = progress
        self._homes = request.homes
        self._targets = _distinct(target for target in request.named_targets if target != "-")
        self._stores: set[Path] = set()
        self.reads: list[Read] = []
        self.notes: list[str] = []
        for home in self._homes:
            if not home.is_dir():
                message = f"no home directory {home}"
                raise UsageError(message)

    def tasks(self) -> Iterator[Task]:
        """Everything that workers are to read."""
        for target in self._targets:
            yield from self._target(target, Path(target))
        for home in self._homes:
            yield from self._home(home)

    def _target(self, container: str, path: Path) -> Iterator[Task]:
        self._progress.begin(container)
        layout, problems = discover(path) if path.is_dir() else (None, ())
        if layout is not None:
            yield from self._repository(container, layout)
            return
        read = self._new("tree", container)
        read.unscanned += problems_of(container, problems)
        read.inside = _inside_repository(path)
        yield from self._tree(read, path)

    def _repository(self, container: str, layout: Layout) -> Iterator[Task]:
        read = self._new("repository", container)
        repository = self._stack.enter_context(Repository(container, layout, max_blob_size=self._settings.max_blob_size))
        read.repository = repository
        own = list(metadata_files(layout, container))
        read.metadata = frozenset(ref.path for ref in own if isinstance(ref, FileRef))
        yield from self._files(read, own)
        first = layout.common not in self._stores
        self._stores.add(layout.common)
        read.history = self._settings.history and first
        if not read.history:
            read.unscanned += repository.unscanned
        else:
            inventory = repository.inventory()
            read.unscanned += inventory.unscanned
            for batch in inventory.batches:
                self._progress.expect(batch.bytes)
                yield Objects(self.reads.index(read), batch)
        if layout.worktree is not None:
            yield from self._tree(read, layout.worktree)
        for module in modules(layout) if first else ():
            yield from self._module(container, layout, module)

    def _module(self, container: str, outer: Layout, module: Path) -> Iterator[Task]:
        """A submodule's repository inside its superproject's; one that is checked out was read with its work tree."""
        inner, _ = discover(module)
        if inner is not None and inner.common not in self._stores:
            yield from self._repository(f"{container}/{outer.prefix}{module.relative_to(outer.common)}", inner)

    def _tree(self, read: Read, root: Path) -> Iterator[Task]:
        settings = self._settings
        ignore = load_ignore(root, include=settings.include, exclude=settings.exclude, trusted=settings.trust_config)
        if ignore.note:
            self.notes.append(ignore.note)
        nested: list[NestedRepository] = []
        yield from self._files(read, walk(root, read.target, ignore=ignore), nested)
        for repository in nested:
            yield from self._nested(read, repository)

    def _nested(self, outer: Read, met: NestedRepository) -> Iterator[Task]:
        """A repository below a target is a container of its own; what only looks like one is read as a folder of the target."""
        container = f"{outer.target.rstrip('/')}/{met.path}"
        layout, problems = discover(met.folder)
        if layout is not None:
            self._progress.begin(container)
            yield from self._repository(container, layout)
            return
        outer.unscanned += problems_of(container, problems)
        read = self._new("tree", container)
        yield from self._files(read, walk(met.folder, container))

    def _home(self, home: Path) -> Iterator[Task]:
        self._progress.begin(str(home))
        read = self._new("home", str(home))
        refs: list[HomeFile] = []
        for found in locate(home, str(home)):
            match found:
                case HomeFile():
                    read.homes[found.ref.path] = found
                    refs.append(found)
                case Unscanned():
                    read.unscanned.append(found)
                case Skipped():
                    read.skipped[found.reason] += 1
        yield from self._chunks(read, refs)

    def _files(
        self, read: Read, met: Iterable[FileRef | Unscanned | Skipped | NestedRepository], nested: list[NestedRepository] | None = None
    ) -> Iterator[Task]:
        def refs() -> Iterator[FileRef]:
            for found in met:
                match found:
                    case FileRef():
                        yield found
                    case Unscanned():
                        read.unscanned.append(found)
                    case Skipped():
                        read.skipped[found.reason] += 1
                    case NestedRepository() if nested is not None:
                        nested.append(found)

        yield from self._chunks(read, refs())

    def _chunks(self, read: Read, refs: Iterable[FileRef | HomeFile]) -> Iterator[Task]:
        source = self.reads.index(read)
        chunk: list[FileRef | HomeFile] = []
        for ref in refs:
            chunk.append(ref)
            if len(chunk) == FILES_AT_ONCE:
                yield Files(source, tuple(chunk), self._settings.max_blob_size)
                chunk = []
        if chunk:
            yield Files(source, tuple(chunk), self._settings.max_blob_size)

    def _new(self, kind: str, target: str) -> Read:
        self.reads.append(Read(kind, target))
        return self.reads[-1]


def weight(task: Task) -> int:
    """Bytes that a task is worth, roughly."""
    return len(task.refs) * FILE_WEIGHT if isinstance(task, Files) else task.batch.bytes


def problems_of(container: str, problems: Iterable[Unscanned]) -> list[Unscanned]:
    """What kept a folder from being read as the repository that it says it is."""
    return [Unscanned(container, problem.path, problem.reason, problem.detail) for problem in problems]


def _distinct(targets: Iterable[str]) -> list[str]:
    """The targets, each place once; UsageError for one that is not there."""
    seen: dict[str, str] = {}
    for target in targets:
        try:
            mode = Path(target).stat().st_mode
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a path"
            message = f"cannot read {target}: {reason}"
            raise UsageError(message) from None
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            message = f"{target} is neither a file nor a directory"
            raise UsageError(message)
        seen.setdefault(os.path.realpath(target), target)
    return list(seen.values())


def _inside_repository(path: Path) -> bool:
    """Whether a file or folder lies in somebody's work tree."""
    return any((folder / ".git").exists() for folder in path.resolve().parents)
