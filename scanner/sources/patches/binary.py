"""Binary hunks as git writes them with `--binary`: the content itself, or its difference to the content before.

A section is a line `literal SIZE` or `delta SIZE`, then lines of base 85 in git's alphabet, each behind a letter that says how many bytes
it holds (`A` to `Z` are 1 to 26, `a` to `z` are 27 to 52), then an empty line. What they hold is deflated (RFC 1950). The first section
leads forward, a second one back (gitformat-pack(5) for deltas; `git apply` for all else, which is how they are read).
"""

from __future__ import annotations

import re
import zlib
from base64 import b85decode

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass
from scanner.sources.large import HELD
from scanner.sources.patches.nouns import BrokenPatchError

MARK = b"GIT binary patch"
MOST = 512 << 20
"""Bytes that all binary hunks of a patch may hold."""
_SECTION = re.compile(rb"(literal|delta) (\d{1,18})\r?\n")
_LINE = re.compile(rb"(?:[A-Za-z][0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{5,65}\r?\n)*")
_CAPITALS, _SMALL = ord("A") - 1, ord("a") - 27


@dataclass(frozen=True, slots=True)
class Section:
    """One direction of a binary hunk."""

    kind: bytes
    size: int
    """Bytes of what it holds, as it says."""
    start: int
    end: int
    """Where its lines lie in the text."""


def section(text: bytes, at: int) -> Section | None:
    """The section that begins at `at`; None where none does."""
    head = _SECTION.match(text, at)
    if head is None:
        return None
    lines = _LINE.match(text, head.end())
    return Section(head[1], int(head[2]), head.end(), lines.end() if lines else head.end())


def passed(text: bytes, at: int, line: int) -> tuple[tuple[Section, ...], int, int]:
    """The sections that begin at `at`, where they end, and how many lines that are.

    Raises BrokenPatchError where they are not whole; `line` is that of `at`.
    """
    found: list[Section] = []
    begin = at
    while len(found) <= 1 and (one := section(text, at)) is not None:
        found.append(one)
        at = one.end
        blank = 1 if text.startswith(b"\n", at) else 2 if text.startswith(b"\r\n", at) else 0
        if not blank:
            raise BrokenPatchError(line + text.count(b"\n", begin, at), "a binary hunk is cut off")
        at += blank
    if not found:
        raise BrokenPatchError(line, "there is no binary hunk where one should be")
    return tuple(found), at, text.count(b"\n", begin, at)


def content(text: bytes, start: int) -> bytes:
    """What the file holds after the change, of which the binary hunk begins at `start`.

    Raises UnreadableError where that cannot be told: it is a difference to what the patch does not hold, it is damaged or too large.
    """
    forward = section(text, start)
    if forward is None:
        raise UnreadableError(Reason.DAMAGED, "its binary hunk cannot be read")
    if forward.kind == b"literal":
        return _inflated(text, forward)
    raise UnreadableError(Reason.MISSING, "the patch has its difference to the content before, and not that content")


def content_before(text: bytes, start: int, end: int) -> bytes | None:
    """The same for what it held before; None where the patch does not say it."""
    forward = section(text, start)
    at = end if forward is None else forward.end + (2 if text.startswith(b"\r", forward.end) else 1)
    back = section(text, at) if at < end else None
    if back is None or back.kind != b"literal":
        return None
    try:
        return _inflated(text, back)
    except UnreadableError:
        return None


def _inflated(text: bytes, one: Section) -> bytes:
    if one.size > HELD:
        raise UnreadableError(Reason.TOO_LARGE, f"{one.size} bytes")
    pull = zlib.decompressobj()
    try:
        data = pull.decompress(b"".join(map(_bytes, text[one.start : one.end].splitlines())), one.size + 1)
    except (ValueError, zlib.error):
        raise UnreadableError(Reason.DAMAGED, "its binary hunk cannot be read") from None
    if len(data) != one.size or not pull.eof:
        raise UnreadableError(Reason.DAMAGED, "its binary hunk is not as long as it says")
    return data


def _bytes(line: bytes) -> bytes:
    """What one line holds. Raises ValueError."""
    count = line[0] - (_CAPITALS if line[0] <= ord("Z") else _SMALL)
    data = b85decode(line[1:])
    if not len(data) - 4 < count <= len(data):
        raise ValueError
    return data[:count]
