"""Every object of a store: which there are, and what they hold.

Whoever scans history needs no more than `ObjectReader`. The reader here asks git, which reads anything that a repository may hold; it
sizes objects up before it asks for them, checks every answer against that, and goes on behind an object on which git ends.
"""

from __future__ import annotations

import struct
from binascii import unhexlify
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import ClassVar, Protocol

from scanner.model import Reason, Unscanned
from scanner.records import dataclass, field, replace
from scanner.sources import large
from scanner.sources.history import git
from scanner.sources.history.git import Child, Failure, Handle
from scanner.sources.history.largeobject import LargeObject, room_for
from scanner.sources.history.persist import Broken, Step, persist
from scanner.sources.history.raw import NONE_KNOWN, Known, RawObject

_BATCH_BYTES = 256 << 20
_BATCH_OBJECTS = 8000
"""Each batch begins without the bases of its deltas: with a quarter of this, git works a third longer on a large repository."""
_ANSWER = 3
"""Id, type and size."""
_LINE = 200
"""No answer line of git is longer."""
_LISTING_PACE = 0.001
"""Seconds that git may take to size one object up; it needs some microseconds."""
_READING_PACE = 1e-6
"""Seconds that git may take for a byte of content: a thousandth of its speed."""
_MAPPED = 2 << 30
"""Bytes of address space for a loose object, which git maps whole where it only wants to know its size."""
_LISTING = ("cat-file", "--batch-all-objects", "--unordered", "--buffer")
_NONSENSE = Failure(Reason.DAMAGED, "git's answer does not fit what it listed before")
_SILENCE = Failure(Reason.DAMAGED, "git said nothing")
_CONTENT = frozenset({b"blob", b"commit", b"tag"})
_LOOKED_UP = 8192
"""Objects about which it is asked at once whether they are known."""


class Batch(Protocol):
    """Objects that are best read together. Picklable: any process on this machine can read it while the repository is open."""

    @property
    def reader(self) -> ObjectReader:
        """Of the store that they are in."""
        ...

    @property
    def objects(self) -> int:
        """How many there are."""
        ...

    @property
    def bytes(self) -> int:
        """How many they have, as far as that is known before."""
        ...

    @property
    def oids(self) -> tuple[str, ...]:
        """Their ids."""
        ...

    @property
    def origin(self) -> int | None:
        """What tells the pack that all come from apart from any other, as long as nobody writes to it; None where there is no such pack."""
        ...

    @property
    def container(self) -> str:
        """Where they were met."""
        ...

    def read(self, reach: int = 0) -> Iterator[RawObject | LargeObject | Unscanned]:
        """Every object, or why it could not be read; with a `reach` also what is new in those that are stored as differences."""
        ...


