"""The members of a cpio archive in the new ASCII format, as rpm packages and initial file systems of Linux are (cpio(5)).

Several can lie one behind the other, the later ones compressed; what follows the last one's end is handed on.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator

from scanner.model import Reason
from scanner.sources.archives.limits import Budget
from scanner.sources.archives.streams import CUT_SHORT, Entry, Found, NoContent, Part, Problem, Stream

_HEADER = 110
_LONGEST_NAME = 64 << 10
_LAST = b"TRAILER!!!"
_SHAPE = re.compile(rb"07070[12][0-9a-fA-F]{104}")
_SPECIAL = {stat.S_IFLNK: "link", stat.S_IFCHR: "device", stat.S_IFBLK: "device", stat.S_IFIFO: "fifo", stat.S_IFSOCK: "socket"}


def read_cpio(stream: Stream, budget: Budget) -> Iterator[Found]:
    """Every member, in the order of the archive. Raises Broken where the stream does."""
    while header := stream.read(_HEADER):
        name_size = int(header[94:102], 16) if _SHAPE.fullmatch(header) else 0
        if not 0 < name_size <= _LONGEST_NAME:
            yield Problem(b"", Reason.DAMAGED, "there are bytes in it that are no member")
            return
        budget.enter()
        name = stream.exactly(name_size).partition(b"\0")[0]
        stream.skip(-(_HEADER + name_size) % 4)
        size, mode = int(header[54:62], 16), int(header[14:22], 16)
        if name == _LAST:
            stream.skip_zeros()
            ahead = stream.peek(_HEADER)
            if _SHAPE.fullmatch(ahead):
                continue
            if ahead:
                yield Entry(None, stream)
            return
        content = Part(stream, size)
        if stat.S_IFMT(mode) in _SPECIAL:
            yield NoContent(name, _SPECIAL[stat.S_IFMT(mode)])
        elif size:
            yield Entry(name, content.stream, size)
        content.close()
        stream.skip(-size % 4)
    yield Problem(b"", Reason.DAMAGED, CUT_SHORT)
