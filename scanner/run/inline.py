"""Markers that allow a value in place: `keytrail:allow`, then a reason for people, on the line of the value; and those of other scanners.

A marker counts for what stands on its line (`inline_markers`), at most `NEAR` bytes away from it, so that one somewhere in a minified file
does not speak for all of it. Its reason is printed in reports, and is therefore dropped where anything of a value could be in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from scanner.engine import Found, Layer
from scanner.run.inline_markers import NEAR, OURS, Marker, Markers, line_end, may_hold

__all__ = ["LONGEST", "NEAR", "UNSAID", "allowances"]

LONGEST = 120
"""Characters of a reason that are kept."""
UNSAID = "allowed in place"
"""The reason where none was given, or none can be shown."""

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


def allowances(places: Sequence[Place], touches: Touches, *, said: bool = True) -> tuple[str | None, ...]:
    """For each value the reason for which it is allowed where it stands; None where nothing says so.

    A marker that is not our own is named in it. Not `said` is where not all values of a text are at hand: then no marker's own words are shown.
    """
    texts: dict[int, list[int]] = {}
    for number, (layer, _) in enumerate(places):
        texts.setdefault(id(layer.text), []).append(number)
    allowed: dict[int, str | None] = {}
    for numbers in texts.values():
        allowed.update(zip(numbers, _in_text([places[number] for number in numbers], touches, said=said), strict=True))
    return tuple(allowed[number] for number in range(len(places)))


def _in_text(places: Sequence[Place], touches: Touches, *, said: bool) -> Iterable[str | None]:
    """The answers for values that all stand in one text."""
    text = places[0][0].text
    if not may_hold(text):
        return [None] * len(places)
    there = Markers(text)
    markers = [there.of(layer.start, layer.end) for layer, _ in places]
    shown = _reasons(places, [marker for marker in markers if marker], touches) if said else {}
    return [None if marker is None else _told(marker, shown) for marker in markers]


def _told(marker: Marker, shown: Mapping[int, str]) -> str:
    reason = UNSAID if marker.reason is None else shown.get(marker.reason, UNSAID)
    return reason if marker.name == OURS else f"{reason} ({marker.name})"


def _reasons(places: Sequence[Place], markers: Iterable[Marker], touches: Touches) -> dict[int, str]:
    """What the markers say that can be shown, by where it begins."""
    text = places[0][0].text
    covered = _Covered((layer.start, layer.end) for layer, _ in places)
    reasons: dict[int, str] = {}
    different: set[str] = set()
    for at in dict.fromkeys(marker.reason for marker in markers if marker.reason is not None):
        reason = _reason(text, at, covered, touches)
        if reason and len(different) < _REASONS:
            different.add(reason)
        reasons[at] = reason if reason in different else ""
    quoting = _quoting(different, (spelling for place in places for spelling in _spellings(place)))
    return {at: reason for at, reason in reasons.items() if reason and reason not in quoting}


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
    raw = text[at : min(line_end(text, at), at + _READ)]
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
