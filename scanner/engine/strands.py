"""An encoded run taken as long as it goes.

That is over the lines that it is wrapped into, over string parts that a program joins, over the escapes that JSON and URLs need for `+`
and `/`. Everything here moves through the text once, forwards or backwards, and asks no expression to look further than a line break with its
indentation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from scanner.contract import rx
from scanner.engine.seams import FOR_DIGITS, FOR_LETTERS, Before, Seams, fits
from scanner.engine.spans import Pieces
from scanner.records import dataclass

_SHORTEST = 20
"""Characters of a line that the next one may continue."""
_BEGINNING = 96
"""Bytes in which the first line of a text begins."""
_BOUNDARY = b"--"
"""How the line after a run begins in MIME and in PEM; as base64 for URLs it would be one of four thousand."""
_MOST = 1 << 20
"""Lines, or spelled characters, that are followed in one run."""

_PATCH_SIGNS, _PATCHED = frozenset(b"+-"), 2
"""How lines of a patch begin, and how many of them are no chance."""
_FEW, _MANY = 16, 4096
"""Lines that are looked at together: few at first, more as long as all of them are alike."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters of an encoding."""

    letters: bytes
    run: re.Pattern[bytes]
    group: int
    """Characters that are decoded together."""
    spelled: bool
    """Whether some of them may be escaped."""
    seams: Seams


BASE64 = Alphabet(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_",
    re.compile(rb"[A-Za-z0-9+/_-]{1,65536}"),
    4,
    spelled=True,
    seams=FOR_LETTERS,
)
HEX = Alphabet(b"0123456789abcdefABCDEF", re.compile(rb"[0-9A-Fa-f]{1,65536}"), 2, spelled=False, seams=FOR_DIGITS)

_SPELLED = rx(r"""\\{1,8} (?: / | u002[bBfF] ) | %(?:25){0,2} 2[bBfF] | &\#(?: 4[37] | [xX]2[bBfF] );""")
"""A `+` or a `/` in JSON, URLs and XML."""
_SPELLED_BEFORE = re.compile(rb"(?:" + _SPELLED.compiled.pattern + rb")\Z", re.VERBOSE)
_PLUS = frozenset(b"bB3")
"""Last signs of a spelled `+`."""
_ESCAPE = rx(r"""\\{1,8} (?: u[0-9A-Fa-f]{4} | x[0-9A-Fa-f]{2} | [a-z0] ) | %(?:25){0,2} [0-9A-Fa-f]{2}""")
"""An escape that ends in letters or digits, which are none of the run's."""
_FINISHED = rx(r"""
    ={0,2} (?: [ \t]{0,8} (?: [\r\n] | \Z ) | [,;)\]}<&%^`] | \\{0,8} ["'] (?! [ \t]{0,8} [:=] ) | \\ (?! \\{0,8} ["'] ) )
""")
"""What follows the last line of a wrapped run; a `:` or another word would make it a line of something else."""


class Strand:
    """The lines of one run, without what separates them."""

    def __init__(self, text: bytes, lines: tuple[Span, ...], alphabet: Alphabet) -> None:
        self.text = text
        self.lines = lines
        self.alphabet = alphabet
        self.start = lines[0][0]
        self.end = lines[-1][1]

    @cached_property
    def pieces(self) -> Pieces:
        """The way back from the run's characters to the text."""
        if not _may_spell(self.text[self.start : self.end], self.alphabet):
            return Pieces.copied(self.lines)
        return Pieces(_pieces(self.text, self.lines))

    @cached_property
    def characters(self) -> bytes:
        """All characters of the run."""
        lines = [self.text[start:end] for start, end in self.lines]
        if _may_spell(self.text[self.start : self.end], self.alphabet):
            lines = [_plainly(line, self.alphabet) for line in lines]
        return b"".join(lines)

    def skip(self, at: int, offset: int) -> int:
        """How many characters stand before the first whole group, when the one at `at` is number `offset` of its group."""
        return (self.pieces.inner(at) - offset) % self.alphabet.group

    def line(self, at: int) -> Span:
        """The line that holds `at`."""
        return self.lines[max(0, bisect_right(self.lines, (at, len(self.text))) - 1)]

    def unmarked(self) -> Strand | None:
        """The run without the signs of a patch, which are characters of base64 too; None where its lines do not all begin with the same one."""
        if len(self.lines) < _PATCHED or self.text[self.lines[-1][0]] not in _PATCH_SIGNS:
            return None
        begun = [start for start, _ in self.lines if self.text[start - 1 : start] == b"\n"]
        signs = {self.text[start] for start in begun}
        if len(begun) < _PATCHED or len(signs) > 1 or not signs <= _PATCH_SIGNS:
            return None
        lines = tuple((start + (self.text[start - 1 : start] == b"\n"), end) for start, end in self.lines)
        return Strand(self.text, lines, self.alphabet)

    def alone(self, at: int, offset: int) -> Strand | None:
        """The line that holds `at`, and of it only what may begin there: for what the rest of the run spoils by standing beside it.

        None where that is the whole run.
        """
        start, end = self.line(at)
        cut = max(self.text.rfind(sign, start, at) for sign in (b"/", b"-", b"_", b"+")) + 1
        if cut > start and (at - cut - offset) % self.alphabet.group == 0:
            start = cut
        lines = ((start, end),)
        return Strand(self.text, lines, self.alphabet) if lines != self.lines else None


