"""The members of a zip archive, which is in memory as a whole (APPNOTE.TXT of PKWARE, 6.3.10).

What the central directory says is tried, and nothing of it believed: counts are not used, every offset is checked, and what the budget
counts is what comes out. Where headers disagree, that is said and both are tried. Stretches that no entry of the directory accounts for
are searched for members too: those that were deleted, those that only some programs see, and all of them where there is no directory.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator

from scanner.model import Reason
from scanner.records import dataclass, replace
from scanner.sources.archives.inflate import inflated_member
from scanner.sources.archives.limits import Broken, Budget
from scanner.sources.archives.streams import Entry, Found, NoContent, Problem, Stream, of_bytes

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_SIGNATURE = b"PK\x05\x05"
"""Of a digital signature behind the directory."""
_END64, _LOCATOR, _DESCRIPTOR = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
_LOCAL_HEAD = struct.Struct("<4s5H3L2H")
_CENTRAL_HEAD = struct.Struct("<4s6H3L5H2L")
_END_HEAD = struct.Struct("<4s4H2LH")
_END64_HEAD = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_HEAD = struct.Struct("<4sLQL")
_COMMENT = 65_535
_ENDS = 8
"""Places that are tried as the end of the directory: its signature can also stand in a comment."""
_FULL, _FULL16 = 0xFFFFFFFF, 0xFFFF
_ZIP64 = 1
_ENCRYPTED, _DESCRIBED, _MASKED = 1 << 0, 1 << 3, 1 << 13
_AES = 99
_END_MARK = 1 << 1
_LZMA = 14
_UNIX = 3
_NEWEST = 100
"""No version of the format that a member needs is newer."""
_LONGEST_NAME = 4096


@dataclass(frozen=True, slots=True)
class _Record:
    """What a header says about a member."""

    name: bytes
    flags: int
    method: int
    crc: int | None
    packed: int | None
    """Bytes that it takes here; None where only its end tells."""
    size: int | None
    link: bool = False

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & (_ENCRYPTED | _MASKED)) or self.method == _AES


@dataclass(frozen=True, slots=True)
class _Directory:
    """Where the central directory lies, and how far all that it says is off because of what stands before the archive."""

    start: int
    end: int
    shift: int


def read_zip(data: bytes, budget: Budget, window: int) -> Iterator[Found]:
    """Every member, those of the directory first. `window` is what a decompressor may take. Raises Exhausted."""
    return _Reading(data, budget, window).members()


class _Reading:
    """The state of one archive that is read."""

    def __init__(self, data: bytes, budget: Budget, window: int) -> None:
        self._data = data
        self._budget = budget
        self._window = window
        self._covered: list[tuple[int, int]] = []
        """Stretches that the directory accounts for."""

    def members(self) -> Iterator[Found]:
        directory = _directory(self._data)
        if directory is None:
            yield Problem(b"", Reason.DAMAGED, "it has no directory")
        else:
            yield from self._listing(directory)
        for low, high in _gaps(self._covered, len(self._data)):
            yield from self._unlisted(low, high, doubtful=directory is not None)

    def _listing(self, directory: _Directory) -> Iterator[Found]:
        self._covered.append((directory.start, len(self._data)))
        at = directory.start
        while (found := _central(self._data, at, directory.end)) is not None:
            record, offset, at = found
            self._budget.enter()
            yield from self._listed(record, directory.shift + offset)
        if at < directory.end and not self._data.startswith(_SIGNATURE, at):
            yield Problem(b"", Reason.DAMAGED, "its directory is damaged")

    def _listed(self, record: _Record, at: int) -> Iterator[Found]:
        """A member that the directory has, whose own header should be at `at`."""
        found = _local(self._data, at) if at >= 0 else None
        if found is None:
            yield Problem(record.name, Reason.DAMAGED, "it is not where the directory says")
            return
        own, start = found
        packed = record.packed or 0
        self._covered.append((at, start + packed))
        if record.encrypted or own.encrypted:
            yield Problem(record.name, Reason.ENCRYPTED, "")
        elif record.link:
            yield NoContent(record.name, "link")
        elif packed or not record.name.endswith(b"/"):
            if own.name != record.name or own.method != record.method or own.packed not in {None, 0, packed}:
                yield Problem(record.name, Reason.DAMAGED, "its two headers disagree")
            for method in dict.fromkeys((record.method, own.method)):
                yield self._member(replace(record, method=method), start, start + packed)

    def _unlisted(self, low: int, high: int, *, doubtful: bool) -> Iterator[Found]:
        """Members that begin between two places, by their own headers."""
        at = self._data.find(_LOCAL, low, high)
        while at >= 0:
            found = _local(self._data, at)
            behind = at + len(_LOCAL)
            if found is not None and _plausible(found[0], doubtful=doubtful):
                record, start = found
                self._budget.enter()
                if record.packed is None:
                    end, behind = high if record.method else _stored_end(self._data, start, high), start
                else:
                    end = behind = min(start + record.packed, high)
                if record.encrypted and not doubtful:
                    yield Problem(record.name, Reason.ENCRYPTED, "")
                elif not record.encrypted and end > start:
                    member = self._member(record, start, end)
                    yield replace(member, doubtful=doubtful) if isinstance(member, Entry) else member
            at = self._data.find(_LOCAL, behind, high)

    def _member(self, record: _Record, start: int, end: int) -> Entry | Problem:
        source = of_bytes(self._data, start, end)
        size = None if record.method == _LZMA and record.flags & _END_MARK else record.size
        content = inflated_member(record.method, source, self._budget, self._window, size)
        if content is None:
            return Problem(record.name, Reason.UNREADABLE, f"compression method {record.method} is not read")
        return Entry(record.name, content if record.crc is None else Stream(_Checked(content, record.crc).pull))


class _Checked:
    """Content that must have the checksum which a header gives for it."""

    def __init__(self, content: Stream, crc: int) -> None:
        self._content = content
        self._expected = crc
        self._crc = 0

    def pull(self, size: int) -> bytes:
        piece = self._content.read(size)
        self._crc = zlib.crc32(piece, self._crc)
        if not piece and self._crc != self._expected:
            raise Broken(Reason.DAMAGED, "its checksum is not that of its content")
        return piece


def _directory(data: bytes) -> _Directory | None:
    """The directory that the last end record which fits names; None where there is none."""
    low = max(0, len(data) - _COMMENT - _END_HEAD.size)
    at = len(data)
    for _ in range(_ENDS):
        at = data.rfind(_END, low, at + len(_END) - 1)
        if at < 0:
            return None
        if at + _END_HEAD.size <= len(data):
            found = _directory_before(data, at)
            if found is not None:
                return found
    return None


def _directory_before(data: bytes, at: int) -> _Directory | None:
    """The directory that the end record at `at` names."""
    *_, count, size, offset, _comment = _END_HEAD.unpack_from(data, at)
    end = at
    if _FULL in {size, offset} or count == _FULL16:
        wide = _end64(data, at)
        if wide is not None:
            end, size, offset = wide
    start = end - size
    if start >= 0 and (not size or data.startswith(_CENTRAL, start)):
        return _Directory(start, end, start - offset)
    return _Directory(offset, end, 0) if offset < end and data.startswith(_CENTRAL, offset) else None


def _end64(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Where the record for large archives stands, with size and offset of the directory."""
    locator = at - _LOCATOR_HEAD.size
    if locator < 0 or not data.startswith(_LOCATOR, locator):
        return None
    said = _LOCATOR_HEAD.unpack_from(data, locator)[2]
    for place in (locator - _END64_HEAD.size, said):
        if 0 <= place <= locator - _END64_HEAD.size and data.startswith(_END64, place):
            *_, size, offset = _END64_HEAD.unpack_from(data, place)
            return place, size, offset
    return None


