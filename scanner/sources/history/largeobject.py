"""Blobs that are too large to be held: git gives them out piece by piece.

What git stores whole it reads as it writes it (`core.bigFileThreshold`), so that neither side holds more than a piece. What it stores as
a difference from another object it puts together in its memory, of which it gets as much as any other child: of about 400 MiB on that is too
little, and the object is too large. Nobody makes such differences on purpose: git stores whole what is larger than 512 MiB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass
from scanner.sources.history import git
from scanner.sources.history.git import Child, Handle
from scanner.sources.large import Flow

_ALWAYS = 8 << 30
"""Bytes of large blobs that are read together, however few they take in the store."""
_RATIO = 64
"""Bytes that are read beyond that for each byte that they take there: logs reach that, and a difference of some bytes may stand for gigabytes."""
_PACE = 1e-6
"""Seconds that git may take for a byte: a thousandth of its speed."""
_FACTS = "%(objectsize:disk) %(deltabase)"
_OUT_OF_MEMORY = ("out of memory", "cannot allocate memory")
"""What git says, in any case, when it asks for more than it may have."""


def room_for(handle: Handle, objects: Sequence[tuple[bytes, int]]) -> int:
    """How many bytes of `objects`, pairs of id and size, may be read."""
    if sum(size for _, size in objects) <= _ALWAYS:
        return _ALWAYS
    request = b"".join(oid + b"\n" for oid, _ in objects)
    with git.run(handle, "cat-file", "--batch-check=%(objectsize:disk)", request=request, room=max(size for _, size in objects)) as child:
        return _ALWAYS + _RATIO * sum(int(line) for line in child.out if line.strip().isdigit())


@dataclass(frozen=True, slots=True)
class LargeObject:
    """A blob that is read by being opened. Small and picklable."""

    handle: Handle
    oid: str
    size: int
    """Bytes, as git says."""

    @contextmanager
    def opened(self) -> Iterator[Flow]:
        """A reading from its beginning; that git ended before its time is a failure of it. Raises UnreadableError."""
        with git.run(self.handle, "cat-file", "blob", self.oid, allowance=_PACE * self.size, room=self._mapped()) as child:
            yield Flow(_Reading(child, self.size).pull, self.size)

    def _mapped(self) -> int:
        """Bytes of the file that git maps whole if the blob is a file of its own; packs are mapped in parts."""
        with git.run(self.handle, "cat-file", f"--batch-check={_FACTS}", request=self.oid.encode("ascii") + b"\n", room=self.size) as child:
            stored, _, base = child.out.readline().decode("ascii", "replace").partition(" ")
        return int(stored) if stored.isdigit() and not base.strip().strip("0") else 0


class _Reading:
    """What a child writes, checked against what was said of it."""

    def __init__(self, child: Child, size: int) -> None:
        self._child = child
        self._left = size

    def pull(self, size: int) -> bytes:
        """At most `size` of the next bytes, and none at the end. Raises UnreadableError where that is not the end."""
        piece = self._child.out.read1(size)
        self._left -= len(piece)
        if not piece:
            if failure := self._child.end():
                if any(words in failure.detail.lower() for words in _OUT_OF_MEMORY):
                    raise UnreadableError(Reason.TOO_LARGE, "git would have to hold it as a whole, since it is stored as a difference")
                raise UnreadableError(failure.reason, failure.detail)
            if self._left > 0:
                raise UnreadableError(Reason.DAMAGED, "it is shorter than it says")
        return piece
