"""Opening a file that nobody vouches for.

A path is a claim. What counts is what the opened handle says: `read_file` opens without following links and without waiting, asks the
handle what it is and how large, and only then reads. Directories on the way are opened one inside the other, so neither a link put
there meanwhile nor a path longer than the system's limit leads elsewhere.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator

from scanner.model import Blob, Reason, Stamp, Unscanned
from scanner.records import dataclass

_SHARED_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
FILE_FLAGS = _SHARED_FLAGS | os.O_NOCTTY
FOLDER_FLAGS = _SHARED_FLAGS | os.O_DIRECTORY

_STRIDE = 3_000
"""Bytes of a path that are handed to the system at once; POSIX promises no more than 4,096 on the systems we run on."""

_SPECIAL = (
    (stat.S_ISLNK, "link"),
    (stat.S_ISFIFO, "fifo"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISDIR, "folder"),
)

_REASONS = {
    errno.ENOENT: Reason.VANISHED,
    errno.ENOTDIR: Reason.VANISHED,
    errno.ESTALE: Reason.VANISHED,
    errno.ENAMETOOLONG: Reason.TOO_DEEP,
}


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that has been met and not been opened. Small and picklable: it is read in a worker."""

    container: str
    root: str
    """The real directory that `raw` starts from."""
    path: str
    r"""Relative to the container, `/` between names; bytes that are no UTF-8 are shown as `\xNN`."""
    raw: bytes
    """Relative to `root`, as the file system spells it. Never absolute, never with `..`."""
    seen: tuple[int, int] | None = None
    """Device and inode number at the meeting, where they are known."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is no content. It is counted by `reason` (`fifo`, `socket`, `device`, `link`, `folder`, `loop`, `excluded`).

    Files that were read as they stand and hold more than that shows are counted with them, as `opaque`.
    """

    target: str
    path: str
    reason: str


def shown(raw: bytes) -> str:
    r"""A path as it is reported: UTF-8, everything else as `\xNN`."""
    return raw.decode("utf-8", "backslashreplace")


def special(mode: int) -> str | None:
    """Why a thing of this `st_mode` is no content; None for a regular file."""
    if stat.S_ISREG(mode):
        return None
    return next((reason for is_kind, reason in _SPECIAL if is_kind(mode)), "device")


def unread(container: str, path: str, error: OSError) -> Unscanned:
    """What the system's refusal means for the report."""
    reason = _REASONS.get(error.errno or 0, Reason.UNREADABLE)
    return Unscanned(container, path, reason, os.strerror(error.errno) if error.errno else "")


def open_folder(root: str, raw: bytes) -> int:
    """A handle of the directory `raw` below `root`, reached through no link below `root`. The caller closes it.

    Raises `OSError`.
    """
    folder = os.open(root, FOLDER_FLAGS & ~os.O_NOFOLLOW)
    for name in _pieces(raw, 1):
        folder = _step(folder, name)
    return folder


def stamp_at(ref: FileRef) -> Stamp | None:
    """The stamp of what lies where a file was met, which nobody has opened; None where the system does not say."""
    try:
        return stamped(os.lstat(b"%b/%b" % (os.fsencode(ref.root), ref.raw)))
    except (OSError, ValueError):
        return None


def stamped(status: os.stat_result) -> Stamp:
    """The stamp of a file with this status."""
    return Stamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def read_file(ref: FileRef, max_size: int) -> Blob | Unscanned | Skipped:
    """The file's content with its permission bits, if it is a regular file of at most `max_size` bytes; else why not.

    A file that grows while it is read counts as too large once it passes `max_size`; one that shrinks is what could be read.
    """
    try:
        handle = open_file(ref)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return Skipped(ref.container, ref.path, "link")
        if error.errno == errno.ENXIO:
            return Skipped(ref.container, ref.path, "socket")
        return unread(ref.container, ref.path, error)
    try:
        return _read(ref, handle, max_size)
    except OSError as error:
        return unread(ref.container, ref.path, error)
    finally:
        os.close(handle)


def open_file(ref: FileRef) -> int:
    """A handle of the file, reached through no link. The caller closes it, and asks it what it is. Raises `OSError`.

    Long strides are cheap, and they may only be trusted if they arrive at the very file that was met before; otherwise the way is
    gone again, name by name.
    """
    if ref.seen is not None:
        handle = _open_below(ref, _STRIDE)
        status = os.fstat(handle)
        if (status.st_dev, status.st_ino) == ref.seen:
            return handle
        os.close(handle)
    return _open_below(ref, 1)


def _open_below(ref: FileRef, stride: int) -> int:
    *folders, last = _pieces(ref.raw, stride)
    folder = os.open(ref.root, FOLDER_FLAGS & ~os.O_NOFOLLOW)
    for name in folders:
        folder = _step(folder, name)
    try:
        return os.open(last, FILE_FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def _step(folder: int, name: bytes) -> int:
    """A handle of the directory `name` in `folder`, which is closed whatever happens."""
    try:
        return os.open(name, FOLDER_FLAGS, dir_fd=folder)
    finally:
        os.close(folder)


def _pieces(raw: bytes, stride: int) -> Iterator[bytes]:
    """`raw` cut at slashes into pieces of at most `stride` bytes, or of one name if that is longer."""
    piece = b""
    for name in filter(None, raw.split(b"/")):
        if piece and len(piece) + 1 + len(name) > stride:
            yield piece
            piece = name
        else:
            piece = piece + b"/" + name if piece else name
    if piece:
        yield piece


def _read(ref: FileRef, handle: int, max_size: int) -> Blob | Unscanned | Skipped:
    status = os.fstat(handle)
    reason = special(status.st_mode)
    if reason is not None:
        return Skipped(ref.container, ref.path, reason)
    if status.st_size > max_size:
        return _too_large(ref, f"{status.st_size} bytes")
    data = _drain(handle, status.st_size, max_size)
    if len(data) > max_size:
        return _too_large(ref, f"grew past {max_size} bytes")
    stamp = stamped(status)
    same = stamped(os.fstat(handle)) == stamp
    return Blob(ref.container, ref.path, data, mode=stat.S_IMODE(status.st_mode), stamp=stamp if same else None)


def _too_large(ref: FileRef, detail: str) -> Unscanned:
    return Unscanned(ref.container, ref.path, Reason.TOO_LARGE, detail)


def _drain(handle: int, expected: int, max_size: int) -> bytes:
    """All that is there, or `max_size + 1` bytes of more than that. `expected` is a hint: files of `/proc` say 0."""
    pieces: list[bytes] = []
    left = max_size + 1
    ask = expected + 1
    while left > 0 and (piece := os.read(handle, min(ask, left))):
        pieces.append(piece)
        left -= len(piece)
        ask = 65_536
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
