"""Reading the small files of a repository without trusting them."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from scanner.errors import UnreadableError
from scanner.model import Blob, Reason
from scanner.sources.files import FileRef, Skipped, read_file

_ENTRIES = 1_000_000
"""Most entries of one folder: git keeps at most a few thousand."""


def read_regular(path: str | Path, limit: int) -> bytes:
    """The bytes of the regular file `path`. Links are not followed and nothing is waited for.

    Raises FileNotFoundError where there is nothing, UnreadableError for a link, a FIFO, a device, more than `limit` bytes.
    """
    folder, name = os.path.split(os.fsencode(path))
    found = read_file(FileRef("", os.fsdecode(folder), "", name), limit)
    if isinstance(found, Blob):
        return found.data
    if isinstance(found, Skipped):
        raise UnreadableError(Reason.MALFORMED, f"a {found.reason}, where git has a file")
    if found.reason is Reason.VANISHED:
        raise FileNotFoundError(path)
    raise UnreadableError(found.reason, found.detail)


def lines_of(content: bytes) -> Iterator[bytes]:
    """The lines of `content` without their ends, one at a time: all of them at once may take thirty times its size."""
    return (line.rstrip(b"\r\n") for line in io.BytesIO(content))


def entries(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """What lies in `folder`, by name; nothing where it does not exist.

    Raises UnreadableError where it cannot be listed.
    """
    try:
        with os.scandir(folder) as listing:
            found = list(itertools.islice(listing, _ENTRIES + 1))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise UnreadableError(Reason.UNREADABLE, os.strerror(error.errno or 0)) from error
    if len(found) > _ENTRIES:
        raise UnreadableError(Reason.TOO_LARGE, f"more than {_ENTRIES} entries")
    yield from sorted(found, key=lambda entry: entry.name)


def walk(root: str | Path, depth: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below `root` that is no directory, with its path relative to `root`, in a fixed order; links are not followed.

    Raises UnreadableError for a folder that cannot be listed or lies deeper than `depth`.
    """
    pending = [(os.fspath(root), "", 0)]
    while pending:
        folder, prefix, level = pending.pop()
        below = []
        for entry in entries(folder):
            if is_folder(entry):
                below.append((entry.path, f"{prefix}{entry.name}/", level + 1))
            else:
                yield prefix + entry.name, entry
        if below and level >= depth:
            raise UnreadableError(Reason.TOO_DEEP, "folders are nested too deeply")
        pending.extend(reversed(below))


def leads_to_folder(path: Path) -> bool:
    """Whether `path` is a directory or links to one; whatever else it is, it is no error."""
    with contextlib.suppress(OSError, ValueError):
        return path.is_dir()
    return False


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether `entry` itself, not what it may link to, is a directory."""
    with contextlib.suppress(OSError):
        return entry.is_dir(follow_symlinks=False)
    return False


def is_regular(entry: os.DirEntry[str]) -> bool:
    """Whether `entry` itself, not what it may link to, is a regular file."""
    with contextlib.suppress(OSError):
        return entry.is_file(follow_symlinks=False)
    return False
