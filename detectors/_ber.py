"""As much of BER (ITU-T X.690, section 8) as key stores need: also lengths that are left open, and strings in pieces.

Everything is read in place, nothing recurses, and a reader takes no more steps than it was given: a text cannot cost more than its
length, however it is built.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.records import dataclass, field

INTEGER, OCTET_STRING, OID, SEQUENCE, SET, BMP_STRING = 0x02, 0x04, 0x06, 0x30, 0x31, 0x1E
EXPLICIT = 0xA0
"""Tag of what stands around an option."""
IN_PIECES = 0x24
"""Tag of an octet string whose pieces follow one after the other."""
_CONSTRUCTED, _LONG_TAG = 0x20, 0x1F
_OPEN = 0x80
"""The length that says: up to the next two zero bytes of this level. Greater ones say how many octets hold the length."""
_MOST_LENGTH_OCTETS = 4
_JOINED_A_STEP = 64
"""Bytes of a string in pieces that are copied for one step."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value and where it is."""

    tag: int
    start: int
    """Where its header begins."""
    body: int
    end: int
    """Span of its content, as far as that is there."""
    after: int
    """Where the next value begins."""
    whole: bool


@dataclass(frozen=True, slots=True)
class Octets:
    """The content of an octet string: a span of some bytes."""

    data: bytes = field(repr=False)
    start: int
    end: int
    whole: bool


class Reader:
    """Reads values, until its steps are used up: then there is nothing more to read."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def part(self, data: bytes, at: int, limit: int) -> Part | None:
        """The value at `at`, which ends before `limit`; None where there is no header of one. What was cut off is not whole."""
        self._left -= 1
        if at + 2 > limit or self._left < 0 or data[at] & _LONG_TAG == _LONG_TAG:
            return None
        tag, first, body = data[at], data[at + 1], at + 2
        if first == _OPEN:
            return self._open(data, at, limit) if tag & _CONSTRUCTED else None
        if first > _OPEN:
            octets = first - _OPEN
            if octets > _MOST_LENGTH_OCTETS or body + octets > limit:
                return None
            first, body = int.from_bytes(data[body : body + octets], "big"), body + octets
        end = min(body + first, limit)
        return Part(tag, at, body, end, end, whole=body + first <= limit)

    def parts(self, data: bytes, start: int, end: int) -> Iterator[Part]:
        """The values that follow one another in a span, up to the first that is cut off (which is the last then) or malformed."""
        at = start
        while (found := self.part(data, at, end)) is not None:
            yield found
            if not found.whole:
                return
            at = found.after

    def inside(self, data: bytes, parent: Part | None, tag: int = SEQUENCE) -> tuple[Part, ...]:
        """The values in `parent`; none where it is no value with that tag."""
        return tuple(self.parts(data, parent.body, parent.end)) if parent is not None and parent.tag == tag else ()

    def only(self, data: bytes, parent: Part | None, tag: int = EXPLICIT) -> Part | None:
        """The first value in `parent`; None where that is no value with that tag, or empty."""
        return self.part(data, parent.body, parent.end) if parent is not None and parent.tag == tag else None

    def octets(self, data: bytes, found: Part | None) -> Octets | None:
        """The content of an octet string, put together where it comes in pieces; None where `found` is none."""
        if found is None or found.tag not in {OCTET_STRING, IN_PIECES}:
            return None
        if found.tag == OCTET_STRING:
            return Octets(data, found.body, found.end, found.whole)
        pieces = self.inside(data, found, IN_PIECES)
        joined = b"".join(data[piece.body : piece.end] for piece in pieces if piece.tag == OCTET_STRING)
        self._left -= len(joined) // _JOINED_A_STEP
        return Octets(joined, 0, len(joined), found.whole and all(piece.whole for piece in pieces))

    def _open(self, data: bytes, at: int, limit: int) -> Part:
        """The value at `at`, whose end is marked and not announced."""
        tag, body, depth = data[at], at + 2, 1
        at = body
        while at + 2 <= limit and self._left > 0:
            self._left -= 1
            opens, closes = data[at + 1] == _OPEN, data[at : at + 2] == b"\0\0"
            depth += opens - closes
            if depth == 0:
                return Part(tag, body - 2, body, at, at + 2, whole=True)
            found = None if opens or closes else self.part(data, at, limit)
            if not (opens or closes or (found is not None and found.whole)):
                break
            at = found.after if found is not None else at + 2
        return Part(tag, body - 2, body, limit, limit, whole=False)
