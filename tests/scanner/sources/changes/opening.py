"""Opening a repository as a gate does, and saying what a change set holds in few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from scanner.sources.changes import ChangeSet, between, find_repository, parse_range, since, staged
from scanner.sources.history import RawObject, Repository

NONE: Mapping[str, str] = MappingProxyType({})


@contextmanager
def opened(path: Path, environ: Mapping[str, str] = NONE) -> Iterator[Repository]:
    with Repository("box", find_repository(path, environ), tips=False) as repository:
        yield repository


class Content:
    """A change set with contents in place of ids."""

    def __init__(self, found: ChangeSet) -> None:
        self.found = found
        self.objects = {item.oid: item.data for batch in found.batches for item in batch.read() if isinstance(item, RawObject)}

    @property
    def changes(self) -> list[tuple[str, str, set[bytes], bytes | None]]:
        """Commit, path, contents before, content after."""
        return [
            (change.commit, change.path, {self.objects[oid] for oid in change.before}, self._data(change.after))
            for change in self.found.chronicle.changes
        ]

    @property
    def brought(self) -> set[tuple[str, bytes]]:
        """(path, content) of every blob that is new at its path."""
        return {(path, after) for _, path, before, after in self.changes if after is not None and after not in before}

    @property
    def head(self) -> dict[str, bytes]:
        return {path: self.objects[oid] for path, oid in self.found.chronicle.head.items()}

    @property
    def index(self) -> dict[str, bytes]:
        return {path: self.objects[oid] for path, oid in self.found.chronicle.index.items()}

    @property
    def extra(self) -> set[tuple[str, bytes]]:
        return {(path, self.objects[oid]) for path, oid in self.found.extra}

    @property
    def complaints(self) -> set[tuple[str, str]]:
        """Path and reason of everything that could not be seen."""
        return {(entry.path, entry.reason.value) for entry in self.found.unscanned}

    def _data(self, oid: str | None) -> bytes | None:
        return None if oid is None else self.objects[oid]


def ranged(path: Path, text: str, environ: Mapping[str, str] = NONE) -> Content:
    """What the range `text` brings in the repository at `path`."""
    with opened(path, environ) as repository:
        return Content(between(repository, *parse_range(text)))


def newer(path: Path, ref: str) -> Content:
    """What HEAD brings since it parted from `ref`."""
    with opened(path) as repository:
        return Content(since(repository, ref))


def indexed(path: Path, environ: Mapping[str, str] = NONE) -> Content:
    """What is staged in the repository at `path`."""
    with opened(path, environ) as repository:
        return Content(staged(repository))