def strand(text: bytes, at: int, alphabet: Alphabet, floor: int = 0) -> Strand:
    """The whole run around `at`, which reaches back to `floor` at most.

    Lines are joined where a line break is all that separates them and they are equally long; the last may be shorter, and the first may
    begin behind something else in its line.
    """
    line = _left(text, at, alphabet, floor), _right(text, at, alphabet)
    seam = alphabet.seams.before(text, line[0], floor)
    before, width = _lines_before(text, line, seam, alphabet, floor)
    if not width and (before or _begins_line(text, line[0], seam, alphabet, floor)):
        width = _count(text, line, alphabet)
    return Strand(text, (*reversed(before), line, *_lines_after(text, line, width, alphabet)), alphabet)


def _lines_before(text: bytes, line: Span, seam: Before, alphabet: Alphabet, floor: int) -> tuple[list[Span], int]:
    """The lines that `line` continues behind `seam`, nearest first, and how long a full line is: 0 where that cannot be told."""
    lines: list[Span] = []
    width = 0
    least = _count(text, line, alphabet)
    many = _FEW
    while len(lines) < _MOST:
        alike = _alike_before(text, line[0], width, many, alphabet, floor=floor) if many and width else []
        if alike:
            lines += alike
            line, many = lines[-1], min(4 * many, _MANY)
            seam = alphabet.seams.before(text, line[0], floor)
            continue
        many = many // 4 if many > _FEW else 0
        if seam is None:
            break
        line, blank = (_left(text, seam[0], alphabet, floor), seam[0]), seam[1]
        length = _count(text, line, alphabet)
        seam = alphabet.seams.before(text, line[0], floor)
        whole = _begins_line(text, line[0], seam, alphabet, floor)
        if length < _SHORTEST or (blank and not fits(length)) or (whole and (length < least or (width and length != width))):
            break
        lines.append(line)
        if not whole:
            break
        many = _FEW if not width else many
        width = least = length
    return lines, width


def _lines_after(text: bytes, line: Span, width: int, alphabet: Alphabet) -> list[Span]:
    """The lines that continue `line`; `width` is what a full line has, 0 where that is not known yet."""
    lines: list[Span] = []
    length = _count(text, line, alphabet)
    many = _FEW
    while len(lines) < _MOST:
        alike = _alike_after(text, line[1], width, many, alphabet) if many and length == width else []
        if alike:
            lines += alike
            line, many = lines[-1], min(4 * many, _MANY)
            continue
        many = many // 4 if many > _FEW else 0
        start = alphabet.seams.after(text, line[1], length)
        if start is None or length < _SHORTEST or (width and length != width) or text.startswith(_BOUNDARY, start):
            break
        line = start, _right(text, start, alphabet)
        length = _count(text, line, alphabet)
        goes_on = fits(length) and text.startswith(b" ", line[1])
        if not length or (width and length > width) or not (goes_on or _FINISHED.match(text, line[1])):
            break
        lines.append(line)
        many = _FEW if not width else many
        width = width or length
    return lines


def _alike_after(text: bytes, at: int, width: int, many: int, alphabet: Alphabet) -> list[Span]:
    """The next lines after the one that ends at `at`, if there are so many of just this width with nothing but a line break between."""
    seam = b"\r\n" if text.startswith(b"\r\n", at) else b"\n"
    stride = len(seam) + width
    end = at + many * stride
    if not text.startswith(seam, end) or not _alike(text[at:end], seam, 0, width, alphabet):
        return []
    return [(start, start + width) for start in range(at + len(seam), end, stride)]


