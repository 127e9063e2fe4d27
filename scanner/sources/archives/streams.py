"""Bytes that come one after the other, from memory, from another stream or out of a decompression."""

from __future__ import annotations

from collections.abc import Callable

from scanner.model import Reason
from scanner.records import dataclass
from scanner.sources.archives.limits import Broken

CHUNK = 256 << 10
"""Bytes that are asked for at once."""
_LEAST = 16 << 10
"""Bytes that are asked for even where fewer are wanted now."""
CUT_SHORT = "it ends before its time"

Pull = Callable[[int], bytes]
"""Gives at least one and at most so many bytes; none at the end. Raises Broken."""


class Stream:
    """Bytes in their order, with looking ahead. What came before something broke is given out first."""

    __slots__ = ("_at", "_ended", "_failure", "_held", "_pull")

    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self._held = b""
        self._at = 0
        self._ended = False
        self._failure: Broken | None = None

    def peek(self, size: int) -> bytes:
        """The next `size` bytes without taking them; fewer where there are no more, or where it is broken."""
        if len(self._held) - self._at < size:
            self._fill(size)
        return self._held[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """The next `size` bytes; fewer where there are no more, and before something broken. Raises Broken where that is all there is."""
        if len(self._held) - self._at < size:
            self._fill(size)
        piece = self._held[self._at : self._at + size]
        self._at += len(piece)
        if not piece and size and self._failure is not None:
            raise self._failure
        return piece

    def exactly(self, size: int) -> bytes:
        """The next `size` bytes. Raises Broken where there are fewer."""
        piece = self.read(size)
        if len(piece) < size:
            self.read(1)  # what broke it, if anything did
            raise Broken(Reason.DAMAGED, CUT_SHORT)
        return piece

    def skip(self, size: int) -> None:
        """Passes over `size` bytes, or over all there are. Raises Broken."""
        while size and (piece := self.read(min(size, CHUNK))):
            size -= len(piece)

    def skip_zeros(self) -> None:
        """Passes over zeros, which many formats fill up with."""
        while self.peek(1) == b"\0":
            ahead = self.peek(_LEAST)
            self.skip(len(ahead) - len(ahead.lstrip(b"\0")))

    def unread(self, data: bytes) -> None:
        """Puts back what was read and not needed."""
        if data:
            self._held = data + self._held[self._at :]
            self._at = 0

    def _fill(self, size: int) -> None:
        """Holds at least `size` bytes, which are more than it holds, as far as there are as many."""
        if self._ended:
            return
        have = len(self._held) - self._at
        pieces = [self._held[self._at :]] if have else []
        while have < size and not self._ended:
            try:
                piece = self._pull(max(size - have, _LEAST))
            except Broken as error:
                self._failure = error
                piece = b""
            if piece:
                pieces.append(piece)
                have += len(piece)
            else:
                self._ended = True
        self._held = b"".join(pieces)
        self._at = 0


def of_bytes(data: bytes, start: int = 0, end: int | None = None) -> Stream:
    """A part of what is in memory."""
    at, last = start, len(data) if end is None else min(end, len(data))

    def pull(size: int) -> bytes:
        nonlocal at
        piece = data[at : min(at + size, last)]
        at += len(piece)
        return piece

    return Stream(pull)


class Part:
    """The next bytes of another stream, which goes on behind them."""

    __slots__ = ("_left", "_whole", "stream")

    def __init__(self, whole: Stream, size: int) -> None:
        self._whole = whole
        self._left = size
        self.stream = Stream(self._pull)

    def close(self) -> None:
        """Has the other stream stand behind the part, however much of it was read. Raises Broken."""
        self._whole.skip(self._left)
        self._left = 0

    def _pull(self, size: int) -> bytes:
        piece = self._whole.read(min(size, self._left))
        self._left -= len(piece)
        if not piece and self._left:
            raise Broken(Reason.DAMAGED, CUT_SHORT)
        return piece


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with content in an archive. `stream` is to be read before the archive is asked for its next entry."""

    name: bytes | None
    """None for what lies behind the end of an archive and belongs to the same file."""
    stream: Stream
    size: int | None = None
    """Bytes of its content, where the archive cannot be read without believing it."""
    doubtful: bool = False
    """Whether it only looks like an entry: nothing is said of it unless all of it fits."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an archive that cannot be read."""

    name: bytes
    """Empty for the archive itself."""
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class NoContent:
    """Something in an archive that is no content: a `link`, `device`, `fifo` or `socket`."""

    name: bytes
    kind: str


Found = Entry | Problem | NoContent
