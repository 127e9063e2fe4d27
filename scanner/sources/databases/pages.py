"""What a database holds beside its cells: free pages, and what was deleted in pages that are in use.

The texts and blobs that SQLite has told are taken out of the file, each where it stands, and what remains is a text of its own. Rows are
followed through their table's pages as "Database File Format" of SQLite lays them out (sections 1.5, 1.6 and 2.1). What overlaps, leads out of
the file or is met twice is left as it is: a file may say what it wants, and then what it holds is read as bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.records import dataclass
from scanner.sources.databases.head import HEADER

_INNER_INDEX, _INNER_TABLE, _LEAF_INDEX, _LEAF_TABLE = 2, 5, 10, 13
_INNER = frozenset({_INNER_INDEX, _INNER_TABLE})
_KINDS = _INNER | {_LEAF_INDEX, _LEAF_TABLE}
_LEAF_HEAD, _INNER_HEAD = 8, 12
_POINTER, _CHILD = 2, 4
_LONGEST_NUMBER = 9
_FIRST_TEXT = 12
_SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8}
"""Bytes of numbers, by their kind; kinds from twelve on are blobs and texts of half as many bytes as are beyond."""
_SMALLEST, _LARGEST = 512, 65_536

Span = tuple[int, int]


def rest(data: bytes, roots: Mapping[int, int]) -> bytes:
    """`data` with zeros in place of the cells of the tables that begin at these pages, of each as many columns as are told."""
    layout = _layout(data)
    if layout is None:
        return data
    left = bytearray(data)
    seen = set(roots)
    for root, columns in roots.items():
        waiting = [root] if 0 < root <= layout.count else []
        while waiting:
            for row in _rows(data, layout, waiting.pop(), waiting, seen):
                _take_out(left, data, row, columns)
    return bytes(left)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file is laid out."""

    size: int
    """Of a page."""
    usable: int
    """Bytes of it that are used."""
    count: int
    """Pages in the file."""

    def local(self, payload: int, kind: int) -> int:
        """Bytes of a payload of this size that stand in the page itself."""
        most = self.usable - 35 if kind == _LEAF_TABLE else (self.usable - 12) * 64 // 255 - 23
        if payload <= most:
            return payload
        least = (self.usable - 12) * 32 // 255 - 23
        kept = least + (payload - least) % (self.usable - 4)
        return kept if kept <= most else least


def _layout(data: bytes) -> _Layout | None:
    size = int.from_bytes(data[16:18], "big")
    size = _LARGEST if size == 1 else size
    usable = size - data[20]
    if size < _SMALLEST or size & (size - 1) or usable < _SMALLEST - 32:
        return None
    return _Layout(size, usable, len(data) // size)


def _rows(data: bytes, layout: _Layout, number: int, waiting: list[int], seen: set[int]) -> Iterator[list[Span]]:
    """The rows of a page, each in the pieces that it is stored in; pages below it, which nobody met, go to `waiting`."""
    begin = (number - 1) * layout.size
    head = begin + (HEADER if number == 1 else 0)
    kind = data[head]
    count = int.from_bytes(data[head + 3 : head + 5], "big")
    pointers = head + (_INNER_HEAD if kind in _INNER else _LEAF_HEAD)
    last, end = pointers + _POINTER * count, begin + layout.usable
    if kind not in _KINDS or last > end:
        return
    cells = [begin + int.from_bytes(data[at : at + _POINTER], "big") for at in range(pointers, last, _POINTER)]
    if kind in _INNER:
        below = [int.from_bytes(data[at : at + _CHILD], "big") for at in (head + _LEAF_HEAD, *cells)]
        fresh = {child for child in below if 0 < child <= layout.count} - seen
        seen |= fresh
        waiting += fresh
        cells = [] if kind == _INNER_TABLE else [cell + _CHILD for cell in cells]
    for cell in sorted(cells):
        size, start = _number(data, cell)
        if kind == _LEAF_TABLE:
            _, start = _number(data, start)
        stop = start + layout.local(size, kind)
        if last <= cell and stop <= end and size <= len(data):
            yield [(start, stop), *_overflow(data, layout, stop, size - (stop - start), seen)]
            last = stop


def _overflow(data: bytes, layout: _Layout, at: int, left: int, seen: set[int]) -> Iterator[Span]:
    """The pages that a row goes on in; `at` is where the number of the first of them stands."""
    while left > 0:
        number = int.from_bytes(data[at : at + _CHILD], "big")
        if number in seen or not 0 < number <= layout.count:
            return
        seen.add(number)
        at = (number - 1) * layout.size
        here = min(left, layout.usable - _CHILD)
        yield at + _CHILD, at + _CHILD + here
        left -= here


def _take_out(left: bytearray, data: bytes, row: list[Span], columns: int) -> None:
    """Puts zeros in place of the texts and blobs of a row."""
    begin, end = row[0]
    size, at = _number(data, begin)
    head = begin + size
    if head > end:
        return
    place = size
    while at < head and columns:
        kind, at = _number(data, at)
        length = (kind - _FIRST_TEXT) // 2 if kind >= _FIRST_TEXT else _SIZES.get(kind, 0)
        if kind >= _FIRST_TEXT:
            _zero(left, row, place, place + length)
        place += length
        columns -= 1


def _zero(left: bytearray, row: list[Span], start: int, end: int) -> None:
    """Puts zeros in place of what stands between two offsets in a row."""
    at = 0
    for begin, stop in row:
        low, high = max(start - at, 0), min(end - at, stop - begin)
        if low < high:
            left[begin + low : begin + high] = bytes(high - low)
        at += stop - begin
        if at >= end:
            return


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    for byte in data[at : at + _LONGEST_NUMBER - 1]:
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - the sign that more follows
            return value, at
    return value << 8 | (data[at] if at < len(data) else 0), at + 1
