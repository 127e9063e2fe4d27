"""Indexes of packs: which objects a pack has and where each begins (gitformat-pack(5), versions 1 and 2)."""

from __future__ import annotations

from scanner.records import dataclass, field
from scanner.sources.history.packs import _entries

_MAGIC = b"\xfftOc\x00\x00\x00\x02"
_FANOUT = 256 * 4
_CRC = 4
_FAR = 1 << 31
"""Marks an offset that stands in the table of those that take 64 bits."""


class BadIndexError(ValueError):
    """The index is not one, or says what cannot be."""


@dataclass(frozen=True, slots=True)
class Index:
    """What an index says. Its rows are in the order of ids, if it is honest; places are those of entries in the order of the pack."""

    width: int
    """Bytes of an object's id."""
    ids: bytes = field(repr=False)
    """Of all rows, one after the other."""
    offsets: memoryview[int]
    """Where each entry begins."""
    rows: bytes = field(repr=False)
    """The row of each entry, in 32 bits."""
    places: bytes = field(repr=False)
    """The place of each row's entry, in 32 bits."""

    def __len__(self) -> int:
        return len(self.offsets)


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
    ids, near, far = (_modern if modern else _old)(data, head, count, width)
    try:
        offsets, rows, places = _entries.arrange(near, far)
    except ValueError as error:
        raise BadIndexError(*error.args) from None
    return Index(width, ids, memoryview(offsets).cast("Q"), rows, places)


def _old(data: bytes, head: int, count: int, width: int) -> tuple[bytes, bytes, bytes]:
    """Ids and offsets, which take as many bytes as the offsets of today but all their bits: none is in a table of its own."""
    step = 4 + width
    rows = range(head, head + count * step, step)
    ids = b"".join(data[row + 4 : row + step] for row in rows)
    far = b"".join(b"\0\0\0\0" + data[row : row + 4] for row in rows)
    return ids, b"".join((_FAR | row).to_bytes(4, "big") for row in range(count)), far


def _modern(data: bytes, head: int, count: int, width: int) -> tuple[bytes, memoryview, memoryview]:
    table = head + count * (width + _CRC)
    tables = memoryview(data)[: len(data) - 2 * width]
    return data[head : head + count * width], tables[table : table + 4 * count], tables[table + 4 * count :]
