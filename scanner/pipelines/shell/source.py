"""The text of a script as it is parsed: expressions of CI systems made words, bytes and lines found again.

What a CI system puts into a script before it runs (`${{ … }}` of GitHub and Azure, `<< … >>` of CircleCI, `$[[ … ]]` of GitLab, `{{ … }}` of
Task, just, Jinja and Go, `<%= … %>` of ERB) is no shell. For the parser each is a word of the same length; what is taken from the text is as it was written.
Tags that only choose between texts (`{{ if … }}`) are blanks to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

LONGEST = 1 << 20
"""Characters of a script that are read; the rest of a longer one is not."""

_EXPRESSION = re.compile(
    r"""
    \$\{\{ (?: [^}$] | \} (?!\}) | \$ (?!\{\{) ){0,4000}+ \}\}
    | \$\[\[ [^\[\]\n]{0,400}+ \]\]
    | << [ \t]{0,8}+ (?: parameters | pipeline | matrix | job | executor | command )\. [\w.-]{1,200}+ [ \t]{0,8}+ >>
    | (?P<tag> << [#/^] [ \t]{0,8}+ [\w.\ -]{1,200}+ >> )
    | (?P<choice>
        \{\{ -? [ \t]{0,8}+
        (?: (?: if | else | elif | elseif | end | endif | for | endfor | range | with | define | block | template | set | \#)\b | [/\#] )
        [^{}\n]{0,400}+ \}\}
      )
    | \{\{ [^{}\n]{0,400}+ \}\}
    | \{%-? [^%\n]{0,400}+ %\}
    | <%(?P<value>=)? [^%\n]{0,400}+ %>
    """,
    re.VERBOSE,
)


def masked(text: str) -> str:
    """A text in which every expression of a CI system is one word of the same length, and every tag that only chooses is blank."""
    return _EXPRESSION.sub(lambda found: _stand_in(found) * len(found[0]), text)


def _stand_in(found: re.Match[str]) -> str:
    return (
        " " if found["tag"] or found["choice"] or found[0].startswith("{%") or (found[0].startswith("<%") and not found["value"]) else "X"
    )


class Source:
    """A script, and where each byte of it stands."""

    def __init__(self, text: str) -> None:
        text = text[:LONGEST].replace("\r\n", "\n").replace("\0", " ")
        self.raw = text.encode("utf-8", "replace")
        self._starts = [0]
        """Of lines, in bytes."""
        self._starts += (found.end() for found in re.finditer(rb"\n", self.raw))
        self._masks: list[tuple[int, int]] = []
        self.masked = self._mask(text)

    def _mask(self, text: str) -> bytes:
        pieces: list[bytes] = []
        at = done = 0
        for found in _EXPRESSION.finditer(text):
            before = text[done : found.start()].encode("utf-8", "replace")
            length = len(found[0].encode("utf-8", "replace"))
            pieces += (before, _stand_in(found).encode() * length)
            at += len(before)
            self._masks.append((at, at + length))
            at += length
            done = found.end()
        pieces.append(text[done:].encode("utf-8", "replace"))
        return b"".join(pieces)

    def text(self, start: int, end: int) -> str:
        """What stands there, as it was written."""
        return self.raw[start:end].decode("utf-8", "replace")

    def pieces(self, start: int, end: int) -> list[tuple[str, bool]]:
        """What stands there, cut into the shell's own text and expressions of a CI system (True)."""
        found: list[tuple[str, bool]] = []
        number = bisect_left(self._masks, (start, start))
        while number < len(self._masks) and self._masks[number][1] <= end:
            first, last = self._masks[number]
            found += ((self.text(start, first), False), (self.text(first, last), True))
            start = last
            number += 1
        found.append((self.text(start, end), False))
        return found

    def place(self, byte: int) -> tuple[int, int]:
        """The row and column, from 0, at which a byte stands."""
        row = bisect_right(self._starts, byte) - 1
        return row, len(self.text(self._starts[row], byte))

    def line_after(self, byte: int) -> int:
        """Where the line begins that follows that of a byte; the end of the text where there is none."""
        row = bisect_right(self._starts, byte)
        return self._starts[row] if row < len(self._starts) else len(self.raw)

    @property
    def rows(self) -> int:
        return len(self._starts)
