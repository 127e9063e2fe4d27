"""Replacing what a pattern finds, in memory that the text bounds: `re.sub` makes an object of every piece before it joins them."""

from __future__ import annotations

import re
from collections.abc import Callable


def replaced(pattern: re.Pattern[bytes], meant: Callable[[re.Match[bytes]], bytes], raw: bytes) -> bytes:
    """`raw` with what `pattern` finds as it is `meant`."""
    made, at = bytearray(), 0
    for found in pattern.finditer(raw):
        made += raw[at : found.start()]
        made += meant(found)
        at = found.end()
    return bytes(made) + raw[at:] if at else raw
