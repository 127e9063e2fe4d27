"""From the anchors of detectors to what Hyperscan searches: expressions for plain text, literals for every encoded form.

An encoded form of a literal is a literal again, so thousands of them cost a scan little: with 120 anchors it ran at about 3 GB/s for the
plain ones alone, and above 1 GB/s with 30,000 encoded forms beside them. What a literal cannot leave open (a line break inside it,
another spelling of a `/`) is one more literal.

The number that Hyperscan reports with a match tells all that has to be known of the form, so that a compiled database from disk
needs no table beside it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from scanner.contract import Anchor, Detector

NEEDLE = 4
"""Bytes of the shortest literal that is searched in encoded forms, and of the shortest form: random base64 holds four given characters
once in 16 million places."""
_HALVED = 10
"""Characters from which on a needle is searched as two halves instead of whole: a line break can spoil only one of them."""
_LONGEST = 16
"""Characters of a form that are searched; more would not make it more selective."""
_SPELLED_OUT = 5
"""Characters of a literal that are searched where each of them is escaped."""
_HEX_BYTES = 8
"""Bytes of a literal that are searched in hexadecimal."""

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_LINE_BREAKS = (b"\n", b"\r\n", b"\\n")
"""How a line of base64 ends, in files and in JSON strings."""
_INDENT = b"  "
"""How the next line begins in YAML."""
_PART = 3
"""Characters of a needle that tell enough when they stand at the end of a line, or after an indentation."""
_QUOTED = tuple(b"%c" % byte if bytes((byte,)).isalnum() else b"\\x%02x" % byte for byte in range(256))
_KEPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
"""What encoders of text leave as it is unless they have a reason of their own."""
_NAMED = {ord('"'): b"quot", ord("&"): b"amp", ord("'"): b"apos", ord("<"): b"lt", ord(">"): b"gt"}


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


@dataclass(frozen=True, slots=True, order=True)
class Form:
    """One expression of the database."""

    via: Via
    detail: int
    """The detector's index for plain forms; for base64 the place of the first character in its group of four."""
    length: int
    """Bytes of every match; 0 where matches have several lengths."""
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


def forms(detectors: Sequence[Detector]) -> Iterator[Form]:
    """All that is searched for these detectors, in an order that depends on them alone."""
    anchors = [(index, anchor) for index, detector in enumerate(detectors) for anchor in detector.anchors]
    yield from (plain(anchor, index) for index, anchor in anchors)
    literals = {literal for _, anchor in anchors if anchor.encoded for literal in _cases(anchor)}
    yield from sorted({form for literal in literals for form in _encoded(literal)})


def plain(anchor: Anchor, index: int) -> Form:
    """The anchor as detector number `index` wants it in plain text."""
    literal = quoted(anchor.literal)
    if not anchor.before and not anchor.then:
        return Form(Via.PLAIN, index, len(anchor.literal), literal, anchor.caseless)
    return Form(Via.PLAIN, index, 0, b"(?:%b)%b(?:%b)" % (anchor.before, literal, anchor.then), anchor.caseless)


def quoted(literal: bytes) -> bytes:
    """An expression for exactly these bytes."""
    return b"".join(_QUOTED[byte] for byte in literal)


