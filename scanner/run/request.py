"""What a run is asked to do, and whom it tells how far it is."""

from __future__ import annotations

from pathlib import Path

from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """What the user named, as it was named."""

    targets: tuple[str, ...] = ()
    homes: tuple[Path, ...] = ()
    ci_exports: tuple[str, ...] = ()
    below: tuple[Path, ...] = ()
    """Homes whose repositories are read."""
    environment: bool = False
    """Whether the variables of this very process are read; the homes are then those of whoever runs it."""

    @property
    def named_targets(self) -> tuple[str, ...]:
        """The targets; the current folder where nothing else is named."""
        return self.targets or (() if self.homes or self.ci_exports or self.below or self.environment else (".",))


class Progress:
    """What a run tells whoever watches it. This one says nothing."""

    def search(self, folders: int, repositories: int) -> None:
        """So many folders were looked into so far, and so many repositories found there."""

    def begin(self, what: str, number: int = 0, among: int = 0) -> None:
        """Something is being read from now on; where `among` is not 0, the repository `number` of so many that were found."""

    def aside(self, what: str) -> None:
        """Something is being done now, after which what was begun goes on."""

    def expect(self, size: int) -> None:
        """So many bytes more will be read."""

    def advance(self, blobs: int, size: int) -> None:
        """So much was read."""
