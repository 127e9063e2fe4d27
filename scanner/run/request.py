"""What a run is asked to do, and whom it tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Request:
    """What the user named, as it was named."""

    targets: tuple[str, ...] = ()
    homes: tuple[Path, ...] = ()
    ci_exports: tuple[str, ...] = ()

    @property
    def named_targets(self) -> tuple[str, ...]:
        """The targets; the current folder where nothing else is named."""
        return self.targets or (() if self.homes or self.ci_exports else (".",))


class Progress:
    """What a run tells whoever watches it. This one says nothing."""

    def begin(self, what: str) -> None:
        """Something is being read from now on."""

    def expect(self, size: int) -> None:
        """So many bytes more will be read."""

    def advance(self, blobs: int, size: int) -> None:
        """So much was read."""
