"""What a worker process does with one task: read it from its source, examine it, and answer without values."""

from __future__ import annotations

import time
from binascii import unhexlify
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scanner.engine import Looked, carried
from scanner.model import Blob, Sighting, Stamp, Unscanned
from scanner.records import dataclass, field, replace
from scanner.run.clear import Clear, pack
from scanner.run.defined import Defined
from scanner.run.examine import Examiner, Setup
from scanner.run.inside import Text, examine_blob, examine_large, holds_more
from scanner.run.notice import Noted
from scanner.run.signed import Signatures, Signed
from scanner.run.taking import take, take_all
from scanner.run.told import is_asked
from scanner.sources.files import FileRef, Skipped, stamp_at
from scanner.sources.history import (
    Batch,
    ChangeBatch,
    Changed,
    CommitTable,
    LargeObject,
    ObjectBatch,
    ObjectReader,
    RawObject,
    Tag,
    parse_tag,
)
from scanner.sources.large import Large, LargeFile, take_file
from scanner.sources.opaque import SKIPPED as OPAQUE
from scanner.sources.opaque import is_opaque

if TYPE_CHECKING:  # loaded where there is a home or a pipeline to read
    from scanner.pipelines.repository import Pipelines
    from scanner.pipelines.signatures import Signatures as PipelineSignatures
    from scanner.run.untouched import Untouched
    from scanner.sources.patches import Shown
    from scanner.sources.workstation import HomeFile


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a tree, a home, or git's own."""

    source: int
    refs: tuple[FileRef | HomeFile, ...]
    max_size: int
    store: ObjectReader | None = None
    """Of the repository whose files these are: digits that it knows for the name of an object are no credential."""


@dataclass(frozen=True, slots=True)
class Logs:
    """Logs of CI jobs, and archives of them."""

    source: int
    refs: tuple[FileRef, ...]
    max_size: int
    bytes: int
    """That they had when they were met."""


@dataclass(frozen=True, slots=True)
class Objects:
    """Objects of a store, met for the first time: where they lie is asked later, and only for those that hold something."""

    source: int
    batch: Batch
    clear: Clear = Clear.NOT_ASKED
    """Whether it is wanted to be known which blobs hold no credential."""


@dataclass(frozen=True, slots=True)
class Places:
    """Blobs under the paths that they have had; commits and tags have none and are read as messages."""

    source: int
    batch: ObjectBatch | Shown
    paths: Mapping[str, tuple[str, ...]]
    again: bool = True
    """Whether these blobs were read before, so that they are not counted and what is wrong with them has been said."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changed of what is asked about a repository's past."""

    source: int
    number: int
    batch: ChangeBatch


Task = Files | Logs | Objects | Places | Changes | Defined


@dataclass(frozen=True, slots=True)
class Hit:
    """A file or an object that holds something."""

    container: str
    path: str
    oid: str | None
    mode: int | None
    sightings: tuple[Sighting, ...]
    member_of: str | None = None
    """Where `path` leads into an archive: the path of that archive's file."""

    @property
    def file(self) -> str:
        """The path of the file that holds it, of a member that of the outermost archive."""
        return self.path if self.member_of is None else self.member_of


def by_place(hits: Iterable[Hit], placed: dict[tuple[str, str], tuple[Sighting, ...]]) -> None:
    """Adds to `placed` what blobs hold, by (object id, path). Two members of one archive can have the same path."""
    for hit in hits:
        placed[hit.oid or "", hit.path] = placed.get((hit.oid or "", hit.path), ()) + hit.sightings


Cleared = dict[bytes, tuple[int, bytes]]
"""Blobs without any credential: by their binary ids, sizes in bytes and what `clear.pack` has kept."""


@dataclass(slots=True)
class Answer:
    """What came of one task. Counts are of what was read, not of what was found."""

    source: int
    counted: bool = True
    """Whether blobs and bytes are new to this run."""
    hits: list[Hit] = field(default_factory=list)
    blobs: int = 0
    bytes: int = 0
    files: int = 0
    """What was asked for as files, read or not."""
    unscanned: list[Unscanned] = field(default_factory=list)
    unopened: list[Unscanned] = field(default_factory=list)
    """What cannot be read inside archives that themselves were read."""
    skipped: Counter[str] = field(default_factory=Counter)
    commits: CommitTable = field(default_factory=CommitTable)
    tags: list[Tag] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    tails: dict[str, frozenset[str]] = field(default_factory=dict)
    """What partial sightings of credentials may look like, each credential at least once from every process that met it."""
    signed: Signed = field(default_factory=dict)
    cleared: Cleared = field(default_factory=dict)
    """If that is wanted to be known."""
    untouched: Cleared = field(default_factory=dict)
    """The same of files, by what they are known by."""
    origin: int | None = None
    """Of what is cleared, see `Batch`; None where the ids were checked."""
    changes: tuple[int, Changed | None] | None = None
    """The number of a part of what was asked about the past, and what came of it, if that could be had in parts."""
    pipelines: Pipelines | None = None


