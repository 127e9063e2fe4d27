"""Which entries of a pack are made from which: families of deltas, each below an object that is stored whole.

A large history has a million entries, most of them trees, which nobody wants to read: so entries are kept in columns, what is done with
every one of them is done in C, and Python sees batches.
"""

from __future__ import annotations

import os
import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from scanner.records import dataclass, field
from scanner.sources.history.packs import _entries, _families
from scanner.sources.history.packs.index import Index
from scanner.sources.history.packs.unpack import Table

_PIECE = 1 << 20
"""Bytes of a pack that are looked through for headers at once."""
_LONGEST_HEADER = 128
_BY_ID = 7
TYPES = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
"""By the number that a pack has for them (gitformat-pack(5))."""
NUMBERS = {name: number for number, name in TYPES.items()}
_NOWHERE = 0xFFFF_FFFF
"""The place of a base that is not in the pack."""

Outside = Callable[[Iterable[bytes]], Mapping[bytes, int]]
"""The types of those of some objects that are there, wherever that is, by their ids."""


@dataclass(slots=True)
class Headers:
    """What the headers of all entries of a pack say, in columns: of 8 bits, of 64, and bases of 32."""

    kinds: bytearray = field(default_factory=bytearray)
    """Types, among them those that a delta has; 0 for a header that makes no sense."""
    begins: bytearray = field(default_factory=bytearray)
    """Where the packed bytes of each begin."""
    packed: bytearray = field(default_factory=bytearray)
    """How many there are at most."""
    sizes: bytearray = field(default_factory=bytearray)
    """How many they unpack to."""
    bases: bytearray = field(default_factory=bytearray)
    """The places of the entries that they are made from."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Families for one batch."""

    ids: bytes = field(repr=False)
    table: Table = field(repr=False)
    objects: int
    """How many are asked for."""
    size: int
    """About how many bytes those have."""
    base: bytes | None = None
    """The id of an object outside the pack that all of them are made from."""


