"""Reports become files: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from scanner.errors import OutputError
from scanner.reports.escape import shown

_MODE = 0o644
"""Less the umask. A report holds no value, and another account often picks it up (a CI upload, a web server); whoever wants it
private has a umask, or makes the file beforehand: the permissions of a file that is there are kept."""

_DEVICES = ("/dev/", "/proc/")
"""Names below these lead to something that is open already, even where that is a regular file."""


def write_report(text: str, target: Path) -> None:
    """`target` holds `text`, in UTF-8.

    A regular file is written aside, in the same directory, and renamed, so that no reader ever sees half of it; behind a symbolic link
    the file that it leads to is replaced and the link stays. A pipe, a terminal or `/dev/stdout` is written to directly.
    `OutputError` when that cannot be done; `BrokenPipeError` when the reader of a pipe went away.
    """
    try:
        mode = _mode(target)
        if mode is None:
            _write_directly(text, target)
        else:
            _replace(text, Path(os.path.realpath(target)), mode)
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"cannot write {shown(str(target))}: {error.strerror or type(error).__name__}"
        raise OutputError(message) from error


def _mode(target: Path) -> int | None:
    """Permission bits for the file at `target`; None where it is no regular file and must not be replaced."""
    if os.path.abspath(target).startswith(_DEVICES):  # noqa: PTH100 - Path.resolve would follow /dev/stdout to the file behind it
        return None
    try:
        status = target.stat()
    except FileNotFoundError:
        return _MODE
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(None, "it is a directory")
    if not stat.S_ISREG(status.st_mode):
        return None
    if not os.access(target, os.W_OK):
        raise PermissionError(None, "it is read-only")
    return stat.S_IMODE(status.st_mode) & 0o777


def _write_directly(text: str, target: Path) -> None:
    """Appended, because `/dev/stdout` may be a file that others have written to."""
    with target.open("ab") as stream:
        stream.write(text.encode())


def _replace(text: str, target: Path, mode: int) -> None:
    aside = target.with_name(f".keytrail-{secrets.token_hex(8)}.tmp")
    try:
        with open(aside, "xb", opener=lambda path, flags: os.open(path, flags, mode)) as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            aside.chmod(mode)  # exactly what was there, whatever the umask
        aside.replace(target)
    finally:
        with contextlib.suppress(OSError):
            aside.unlink()
