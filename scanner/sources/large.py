"""Content that is too large to be held in memory: it is read from its beginning to its end, as often as somebody opens it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from scanner.errors import UnreadableError
from scanner.model import Blob, Reason, Stamp, Unscanned
from scanner.records import dataclass
from scanner.sources import files
from scanner.sources.files import FileRef, Skipped

HELD = 128 << 20
"""Bytes of a blob that are held at once. What git stores whole and is larger, it gives out as it reads it (`core.bigFileThreshold`)."""
_GULP = 1 << 20
"""Bytes that are read at once."""

Pull = Callable[[int], bytes]
"""Gives at most so many of the next bytes, and none at the end. Raises OSError or UnreadableError."""


class Flow:
    """One reading of a large content. What ends it before its time is kept, so that what came before stays read."""

    def __init__(self, pull: Pull, most: int) -> None:
        """`most` is how many bytes there may be; more of them are a failure."""
        self.failure: UnreadableError | None = None
        self.size = 0
        """Bytes that were read so far."""
        self._pull = pull
        self._most = most

    def pull(self, size: int) -> bytes:
        """At most `size` of the next bytes; none at the end, and from a failure on."""
        if self.failure is not None:
            return b""
        try:
            piece = self._pull(min(size, _GULP))
        except OSError as error:
            self.failure = unreadable(error)
            return b""
        except UnreadableError as error:
            self.failure = error
            return b""
        self.size += len(piece)
        if self.size > self._most:
            self.failure = UnreadableError(Reason.TOO_LARGE, f"grew past {self._most} bytes")
            return piece[: self._most - self.size]
        return piece


class Large(Protocol):
    """A large content, where it lies."""

    @property
    def size(self) -> int:
        """Bytes that it is said to have."""
        ...

    def opened(self) -> AbstractContextManager[Flow]:
        """A reading from its beginning. Raises UnreadableError."""
        ...


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A regular file of more than `HELD` bytes. It may be another one each time that it is opened, or change while it is read."""

    ref: FileRef
    size: int
    mode: int
    most: int
    """Bytes that are read at most."""
    decode: Callable[[Pull], Pull] | None = None
    """Undoes what its own program did to it."""
    stamp: Stamp | None = None
    """Of the file when it was met."""

    @contextmanager
    def opened(self) -> Iterator[Flow]:
        try:
            handle = files.open_file(self.ref)
        except OSError as error:
            raise unreadable(error) from None
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise UnreadableError(Reason.VANISHED, "not a regular file any more")

            def pull(size: int) -> bytes:
                return os.read(handle, size)

            yield Flow(pull if self.decode is None else self.decode(pull), self.most)
        finally:
            os.close(handle)


def take_file(ref: FileRef, max_size: int) -> Blob | LargeFile | Unscanned | Skipped:
    """The file's content with its permission bits, or the file where it is larger than is held; else why not, see `read_file`."""
    found = files.read_file(ref, min(max_size, HELD))
    if max_size <= HELD or not isinstance(found, Unscanned) or found.reason is not Reason.TOO_LARGE:
        return found
    try:
        handle = files.open_file(ref)
    except OSError as error:
        return files.unread(ref.container, ref.path, error)
    try:
        status = os.fstat(handle)
    finally:
        os.close(handle)
    if status.st_size > max_size:
        return Unscanned(ref.container, ref.path, Reason.TOO_LARGE, f"{status.st_size} bytes")
    return LargeFile(ref, status.st_size, stat.S_IMODE(status.st_mode), max_size, stamp=files.stamped(status))


def unreadable(error: OSError) -> UnreadableError:
    """What the system's refusal means."""
    entry = files.unread("", "", error)
    return UnreadableError(Reason.UNREADABLE if error.errno == errno.ELOOP else entry.reason, entry.detail)
