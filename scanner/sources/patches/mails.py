"""The text of a patch, whatever it came in: colours of a terminal are taken out, and mails are decoded (RFC 2045, RFC 2046).

`git format-patch` writes mails one after the other (mbox, RFC 4155), and on their way mails are encoded. What is decoded is never longer
than what it comes from.
"""

from __future__ import annotations

import binascii
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from scanner.records import dataclass, field
from scanner.sources.patches.nouns import MOST, BrokenPatchError, LargePatchError

SEPARATOR = re.compile(
    rb"^From (\S{1,256}) {1,2}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d"
    rb" [^\n]{0,40}$",
    re.MULTILINE,
)
"""How a mail begins in an mbox."""
HEADER = re.compile(rb"([!-9;-~]{1,77}):[ \t]*+(.*)")
_COLOUR = re.compile(rb"\x1b\[[0-9;:]*[mK]")
_COLOURED = re.compile(rb"^(?:\x1b\[[0-9;:]*[mK])+(?:diff |--- |\+\+\+ |@@|[-+ ])", re.MULTILINE)
_ENCODED = re.compile(
    rb"^content-(?:transfer-encoding:[ \t]*(?:quoted-printable|base64)|type:[ \t]*multipart/)", re.MULTILINE | re.IGNORECASE
)
_BLANK = re.compile(rb"^\r?\n", re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_BOUNDARY = re.compile(rb"""boundary[ \t]*=[ \t]*(?:"([^"\r\n]{1,200})"|([^\s";,]{1,200}))""", re.IGNORECASE)
_TELLING = frozenset({b"from", b"subject"})
_DEEPEST = 8
"""Parts inside of parts."""
_MOST_PARTS = 10_000
_LONGEST_HEAD = 1 << 16
"""Bytes that the headers of a mail may have to be told from a text."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Which line of the input a line of the text is; of what was decoded, the one where that begins."""

    starts: tuple[int, ...] = (1,)
    inputs: tuple[tuple[int, bool], ...] = ((1, True),)
    """For each of `starts` the line of the input, and whether they go on side by side from there."""

    def of(self, line: int) -> int:
        """The line of the input."""
        at = bisect_right(self.starts, line) - 1
        number, counts = self.inputs[at]
        return number + line - self.starts[at] if counts else number


@dataclass(slots=True)
class _Written:
    """The text so far."""

    parts: list[bytes] = field(default_factory=list)
    line: int = 1
    starts: list[int] = field(default_factory=list)
    inputs: list[tuple[int, bool]] = field(default_factory=list)

    def add(self, data: bytes, line: int, *, counts: bool) -> None:
        self.starts.append(self.line)
        self.inputs.append((line, counts))
        self.parts.append(data)
        self.line += data.count(b"\n")


@dataclass(frozen=True, slots=True)
class _Part:
    """A mail or a part of one, with its headers."""

    start: int
    end: int
    line: int
    depth: int = 0


def plain(data: bytes) -> tuple[bytes, Lines]:
    """The text of the patch in `data`, and where its lines were."""
    if b"\x1b[" in data and _COLOURED.search(data):
        data = _COLOUR.sub(b"", data)
    if not _ENCODED.search(data):
        return data, Lines()
    written = _Written()
    line, at = 1, 0
    starts = [match.start() for match in islice(SEPARATOR.finditer(data), MOST + 1)]
    if len(starts) > MOST:
        what = f"{MOST} mails"
        raise LargePatchError(what)
    for start, end in zip((0, *starts), (*starts, len(data)), strict=True):
        if start < end:
            line, at = line + data.count(b"\n", at, start), start
            _write_mail(data, _Part(start, end, line), written)
    return b"".join(written.parts), Lines(tuple(written.starts), tuple(written.inputs))


def is_head(text: bytes, at: int = 0) -> bool:
    """Whether the headers of a mail begin at `at`."""
    telling, folded, last = False, False, at + _LONGEST_HEAD
    while (end := text.find(b"\n", at, last)) >= 0:
        line = text[at:end].removesuffix(b"\r")
        if not line:
            return telling
        match = HEADER.match(line)
        if match is None and not (folded and line[:1] in b" \t"):
            return False
        telling = telling or (match is not None and match[1].lower() in _TELLING)
        at, folded = end + 1, True
    return False


def _write_mail(data: bytes, mail: _Part, written: _Written) -> None:
    separator = SEPARATOR.match(data, mail.start)
    begin = separator.end() + 1 if separator else mail.start
    body = _behind_headers(data, begin, mail.end)
    if not separator and not is_head(data, begin):
        written.add(data[mail.start : mail.end], mail.line, counts=True)
        return
    written.add(data[mail.start : body], mail.line, counts=True)
    line = mail.line + data.count(b"\n", mail.start, begin)
    stack = [_Part(begin, mail.end, line)]
    while stack:
        part = stack.pop()
        stack += reversed(list(_write_part(data, part, written)))


def _write_part(data: bytes, part: _Part, written: _Written) -> Iterator[_Part]:
    """Writes the part, decoded, or gives the parts of which it is made."""
    body = _behind_headers(data, part.start, part.end)
    headers = dict(_headers(data[part.start : body]))
    line = part.line + data.count(b"\n", part.start, body)
    kind, encoding = headers.get(b"content-type", b""), headers.get(b"content-transfer-encoding", b"").strip().lower()
    boundary = _BOUNDARY.search(kind) if kind.lower().startswith(b"multipart/") else None
    if boundary is not None and part.depth < _DEEPEST:
        yield from _parts(data, _Part(body, part.end, line, part.depth + 1), boundary[1] or boundary[2])
    elif encoding == b"quoted-printable":
        written.add(_ended(binascii.a2b_qp(data[body : part.end])), line, counts=False)
    elif encoding == b"base64":
        try:
            written.add(_ended(binascii.a2b_base64(data[body : part.end])), line, counts=False)
        except binascii.Error:
            raise BrokenPatchError(line, "the base64 of this mail cannot be decoded") from None
    else:
        written.add(_ended(data[body : part.end]), line, counts=True)


def _parts(data: bytes, outer: _Part, boundary: bytes) -> Iterator[_Part]:
    """What lies between the boundaries in the body `outer`."""
    marks = list(
        islice(
            re.finditer(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$\n?", data[outer.start : outer.end], re.MULTILINE),
            _MOST_PARTS + 1,
        )
    )
    if not 0 < len(marks) <= _MOST_PARTS:
        raise BrokenPatchError(outer.line, "the parts of this mail cannot be told apart")
    line, at = outer.line, outer.start
    ends = [outer.start + mark.start() for mark in marks[1:]]
    for mark, end in zip(marks, (*ends, outer.end), strict=True):
        if mark[1]:
            break
        start = outer.start + mark.end()
        line, at = line + data.count(b"\n", at, start), start
        yield _Part(start, end, line, outer.depth)


def _behind_headers(data: bytes, start: int, end: int) -> int:
    """Where the body begins of what begins with headers."""
    blank = _BLANK.search(data, start, end)
    return blank.end() if blank else end


def _headers(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    for line in _FOLD.sub(b" ", head).splitlines():
        if match := HEADER.fullmatch(line):
            yield match[1].lower(), match[2]


def _ended(body: bytes) -> bytes:
    """A body whose last line ends."""
    return body if not body or body.endswith(b"\n") else body + b"\n"