class Entries:
    """The entries of one pack, by their headers. They are called by their places in the pack."""

    def __init__(self, pack: int, index: Index, outside: Outside) -> None:
        """Reads the headers of the pack that is open as `pack`. Raises OSError."""
        self.index = index
        self._headers = headers = read_headers(pack, index)
        self.types = _entries.types(headers.kinds, headers.bases)
        """What each is or is made from; 0 where that is nowhere, or the entry makes no sense."""
        self._outer: tuple[bytes, ...] = ()
        """The objects outside the pack that entries are made from. Each has a place of its own, behind all entries. git packs nothing
        so, others may."""
        self._within = b""
        """The types before those objects were there."""
        if bases := self._strays(pack):
            self._adopt(bases, outside(bases))

    def unmade(self) -> tuple[list[bytes], list[bytes]]:
        """The ids of those that the pack alone does not give, for a base is nowhere or an entry makes no sense; and of those in a circle.

        Nobody can make those from their bases, and git, which does not notice, takes seconds and all the memory it may have for each.
        """
        places = list(_all(self.types[: len(self.index)], 0))
        circling = _circling(places, memoryview(self._headers.bases).cast("I"))
        left = [self._id(place) for place in places if place not in circling]
        return left, [self._id(place) for place in places if place in circling]

    def lots(self, asked: array[int], objects: int, size: int) -> Iterator[Lot]:
        """The entries `asked` and what they are made from, in lots of no more objects and about no more bytes than that, unless one family has more.

        What is made from an object outside the pack is in one lot with all that is, however much that may be.
        """
        if self._outer:
            strays = array("I", (place for place in asked if not self._within[place]))
            asked = array("I", (place for place in asked if self._within[place]))
            yield from map(self._without_base, self._dealt(strays, 0, 0))
        yield from map(self._lot, self._dealt(asked, objects, size))

    def _dealt(self, asked: array[int], objects: int, size: int) -> Iterator[tuple[bytes, array[int], bytes, int, int]]:
        """Places, the places of their bases in the lot, whether each is asked for; how many are, and about how many bytes they have."""
        headers = self._headers
        places, parents, wanted, cuts = _families.deal(headers.bases, headers.sizes, asked, objects, size)
        records = memoryview(cuts).cast("Q")
        for (start, end), found, room in zip(pairwise((0, *records[::3])), records[1::3], records[2::3], strict=True):
            yield places[4 * start : 4 * end], array("i", parents[4 * start : 4 * end]), wanted[start:end], found, room

    def _without_base(self, dealt: tuple[bytes, array[int], bytes, int, int]) -> Lot:
        """A lot that began with an object outside the pack."""
        places, parents, wanted, objects, size = dealt
        outer = self._outer[int.from_bytes(places[:4], sys.byteorder) - len(self.index)]
        return self._lot((places[4:], array("i", (parent - 1 for parent in parents[1:])), wanted[1:], objects, size), outer)

    def _lot(self, dealt: tuple[bytes, array[int], bytes, int, int], base: bytes | None = None) -> Lot:
        places, parents, wanted, objects, size = dealt
        headers, index, pick = self._headers, self.index, _families.pick
        begins, packed, sizes = (array("Q", pick(column, 8, places)) for column in (headers.begins, headers.packed, headers.sizes))
        table = Table(pick(self.types, 1, places), begins, packed, sizes, parents, wanted)
        return Lot(pick(index.ids, index.width, pick(index.rows, 4, places)), table, objects, size, base)

    def _id(self, place: int) -> bytes:
        at = memoryview(self.index.rows).cast("I")[place] * self.index.width
        return self.index.ids[at : at + self.index.width]

    def _strays(self, pack: int) -> dict[bytes, list[int]]:
        """Objects that are bases and not in the pack, with the entries that are made from them."""
        found: dict[bytes, list[int]] = {}
        bases, begins = memoryview(self._headers.bases).cast("I"), memoryview(self._headers.begins).cast("Q")
        for place in _all(self.types, 0):
            if self._headers.kinds[place] == _BY_ID and bases[place] == _NOWHERE:
                oid = os.pread(pack, self.index.width, begins[place] - self.index.width)
                found.setdefault(oid, []).append(place)
        return found

    def _adopt(self, strays: Mapping[bytes, Iterable[int]], kinds: Mapping[bytes, int]) -> None:
        """Gives the bases of strays places, as far as it is known what they are."""
        self._outer = tuple(base for base in strays if base in kinds)
        headers, many = self._headers, len(self._outer)
        self._within = self.types
        bases = array("I", headers.bases)
        for place, base in enumerate(self._outer, len(self.index)):
            for stray in strays[base]:
                bases[stray] = place
        headers.bases = bytearray(bases.tobytes() + b"\xff" * 4 * many)
        headers.kinds += bytes(kinds[base] for base in self._outer)
        for column in (headers.begins, headers.packed, headers.sizes):
            column.extend(bytes(8 * many))
        self.types = _entries.types(headers.kinds, headers.bases)


def read_headers(pack: int, index: Index) -> Headers:
    """The headers of the pack that is open as `pack`. Raises OSError."""
    found = Headers()
    columns = (found.kinds, found.begins, found.packed, found.sizes, found.bases)
    end = max(os.fstat(pack).st_size - index.width, 0)
    place = 0
    while place < len(index):
        start = index.offsets[place]
        stop = bisect_left(index.offsets, start + _PIECE, place)
        data = os.pread(pack, index.offsets[stop - 1] - start + _LONGEST_HEADER, start)
        read = _entries.headers(data, start, place, stop, end, index.offsets, index.ids, index.places, index.width)
        for column, part in zip(columns, read, strict=True):
            column.extend(part)
        place = stop
    return found


def _circling(places: Iterable[int], bases: Sequence[int]) -> set[int]:
    """Those of `places` whose bases lead back to one of them, or to others that do."""
    circling: dict[int, bool] = {}
    for place in places:
        line, at = [], place
        while at < len(bases) and at not in circling:
            circling[at] = True  # as it is if the line comes back here
            line.append(at)
            at = bases[at]
        found = circling.get(at, False)
        circling |= dict.fromkeys(line, found)
    return {place for place, found in circling.items() if found}


def _all(column: bytes, item: int) -> Iterator[int]:
    """The places of all bytes that are `item`."""
    place = column.find(item)
    while place >= 0:
        yield place
        place = column.find(item, place + 1)
