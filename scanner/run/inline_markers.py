"""Where a marker stands that allows a value in place: our own, and those of other scanners that people have in their files already.

Each is understood where its tool's own documentation has it stand, and as it is written there. `gitleaks:allow`, `betterleaks:allow` and
`trufflehog:ignore` stand on the line of the value, in whatever comment. `kingfisher:ignore` does so too, and for a value over several lines
it may stand on the line before or after it. `pragma: allowlist secret` (before detect-secrets 0.12.4: `whitelist`) is a comment to the end
of the line, in one of six comment styles; `pragma: allowlist nextline secret` is such a comment on a line of its own, for the next line.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain

from scanner.records import dataclass

NEAR = 4096
"""Bytes between a value and a marker that speaks for it."""
OURS = "keytrail:allow"

_WIDEST = 64
"""Bytes that are more than any marker has."""
_HINTS = (b":allow", b":ignore", b"pragma:")
"""One of these is in every marker. Searched for in this way, a text without any costs next to nothing."""
_AROUND = "kingfisher:ignore"
_COLON = (
    (b":allow", (OURS, "gitleaks:allow", "betterleaks:allow")),
    (b":ignore", (_AROUND, "trufflehog:ignore")),
)
"""Markers that are the name of a tool and a word, by how they end."""
_NAMES = (*(name for _, names in _COLON for name in names), "pragma: allowlist secret", "pragma: whitelist secret")
_PRAGMA = re.compile(rb"pragma: ?(?P<word>allow|white)list[ -]secret(?!\w|-(?!->))")
_NEXT_LINE = re.compile(
    rb"[ \t]*+(?P<open>#|//|/\*|'|--|<!--[# \t]*+) *+pragma: ?allowlist[ -]nextline[ -]secret(?!\w|-(?!->))(?P<rest>[^\n]*)", re.DOTALL
)
_STYLES = ((b"<!--", b"-->"), (b"#", b""), (b"//", b""), (b"/*", b"*/"), (b"'", b""), (b"--", b""))
"""How a comment that holds a pragma begins and ends."""


def _ending(literal: bytes, names: Iterable[str]) -> re.Pattern[bytes]:
    """Finds these markers, the number of the last group saying which: the literal first, since it is then searched for as one.

    A word that goes on is none; two dashes before it and an arrow behind it belong to the comment.
    """
    each = (b"(?<=%b)(?:(?<![\\w:-]%b)|(?<=--%b))()" % ((name.encode(),) * 3) for name in names)
    return re.compile(b"%b(?:%b)(?![\\w:]|-(?!->))" % (literal, b"|".join(each)))


_WORDS = tuple((_ending(literal, names), names) for literal, names in _COLON)


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker that speaks for a value."""

    name: str
    """As people write it."""
    reason: int | None
    """Where its reason begins; None for one that stands before the value, whose reason is not shown."""


def may_hold(text: bytes) -> bool:
    """Whether there could be any marker in the text. Quick."""
    return any(hint in text for hint in _HINTS)


