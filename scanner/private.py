"""Files and folders that are nobody's but ours."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOM = 8
"""Random bytes in the name of a temporary folder."""
_folders: set[Path] = set()
"""Temporary folders that are there, or about to be."""


def is_ours(status: os.stat_result, kind: int) -> bool:
    """Whether it is a plain file or folder (`kind`, as `stat.S_IFMT` has it) that nobody but us can change.

    Windows has no such bits; there a user's folder is his own.
    """
    if not hasattr(os, "getuid"):
        return stat.S_IFMT(status.st_mode) == kind
    return stat.S_IFMT(status.st_mode) == kind and status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def opened(path: os.PathLike[str], flags: int) -> int:
    """A descriptor of a file that is no link. Never waits, as for a FIFO; raises OSError."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0), 0o600)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder for temporary files, its path without links; it is gone when the context ends.

    A signal may end the process anywhere on the way to that: see `remove_folders`. Raises OSError.
    """
    import shutil  # noqa: PLC0415 - most commands have no such folder
    import tempfile  # noqa: PLC0415 - as above

    folder = Path(os.path.realpath(tempfile.gettempdir()), f"keytrail-{os.urandom(_ROOM).hex()}")
    _folders.add(folder)  # first, so that there is no moment in which it exists and nobody knows
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _folders.discard(folder)


def remove_folders() -> None:
    """Removes the temporary folders of this process that are still there, for its end."""
    if _folders:
        import shutil  # noqa: PLC0415 - as above

        for folder in _folders:
            shutil.rmtree(folder, ignore_errors=True)
