"""From a blob to everything that lies inside it, however deep: one member after the other, the innermost first read.

There is no recursion: each archive on the way is a level, whose next entry is asked for when the last one was read to its end. A stream
inside a stream inside an archive is never held as a whole, only a member is; a zip is, since it is read from its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import BytesIO

from scanner.model import Reason, Unscanned
from scanner.records import dataclass, field
from scanner.sources.archives.ar import read_ar
from scanner.sources.archives.cpio import read_cpio
from scanner.sources.archives.inflate import inflated, whole_zlib
from scanner.sources.archives.limits import Broken, Budget, Exhausted, Limits
from scanner.sources.archives.rpm import at_payload
from scanner.sources.archives.sniff import HEAD, UNREAD, Kind, sniff, sniff_head
from scanner.sources.archives.streams import CHUNK, Entry, Found, NoContent, Problem, Pull, Stream, of_bytes
from scanner.sources.archives.tar import read_tar
from scanner.sources.archives.zip import read_zip
from scanner.sources.files import Skipped, shown

INSIDE = "!/"
"""Between an archive and its member, in a path."""
_LONGEST_NAME = 4096
"""Bytes of a name that are kept."""
_TAIL = 64 << 10
"""Bytes at the end of what is cut off, of which a value may be half: what stands behind their last line break is not read."""

_COMPRESSED = frozenset({Kind.GZIP, Kind.BZ2, Kind.XZ, Kind.ZSTD})
_WITH_WINDOW = frozenset({Kind.XZ, Kind.ZSTD})
_STREAMED = {Kind.TAR: read_tar, Kind.AR: read_ar, Kind.CPIO: read_cpio}
_FOLDED = frozenset({Kind.TAR, Kind.CPIO})
"""What is one archive together with its compression: `a.tar.gz!/member`, and not `a.tar.gz!/a.tar!/member`."""
_ENDINGS = {
    **dict.fromkeys((".gz", ".bz2", ".xz", ".zst", ".z", ".zz", ".zlib"), ""),
    **dict.fromkeys((".tgz", ".taz", ".tbz", ".tbz2", ".tb2", ".txz", ".tzst"), ".tar"),
    ".svgz": ".svg",
}
"""What the names of compressed files end in, and what takes its place when they are not any more."""


@dataclass(frozen=True, slots=True)
class Member:
    """Content that lies inside a blob."""

    path: str
    """`outer.zip!/inner.txt`."""
    steps: tuple[str, ...]
    """What was undone to get it, outermost first."""
    data: bytes = field(repr=False)
    archive: bool = False
    """Whether it is an archive whose own members come as well: here it is as it stands, with comments and what is merely stored."""


@dataclass(slots=True, eq=False)
class _Level:
    """An archive that is being read."""

    path: str
    steps: tuple[str, ...]
    entries: Iterator[Found]
    held: int = 0
    """Bytes of it that are in memory for as long as it is read."""


Opened = Member | Unscanned | Skipped


def members(container: str, path: str, data: bytes, limits: Limits, budget: Budget | None = None) -> Iterator[Opened]:
    """Everything inside the blob `data` at `path`; nothing where it is no archive. Never raises, whatever it is given.

    `budget` is for whoever wants to know what it took.
    """
    return _Opening(container, path, limits, budget or Budget(limits, len(data))).of(data)


def members_of(container: str, path: str, pull: Pull, size: int, limits: Limits) -> Iterator[Opened]:
    """The same for a blob of `size` bytes that is not held but read from its beginning: nothing of a zip, which is read from its end."""
    return _Opening(container, path, limits, Budget(limits, size)).of_stream(Stream(pull))


class _Opening:
    """The state of one call of `members`."""

    def __init__(self, container: str, path: str, limits: Limits, budget: Budget) -> None:
        self._container = container
        self._outermost = path
        self._limits = limits
        self._budget = budget
        self._levels: list[_Level] = []
        self._held = 0
        self._problems: Counter[Reason] = Counter()

    def of(self, data: bytes) -> Iterator[Opened]:
        return self._all(self._outer(data))

    def of_stream(self, stream: Stream) -> Iterator[Opened]:
        return self._all(self._stream(self._outermost, (), stream, outer=True))

    def _all(self, outer: Iterator[Opened]) -> Iterator[Opened]:
        """Everything inside; `outer` enters the blob itself."""
        try:
            yield from outer
            while self._levels:
                yield from self._next(self._levels[-1])
        except Exhausted as error:
            yield from self._problem(self._outermost, error.why, error.detail)
        for reason, count in self._problems.items():
            if count > self._limits.problems:
                yield self._unscanned(self._outermost, reason, f"{count - self._limits.problems} more inside")

    def _outer(self, data: bytes) -> Iterator[Opened]:
        """The blob itself, which the caller has read as it is."""
        kind = sniff(data)
        if kind is Kind.ZIP:
            self._enter_zip(self._outermost, (), data, 0)
        elif kind is Kind.ZLIB:
            yield from self._whole(self._outermost, (), data, outer=True)
        elif kind is not None:
            yield from self._stream(self._outermost, (), of_bytes(data), outer=True)

    def _next(self, level: _Level) -> Iterator[Opened]:
        """The next entry of an archive and what is inside it; or the end of the archive."""
        found: Found | None = None
        try:
            found = next(level.entries, None)
        except Exhausted:
            raise
        except Broken as error:
            yield from self._broken(level.path, error)
        match found:
            case None:
                self._held -= level.held
                self._levels.pop()
            case Problem():
                yield from self._problem(_inside(level.path, found.name) if found.name else level.path, found.reason, found.detail)
            case NoContent():
                yield Skipped(self._container, _inside(level.path, found.name), found.kind)
            case Entry():
                path = level.path if found.name is None else _inside(level.path, found.name)
                yield from self._stream(path, level.steps, found.stream, size=found.size, doubtful=found.doubtful)

    def _stream(
        self,
        path: str,
        steps: tuple[str, ...],
        stream: Stream,
        *,
        file: str = "",
        size: int | None = None,
        doubtful: bool = False,
        outer: bool = False,
    ) -> Iterator[Opened]:
        """An entry: its compressions are undone, then it is an archive to be entered or a member.

        `file` is what it is called before the last of them was undone, if any.
        """
        file, layers = file or path, 0
        while True:
            head = stream.peek(HEAD)
            kind = sniff_head(head)
            if kind is Kind.UNKNOWN:
                name = next(name for magic, name in UNREAD.items() if head.startswith(magic))
                yield from self._problem(path, Reason.UNREADABLE, f"{name} archives are not read")
            if kind is None or kind in {Kind.UNKNOWN, Kind.ZIP, Kind.ZLIB}:
                break
            layers += 1
            if self._too_deep(steps, layers):
                yield from self._problem(path, Reason.TOO_DEEP, f"more than {self._limits.depth} archives inside each other")
                break
            if kind in _STREAMED:
                place = file if kind in _FOLDED else path
                self._levels.append(_Level(place, (*steps, kind.value), _STREAMED[kind](stream, self._budget)))
                return
            outer, size = False, None
            if kind is Kind.RPM:
                try:
                    stream = _payload(stream)
                except Broken as error:
                    yield from self._broken(path, error)
                    return
                continue
            stream = inflated(kind, stream, self._budget, self._window(steps), path)
            steps = (*steps, kind.value)
            file, path = path, _inside(path, _uncompressed(path))
        if not outer:
            yield from self._content(path, file, steps, stream, size=size, doubtful=doubtful)

    def _content(
        self, path: str, file: str, steps: tuple[str, ...], stream: Stream, *, size: int | None, doubtful: bool
    ) -> Iterator[Opened]:
        """What is no stream of members. `file` is what it is called before it is uncompressed."""
        most = self._limits.member
        if size is not None and size > most:
            yield from self._problem(path, Reason.TOO_LARGE, f"{size} bytes")
            return
        data, error = _read(stream, most)
        if error is not None and doubtful:
            if isinstance(error, Exhausted):
                raise error
            return
        if error is None and len(data) > most:
            error = Broken(Reason.TOO_LARGE, f"more than {most} bytes")
        if error is None:
            yield from self._whole(path, steps, data)
            return
        if data := _without_tail(data):
            yield Member(path, steps, data)
        if isinstance(error, Exhausted):
            raise error
        yield from self._broken(file, error)

    def _whole(self, path: str, steps: tuple[str, ...], data: bytes, *, outer: bool = False) -> Iterator[Opened]:
        """A member that was read to its end; it may be an archive that could not be read before that."""
        kind = sniff(data)
        if kind is not Kind.ZIP and kind is not Kind.ZLIB:
            if data:
                yield Member(path, steps, data)
            return
        if self._too_deep(steps, 1):
            if kind is Kind.ZIP:
                yield from self._problem(path, Reason.TOO_DEEP, f"more than {self._limits.depth} archives inside each other")
        elif kind is Kind.ZLIB:
            plain = self._plain(data)
            if isinstance(plain, bytes):
                inside = _inside(path, _uncompressed(path))
                yield from self._stream(inside, (*steps, kind.value), of_bytes(plain), file=path, size=len(plain))
                return
            if plain is not None:
                yield from self._broken(path, plain)
        elif self._held + len(data) <= self._limits.held:
            yield Member(path, steps, data, archive=True)
            self._enter_zip(path, steps, data, len(data))
            return
        else:
            yield from self._problem(path, Reason.TOO_LARGE, f"more than {self._limits.held} bytes of archives inside each other")
        if not outer:
            yield Member(path, steps, data)

    def _plain(self, data: bytes) -> bytes | Broken | None:
        """What was compressed with zlib and stays in memory from here on; None where that only seemed so."""
        try:
            plain = whole_zlib(data, self._budget, min(self._limits.member, self._limits.held - self._held))
        except Exhausted:
            raise
        except Broken as error:
            return error
        self._held += len(plain or b"")
        return plain

    def _enter_zip(self, path: str, steps: tuple[str, ...], data: bytes, held: int) -> None:
        self._held += held
        self._levels.append(_Level(path, (*steps, Kind.ZIP.value), read_zip(data, self._budget, self._window(steps)), held))

    def _too_deep(self, steps: tuple[str, ...], layers: int) -> bool:
        return len(steps) >= self._limits.depth or layers > self._limits.depth

    def _window(self, steps: tuple[str, ...]) -> int:
        """What the next decompressor may take: one on the way may take much."""
        return self._limits.inner_window if _WITH_WINDOW.intersection(steps) else self._limits.window

    def _broken(self, path: str, error: Broken) -> Iterator[Unscanned]:
        """What is said of something broken, once: archives around it break for the same reason."""
        if not error.said:
            error.said = True
            yield from self._problem(error.where or path, error.why, error.detail)

    def _problem(self, path: str, reason: Reason, detail: str) -> Iterator[Unscanned]:
        self._problems[reason] += 1
        if self._problems[reason] <= self._limits.problems:
            yield self._unscanned(path, reason, detail)

    def _unscanned(self, path: str, reason: Reason, detail: str) -> Unscanned:
        return Unscanned(self._container, path, reason, detail)


def _payload(stream: Stream) -> Stream:
    """What is packed in an rpm. Raises Broken."""
    payload = at_payload(stream)
    if sniff_head(payload.peek(HEAD)) not in {Kind.CPIO, *_COMPRESSED}:
        raise Broken(Reason.UNREADABLE, "its payload is not read")
    return payload


def _inside(path: str, name: bytes | str) -> str:
    return f"{path}{INSIDE}{name if isinstance(name, str) else shown(name[:_LONGEST_NAME])}"


def _uncompressed(path: str) -> str:
    """The name of what is compressed in the file at `path`: its own without the ending that says so."""
    name = path.rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    if not stem or dot + ending.lower() not in _ENDINGS:
        return name
    return stem + _ENDINGS[dot + ending.lower()]


def _read(stream: Stream, most: int) -> tuple[bytes, Broken | None]:
    """What there is, a byte more than `most` of it at most, and what ended it before its end."""
    content = BytesIO()
    try:
        while content.tell() <= most and (piece := stream.read(min(CHUNK, most + 1 - content.tell()))):
            content.write(piece)
    except Broken as error:
        return content.getvalue(), error
    return content.getvalue(), None


def _without_tail(data: bytes) -> bytes:
    """What was cut off, without what may be half of something."""
    low = max(0, len(data) - _TAIL)
    return data[: max(low, data.rfind(b"\n", low) + 1)]
