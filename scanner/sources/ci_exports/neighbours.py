"""What lies beside an export and belongs to it: keys that open what it holds."""

from __future__ import annotations

import os
from pathlib import Path

from scanner.model import Blob
from scanner.records import dataclass
from scanner.sources.files import FileRef, read_file

LARGEST = 1 << 16
"""Bytes of a file beside an export; keys are small."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The folder of an export. A link to the export is followed, since the user named it; nothing below the folder is."""

    export: Path | None = None
    """The export; None where there are no neighbours."""

    @property
    def folders(self) -> tuple[str, ...]:
        """The names of the folders that the export is in, the innermost first."""
        folder = self._folder(0)
        return () if folder is None else tuple(reversed(folder.parts[1:]))

    def read(self, name: str, *, above: int = 0) -> bytes | None:
        """The content of the file `name`, `/` between folders, in the folder of the export or so many above it.

        None where there is no such file, and where it cannot be read or is larger than `LARGEST`.
        """
        folder = self._folder(above)
        if folder is None:
            return None
        found = read_file(FileRef("", os.fspath(folder), name, os.fsencode(name)), LARGEST)
        return found.data if isinstance(found, Blob) else None

    def _folder(self, above: int) -> Path | None:
        if self.export is None:
            return None
        try:
            parents = self.export.resolve().parents
        except (OSError, RuntimeError):
            return None
        return parents[above] if above < len(parents) else None
