"""What separates two lines of one encoded run: the end of a line with all that begins the next, or the end of a string part.

It is the same wherever it is written by somebody who did not want a long line: in a program, in YAML, in a mail, in a comment, a patch, a log.
"""

from __future__ import annotations

import re

from scanner.contract import rx

_LONGEST = 160
"""Bytes that a line break with all that belongs to it may have."""
_IN_A_LINE = 48
"""Bytes that a seam without a real line break may have."""
_WIDTHS = frozenset({60, 64, 72, 76})
"""How long the lines are that tools make. Where a shell made blanks of their ends, nothing else tells them from words."""

_CR = r"(?: \\{1,8} r | %(?:25)?0[dD] | &\#(?:13|[xX]0?[dD]); )"
_LF = r"(?: \\{1,8} n | %(?:25)?0[aA] | &\#(?:10|[xX]0?[aA]); )"
"""Line breaks that are spelled: in strings, URLs and XML."""
_JOINS = r"(?: \+{1,2} | \.{1,3} | [,&~\\^] | <[<>] | \|\| )"
"""What programs write between two string parts."""
_OPENS = r"""[A-Za-z@$]{0,2} ["'`]"""
_NAME = r"\$?[A-Za-z_][\w.]{0,31}"
_APPENDS = rf"(?: {_NAME} [ \t]{{0,4}} (?: [+.&]= | << | = [ \t]{{0,4}} {_NAME} [ \t]{{0,4}} [+&.] ) [ \t]{{0,4}} (?= {_OPENS} ) )"
"""The beginning of a statement that appends a string to a variable."""
_STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.,]{8,18} (?: Z | [+-][0-9]{2}:?[0-9]{2} )?"
_MARK = rf"(?: (?: >[ ]? ){{1,4}} | (?: [\#*;|] | // | -- | (?i: rem | echo ) | {_STAMP} ) [ \t]{{1,4}} )"
"""What stands before each line of a mail that is quoted, of a comment, of a log."""
_SEAM = rf"""
    (?P<spelled> {_CR} {_LF}? | {_LF} )?
    (?P<close> ["'`] [ \t]{{0,8}} (?: {_JOINS} [ \t]{{0,8}} )? )?
    [ \t]{{0,8}}
    (?P<line> [`^\\_;]? (?: \r?\n | \r ) [ \t]{{0,64}} (?: SIGN [ \t]{{0,64}} )? (?: {_MARK} [ \t]{{0,48}} )? {_APPENDS}? )?
    (?: {_JOINS} [ \t]{{0,8}} (?= {_OPENS} ) )?
    (?P<open> {_OPENS} )?
"""


_SPELLED_BEFORE = rx(rf"(?: {_CR} | {_LF} | &\#(?:1[03]|[xX]0?[aAdD]) )\Z")
_SPELLED = 2
"""Spelled characters that one line break has."""
_SIGNS = b" \t\r\n\"'`+.,&~<>|\\^_;@$"
"""What a seam may have before its line break, apart from the letters of spelled ones."""
_LAST = frozenset(bytes((sign,)) for sign in b" \t\r\n\"'`>+-;nraAdD")
"""How a seam ends."""


Before = tuple[int, bool] | None


class Seams:
    """How the lines of a run in one alphabet are separated."""

    def __init__(self, sign: str) -> None:
        """`sign` is an expression for how a line of a patch begins."""
        seam = _SEAM.replace("SIGN", sign)
        self._after = rx(seam)
        self._before = rx(seam + r"\Z")

    def after(self, text: bytes, at: int, length: int) -> int | None:
        """Where the next line begins, if only a seam separates it from the line of so many characters that ends at `at`."""
        match = self._after.match(text, at)
        return match.end() if match is not None and _parts(match, length) else None

    def before(self, text: bytes, at: int, floor: int) -> Before:
        """Where the line before the one that begins at `at` ends, if only a seam separates them; and whether only `fits` can tell that."""
        if text[at - 1 : at] not in _LAST:
            return None
        low = max(floor, at - _LONGEST)
        line_break = max(text.rfind(b"\n", low, at), text.rfind(b"\r", low, at))
        end = line_break - (text[line_break - 1 : line_break] == b"\r")
        if end > low and text[end - 1 : end].isalnum() and not text[line_break:at].strip(b" \t\r\n"):
            return end, False  # as it nearly always is
        for last in (line_break + 1, at) if line_break >= 0 else (at,):
            for first in range(_first(text, max(floor, last - _IN_A_LINE), last), last):
                match = self._before.match(text, first, at)
                if match is not None and _parts(match, min(_WIDTHS)):
                    return first, match[0] == b" "
        return None


def _first(text: bytes, low: int, last: int) -> int:
    """Where a seam may begin whose line break, or whose end, is before `last`; not before `low`."""
    rest = text[low:last].rstrip(_SIGNS)
    for _ in range(_SPELLED):
        spelled = _SPELLED_BEFORE.search(rest)
        if spelled is None:
            break
        rest = rest[: spelled.start()].rstrip(_SIGNS)
    return low + len(rest)


def fits(length: int) -> bool:
    """Whether a line of so many characters goes on behind a blank."""
    return length in _WIDTHS


def _parts(match: re.Match[bytes], length: int) -> bool:
    return bool(match["spelled"] or match["line"] or (match["close"] and match["open"]) or (match[0] == b" " and fits(length)))


FOR_LETTERS = Seams(r"""[+-] (?= [ \t"'`\#*;>|] )""")
"""Where the sign of a patch may be one of the run's own characters, unless something follows it."""
FOR_DIGITS = Seams("[+-] (?! [+-] )")
