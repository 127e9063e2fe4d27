"""Writers of encodings that know where they put every byte: slow, obvious, and the work of nobody in `scanner`.

A writer turns a text into a longer one and says, for each byte of the text, which bytes of the longer one it became. So a test knows the
exact span of a value under any chain of them.
"""

from __future__ import annotations

import base64 as library
import codecs
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer wrote."""

    text: bytes
    places: tuple[Span, ...]
    """For each byte of what was written, where it went."""

    def span(self, start: int, end: int) -> Span:
        """Where the bytes from `start` to `end` went."""
        return self.places[start][0], self.places[end - 1][1]


Writer = Callable[[bytes], Written]


def through(text: bytes, span: Span, writers: Iterable[Writer]) -> tuple[bytes, Span]:
    """The text after all the writers, the first one innermost, and where the span went."""
    for writer in writers:
        written = writer(text)
        text, span = written.text, written.span(*span)
    return text, span


def then(*writers: Writer) -> Writer:
    """One writer after the other."""

    def write(text: bytes) -> Written:
        return reduce(_onto, writers, Written(text, tuple((at, at + 1) for at in range(len(text)))))

    return write


def _onto(before: Written, writer: Writer) -> Written:
    after = writer(before.text)
    return Written(after.text, tuple(after.span(*place) for place in before.places))


def each(spell: Callable[[int], bytes], between: bytes = b"") -> Writer:
    """Every byte by itself, with something between them."""

    def write(text: bytes) -> Written:
        out, places = bytearray(), []
        for at, byte in enumerate(text):
            out += between if at else b""
            start = len(out)
            out += spell(byte)
            places.append((start, len(out)))
        return Written(bytes(out), tuple(places))

    return write


def only(signs: bytes, spell: Callable[[int], bytes]) -> Writer:
    """The bytes in `signs` by themselves, all others as they are."""
    return each(lambda byte: spell(byte) if byte in signs else bytes((byte,)))


def besides(letters: bytes, spell: Callable[[int], bytes]) -> Writer:
    """All bytes but those in `letters`."""
    return each(lambda byte: bytes((byte,)) if byte in letters else spell(byte))


def inside(before: bytes, after: bytes = b"") -> Writer:
    """The text between two others."""
    return lambda text: Written(before + text + after, tuple((len(before) + at, len(before) + at + 1) for at in range(len(text))))


def lines(width: int, seam: bytes, first: int = 0) -> Writer:
    """The text with `seam` after every `width` bytes; the first line has `first`, if that is not 0."""

    def write(text: bytes) -> Written:
        out, places = bytearray(), []
        for at, byte in enumerate(text):
            if at and (at - (first or width)) % width == 0 and at >= (first or width):
                out += seam
            places.append((len(out), len(out) + 1))
            out.append(byte)
        return Written(bytes(out), tuple(places))

    return write


def cut(seam: bytes) -> Writer:
    """The text with `seam` in it, 18 bytes before its end."""
    return lambda text: lines(len(text), seam, len(text) - 18)(text)


def breaks(seam: bytes) -> Writer:
    """The text with `seam` in place of every line break."""
    return only(b"\n", lambda _: seam)


def base64(alphabet: bytes = b"+/", *, padded: bool = True) -> Writer:
    """Base64 in one line."""

    def write(text: bytes) -> Written:
        coded = library.b64encode(text, alphabet)
        places = tuple((at * 8 // 6, -(-(at + 1) * 8 // 6)) for at in range(len(text)))
        return Written(coded if padded else coded.rstrip(b"="), places)

    return write


def wide(codec: str, mark: bytes = b"") -> Writer:
    """The text in UTF-16 or UTF-32."""
    return then(each(lambda byte: chr(byte).encode(codec)), inside(mark))


def packed(wbits: int = 31, mark: bytes = b"") -> Writer:
    """A compressed stream, of which no part is any byte's own; `wbits` as for `zlib`: 31 is gzip, 15 zlib."""

    def write(text: bytes) -> Written:
        machine = zlib.compressobj(wbits=wbits)
        stream = mark + machine.compress(text) + machine.flush()
        return Written(stream, ((0, len(stream)),) * len(text))

    return write


def dump(address: Callable[[int], bytes], pairs: Callable[[bytes], list[bytes]], tail: Callable[[bytes], bytes], width: int = 16) -> Writer:
    """A dump: lines of an address, the bytes spelled by `pairs` (each with what follows it), and a tail."""

    def write(text: bytes) -> Written:
        out, places = bytearray(), []
        for at in range(0, len(text), width):
            row = text[at : at + width]
            out += address(at)
            for cell in pairs(row):
                places.append((len(out), len(out) + len(cell.rstrip(b", "))))
                out += cell
            out += tail(row) + b"\n"
        return Written(bytes(out), tuple(places))

    return write


def _printable(row: bytes) -> bytes:
    return bytes(byte if 0x20 <= byte < 0x7F else ord(".") for byte in row)


def _xxd_cells(row: bytes) -> list[bytes]:
    cells = [b"%02x" % byte + (b" " if at % 2 else b"") for at, byte in enumerate(row)]
    cells[-1] += b" " * (41 - sum(map(len, cells)))
    return cells


def _hexdump_cells(row: bytes) -> list[bytes]:
    cells = [b"%02x " % byte + (b" " if at == 7 else b"") for at, byte in enumerate(row)]
    cells[-1] += b" " * (50 - sum(map(len, cells)))
    return cells


HEX = each(lambda byte: b"%02x" % byte)
HEX_CAPITAL = each(lambda byte: b"%02X" % byte)
XXD = dump(lambda at: b"%08x: " % at, _xxd_cells, _printable)
HEXDUMP = dump(lambda at: b"%08x  " % at, _hexdump_cells, lambda row: b"|" + _printable(row) + b"|")
OD = dump(
    lambda at: b"%07o " % at,
    lambda row: [b"%02x" % byte + (b" " if at < len(row) - 1 else b"") for at, byte in enumerate(row)],
    lambda _: b"",
)
ARRAY = dump(
    lambda _: b"  ",
    lambda row: [b"0x%02x," % byte + (b" " if at < len(row) - 1 else b"") for at, byte in enumerate(row)],
    lambda _: b"",
    12,
)
PERCENT = besides(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~", lambda byte: b"%%%02X" % byte)
JSON = only(b'"\\\n\r\t', lambda byte: {0x0A: b"\\n", 0x0D: b"\\r", 0x09: b"\\t"}.get(byte, b"\\%c" % byte))
XML = only(b"&<>\"'", lambda byte: {38: b"&amp;", 60: b"&lt;", 62: b"&gt;", 34: b"&quot;", 39: b"&#x27;"}[byte])
QUOTED = only(b"=", lambda byte: b"=%02X" % byte)
UTF_16 = wide("utf-16-le", codecs.BOM_UTF16_LE)
