"""The files that an argument of `--ci-log` stands for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scanner.model import Unscanned
from scanner.records import replace
from scanner.sources.files import FileRef, Skipped
from scanner.sources.ignore import Ignore
from scanner.sources.tree import NestedRepository, walk


def logs_at(root: Path, container: str, ignore: Ignore) -> Iterator[FileRef | Unscanned | Skipped]:
    """The file `root`, or every file below the folder `root`; a repository among them is a folder of logs like any other, without git's own files."""
    waiting: list[tuple[str, Path]] = [("", root)]
    while waiting:
        prefix, folder = waiting.pop()
        inner: list[tuple[str, Path]] = []
        for met in walk(folder, container, ignore=ignore):
            path = f"{prefix}{met.path}"
            if isinstance(met, NestedRepository):
                inner.append((f"{path}/", met.folder))
            else:
                yield replace(met, path=path)
        waiting += reversed(inner)
