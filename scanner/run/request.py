"""What a run is asked to do, and whom it tells how far it is."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from scanner.records import dataclass


class Depth(StrEnum):
    """How much of a home is read."""

    QUICK = "quick"
    """The places of the catalogue."""
    STANDARD = "standard"
    """And repositories, with their history."""
    FULL = "full"
    """And every other file, caches last."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user named, as it was named."""

    targets: tuple[str, ...] = ()
    homes: tuple[Path, ...] = ()
    ci_exports: tuple[str, ...] = ()
    ci_logs: tuple[str, ...] = ()
    """Files, folders and archives with logs of CI jobs."""
    below: tuple[Path, ...] = ()
    """Homes that are searched as far as `depth` says; the others are read at the places of the catalogue."""
    depth: Depth = Depth.STANDARD
    environment: bool = False
    """Whether the variables of this very process are read; the homes are then those of whoever runs it."""
    machine: Path | None = None
    """The root of the file system whose places outside homes are read."""
    processes: bool = False
    """Whether the variables of other processes of the same user are read."""

    @property
    def named_targets(self) -> tuple[str, ...]:
        """The targets; the current folder where nothing else is named."""
        others = self.homes or self.ci_exports or self.ci_logs or self.below or self.environment
        return self.targets or (() if others else (".",))


class Progress:
    """What a run tells whoever watches it. This one says nothing."""

    def search(self, folders: int, repositories: int) -> None:
        """So many folders were looked into so far, and so many repositories found there."""

    def begin(self, what: str, number: int = 0, among: int = 0) -> None:
        """Something is being read from now on; where `among` is not 0, the repository `number` of so many that were found."""

    def aside(self, what: str) -> None:
        """Something is being done now, after which what was begun goes on."""

    def expect(self, size: int, files: int = 0) -> None:
        """So many bytes more will be read, and so many files more of which nobody knows the size."""

    def advance(self, blobs: int, size: int, files: int = 0) -> None:
        """So much was read; `files` of it were expected as files."""
