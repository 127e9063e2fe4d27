"""What is encoded around a form of an anchor, undone: base64 (RFC 4648), hexadecimal in several dresses, UTF-16."""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Callable
from typing import NamedTuple

from scanner.contract import Rx, rx
from scanner.engine.dumps import dumped
from scanner.engine.form import DECIMAL, Via
from scanner.engine.spans import Characters, Locate, Pieces, Run
from scanner.engine.strands import Strand
from scanner.records import dataclass

_PAIRED = rx(r"[!-9;-~]{1,4096}+ : (?: [!-~] | [\x00\s]{0,2} \Z ) | : [!-~]")
"""A user, which has no colon (RFC 7617, section 2), and a password; a token may be either, with nothing in the other's place."""
_LOGIN_WIDTH = 64
_LOGIN = rx(r"""
    (?: (?<![0-9A-Za-z]) (?i: basic ) (?: [ \t]{1,4} | %20 | \+ ) \\{0,8} ["']?
      | (?: (?P<docker> (?<![0-9A-Za-z_.-]) auth ) | (?i: _auth | npm_?auth_?ident ) ) \\{0,8} ["']? \s{0,16} [:=] \s{0,16} \\{0,8} ["']? ) \Z
""")
"""Where a pair stands in base64: the header of HTTP's basic authentication, the keys of npm and Yarn, the files of Docker."""


@dataclass(frozen=True, slots=True)
class _List:
    """How bytes are listed."""

    unit: Rx
    separators: bytes
    """Everything that such a list is written with."""
    base: int = 16


_DIGITS = b"0123456789abcdefABCDEFxX\\ ,:-\t\r\n"
_ESCAPES = _List(rx(r"\\{1,8} x ([0-9A-Fa-f]{2})"), _DIGITS + b"\"'`+.&")
_NUMBERS = _List(rx(r"(?: \(byte\)[ ]? )? 0[xX] ([0-9A-Fa-f]{1,2}) (?![0-9A-Fa-f])"), _DIGITS + b"(byte)uU")
_PAIRS = _List(rx(r"(?<![0-9A-Za-z]) ([0-9A-Fa-f]{2}) (?![0-9A-Za-z])"), _DIGITS)
_DECIMALS = _List(rx(r"(?<![0-9A-Za-z.]) (-?[0-9]{1,3}) (?![0-9A-Za-z.])"), b"0123456789, -\t\r\n", 10)
_CAST = 8
"""Bytes that may stand before the `0x` of a number."""

_LATIN = b"\t\n\r" + bytes(range(0x20, 0x7F))
_WIDE = {
    Via.UTF_16LE: (("utf-16le", "utf-16-le", 2, 0), ("utf-16be", "utf-16-be", 2, 1)),
    Via.UTF_32: (("utf-32", "utf-32-le", 4, 0), ("utf-32", "utf-32-be", 4, 3)),
}
"""The two byte orders of wide characters: step, codec, bytes of a unit, and the place of the low byte in it."""
_UNITS = {
    "utf-16-le": re.compile(rb"(?:[\t\n\r -~]\0){1,4096}"),
    "utf-16-be": re.compile(rb"(?:\0[\t\n\r -~]){1,4096}"),
    "utf-32-le": re.compile(rb"(?:[\t\n\r -~]\0\0\0){1,4096}"),
    "utf-32-be": re.compile(rb"(?:\0\0\0[\t\n\r -~]){1,4096}"),
}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le", 4),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be", 4),
    (codecs.BOM_UTF16_LE, "utf-16le", "utf-16-le", 1),
    (codecs.BOM_UTF16_BE, "utf-16be", "utf-16-be", 1),
)
"""Byte order marks (Unicode, section 23.8) and what a text with them must be a multiple of; the longer first, since one begins another."""
_MARKS_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD = 512
"""Bytes of a text without a mark that tell whether it is UTF-16."""
_LEAST_WIDE = 8
_WIDEST = (("utf-32-le", 0), ("utf-32-be", 3))


