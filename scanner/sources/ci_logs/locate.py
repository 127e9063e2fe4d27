"""From places in the clean text of a log back to the log as it lies on disk, with the job and the step that wrote there.

A log is read for that a second time, from its beginning: so only what is asked about takes memory, however many lines there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from scanner.records import dataclass, field
from scanner.sources.ci_logs.cleaning import Clean
from scanner.sources.ci_logs.tracker import Tracker

_WIDEST = 65_536
"""Bytes of a line in which characters are counted."""

_BLOCK = 1024
"""Bytes in which lines are counted to pass over them."""
_MOST_BYTES = 4
"""Bytes of a character."""

Spot = tuple[int, int]
"""Line and column of the clean text, both from 1, a column counting characters; 0 where no column is known."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something in the clean text came from."""

    line: int
    """Of the log as it lies on disk, from 1."""
    column: int | None
    """In characters, from 1; None in a line too long to be counted."""
    offset: int
    """Bytes of the log before it; of one in wide characters, of the same in UTF-8."""
    job: str | None = field(default=None, repr=False)
    step: str | None = field(default=None, repr=False)
    """As the log has them: a command is a name, and may hold anything."""


def locate(cleans: Iterable[Clean], tracker: Tracker, wanted: Iterable[Spot]) -> dict[Spot, Origin]:
    """The origins of `wanted`, without those that the log does not have any more."""
    way = _Way(tracker)
    left = sorted(set(wanted), reverse=True)
    found: dict[Spot, Origin] = {}
    for clean in cleans:
        found |= way.through(clean, left)
        if not left:
            break
    return found


class _Way:
    """How far the second reading has come."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._line = 0
        """Line breaks of the clean text so far."""
        self._characters = 0
        """Of the clean line that goes on in the next chunk."""
        self._lines = 0
        """Line breaks of the log so far."""
        self._size = -1
        """Bytes of the log so far, less the line break that it does not have."""

    def through(self, clean: Clean, left: list[Spot]) -> dict[Spot, Origin]:
        """What of `left`, last first, is in this chunk; it is taken from there."""
        found: dict[Spot, Origin] = {}
        self._tracker.enter(clean)
        line = _Line(clean.text, 0, self._line, self._characters)
        last = self._line + clean.text.count(b"\n")
        known = (0, self._lines)
        while left and left[-1][0] <= last:
            wanted, column = left[-1]
            if line.number < wanted:
                line = line.later(wanted)
            place = line.place(column)
            if place is None and line.goes_on:
                break
            left.pop()
            at = clean.origin(line.start if place is None else place)
            known = (at, known[1] + clean.chunk.count(b"\n", known[0], at)) if at >= known[0] else known
            exact = place is not None and column > 0 and not line.long
            found[wanted, column] = Origin(
                known[1],
                _column(clean.chunk, at) if exact else None,
                self._size + at,
                *self._tracker.at(line.start if place is None else place),
            )
        self._tracker.leave()
        self._pass(clean, last)
        return found

    def _pass(self, clean: Clean, last: int) -> None:
        tail = clean.text[clean.text.rfind(b"\n") + 1 :]
        self._characters = len(tail.decode("utf-8", "replace")) + (self._characters if last == self._line else 0)
        self._line = last
        self._lines += clean.chunk.count(b"\n")
        self._size += len(clean.chunk)


class _Line:
    """A line of a clean text in which characters are counted, from the left to the right."""

    def __init__(self, text: bytes, start: int, number: int, before: int) -> None:
        """`before` are the characters that it has in the chunks before."""
        self.start = start
        self.number = number
        self._text = text
        end = text.find(b"\n", start)
        self.goes_on = end < 0
        """Whether the next chunk may have more of it."""
        self._end = len(text) if end < 0 else end
        self.long = self._end - start > _WIDEST
        self._known = (start, before)

    def later(self, number: int) -> _Line:
        """A line that comes later, which the text has."""
        at, breaks = self.start, number - self.number
        while breaks:
            here = self._text.count(b"\n", at, at + _BLOCK)
            if here < breaks:
                at, breaks = at + _BLOCK, breaks - here
            else:
                at, breaks = self._text.index(b"\n", at) + 1, breaks - 1
        return _Line(self._text, at, number, 0)

    def place(self, column: int) -> int | None:
        """Where the character at `column` begins, to be asked from left to right; the beginning of a line too long to be counted. None behind its end."""
        if self.long:
            return self.start
        at, passed = self._known
        need = max(0, column - 1 - passed)
        window = self._text[at : min(self._end, at + _MOST_BYTES * (need + 1))]
        place = at + (need if window.isascii() else _counted(window, need))
        if place >= self._end:
            return None
        self._known = (place, max(passed, column - 1))
        return place


def _counted(window: bytes, characters: int) -> int:
    """Bytes of so many characters."""
    return bisect_right(range(len(window) + 1), characters, key=lambda size: len(window[:size].decode("utf-8", "replace"))) - 1


def _column(chunk: bytes, at: int) -> int | None:
    """The column of a place in a chunk; None in a line that is too long, or that begins in another chunk."""
    begin = chunk.rfind(b"\n", max(0, at - _WIDEST), at)
    return len(chunk[begin + 1 : at].decode("utf-8", "replace")) + 1 if begin >= 0 else None
