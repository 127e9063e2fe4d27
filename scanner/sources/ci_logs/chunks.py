"""A log in pieces of whole lines, in UTF-8, however large it is."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator

from scanner.contract import rx
from scanner.records import dataclass

Pull = Callable[[int], bytes]
"""Gives at most so many of the next bytes, and none at the end."""

GULP = 1 << 20
"""Bytes that are read at once, and of a chunk, unless one line has more."""
LONGEST = 4 << 20
"""Bytes of a line from which on it is cut: a line of a log may be all of it."""
_CONTROLS = 8 << 10
"""Bytes at the end of a line that is cut in which the cut is made before a control sequence instead of in its midst."""

_AHEAD = 64
"""Bytes behind a chunk that are known when it ends: what tells that its last line goes on."""

GOES_ON = rx(r"\n [0-9-]{10}T[0-9:.,]{8,18}[Z0-9:+-]{1,6} [ ] [0-9a-f]{2}[EO] \+")
"""The beginning of a line of GitLab's that goes on with an earlier one, see `streams`."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16be"),
)
"""Byte order mark, Python's codec, the report's word. UTF-32's mark in little endian begins with that of UTF-16."""
_SAMPLE = 64
"""Bytes that decide about UTF-16 without a mark."""


@dataclass(frozen=True, slots=True)
class Width:
    """What a log in wide characters is written in, as what PowerShell puts into a file is."""

    codec: str
    encoding: str
    """The report's word."""


def width_of(head: bytes) -> Width | None:
    """The width of a log's characters, told from its first bytes; None for UTF-8 and everything that is read like it."""
    for mark, codec, word in _MARKS:
        if head.startswith(mark):
            return Width(codec, word)
    sample = head[: min(_SAMPLE, len(head) & ~1)]
    if sample and not any(sample[1::2]) and all(sample[::2]):
        return Width("utf-16-le", "utf-16le")
    if sample and not any(sample[::2]) and all(sample[1::2]):
        return Width("utf-16-be", "utf-16be")
    return None


def chunks(pull: Pull, width: Width | None = None) -> Iterator[bytes]:
    """The log in order, each chunk some lines with the line break before each of them; the first with one that the log does not have.

    A line of more than `LONGEST` bytes goes on in the next chunk, which then begins without a line break. How much `pull` gives at once makes no
    difference. Raises what it does.
    """
    held = b"\n"
    for piece in _pieces(pull, width):
        held += piece
        while cut := _cut(held):
            yield held[:cut]
            held = held[cut:]
    if held:
        yield held


def _cut(held: bytes) -> int:
    """Where the next chunk ends; 0 where more must be read to tell."""
    if len(held) < GULP + _AHEAD:
        return 0
    cut = first = held.rfind(b"\n", 1, GULP)
    while cut > 0 and GOES_ON.match(held, cut):
        cut = held.rfind(b"\n", 1, cut)
    if first > 0:
        return cut if cut > 0 else first
    cut = held.find(b"\n", GULP, LONGEST)
    if cut > 0 or len(held) < LONGEST + _AHEAD:
        return max(0, cut)
    cut = held.rfind(b"\x1b", LONGEST - _CONTROLS, LONGEST)
    return cut if cut > 0 else _between_characters(held, LONGEST)


def _between_characters(text: bytes, at: int) -> int:
    """`at`, or the place before it where a character of UTF-8 begins."""
    for place in range(at, max(0, at - 4), -1):
        if text[place] & 0xC0 != 0x80:  # noqa: PLR2004 - how every byte of a character but the first begins
            return place
    return at


def _pieces(pull: Pull, width: Width | None) -> Iterator[bytes]:
    if width is None:
        while piece := pull(GULP):
            yield piece
        return
    decoder = codecs.getincrementaldecoder(width.codec)("replace")
    while piece := pull(GULP):
        yield _utf8(decoder.decode(piece))
    yield _utf8(decoder.decode(b"", final=True))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
