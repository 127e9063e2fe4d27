"""From what the user named to what is read: targets become tasks, met on the way are repositories inside folders.

Tasks are made as they are asked for, so that workers begin before a large tree is walked to its end. Sources that are met inside others
wait for their turn: however deep repositories lie inside each other, nothing here recurses.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.config import Settings
from scanner.errors import UsageError
from scanner.model import Unscanned
from scanner.pipelines import leads
from scanner.run.defined import Defined, at_head, tapped
from scanner.run.homes import Homes
from scanner.run.passed import Passed
from scanner.run.read import Read
from scanner.run.request import Depth, Progress, Request
from scanner.run.taking import as_before
from scanner.run.work import Answer, Files, Objects, Task
from scanner.sources.files import FileRef, Skipped
from scanner.sources.history import Layout, Repository, discover, metadata_files, modules
from scanner.sources.ignore import Ignore, load_ignore
from scanner.sources.tree import NestedRepository, walk
from scanner.sources.workstation import FoundRepository, HomeFile

if TYPE_CHECKING:
    from scanner.run.accounts import Accounts
    from scanner.run.assemble import Assembly, Extent, Placed
    from scanner.run.untouched import Untouched
    from scanner.store.clean import CleanBlobs

FILES_AT_ONCE = 128
"""Files in one task: enough to make handing it over cheap, few enough to keep all workers busy."""
_NOBODYS: Mapping[str, str] = MappingProxyType({})


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
        untouched: CleanBlobs | None = None,
        ledger: Untouched | None = None,
        accounts: Accounts | None = None,
    ) -> None:
        self._settings = settings
        self._clean = clean
        self._untouched = untouched
        self._ledger = ledger
        self._accounts = accounts
        self._stack = stack
        self._progress = progress
        self._request = request
        self._homes = Homes(request, environ if request.environment else _NOBODYS, progress)
        self._logs = _distinct(_named(request.ci_logs))
        self._targets = _distinct(target for target in request.named_targets if target != "-")
        self._several = bool(request.below) or len(self._targets) > 1
        self._named = frozenset(map(os.path.realpath, self._targets))
        self._stores: set[Path] = set()
        self._trees: set[str] = set()
        self._waiting: list[Iterator[Step]] = []
        self.reads: list[Read] = []
        self.notes = self._homes.notes
        """What is to be said about the run."""
        for home in (*request.homes, *request.below):
            if not home.is_dir():
                message = f"no folder to read as a home: {home}"
                raise UsageError(message)

    def clear(self, answer: Answer) -> None:
        """Blobs that hold no credential need not be read again in this run or a later one, nor such files as long as nobody touches them."""
        if self._clean is not None and answer.cleared:
            self._clean.add(answer.cleared, answer.origin)
        if self._untouched is not None and answer.untouched:
            self._untouched.add(answer.untouched, None)

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
        for home in self._request.homes:
            homes[home] = self._new("home", str(home))
            yield self._dotfiles(homes[home], home)
        if self._request.machine is not None:
            yield self._outside(self._request.machine)
        for home in self._request.below:
            read = homes.get(home) or self._new("home", str(home))
            found = self._homes.repositories(read, home)
            full = self._request.depth is Depth.FULL
            if not full:
                yield iter((read,))
            for number, repository in enumerate(found, 1):
                yield self._clone(repository, number, len(found))
            if full:
                yield self._rest(read, home)
        for logs in self._logs:
            yield self._ci_logs(logs, Path(logs))

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
        read.repository = Repository(container, layout, max_blob_size=self._settings.max_blob_size)
        read.history = self._settings.history and first
        self._stores.add(layout.common)
        if self._is_recalled(read, layout, tree, first=first):
            self._recall(read)
        else:
            yield from self._whole(read, tree, first=first)
        yield read

    def afresh(self, read: Read) -> Iterator[Step]:
        """Reads a repository whose account does not hold. Repositories in it have been read."""
        read.account = None
        if read.begun is not None:
            yield from self._whole(read, read.begun.tree, first=read.begun.first)
        self._waiting.clear()
        yield read

    def account(self, read: Read, assembly: Assembly, extent: Extent, placed: Placed) -> None:
        """A repository was read, of which `assembly` has everything since `extent`, read once more as `placed`: the next run may believe that."""
        if self._accounts is not None:
            self._accounts.take(read, assembly, extent, (one.identified for sightings in placed.values() for one in sightings))

    def _is_recalled(self, read: Read, layout: Layout, tree: Path | None, *, first: bool) -> bool:
        """Whether there is an account of a repository. Files that a home has are read with that, so their repository has none."""
        folders = (layout.common, *((Path(os.path.realpath(tree)),) if tree is not None else ()))
        if self._accounts is None or any(map(self._homes.has_below, folders)):
            return False
        read.begun = self._accounts.begin(read.target, layout, tree, first=first)
        read.account = self._accounts.recall(read.begun) if read.begun is not None else None
        return read.account is not None

    def _recall(self, read: Read) -> None:
        """What lies inside a repository that need not be read waits as if it had been."""
        if read.begun is None or read.account is None:
            return
        own, inner = read.begun.inside(read.target, read.account)
        if read.begun.first:
            self._within(read, read.begun.layout, own)
        if read.begun.tree is not None:
            self._ignore(read.begun.tree)  # which may have to be said
        self._wait(self._nested(read, one) for one in inner)

    def _within(self, read: Read, layout: Layout, nested: Iterable[NestedRepository]) -> None:
        """Has work trees among git's own files read, and repositories of submodules."""
        self._wait(self._nested(read, one) for one in nested)
        self._wait(self._module(read.target, layout, module) for module in modules(layout))

    def _whole(self, read: Read, tree: Path | None, *, first: bool) -> Iterator[Task]:
        """Everything that is to be read of a repository."""
        repository = read.repository
        if repository is None:
            return
        container, layout = read.target, repository.layout
        read.opened = self._stack.enter_context(ExitStack())
        read.opened.enter_context(repository)
        if first:
            own = list(metadata_files(layout, container))
            read.metadata = frozenset(ref.path for ref in own if isinstance(ref, FileRef))
            nested: list[NestedRepository] = []
            yield from self._files(read, own, nested)
            read.nested = tuple(nested)
            self._within(read, layout, nested)
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
        elif layout.worktree is None:
            yield from at_head(read.number, container, repository)

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
        nested: list[NestedRepository] = []
        yield from self._files(read, tapped(walk(root, read.target, ignore=self._ignore(root)), read.defined), nested)
        if any(leads(ref.path) for ref in read.defined):
            yield Defined(read.number, read.target, tuple(read.defined), projects=read.projects)
        read.defined.clear()
        self._wait(self._nested(read, repository) for repository in nested)

    def _ignore(self, root: Path) -> Ignore:
        """What below `root` is not to be read."""
        settings = self._settings
        ignore = load_ignore(root, include=settings.include, exclude=settings.exclude, trusted=settings.trust_config)
        if ignore.note:
            self.notes.append(ignore.note)
        return ignore

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

    def _dotfiles(self, read: Read, home: Path) -> Iterator[Step]:
        self._progress.begin(read.target)
        yield from self._chunks(read, self._homes.dotfiles(read, home))
        if home not in self._request.below:
            yield read

    def _outside(self, root: Path) -> Iterator[Step]:
        read = self._new("machine", str(root))
        self._progress.begin(read.target)
        yield from self._chunks(read, self._homes.outside(read, root))
        yield read

    def _rest(self, read: Read, home: Path) -> Iterator[Step]:
        """Every other file below a home, after which all of it was read."""
        self._progress.begin(read.target)
        yield from self._files(read, self._homes.rest(read, home), expected=True)
        yield read

    def _ci_logs(self, container: str, root: Path) -> Iterator[Step]:
        """The logs that the user named."""
        from scanner.run.logtasks import log_tasks  # noqa: PLC0415 - loaded where there is a log to read

        self._progress.begin(container)
        read = self._new("ci_log", container)
        for task in log_tasks(read, root, self._ignore(root), self._settings.max_blob_size):
            self._progress.expect(task.bytes)
            yield task
        yield read

    def _clone(self, found: FoundRepository, number: int, among: int) -> Iterator[Step]:
        self._progress.begin(found.container, number, among)
        yield from self._repository(found.container, found.layout)

    def _files(
        self,
        read: Read,
        met: Iterable[FileRef | Unscanned | Skipped | NestedRepository],
        nested: list[NestedRepository] | None = None,
        *,
        expected: bool = False,
    ) -> Iterator[Task]:
        """Tasks of all files that were met; `expected` says that somebody has counted them before."""

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

        yield from self._chunks(read, refs(), expected=expected)

    def _read_in_home(self, ref: FileRef) -> bool:
        """Whether a file of a work tree is a dotfile that was read already: whether it is also committed, the history says."""
        return self._settings.history and self._homes.has(ref)

    def _chunks(self, read: Read, refs: Iterable[FileRef | HomeFile], *, expected: bool = False) -> Iterator[Task]:
        store = read.repository.reader if read.repository is not None else None
        left = iter(refs)
        while chunk := tuple(islice(left, FILES_AT_ONCE)):
            self._progress.expect(0, 0 if expected else len(chunk))
            if unknown := self._unknown(read, chunk):
                yield Files(read.number, unknown, self._settings.max_blob_size, store)

    def _unknown(self, read: Read, refs: tuple[FileRef | HomeFile, ...]) -> tuple[FileRef | HomeFile, ...]:
        """What of these files is to be opened; the others are as they were when nothing was found in them."""
        if self._ledger is None or self._untouched is None:
            return refs
        known, again = self._ledger.recall(refs)
        answer = Answer(read.number, files=len(known))
        for number, kept in known.items():
            ref = refs[number]
            as_before(answer, ref if isinstance(ref, FileRef) else ref.ref, *kept)
        read.take(answer)
        self._untouched.add(again, None)
        self._progress.advance(answer.blobs, answer.bytes, answer.files)
        return tuple(ref for number, ref in enumerate(refs) if number not in known)

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


def _named(logs: tuple[str, ...]) -> tuple[str, ...]:
    """The logs; UsageError for an empty name, which would be the current folder."""
    if "" in logs:
        message = "no log is named"
        raise UsageError(message)
    return logs


def _inside_repository(path: Path) -> bool:
    """Whether a file or folder lies in somebody's work tree."""
    return any((folder / ".git").exists() for folder in path.resolve().parents)
