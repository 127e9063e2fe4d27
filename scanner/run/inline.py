"""Markers that allow a value in place: `keytrail:allow`, then a reason for people, on the line of the value.

A marker counts for what stands on its line, at most `NEAR` bytes away from it, so that one somewhere in a minified file does not speak for
all of it. Its reason is printed in reports, and is therefore dropped where anything of a value could be in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate

from scanner.engine import Found, Layer

NEAR = 4096
"""Bytes between a value and a marker that speaks for it."""
LONGEST = 120
"""Characters of a reason that are kept."""
UNSAID = "allowed in place"
"""The reason where none was given, or none can be shown."""

_WORD = b"keytrail:allow"
_MARKER = re.compile(rb"%b(?<![\w:-]%b)(?![\w:-])" % (_WORD, _WORD))  # the literal first: it is then searched for as one
_COMMENT_END = re.compile(rb"\*/|-->|#\}|%>|--\}\}")
_LEADING = re.compile(r"\A[\W_]{1,1024}")
_READ = 1024
"""Bytes after a marker that are looked at: more than are kept, so that no value is cut in two before it is noticed."""
_REASONS = 256
"""Different reasons in one text; further ones are dropped, so that comparing all of them with all values stays cheap."""
_PIECE = 8
"""Bytes in a row that give something of a value away."""
_WHOLE = 4096
"""Bytes of a value that are compared with reasons; nobody writes more into one."""

Place = tuple[Layer, Found]
"""A value, and that layer of it whose lines people see."""
Touches = Callable[[bytes], bool]
"""Whether a detector could find anything in some bytes."""


def allowances(places: Sequence[Place], touches: Touches) -> tuple[str | None, ...]:
    """For each value the reason for which it is allowed where it stands; None where nothing says so."""
    texts: dict[int, list[int]] = {}
    for number, (layer, _) in enumerate(places):
        texts.setdefault(id(layer.text), []).append(number)
    said: dict[int, str | None] = {}
    for numbers in texts.values():
        said.update(zip(numbers, _in_text([places[number] for number in numbers], touches), strict=True))
    return tuple(said[number] for number in range(len(places)))


def _in_text(places: Sequence[Place], touches: Touches) -> Iterable[str | None]:
    """The answers for values that all stand in one text."""
    text = places[0][0].text
    if _WORD not in text:
        return [None] * len(places)
    markers = [_marker(text, layer.start, layer.end) for layer, _ in places]
    covered = _Covered((layer.start, layer.end) for layer, _ in places)
    reasons: dict[int, str] = {}
    different: set[str] = set()
    for at in dict.fromkeys(marker for marker in markers if marker):
        reason = _reason(text, at, covered, touches)
        if reason and len(different) < _REASONS:
            different.add(reason)
        reasons[at] = reason if reason in different else ""
    quoting = _quoting(different, (spelling for place in places for spelling in _spellings(place)))
    shown = {at: reason for at, reason in reasons.items() if reason and reason not in quoting}
    return [None if at is None else shown.get(at, UNSAID) for at in markers]


def _marker(text: bytes, start: int, end: int) -> int | None:
    """Where the reason of the marker that speaks for a value begins; 0 for a marker that does not stand after it, None where there is none.

    A value over several lines has one on the line where it begins or on the one where it ends.
    """
    tail = text[max(start, end - 2) : end]
    end -= len(tail) - len(tail.rstrip(b"\r\n"))  # the line after the last one of a key is not its own
    if after := _find(text, end, _line_end(text, end)):
        return after
    begin, first = _line_begin(text, start), _line_end(text, start)
    last = _line_begin(text, end)
    inside = [(start, first)] if first < end and _breaks(text, first) else []
    inside += [(last, end)] if last > start and _breaks(text, last - 1) else []
    return 0 if any(_find(text, low, high) for low, high in [(begin, start), *inside]) else None


def _find(text: bytes, low: int, high: int) -> int | None:
    """Where the first marker between the two ends."""
    match = _MARKER.search(text, low, high + 1)  # one more, so that a word that goes on is seen to
    return match.end() if match and match.end() <= high else None


def _line_begin(text: bytes, at: int) -> int:
    low = max(0, at - NEAR - len(_WORD))
    return max(low, text.rfind(b"\n", low, at) + 1, text.rfind(b"\r", low, at) + 1)


def _line_end(text: bytes, at: int) -> int:
    high = min(len(text), at + NEAR + len(_WORD))
    newline = text.find(b"\n", at, high)
    high = newline if newline >= 0 else high
    carriage = text.find(b"\r", at, high)
    return carriage if carriage >= 0 else high


def _breaks(text: bytes, at: int) -> bool:
    return text[at : at + 1] in {b"\n", b"\r"}


class _Covered:
    """The bytes of a text that belong to a value."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def meet(self, start: int, end: int) -> bool:
        """Whether a value has a byte between `start` and `end`."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reach[before - 1] > start


def _reason(text: bytes, at: int, covered: _Covered, touches: Touches) -> str:
    """What is said from `at` to the end of the comment or the line; nothing where a value is in it, or may be."""
    raw = text[at : min(_line_end(text, at), at + _READ)]
    closing = _COMMENT_END.search(raw)
    raw = raw[: closing.start()] if closing else raw
    words = " ".join(raw.decode("utf-8", "replace").split())
    said = _LEADING.sub("", "".join(character for character in words if character.isprintable()))
    if covered.meet(at, at + len(raw)) or touches(raw) or touches(said.encode()):
        return ""
    return said[:LONGEST].rstrip()


def _spellings(place: Place) -> set[bytes]:
    """A value as it is read, and as it is written, within the innermost text and in the one that people see."""
    outer, found = place
    inner = found.layers[-1]
    written = (layer.text[layer.start : min(layer.end, layer.start + _WHOLE)] for layer in (outer, inner))
    return {found.reading.secret.reveal()[:_WHOLE], *written}


def _quoting(reasons: Collection[str], spellings: Iterable[bytes]) -> set[str]:
    """The reasons that hold a value, or eight bytes in a row of one; case does not matter."""
    if not reasons:
        return set()
    holders: dict[bytes, set[str]] = {}
    for reason in reasons:
        for piece in _pieces(reason.encode().lower(), _PIECE):
            holders.setdefault(piece, set()).add(reason)
    quoting: set[str] = set()
    short: set[bytes] = set()
    for spelling in spellings:
        if len(spelling) < _PIECE:
            short.add(spelling.lower())
        for piece in _pieces(spelling.lower(), _PIECE):
            quoting.update(holders.get(piece, ()))
    for reason in reasons:
        octets = reason.encode().lower()
        if any(piece in short for size in range(1, _PIECE) for piece in _pieces(octets, size)):
            quoting.add(reason)
    return quoting


def _pieces(octets: bytes, size: int) -> Iterator[bytes]:
    return (octets[at : at + size] for at in range(len(octets) - size + 1))
