"""One object as it is in a store, and which need not be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from hashlib import sha1, sha256

from scanner.records import dataclass, field

Known = Callable[[Iterable[bytes], Iterable[bytes], int | None], Collection[bytes]]
"""Says which objects, by their binary ids, need not be read: of some blobs, and of some commits and tags. It is told where all of them come
from, see `Batch.origin`, and may name others from there too."""


def knowing(oids: frozenset[bytes]) -> Known:
    """Knows just these."""
    return lambda blobs, others, _: oids.intersection(blobs) | oids.intersection(others) if oids else oids


NONE_KNOWN = knowing(frozenset())


@dataclass(slots=True)
class Fresh:
    """What of an object is not one copied piece of the object that its pack makes it from, each time with `reach` bytes around it."""

    base: str
    """Id of that object, which was read just before or is not asked for."""
    data: bytes = field(repr=False)
    """The new parts, one after the other."""
    runs: bytes = field(repr=False)
    """The copied ones: three numbers of 64 bits for each, where to, where from and how many bytes."""
    size: int
    """Bytes of the base."""


@dataclass(slots=True)
class RawObject:
    """One object as it is in the store, without its header. There is one for every object, and frozen ones take three times as long to make."""

    oid: str
    type: str
    """`blob`, `commit` or `tag`."""
    data: bytes = field(repr=False)
    fresh: Fresh | None = None

    @property
    def genuine(self) -> bool:
        """Whether these bytes have this id: nobody has checked, and a forged index says what it likes (gitformat-pack(5), "object name")."""
        digest = sha256() if len(self.oid) == sha256().digest_size * 2 else sha1(usedforsecurity=False)
        digest.update(b"%b %d\0" % (self.type.encode("ascii"), len(self.data)))
        digest.update(self.data)
        return digest.hexdigest() == self.oid
