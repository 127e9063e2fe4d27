"""Which entries of a pack are made from which: families of deltas, each below an object that is stored whole.

A large history has a million entries, most of them trees, which nobody wants to read: so entries are kept in columns, and what can be is
done with a whole column at once.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import add

from scanner.sources.history.packs import _delta
from scanner.sources.history.packs.index import Index

_PIECE = 32 << 20
"""Bytes of a pack that are looked through for headers at once."""
_LONGEST_HEADER = 128
_BY_OFFSET, _BY_ID = 6, 7
TYPES = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
"""By the number that a pack has for them (gitformat-pack(5))."""
NUMBERS = {name: number for number, name in TYPES.items()}
_TREE = 2
_WHOLE = frozenset(TYPES)
_READ = _WHOLE - {_TREE}
_TOGETHER = 256
"""Entries from which and of which nothing is made, that go into one family all the same: each by itself would cost more than reading it."""
_TOGETHER_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Family:
    """Entries that are made from one another, bases before what is made from them and depth first; or some that stand alone."""

    type: int
    numbers: Sequence[int]
    """Of the entries, in the order of the pack."""
    parents: Sequence[int]
    """Where in `numbers` each one's base is; -1 for those that have none there."""
    wanted: bytes
    """A byte for each: 1 for what is asked for, 0 for what is only the base of others."""
    bytes: int
    """About how many those that are asked for have."""


@dataclass(slots=True)
class Census:
    """What became of the entries of all packs so far."""

    counts: Counter[str] = field(default_factory=Counter)
    """Commits, blobs and tags by type, each once."""
    trees: set[bytes] = field(default_factory=set)
    left: list[bytes] = field(default_factory=list)
    """Objects that their pack alone does not give: the base is elsewhere or nowhere, or the entry makes no sense."""
    met: set[bytes] = field(default_factory=set)
    """All commits, blobs and tags, known or not."""
    passed: list[bytes] = field(default_factory=list)
    """Those of them that the caller knew."""

    def wants(self, oids: Sequence[bytes], kind: str, known: Collection[bytes]) -> bytes:
        """A byte for each object of a family: 1 where it is met for the first time and not known. It is counted."""
        if len(set(oids)) == len(oids) and self.met.isdisjoint(oids):
            first = oids
        else:
            first = [oid for oid in dict.fromkeys(oids) if oid not in self.met]
        self.met.update(first)
        self.counts[kind] += len(first)
        wanted = [oid for oid in first if oid not in known] if known else first
        if len(wanted) < len(first):
            self.passed += (oid for oid in first if oid in known)
        if len(wanted) == len(oids):
            return b"\1" * len(oids)
        asked = set(wanted)
        flags = bytearray(len(oids))
        for place, oid in enumerate(oids):
            if oid in asked:
                flags[place] = 1
                asked.remove(oid)
        return bytes(flags)


