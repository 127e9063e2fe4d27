"""One target of a sweep after the other: whether there is anything new, and what it is."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.config import Settings
from scanner.errors import KeytrailError, StoreError, TargetError, UsageError
from scanner.identity import default_cache_dir
from scanner.model import Reason, Unscanned
from scanner.run.assemble import Assembly
from scanner.run.examine import Examiner, Setup
from scanner.run.here import examine_export
from scanner.run.recollect import Recollection, pack, reading_of, recollect, unpack
from scanner.run.request import Progress
from scanner.sources.ci_exports import ExportSpec, parse_spec
from scanner.sources.files import FileRef
from scanner.sources.history import (
    Layout,
    Repository,
    cursor,
    discover,
    metadata_files,
    mirror_folder,
    parse_url,
    remote_refs,
    update,
)
from scanner.store import Memory
from scanner.store.store import Store
from scanner.sweep import Target

REPOSITORY, EXPORT = "repository", "ci_export"
OK, FAILED, EMPTY = "ok", "failed", "empty"
_MIRRORS = "mirrors"


@dataclass(frozen=True, slots=True)
class Visit:
    """How one target fared. What was learned of it is in the store by now."""

    name: str
    kind: str
    public: bool
    state: str
    why: str = ""
    blobs: int = 0
    bytes: int = 0
    """Of what was read now; nothing where nothing was new."""
    known: int = 0
    """Blobs that earlier runs have read."""
    unscanned: tuple[Unscanned, ...] = ()


class Visitor:
    """Visits targets; holds what all visits have in common."""

    def __init__(self, store: Store, setup: Setup, settings: Settings, progress: Progress, *, insecure: bool) -> None:
        self._store = store
        self._setup = setup
        self._settings = settings
        self._progress = progress
        self._insecure = insecure
        self._reading = reading_of(setup, settings)
        self._remembered = store.remembered()
        self._before = store.coverage()
        self._examiner: Examiner | None = None

    def visit(self, target: Target) -> Iterator[Visit]:
        """The repository of a target, and each of its exports. Whatever keeps one of them from being read is in its visit."""
        yield self._guarded(Visit(target.name, REPOSITORY, target.public, OK), lambda visit: self._repository(visit, target))
        for text in target.ci_exports:
            yield self._guarded(Visit(text, EXPORT, target.public, OK), self._export)

    def _guarded(self, visit: Visit, read: Callable[[Visit], Visit]) -> Visit:
        """What `read` says; a failed visit where it cannot be done. What stops the sweep as a whole is raised."""
        try:
            return read(visit)
        except StoreError:
            raise
        except KeytrailError as error:
            why = str(error)
            return replace(visit, state=FAILED, why=why, unscanned=(Unscanned(visit.name, "", Reason.UNREADABLE, why),))

    def _repository(self, visit: Visit, target: Target) -> Visit:
        if target.url is None:
            layout = _layout(target.path or Path())
            mark = f"{self._reading}:{cursor(layout)}:{_own_files(layout)}"
            return self._as_it_was(visit) if self._known(visit.name, mark) else self._read(visit, layout, mark)
        url = parse_url(target.url, insecure=self._insecure)
        refs = remote_refs(url)
        if refs.empty:
            return replace(visit, state=EMPTY, why="it has no refs")
        mark = f"{self._reading}:{refs.digest}"
        if self._known(visit.name, mark):
            return self._as_it_was(visit)
        folder = mirror_folder(_mirrors(), url)
        update(url, folder, refs)
        return self._read(visit, _layout(folder), mark)

    def _read(self, visit: Visit, layout: Layout, mark: str) -> Visit:
        with Repository(visit.name, layout, max_blob_size=self._settings.max_blob_size) as repository:
            memory = self._store.memory(visit.name)
            before = unpack(memory.document, memory.objects) if memory else Recollection()
            shown = memory is not None and memory.edition is not None
            reading = recollect(repository, before, self._setup, self._settings, self._progress, shown=shown)
        if not reading.recollection.commits:
            return replace(visit, state=EMPTY, why="it has no commits")
        self._store.remember(visit.name, Memory(mark, *pack(reading.recollection)))
        known = reading.recollection.blobs - reading.blobs
        return replace(visit, blobs=reading.blobs, bytes=reading.bytes, known=known, unscanned=reading.recollection.unscanned)

    def _export(self, visit: Visit) -> Visit:
        spec = parse_spec(visit.name)
        visit = replace(visit, name=_export_name(spec))
        mark = f"{self._reading}:{_digest(spec.file)}"
        if self._known(visit.name, mark):
            return self._as_it_was(visit)
        self._examiner = self._examiner or Examiner(self._setup)
        assembly = Assembly()
        read = examine_export(spec, self._examiner, self._settings, assembly, container=visit.name)
        now = Recollection(
            occurrences=tuple(assembly.occurrences),
            statements=tuple(assembly.identified),
            slots=tuple(assembly.slots),
            unscanned=tuple(read.unscanned),
            blobs=read.blobs,
        )
        self._store.remember(visit.name, Memory(mark, *pack(now)))
        return replace(visit, blobs=read.blobs, bytes=read.bytes, unscanned=now.unscanned)

    def _as_it_was(self, visit: Visit) -> Visit:
        """Nothing is new. What could not be read is as it was, and is said again."""
        memory = None if self._remembered[visit.name].shown else self._store.memory(visit.name)
        if memory is not None:  # read by a run that ended before anybody saw it
            before = unpack(memory.document, memory.objects)
            return replace(visit, known=before.blobs, unscanned=before.unscanned)
        known = sum(source.blobs + source.known for source in self._before.sources if source.target == visit.name)
        return replace(visit, known=known, unscanned=tuple(entry for entry in self._before.unscanned if entry.target == visit.name))

    def _known(self, name: str, mark: str) -> bool:
        known = self._remembered.get(name)
        return known is not None and known.cursor == mark


def _layout(path: Path) -> Layout:
    """Raises TargetError where there is no repository."""
    if not path.is_dir():
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


def _digest(file: Path) -> str:
    """Of an export's content; empty where it cannot be read, which is said when that is tried."""
    if not file.is_file():
        return ""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _export_name(spec: ExportSpec) -> str:
    """What an export is called in a fleet, where every project may have a `variables.json`."""
    owner = f"@{spec.repository}" if spec.repository else ""
    return f"{spec.system or 'auto'}{owner}:{spec.file.name}"


def _mirrors() -> Path:
    cache = default_cache_dir()
    if cache is None:
        message = "there is no home directory for mirrors of URLs"
        raise UsageError(message)
    return cache / _MIRRORS
