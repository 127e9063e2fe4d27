"""Dumps of bytes: lines of an address and what stands there, by xxd, hexdump and od, with columns of characters or without.

Which program it was is told by the line that is looked at: of all ways to read it the one that makes most bytes of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from scanner.contract import Rx, rx
from scanner.records import dataclass

_ADDRESS = r"[ \t]{0,32} (?: (?: [\#*>;|] | // ) [ \t]{1,4} )? [0-9A-Fa-f]{4,16} (?P<colon> :? )"
_END = r"(?= [ ]? \r? (?: \n | \Z ) )"
_PAIRS = rx(_ADDRESS + r"[ ]{1,3} (?P<cells> (?: [0-9A-Fa-f]{2} [ ]{1,2} ){1,32} ) [ ]{0,64} \|")
"""A line of `hexdump -C`, up to its column of characters."""
_GROUPS = rx(
    _ADDRESS
    + r"[ ]{1,3} (?P<cells> (?: (?:[0-9A-Fa-f]{2}){1,8} [ ] ){0,31} (?:[0-9A-Fa-f]{2}){1,8} ) (?: [ ]{2,64} (?P<shown> [!-~]{0,32} ) | "
    + _END
    + " )"
)
"""A line of `xxd`, of `hexdump` and of `od` in base 16; also of `od` in base 8, whose words have six digits."""
_NUMBERS = rx(_ADDRESS + r"(?P<cells> (?: [ ]{1,3} [0-9]{1,3} ){1,32} )" + _END)
"""A line of `od -t u1` or `od -b`."""
_SIGNS = rx(_ADDRESS + r"(?P<cells> (?: [ ]{3}[!-~] | [ ]{2}\\[0abfnrtv] | [ ][0-7]{3} | [ ]{4} ){1,32} )" + _END)
"""A line of `od -c`."""

_GROUP = re.compile(rb"(?:[0-9A-Fa-f]{2}){1,8}")
_PAIR = re.compile(rb"[0-9A-Fa-f]{2}")
_WORD = re.compile(rb"[0-7]{6}")
_NUMBER = re.compile(rb"[0-9]{1,3}")
_CELL = re.compile(rb"[ ]{4}|[ ]{1,3}(\\[0abfnrtv]|[0-7]{3}|[!-~])")
_OCTAL_WORDS, _OCTAL_BYTES = re.compile(rb"[0-7]{6}(?: [0-7]{6}){0,31}"), re.compile(rb"(?: [0-3][0-7]{2}){1,32}")
_ESCAPED = {b"\\0": 0, b"\\a": 7, b"\\b": 8, b"\\t": 9, b"\\n": 10, b"\\v": 11, b"\\f": 12, b"\\r": 13}
_SAME = b"*\n"
"""In place of lines that say the same as the one before."""
_CERTAIN = 16
"""Lines in a row that are a dump and no table."""
_LONGEST = 256
"""Bytes that a line of a dump has at most."""

Span = tuple[int, int]
Piece = tuple[int, int, bytes]
"""A stretch of the text and the bytes that it says."""
_Read = Callable[[bytes, Span], Iterator[Piece]]


@dataclass(frozen=True, slots=True)
class Dump:
    """The bytes in the lines of a dump."""

    text: bytes
    lines: tuple[Span, ...]
    step: str
    read: _Read

    @property
    def said(self) -> bytes:
        """All the bytes."""
        if self.read is _pairs:
            return b"".join(bytes.fromhex(self.text[start:end].decode()) for start, end in self.lines)
        return b"".join(said for line in self.lines for _, _, said in self.read(self.text, line))

    def pieces(self) -> Iterator[tuple[int, int, int]]:
        """Where they stand, and how many stand there."""
        return ((start, end, len(said)) for line in self.lines for start, end, said in self.read(self.text, line))


def dump_begun(text: bytes) -> int | None:
    """Where the second line of a text begins that goes on with a dump; None where it does not. Dumps are told by their first lines elsewhere."""
    at = text.find(b"\n", 0, _LONGEST) + 1
    found = dumped(text, at, 0) if at else None
    return at if found is not None and len(found.lines) >= _CERTAIN else None


def dumped(text: bytes, at: int, floor: int) -> Dump | None:
    """The dump around `at`, which reaches back to `floor` at most; None where there is none."""
    first = text.rfind(b"\n", max(floor, at - _LONGEST), at) + 1
    lines = [(match, rule) for rule in (_PAIRS, _GROUPS, _NUMBERS, _SIGNS) if (match := rule.match(text, first)) and match.end() >= at]
    if not lines:
        return None
    ways = [(rule, match, *_way(match, rule)) for match, rule in lines]
    rule, here, step, read = max(ways, key=lambda way: sum(len(said) for _, _, said in way[3](text, way[1].span("cells"))))
    before = list(_before(text, first, rule, floor))
    return Dump(text, (*reversed(before), *_after(text, here.start(), rule)), step, read)


def _before(text: bytes, first: int, rule: Rx, floor: int) -> Iterator[Span]:
    while first > floor:
        newline = text.rfind(b"\n", max(floor, first - _LONGEST), first - 1)
        match = rule.match(text, newline + 1)
        if (newline < 0 and first > _LONGEST) or match is None:
            return
        yield match.span("cells")
        first = newline + 1


def _after(text: bytes, first: int, rule: Rx) -> Iterator[Span]:
    while (match := rule.match(text, first)) is not None:
        yield match.span("cells")
        first = text.find(b"\n", match.end() - 1, match.end() + _LONGEST) + 1 or len(text)
        first += len(_SAME) * text.startswith(_SAME, first)


def _way(line: re.Match[bytes], rule: Rx) -> tuple[str, _Read]:
    """How the lines of a dump are read of which this is one, and what that is called."""
    if rule is _SIGNS:
        return "octal", _signs
    if rule is _NUMBERS:
        octal = _OCTAL_BYTES.fullmatch(line["cells"]) is not None
        return ("octal", partial(_numbers, base=8)) if octal else ("decimal", partial(_numbers, base=10))
    if rule is _GROUPS and not line["colon"] and _OCTAL_WORDS.fullmatch(line["cells"]):
        return "octal", _words
    return "hex", _swapped if rule is _GROUPS and _is_swapped(line) else _pairs


def _is_swapped(line: re.Match[bytes]) -> bool:
    """Whether the bytes of each group stand in the order of little machines: so hexdump and od write them; xxd shows what is meant."""
    group = bytes.fromhex(line["cells"].partition(b" ")[0].decode())
    if len(group) == 1 or not line["colon"]:
        return len(group) > 1
    shown = line["shown"] or b""
    return shown.startswith(group[::-1]) and not shown.startswith(group)


def _pairs(text: bytes, line: Span) -> Iterator[Piece]:
    return ((*match.span(), bytes.fromhex(match[0].decode())) for match in _PAIR.finditer(text, *line))


def _swapped(text: bytes, line: Span) -> Iterator[Piece]:
    return ((*match.span(), bytes.fromhex(match[0].decode())[::-1]) for match in _GROUP.finditer(text, *line))


def _words(text: bytes, line: Span) -> Iterator[Piece]:
    return ((*match.span(), (int(match[0], 8) & 0xFFFF).to_bytes(2, "little")) for match in _WORD.finditer(text, *line))


def _numbers(text: bytes, line: Span, base: int) -> Iterator[Piece]:
    return ((*match.span(), bytes((int(match[0], base) & 0xFF,))) for match in _NUMBER.finditer(text, *line))


def _signs(text: bytes, line: Span) -> Iterator[Piece]:
    for match in _CELL.finditer(text, *line):
        sign = match[1] or b" "
        octal = int(sign, 8) & 0xFF if len(sign) > len(b"\\0") else sign[0]
        yield match.end() - len(sign), match.end(), bytes((_ESCAPED.get(sign, octal),))