def _alike_before(text: bytes, at: int, width: int, many: int, alphabet: Alphabet, *, floor: int) -> list[Span]:
    """The same for the lines before the one that begins at `at`, nearest first."""
    seam = b"\r\n" if text.endswith(b"\r\n", 0, at) else b"\n"
    stride = len(seam) + width
    first = at - many * stride
    if first <= floor or text[first - 1 : first] != b"\n" or not _alike(text[first:at], seam, width, width, alphabet):
        return []
    return [(start, start + width) for start in range(at - stride, first - 1, -stride)]


def _alike(block: bytes, seam: bytes, at: int, width: int, alphabet: Alphabet) -> bool:
    """Whether the block is nothing but lines of `width` characters, each with `seam` at place `at`."""
    stride = width + len(seam)
    count = len(block) // stride
    for place, sign in enumerate(seam, at):
        if block[place::stride] != bytes((sign,)) * count or block.count(sign) != count:
            return False
    return not block.translate(None, alphabet.letters + seam)


def _begins_line(text: bytes, at: int, seam: Before, alphabet: Alphabet, floor: int) -> bool:
    if at <= _BEGINNING and not text[:at].strip(b" \t\r\n\"'"):
        return True
    return seam is not None and (not seam[1] or fits(seam[0] - _left(text, seam[0], alphabet, floor)))


def _right(text: bytes, at: int, alphabet: Alphabet) -> int:
    """Where the characters that begin at `at` end."""
    escapes = 0
    while escapes < _MOST:
        match = alphabet.run.match(text, at)
        if match is None and alphabet.spelled:
            match = _SPELLED.match(text, at)
            escapes += 1
        if match is None:
            break
        at = match.end()
    return at


def _left(text: bytes, at: int, alphabet: Alphabet, floor: int) -> int:
    """Where the characters that end at `at` begin."""
    size = 64
    limit = at
    while at > floor:
        block = text[max(floor, at - size) : at]
        kept = len(block.rstrip(alphabet.letters))
        at -= len(block) - kept
        size *= 2
        if kept:
            before = _escape_before(text, at, alphabet, floor)
            if before is None:
                break
            at, goes_on = before
            if not goes_on:
                return min(at, limit)
            size = 64
    return at


def _escape_before(text: bytes, at: int, alphabet: Alphabet, floor: int) -> tuple[int, bool] | None:
    """What an escape that `at` is in, or behind, means for a run that begins there; None where there is no escape.

    That is where the run really begins, and whether it goes on to the left because the escape is one of its characters.
    """
    sign = text[at - 1 : at]
    if sign == b";" and alphabet.spelled:
        match = _SPELLED_BEFORE.search(text, max(floor, at - 6), at)
        return (match.start(), True) if match is not None else None
    if sign not in {b"\\", b"%"}:
        return None
    first = at - 1
    while sign == b"\\" and first > max(floor, at - 8) and text[first - 1 : first] == sign:
        first -= 1
    if alphabet.spelled and _SPELLED.match(text, first):
        return first, True
    match = _ESCAPE.match(text, first)
    return (match.end(), False) if match is not None else None


def _pieces(text: bytes, lines: Sequence[Span]) -> Iterator[tuple[int, int, int]]:
    for start, end in lines:
        at = start
        for match in _SPELLED.finditer(text, start, end):
            if match.start() > at:
                yield at, match.start(), match.start() - at
            yield match.start(), match.end(), 1
            at = match.end()
        if end > at:
            yield at, end, end - at


def _count(text: bytes, line: Span, alphabet: Alphabet) -> int:
    return len(_plainly(text[line[0] : line[1]], alphabet))


def _plainly(line: bytes, alphabet: Alphabet) -> bytes:
    """The line with its spelled characters as they are meant."""
    if not _may_spell(line, alphabet):
        return line
    return _SPELLED.sub(lambda match: b"+" if match[0].rstrip(b";")[-1] in _PLUS else b"/", line)


def _may_spell(line: bytes, alphabet: Alphabet) -> bool:
    return alphabet.spelled and (b"\\" in line or b"%" in line or b"&" in line)
