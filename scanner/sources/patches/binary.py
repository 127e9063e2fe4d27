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
_COPY = 0x80
"""From here on a code of a delta means to copy, and a byte of a number that another one comes."""
_LONGEST_COPY = 0x10000
_GROWTH = 8
"""How many times larger a content may be than what it is made from."""
_LONGEST_NUMBER = 9
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


def content(text: bytes, start: int, base: bytes | None) -> bytes:
    """What the file holds after the change, of which the binary hunk begins at `start`; `base` is what it held before, if that is known.

    Raises UnreadableError where that cannot be told: it is a difference to what is not known, it is damaged or too large.
    """
    forward = section(text, start)
    if forward is None:
        raise UnreadableError(Reason.DAMAGED, "its binary hunk cannot be read")
    if forward.kind == b"literal":
        return _inflated(text, forward)
    if base is None:
        raise UnreadableError(Reason.MISSING, "the patch has its difference to the content before, and not that content")
    return _applied(_inflated(text, forward), base)


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


def _applied(delta: bytes, base: bytes) -> bytes:
    """What `delta` makes of `base` (gitformat-pack(5), "Deltified representation")."""
    source, at = _number(delta, 0)
    size, at = _number(delta, at)
    if source != len(base):
        raise UnreadableError(Reason.DAMAGED, "its difference is to another content")
    if size > min(HELD, _GROWTH * (len(base) + len(delta))):
        raise UnreadableError(Reason.TOO_LARGE, f"{size} bytes, made of {len(base) + len(delta)}")
    made = bytearray()
    while at < len(delta) and len(made) <= size:
        code, at = delta[at], at + 1
        if code < _COPY:
            made += delta[at : at + code]
            at += code or len(delta)  # a code of 0 means nothing
            continue
        start, at = _bytes_of(delta, at, code & 0xF)
        count, at = _bytes_of(delta, at, code >> 4 & 0x7)
        made += base[start : start + (count or _LONGEST_COPY)]
    if len(made) != size or at != len(delta):
        raise UnreadableError(Reason.DAMAGED, "its difference cannot be read")
    return bytes(made)


def _number(delta: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    for byte in delta[at : at + _LONGEST_NUMBER]:
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < _COPY:
            return value, at
    raise UnreadableError(Reason.DAMAGED, "its difference cannot be read")


def _bytes_of(delta: bytes, at: int, given: int) -> tuple[int, int]:
    """The number of which the bytes stand at `at` whose bits are `given`, the lowest first, and where they end."""
    value = 0
    for place in range(4):
        if given >> place & 1:
            value |= int.from_bytes(delta[at : at + 1], "little") << 8 * place
            at += 1
    return value, at
