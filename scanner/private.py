"""Which files and folders are nobody's but ours."""

from __future__ import annotations

import os
import stat


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
