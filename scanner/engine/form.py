"""One thing that Hyperscan searches, and what has to be undone where it is met.

The number that Hyperscan reports with a match tells all that has to be known of the form, so that a compiled database from disk
needs no table beside it.
"""

from __future__ import annotations

from base64 import b64encode
from enum import IntEnum

from scanner.records import dataclass

NEEDLE = 4
"""Bytes of the shortest literal that is searched in encoded forms, and of the shortest form: random base64 holds four given characters
once in 16 million places."""
WIDEST = 336
"""Bytes that no match of a form exceeds. Anchors have fewer, with what must stand around them; where a value is cut off may be further away."""
DECIMAL = 1
"""The detail of forms of lists whose numbers are decimal; hexadecimal ones have 0."""
_QUOTED = tuple(b"%c" % byte if bytes((byte,)).isalnum() else b"\\x%02x" % byte for byte in range(256))


class Via(IntEnum):
    """What has to be undone to read what a form points at."""

    PLAIN = 0
    BASE64 = 1
    HEX = 2
    HEX_LIST = 3
    UTF_16LE = 4
    UTF_16BE = 5
    BACKSLASH = 6
    PERCENT = 7
    ENTITY = 8
    UTF_32 = 9
    PACKED = 10
    JOINED = 11
    QUOTED = 12


@dataclass(frozen=True, slots=True, order=True)
class Form:
    """One expression of the database."""

    via: Via
    detail: int
    """The detector's index for plain forms; for base64 the place of the first character in its group of four; for compressed streams 1 if
    they are in base64; for lists 1 if they are decimal."""
    length: int
    """Bytes at the end of every match that the form is about; 0 where they are not to be told, or it is about what follows."""
    expression: bytes
    """In Hyperscan's syntax."""
    caseless: bool = False

    def number(self, serial: int) -> int:
        """What Hyperscan reports for this form. With numbers that encoded forms share, it takes minutes to compile: hence `serial`."""
        if self.via is Via.PLAIN:
            return self.detail << 10 | self.length
        return self.via << 28 | self.detail << 26 | self.length << 20 | serial


def unpack(number: int) -> tuple[int, int, int]:
    """`Via`, detail and length from a form's number."""
    if number < 1 << 28:
        return Via.PLAIN, number >> 10, number & 0x3FF
    return number >> 28, number >> 26 & 3, number >> 20 & 0x3F


def coded(via: Via, literal: bytes, offset: int = 0, *, caseless: bool = False) -> Form:
    """The form for exactly these bytes."""
    return Form(via, offset, len(literal), quoted(literal), caseless)


def quoted(literal: bytes) -> bytes:
    """An expression for exactly these bytes."""
    return b"".join(_QUOTED[byte] for byte in literal)


def needles(literal: bytes) -> tuple[tuple[bytes, int], ...]:
    """What base64 of a text that contains `literal` must contain, whatever stands around it.

    One string for each alignment, with the place of its first character in its group of four; none that is shorter than `NEEDLE`. With
    `n` bytes before the literal in its group of three, it alone determines the characters from 8·n/6, rounded up, to 8·(n+length)/6,
    rounded down (RFC 4648, section 4).
    """
    result = []
    for before in range(3):
        encoded = b64encode(bytes(before) + literal)
        first = -(-8 * before // 6)
        needle = encoded[first : 8 * (before + len(literal)) // 6]
        if len(needle) >= NEEDLE:
            result.append((needle, first % 4))
    return tuple(result)
