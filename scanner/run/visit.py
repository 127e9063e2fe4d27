"""One target of a sweep after the other: whether there is anything new, and what it is."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from scanner.errors import KeytrailError, TargetError, UsageError
from scanner.identity import StretchBudget, default_cache_dir
from scanner.model import Reason, TrustAnchor, Unscanned
from scanner.records import dataclass, replace
from scanner.run.assemble import Assembly
from scanner.run.examine import Examiner, Setup
from scanner.run.fleetpairs import Brief, anchors_in, asked_again, asked_for, beside_of_export, keys_of
from scanner.run.here import examine_export
from scanner.run.names import Names
from scanner.run.prepare import notes_of
from scanner.run.recollect import Means, Recollection, Summary, pack, reading_of, recollect, summary_of, unpack, unpack_summary
from scanner.run.request import Progress
from scanner.run.tables import mark_of
from scanner.sources.ci_exports import ExportSpec, parse_spec
from scanner.sources.files import FileRef, shown
from scanner.sources.history import Layout, Repository, cursor, discover, metadata_files
from scanner.sources.mirrors import mirror_folder, parse_url, remote_refs, update
from scanner.store import Memory
from scanner.store.store import Store
from scanner.sweep import Listing, Target

REPOSITORY, EXPORT = "repository", "ci_export"
OK, FAILED, EMPTY = "ok", "failed", "empty"
_MIRRORS = "mirrors"
_USER_INFO = re.compile(r"//[^/\s@]{1,512}@")


@dataclass(frozen=True, slots=True)
class Visit:
    """How one target fared."""

    name: str
    kind: str
    public: bool
    state: str = OK
    why: str = ""
    blobs: int = 0
    bytes: int = 0
    """Of what was read now; nothing where nothing was new."""
    known: int = 0
    """Blobs that earlier runs have read."""
    unscanned: tuple[Unscanned, ...] = ()
    learned: bool = True
    """Whether the store remembers it as it is now; else what it held stays as it was."""


class Visitor:
    """Visits targets; holds what all visits have in common."""

    def __init__(
        self, store: Store, means: Means, progress: Progress, listing: Listing, names: Names, *, folder: str, insecure: bool
    ) -> None:
        """`folder` is what paths of exports are told from, which the listing may be called without."""
        setup, settings = means.setup, means.settings
        self.notes: dict[str, None] = dict.fromkeys(notes_of(setup))
        """What is to be said about the run, in order."""
        self._store = store
        self._means = means
        self._setup = setup
        self._settings = settings
        self._progress = progress
        self._listing = listing
        self._names = names
        self._folder = folder
        self._insecure = insecure
        self._reading = reading_of(setup, settings)
        self._tables = mark_of(setup)
        """Of what pipelines are read with: where that is another one, they are read again and objects are not."""
        self._remembered = store.remembered()
        self._listings = {target.name: target.listing for target in store.targets()}
        self._exports: set[str] = set()
        self._layouts: dict[str, Layout] = {}
        """Of the targets that are there, by name."""
        self._briefs: dict[str, Brief] = {}

    def visit(self, target: Target) -> Iterator[Visit]:
        """The repository of a target, and each of its exports that no target before had. What keeps one from being read is in its visit."""
        yield self._guarded(Visit(target.name, REPOSITORY, target.public), partial(self._repository, target=target))
        for argument in target.ci_exports:
            name = self._names.alias(export_name(argument, self._folder), self._setup.key)
            if name not in self._exports:
                self._exports.add(name)
                yield self._guarded(Visit(name, EXPORT, public=False), partial(self._export, argument=argument))

    def pair(self) -> list[TrustAnchor]:
        """Where the public halves of the fleet's private keys lie, and what those signed, in all targets that there is a memory of."""
        briefs = {name: self._briefs.get(name) or self._brief(name) for name in sorted(self._store.remembered())}
        keys = keys_of(briefs.values())
        for name, brief in briefs.items():
            if brief.asks and brief.asked != asked_for(keys) and name in self._layouts:
                briefs[name] = self._asked_again(name, keys)
        return anchors_in(briefs)

    def _asked_again(self, name: str, keys: frozenset[bytes]) -> Brief:
        memory = self._store.memory(name)
        if memory is None:
            return Brief()
        known = unpack(memory.document, memory.objects)
        now = replace(known, beside=asked_again(name, known.beside, self._layouts[name], keys, self._settings))
        document, objects = pack(now)
        self._store.remember(name, replace(memory, document=document, objects=objects))
        return summary_of(now).pairs

    def _brief(self, name: str) -> Brief:
        memory = self._store.memory(name)
        return unpack_summary(memory.document).pairs if memory else Brief()

    def _guarded(self, visit: Visit, read: Callable[[Visit], Visit]) -> Visit:
        """What `read` says; a failed visit where it cannot be done. What stops the sweep as a whole is raised."""
        try:
            return read(visit)
        except UsageError:
            raise
        except OSError as error:
            why = error.strerror or type(error).__name__
        except KeytrailError as error:
            why = self._names.said(shown(os.fsencode(str(error))))
        return replace(visit, state=FAILED, why=why, unscanned=(Unscanned(visit.name, "", Reason.UNREADABLE, why),), learned=False)

    def _repository(self, visit: Visit, target: Target) -> Visit:
        if target.url is None:
            layout = self._layouts[visit.name] = _layout(target.path or Path())
            mark = f"{self._reading}:{cursor(layout)}:{_own_files(layout)}{self._tables}"
            return self._as_it_was(visit) if self._known(visit.name, mark) else self._read(visit, layout, mark)
        url = parse_url(target.url, insecure=self._insecure)
        refs = remote_refs(url)
        if refs.empty:
            return replace(visit, state=EMPTY, why="it has no refs", learned=False)
        mark = f"{self._reading}:{refs.digest}{self._tables}"
        folder = mirror_folder(_mirrors(), url)
        if self._known(visit.name, mark):
            if (known := discover(folder)[0]) is not None:
                self._layouts[visit.name] = known
            return self._as_it_was(visit)
        update(url, folder, refs)
        layout = self._layouts[visit.name] = _layout(folder)
        return self._read(visit, layout, mark)

    def _read(self, visit: Visit, layout: Layout, mark: str) -> Visit:
        setup = self._own_setup()
        with Repository(visit.name, layout, max_blob_size=self._settings.max_blob_size) as repository:
            memory = self._store.memory(visit.name)
            before = unpack(memory.document, memory.objects) if memory else Recollection()
            shown_before = memory is not None and memory.edition is not None
            reading = recollect(repository, before, replace(self._means, setup=setup), self._progress, shown=shown_before)
        now = reading.recollection
        self.notes |= dict.fromkeys(notes_of(setup))
        self._check_same(visit.name, before, now)
        visit = _fared(visit, summary_of(now))
        visit = replace(visit, blobs=reading.blobs, bytes=reading.bytes, known=now.blobs - reading.blobs)
        if before.commits and not now.commits:
            return replace(visit, learned=False)
        self._store.remember(visit.name, Memory(mark, *pack(now)))
        self._briefs[visit.name] = summary_of(now).pairs
        return visit

    def _check_same(self, name: str, before: Recollection, now: Recollection) -> None:
        """Raises TargetError where another listing has another repository by this name."""
        other = self._listings.get(name, self._listing.name)
        commits = set(before.commits.ids)
        if other != self._listing.name and commits and commits.isdisjoint(now.commits.ids):
            message = f"the store knows another repository by this name, from {other}: give it another name or another store"
            raise TargetError(message)

    def _export(self, visit: Visit, argument: str) -> Visit:
        spec = _spec(argument)
        mark = f"{self._reading}:{_digest(spec.file)}"
        if self._known(visit.name, mark):
            return self._as_it_was(visit)
        setup = self._own_setup()
        assembly = Assembly()
        read = examine_export(spec, Examiner(setup), self._settings, assembly, container=visit.name)
        beside = beside_of_export(assembly.pairs)
        now = Recollection(
            occurrences=tuple(self._names.occurrences(assembly.occurrences)),
            statements=tuple(assembly.identified),
            slots=tuple(assembly.slots),
            unscanned=tuple(self._names.unread(read.unscanned)),
            blobs=read.blobs,
            beside=replace(beside, anchors=tuple(self._names.anchors(beside.anchors))),
        )
        self.notes |= dict.fromkeys(notes_of(setup))
        self._store.remember(visit.name, Memory(mark, *pack(now)))
        return replace(visit, blobs=read.blobs, bytes=read.bytes, unscanned=now.unscanned)

    def _own_setup(self) -> Setup:
        """What examining takes, with a budget that no other target can use up."""
        return replace(self._setup, budget=StretchBudget())

    def _as_it_was(self, visit: Visit) -> Visit:
        """Nothing is new. What could not be read is as it was, and is said again."""
        memory = self._store.memory(visit.name)
        summary = unpack_summary(memory.document) if memory else Summary()
        self._briefs[visit.name] = summary.pairs
        return replace(_fared(visit, summary), known=summary.blobs)

    def _known(self, name: str, mark: str) -> bool:
        known = self._remembered.get(name)
        return known is not None and known.cursor == mark


