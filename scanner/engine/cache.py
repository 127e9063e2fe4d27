"""Compiled databases on disk: one file for each set of anchors, library and machine, made once however many runs begin at a time.

What lies there is only ever a shortcut. A file that does not load is made again, and a folder that others can write to is not used.
Hyperscan itself holds a serialised database against a checksum, its own version and the features of the processor (its developer
reference, "Serialization").
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import hyperscan as hs

from scanner.contract import Detector
from scanner.engine import anchors
from scanner.installed import version_of
from scanner.private import is_ours

if sys.platform != "win32":  # there every run compiles for itself
    import fcntl

_LARGEST = 64 << 20
"""Bytes of a cache file that are read at most."""
_PATIENCE = 30.0
"""Seconds that a run waits for another one to compile the same, before it does so itself."""
_GLANCE = 0.02
"""Seconds between two looks at whether the other one is done."""
_DAY = 86400.0
_KEPT = 30 * _DAY
"""Seconds for which a file stays that nobody uses: those of other versions, which may be in use beside this one."""


def place(detectors: Sequence[Detector], folder: Path, width: int) -> Path | None:
    """The cache file for these detectors; None where the folder cannot be made, or somebody else could write to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_ours(folder.lstat(), stat.S_IFDIR):
            return None
        source = b"".join(Path(anchors.__file__).with_name(name).read_bytes() for name in ("anchors.py", "form.py", "marks.py"))
    except OSError:
        return None
    wanted = [
        [(a.literal, a.then, a.before, a.encoded, a.nested, a.base64, a.caseless) for a in detector.anchors] for detector in detectors
    ]
    parts = (version_of("hyperscan"), sys.platform, _machine(), width, wanted)
    digest = hashlib.sha256(source + repr(parts).encode()).hexdigest()
    return folder / f"anchors-{digest}.hs"


def read(path: Path) -> hs.Database | None:
    """The database in a cache file; None where there is none, or none that is whole, ours and for this machine."""
    try:
        with open(_opened(path, os.O_RDONLY), "rb") as file:
            status = os.fstat(file.fileno())
            if not is_ours(status, stat.S_IFREG):
                return None
            content = file.read(_LARGEST)
        database = hs.loadb(content, hs.HS_MODE_BLOCK)
        database.scratch = hs.Scratch(database)
    except (OSError, hs.HyperscanError):
        return None
    if time.time() - status.st_mtime > _DAY:
        with suppress(OSError):
            os.utime(path, follow_symlinks=False)  # it is in use: see `_KEPT`
    return database


def write(path: Path, database: hs.Database) -> None:
    """Writes the file aside and renames it, so that runs beside this one see it whole or not at all. A full disk is no error.

    Whatever lies beside it and was not used for a month goes.
    """
    with suppress(OSError):
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".anchors-")
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - the descriptor is already open
                file.write(hs.dumpb(database))
            Path(aside).replace(path)
        except OSError:
            Path(aside).unlink(missing_ok=True)
    _tidy(path.parent)


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Whoever compiles for `path` does so alone, as far as that can be had: others wait, but never for a run that is gone or takes for ever.

    A lock ends with the process that holds it. Where none can be had at all (other systems, some network file systems), nobody waits.
    """
    if sys.platform == "win32":
        yield
        return
    lock = path.with_suffix(".lock")
    descriptor = _locked(lock)
    try:
        yield
    finally:
        if descriptor is not None:
            with suppress(OSError):
                lock.unlink()  # who still waits for it finds the file, and who comes later does not look for the lock
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing is not enough where a process was forked meanwhile
            os.close(descriptor)


def _locked(lock: Path) -> int | None:
    """A descriptor that holds the lock; None where it cannot be had, or not soon enough."""
    try:
        descriptor = _opened(lock, os.O_RDWR | os.O_CREAT)
    except OSError:
        return None
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(_GLANCE)
                continue
        except OSError:
            pass
        else:
            return descriptor
        os.close(descriptor)
        return None


def _tidy(folder: Path) -> None:
    """Removes databases, and what killed runs left of them, that nobody used for a month. Other files there are not ours to judge."""
    oldest = time.time() - _KEPT
    with suppress(OSError):
        for path in [*folder.glob("anchors-*"), *folder.glob(".anchors-*")]:
            if path.lstat().st_mtime < oldest:
                path.unlink(missing_ok=True)


def _opened(path: Path, flags: int) -> int:
    """A descriptor of a file that is no link. Never waits, as for a FIFO; raises OSError."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0), 0o600)


def _machine() -> str:
    """What the processor is called, as far as that is known without asking a child process."""
    return os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")