def from_base64(strand: Strand, skip: int) -> Run:
    """The strand decoded from its character number `skip` on."""
    characters = strand.characters[skip:]
    whole = len(characters) - (len(characters) % 4 == 1)
    safe = (b"-" in characters or b"_" in characters) and b"+" not in characters and b"/" not in characters
    standard = characters[:whole].replace(b"-", b"+").replace(b"_", b"/")
    decoded = binascii.a2b_base64(standard + b"=" * (-whole % 4))
    trace = _tracer(strand, lambda n: skip + n * 4 // 3, lambda n: skip - (-n * 4 // 3))
    login = None if skip else _login(strand.text, strand.start, decoded)
    return Run(strand.start, strand.end, login or ("base64url" if safe else "base64"), decoded, trace)


def _login(text: bytes, start: int, decoded: bytes) -> str | None:
    """The name of base64 that holds a user and a password, and stands where a protocol or Docker wants such a pair."""
    if not _PAIRED.match(decoded):
        return None
    place = _LOGIN.search(text, max(0, start - _LOGIN_WIDTH), start)
    return None if place is None else "docker-auth" if place["docker"] else "basic-auth"


def from_hex(strand: Strand, skip: int) -> Run:
    """The strand decoded from its digit number `skip` on."""
    digits = strand.characters[skip:]
    decoded = binascii.unhexlify(digits[: len(digits) & ~1])
    return Run(strand.start, strand.end, "hex", decoded, _tracer(strand, lambda n: skip + 2 * n, lambda n: skip + 2 * n))


def from_list(text: bytes, at: int, floor: int, detail: int) -> Run:
    """The list of bytes around `at`, or the dump, decoded; `detail` is that of the form."""
    dump = dumped(text, at, floor)
    if dump is not None:
        return Run(dump.lines[0][0], dump.lines[-1][1], dump.step, dump.said, lambda: Pieces(dump.pieces()).locate)
    listed = _DECIMALS if detail == DECIMAL else _listed(text, at)
    start, end = _leftwards(text, at, listed.separators, floor), _rightwards(text, at, listed.separators)
    said = bytes(int(match[1], listed.base) & 0xFF for match in listed.unit.finditer(text, start, end))
    pieces = ((*match.span(), 1) for match in listed.unit.finditer(text, start, end))
    return Run(start, end, "decimal" if listed is _DECIMALS else "hex", said, lambda: Pieces(pieces).locate)


def _listed(text: bytes, at: int) -> _List:
    if text.startswith(b"\\", at):
        return _ESCAPES
    return _NUMBERS if b"0x" in text[at : at + _CAST + 2].lower() else _PAIRS


def from_wide(text: bytes, at: int, via: Via, floor: int) -> Run:
    """The longest stretch of ASCII in UTF-16 or UTF-32 around `at`.

    Such a stretch nearly always reads in either byte order, a little apart: the longer one is meant, or else little-endian.
    """
    low = at + 1 if via is Via.UTF_16BE else at
    little, big = _WIDE[Via.UTF_32 if via is Via.UTF_32 else Via.UTF_16LE]
    first, second = _stretch(text, low, little, floor), _stretch(text, max(floor, low - big[3]), big, floor)
    (start, end), order = (first, little) if first[1] - first[0] >= second[1] - second[0] else (second, big)
    return _decoded(text, start, end, order[0], order[1])


class Wide(NamedTuple):
    """The encoding of a whole text in wide characters."""

    begin: int
    """Where the first character stands: behind a byte order mark."""
    step: str
    codec: str

    def run(self, text: bytes) -> Run:
        """All of `text`, read so. What is no character is replaced."""
        return _decoded(text, self.begin, len(text), self.step, self.codec)


def whole_wide(text: bytes) -> Run | None:
    """The whole text where it is UTF-16 or UTF-32."""
    wide = wide_of(text)
    return None if wide is None else wide.run(text)


def wide_of(text: bytes) -> Wide | None:
    """How a text is written that is UTF-16 or UTF-32: it has a byte order mark, or it begins with Latin letters in one of them."""
    if b"\0" not in text[:_HEAD] and text[:2] not in _MARKS_16:
        return None
    for mark, step, codec, unit in _MARKS:
        if text.startswith(mark) and len(text) % unit == 0:
            return Wide(len(mark), step, codec)
    head = text[:_HEAD]
    for codec, low in _WIDEST:
        if len(head) >= 2 * _LEAST_WIDE and not any(any(head[place::4]) for place in range(4) if place != low) and all(head[low::4]):
            return Wide(0, "utf-32", codec)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) < _LEAST_WIDE or min(even, odd) or max(even, odd) * 8 < len(head) * 3:
        return None
    if head[0 if even else 1]:
        return None
    step = "utf-16le" if odd else "utf-16be"
    return Wide(0, step, step)


def _decoded(text: bytes, start: int, end: int, step: str, codec: str) -> Run:
    characters = text[start:end].decode(codec, "replace")
    return Run(start, end, step, characters.encode(), lambda: Characters(characters, codec, start).locate)


def _stretch(text: bytes, at: int, order: tuple[str, str, int, int], floor: int) -> tuple[int, int]:
    """Where the wide units around the one at `at` begin and end."""
    _, codec, width, low = order
    end = at
    while (match := _UNITS[codec].match(text, end)) is not None:
        end = match.end()
    size = 64
    while at - floor >= width:
        block = text[max(floor + (at - floor) % width, at - size) : at]
        lows = block[low::width]
        kept = [len(lows) - len(lows.rstrip(_LATIN))]
        for place in range(width):
            if place != low:
                highs = block[place::width]
                kept.append(len(highs) - len(highs.rstrip(b"\0")))
        units = min(kept)
        at -= width * units
        if units < len(lows):
            break
        size *= 2
    return at, end


def _leftwards(text: bytes, at: int, letters: bytes, floor: int) -> int:
    size = 64
    while at > floor:
        block = text[max(floor, at - size) : at]
        kept = len(block.rstrip(letters))
        at -= len(block) - kept
        if kept:
            break
        size *= 2
    return at


def _rightwards(text: bytes, at: int, letters: bytes) -> int:
    size = 64
    while at < len(text):
        block = text[at : at + size]
        kept = len(block.lstrip(letters))
        at += len(block) - kept
        if kept:
            break
        size *= 2
    return at


def _tracer(strand: Strand, first: Callable[[int], int], last: Callable[[int], int]) -> Callable[[], Locate]:
    """The way back where the n-th byte begins at the strand's character `first(n)`, and what comes before it ends at `last(n)`."""
    return lambda: lambda start, end: strand.pieces.locate(first(start), last(end))
