"""DER (ITU-T X.690), as much as keys need: a reader that never raises and a writer.

Nothing here recurses. A reader takes what is whole and ends where the bytes stop making sense, so that the public numbers at the front
of a cut-off key can still be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from scanner.records import dataclass, field

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, SEQUENCE = 0x02, 0x03, 0x04, 0x05, 0x06, 0x30
LONG_FORM = 0x80
"""From here on, the length octet says how many octets hold the length; 0x80 itself is the indefinite length of BER."""
LONGEST_LENGTH = 4
"""Octets of a length that are believed."""
LONGEST_NUMBER = 2064
"""Octets of the longest INTEGER that is read: 16384 bits, a sign octet and some slack."""
MOST_MEMBERS = 16
"""Members of a SEQUENCE that are looked at; no key or certificate puts what we need further back."""


@dataclass(frozen=True, slots=True)
class Element:
    """One tag, length and content. `whole` is false where the data ended before the content did."""

    tag: int
    content: bytes = field(repr=False)
    whole: bool


def elements(data: bytes) -> Iterator[Element]:
    """The elements that `data` is a row of, up to the first malformed one; the last one may be cut off."""
    at = 0
    while at + 2 <= len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length >= LONG_FORM:
            octets = length - LONG_FORM
            if not 1 <= octets <= LONGEST_LENGTH or at + octets > len(data):
                return
            length, at = int.from_bytes(data[at : at + octets], "big"), at + octets
        content = data[at : at + length]
        at += length
        yield Element(tag, content, whole=len(content) == length)


def row(data: bytes) -> tuple[Element, ...]:
    """The first elements of `data`, no more than anything here needs."""
    return tuple(islice(elements(data), MOST_MEMBERS))


def members(data: bytes) -> tuple[Element, ...]:
    """The first members of the SEQUENCE that `data` begins with; empty where it begins with something else."""
    outer = next(elements(data), None)
    if outer is None or outer.tag != SEQUENCE:
        return ()
    return row(outer.content)


def number(element: Element) -> int | None:
    """The value of a whole INTEGER. Read as unsigned, because broken encoders forget the leading zero and no key has negative numbers."""
    if element.tag != INTEGER or not element.whole or len(element.content) > LONGEST_NUMBER:
        return None
    return int.from_bytes(element.content, "big")


def numbers(front: tuple[Element, ...]) -> tuple[int, ...]:
    """The values of the INTEGERs at the front."""
    found = []
    for element in front:
        value = number(element)
        if value is None:
            break
        found.append(value)
    return tuple(found)


def bits(element: Element) -> bytes | None:
    """The octets of a whole BIT STRING without unused bits."""
    if not element.whole or element.content[:1] != b"\0":
        return None
    return element.content[1:]


def encode(tag: int, *parts: bytes) -> bytes:
    """The element with that tag, and the parts one after the other as its content."""
    content = b"".join(parts)
    if len(content) < LONG_FORM:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, LONG_FORM + len(length))) + length + content


def encode_number(value: int) -> bytes:
    """The INTEGER of a non-negative number."""
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def encode_bits(octets: bytes) -> bytes:
    """The BIT STRING of whole octets."""
    return encode(BIT_STRING, b"\0", octets)


def oid(dotted: str) -> bytes:
    """The content octets of an object identifier."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    return b"".join(_base128(arc) for arc in (40 * first + second, *rest))


def _base128(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))