class Entries:
    """The entries of one pack, by their headers."""

    def __init__(self, pack: int, index: Index) -> None:
        """Reads the headers of the pack that is open as `pack`. Raises OSError."""
        headers = read_headers(pack, index)
        ends = index.offsets[1:]
        ends.append(max(os.fstat(pack).st_size - index.width, index.offsets[-1] if index.offsets else 0))
        self.oids = index.oids()
        """By their place in the pack, like all that follows."""
        self.begins = array("Q", map(add, index.offsets, headers[3::4]))
        """Where the packed bytes of each begin."""
        self.packed = array("Q", (end - begin if end > begin else 0 for begin, end in zip(self.begins, ends, strict=True)))
        """How many there are at most."""
        self.sizes = headers[1::4]
        """How many they unpack to."""
        self.bases: dict[bytes, list[int]] = {}
        """Objects that are bases and not in the pack, with the entries that are made from them. git packs nothing so, others may."""
        self._kinds = headers[0::4]
        parents = self._parents(pack, index, headers[2::4])
        self._types = _types(self._kinds, parents)
        self._children: defaultdict[int, list[int]] = defaultdict(list)
        for number, (parent, kind) in enumerate(zip(parents, self._types, strict=True)):
            if parent is not None and kind != _TREE:
                self._children[parent].append(number)
        self._reached: set[int] = set()

    def content(self) -> Iterator[bytes]:
        """The ids of all entries but trees."""
        return compress(self.oids, map(_TREE.__ne__, self._types))

    def families(self, census: Census, known: Collection[bytes]) -> Iterator[Family]:
        """All families that begin with an object in the pack, but for trees, and for those of which nothing is wanted."""
        census.trees.update(compress(self.oids, map(_TREE.__eq__, self._types)))
        alone: defaultdict[int, list[int]] = defaultdict(list)
        room: Counter[int] = Counter()
        for root, kind in enumerate(self._kinds):
            if kind not in _READ:
                continue
            if root in self._children:
                yield from self._family(kind, root, census, known)
                continue
            alone[kind].append(root)
            room[kind] += self.sizes[root]
            if len(alone[kind]) == _TOGETHER or room[kind] > _TOGETHER_BYTES:
                yield from self._together(kind, alone.pop(kind), census, known)
                room[kind] = 0
        for kind, numbers in alone.items():
            yield from self._together(kind, numbers, census, known)

    def strays(self, base: bytes, kind: int, census: Census, known: Collection[bytes]) -> Iterator[Family]:
        """The families of type `kind` that are made from an object outside the pack, one of `bases`."""
        for root in self.bases[base]:
            numbers, _ = self._members(root)
            self._reached.update(numbers)
            if kind == _TREE:
                census.trees.update(self.oids[number] for number in numbers)
            else:
                yield from self._family(kind, root, census, known)

    def left(self) -> Iterator[bytes]:
        """What was in no family: where a base is nowhere, or an entry makes no sense."""
        return (
            oid for number, (oid, kind) in enumerate(zip(self.oids, self._types, strict=True)) if not kind and number not in self._reached
        )

    def _family(self, kind: int, root: int, census: Census, known: Collection[bytes]) -> Iterator[Family]:
        numbers, parents = self._members(root)
        wanted = census.wants([self.oids[number] for number in numbers], TYPES[kind], known)
        if count := wanted.count(1):
            yield Family(kind, numbers, parents, wanted, self.sizes[root] * count)

    def _together(self, kind: int, numbers: list[int], census: Census, known: Collection[bytes]) -> Iterator[Family]:
        wanted = census.wants([self.oids[number] for number in numbers], TYPES[kind], known)
        if any(wanted):
            numbers = list(compress(numbers, wanted))
            yield Family(kind, numbers, [-1] * len(numbers), b"\1" * len(numbers), sum(map(self.sizes.__getitem__, numbers)))

    def _members(self, root: int) -> tuple[list[int], list[int]]:
        """An entry and all that is made from it, with the places of the bases. No entry has two bases, so this ends."""
        numbers: list[int] = []
        parents: list[int] = []
        pending = [(root, -1)]
        while pending:
            number, parent = pending.pop()
            place = len(numbers)
            numbers.append(number)
            parents.append(parent)
            if number in self._children:
                pending += [(child, place) for child in self._children[number]]
        return numbers, parents

    def _parents(self, pack: int, index: Index, where: array[int]) -> list[int | None]:
        """The base of every delta, where the pack has it; `where` says what its header says of it."""
        by_offset = dict(zip(index.offsets, range(len(index)), strict=True))
        parents = list(map(by_offset.get, where))
        by_id: dict[bytes, int] = {}
        for number in compress(range(len(index)), map(_BY_OFFSET.__ne__, self._kinds)):
            parents[number] = None
            if self._kinds[number] == _BY_ID:
                by_id = by_id or dict(zip(self.oids, range(len(index)), strict=True))
                oid = os.pread(pack, index.width, index.offsets[number] + where[number])
                parents[number] = by_id.get(oid)
                if parents[number] is None:
                    self.bases.setdefault(oid, []).append(number)
        return parents


def _types(kinds: Sequence[int], parents: Sequence[int | None]) -> bytearray:
    """What the object is that each entry is, or is made from; 0 where no object that is stored whole is at the beginning."""
    types = bytearray(kind if kind in _WHOLE else 0 for kind in kinds)
    late: defaultdict[int, list[int]] = defaultdict(list)
    for number, parent in enumerate(parents):
        if parent is not None:
            types[number] = types[parent]
            if not types[number]:
                late[parent].append(number)
    pending = [parent for parent in late if types[parent]]
    while pending:  # bases that are named by their id may come after what is made from them
        parent = pending.pop()
        for number in late.pop(parent, ()):
            types[number] = types[parent]
            pending.append(number)
    return types


def read_headers(pack: int, index: Index) -> array[int]:
    """Four numbers an entry of the pack that is open as `pack`, as `_delta.headers` gives them: type, size, base, length of the header."""
    found = array("Q")
    place = 0
    while place < len(index):
        start = index.offsets[place]
        stop = bisect_left(index.offsets, start + _PIECE, place)
        data = os.pread(pack, index.offsets[stop - 1] - start + _LONGEST_HEADER, start)
        found.frombytes(_delta.headers(data, start, index.offsets[place:stop], index.width))
        place = stop
    return found
