"""One repository of a sweep: read from where the last run left off, and remembered for the next one.

What a run learned of a repository is a `Recollection`: commits, what holds something and where, and what could not be read. With it goes
the set of all objects that were read, so that the next run reads the others only. A name that holds a credential itself is kept without it;
what cannot be taken up again without its whole name is read again.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from scanner.config import Settings
from scanner.correlate import FilePaths
from scanner.model import Identified, Job, Occurrence, Reachability, Script, Sighting, Slot, Unscanned
from scanner.model.codec import decode, encode
from scanner.records import dataclass, field, replace
from scanner.run.answers import answers
from scanner.run.assemble import Assembly, Memory, Placed, ask, place_tasks, remember, repository_occurrences
from scanner.run.beside import Pairs
from scanner.run.defined import Defined, at_head
from scanner.run.examine import Setup
from scanner.run.fleetpairs import HEARD, Beside, Brief, again, beside_of, brief_of
from scanner.run.manner import manner
from scanner.run.names import Names
from scanner.run.passed import Passed
from scanner.run.read import Read
from scanner.run.request import Progress
from scanner.run.signed import merge
from scanner.run.wired import shown as told
from scanner.run.work import Answer, Files, Hit, Objects, Task, by_place
from scanner.sources.files import FileRef
from scanner.sources.history import CommitTable, Graph, Layout, Repository, Tag, metadata_files, pack_ids, unpack_ids
from scanner.store.clean import CleanBlobs

_STORE, _OWN = 0, 1
"""Sources of tasks: the object store; and git's own files, which are read in every run and count for nothing."""
_DEFINED = "jobs 1"
"""What is kept of pipelines; another word where that becomes something else."""
_KINDS = frozenset({"blob", "commit", "tag"})
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
Packed = TypeVar("Packed", "Summary", "Recollection")
_REACHED = frozenset({Reachability.HEAD, Reachability.BRANCH, Reachability.TAG, Reachability.STASH, Reachability.NOTE})