class Worker:
    """Answers tasks; made once in each process."""

    def __init__(self, setup: Setup) -> None:
        self._examiner = Examiner(setup)
        self._archives = setup.archives
        self._tables = setup.signatures
        self._signatures: PipelineSignatures | None = None
        self._untouched: Untouched | None = None
        if setup.ledger is not None:
            from scanner.run.untouched import Untouched  # noqa: PLC0415 - as above

            self._untouched = Untouched(setup.ledger)

    def __call__(self, task: Task) -> Answer:
        match task:
            case Files():
                return self._files(task)
            case Logs():
                from scanner.run.logs import read_logs  # noqa: PLC0415 - loaded where there is a log to read

                return read_logs(task, self._examiner, self._archives)
            case Objects():
                return self._objects(task)
            case Places():
                return self._places(task)
            case Defined():
                return self._defined(task)
            case Changes():
                return Answer(task.source, changes=(task.number, task.batch.read(is_asked)))

    def _defined(self, task: Defined) -> Answer:
        if self._signatures is None:
            from scanner.pipelines import signatures  # noqa: PLC0415 - loaded where there is a pipeline to read

            self._signatures = signatures.Signatures(signatures.load(self._tables))
        from scanner.run.definitions import read_defined  # noqa: PLC0415 - as above

        pipelines, unread = read_defined(task, self._signatures)
        return Answer(task.source, unscanned=unread, pipelines=pipelines)

    def _files(self, task: Files) -> Answer:
        answer = Answer(task.source, files=len(task.refs))
        self._examiner.objects.turn_to(task.store)
        began = time.time_ns()
        for ref in task.refs:
            read, found = self._file(answer, ref, task.max_size)
            if self._untouched is not None:
                answer.untouched |= self._untouched.keep(ref, began, read, found)
        return answer

    def _file(
        self, answer: Answer, ref: FileRef | HomeFile, max_size: int
    ) -> tuple[tuple[Stamp | None, int], list[Text | Unscanned | Skipped]]:
        """The state in which a file was read, its size, and what was found."""
        like = "" if isinstance(ref, FileRef) else ref.like
        match take_file(ref, max_size) if isinstance(ref, FileRef) else _at_home(ref, max_size):
            case Blob() as blob:
                found = self._examine(answer, blob.container, blob.path, blob.data, mode=blob.mode, like=like)
                if is_opaque(blob.data, None if isinstance(ref, FileRef) else ref.format):
                    found.append(Skipped(blob.container, blob.path, OPAQUE))
                    answer.skipped[OPAQUE] += 1
                return (blob.stamp, len(blob.data)), found
            case LargeFile() as large:
                found = self._examine(answer, large.ref.container, large.ref.path, large, mode=large.mode, like=like)
                return (large.stamp if stamp_at(large.ref) == large.stamp else None, large.size), found
            case Unscanned() as unscanned:
                answer.unscanned.append(unscanned)
            case Skipped() as skipped:
                answer.skipped[skipped.reason] += 1
        return (None, 0), []

    def _objects(self, task: Objects) -> Answer:
        answer = Answer(task.source, origin=task.batch.origin if task.clear is Clear.AS_INDEXED else None)
        container = task.batch.container
        silent: dict[str, Looked] = {}
        signatures = Signatures()
        for item in self._read(answer, task.batch):
            if isinstance(item, LargeObject):
                self._examine(answer, container, f"blob:{item.oid}", item, oid=item.oid)
                continue
            if item.type != "blob":
                self._other(answer, container, item, signatures)
                continue
            fresh = item.fresh
            found: Sequence[Text | Unscanned | Skipped] = ()
            looked = None
            if fresh is not None and fresh.base in silent:
                looked = carried(silent[fresh.base], fresh.runs, fresh.size, len(item.data))
            if fresh is not None and looked is not None and not holds_more(item.data) and self._examiner.inherits(item.data, fresh.data):
                answer.blobs += 1
                answer.bytes += len(item.data)
            else:
                found = self._examine(answer, container, f"blob:{item.oid}", item.data, oid=item.oid)
                looked = None if holds_more(item.data) else _looked(found, f"blob:{item.oid}")
            if looked is not None:
                silent[item.oid] = looked
            if task.clear is not Clear.NOT_ASKED:
                self._clear(answer, item, found, check=task.clear is Clear.CHECKED)
        answer.signed = signatures.total()
        return answer

    @staticmethod
    def _clear(answer: Answer, item: RawObject, found: Collection[Text | Unscanned | Skipped], *, check: bool) -> None:
        """Names a blob that holds no credential."""
        beside = pack(found, f"blob:{item.oid}")
        if beside is not None and (not check or item.genuine):
            answer.cleared[unhexlify(item.oid)] = len(item.data), beside

    def _places(self, task: Places) -> Answer:
        answer = Answer(task.source, counted=not task.again)
        signatures = Signatures()
        for item in self._read(answer, task.batch):
            if isinstance(item, LargeObject):
                self._large_at(answer, task, item)
            elif item.type == "blob":
                for number, path in enumerate(task.paths[item.oid]):
                    self._examine(answer, task.batch.container, path, item.data, oid=item.oid, count=not task.again and not number)
            else:
                self._other(answer, task.batch.container, item, signatures)
        answer.signed = signatures.total()
        if task.again:
            answer.skipped.clear()
            answer.unscanned.clear()
            answer.unopened.clear()
        return answer

    def _large_at(self, answer: Answer, task: Places, item: LargeObject) -> None:
        """A large blob is read once for all its paths: what it holds is called there as under the first."""
        first, *others = task.paths[item.oid]
        hits, noted = len(answer.hits), len(answer.noted)
        self._examine(answer, task.batch.container, first, item, oid=item.oid, count=not task.again)
        hits_there, noted_there = answer.hits[hits:], answer.noted[noted:]
        for path in others:
            answer.hits += (
                replace(hit, path=path + hit.path[len(first) :], member_of=None if hit.member_of is None else path) for hit in hits_there
            )
            answer.noted += (replace(one, path=path + one.path[len(first) :]) for one in noted_there)

    def _read(self, answer: Answer, batch: Batch | Shown) -> Iterable[RawObject | LargeObject]:
        self._examiner.objects.turn_to(batch.reader)
        for item in batch.read(self._examiner.reach):
            if isinstance(item, Unscanned):
                answer.unscanned.append(item)
            else:
                yield item

    def _other(self, answer: Answer, container: str, item: RawObject, signatures: Signatures) -> None:
        if item.type == "commit":
            self._commit(answer, container, item, signatures)
        else:
            self._tag(answer, container, item, signatures)

    def _commit(self, answer: Answer, container: str, item: RawObject, signatures: Signatures) -> None:
        path = f"commit:{item.oid}"
        offset = answer.commits.read(item.oid, item.data)
        if offset is not None:
            signatures.look(item.data[:offset], path, answer.commits.seconds[-1])
        self._message(answer, container, path, item, offset or 0)

    def _tag(self, answer: Answer, container: str, item: RawObject, signatures: Signatures) -> None:
        parsed = parse_tag(item.oid, item.data)
        if parsed is None:
            self._message(answer, container, f"tag:{item.oid}", item, 0)
            return
        path = f"tag:{parsed.tag.name}"
        answer.tags.append(parsed.tag)
        signatures.look(item.data[parsed.offset :], path)
        self._message(answer, container, path, item, parsed.offset)

    def _message(self, answer: Answer, container: str, path: str, item: RawObject, offset: int) -> None:
        """A message, and apart from it the headers: a merge quotes whole tags there, and anybody can add some."""
        if not self._examiner.touches(item.data):
            return
        for part in (item.data[offset:], item.data[:offset]):
            take(answer, Text(path, self._examiner.examine(path, part)), Hit(container, path, item.oid, None, ()))

    def _examine(
        self,
        answer: Answer,
        container: str,
        path: str,
        data: bytes | Large,
        *,
        oid: str | None = None,
        mode: int | None = None,
        count: bool = True,
        like: str = "",
    ) -> list[Text | Unscanned | Skipped]:
        """Adds what is in a blob and in what it holds. Returns it, without the texts that no anchor is in.

        `like` is a path as of which it is read, where its own does not tell how.
        """
        inside = self._found(container, path, data, like)
        return take_all(answer, Hit(container, path, oid, mode, ()), data, inside, count=count)

    def _found(self, container: str, path: str, data: bytes | Large, like: str) -> Iterator[Text | Unscanned | Skipped]:
        if like:
            return (replace(one, path=path + one.path[len(like) :]) for one in self._found(container, like, data, ""))
        if isinstance(data, bytes):
            return examine_blob(self._examiner, container, path, data, self._archives)
        return examine_large(self._examiner, container, path, data, self._archives)


def _looked(found: Sequence[Text | Unscanned | Skipped], path: str) -> Looked | None:
    """Where was looked in the blob at `path`, if nothing else was found in it; None where there is more to say of it."""
    match found:
        case []:
            return ()
        case [Text(path=own, examination=examination)] if own == path:
            return examination.looked
    return None


def _at_home(file: HomeFile, max_size: int) -> Blob | LargeFile | Unscanned | Skipped:
    from scanner.sources.workstation import read_home_file  # noqa: PLC0415 - see above

    return read_home_file(file, max_size)
