"""The members of a tar archive: ustar and pax (POSIX.1-2017), GNU's long names and sparse files, and what came before all of them.

Links and devices have no content; what a sparse file stores is read without its holes. Archives that lie one behind the other are one,
and after bytes that are no header the next one is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import Reason
from scanner.records import dataclass
from scanner.sources.archives.limits import Budget
from scanner.sources.archives.sniff import tar_checksum
from scanner.sources.archives.streams import CUT_SHORT, Entry, Found, NoContent, Part, Problem, Stream

_BLOCK = 512
_EXTENDED = 1 << 20
"""Bytes of extended headers that are read; longer ones are passed over."""
_NO_CONTENT = {b"1": "link", b"2": "link", b"3": "device", b"4": "device", b"6": "fifo"}
_FOLDER = b"5"
_PAX = frozenset({b"x", b"X"})
_PASSED = frozenset({b"g", b"K", b"V", b"D", b"N"})
"""Global headers, targets of links, names of volumes, listings of folders: with data, and no files."""
_LONG_NAME = b"L"
_SPARSE = b"S"
_SPARSE_MORE, _SPARSE_MORE_IN_NEXT = 482, 504
_OCTAL = re.compile(rb"[0-7]{1,12}")
_RECORD = re.compile(rb"(\d{1,7}) ([^=]{1,256})=")
_NUMBER = re.compile(rb"\d{1,19}")
_NAMES = (b"GNU.sparse.name", b"path")


@dataclass(slots=True)
class _Next:
    """What extended headers say about the next member."""

    name: bytes | None = None
    size: int | None = None


def read_tar(stream: Stream, budget: Budget) -> Iterator[Found]:
    """Every member, in the order of the archive. Raises Broken where the stream does."""
    said = _Next()
    lost = False
    while block := stream.read(_BLOCK):
        if not block.strip(b"\0"):
            continue  # the end, or between two archives
        if len(block) < _BLOCK:
            yield Problem(b"", Reason.DAMAGED, CUT_SHORT)
            return
        size = _size(block[124:136]) if tar_checksum(block) else None
        if size is None:
            if not lost:
                yield Problem(b"", Reason.DAMAGED, "there are bytes in it that are no member")
            lost = True
            continue
        budget.enter()
        kind = block[156:157]
        if kind in _PAX or kind == _LONG_NAME or kind in _PASSED:
            _extend(said, kind, _payload(stream, size))
            continue
        yield from _member(stream, block, said, size)
        said = _Next()


def _member(stream: Stream, block: bytes, said: _Next, size: int) -> Iterator[Found]:
    name = said.name if said.name is not None else _name(block)
    size = size if said.size is None else said.size
    kind = block[156:157]
    if kind in _NO_CONTENT:
        yield NoContent(name, _NO_CONTENT[kind])
        return
    if kind == _FOLDER or (kind == b"\0" and name.endswith(b"/") and not size):
        return
    if kind == _SPARSE:
        more = block[_SPARSE_MORE]
        while more:
            more = stream.exactly(_BLOCK)[_SPARSE_MORE_IN_NEXT]
    content = Part(stream, size)
    yield Entry(name, content.stream, size)
    content.close()
    stream.skip(-size % _BLOCK)


def _extend(said: _Next, kind: bytes, payload: bytes) -> None:
    if kind == _LONG_NAME:
        said.name = payload.partition(b"\0")[0]
    elif kind in _PAX:
        records = _records(payload)
        said.name = next((records[key] for key in _NAMES if key in records), said.name)
        size = records.get(b"size", b"")
        said.size = int(size) if _NUMBER.fullmatch(size) else said.size


def _payload(stream: Stream, size: int) -> bytes:
    """The data of an extended header; nothing of one that is too long."""
    content = Part(stream, size)
    payload = content.stream.read(size) if size <= _EXTENDED else b""
    content.close()
    stream.skip(-size % _BLOCK)
    return payload


def _records(payload: bytes) -> dict[bytes, bytes]:
    """The records of a pax header, `LENGTH KEY=VALUE`, up to the first that is none."""
    records: dict[bytes, bytes] = {}
    at = 0
    while match := _RECORD.match(payload, at):
        end = at + int(match[1])
        if end <= match.end() or end > len(payload):
            break
        records[match[2]] = payload[match.end() : end - 1]
        at = end
    return records


def _name(block: bytes) -> bytes:
    name = block[:100].partition(b"\0")[0]
    if block[257:263] == b"ustar\0" and block[345]:
        return block[345:500].partition(b"\0")[0] + b"/" + name
    return name


def _size(field: bytes) -> int | None:
    """A number as tar writes it: octal digits, or GNU's binary form; None for what is none."""
    if field[0] & 0x80:
        return None if field[0] & 0x40 else int.from_bytes(bytes([field[0] & 0x3F]) + field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    return int(digits, 8) if _OCTAL.fullmatch(digits) else None
