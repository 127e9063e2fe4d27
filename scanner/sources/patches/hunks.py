r"""Hunks: that they are whole, and what they show of a file before and after.

The unified format is that of POSIX diff(1); the one with several states before is git's (git-diff(1), "Combined diff format"): as many
columns as there are parents, `-` for what that parent has and the result lacks, `+` for what the result has and that parent lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

from scanner.records import dataclass, field
from scanner.sources.patches.nouns import BrokenPatchError

HEADER = re.compile(rb"(@@+)((?: -\d{1,18}(?:,\d{1,18})?)+) \+(\d{1,18})(?:,(\d{1,18}))? (@@+)")
GAP = 100
"""Lines that are put for those that a patch does not show, at most: more than any reading looks back or ahead."""
_RANGE = re.compile(rb"-(\d+)(?:,(\d+))?")
_MOST_PARENTS = 64
_PLUS, _MINUS, _BLANK, _BACKSLASH, _NEWLINE, _RETURN = b"+- \\\n\r"


@dataclass(frozen=True, slots=True)
class Hunk:
    """What the header of a hunk says: first line and number of lines, of each state before and of the one after."""

    before: tuple[tuple[int, int], ...]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Image:
    """What is known of one state of a file, with empty lines for what is not."""

    data: bytes = field(repr=False)
    lines: tuple[tuple[int, int], ...]
    """Where a line of the image is another one in the file: pairs of both, in order."""

    def line(self, number: int) -> int:
        """The line of the file that is line `number` of the image."""
        low, high = 0, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.lines[middle][0] <= number else (low, middle)
        at, line = self.lines[low - 1] if low else (1, 1)
        return line + number - at


class Canvas:
    """Puts an image together."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._lines: list[tuple[int, int]] = []
        self._at = 1
        """The next line of the image."""
        self._next = 1
        """And of the file, as far as was told."""
        self._whole = True
        """Whether the last line ends."""

    def put(self, line: int, data: bytes | bytearray, count: int) -> None:
        """Adds so many lines that stand in the file from `line` on; all but the last one end."""
        if not count:
            return
        gap = min(max(line - self._next, 0), GAP)
        if self._at > 1 and line != self._next:
            gap = max(gap, 1)
        self._data += b"\n" * (gap if self._whole else gap + 1)
        self._at += gap
        if self._at - line != (self._lines[-1][0] - self._lines[-1][1] if self._lines else 0):
            self._lines.append((self._at, line))
        self._data += data
        self._at += count
        self._next = line + count
        self._whole = data.endswith(b"\n")

    def image(self) -> Image:
        """What was put."""
        return Image(bytes(self._data), tuple(self._lines))


def header(line: bytes) -> Hunk | None:
    """What `line` says, if it begins a hunk."""
    match = HEADER.match(line)
    if match is None or match[1] != match[5]:
        return None
    before = tuple((int(at), 1 if count is None else int(count)) for at, count in _ranges(match[2]))
    if len(before) != len(match[1]) - 1 or len(before) > _MOST_PARENTS:
        return None
    return Hunk(before, (int(match[3]), 1 if match[4] is None else int(match[4])))


def _ranges(text: bytes) -> Iterator[tuple[bytes, bytes | None]]:
    return ((match[1], match[2]) for match in _RANGE.finditer(text))


def passed(text: bytes, start: int, hunk: Hunk, line: int) -> tuple[int, int]:
    """Where the hunk ends whose lines begin at `start`, and how many lines it has there, if it is whole.

    Raises BrokenPatchError; `line` is that of `start`.
    """
    if len(hunk.before) > 1:
        return _passed_combined(text, start, hunk, line)
    old, new = hunk.before[0][1], hunk.after[1]
    at, first, size = start, line, len(text)
    while old or new:
        if at >= size:
            raise BrokenPatchError(line, "it ends inside a hunk")
        mark = text[at]
        if mark == _PLUS:
            new -= 1
        elif mark == _MINUS:
            old -= 1
        elif mark in b" \n" or text.startswith(b"\r\n", at):
            old -= 1
            new -= 1
        elif mark != _BACKSLASH or line == first:
            raise BrokenPatchError(line, "a line of a hunk begins with a blank, + or -")
        at, line = _behind(text, at, line)
        if old < 0 or new < 0:
            raise BrokenPatchError(line - 1, "the hunk is longer than its header says")
    return _unended(text, at, line, first)


