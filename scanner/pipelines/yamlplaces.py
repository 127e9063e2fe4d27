"""Where a character of a YAML scalar stands in its file.

A scalar's text is not that of the file: lines are folded, escapes undone, indentation is gone. The way back compares both, character by
character, as far as it is asked; what does not fit leaves it at the last place that did. Lines are those of `yamltree`, without blanks at their ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from scanner.pipelines.yamltree import Scalar

_BLANKS = " \t"
_ESCAPES = {"x": 4, "u": 6, "U": 10}
"""How long an escape of a double-quoted scalar is, where it is longer than two."""

Place = tuple[int, int]
"""Line and column, from 1."""


def is_as_written(scalar: Scalar, lines: Sequence[str]) -> bool:
    """Whether the lines of a scalar's text are lines of the file, each from the scalar's column on."""
    if scalar.style == "|":
        return True
    return scalar.line <= len(lines) and lines[scalar.line - 1].startswith(scalar.value, scalar.column - 1)


def places(scalar: Scalar, lines: Sequence[str], offsets: Sequence[int]) -> tuple[Place, ...]:
    """Where the characters at `offsets`, which ascend, of a scalar stand in the file of these lines."""
    if is_as_written(scalar, lines):
        return _as_written(scalar, offsets)
    return _followed(scalar, lines, offsets)


def _as_written(scalar: Scalar, offsets: Sequence[int]) -> tuple[Place, ...]:
    found = []
    row = begin = last = 0
    for offset in offsets:
        row += scalar.value.count("\n", last, offset)
        begin = max(begin, scalar.value.rfind("\n", last, offset) + 1)
        last = offset
        found.append((scalar.line + row, scalar.column + offset - begin))
    return tuple(found)


def _followed(scalar: Scalar, lines: Sequence[str], offsets: Sequence[int]) -> tuple[Place, ...]:
    walk = _Walk(scalar, lines)
    return tuple(walk.to(offset) for offset in offsets)


class _Walk:
    """Goes through a scalar's text and through its file side by side."""

    def __init__(self, scalar: Scalar, lines: Sequence[str]) -> None:
        self._value, self._style, self._lines = scalar.value, scalar.style, lines
        self._indent = scalar.column - 1 if scalar.style == ">" else None
        self._row, self._column = scalar.line - 1, scalar.column - 1
        self._offset = 0
        self._lost = scalar.line > len(lines)
        self._end = 0 if self._lost else len(lines[scalar.line - 1])

    def to(self, offset: int) -> Place:
        """Where the character at an offset stands, which is not before the last one that was asked for."""
        while self._offset < offset and not self._lost:
            self._step()
        if not self._lost and self._offset == offset and offset < len(self._value):
            self._unfold()
        return self._row + 1, self._column + 1

    def _step(self) -> None:
        """Goes on by one character of the file, or over the end of its line."""
        if self._column >= self._end:
            self._next_line()
            return
        written = self._lines[self._row][self._column]
        if self._style == '"' and written == "\\":
            self._escape()
        elif self._style == "'" and written == "'":
            self._move(2)
        elif written == self._value[self._offset]:
            self._move(1)
        else:
            self._lost = True

    def _move(self, width: int) -> None:
        self._column += width
        self._offset += 1

    def _escape(self) -> None:
        if self._column + 1 < self._end:
            self._move(_ESCAPES.get(self._lines[self._row][self._column + 1], 2))
        else:
            self._begin(self._row + 1)

    def _next_line(self) -> None:
        """Over the end of a line and empty lines, which are a space or some line breaks in the text."""
        value, row = self._value, self._row + 1
        while row < len(self._lines) and not self._lines[row]:
            row += 1
        if value[self._offset] == "\n":
            while self._offset < len(value) and value[self._offset] == "\n":
                self._offset += 1
        elif value[self._offset] == " ":
            self._offset += 1
        else:
            self._lost = True
        self._begin(row)

    def _begin(self, row: int) -> None:
        if row >= len(self._lines):
            self._lost = True
            return
        line = self._lines[row]
        self._row, self._end = row, len(line)
        self._column = len(line) - len(line.lstrip(_BLANKS)) if self._indent is None else self._indent

    def _unfold(self) -> None:
        """Over the end of a line that stands for nothing in the text."""
        if self._style == '"' and self._column == self._end - 1 and self._lines[self._row][self._column] == "\\":
            self._begin(self._row + 1)
