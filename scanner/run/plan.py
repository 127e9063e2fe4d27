"""From what the user named to what is read: targets become tasks, met on the way are repositories inside folders.

Tasks are made as they are asked for, so that workers begin before a large tree is walked to its end. Sources that are met inside others
wait for their turn: however deep repositories lie inside each other, nothing here recurses.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.config import Settings
from scanner.errors import UsageError
from scanner.model import Unscanned
from scanner.records import dataclass
from scanner.run.notice import Noted
from scanner.run.passed import Passed
from scanner.run.request import Progress, Request
from scanner.run.signed import Signed
from scanner.run.work import Answer, Files, Hit, Objects, Task
from scanner.sources.files import FileRef, Skipped
from scanner.sources.history import CommitTable, Layout, Repository, Tag, discover, metadata_files, modules
from scanner.sources.ignore import load_ignore
from scanner.sources.tree import NestedRepository, walk
from scanner.sources.workstation import FoundRepository, HomeFile, find_repositories, locate

if TYPE_CHECKING:
    from scanner.store.clean import CleanBlobs

FILES_AT_ONCE = 128
"""Files in one task: enough to make handing it over cheap, few enough to keep all workers busy."""
_NOBODYS: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True, eq=False)
class Read:
    """One source, and what came of it so far."""

    kind: str
    """`repository`, `tree`, `home`, `environment`, `ci_export`, `stdin`."""
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
    commits: CommitTable = field(default_factory=CommitTable)
    tags: list[Tag] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    """What lies beside credentials."""
    signed: Signed = field(default_factory=dict)
    metadata: frozenset[str] = frozenset()
    """Paths of git's own files."""
    number: int = -1
    """Its place among the sources of a plan."""
    opened: ExitStack = field(default_factory=ExitStack)
    """Closes the repository."""

    def take(self, answer: Answer) -> None:
        """Adds what came of a task of the first reading."""
        self.blobs += answer.blobs
        self.bytes += answer.bytes
        self.unscanned += (*answer.unscanned, *answer.unopened)
        self.skipped += answer.skipped
        self.hits += answer.hits
        self.commits.extend(answer.commits)
        self.tags += answer.tags
        self.noted += answer.noted

    def forget(self) -> None:
        """Once all hits are occurrences: nothing is open any more, and what only the way there needed takes no memory."""
        self.opened.close()
        for kept in (self.homes, self.hits, self.commits, self.tags, self.noted, self.signed):
            kept.clear()
        self.metadata = frozenset()


Step = Task | Read
"""Something to do; or a source, when everything that is to be done for it has been said."""