@dataclass(frozen=True, slots=True)
class ObjectBatch:
    """Objects that git is asked for."""

    reader: CatFile
    listing: bytes = field(repr=False)
    """`<id> <type> <size>` lines in the order of the pack."""
    objects: int
    bytes: int
    container: str
    """Where the objects were met."""
    origin: ClassVar[int | None] = None

    @property
    def oids(self) -> tuple[str, ...]:
        return tuple(line.split(b" ", 1)[0].decode("ascii") for line in self.listing.splitlines())

    def only(self, oids: Collection[str]) -> ObjectBatch:
        """The part of the batch that is about these objects; it may be empty."""
        lines = [line for line in self.listing.splitlines(keepends=True) if line.split(b" ", 1)[0].decode("ascii") in oids]
        size = sum(_size(line) for line in lines)
        return replace(self, listing=b"".join(lines), objects=len(lines), bytes=size)

    def read(self, reach: int = 0) -> Iterator[RawObject | LargeObject | Unscanned]:  # noqa: ARG002 - git does not tell what is new
        """Every object of the batch in its order, or why it could not be read."""
        return self.reader.read(self)


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a store holds. Trees are counted only: they hold names, and content by its id."""

    batches: tuple[Batch, ...]
    counts: dict[str, int]
    """Objects by type, trees included."""
    unscanned: tuple[Unscanned, ...]
    passed: tuple[bytes, ...] = field(default=(), repr=False)
    """Binary ids of the objects that are in no batch because the caller knew them, each once."""
    oids: bytes = field(default=b"", repr=False)
    """Packed ids of all blobs, commits and tags that were met, known or dealt: what the next run knows, once those that could not be
    read are taken out. What is too large is not among them."""

    @property
    def bytes(self) -> int:
        return sum(batch.bytes for batch in self.batches)


class ObjectReader(Protocol):
    """How the objects of one store are listed and read."""

    def inventory(self, known: Known = NONE_KNOWN) -> Inventory:
        """Every object of the store, once, reachable or not. Those that are `known` are counted and in no batch."""
        ...

    def among(self, oids: Iterable[str]) -> frozenset[str]:
        """Those of `oids` that are objects of the store, of whatever type."""
        ...


def pack_ids(ids: Iterable[bytes]) -> bytes:
    """Binary ids, each once, in order and without anything between them."""
    return b"".join(dict.fromkeys(sorted(ids)))


def unpack_ids(data: bytes, width: int) -> frozenset[bytes]:
    """The ids of `width` bytes that `pack_ids` put into `data`; ValueError where `data` is cut short."""
    if len(data) % width:
        message = f"not a whole number of ids of {width} bytes"
        raise ValueError(message)
    return frozenset(each_id(data, width))


def each_id(data: bytes, width: int) -> Iterator[bytes]:
    """The ids of `width` bytes that stand one after the other in `data`, which is whole."""
    return chain.from_iterable(struct.iter_unpack(f"{width}s", data))


def sizes(handle: Handle, oids: Collection[bytes]) -> Iterator[bytes]:
    """`<id> <type> <size>` for each of `oids` in their order, `<id> missing` for what is not there or cannot be read."""

    def attempt(rest: Sequence[bytes], step: Step, careful: bool) -> Iterator[bytes]:
        arguments = ("cat-file", "--batch-check") if careful else ("cat-file", "--batch-check", "--buffer")
        with git.run(handle, *arguments, request=b"\n".join(rest) + b"\n", allowance=_LISTING_PACE * len(rest), room=_MAPPED) as child:
            for line in child.out:
                step.done += 1
                yield line
            if step.done < len(rest):
                step.failure = child.end() or _SILENCE

    for found in persist(tuple(oids), attempt, handle.limits.restarts) if oids else ():
        yield found.question + b" missing\n" if isinstance(found, Broken) else found


def types(handle: Handle, oids: Iterable[str]) -> dict[str, str]:
    """The type of each of `oids` that the store has and git can read."""
    answers = (line.decode("ascii", "replace").split() for line in sizes(handle, [oid.encode("ascii") for oid in oids]))
    return {answer[0]: answer[1] for answer in answers if len(answer) == _ANSWER}


@dataclass(frozen=True, slots=True)
class CatFile:
    """Reads through `git cat-file`."""

    handle: Handle
    container: str
    max_blob_size: int
    """In bytes. Blobs above `large.HELD` are not held but opened by whoever wants them; commits and tags above that are too large."""
    label: str
    """How the report calls the object store."""
    expected: int = 0
    """About how many objects there are: what listing them may take."""

    def inventory(self, known: Known = NONE_KNOWN) -> Inventory:
        """Every object of the store and its alternates, dealt in the order of the packs so that neighbours stay together."""
        deal = _Deal(self, known)
        failure = self._list_all(deal)
        if failure is not None and failure.reason is Reason.DAMAGED:
            deal = _Deal(self, known)
            failure = self._list_each(deal)
        if failure is not None:
            deal.unscanned.append(Unscanned(self.container, self.label, failure.reason, f"not all objects are known: {failure.detail}"))
        return deal.inventory()

    def batches(self, oids: Iterable[str]) -> tuple[ObjectBatch, ...]:
        """Batches of just these objects, each once, in the order asked for; those that are not there are left out."""
        return self._some(oids, NONE_KNOWN).batches()

    def some(self, oids: Iterable[str], known: Known = NONE_KNOWN) -> Inventory:
        """Just these objects, and those that are not there or cannot be read among the unscanned."""
        return self._some(oids, known).inventory()

    def _some(self, oids: Iterable[str], known: Known) -> _Deal:
        deal = _Deal(self, known)
        deal.add(sizes(self.handle, [oid.encode("ascii") for oid in dict.fromkeys(oids)]))
        return deal

    def read(self, batch: ObjectBatch) -> Iterator[RawObject | LargeObject | Unscanned]:
        """Every object of `batch`, the large ones last and the broken ones as what they are."""
        lines = batch.listing.splitlines()
        held = [line for line in lines if _size(line) <= large.HELD]
        for found in persist(held, self._attempt, self.handle.limits.restarts) if held else ():
            if isinstance(found, Broken):
                oid, kind, _ = found.question.decode("ascii").split(" ")
                yield Unscanned(self.container, f"{kind}:{oid}", found.failure.reason, found.failure.detail)
            else:
                yield found
        for line in lines:
            if _size(line) > large.HELD:
                yield LargeObject(self.handle, line.split(b" ", 1)[0].decode("ascii"), _size(line))

    def among(self, oids: Iterable[str]) -> frozenset[str]:
        """Those of `oids` that are there, trees included."""
        return frozenset(types(self.handle, oids))

    def _list_all(self, deal: _Deal) -> Failure | None:
        """Deals what git lists by itself, which is fast, and ends at an object of a type that does not exist."""
        with git.run(self.handle, *_LISTING, "--batch-check", allowance=_LISTING_PACE * self.expected, room=_MAPPED) as child:
            deal.add(child.out)
            failure = child.end()
            if failure is None and child.complaint and all(entry.reason is Reason.TOO_LARGE for entry in deal.unscanned):
                failure = Failure(Reason.UNREADABLE, child.complaint)
            return failure

    def _list_each(self, deal: _Deal) -> Failure | None:
        """Deals what git lists when it need not look at the objects, and then says about each of them."""
        with git.run(self.handle, *_LISTING, "--batch-check=%(objectname)", allowance=_LISTING_PACE * self.expected) as child:
            oids = child.out.read().split()
            failure = child.end()
        deal.add(sizes(self.handle, oids))
        return failure

    def _attempt(self, lines: Sequence[bytes], step: Step, careful: bool) -> Iterator[RawObject | Unscanned]:
        """Objects from the beginning of `lines` until git fails."""
        request = b"".join(line.split(b" ", 1)[0] + b"\n" for line in lines)
        arguments = ("cat-file", "--batch") if careful else ("cat-file", "--batch", "--buffer")
        allowance = _READING_PACE * sum(_size(line) for line in lines)
        with git.run(self.handle, *arguments, request=request, allowance=allowance) as child:
            for line in lines:
                found = self._answer(child, line)
                if isinstance(found, Failure):
                    step.failure, step.certain = found, True
                    return
                if found is None:
                    step.failure = child.end() or _SILENCE
                    return
                step.done += 1
                yield found

    def _answer(self, child: Child, line: bytes) -> RawObject | Unscanned | Failure | None:
        """What git says about the object of `line`; None at the end of its output, a failure where its answer is not to be trusted."""
        header = child.out.readline(_LINE)
        if not header.endswith(b"\n"):
            return _NONSENSE if len(header) == _LINE else None
        oid, kind, size = line.decode("ascii").split(" ")
        if header.rstrip(b"\n") != line:
            if header.startswith(oid.encode("ascii")) and header.endswith(b" missing\n"):
                return Unscanned(self.container, f"{kind}:{oid}", Reason.DAMAGED, "listed, but git cannot read it")
            return _NONSENSE
        data = child.out.read(int(size))
        end = child.out.read(1)
        if end != b"\n":
            return Failure(Reason.DAMAGED, "it is longer than it says") if end else None
        return RawObject(oid, kind, data)


def _size(line: bytes) -> int:
    """Bytes of the object of a listing's line."""
    return int(line.rsplit(b" ", 1)[1])


