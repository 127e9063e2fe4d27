"""fish: `set -x`, which lists names with their values.

Each entry is one line. A value that needs no escapes stands as it is, bare or between single quotes, within which nothing is escaped;
a list has each element between quotes, two blanks apart. Other values have backslash escapes and no quotes. Long values are cut unless
`set -xL` was asked. Source: what fish 3.6 prints; its documentation of `set` does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.contract import Secret
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, listed
from scanner.sources.ci_exports.words import encoded

_TELLING = re.compile(rb"^(?:HOME|PATH|PWD)[ ](?!=)", re.MULTILINE)
"""Names that every environment has, and what follows them in no other dialect."""
_ENTRY = re.compile(rb"(?P<name>[A-Za-z_][A-Za-z0-9_]{0,255})(?:[ ]|\Z)")
_ESCAPE = re.compile(
    rb"""\\ (?:
        (?P<letter> [abefnrtv] )
      | (?P<octal> [0-7]{1,3} )
      | [xX] (?P<hex> [0-9a-fA-F]{1,2} )
      | u (?P<short> [0-9a-fA-F]{1,4} )
      | U (?P<long> [0-9a-fA-F]{1,8} )
      | c (?P<control> . )
      | (?P<itself> . )
    )""",
    re.VERBOSE,
)
_LETTERS = dict(zip(b"abefnrtv", b"\a\b\x1b\f\n\r\t\v", strict=True))
_QUOTE = b"'"
_BETWEEN = b"'  '"
_ELLIPSIS = "…".encode()
_CUT_LENGTH = 60
"""Characters that are left of a long value."""


def read(content: Content) -> Listing | None:
    """The list; None where a line is no entry of one."""
    if not content.is_lines or not _TELLING.search(content.text):
        return None
    if not all(_ENTRY.match(line) for _, line in _lines(content.text) if line):
        return None
    return listed(_items(content))


def _lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line without what ends it, and where it begins."""
    start = 0
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        yield start, text[start:end].rstrip(b"\r")
        start = end + 1


def _items(content: Content) -> Iterator[Item]:
    for number, (start, line) in enumerate(_lines(content.text), start=content.first_line):
        entry = _ENTRY.match(line)
        if entry is None:
            continue
        name = entry["name"].decode()
        if _is_cut(line, entry.end()):
            yield Entry(name, None, number)
            yield Flaw(f"line {number}: expected the whole value, which set -xL prints")
        else:
            value, inside = _value(name, line[entry.end() :])
            same = line.startswith(value, entry.end() + inside)
            offset = start + entry.end() + inside if same else None
            yield Entry(name, Secret(value), number, offset, () if same else ("shell",))


def _is_cut(line: bytes, start: int) -> bool:
    return line.endswith(_ELLIPSIS) and len(line[start:].decode("utf-8", "replace")) > _CUT_LENGTH


def _value(name: str, raw: bytes) -> tuple[bytes, int]:
    """What an exported variable of this display holds, and how many bytes come before it; lists are joined as fish exports them."""
    if len(raw) > 1 and raw.startswith(_QUOTE) and raw.endswith(_QUOTE):
        return raw[1:-1].replace(_BETWEEN, b":" if name.endswith("PATH") else b" "), 1
    return _ESCAPE.sub(_unescape, raw), 0


def _unescape(escape: re.Match[bytes]) -> bytes:
    if (letter := escape["letter"]) is not None:
        return bytes([_LETTERS[letter[0]]])
    if (octal := escape["octal"]) is not None:
        return bytes([int(octal, 8) & 0xFF])
    if (byte := escape["hex"]) is not None:
        return bytes([int(byte, 16)])
    if (control := escape["control"]) is not None:
        return bytes([control[0] & 0x1F])
    code_point = escape["short"] or escape["long"]
    return escape["itself"] if code_point is None else encoded(int(code_point, 16))