class Plan:
    """The sources of a run. `steps` makes `reads` as it goes."""

    def __init__(
        self,
        request: Request,
        settings: Settings,
        stack: ExitStack,
        progress: Progress,
        environ: Mapping[str, str] = _NOBODYS,
        *,
        clean: CleanBlobs | None = None,
    ) -> None:
        self._settings = settings
        self._clean = clean
        self._stack = stack
        self._progress = progress
        self._environ = environ if request.environment else _NOBODYS
        self._homes = request.homes
        self._below = request.below
        self._targets = _distinct(target for target in request.named_targets if target != "-")
        self._several = bool(self._below) or len(self._targets) > 1
        self._named = frozenset(map(os.path.realpath, self._targets))
        self._stores: set[Path] = set()
        self._trees: set[str] = set()
        self._in_homes: set[bytes] = set()
        self._waiting: list[Iterator[Step]] = []
        self.reads: list[Read] = []
        self.notes: list[str] = []
        for home in (*self._homes, *self._below):
            if not home.is_dir():
                message = f"no home directory {home}"
                raise UsageError(message)

    def clear(self, answer: Answer) -> None:
        """Blobs that hold no credential need not be read again in this run or a later one."""
        if self._clean is not None and answer.cleared:
            self._clean.add(answer.cleared, answer.origin)

    def steps(self) -> Iterator[Step]:
        """Everything that workers are to read, source by source."""
        for source in self._sources():
            self._waiting.append(source)
            while self._waiting:
                yield from self._waiting.pop()

    def _sources(self) -> Iterator[Iterator[Step]]:
        for target in self._targets:
            yield self._target(target, Path(target))
        homes: dict[Path, Read] = {}
        for home in self._homes:
            homes[home] = self._new("home", str(home))
            yield self._home(homes[home], home)
        for home in self._below:
            read = homes.get(home) or self._new("home", str(home))
            found = self._search(read, home)
            for number, repository in enumerate(found, 1):
                yield self._clone(repository, number, len(found))

    def _target(self, container: str, path: Path) -> Iterator[Step]:
        self._progress.begin(container)
        layout, problems = discover(path) if path.is_dir() else (None, ())
        if layout is not None:
            yield from self._repository(container, layout)
            return
        read = self._new("tree", container)
        read.unscanned += problems_of(container, problems)
        read.inside = _inside_repository(path)
        yield from self._tree(read, path)
        yield read

    def _repository(self, container: str, layout: Layout) -> Iterator[Step]:
        """What was not read yet of a repository: its store may have been read for another work tree, its work tree under another name."""
        first = layout.common not in self._stores
        tree = self._unwalked(layout)
        if not first and tree is None:
            return
        read = self._new("repository", container)
        read.opened = self._stack.enter_context(ExitStack())
        repository = read.opened.enter_context(Repository(container, layout, max_blob_size=self._settings.max_blob_size))
        read.repository = repository
        read.history = self._settings.history and first
        if first:
            self._stores.add(layout.common)
            own = list(metadata_files(layout, container))
            read.metadata = frozenset(ref.path for ref in own if isinstance(ref, FileRef))
            yield from self._files(read, own)
            self._wait(self._module(container, layout, module) for module in modules(layout))
        if read.history:
            passed = Passed(self._clean, several=self._several)
            inventory = repository.inventory(passed.known)
            read.unscanned += inventory.unscanned
            read.take(passed.answer(read.number, inventory, container))
            for batch in inventory.batches:
                self._progress.expect(batch.bytes)
                yield Objects(read.number, batch, passed.how(batch))
        else:
            read.unscanned += repository.unscanned
        if tree is not None:
            yield from self._tree(read, tree)
        yield read

    def _unwalked(self, layout: Layout) -> Path | None:
        """The work tree, the first time that it is asked for."""
        if layout.worktree is None or (real := os.path.realpath(layout.worktree)) in self._trees:
            return None
        self._trees.add(real)
        return layout.worktree

    def _module(self, container: str, outer: Layout, module: Path) -> Iterator[Step]:
        """A submodule's repository inside its superproject's; one that is checked out was read with its work tree."""
        inner, _ = discover(module)
        if inner is not None:
            yield from self._repository(f"{container}/{outer.prefix}{module.relative_to(outer.common)}", inner)

    def _tree(self, read: Read, root: Path) -> Iterator[Task]:
        """The files below `root`; repositories among them wait until the source is done."""
        settings = self._settings
        ignore = load_ignore(root, include=settings.include, exclude=settings.exclude, trusted=settings.trust_config)
        if ignore.note:
            self.notes.append(ignore.note)
        nested: list[NestedRepository] = []
        yield from self._files(read, walk(root, read.target, ignore=ignore), nested)
        self._wait(self._nested(read, repository) for repository in nested)

    def _wait(self, sources: Iterable[Iterator[Step]]) -> None:
        """Has the sources read in their order, before all that wait already."""
        self._waiting += reversed(list(sources))

    def _nested(self, outer: Read, met: NestedRepository) -> Iterator[Step]:
        """A repository below a target is a container of its own; what only looks like one is read as a folder of the target."""
        if os.path.realpath(met.folder) in self._named:
            return
        container = f"{outer.target.rstrip('/')}/{met.path}"
        layout, problems = discover(met.folder)
        if layout is not None:
            self._progress.begin(container)
            yield from self._repository(container, layout)
            return
        outer.unscanned += problems_of(container, problems)
        read = self._new("tree", container)
        yield from self._tree(read, met.folder)
        yield read

    def _home(self, read: Read, home: Path) -> Iterator[Step]:
        self._progress.begin(read.target)
        refs: list[HomeFile] = []
        for found in locate(home, read.target, self._environ):
            match found:
                case HomeFile():
                    read.homes[found.ref.path] = found
                    refs.append(found)
                    self._in_homes.add(_place(found.ref))
                case Unscanned():
                    read.unscanned.append(found)
                case Skipped():
                    read.skipped[found.reason] += 1
        yield from self._chunks(read, refs)
        yield read

    def _search(self, read: Read, home: Path) -> list[FoundRepository]:
        """The repositories below a home, those with a store of their own before work trees that are linked to one."""
        repositories: list[FoundRepository] = []
        folders = 0

        def entered() -> None:
            nonlocal folders
            folders += 1
            self._progress.search(folders, len(repositories))

        for found in find_repositories(home, read.target, entered=entered):
            match found:
                case FoundRepository():
                    repositories.append(found)
                case Unscanned():
                    read.unscanned.append(found)
                case Skipped():
                    read.skipped[found.reason] += 1
        return sorted(repositories, key=lambda found: found.layout.gitdir != found.layout.common)

    def _clone(self, found: FoundRepository, number: int, among: int) -> Iterator[Step]:
        self._progress.begin(found.container, number, among)
        yield from self._repository(found.container, found.layout)

    def _files(
        self, read: Read, met: Iterable[FileRef | Unscanned | Skipped | NestedRepository], nested: list[NestedRepository] | None = None
    ) -> Iterator[Task]:
        def refs() -> Iterator[FileRef]:
            for found in met:
                match found:
                    case FileRef():
                        if not self._read_in_home(found):
                            yield found
                    case Unscanned():
                        read.unscanned.append(found)
                    case Skipped():
                        read.skipped[found.reason] += 1
                    case NestedRepository() if nested is not None:
                        nested.append(found)

        yield from self._chunks(read, refs())

    def _read_in_home(self, ref: FileRef) -> bool:
        """Whether a file of a work tree is a dotfile that was read already: whether it is also committed, the history says."""
        return bool(self._in_homes) and self._settings.history and _place(ref) in self._in_homes

    def _chunks(self, read: Read, refs: Iterable[FileRef | HomeFile]) -> Iterator[Task]:
        chunk: list[FileRef | HomeFile] = []
        store = read.repository.reader if read.repository is not None else None
        for ref in refs:
            chunk.append(ref)
            if len(chunk) == FILES_AT_ONCE:
                yield Files(read.number, tuple(chunk), self._settings.max_blob_size, store)
                chunk = []
        if chunk:
            yield Files(read.number, tuple(chunk), self._settings.max_blob_size, store)

    def _new(self, kind: str, target: str) -> Read:
        self.reads.append(Read(kind, target, number=len(self.reads)))
        return self.reads[-1]


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


def _place(ref: FileRef) -> bytes:
    """Where a file really is on this machine."""
    return b"%b/%b" % (os.fsencode(ref.root), ref.raw)
