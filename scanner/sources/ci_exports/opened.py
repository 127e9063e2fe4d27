"""The text of an export whose values were deciphered: a name beside a value may be all that tells what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.shapes import Entry

_CLOSING = re.compile(rb"[\"']|</[^<>]{1,256}>")
"""What ends a value in XML."""
_WRITTEN = ((b"&", b"&amp;"), (b"<", b"&lt;"), (b'"', b"&quot;"), (b"'", b"&apos;"))
"""How XML writes what would end a value."""


def with_opened(data: bytes, content: Content, entries: Iterable[Entry]) -> bytes:
    """The file with values in place of what they were deciphered from, which has no more to tell; as it is where it has other bytes than the text.

    Nothing else moves: blanks stand behind the quote or the tag that ends a value. One that has lines of its own, or is longer, leaves blanks alone.
    """
    opened = [entry for entry in entries if entry.opened is not None] if content.shift is not None else []
    if not opened:
        return data
    text = bytearray(data)
    for entry in opened:
        start, end = (at + (content.shift or 0) for at in entry.opened or (0, 0))
        value = b"" if entry.value is None else entry.value.reveal()
        for character, written in _WRITTEN:
            value = value.replace(character, written)
        value = value if b"\n" not in value and len(value) <= end - start else b""
        closing = _CLOSING.match(data, end)
        mark = closing[0] if closing else b""
        text[start : end + len(mark)] = (value + mark).ljust(end - start + len(mark))
    return bytes(text)
