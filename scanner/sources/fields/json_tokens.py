"""JSON as an outline, also where it is not quite JSON: comments, trailing commas, names without quotes, several documents."""

from __future__ import annotations

import json
import re

from scanner.sources.fields.named import text_of
from scanner.sources.fields.outline import LARGEST, Outline

_TOKEN = re.compile(rb'["\[\]{},:]|/[/*]')
_LONGEST_KEY = 1_024


def read_json(text: bytes, outline: Outline) -> None:
    """Tells `outline` the strings of `text`. Never raises; what makes no sense is passed over."""
    if len(text) > LARGEST:
        return
    position = 0
    while (token := _TOKEN.search(text, position)) is not None and not outline.full:
        start, mark = token.start(), token[0]
        if mark == b'"':
            position = _string_end(text, start)
            outline.scalar(start, position, _string(text[start:position]))
            continue
        if mark == b":":
            outline.name(_bare(text[position:start]))
        position = _after_comment(text, token) if mark in {b"//", b"/*"} else token.end()
        _tell(outline, mark)


def _tell(outline: Outline, mark: bytes) -> None:
    if mark in b"{[":
        outline.open(mapping=mark == b"{")
    elif mark in b"}]":
        outline.close()
    elif mark == b",":
        outline.comma()


def _bare(raw: bytes) -> str:
    return text_of(raw[-_LONGEST_KEY:].strip())


def _after_comment(text: bytes, token: re.Match[bytes]) -> int:
    end = text.find(b"\n" if token[0] == b"//" else b"*/", token.end())
    return len(text) if end < 0 else end + 1


def _string_end(text: bytes, start: int) -> int:
    """Just past the quote that closes the string which begins at `start`; every byte is looked at once."""
    position = start + 1
    quote = text.find(b'"', position)
    while quote >= 0:
        escape = text.find(b"\\", position, quote)
        if escape < 0:
            return quote + 1
        position = escape + 2
        if position > quote:
            quote = text.find(b'"', position)
    return len(text)


def _string(raw: bytes) -> str:
    """What a quoted string says, or how it is written if that is no JSON."""
    if b"\\" not in raw:
        return text_of(raw[1:].removesuffix(b'"'))
    if len(raw) <= _LONGEST_KEY:
        try:
            return str(json.loads(raw)).encode("utf-8", "replace").decode("utf-8")
        except ValueError:
            pass
    return text_of(raw[1:].removesuffix(b'"'))
