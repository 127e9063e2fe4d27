"""The objects of a batch, each made once from its base."""

from __future__ import annotations

import os
import stat
from array import array
from collections.abc import Iterator
from contextlib import contextmanager

import deflate

from scanner.records import dataclass
from scanner.sources.history.packs import _delta

_HELD = 256 << 20
"""Bytes of bases that may wait for what is made from them; histories of real files need a hundredth."""
_NOTHING = (None, None)
New = tuple[bytes, bytes, int]
"""What `_delta.apply` says of an object that is made from another: its new bytes, its runs, and how many bytes that other one has."""
_SLACK = 1 << 16
"""Bytes by which a delta may be longer than the largest object that is read."""


@dataclass(frozen=True, slots=True)
class Table:
    """Entries in columns, bases before what is made from them."""

    types: bytes
    begins: array[int]
    """Where in the pack their packed bytes begin."""
    packed: array[int]
    """How many there are at most."""
    sizes: array[int]
    """How many they unpack to."""
    parents: array[int]
    """The places of their bases; -1 where they have none here."""
    wanted: bytes
    """1 for what is asked for, 0 for what is only a base."""

    def __len__(self) -> int:
        return len(self.types)


@contextmanager
def opened(path: str) -> Iterator[int]:
    """The regular file `path`, for `pread`. Raises OSError; nothing is waited for."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            message = "not a regular file"
            raise OSError(message)
        yield descriptor
    finally:
        os.close(descriptor)


def unpacked(
    pack: int, entries: Table, limit: int, outer: bytes | None = None, reach: int = 0
) -> Iterator[tuple[int, bytes | None, New | None]]:
    """The place, the bytes and what is new of every wanted entry.

    The bytes are None where it cannot be unpacked here, or has more than `limit` of them. What is new, with `reach` around it, is only
    told of what is made from an entry, and where a `reach` is given. Entries without a parent are made from `outer`, if that is given.
    Bases come before what is made from them, and of each only what is still needed is kept: the line of ancestors of what comes next.
    """
    last = {parent: place for place, parent in enumerate(entries.parents) if parent >= 0}
    line: list[tuple[int, bytes]] = []
    held = 0
    columns = (entries.begins, entries.packed, entries.sizes, entries.parents, entries.wanted)
    for place, (begin, packed, size, parent, wanted) in enumerate(zip(*columns, strict=True)):
        while line and line[-1][0] > parent:
            held -= len(line.pop()[1])
        inner = bool(line) and line[-1][0] == parent
        base = line[-1][1] if inner else outer
        data, new = _made(pack, (begin, packed, size), base, limit, reach) if inner or parent < 0 else _NOTHING
        if inner and last[parent] == place:
            held -= len(line.pop()[1])
        if wanted:
            yield place, data, new if inner and reach else None
        if data is not None and place in last and held + len(data) <= _HELD:
            line.append((place, data))
            held += len(data)


def _made(
    pack: int, place: tuple[int, int, int], base: bytes | None, limit: int, reach: int
) -> tuple[bytes, New | None] | tuple[None, None]:
    """An object from its packed bytes (where they begin, how many, size unpacked) and its base, and what is new in it; None where that does not work."""
    offset, packed, size = place
    if size > limit + _SLACK * (base is not None):
        return _NOTHING
    try:
        raw = deflate.zlib_decompress(os.pread(pack, packed, offset), size + 1)
        if len(raw) != size:
            return _NOTHING
        if base is None:
            return bytes(raw), None
        child, runs, _, fresh = _delta.apply(base, raw, reach, limit)
    except (deflate.DeflateError, ValueError, OSError):
        return _NOTHING
    return child, (fresh, runs, len(base))
