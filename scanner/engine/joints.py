"""Values that are cut into pieces: by a program that joins strings, by the end of a line in a script, a comment or a mail.

The pieces are put together from the one with the anchor on; whether they are a value is for a detector to say. What only stands in the
next line is believed where a checksum or a structure confirms it, what a program joins also where the length is exact.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.contract import Check, Reading, Rx, rx
from scanner.engine.marks import SEAM
from scanner.engine.spans import Pieces, Run
from scanner.records import dataclass

_SEAM = Rx(SEAM.decode())
_BODY = rx(r"[0-9A-Za-z+/=_.~:@%-]{1,4096}")
_BEFORE = 256
"""Bytes before a seam in which the first piece, and what it is called, begin."""
_AFTER = 64
"""Bytes after the last piece that tell whether it is one."""
_LONGEST = 8192
_MOST = 96
"""Pieces of one value."""
_TRIED = 6
"""Lines at whose ends a value may end that are tried each."""


@dataclass(frozen=True, slots=True)
class _Seam:
    at: int
    """Where the pieces meet in the joined text."""
    doubtful: bool


class Joined(Run):
    """Pieces as one text."""

    def __init__(self, pieces: list[tuple[int, int]], text: bytes, seams: list[_Seam], stop: int) -> None:
        """`pieces` are spans of the outer text; the last one goes on after `stop` with what is only looked at."""
        super().__init__(pieces[0][0], pieces[-1][1], "joined-lines", text, lambda: Pieces.copied(pieces).locate)
        self._seams = seams
        self.stop = stop
        """Where the last piece ends."""
        self.seam = pieces[0][1], pieces[1][0]
        """What separates the first piece from the second, as a span of the outer text."""

    def vouches(self, reading: Reading) -> bool:
        """Whether the reading goes over a seam, and is not there by chance: it is proved, or begins before the seam with more than its prefix."""
        met = [seam for seam in self._seams if reading.start < seam.at < reading.end]
        if not met or reading.check is Check.FAILED:
            return False
        if reading.check is Check.PASSED:
            return True
        begun = reading.start + len(reading.prefix)
        return not any(seam.doubtful or seam.at <= begun for seam in met)


def joined(text: bytes, end: int, floor: int) -> list[Joined]:
    """The pieces around the seam that ends before the byte at `end - 1`; reaches back to `floor` at most. Empty where there is no seam.

    Where lines follow that may or may not belong to the value, there are several answers, the longest first.
    """
    begin = max(floor, end - _BEFORE)
    last = None
    for seam in _SEAM.finditer(text, begin, end):
        last = seam if seam.end() >= end - 1 else last
    if last is None:
        return []
    line = text.rfind(b"\n", begin, last.start()) + 1
    pieces = [(max(begin, line), last.start())]
    seams: list[_Seam] = []
    length = last.start() - pieces[0][0]
    ends: list[int] = []
    for start, stop, doubtful, ends_line in _following(text, last.start()):
        if seams and ends_line and len(ends) < _TRIED:
            ends.append(len(seams))
        seams.append(_Seam(length, doubtful))
        pieces.append((start, stop))
        length += stop - start
    counts = [len(seams), *reversed(ends)] if seams else []
    return [_together(text, pieces[: count + 1], seams[:count]) for count in counts]


def _together(text: bytes, pieces: list[tuple[int, int]], seams: list[_Seam]) -> Joined:
    start, stop = pieces[-1]
    spans = [*pieces[:-1], (start, min(len(text), stop + _AFTER))]
    return Joined(spans, b"".join(text[first:last] for first, last in spans), seams, stop)


def _following(text: bytes, at: int) -> Iterator[tuple[int, int, bool, bool]]:
    """The pieces behind the one that ends at `at`; whether it is doubtful that they belong to it, and whether they are only another line."""
    first = at
    for _ in range(_MOST):
        seam = _SEAM.match(text, at)
        body = _BODY.match(text, seam.end()) if seam is not None else None
        if seam is None or body is None or at - first > _LONGEST:
            return
        at = body.end()
        if seam[0][:1] not in b"\"'`" and text[at - 1 : at] == b"=" and text[at : at + 1] in b"\r\n":
            at -= 1
        doubtful = _doubtful(seam[0])
        yield body.start(), at, doubtful, doubtful and seam[0][:1] in b"\r\n"


def _doubtful(seam: bytes) -> bool:
    """Whether what this stands between may be two things: two elements of a list, two lines, a doubled quote."""
    if seam[:1] in b"\"'`":
        return not seam.strip(b"\"'`") or b"," in seam
    return seam[:1] not in b"\\=^"
