"""The members of an ar archive, as Debian packages and libraries are: System V and GNU names, and BSD's (ar(5))."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import Reason
from scanner.sources.archives.limits import Budget
from scanner.sources.archives.streams import CUT_SHORT, Entry, Found, Part, Problem, Stream

_MAGIC, _HEADER = 8, 60
_TABLE = b"//"
_INDEXES = frozenset({b"/", b"/SYM64/", b"__.SYMDEF"})
_LARGEST_TABLE = 4 << 20
_NUMBER = re.compile(rb"\d{1,10} {0,9}")
_LONG = re.compile(rb"/(\d{1,10})")
_BEHIND = re.compile(rb"#1/(\d{1,6})")


def read_ar(stream: Stream, budget: Budget) -> Iterator[Found]:
    """Every member, in the order of the archive. Raises Broken where the stream does."""
    stream.skip(_MAGIC)
    table = b""
    while header := stream.read(_HEADER):
        if len(header) < _HEADER or header[58:] != b"`\n" or not _NUMBER.fullmatch(header[48:58]):
            if header.strip(b"\n\0"):
                yield Problem(b"", Reason.DAMAGED, CUT_SHORT if len(header) < _HEADER else "there are bytes in it that are no member")
            return
        budget.enter()
        size = int(header[48:58])
        content = Part(stream, size)
        name = header[:16].rstrip(b" ")
        if name == _TABLE and size <= _LARGEST_TABLE:
            table = content.stream.read(size)
        elif name not in _INDEXES:
            if behind := _BEHIND.fullmatch(name):
                length = min(int(behind[1]), size)
                name, size = content.stream.read(length).rstrip(b"\0"), size - length
            yield Entry(_named(name, table), content.stream, size)
        content.close()
        stream.skip((int(header[48:58])) % 2)


def _named(name: bytes, table: bytes) -> bytes:
    """The name of a member: as it stands, or where it stands in the table of long ones."""
    match = _LONG.fullmatch(name)
    if match is None:
        return name.removesuffix(b"/") or name
    return table[int(match[1]) :].partition(b"\n")[0].removesuffix(b"/") or name