def export_name(argument: str, folder: str) -> str:
    """What an export is called in a fleet, where every project may have a `variables.json`: its path begins at the folder of the listing."""
    named = _USER_INFO.sub("//", shown(os.fsencode(argument)))
    return (f"auto:{named}" if named.startswith("/") else named).replace(f":{folder}/", ":", 1)


def _fared(visit: Visit, summary: Summary) -> Visit:
    """The visit with what the summary says of its target; only repositories have commits."""
    visit = replace(visit, unscanned=summary.unscanned)
    if visit.kind != REPOSITORY or summary.commits:
        return visit
    if summary.unscanned:
        return replace(visit, state=FAILED, why="none of its commits can be read")
    return replace(visit, state=EMPTY, why="it has no commits")


def _layout(path: Path) -> Layout:
    """Raises TargetError where there is no repository."""
    if not os.path.isdir(path):  # noqa: PTH112 - the method raises where a folder on the way lets nobody in
        message = f"there is no folder {path}"
        raise TargetError(message)
    layout, problems = discover(path)
    if layout is None:
        message = f"{path} is no repository that can be read" + "".join(f": {problem.detail}" for problem in problems if problem.detail)
        raise TargetError(message)
    return layout


def _own_files(layout: Layout) -> str:
    """Changes whenever one of git's own files does: they hold credentials too, and no ref tells of them."""
    digest = hashlib.sha256()
    for found in metadata_files(layout, ""):
        if isinstance(found, FileRef):
            path = os.path.join(os.fsencode(found.root), found.raw)  # noqa: PTH118 - bytes, which paths are made of
            try:
                status = os.lstat(path)
            except OSError:
                continue
            digest.update(b"%b\0%d %d\0" % (path, status.st_size, status.st_mtime_ns))
        elif isinstance(found, Unscanned):
            digest.update(found.path.encode(errors="replace"))
    return digest.hexdigest()


def _spec(argument: str) -> ExportSpec:
    """Raises TargetError for an export that cannot be meant; that of another target may be fine."""
    try:
        return parse_spec(argument)
    except UsageError as error:
        raise TargetError(str(error)) from None


def _digest(file: Path) -> str:
    """Of an export's content; empty where it cannot be read, which is said when that is tried."""
    if not file.is_file():
        return ""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _mirrors() -> Path:
    cache = default_cache_dir()
    if cache is None:
        message = "there is no home directory for mirrors of URLs"
        raise TargetError(message)
    return cache / _MIRRORS
