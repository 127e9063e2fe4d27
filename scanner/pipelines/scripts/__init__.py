"""One reader for each kind of script and build file: from its bytes to named targets and their commands."""

from __future__ import annotations

from scanner.pipelines.scripts import goreleaser, images, jvm, make, npm, python, ruby, settings, shellfiles, taskfile
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.shellfiles import SHELL, is_shell

__all__ = ["READERS", "SHELL", "is_shell", "reader_of"]

READERS: tuple[ScriptReader, ...] = tuple(
    reader for family in (npm, python, make, taskfile, goreleaser, jvm, ruby, images, settings, shellfiles) for reader in family.READERS
)


def reader_of(path: str) -> ScriptReader | None:
    """The reader of a file, told by its path; None where there is none. A file without an ending may be a script: see `is_shell`."""
    return next((reader for reader in READERS if reader.files.fullmatch(path)), None)
