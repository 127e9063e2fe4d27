"""Lines of GitLab's runner that were written in several goes, put together.

A job's outputs are numbered streams. What is written without a line break is flushed, and what follows has a `+` after the stream's name: it
belongs to the last line of its stream, though others may have written meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.contract import Rx

Stretch = tuple[int, int]
"""Beginning and end of a part of a text."""


def in_order(text: bytes, lead: Rx, before: bytes | None) -> Iterator[Stretch]:
    """The parts of some lines, each with the line break before it, in the order in which they are to be read; what `lead` takes out is left out.

    `lead` matches from the line break on, with the groups `stream` and `more`; `before` is the stream that wrote the line before the text.
    """
    lines: list[list[Stretch]] = []
    last: dict[bytes, list[Stretch]] = {}
    for start, end in _lines(text):
        taken = lead.match(text, start, end)
        rest = (start if taken is None else taken.end(), end)
        stream = None if taken is None else taken["stream"]
        if taken is not None and stream is not None and taken["more"] == b"+" and (stream in last or (not lines and stream == before)):
            line = last.get(stream)
            if line is None:
                lines.append(line := [])
            line.append(rest)
        elif taken is None:
            lines.append(line := [rest])
        else:
            lines.append(line := [(start, start + 1), rest])
        if stream is not None:
            last[stream] = line
    for line in lines:
        yield from line


def _lines(text: bytes) -> Iterator[Stretch]:
    start = 0
    for found in re.finditer(rb"\n", text):
        if found.start() > start:
            yield start, found.start()
        start = found.start()
    yield start, len(text)