def _is_blob(line: bytes) -> bool:
    return b" blob " in line


class _Deal:
    """Deals lines of a listing into batches, but for those of known objects."""

    def __init__(self, reader: CatFile, known: Known) -> None:
        self.counts: Counter[str] = Counter()
        self.unscanned: list[Unscanned] = []
        self.met: list[bytes] = []
        self.passed: list[bytes] = []
        self._reader = reader
        self._known = known
        self._batches: list[ObjectBatch] = []
        self._lines: list[bytes] = []
        self._large: list[bytes] = []
        self._bytes = 0

    def add(self, listing: Iterable[bytes]) -> None:
        """Takes the lines of a listing; each object goes into a batch, or is named among the unscanned."""
        lines = iter(listing)
        while some := list(islice(lines, _LOOKED_UP)):
            content = [sized for line in some if (sized := self._sized(line)) is not None]
            blobs = {oid for oid, _, line in content if _is_blob(line)}
            known = self._known(blobs, (oid for oid, _, _ in content if oid not in blobs), None)
            for oid, size, line in content:
                if size > large.HELD and oid not in known:
                    self._large.append(line.rstrip(b"\n"))
                    continue
                self.met.append(oid)
                if oid in known:
                    self.passed.append(oid)
                else:
                    self._put(line, size)

    def _sized(self, line: bytes) -> tuple[bytes, int, bytes] | None:
        """Id and size of what is to be read, with the line itself."""
        oid, _, rest = line.rstrip(b"\n").partition(b" ")
        kind, _, size = rest.partition(b" ")
        if not size.isdigit():
            self._say(f"object:{oid.decode('ascii', 'replace')}", Reason.DAMAGED, "git cannot tell what it is")
            return None
        self.counts[kind.decode("ascii")] += 1
        most = self._reader.max_blob_size if kind == b"blob" else min(self._reader.max_blob_size, large.HELD)
        if kind in _CONTENT and int(size) > most:
            self._say(f"{kind.decode('ascii')}:{oid.decode('ascii')}", Reason.TOO_LARGE, f"{int(size)} bytes")
        elif kind in _CONTENT:
            return unhexlify(oid), int(size), line
        return None

    def _put_large(self) -> None:
        """Deals the large blobs, as far as there is room for them."""
        lines, self._large = self._large, []
        left = room_for(self._reader.handle, [(line.split(b" ", 1)[0], _size(line)) for line in lines])
        for line in lines:
            oid, kind, size = line.decode("ascii").split(" ")
            left -= int(size)
            if left < 0:
                self._say(
                    f"{kind}:{oid}", Reason.TOO_LARGE, f"{size} bytes, beside others that come to more than is read of so few stored bytes"
                )
            else:
                self.met.append(unhexlify(oid))
                self._put(line + b"\n", int(size))

    def batches(self) -> tuple[ObjectBatch, ...]:
        if self._large:
            self._put_large()
        if self._lines:
            self._close()
        return tuple(self._batches)

    def inventory(self) -> Inventory:
        return Inventory(self.batches(), dict(self.counts), tuple(self.unscanned), tuple(self.passed), pack_ids(self.met))

    def _put(self, line: bytes, size: int) -> None:
        if self._lines and (self._bytes + size > _BATCH_BYTES or len(self._lines) >= _BATCH_OBJECTS):
            self._close()
        self._lines.append(line)
        self._bytes += size

    def _close(self) -> None:
        self._batches.append(ObjectBatch(self._reader, b"".join(self._lines), len(self._lines), self._bytes, self._reader.container))
        self._lines, self._bytes = [], 0

    def _say(self, path: str, reason: Reason, detail: str) -> None:
        self.unscanned.append(Unscanned(self._reader.container, path, reason, detail))
