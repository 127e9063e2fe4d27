"""Where a marker stands that allows a value in place: our own, and those of other scanners that people have in their files already.

Each is understood where its tool's own documentation has it stand, and as it is written there. `gitleaks:allow`, `betterleaks:allow` and
`trufflehog:ignore` stand on the line of the value, in whatever comment. `kingfisher:ignore` does so too, and for a value over several lines
it may stand on the line before or after it. `pragma: allowlist secret` (before detect-secrets 0.12.4: `whitelist`) is a comment to the end
of the line, in one of six comment styles; `pragma: allowlist nextline secret` is such a comment on a line of its own, for the next line.
"""

from __future__ import annotations

import re
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
_PRAGMA = re.compile(rb"pragma: ?(?P<word>allow|white)list[ -]secret(?!\w|-(?!->))")
_NEXT_LINE = re.compile(
    rb"[ \t]*(?P<open>#|//|/\*|'|--|<!--[# \t]*) *pragma: ?allowlist[ -]nextline[ -]secret(?!\w|-(?!->))(?P<rest>[^\n]*)", re.DOTALL
)
_STYLES = ((b"<!--", b"-->"), (b"#", b""), (b"//", b""), (b"/*", b"*/"), (b"'", b""), (b"--", b""))
"""How a comment that holds a pragma begins and ends."""


def _ending(literal: bytes, names: Iterable[str]) -> re.Pattern[bytes]:
    """Finds these markers, the number of the last group saying which: the literal first, since it is then searched for as one.

    A word that goes on is none; two dashes before it and an arrow behind it belong to the comment.
    """
    each = (b"(?<=%b)(?:(?<![\\w:-]%b)|(?<=--%b))()" % ((name.encode(),) * 3) for name in names)
    return re.compile(b"%b(?:%b)(?![\\w:]|-(?!->))" % (literal, b"|".join(each)))


_WORDS = tuple((literal, _ending(literal, names), names) for literal, names in _COLON)


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


def marker_of(text: bytes, start: int, end: int) -> Marker | None:
    """The marker that speaks for the value between `start` and `end`: the first one after it on its line, else one before it.

    A value over several lines has one on the line where it begins or on the one where it ends.
    """
    tail = text[max(start, end - 2) : end]
    end -= len(tail) - len(tail.rstrip(b"\r\n"))  # the line after the last one of a key is not its own
    if found := _first(text, end, line_end(text, end), end + NEAR):
        return found
    begin, first = _line_begin(text, start), line_end(text, start)
    last = _line_begin(text, end)
    inside = [(start, first)] if first < end and _breaks(text, first) else []
    inside += [(last, end)] if last > start and _breaks(text, last - 1) else []
    for low, high in [(begin, start), *inside]:
        if found := _first(text, low, high, high, start - NEAR if high == start else low):
            return Marker(found.name, None)
    return _beside(text, begin, end, several=bool(inside))


def _first(text: bytes, low: int, high: int, latest: int, earliest: int = 0) -> Marker | None:
    """The first marker between the two ends that begins by `latest` and does not end before `earliest`."""
    found = [
        (begin, end, name)
        for begin, end, name in chain(_with_colon(text, low, high, earliest), _pragmas(text, low, high, earliest))
        if begin <= latest
    ]
    if not found:
        return None
    _, end, name = min(found)
    return Marker(name, end)


def _with_colon(text: bytes, low: int, high: int, earliest: int = 0) -> Iterator[tuple[int, int, str]]:
    """The first marker of each kind that is a tool and a word."""
    for literal, pattern, names in _WORDS:
        match = pattern.search(text, max(low, earliest - len(literal)), high + 1)  # one more, so that a word that goes on is seen to
        if match and match.end() <= high:
            name = names[(match.lastindex or 1) - 1]
            yield match.end() - len(name), match.end(), name


def _pragmas(text: bytes, low: int, high: int, earliest: int) -> Iterator[tuple[int, int, str]]:
    """The first comment of detect-secrets."""
    for match in _PRAGMA.finditer(text, low, high + 1):
        if earliest <= match.end() <= high and _is_comment(text, low, match.start(), match.end()):
            yield match.start(), match.end(), f"pragma: {match['word'].decode()}list secret"
            return


def _is_comment(text: bytes, low: int, begin: int, end: int) -> bool:
    """Whether what stands between `begin` and `end` opens a comment that goes to the end of its line."""
    before = text[max(low, begin - _WIDEST) : begin]
    for opening, closing in _STYLES:
        if before.rstrip(b"# \t" if closing == b"-->" else b" ").endswith(opening):
            return _closes(text, end, closing)
    return False


def _closes(text: bytes, at: int, closing: bytes) -> bool:
    stop = line_end(text, at)
    return (stop == len(text) or _breaks(text, stop)) and text[at:stop].rstrip(b" \t").endswith(closing)


def _beside(text: bytes, begin: int, end: int, *, several: bool) -> Marker | None:
    """A marker on the line before that on which the value begins, or behind that on which it ends."""
    if begin and _breaks(text, begin - 1):
        stop = begin - 1 - text.endswith(b"\r\n", 0, begin)
        before = _line_begin(text, stop)
        if before == 0 or _breaks(text, before - 1):
            match = _NEXT_LINE.fullmatch(text, before, stop)
            closing = {b"/*": b"*/", b"<!--": b"-->"}.get(match["open"].rstrip(b"# \t") if match else b"", b"")
            if match and match["rest"].rstrip(b" \t").endswith(closing):
                return Marker("pragma: allowlist nextline secret", match.start("rest"))
            if several and (found := _around(text, before, stop)):
                return found
    after = line_end(text, end)
    if several and _breaks(text, after):
        after += 1 + text.startswith(b"\r\n", after)
        return _around(text, after, line_end(text, after))
    return None


def _around(text: bytes, low: int, high: int) -> Marker | None:
    """The marker that may also stand on the line next to a value of several lines."""
    found = next((one for one in _with_colon(text, low, high) if one[2] == _AROUND), None)
    return None if found is None else Marker(_AROUND, found[1])


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