@dataclass(frozen=True, slots=True)
class Seen:
    """What one blob holds when it is read under one of its paths."""

    oid: str
    path: str
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Recollection:
    """What is known of a repository; no values."""

    reading: str = ""
    """How it was read; another way of reading begins from nothing."""
    commits: CommitTable = field(default_factory=CommitTable)
    tags: tuple[Tag, ...] = ()
    tips: tuple[str, ...] = ()
    """Commits that refs led to."""
    hits: tuple[Hit, ...] = ()
    seen: tuple[Seen, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    unscanned: tuple[Unscanned, ...] = ()
    unopened: tuple[Unscanned, ...] = ()
    """Those of them that are about the inside of blobs, which themselves were read."""
    blobs: int = 0
    """How many there are that some run has read."""
    slots: tuple[Slot, ...] = ()
    """What an export of CI variables defines."""
    jobs: tuple[Job, ...] = ()
    """What pipelines HEAD defines; of a repository whose HEAD moved, what it defines now."""
    scripts: tuple[Script, ...] = ()
    """What these run, or people by hand."""
    statements: tuple[Identified, ...] = ()
    """What is said of the credentials in an export, in git's own files, or in what is read again by each run."""
    fresh: bool = False
    """Whether it was read from nothing since it was shown last: what is no longer found then need not have been lost."""
    rewritten: bool = False
    """Whether refs no longer lead to what they led to when it was shown last, as far as that can be told."""
    width: int = 20
    """Bytes of an object's id."""
    objects: frozenset[bytes] = field(default=frozenset(), repr=False)
    """Binary ids of everything that was read."""
    beside: Beside = field(default_factory=Beside)
    """What lies beside credentials."""

    def identified(self) -> Iterator[Identified]:
        """What every sighting says of its credential."""
        yield from self.statements
        for sightings in (*(hit.sightings for hit in self.hits), *(seen.sightings for seen in self.seen)):
            yield from (sighting.identified for sighting in sightings)


@dataclass(frozen=True, slots=True)
class Summary:
    """What there is to say of a target that has not changed, without unpacking what is known of it."""

    commits: int = 0
    blobs: int = 0
    unscanned: tuple[Unscanned, ...] = ()
    pairs: Brief = field(default_factory=Brief)
    """What other targets may have to do with it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What this run made of a repository."""

    recollection: Recollection
    blobs: int
    bytes: int
    """Of what was read now."""


def reading_of(setup: Setup, settings: Settings) -> str:
    """How this run reads, and what it keeps of it."""
    return manner(setup, settings, HEARD, _DEFINED)


def summary_of(recollection: Recollection) -> Summary:
    """The recollection in short."""
    pairs = brief_of(recollection.beside, recollection.identified())
    return Summary(len(recollection.commits), recollection.blobs, recollection.unscanned, pairs)


def pack(recollection: Recollection) -> tuple[bytes, bytes]:
    """The recollection as a store keeps it: a document, its summary first and commits last, and the ids of the objects."""
    document = _packed(summary_of(recollection)) + _packed(replace(recollection, objects=frozenset(), commits=CommitTable()))
    return document + recollection.commits.pack(), pack_ids(recollection.objects)


def unpack(document: bytes, objects: bytes) -> Recollection:
    """What `pack` was given; an empty one where it is of another version."""
    try:
        summary, rest = _unpacked(Summary, document)
        kept, packed = _unpacked(Recollection, rest)
        commits = CommitTable.unpack(packed)
        if len(commits) != summary.commits:
            return Recollection()
        return replace(kept, objects=unpack_ids(objects, kept.width), commits=commits)
    except (ValueError, zlib.error):
        return Recollection()


def unpack_summary(document: bytes) -> Summary:
    """The summary of what `pack` was given; an empty one where it is of another version."""
    try:
        return _unpacked(Summary, document)[0]
    except (ValueError, zlib.error):
        return Summary()


def _packed(noun: Summary | Recollection) -> bytes:
    return zlib.compress(json.dumps(encode(noun), separators=(",", ":")).encode(), 6)


def _unpacked(kind: type[Packed], data: bytes) -> tuple[Packed, bytes]:
    """The noun that stands first in `data`, and what stands behind it. Raises ValueError or `zlib.error` where there is none."""
    stream = zlib.decompressobj()
    plain = stream.decompress(data)
    if not stream.eof:
        message = "cut short"
        raise ValueError(message)
    return decode(kind, json.loads(plain)), stream.unused_data


@dataclass(frozen=True, slots=True)
class Means:
    """With what the repositories of a sweep are read."""

    setup: Setup
    settings: Settings
    clean: CleanBlobs | None
    """What all of them together know to hold no credential; None where nobody wants to know."""
    several: bool
    """Whether there may be more than one."""


def recollect(repository: Repository, before: Recollection, means: Means, progress: Progress, *, shown: bool) -> Reading:
    """The repository as it is now: what `before` does not know is read, and everything placed anew in its history.

    `shown` says whether an edition of the fleet has shown `before`.
    """
    setup, settings = means.setup, means.settings
    reading = reading_of(setup, settings)
    known = before if before.reading == reading else Recollection()
    passed = Passed(means.clean, several=means.several, before=known.objects)
    inventory = repository.inventory(passed.known)
    present = unpack_ids(inventory.oids, repository.width)
    read = Read("repository", repository.container, repository=repository, history=True)
    read.commits.extend(known.commits.only(lambda oid: bytes.fromhex(oid) in present))
    read.tags += (tag for tag in known.tags if bytes.fromhex(tag.oid) in present)
    read.hits += (hit for hit in known.hits if bytes.fromhex(hit.oid or "") in present)
    again(read, known.beside, present)
    files = _own_files(read, repository.layout, settings)
    tasks: list[Files | Objects | Defined] = [files, *(Objects(_STORE, batch, passed.how(batch)) for batch in inventory.batches)]
    tasks += at_head(_STORE, read.target, repository)
    assembly = Assembly()
    unopened = {entry for entry in known.unopened if _blob_of(entry) in present}
    _take(read, passed.answer(_STORE, inventory, read.target))
    broken = list(_read_new(read, tasks, means, progress, unopened=unopened, assembly=assembly))
    read.unscanned += broken
    progress.aside(f"{read.target}: where and when")
    pairs = Pairs()
    question = ask(read, pairs.known((), read.hits))
    parts = dict(answer.changes for answer in answers(iter(question.tasks(_STORE)), setup, settings) if answer.changes is not None)
    memory = remember(read, question, [part for _, part in sorted(parts.items())])
    pairs.place(read, memory.beside)
    placed, places = _still_there(known.seen, memory)
    _place_new(place_tasks(_STORE, read, memory, places), placed, setup, settings)
    unscanned = tuple(sorted({*inventory.unscanned, *read.unscanned, *unopened}))
    now = Recollection(
        reading=reading,
        commits=memory.graph.table,
        tags=tuple(read.tags),
        tips=tuple(sorted(oid for oid in _tips(memory.graph) if oid in memory.graph)),
        hits=tuple(sorted((hit for hit in read.hits if hit.oid is not None), key=lambda hit: (hit.path, hit.oid or ""))),
        seen=tuple(Seen(oid, path, sightings) for (oid, path), sightings in sorted(placed.items(), key=lambda item: item[0])),
        occurrences=repository_occurrences(read, memory, placed),
        unscanned=unscanned,
        unopened=tuple(sorted(entry for entry in unopened if _blob_of(entry))),
        blobs=inventory.counts.get("blob", 0) - sum(entry.path.startswith("blob:") for entry in {*inventory.unscanned, *broken}),
        jobs=tuple(assembly.jobs),
        scripts=tuple(assembly.scripts),
        statements=tuple(sighting.identified for hit in read.hits if hit.oid is None for sighting in hit.sightings),
        width=repository.width,
        objects=present - _objects_of(broken),
        beside=beside_of(read, pairs),
        fresh=known is not before or (before.fresh and not shown),
        rewritten=_lost(before.tips, memory.graph) or (before.rewritten and not shown),
    )
    return Reading(_unnamed(now, Names(setup.cache), known), read.blobs, read.bytes)


def _unnamed(now: Recollection, names: Names, known: Recollection) -> Recollection:
    """The same without the names that hold a credential; authors that `known` has are without already.

    Ids are made of whole names, so what is placed by one is not remembered: a tag, an object that has a member of such a name, and what a
    blob holds under such a path. What is said of their credentials is.
    """

    def whole(name: str) -> bool:
        return names.shown(name) == name

    again = {tag.oid for tag in now.tags if not whole(tag.name)} | {hit.oid or "" for hit in now.hits if not whole(hit.path)}
    again |= {_blob_of(entry).hex() for entry in now.unopened if not whole(entry.path)}
    hits = [hit for hit in now.hits if hit.oid in again]
    seen = [one for one in now.seen if one.oid in again or not whole(one.path)]
    lost = (
        sighting.identified for sightings in (*(one.sightings for one in hits), *(one.sightings for one in seen)) for sighting in sightings
    )
    before = frozenset(known.commits.authors)
    authors = {author: names.shown(author) for author in {*now.commits.authors} - before}
    commits = replace(now.commits, authors=[authors.get(author, author) for author in now.commits.authors])
    return replace(
        now,
        commits=commits,
        tags=tuple(tag for tag in now.tags if tag.oid not in again),
        hits=tuple(hit for hit in now.hits if hit.oid not in again),
        seen=tuple(one for one in now.seen if one.oid not in again and whole(one.path)),
        occurrences=tuple(names.occurrences(now.occurrences)),
        jobs=tuple(told(job, names.container, names.shown) for job in now.jobs),
        scripts=tuple(told(script, names.container, names.shown) for script in now.scripts),
        unscanned=tuple(names.unread(now.unscanned)),
        unopened=tuple(entry for entry in now.unopened if whole(entry.path)),
        statements=(*now.statements, *lost),
        objects=now.objects - {bytes.fromhex(oid) for oid in again},
        beside=replace(
            now.beside,
            marks=tuple(replace(one, path=names.shown(one.path)) for one in now.beside.marks),
            signed=tuple(replace(one, path=names.shown(one.path)) for one in now.beside.signed),
            anchors=tuple(names.anchors(now.beside.anchors)),
        ),
    )


def _read_new(
    read: Read,
    tasks: Sequence[Files | Objects | Defined],
    means: Means,
    progress: Progress,
    *,
    unopened: set[Unscanned],
    assembly: Assembly,
) -> Iterator[Unscanned]:
    """Reads what is new into `read`, into `unopened` what is closed inside it, into `assembly` pipelines; yields what could not be read."""
    progress.expect(sum(task.batch.bytes for task in tasks if isinstance(task, Objects)))
    for answer in answers(iter(tasks), means.setup, means.settings):
        _take(read, answer)
        if answer.pipelines is not None:
            assembly.jobs += answer.pipelines.jobs
            assembly.scripts += answer.pipelines.scripts
        if means.clean is not None and answer.cleared:
            means.clean.add(answer.cleared, answer.origin)
        progress.advance(answer.blobs, answer.bytes)
        unopened.update(answer.unopened)
        yield from answer.unscanned


def _take(read: Read, answer: Answer) -> None:
    """Adds what came of a task, but for what could not be read."""
    counted = answer.source == _STORE
    read.blobs += answer.blobs * counted
    read.bytes += answer.bytes * counted
    read.hits += answer.hits
    read.commits.extend(answer.commits)
    read.tags += answer.tags
    read.noted += answer.noted
    merge(read.signed, answer.signed)


def _own_files(read: Read, layout: Layout, settings: Settings) -> Files:
    """The files that git itself keeps: few and small, and not among the objects."""
    refs = []
    for found in metadata_files(layout, read.target):
        if isinstance(found, FileRef):
            refs.append(found)
        elif isinstance(found, Unscanned):
            read.unscanned.append(found)
    read.metadata = frozenset(ref.path for ref in refs)
    return Files(_OWN, tuple(refs), settings.max_blob_size, read.repository.reader if read.repository is not None else None)


def _place_new(tasks: Iterator[Task], placed: Placed, setup: Setup, settings: Settings) -> None:
    """Reads blobs that hold something under the paths that are new for them."""
    for answer in answers(tasks, setup, settings):
        by_place(answer.hits, placed)


def _still_there(seen: Iterable[Seen], memory: Memory) -> tuple[Placed, set[tuple[str, str]]]:
    """Of what was seen, that which still lies where it lay; and the places that therefore need not be read again."""
    placed: Placed = {}
    places: set[tuple[str, str]] = set()
    files = {oid: FilePaths(paths) for oid, paths in memory.paths.items()}
    for one in seen:
        for file in files[one.oid].holding(one.path) if one.oid in files else ():
            placed[one.oid, one.path] = one.sightings
            places.add((one.oid, file))
    return placed, places


def _blob_of(entry: Unscanned) -> bytes:
    """The object that an entry is about; empty where it is about something else."""
    oid = entry.path.removeprefix("blob:").partition("!/")[0]
    return bytes.fromhex(oid) if _ID.fullmatch(oid) else b""


def _objects_of(broken: Iterable[Unscanned]) -> frozenset[bytes]:
    """The objects that the next run is to try again."""
    named = (entry.path.partition(":") for entry in broken)
    return frozenset(bytes.fromhex(oid) for kind, _, oid in named if kind in _KINDS and _ID.fullmatch(oid))


def _tips(graph: Graph) -> set[str]:
    """What refs lead to, behind all tags."""
    return {graph.peel(tip.oid) for tip in graph.tips if tip.ref}


def _lost(before: Iterable[str], graph: Graph) -> bool:
    """Whether no ref leads any more to something that a ref led to.

    Nothing is said where commits are missing on the way, as in a shallow clone or a damaged one: what cannot be seen need not be lost.
    """
    tips = _tips(graph)
    if any(True for _ in graph.cut()):
        return False
    return any(tip not in tips and graph.reach(tip) not in _REACHED for tip in before)
