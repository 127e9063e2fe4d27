"""What came from input cannot act on a reader: not on a terminal, not on a parser, not on the order in which text is read."""

from __future__ import annotations

import re

_BYTES = range(0xDC80, 0xDD00)
"""Lone surrogates that stand for one byte which was no UTF-8 (PEP 383)."""

_LONE = re.compile("[\ud800-\udfff]")

_HIDDEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: cursor movement, colours, line breaks
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2800\u3164\uffa0"  # letters and marks that draw nothing
    "\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible, line breaks, direction (UAX #9)
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # invisible format and tag characters
    "\ud800-\udfff"
    "]"
)


def encodable(text: str) -> str:
    r"""`text` as valid Unicode: a byte that was no UTF-8 is `\xNN`, any other lone surrogate `\uNNNN`."""
    return text if text.isascii() else _LONE.sub(lambda match: _escaped(match[0]), text)


def shown(text: str) -> str:
    r"""`text` on one line, with every character that is not drawn or that moves other text written as its escape: `\x1b`, `\u202e`."""
    return _HIDDEN.sub(lambda match: _escaped(match[0]), text)


def inert_json(text: str) -> str:
    """JSON of the same meaning that can also be printed: no DEL, C1, direction or invisible character stands in it as itself."""
    return _HIDDEN.sub(lambda match: match[0] if match[0] == "\n" else _json_escaped(match[0]), text)


def _escaped(character: str) -> str:
    code = ord(character)
    if code in _BYTES:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:  # noqa: PLR2004 - the last code point of two hex digits
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - the end of the basic plane


def _json_escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[at : at + 2]):04x}" for at in range(0, len(units), 2))