def _behind(text: bytes, at: int, line: int) -> tuple[int, int]:
    """The beginning of the next line, and its number."""
    end = text.find(b"\n", at)
    if end < 0:
        raise BrokenPatchError(line, "it ends inside a line")
    return end + 1, line + 1


def _unended(text: bytes, at: int, line: int, first: int) -> tuple[int, int]:
    r"""The end of a hunk behind the `\ No newline at end of file` of its last line, in whatever language that is."""
    if text.startswith(b"\\ ", at):
        end = text.find(b"\n", at)
        at, line = (len(text) if end < 0 else end + 1), line + 1
    if text.startswith((b"+", b"-"), at) and not text.startswith((b"--", b"+++ "), at):
        raise BrokenPatchError(line, "the hunk is longer than its header says")
    return at, line - first


def _passed_combined(text: bytes, start: int, hunk: Hunk, line: int) -> tuple[int, int]:
    old, new = [count for _, count in hunk.before], hunk.after[1]
    width, at, first = len(old), start, line
    while new or any(old):
        if at >= len(text):
            raise BrokenPatchError(line, "it ends inside a hunk")
        marks = text[at : at + width]
        if marks[:1] != b"\\":
            marks = _marks(marks, width, line)
            lost = b"-" in marks
            new -= not lost
            old = [count - (mark == (_MINUS if lost else _BLANK)) for count, mark in zip(old, marks, strict=True)]
        at, line = _behind(text, at, line)
        if new < 0 or min(old) < 0:
            raise BrokenPatchError(line - 1, "the hunk is longer than its header says")
    return _unended(text, at, line, first)


def _marks(marks: bytes, width: int, line: int) -> bytes:
    """The columns of one line of a combined hunk; an empty line has lost its blanks on the way."""
    if marks[:1] in {b"\n", b"\r"}:
        return b" " * width
    if len(marks) < width or marks.strip(b"+- ") or (b"+" in marks and b"-" in marks):
        raise BrokenPatchError(line, f"a line of this hunk begins with {width} blanks, + or -")
    return marks


def after(text: bytes, start: int, end: int) -> Image:
    """What the hunks between `start` and `end`, which are whole, show of the file after the change."""
    return _image(text, start, end, None)


def before(text: bytes, start: int, end: int, parent: int = 0) -> Image:
    """The same of the file before the change, in the state `parent`."""
    return _image(text, start, end, parent)


def _image(text: bytes, start: int, end: int, parent: int | None) -> Image:
    canvas = Canvas()
    first, width, count = 1, 1, 0
    data = bytearray()
    is_kept: dict[bytes, bool] = {}
    kept = False
    for line in BytesIO(text[start:end]):
        if line.startswith(b"@@"):
            canvas.put(first, data, count)
            hunk = header(line) or Hunk(((1, 0),), (1, 0))
            first, width, count = (hunk.after if parent is None else hunk.before[parent])[0], len(hunk.before), 0
            data.clear()
        elif line.startswith(b"\\"):
            if kept and data.endswith(b"\n"):
                del data[-1]
        else:
            cut = line in {b"\n", b"\r\n"}
            marks = b" " * width if cut else line[:width]
            if marks not in is_kept:
                is_kept[marks] = _is_kept(marks, parent)
            kept = is_kept[marks]
            if kept:
                data += line if cut else line[width:]
                count += 1
    canvas.put(first, data, count)
    return canvas.image()


def _is_kept(marks: bytes, parent: int | None) -> bool:
    """Whether a line with these marks is in the state before that `parent` has, or in the one after."""
    lost = b"-" in marks
    return not lost if parent is None else marks[parent] == (_MINUS if lost else _BLANK)
