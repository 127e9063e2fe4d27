"""Which entries of a pack are made from which: families of deltas, each below an object that is stored whole."""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Family:
    """Entries that are made from one another, bases before what is made from them and depth first."""

    type: int
    numbers: tuple[int, ...]
    """Of the entries, in the order of the pack."""
    parents: tuple[int, ...]
    """Where in `numbers` each one's base is; -1 for the first."""
    wanted: tuple[bool, ...]
    """Which objects are asked for, rather than only bases of others."""


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
    known: int = 0
    """How many of them the caller knew."""

    def wants(self, oid: bytes, kind: str, known: Collection[bytes]) -> bool:
        """Whether an object of a family is met for the first time and not known. It is counted."""
        if oid in self.met:
            return False
        self.met.add(oid)
        self.counts[kind] += 1
        if oid in known:
            self.known += 1
            return False
        return True


class Entries:
    """The entries of one pack, by their headers."""

    def __init__(self, pack: int, index: Index) -> None:
        """Reads the headers of the pack that is open as `pack`. Raises OSError."""
        self.index = index
        self._headers = _headers(pack, index)
        self._ends = index.offsets[1:]
        self._ends.append(max(os.fstat(pack).st_size - index.width, index.offsets[-1] if index.offsets else 0))
        self._reached = bytearray(len(index))
        self._children: dict[int, list[int]] = {}
        self.bases: dict[bytes, list[int]] = {}
        """Objects that are bases and not in the pack, with the entries that are made from them. git packs nothing so, others may."""
        self._link(pack)

    def place(self, number: int) -> tuple[int, int, int]:
        """Where the packed bytes of an entry begin, how many there are at most, and how many they unpack to."""
        begin = self.index.offsets[number] + self._headers[4 * number + 3]
        return begin, max(0, self._ends[number] - begin), self._headers[4 * number + 1]

    def families(self, census: Census, known: Collection[bytes]) -> Iterator[Family]:
        """All families that begin with an object in the pack, but for trees, and for those of which nothing is wanted."""
        for root in range(len(self.index)):
            kind = self._headers[4 * root]
            if kind in TYPES:
                yield from self._family(kind, root, census, known)

    def strays(self, base: bytes, kind: int, census: Census, known: Collection[bytes]) -> Iterator[Family]:
        """The families of type `kind` that are made from an object outside the pack, one of `bases`."""
        for root in self.bases[base]:
            yield from self._family(kind, root, census, known)

    def left(self) -> Iterator[bytes]:
        """What was in no family: where a base is nowhere, or an entry makes no sense."""
        return (self.index.oid(number) for number, seen in enumerate(self._reached) if not seen)

    def _family(self, kind: int, root: int, census: Census, known: Collection[bytes]) -> Iterator[Family]:
        numbers, parents = self._members(root)
        for number in numbers:
            self._reached[number] = 1
        if kind == _TREE:
            census.trees.update(map(self.index.oid, numbers))
            return
        wanted = tuple(census.wants(self.index.oid(number), TYPES[kind], known) for number in numbers)
        if any(wanted):
            yield Family(kind, tuple(numbers), tuple(parents), wanted)

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
            pending += ((child, place) for child in self._children.get(number, ()))
        return numbers, parents

    def _link(self, pack: int) -> None:
        """Looks up the base of every delta."""
        by_offset = {offset: number for number, offset in enumerate(self.index.offsets)}
        by_id: dict[bytes, int] = {}
        for number in range(len(self.index)):
            kind, where = self._headers[4 * number], self._headers[4 * number + 2]
            base = None
            if kind == _BY_OFFSET:
                base = by_offset.get(where)
            elif kind == _BY_ID:
                by_id = by_id or self.index.numbers()
                oid = os.pread(pack, self.index.width, self.index.offsets[number] + where)
                base = by_id.get(oid)
                if base is None:
                    self.bases.setdefault(oid, []).append(number)
            if base is not None:
                self._children.setdefault(base, []).append(number)


def _headers(pack: int, index: Index) -> array[int]:
    """Four numbers an entry, as `_delta.headers` gives them."""
    found = array("Q")
    place = 0
    while place < len(index):
        start = index.offsets[place]
        stop = bisect_left(index.offsets, start + _PIECE, place)
        data = os.pread(pack, index.offsets[stop - 1] - start + _LONGEST_HEADER, start)
        found.frombytes(_delta.headers(data, start, index.offsets[place:stop], index.width))
        place = stop
    return found
