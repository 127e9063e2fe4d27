"""Indexes of packs: which objects a pack has and where each begins (gitformat-pack(5), versions 1 and 2)."""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass, field

_MAGIC = b"\xfftOc\x00\x00\x00\x02"
_FANOUT = 256 * 4
_CRC = 4
_FAR = 1 << 31
"""Marks an offset that stands in the table of those that take 64 bits."""


class BadIndexError(ValueError):
    """The index is not one, or says what cannot be."""


@dataclass(frozen=True, slots=True)
class Index:
    """A pack's entries in the order in which they lie in it."""

    width: int
    """Bytes of an object's id."""
    offsets: array[int]
    """Where each entry begins."""
    _order: array[int] = field(repr=False)
    _ids: bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.offsets)

    def oids(self) -> list[bytes]:
        """The binary ids of all entries."""
        ids = [self._ids[start : start + self.width] for start in range(0, len(self) * self.width, self.width)]
        return list(map(ids.__getitem__, self._order))


def parse_index(data: bytes, width: int) -> Index:
    """What the bytes of an index say. Raises BadIndexError."""
    modern = data.startswith(_MAGIC)
    head = (len(_MAGIC) if modern else 0) + _FANOUT
    if len(data) < head + 2 * width:
        message = "it is cut short"
        raise BadIndexError(message)
    count = int.from_bytes(data[head - 4 : head], "big")
    if len(data) < head + count * (width + 4 + _CRC * modern) + 2 * width:
        message = "it has fewer entries than it says"
        raise BadIndexError(message)
    ids, offsets = (_modern if modern else _old)(data, head, count, width)
    order = sorted(range(count), key=offsets.__getitem__)
    return Index(width, array("Q", map(offsets.__getitem__, order)), array("Q", order), ids)


def _old(data: bytes, head: int, count: int, width: int) -> tuple[bytes, array[int]]:
    step = 4 + width
    rows = range(head, head + count * step, step)
    return b"".join(data[row + 4 : row + step] for row in rows), array("Q", (int.from_bytes(data[row : row + 4], "big") for row in rows))


def _modern(data: bytes, head: int, count: int, width: int) -> tuple[bytes, array[int]]:
    table = head + count * (width + _CRC)
    near = _numbers("I", data[table : table + 4 * count])
    far = _numbers("Q", data[table + 4 * count : len(data) - 2 * width])
    offsets = array("Q", near)
    for place, offset in enumerate(near):
        if offset >= _FAR:
            if offset - _FAR >= len(far):
                message = "an offset is outside its table"
                raise BadIndexError(message)
            offsets[place] = far[offset - _FAR]
    return data[head : head + count * width], offsets


def _numbers(code: str, data: bytes) -> array[int]:
    numbers = array(code)
    numbers.frombytes(data[: len(data) // numbers.itemsize * numbers.itemsize])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