class Markers:
    """The markers of one text: all are looked for once, after which no value takes longer for more of them."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        found = sorted(chain(_with_colon(text), _pragmas(text)))
        self._begins = array("Q", (begin for begin, _, _ in found))
        self._ends = array("Q", (end for _, end, _ in found))
        self._names = bytes(number for _, _, number in found)

    def of(self, start: int, end: int) -> Marker | None:
        """The marker that speaks for the value between `start` and `end`: the first one after it on its line, else one before it.

        A value over several lines has one on the line where it begins or on the one where it ends.
        """
        text = self._text
        tail = text[max(start, end - 2) : end]
        end -= len(tail) - len(tail.rstrip(b"\r\n"))  # the line after the last one of a key is not its own
        at = self._first(end, line_end(text, end))
        if at is not None and self._begins[at] <= end + NEAR:
            return Marker(_NAMES[self._names[at]], self._ends[at])
        begin, first = _line_begin(text, start), line_end(text, start)
        last = _line_begin(text, end)
        inside = [(start, first)] if first < end and _breaks(text, first) else []
        inside += [(last, end)] if last > start and _breaks(text, last - 1) else []
        for low, high in [(begin, start), *inside]:
            at = self._first(low, high, start - NEAR if high == start else low)
            if at is not None:
                return Marker(_NAMES[self._names[at]], None)
        return self._beside(begin, end, several=bool(inside))

    def _first(self, low: int, high: int, earliest: int = 0) -> int | None:
        """The number of the first marker that lies between the two ends, and does not end before `earliest`."""
        at = bisect_left(self._begins, low)
        if earliest > low:
            at = max(at, bisect_left(self._ends, earliest))
        return at if at < len(self._begins) and self._ends[at] <= high else None

    def _beside(self, begin: int, end: int, *, several: bool) -> Marker | None:
        """A marker on the line before that on which the value begins, or behind that on which it ends."""
        text = self._text
        if begin and _breaks(text, begin - 1):
            stop = begin - 1 - text.endswith(b"\r\n", 0, begin)
            before = _line_begin(text, stop)
            if before == 0 or _breaks(text, before - 1):
                match = _NEXT_LINE.fullmatch(text, before, stop)
                closing = {b"/*": b"*/", b"<!--": b"-->"}.get(match["open"].rstrip(b"# \t") if match else b"", b"")
                if match and match["rest"].rstrip(b" \t").endswith(closing):
                    return Marker("pragma: allowlist nextline secret", match.start("rest"))
                if several and (found := self._around(before, stop)):
                    return found
        after = line_end(text, end)
        if several and _breaks(text, after):
            after += 1 + text.startswith(b"\r\n", after)
            return self._around(after, line_end(text, after))
        return None

    def _around(self, low: int, high: int) -> Marker | None:
        """The marker that may also stand on the line next to a value of several lines."""
        for at in range(bisect_left(self._begins, low), bisect_right(self._begins, high)):
            if _NAMES[self._names[at]] == _AROUND and self._ends[at] <= high:
                return Marker(_AROUND, self._ends[at])
        return None


def _with_colon(text: bytes) -> Iterator[tuple[int, int, int]]:
    """Where each marker that is a tool and a word begins and ends, and the number of its name."""
    for pattern, names in _WORDS:
        for match in pattern.finditer(text):
            name = names[(match.lastindex or 1) - 1]
            yield match.end() - len(name), match.end(), _NAMES.index(name)


def _pragmas(text: bytes) -> Iterator[tuple[int, int, int]]:
    """The same of comments of detect-secrets."""
    for match in _PRAGMA.finditer(text):
        if _is_comment(text, match.start(), match.end()):
            yield match.start(), match.end(), _NAMES.index(f"pragma: {match['word'].decode()}list secret")


def _is_comment(text: bytes, begin: int, end: int) -> bool:
    """Whether what stands between `begin` and `end` opens a comment that goes to the end of its line."""
    before = text[max(0, begin - _WIDEST) : begin]
    for opening, closing in _STYLES:
        if before.rstrip(b"# \t" if closing == b"-->" else b" ").endswith(opening):
            return _closes(text, end, closing)
    return False


def _closes(text: bytes, at: int, closing: bytes) -> bool:
    stop = line_end(text, at)
    return (stop == len(text) or _breaks(text, stop)) and text[at:stop].rstrip(b" \t").endswith(closing)


def _line_begin(text: bytes, at: int) -> int:
    low = max(0, at - NEAR - _WIDEST)
    return max(low, text.rfind(b"\n", low, at) + 1, text.rfind(b"\r", low, at) + 1)


def line_end(text: bytes, at: int) -> int:
    """Where the line ends on which `at` is, or what of it is near."""
    high = min(len(text), at + NEAR + _WIDEST)
    newline = text.find(b"\n", at, high)
    high = newline if newline >= 0 else high
    carriage = text.find(b"\r", at, high)
    return carriage if carriage >= 0 else high


def _breaks(text: bytes, at: int) -> bool:
    return text[at : at + 1] in {b"\n", b"\r"}
