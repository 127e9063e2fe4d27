r"""Logs inside the JSON that an API answers with: their text as one, with where each part of it stands in the file.

- CircleCI, `output_url` of a step: `[{"message": "…", "time": "…", "type": "out"}, …]`, cut anywhere, so that a value may go on in the next message.
- Azure DevOps, `build/builds/ID/logs/ID`: `{"count": 2, "value": ["line", …]}`.
- Buildkite, `jobs/ID/log`: `{"url": "…", "content": "…", "header_times": […]}`.

Sources: the three APIs' references. Only strings are looked at, one after the other, so that an answer may be damaged or cut off.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Sequence

from scanner.contract import Rx, rx
from scanner.records import dataclass, field

_STRING = r'" (?: [^"\\]++ | \\ [\x00-\xff] )*+ "'
_MESSAGES = rx(r'\s{0,64} \[ \s{0,64} \{ \s{0,64} " (?: message | time | type | truncated ) " \s{0,16} :')
_MESSAGE = rx(rf'" message " \s{{0,16}} : \s{{0,16}} (?P<text> {_STRING} )')
_LINES = rx(
    r'\s{0,64} \{ \s{0,64} (?: "count" \s{0,16} : \s{0,16} [0-9]{1,12} \s{0,64} , \s{0,64} )? "value" \s{0,16} : \s{0,16} \[ \s{0,64} "'
)
_LINE = rx(rf"(?P<text> {_STRING} ) \s{{0,64}} (?: , | \] )")
_CONTENT = rx(r'\s{0,64} \{ \s{0,64} "url" \s{0,16} : \s{0,16} "[^"\\]{1,1024}" \s{0,64} , \s{0,64} (?= "content" \s{0,16} : )')
_ONE = rx(rf'" (?: content ) " \s{{0,16}} : \s{{0,16}} (?P<text> {_STRING} )')
_BLANK = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))
"""Takes everything out of a text but its lines."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The log that an answer holds."""

    text: bytes = field(repr=False)
    rest: bytes = field(repr=False)
    """The file with blanks where the log stands."""
    starts: Sequence[int] = field(repr=False)
    """Where each part begins in `text`."""
    lines: Sequence[int] = field(repr=False)
    """The line of the file on which it stands."""

    def line(self, offset: int) -> int:
        """The line of the file for a place in the text."""
        return self.lines[max(0, bisect_right(self.starts, offset) - 1)] if self.lines else 1


def answer_of(data: bytes) -> Answer | None:
    """The log in an API's answer; None for what is none of the three. Never raises."""
    for opening, part, between in ((_MESSAGES, _MESSAGE, b""), (_LINES, _LINE, b"\n"), (_CONTENT, _ONE, b"")):
        begun = opening.match(data)
        if begun is not None:
            return _read(data, part, between, 0 if part is _MESSAGE else begun.end() - (part is _LINE))
    return None


def _read(data: bytes, part: Rx, between: bytes, start: int) -> Answer | None:
    text, rest = bytearray(), bytearray()
    starts, lines = array("Q"), array("Q")
    at, line = 0, 1
    for found in part.finditer(data, start):
        said = _said(found["text"])
        if said is None:
            continue
        begin, end = found.span("text")
        line += data.count(b"\n", at, begin)
        rest += data[at:begin]
        rest += data[begin:end].translate(_BLANK)
        starts.append(len(text))
        lines.append(line)
        text += said + between
        line += data.count(b"\n", begin, end)
        at = end
    rest += data[at:]
    return Answer(bytes(text), bytes(rest), starts, lines) if starts else None


def _said(string: bytes) -> bytes | None:
    """What a string of JSON says; None where it is none, so that it is read as it stands."""
    try:
        said = str(json.loads(string.decode("utf-8", "surrogateescape"), strict=False))
    except ValueError:
        return None
    try:
        return said.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a pair
        return said.encode("utf-8", "replace")
