"""What became of the entries of all packs of a store: each object counts once, and is asked for once."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import compress

from scanner.sources.history.objects import pack_ids
from scanner.sources.history.packs import _families
from scanner.sources.history.packs.families import NUMBERS, TYPES, Entries
from scanner.sources.history.raw import Known

_TREE, _BLOB = NUMBERS["tree"], NUMBERS["blob"]
_CONTENT = frozenset(TYPES) - {_TREE}


def _flagging(numbers: Iterable[int]) -> bytes:
    """Translates a column of bytes into flags: 1 for those numbers."""
    flags = bytearray(256)
    for number in numbers:
        flags[number] = 1
    return bytes(flags)


_IS_CONTENT, _IS_TREE, _IS_BLOB, _NOT = _flagging(_CONTENT), _flagging([_TREE]), _flagging([_BLOB]), _flagging([0])


class Census:
    """The objects of the packs so far."""

    def __init__(self, width: int) -> None:
        """Ids have `width` bytes."""
        self.counts: Counter[str] = Counter()
        """Objects by type, each once."""
        self.passed: list[bytes] = []
        """Those of the commits, blobs and tags that the caller knew."""
        self.left: list[bytes] = []
        """Objects that their pack alone does not give."""
        self.circling: list[bytes] = []
        """Objects that their pack makes from each other."""
        self._width = width
        self._content = _Ids(width)
        self._trees = _Ids(width)

    def wants(self, entries: Entries, known: Known, origin: int) -> array[int]:
        """The places of those commits, blobs and tags of a pack that are met for the first time and not known. They are all counted."""
        index, pick, sieve = entries.index, _families.pick, _families.sieve
        types = pick(entries.types, 1, index.places)
        trees = self._trees.add(sieve(index.ids, self._width, types.translate(_IS_TREE)))
        flags = types.translate(_IS_CONTENT)
        ids, places, kinds = (sieve(*column, flags) for column in ((index.ids, self._width), (index.places, 4), (types, 1)))
        first = self._content.add(ids)
        if 0 in first:
            ids, places, kinds = (sieve(*column, first) for column in ((ids, self._width), (places, 4), (kinds, 1)))
        self.counts.update({TYPES[number]: kinds.count(number) for number in _CONTENT}, tree=trees.count(1))
        blobs = kinds.translate(_IS_BLOB)
        there = known(self._split(ids, blobs), self._split(ids, blobs.translate(_NOT)), origin)
        if there:
            inside = bytes(map(there.__contains__, self._split(ids)))
            self.passed += self._split(ids, inside)
            places = sieve(places, 4, inside.translate(_NOT))
        return array("I", places)

    def unmet(self, oids: Iterable[bytes]) -> list[bytes]:
        """Those of `oids` that are none of the commits, blobs and tags so far, each once."""
        ids = pack_ids(oids)
        return list(self._split(ids, self._content.among(ids).translate(_NOT)))

    def oids(self, others: bytes) -> bytes:
        """The packed ids of all commits, blobs and tags, and of others (see `pack_ids`)."""
        self._content.add(others)
        return self._content.all()

    def _split(self, ids: bytes, flags: bytes | None = None) -> Iterator[bytes]:
        """The ids, or those that have a flag."""
        split = (ids[at : at + self._width] for at in range(0, len(ids), self._width))
        return split if flags is None else compress(split, flags)


class _Ids:
    """A set of packed ids, in ascending tables of which each is larger than the next: so there are few, and few are merged again."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._tables: list[bytes] = []

    def add(self, ids: bytes) -> bytes:
        """Adds ids. Returns a byte for each, 1 where it was not there before."""
        fresh = self.among(ids).translate(_NOT)
        if not _families.ascending(ids, self._width):  # the index has an object twice, or is forged
            fresh = self._first(ids, fresh)
            ids = pack_ids(ids[at : at + self._width] for at in range(0, len(ids), self._width))
        while self._tables and len(self._tables[-1]) <= len(ids):
            ids = _families.merge(self._tables.pop(), ids, self._width)
        self._tables.append(ids)
        return fresh

    def among(self, ids: bytes) -> bytes:
        """A byte for each of `ids`, 1 for those that are there."""
        found = 0
        for table in self._tables:
            found |= int.from_bytes(_families.among(ids, table, self._width), "big")
        return found.to_bytes(len(ids) // self._width, "big")

    def all(self) -> bytes:
        """All of them, in order."""
        while len(self._tables) > 1:
            self._tables.append(_families.merge(self._tables.pop(), self._tables.pop(), self._width))
        return self._tables[0] if self._tables else b""

    def _first(self, ids: bytes, fresh: bytes) -> bytes:
        """Those of `fresh` that are not there a second time."""
        seen: set[bytes] = set()
        flags = bytearray(fresh)
        for place in range(len(flags)):
            oid = ids[place * self._width : (place + 1) * self._width]
            flags[place] &= oid not in seen
            seen.add(oid)
        return bytes(flags)