def needles(literal: bytes) -> tuple[tuple[bytes, int], ...]:
    """What base64 of a text that contains `literal` must contain, whatever stands around it.

    One string for each alignment, with the place of its first character in its group of four; none that is shorter than `NEEDLE`. With `n` bytes before the literal in its group of three, it alone determines the characters from 8·n/6, rounded up, to
    8·(n+length)/6, rounded down (RFC 4648, section 4).
    """
    result = []
    for before in range(3):
        encoded = b64encode(bytes(before) + literal)
        first = -(-8 * before // 6)
        needle = encoded[first : 8 * (before + len(literal)) // 6]
        if len(needle) >= NEEDLE:
            result.append((needle, first % 4))
    return tuple(result)


def _cases(anchor: Anchor) -> Iterable[bytes]:
    """The literal as it is searched in encoded forms, where no flag can make it caseless."""
    literal = anchor.literal
    if len(literal) < NEEDLE:
        return ()
    return {literal, literal.lower(), literal.upper(), literal.title()} if anchor.caseless else (literal,)


def _encoded(literal: bytes) -> Iterator[Form]:
    """The forms of `literal` under one, two and three encodings. Base64 may surround anything; hexadecimal and UTF-16 occur once."""
    base64, wide, digits = _base64(literal), _wide(literal, 0), literal[:_HEX_BYTES].hex().encode()
    base64_twice = tuple(text for needle in base64 for text in _base64(needle))
    around_base64 = tuple(text for needle in base64 for text in (_wide(needle, 0), needle[:_HEX_BYTES].hex().encode()))
    escaped = tuple(_escaped_once(literal))
    once = (wide, _wide(literal, 1), digits, digits.upper(), *escaped)
    twice = (*base64_twice, *around_base64, *_base64(digits), *_base64(wide))
    for text in (literal, *base64):
        yield from _wrapped(text)
        yield _coded(Via.UTF_16LE, _wide(text[: _LONGEST // 2], 0))
        yield _coded(Via.UTF_16BE, _wide(text[: _LONGEST // 2], 1))
    for text in (*once, *twice):
        yield from (_coded(Via.BASE64, line[:_LONGEST], offset) for line, offset in _spelled(text))
    for text in (literal, wide, *escaped, *base64, *base64_twice):
        yield from _in_hex(text[:_HEX_BYTES])
    yield from _in_hex_list(literal[:_HEX_BYTES])
    yield from _escaped_whole(literal[:_SPELLED_OUT])
    for byte in _signs(literal):
        yield from _escaped(literal, byte)


def _signs(literal: bytes) -> list[int]:
    """The bytes of a literal that encoders of text may escape."""
    return [byte for byte in sorted(set(literal)) if not bytes((byte,)).isalnum()]


def _escaped_once(literal: bytes) -> Iterator[bytes]:
    """The literal with one of its signs escaped as JSON, URLs and XML do it, for what is encoded afterwards."""
    for byte in _signs(literal):
        head, tail = _beside(literal, byte)
        for escape in (b"\\u%04x" % byte, b"%%%02X" % byte, b"&#%d;" % byte):
            yield (head[-_HEX_BYTES:] + escape + tail)[: 2 * _HEX_BYTES]


def _coded(via: Via, literal: bytes, offset: int = 0, *, caseless: bool = False) -> Form:
    return Form(via, offset, len(literal), quoted(literal), caseless)


def _base64(literal: bytes) -> tuple[bytes, ...]:
    return tuple(needle for needle, _ in needles(literal))


def _wide(literal: bytes, low: int) -> bytes:
    """`literal` in UTF-16, the low byte of each unit at place `low` of it."""
    wide = bytearray(2 * len(literal))
    wide[low::2] = literal
    return bytes(wide)


def _wrapped(literal: bytes) -> Iterator[Form]:
    """Base64 of `literal` where a line may end at any place."""
    for line, offset in _spelled(literal):
        if len(line) >= _HALVED:
            half = min(len(line) // 2, _LONGEST)
            yield _coded(Via.BASE64, line[:half], offset)
            yield _coded(Via.BASE64, line[half : half + _LONGEST], (offset + half) % 4)
            continue
        yield _coded(Via.BASE64, line, offset)
        for at in range(1, len(line)):
            yield from _broken(line[:at], line[at:], offset)


def _broken(head: bytes, tail: bytes, offset: int) -> Iterator[Form]:
    """A needle that a line break divides, as far as it tells enough.

    What follows an indentation is searched without what precedes it: literals with many blanks inside slow Hyperscan down.
    """
    for line_break in _LINE_BREAKS:
        yield _coded(Via.BASE64, head + line_break + (b"" if len(head) >= _PART else tail), offset)
    if len(head) < _PART <= len(tail):
        yield Form(Via.BASE64, (offset + len(head)) % 4, len(tail), quoted(_INDENT + tail))
    elif len(head) < _PART:
        yield _coded(Via.BASE64, head + b"\n" + _INDENT, offset)


def _spelled(text: bytes) -> Iterator[tuple[bytes, int]]:
    """The needles of `text` in both alphabets, and as JSON and URLs spell `+` and `/`."""
    for needle, offset in needles(text):
        pairs = ((b"+", b"/"), (b"-", b"_"), (b"+", b"\\/"), (b"\\u002b", b"/"), (b"\\u002B", b"/"), (b"%2B", b"%2F"), (b"%2b", b"%2f"))
        for line in {needle.replace(b"+", plus).replace(b"/", slash) for plus, slash in pairs}:
            yield line, offset


def _in_hex(text: bytes) -> Iterator[Form]:
    """Hexadecimal of `text` in one piece, where a line may end at any place."""
    digits = text.hex().encode()
    if len(digits) < 2 * _HEX_BYTES:
        pieces = [digits, *(digits[:at] + b"\n" + digits[at:] for at in range(2, len(digits), 2))]
    else:
        pieces = [digits[:_HEX_BYTES], digits[_HEX_BYTES:]]
    return (form for piece in pieces for form in _any_case(Via.HEX, piece))


def _in_hex_list(text: bytes) -> Iterator[Form]:
    """Hexadecimal of `text` with something between the bytes: blanks, colons, prefixes, or the pairs of `xxd`."""
    pairs = [b"%02x" % byte for byte in text]
    for before, between in ((b"", b" "), (b"", b":"), (b"", b"-"), (b"\\x", b""), (b"0x", b", "), (b"0x", b","), (b"0x", b" ")):
        yield from _any_case(Via.HEX_LIST, between.join(before + pair for pair in pairs))
    for first in (0, 1):
        groups = b"".join(pair + b" " * ((place + first) % 2) for place, pair in enumerate(pairs))
        yield from _any_case(Via.HEX_LIST, groups.rstrip())


def _escaped_whole(text: bytes) -> Iterator[Form]:
    """`text` with every character escaped, as encoders do that trust none."""
    for via, before in ((Via.PERCENT, b"%"), (Via.BACKSLASH, b"\\u00"), (Via.BACKSLASH, b"\\\\u00")):
        yield from _any_case(via, b"".join(before + b"%02x" % byte for byte in text), keep=before)


def _any_case(via: Via, digits: bytes, *, keep: bytes = b"") -> Iterator[Form]:
    """Lower and upper case as two literals: thousands of caseless ones take Hyperscan a minute to compile. `keep` has no case."""
    upper = digits.upper().replace(b"X", b"x").replace(keep.upper(), keep)
    yield from (_coded(via, spelling) for spelling in {digits, upper})


def _escaped(literal: bytes, byte: int) -> Iterator[Form]:
    """The literal where every `byte` is escaped: one of them with what stands beside it, if that is enough to be selective."""
    head, tail = _beside(literal, byte)
    if len(head) + len(tail) < NEEDLE - 1:
        return
    for via, spelling in _escapes(byte):
        yield _coded(via, head[-_LONGEST:] + spelling + tail[:_LONGEST], caseless=True)


def _beside(literal: bytes, byte: int) -> tuple[bytes, bytes]:
    """What stands around a `byte` in `literal` and is not escaped itself, at the place where that is most."""
    parts = literal.split(bytes((byte,)))
    sides = []
    for left, right in pairwise(parts):
        first = next((n for n in range(len(left), 0, -1) if left[n - 1] not in _KEPT), 0)
        last = next((n for n, other in enumerate(right) if other not in _KEPT), len(right))
        sides.append((left[first:], right[:last]))
    return max(sides, key=lambda side: len(side[0]) + len(side[1]))


def _escapes(byte: int) -> Iterator[tuple[Via, bytes]]:
    """How a byte is escaped, once and twice."""
    for backslashes in (b"\\", b"\\\\", b"\\\\\\\\"):
        yield Via.BACKSLASH, backslashes + b"u%04x" % byte
        yield Via.BACKSLASH, backslashes + b"x%02x" % byte
        yield Via.BACKSLASH, backslashes + bytes((byte,))
    yield Via.PERCENT, b"%%%02x" % byte
    yield Via.PERCENT, b"%%25%02x" % byte
    if byte == ord(" "):
        yield Via.PERCENT, b"+"
    entities = [b"#%d" % byte, b"#x%x" % byte, b"#%03d" % byte]
    entities += [_NAMED[byte]] if byte in _NAMED else []
    for entity in entities:
        yield Via.ENTITY, b"&%b;" % entity
        yield Via.ENTITY, b"&amp;%b;" % entity