def _central(data: bytes, at: int, end: int) -> tuple[_Record, int, int] | None:
    """The entry of the directory at `at`, the offset of its member, and where the next entry begins."""
    if at + _CENTRAL_HEAD.size > end or not data.startswith(_CENTRAL, at):
        return None
    head = _CENTRAL_HEAD.unpack_from(data, at)
    (_, made, _, flags, method, _, _, crc, packed, size, named, extra, comment, _, _, mode, offset) = head
    names = at + _CENTRAL_HEAD.size
    behind = names + named + extra + comment
    if behind > end:
        return None
    wide = _wide(data[names + named : names + named + extra])
    size, packed, offset = (_widened(value, wide) for value in (size, packed, offset))
    link = made >> 8 == _UNIX and stat.S_ISLNK(mode >> 16)
    return _Record(data[names : names + named], flags, method, crc, packed, size, link), offset, behind


def _local(data: bytes, at: int) -> tuple[_Record, int] | None:
    """What the header at `at` says, and where the content behind it begins."""
    if at + _LOCAL_HEAD.size > len(data) or not data.startswith(_LOCAL, at):
        return None
    _, version, flags, method, _, _, crc, packed, size, named, extra = _LOCAL_HEAD.unpack_from(data, at)
    names = at + _LOCAL_HEAD.size
    start = names + named + extra
    if start > len(data) or version & 0xFF > _NEWEST:
        return None
    wide = _wide(data[names + named : start])
    size, packed = _widened(size, wide), _widened(packed, wide)
    name = data[names : names + named]
    if flags & _DESCRIBED and not packed:
        return _Record(name, flags, method, None, None, None), start
    return _Record(name, flags, method, crc, packed, size), start


def _plausible(record: _Record, *, doubtful: bool) -> bool:
    """Whether what looks like a header is one: its signature can stand anywhere."""
    if not 0 < len(record.name) <= _LONGEST_NAME:
        return False
    try:
        return not doubtful or record.name.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _stored_end(data: bytes, start: int, high: int) -> int:
    """Where content ends that is stored as it is and of unknown size: at the next signature."""
    for signature in (_LOCAL, _DESCRIPTOR):
        end = data.find(signature, start, high)
        high = high if end < 0 else end
    return high


def _wide(extra: bytes) -> Iterator[int]:
    """The numbers of eight bytes in the extra field for large archives, in their order (APPNOTE 4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _ZIP64:
            body = extra[at + 4 : at + 4 + size]
            return iter([int.from_bytes(body[n : n + 8], "little") for n in range(0, len(body) - 7, 8)])
        at += 4 + size
    return iter(())


def _widened(value: int, wide: Iterator[int]) -> int:
    return next(wide, value) if value == _FULL else value


def _gaps(covered: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """What lies between the stretches, where a header could stand."""
    at = 0
    for start, end in (*sorted(covered), (size, size)):
        if start - at >= _LOCAL_HEAD.size:
            yield at, start
        at = max(at, end)
