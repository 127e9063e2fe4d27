"""From the anchors of detectors to what Hyperscan searches: expressions for plain text, literals for every encoded form.

An encoded form of a literal is a literal again, so thousands of them cost a scan little: with 120 anchors it ran at about 3 GB/s for the
plain ones alone, and above 1 GB/s with 30,000 encoded forms beside them. What a literal cannot leave open (a line break inside it,
another spelling of a `/`) is one more literal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from scanner.contract import Anchor, Detector
from scanner.engine import marks
from scanner.engine.form import DECIMAL, NEEDLE, Form, Via, coded, needles, quoted

_HALVED = 10
"""Characters from which on a needle is searched as two halves instead of whole: a line break can spoil only one of them."""
_LONGEST = 16
"""Characters of a form that are searched; more would not make it more selective."""
_SPELLED_OUT = 5
"""Characters of a literal that are searched where each of them is escaped."""
_HEX_BYTES = 8
"""Bytes of a literal that are searched in hexadecimal."""
_LISTED = 5
"""Bytes of a literal that are searched as a list of numbers: the fewer, the less often a line ends between them."""

_LISTS = ((b"0x", b", ", (b",\n  ", b",\n    ", b",\n\t")), (b"", b":", (b":\n", b":\n    ")), (b"", b" ", (b"\n", b" \n")))
"""Lists of hexadecimal numbers: what stands before each, between two of them, and between two lines."""
_REGISTRY = (b",\\\n  ", b",\\\r\n  ")
"""Between two lines of a value that was exported from the registry of Windows."""
_DECIMAL = (b", ", b",", b" ", *(b",\n" + indent for indent in (b"  ", b"    ", b"      ", b"        ", b"          ", b"\t", b"\t\t")))
"""What stands between two decimal numbers: of an array in a program, in JSON with and without lines."""
_WHOLE = (
    (Via.PERCENT, b"%", b""),
    (Via.BACKSLASH, b"\\u00", b""),
    (Via.BACKSLASH, b"\\\\u00", b""),
    (Via.ENTITY, b"&#x", b";"),
    (Via.ENTITY, b"&#x00", b";"),
)
"""How every character of a text is escaped: what stands before and after its two digits."""

_LINE_BREAKS = (b"\n", b"\r\n", b"\\n")
"""How a line of base64 ends, in files and in JSON strings."""
_INDENT = b"  "
"""How the next line begins in YAML."""
_ONE_LINE = b"[0-9A-Za-z+/]{12}"
"""What precedes two characters at the end of a line of base64, but not the two last letters of a program's line."""
_PART = 3
"""Characters of a needle that tell enough when they stand at the end of a line, or after an indentation."""
_KEPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
"""What encoders of text leave as it is unless they have a reason of their own."""
_NAMED = {ord('"'): b"quot", ord("&"): b"amp", ord("'"): b"apos", ord("<"): b"lt", ord(">"): b"gt"}


def forms(detectors: Sequence[Detector]) -> Iterator[Form]:
    """All that is searched for these detectors, in an order that depends on them alone."""
    anchors = [(index, anchor) for index, detector in enumerate(detectors) for anchor in detector.anchors]
    yield from (plain(anchor, index) for index, anchor in anchors)
    nested = {literal for _, anchor in anchors if anchor.encoded and anchor.nested for literal in _cases(anchor)}
    single = {literal for _, anchor in anchors if anchor.encoded for literal in _cases(anchor)} - nested
    alone = {literal for _, anchor in anchors if anchor.base64 for literal in _cases(anchor)} - nested - single
    encoded = {form for literal in nested for form in _nested(literal)} | {form for literal in single for form in _single(literal)}
    encoded.update(form for literal in alone for form in _base64_alone(literal))
    if encoded:
        encoded.update(marks.common(), *(marks.beside(anchor) for _, anchor in anchors))
    yield from sorted(encoded)


def plain(anchor: Anchor, index: int) -> Form:
    """The anchor as detector number `index` wants it in plain text."""
    literal = quoted(anchor.literal)
    if not anchor.before and not anchor.then:
        return Form(Via.PLAIN, index, len(anchor.literal), literal, anchor.caseless)
    return Form(Via.PLAIN, index, 0, b"(?:%b)%b(?:%b)" % (anchor.before, literal, anchor.then), anchor.caseless)


def _cases(anchor: Anchor) -> Iterable[bytes]:
    """The literal as it is searched in encoded forms, where no flag can make it caseless."""
    literal = anchor.literal
    if len(literal) < NEEDLE:
        return ()
    titled = () if b"_" in literal else (literal.title(),)
    return {literal, literal.lower(), literal.upper(), *titled} if anchor.caseless else (literal,)


