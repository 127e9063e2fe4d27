"""What one archive may cost, whatever it says about itself."""

from __future__ import annotations

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one blob and everything inside it. What goes beyond them is unscanned; what was read until then stays read.

    A process takes at most the blob, `held`, one `member`, one `window` and `depth` times `inner_window` of memory.
    """

    member: int = 128 << 20
    """Bytes of one member; `--max-blob-size`."""
    held: int = 128 << 20
    """Bytes of archives inside archives that have to be held as a whole, because they are read from their end."""
    total: int = 1 << 30
    """Bytes that come out of all decompression together, at most."""
    floor: int = 16 << 20
    """Bytes that may come out however small the blob is."""
    ratio: int = 200
    """Bytes that may come out, beyond `floor`, for each byte of the blob. Logs and tables reach 100; deflate cannot exceed 1,032."""
    members: int = 100_000
    """Entries of all archives together; trees of packages reach half of it."""
    toll: int = 1 << 10
    """Bytes that an entry counts for beside its content, so that many empty ones cost something too."""
    depth: int = 8
    """Archives and compressions inside each other: a Debian package has three, an image of layers with packages five."""
    window: int = 128 << 20
    """Bytes of memory that the first decompression with a dictionary may ask for: `xz -9` asks for 65 MiB, `zstd --ultra` for 128."""
    inner_window: int = 16 << 20
    """The same for each further one inside it."""
    problems: int = 16
    """Problems of one kind that are named; further ones are counted."""


USUAL = Limits()
"""The bounds where nobody says otherwise."""


class Broken(UnreadableError):  # noqa: N818 - of the tree of errors, and what it says of an archive
    """Something inside an archive cannot be read. Whoever catches it first says so; then it has been `said`."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.why = reason
        self.said = False
        self.where: str | None = None
        """Path of what is broken, where that is known: what lies inside it, and is met first, is not."""


class Exhausted(Broken):
    """The blob has cost what it may: nothing more of it is read."""


class Budget:
    """What is left for one blob."""

    def __init__(self, limits: Limits, size: int) -> None:
        """`size` is that of the blob in bytes."""
        self.inflated = 0
        """Bytes that came out of decompression."""
        self.entries = 0
        """Entries that were met."""
        self._limits = limits
        self._left = min(limits.total, limits.floor + limits.ratio * size)

    def spend(self, size: int) -> None:
        """Counts `size` bytes that came out of decompression. Raises Exhausted when that was too much."""
        self.inflated += size
        self._take(size)

    def enter(self) -> None:
        """Counts one entry. Raises Exhausted when that was one too many."""
        self.entries += 1
        if self.entries > self._limits.members:
            raise Exhausted(Reason.TOO_LARGE, f"more than {self._limits.members} members")
        self._take(self._limits.toll)

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Exhausted(Reason.TOO_LARGE, f"more inside than may be read of it ({self.inflated} bytes came out)")
