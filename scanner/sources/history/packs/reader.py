"""Reads the packs of a store, and leaves to git what it cannot read.

Every family is unpacked once, depth first, so that no base is made twice and memory holds one line of ancestors. What a pack says is
believed as far as it can be checked: sizes are compared with what comes out, and what does not fit is read by git, which knows of other
copies and has words for what is wrong.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from scanner.model import Reason, Unscanned
from scanner.records import dataclass, field
from scanner.sources import large
from scanner.sources.history.largeobject import LargeObject
from scanner.sources.history.objects import Batch, CatFile, Inventory, types
from scanner.sources.history.objectstore import PackFile
from scanner.sources.history.packs.census import Census
from scanner.sources.history.packs.families import NUMBERS, TYPES, Entries
from scanner.sources.history.packs.index import BadIndexError, parse_index
from scanner.sources.history.packs.unpack import Table, opened, unpacked
from scanner.sources.history.raw import NONE_KNOWN, Fresh, Known, RawObject

_BATCH_BYTES = 64 << 20
_BATCH_OBJECTS = 8000
_CIRCLE = "it is made from what is made from it"


@dataclass(frozen=True, slots=True)
class PackBatch:
    """Families of one pack. Picklable: any process on this machine can read it while the repository is open."""

    reader: PackReader
    pack: str
    ids: bytes = field(repr=False)
    """Binary ids, one after the other."""
    entries: Table = field(repr=False)
    """An entry for each id."""
    objects: int
    bytes: int
    """About how many the objects have."""
    container: str
    base: str | None = None
    """The id of an object outside the pack that all families are made from."""
    origin: int | None = None

    @property
    def oids(self) -> tuple[str, ...]:
        width = len(self.ids) // len(self.entries)
        return tuple(self.ids[place * width : (place + 1) * width].hex() for place, asked in enumerate(self.entries.wanted) if asked)

    def read(self, reach: int = 0) -> Iterator[RawObject | LargeObject | Unscanned]:
        """Every object that is wanted, or why it could not be read; of those made from another one also what is new, if `reach` is given."""
        return self.reader.read(self, reach)


@dataclass(frozen=True, slots=True)
class PackReader:
    """Reads packs itself, and loose objects and everything odd through `rest`."""

    rest: CatFile
    packs: tuple[PackFile, ...]
    loose: tuple[str, ...]
    """Ids of the objects that are files of their own."""

    def inventory(self, known: Known = NONE_KNOWN) -> Inventory:
        """Every object of the store and its alternates, the largest batches first."""
        census = Census(self.width)
        try:
            batches: list[Batch] = [batch for pack in self.packs for batch in self._batches(pack, census, known)]
        except (OSError, BadIndexError):
            return self.rest.inventory(known)
        left = census.unmet((*census.left, *map(bytes.fromhex, self.loose)))
        rest = self.rest.some(map(bytes.hex, left), known)
        circling = sorted(set(census.unmet(census.circling)).difference(left))
        return Inventory(
            tuple(sorted((*batches, *rest.batches), key=lambda batch: -batch.bytes)),
            dict(census.counts + Counter(rest.counts)),
            (*rest.unscanned, *(Unscanned(self.rest.container, f"object:{oid.hex()}", Reason.DAMAGED, _CIRCLE) for oid in circling)),
            (*census.passed, *rest.passed),
            census.oids(rest.oids),
        )

    @property
    def width(self) -> int:
        """Bytes of an id."""
        return self.rest.handle.digits // 2

    def among(self, oids: Iterable[str]) -> frozenset[str]:
        """Those of `oids` that are there, trees included."""
        return self.rest.among(oids)

    def read(self, batch: PackBatch, reach: int = 0) -> Iterator[RawObject | LargeObject | Unscanned]:
        """Every object of `batch` that is wanted; last what git had to be asked for."""
        failed: list[str] = []
        width = self.width
        entries = batch.entries
        try:
            with opened(batch.pack) as pack:
                limit = min(self.rest.max_blob_size, large.HELD)
                for place, data, new in unpacked(pack, entries, limit, self._base(batch), reach):
                    oid = batch.ids[place * width : (place + 1) * width].hex()
                    if data is None:
                        failed.append(oid)
                        continue
                    fresh = None
                    if new is not None:
                        base = entries.parents[place] * width
                        fresh = Fresh(batch.ids[base : base + width].hex(), *new)
                    yield RawObject(oid, TYPES[entries.types[place]], data, fresh)
        except FileNotFoundError:  # packed anew in the meantime: git knows where everything is now
            failed = [batch.ids[at : at + self.width].hex() for at in range(0, len(batch.ids), self.width)]
        yield from self._asked(failed)

    def _base(self, batch: PackBatch) -> bytes | None:
        """What all families of a batch are made from, where that is in no entry of its pack."""
        found = () if batch.base is None else self._asked([batch.base])
        return next((item.data for item in found if isinstance(item, RawObject)), None)

    def _asked(self, oids: Sequence[str]) -> Iterator[RawObject | LargeObject | Unscanned]:
        """What git says of objects that could not be read from their pack."""
        rest = self.rest.some(oids)
        yield from rest.unscanned
        for batch in rest.batches:
            yield from batch.read()

    def _batches(self, file: PackFile, census: Census, known: Known) -> Iterator[PackBatch]:
        """The families of a pack. Raises OSError or BadIndexError where it cannot be read; git will say why."""
        with opened(file.pack) as pack, opened(file.index) as index:
            origin = _origin(os.fstat(pack), os.fstat(index))
            entries = Entries(pack, parse_index(os.pread(index, os.fstat(index).st_size, 0), self.width), self._outside)
        asked = census.wants(entries, known, origin)
        left, circling = entries.unmade()
        census.left += left
        census.circling += circling
        for lot in entries.lots(asked, _BATCH_OBJECTS, _BATCH_BYTES):
            base = None if lot.base is None else lot.base.hex()
            yield PackBatch(self, file.pack, lot.ids, lot.table, lot.objects, lot.size, self.rest.container, base, origin)

    def _outside(self, oids: Iterable[bytes]) -> dict[bytes, int]:
        """What git says that objects are, of those that it can read."""
        return {bytes.fromhex(oid): NUMBERS[kind] for oid, kind in types(self.rest.handle, map(bytes.hex, oids)).items()}


def _origin(*files: os.stat_result) -> int:
    """A number for a pack with its index that changes with any change to them: the time of the last one cannot be set by whoever makes it."""
    facts = b"".join(b"%d %d %d %d " % (file.st_dev, file.st_ino, file.st_size, file.st_ctime_ns) for file in files)
    return int.from_bytes(sha256(facts).digest()[:7], "big")