def _single(literal: bytes) -> Iterator[Form]:
    """The usual forms of `literal` under one encoding, and as PowerShell is given commands: base64 of UTF-16."""
    yield from _base64_alone(literal)
    yield from (coded(Via.BASE64, needle[:_LONGEST], offset) for needle, offset in needles(_wide(literal, 0)))
    yield coded(Via.UTF_16LE, _wide(literal[: _LONGEST // 2], 0))
    yield coded(Via.UTF_16BE, _wide(literal[: _LONGEST // 2], 1))
    yield from _any_case(Via.HEX, literal[:_HEX_BYTES].hex().encode())
    for byte in _signs(literal):
        yield from _escaped(literal, byte)


def _base64_alone(literal: bytes) -> Iterator[Form]:
    """`literal` in base64, in one line or at the end of one."""
    for line, offset in _spelled(literal):
        half = min(len(line) // 2, _LONGEST) if len(line) >= _HALVED else len(line)
        yield coded(Via.BASE64, line[:half], offset)
        yield from (coded(Via.BASE64, part, (offset + half) % 4) for part in (line[half : half + _LONGEST],) if part)
        yield from (coded(Via.BASE64, line[:at] + b"\n" + line[at:], offset) for at in range(1, len(line)) if len(line) < _HALVED)


def _nested(literal: bytes) -> Iterator[Form]:
    """The forms of `literal` under one, two and three encodings."""
    base64, wide, widest = _base64(literal), _wide(literal, 0), _widest(literal[:_LISTED])
    digits = literal[:_HEX_BYTES].hex().encode()
    base64_twice = tuple(text for needle in base64 for text in _base64(needle))
    around_base64 = tuple(text for needle in base64 for text in (_wide(needle, 0), needle[:_HEX_BYTES].hex().encode()))
    escaped = tuple(_escaped_once(literal))
    once = (wide, _wide(literal, 1), widest, digits, digits.upper(), *escaped, *_listed(literal[:_LISTED]))
    cut = tuple(text for needle in base64 for text in _cut(needle))
    twice = (*base64_twice, *around_base64, *_base64(digits), *_base64(wide), *cut)
    for text in (literal, *base64):
        yield from _wrapped(text)
        yield coded(Via.UTF_16LE, _wide(text[: _LONGEST // 2], 0))
        yield coded(Via.UTF_16BE, _wide(text[: _LONGEST // 2], 1))
        yield coded(Via.UTF_32, _widest(text[:_LISTED]))
    for text in (*once, *twice):
        yield from (coded(Via.BASE64, line[:_LONGEST], offset) for line, offset in _spelled(text))
    for text in (wide, digits, digits.upper()):
        yield from _halves(text)
    for text in (literal, wide, *escaped, digits, digits.upper(), *base64, *base64_twice):
        yield from _in_hex(text[:_HEX_BYTES])
    yield from _any_case(Via.HEX, widest.hex().encode())
    yield from _in_hex_list(literal[:_LISTED])
    yield from _in_decimal_list(literal[:_LISTED])
    for text in (literal[-_LISTED:], wide, wide[-_LISTED:], digits, *base64):
        yield from (coded(Via.HEX_LIST, listed) for listed in _listed(text[:_LISTED]))
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


def _base64(literal: bytes) -> tuple[bytes, ...]:
    return tuple(needle for needle, _ in needles(literal))


def _wide(literal: bytes, low: int) -> bytes:
    """`literal` in UTF-16, the low byte of each unit at place `low` of it."""
    wide = bytearray(2 * len(literal))
    wide[low::2] = literal
    return bytes(wide)


def _widest(literal: bytes) -> bytes:
    """`literal` in UTF-32, from its first letter to its last, which is the same in either byte order."""
    return b"\0\0\0".join(bytes((byte,)) for byte in literal)


def _wrapped(literal: bytes) -> Iterator[Form]:
    """Base64 of `literal` where a line may end at any place."""
    for line, offset in _spelled(literal):
        if len(line) >= _HALVED:
            half = min(len(line) // 2, _LONGEST)
            yield coded(Via.BASE64, line[:half], offset)
            yield coded(Via.BASE64, line[half : half + _LONGEST], (offset + half) % 4)
            continue
        yield coded(Via.BASE64, line, offset)
        for at in range(1, len(line)):
            yield from _broken(line[:at], line[at:], offset)


def _halves(text: bytes) -> Iterator[Form]:
    """Base64 of `text` in two parts, of which a line that ends in it can spoil only one."""
    half = _LONGEST // 2
    for line, offset in _spelled(text):
        yield coded(Via.BASE64, line[:half], offset)
        if len(line) >= _LONGEST:
            yield coded(Via.BASE64, line[half:_LONGEST], (offset + half) % 4)


def _cut(needle: bytes) -> Iterator[bytes]:
    """A needle where a line of base64 may end in it, for what is encoded afterwards."""
    if len(needle) >= _HALVED:
        yield needle[len(needle) // 2 :]
    else:
        yield from (needle[:at] + b"\n" + needle[at:] for at in range(1, len(needle)))


def _broken(head: bytes, tail: bytes, offset: int) -> Iterator[Form]:
    """A needle that a line break divides, as far as it tells enough.

    What follows an indentation is searched without what precedes it: literals with many blanks inside slow Hyperscan down.
    """
    for line_break in _LINE_BREAKS:
        yield coded(Via.BASE64, head + line_break + (b"" if len(head) >= _PART else tail), offset)
    if len(head) < _PART <= len(tail):
        yield Form(Via.BASE64, (offset + len(head)) % 4, len(tail), quoted(_INDENT + tail))
    elif len(head) < _PART:
        yield Form(Via.BASE64, offset, len(head) + 1 + len(_INDENT), _ONE_LINE + quoted(head + b"\n" + _INDENT))
    yield coded(Via.BASE64, head + b"\\\n" + (b"" if len(head) >= _PART else tail), offset)


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
    """Hexadecimal of `text` with something between the bytes, where a line may end at any place; also the pairs of `xxd`."""
    for listed in _listed(text):
        yield coded(Via.HEX_LIST, listed)
    pairs = [b"%02x" % byte for byte in text]
    for before, between in ((b"", b"-"), (b"\\\\x", b""), (b"0x", b","), (b"0x", b" ")):
        yield from _any_case(Via.HEX_LIST, between.join(before + pair for pair in pairs))
    for before, between, seams in (*_LISTS, (b"", b",", _REGISTRY)):
        for at in range(1, len(pairs)):
            parts = (between.join(before + pair for pair in part) for part in (pairs[:at], pairs[at:]))
            head, tail = parts
            for seam in seams:
                yield from _any_case(Via.HEX_LIST, head + seam + tail)
    for cast in (b"(byte)0x", b"(byte) 0x"):
        for spelled in (pairs, [pair.upper() for pair in pairs]):
            yield coded(Via.HEX_LIST, b", ".join(cast + pair for pair in spelled))


def _in_decimal_list(text: bytes) -> Iterator[Form]:
    """`text` as a list of decimal numbers, where a line may end at any place, or behind every number."""
    numbers = [b"%d" % byte for byte in text]
    for between in _DECIMAL:
        yield coded(Via.HEX_LIST, between.join(numbers), DECIMAL)
    for at in range(1, len(numbers)):
        yield from (coded(Via.HEX_LIST, b", ".join(numbers[:at]) + seam + b", ".join(numbers[at:]), DECIMAL) for seam in _LISTS[0][2])


def _listed(text: bytes) -> Iterator[bytes]:
    """`text` as the most usual lists of hexadecimal numbers."""
    pairs = [b"%02x" % byte for byte in text]
    for before, between in ((b"", b" "), (b"", b":"), (b"", b","), (b"\\x", b""), (b"0x", b", ")):
        yield between.join(before + pair for pair in pairs)
        yield between.join(before + pair.upper() for pair in pairs)
    for first in (0, 1):
        yield b"".join(pair + b" " * ((place + first) % 2) for place, pair in enumerate(pairs)).rstrip()


def _escaped_whole(text: bytes) -> Iterator[Form]:
    """`text` with every character escaped, as encoders do that trust none."""
    for via, before, after in _WHOLE:
        yield from _any_case(via, b"".join(before + b"%02x" % byte + after for byte in text), keep=before)
    yield coded(Via.ENTITY, b"".join(b"&#%d;" % byte for byte in text))
    for backslashes in (b"\\", b"\\\\"):
        yield coded(Via.BACKSLASH, b"".join(backslashes + b"%03o" % byte for byte in text))


def _any_case(via: Via, digits: bytes, *, keep: bytes = b"") -> Iterator[Form]:
    """Lower and upper case as two literals: thousands of caseless ones take Hyperscan a minute to compile. `keep` has no case."""
    upper = digits.upper().replace(b"X", b"x").replace(keep.upper(), keep)
    yield from (coded(via, spelling) for spelling in {digits, upper})


def _escaped(literal: bytes, byte: int) -> Iterator[Form]:
    """The literal where every `byte` is escaped: one of them with what stands beside it, if that is enough to be selective."""
    head, tail = _beside(literal, byte)
    if len(head) + len(tail) < NEEDLE - 1:
        return
    for via, spelling in _escapes(byte):
        yield coded(via, head[-_LONGEST:] + spelling + tail[:_LONGEST], caseless=True)


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
