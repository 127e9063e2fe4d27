"""From an argument of `--ci-log` to tasks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.model import Reason, Unscanned
from scanner.run.work import Logs
from scanner.sources.ci_logs.files import logs_at
from scanner.sources.files import FileRef, Skipped
from scanner.sources.ignore import Ignore

if TYPE_CHECKING:
    from scanner.run.read import Read

FILES_AT_ONCE = 32
BYTES_AT_ONCE = 4 << 20
"""Of one task, roughly: a job's log is long, those of its steps are many."""


def log_tasks(read: Read, root: Path, ignore: Ignore, max_size: int) -> Iterator[Logs]:
    """Everything that is to be read at `root`; what cannot be is kept in `read`, and so is that there is nothing at all."""
    refs: list[FileRef] = []
    size = 0
    empty = True
    for met in logs_at(root, read.target, ignore):
        empty = False
        match met:
            case Unscanned():
                read.unscanned.append(met)
            case Skipped():
                read.skipped[met.reason] += 1
            case FileRef():
                refs.append(met)
                size += _size(met)
        if len(refs) == FILES_AT_ONCE or size >= BYTES_AT_ONCE:
            yield Logs(read.number, tuple(refs), max_size, size)
            refs, size = [], 0
    if refs:
        yield Logs(read.number, tuple(refs), max_size, size)
    if empty:
        read.unscanned.append(Unscanned(read.target, "", Reason.MALFORMED, "expected logs, not an empty folder"))


def _size(ref: FileRef) -> int:
    """Bytes that the file has now; it is opened, and asked again, later."""
    try:
        return Path(ref.root, os.fsdecode(ref.raw)).lstat().st_size
    except OSError:
        return 0
