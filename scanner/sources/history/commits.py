"""What the headers of commits and tags say. gitformat-commit and gitformat-tag have no page of their own: commit.c and tag.c do.

Anybody can write a commit by hand: `git hash-object --literally` takes what it is given. So nothing is taken for granted but what git
itself insists on; a name that is missing is empty, a date that cannot be is the nearest one that can.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from scanner.model import Commit
from scanner.records import dataclass
from scanner.sources.history.text import printable

_ID = rb"([0-9a-f]{40}|[0-9a-f]{64})"
_TREE = re.compile(rb"tree " + _ID + rb"\n")
_PARENT = re.compile(rb"parent " + _ID + rb"\n")
_TARGET = re.compile(rb"object " + _ID + rb"\ntype (commit|tree|blob|tag)\ntag ([^\n]{1,1024})\n")
_DATE = re.compile(rb"(-?[0-9]{1,30})[ \t]{0,9}(?:[-+][0-9]{0,10})?[ \t]{0,9}\Z")
_ENCODING = re.compile(
    r"(utf-?8|iso-?8859-?\d{1,2}|latin-?\d|(windows|cp)-?\d{3,4}|koi8-?[rut]|euc-?(jp|kr)|shift[-_]?jis|gbk?|gb2312|gb18030|big5|iso-2022-(jp|kr)|(us-)?ascii)"
)
"""Encodings of text that people have used. Python knows many more, some of which are no text and cost more than they bring."""
_TO_SECONDS = len("YYYY-MM-DDTHH:MM:SS")
_NAME = 300
_PARENTS = 256
"""Most parents of a commit: the largest merge that people are known to have made has 66, and a forged one can have millions."""
_HEADER = 1 << 20
"""Bytes in which author, committer and encoding are looked for; a merge may quote whole tags before."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = int((datetime(1, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())
_LATEST = int((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH).total_seconds())


@dataclass(frozen=True, slots=True)
class Headers:
    """What the headers of a commit say."""

    tree: str
    parents: tuple[str, ...]
    seconds: int
    """From 1970 to when it was committed."""
    author: str
    end: int
    """Where the message begins."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An annotated tag."""

    oid: str
    target: str
    type: str
    """What `target` is said to be: `commit`, `tree`, `blob` or `tag`."""
    name: str
    """As the tag itself says; the ref may be called otherwise."""


@dataclass(frozen=True, slots=True)
class ParsedTag:
    """A tag, and where its message begins."""

    tag: Tag
    offset: int


def parse_commit(oid: str, data: bytes) -> tuple[Commit, int] | None:
    """The commit that `data` is, and where its message begins; None where git would not take it for one either, or nobody made it.

    `data` is the object without its header, as `read` gives it.
    """
    headers = parse_headers(oid, data)
    if headers is None:
        return None
    return Commit(oid, headers.tree, headers.parents, stamp(headers.seconds), headers.author), headers.end


def parse_headers(oid: str, data: bytes) -> Headers | None:
    """What the commit `data` says, header by header; None as for `parse_commit`."""
    tree = _TREE.match(data)
    if tree is None or tree.end() == len(data):
        return None
    position = tree.end()
    parents: list[str] = []
    while len(parents) < _PARENTS and (match := _PARENT.match(data, position)):
        parents.append(match[1].decode("ascii"))
        position = match.end()
    if data.startswith(b"parent ", position) or any(len(name) != len(oid) for name in (tree[1], *parents)):
        return None
    end = message_after(data, position - 1)
    headers = _headers(data[position : min(end, position + _HEADER)])
    author = person(headers.get(b"author", b""), headers.get(b"encoding", b"utf-8"))
    return Headers(tree[1].decode("ascii"), tuple(parents), _moment(headers.get(b"committer", b"")), author, end)


def parse_tag(oid: str, data: bytes) -> ParsedTag | None:
    """The tag that `data` is; None where git would not take it for one either, or could not show its name."""
    match = _TARGET.match(data)
    if match is None:
        return None
    tag = Tag(oid, match[1].decode("ascii"), match[2].decode("ascii"), printable(match[3].decode("utf-8", "backslashreplace")))
    return ParsedTag(tag, message_after(data, match.end() - 1))


def message_after(data: bytes, start: int) -> int:
    """Where the message begins, behind the blank line that ends the headers; the end where there is none."""
    end = data.find(b"\n\n", start)
    return len(data) if end < 0 else end + 2


def stamp(seconds: int) -> str:
    """So many seconds after 1970, RFC 3339 in UTC."""
    return f"{(_EPOCH + timedelta(seconds=seconds)).isoformat()[:_TO_SECONDS]}Z"


def seconds_of(stamp: str) -> int:
    """The seconds that `stamp` was made from."""
    return (datetime.fromisoformat(stamp) - _EPOCH) // timedelta(seconds=1)


def _headers(raw: bytes) -> dict[bytes, bytes]:
    """The first line of each header that we look at, the first one counting."""
    found: dict[bytes, bytes] = {}
    for line in raw.split(b"\n"):
        name, _, value = line.partition(b" ")
        if name in {b"author", b"committer", b"encoding"}:
            found.setdefault(name, value)
    return found


def person(raw: bytes, encoding: bytes = b"utf-8") -> str:
    """`Name <mail>`, as text that may be shown; everything before the date where there is no mail."""
    end = raw.rfind(b">")
    who = raw[: end + 1] if end >= 0 else _DATE.sub(b"", raw[-_NAME:])
    return printable(_decoded(who[:_NAME], encoding).strip())


def _decoded(raw: bytes, encoding: bytes) -> str:
    """`raw` in the encoding that the commit names if that makes sense, else in UTF-8, else in Latin-1, which always does."""
    name = encoding.decode("ascii", "replace").strip().lower()
    for candidate in (name, "utf-8") if _ENCODING.fullmatch(name) else ("utf-8",):
        try:
            return raw.decode(candidate)
        except (LookupError, UnicodeError):
            continue
    return raw.decode("latin-1")


def _moment(raw: bytes) -> int:
    """Seconds from 1970 to the date at the end of a committer line; 0 where there is none, and never outside years 1 to 9999."""
    match = _DATE.search(raw[max(raw.rfind(b">") + 1, len(raw) - _NAME) :])
    return min(max(int(match[1]), _EARLIEST), _LATEST) if match else 0
