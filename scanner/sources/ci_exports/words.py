"""Words of POSIX shells, bash, ksh and zsh, with their quoting undone.

Sources: POSIX.1-2024, Shell Command Language, 2.2 Quoting; Bash Reference Manual, 3.1.2 Quoting; what ksh 93u+m, mksh 59 and zsh 5.9
print. Nothing is expanded: `$`, backquotes and `~` mean themselves. Every byte is looked at a bounded number of times.
"""

from __future__ import annotations

import re

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass, field

MOST_PIECES = 1_000_000
"""Changes of quoting in one word; Linux hands no variable of more than 131,072 bytes to a process."""

_BARE = re.compile(rb"""(?:[^ \t\r\n'"\\$;&|<>()]|\$(?!['"])){1,4096}""")
_IN_DOUBLE_QUOTES_RUN = re.compile(rb"""(?:[^"\\]|\\.){1,4096}""", re.DOTALL)
_IN_ANSI_C_RUN = re.compile(rb"(?:[^'\\]|\\(?:M-\\C-.|M-\\[tn]|[MC]-.|.)){1,4096}+", re.DOTALL)
_IN_DOUBLE_QUOTES = re.compile(rb"""\\(?: (?P<itself> [$`"\\] ) | \n )""", re.VERBOSE)
_ANSI_C = re.compile(
    rb"""\\ (?:
        (?P<letter> [abeEfnrtv\\'"?] )
      | (?P<octal> [0-7]{1,3} )
      | x (?P<hex> [0-9a-fA-F]{1,2} )
      | x \[ (?P<bracketed> [0-9a-fA-F]{1,2} ) \]
      | u (?P<short> [0-9a-fA-F]{1,4} )
      | U (?P<long> [0-9a-fA-F]{1,8} )
      | c (?P<control> \\\\ | [^\\] )
      | (?P<meta> M-\\C- | M- | C- ) (?P<base> (?<=M-) \\[tn] | . )
    )""",
    re.VERBOSE | re.DOTALL,
)
"""The escapes of `$'…'`. ksh puts hexadecimal digits in brackets where another digit follows; the last row is zsh's, which writes
bytes beyond ASCII as Meta and control characters as Control, and does not escape a quote or a backslash in there."""
_LETTERS = {
    b"a": b"\a",
    b"b": b"\b",
    b"e": b"\x1b",
    b"E": b"\x1b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
}
_LAST_CODE_POINT = 0x10FFFF
_DELETE = b"?"


class UnclosedError(UnreadableError):
    """A quote is opened and never closed."""

    def __init__(self) -> None:
        super().__init__(Reason.MALFORMED, "expected a closing quote")


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its quotes."""

    value: bytes = field(repr=False)
    end: int
    """Just past the word."""
    offset: int | None
    """Where the text has the value's bytes as they are."""


@dataclass(frozen=True, slots=True)
class _Piece:
    value: bytes = field(repr=False)
    start: int
    """Of what is inside the quotes."""
    end: int
    """Just past the piece, quotes included."""
    changed: bool = False


def read_word(text: bytes, start: int) -> Word:
    """The word that begins at `start` and ends before a blank, an operator or the end of `text`; it may be empty.

    Raises `UnreadableError`, for a quote that is not closed an `UnclosedError`.
    """
    first = piece = _piece(text, start)
    if first is None:
        return Word(b"", start, start)
    value, pieces = bytearray(), 0
    while piece is not None:
        value += piece.value
        end = piece.end
        pieces += 1
        if pieces > MOST_PIECES:
            raise UnreadableError(Reason.TOO_LARGE, f"expected at most {MOST_PIECES} changes of quoting")
        piece = _piece(text, end)
    if pieces == 1:
        return Word(first.value, end, None if first.changed else first.start)
    return Word(bytes(value), end, start if len(value) == end - start else None)


def _piece(text: bytes, at: int) -> _Piece | None:
    """The stretch of one quoting that begins at `at`; None at the end of the word."""
    mark = text[at : at + 1]
    if mark == b"'":
        return _single(text, at + 1)
    if mark == b'"':
        return _double(text, at + 1)
    if text.startswith((b"$'", b'$"'), at):
        return _double(text, at + 2) if text.startswith(b'"', at + 1) else _ansi_c(text, at + 2)
    if mark == b"\\":
        escaped = text[at + 1 : at + 2]
        return _Piece(b"" if escaped == b"\n" else escaped, at + 1, min(at + 2, len(text)), changed=True)
    bare = _BARE.match(text, at)
    return _Piece(bare[0], at, bare.end()) if bare else None


def _single(text: bytes, start: int) -> _Piece:
    end = text.find(b"'", start)
    if end < 0:
        raise UnclosedError
    return _Piece(text[start:end], start, end + 1)


def _double(text: bytes, start: int) -> _Piece:
    end = _after_run(text, _IN_DOUBLE_QUOTES_RUN, start)
    raw = text[start:end]
    value = _IN_DOUBLE_QUOTES.sub(lambda escape: escape["itself"] or b"", raw) if b"\\" in raw else raw
    return _Piece(value, start, end + 1, changed=value != raw)


def _ansi_c(text: bytes, start: int) -> _Piece:
    end = _after_run(text, _IN_ANSI_C_RUN, start)
    raw = text[start:end]
    value = _ANSI_C.sub(_unescape, raw) if b"\\" in raw else raw
    return _Piece(value, start, end + 1, changed=value != raw)


def _after_run(text: bytes, run: re.Pattern[bytes], start: int) -> int:
    """Where the quote is that ends what `run` describes. Raises `UnclosedError`."""
    at = start
    while (passed := run.match(text, at)) is not None:
        at = passed.end()
    if text[at : at + 1] in {b"", b"\\"}:
        raise UnclosedError
    return at


def _unescape(escape: re.Match[bytes]) -> bytes:
    if (letter := escape["letter"]) is not None:
        return _LETTERS.get(letter, letter)
    if (octal := escape["octal"]) is not None:
        return bytes([int(octal, 8) & 0xFF])
    if (byte := escape["hex"] or escape["bracketed"]) is not None:
        return bytes([int(byte, 16)])
    if (control := escape["control"]) is not None:
        return _control(control[-1:])
    code_point = escape["short"] or escape["long"]
    return _zsh(escape) if code_point is None else encoded(int(code_point, 16))


def _zsh(escape: re.Match[bytes]) -> bytes:
    meta, base = escape["meta"], escape["base"]
    letter = _LETTERS.get(base[-1:], base[-1:]) if len(base) > 1 else base
    byte = (_control(letter) if meta.endswith(b"C-") else letter)[0]
    return bytes([byte | 0x80 if meta.startswith(b"M-") else byte])


def _control(letter: bytes) -> bytes:
    return b"\x7f" if letter == _DELETE else bytes([letter[0] & 0x1F])


def encoded(code_point: int) -> bytes:
    """The code point in UTF-8; a replacement character where there is no such code point."""
    return chr(code_point).encode("utf-8", "surrogatepass") if code_point <= _LAST_CODE_POINT else b"\xef\xbf\xbd"
