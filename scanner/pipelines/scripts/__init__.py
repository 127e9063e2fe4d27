"""One reader for each kind of script and build file: from its bytes to named targets and their commands."""

from __future__ import annotations

from scanner.pipelines.scripts import (
    bake,
    cake,
    goreleaser,
    images,
    jvm,
    magefile,
    make,
    npm,
    python,
    releasers,
    ruby,
    settings,
    shellfiles,
    taskfile,
    tox,
)
from scanner.pipelines.scripts.javascript import JAVASCRIPT
from scanner.pipelines.scripts.make import Room, of_pattern, set_by, settled, with_given, with_values
from scanner.pipelines.scripts.python_calls import PYTHON
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.shellfiles import SHELL, in_own_folder, is_shell, with_parameters, with_words

__all__ = [
    "READERS",
    "SHELL",
    "Room",
    "in_own_folder",
    "is_shell",
    "of_pattern",
    "reader_at",
    "reader_of",
    "set_by",
    "settled",
    "tox",
    "with_given",
    "with_parameters",
    "with_values",
    "with_words",
]

READERS: tuple[ScriptReader, ...] = tuple(
    reader
    for family in (npm, releasers, python, make, cake, taskfile, goreleaser, jvm, magefile, ruby, images, bake, settings, shellfiles)
    for reader in family.READERS
)


def reader_at(path: str, data: bytes) -> ScriptReader | None:
    """The reader of a file that something runs; of one without a known name its ending or its first line tells it."""
    known = reader_of(path) or next((one for one in (PYTHON, JAVASCRIPT) if one.files.fullmatch(path)), None)
    return known or (SHELL if is_shell(data) else None)


def reader_of(path: str) -> ScriptReader | None:
    """The reader of a file, told by its path; None where there is none. A file without an ending may be a script: see `is_shell`."""
    return next((reader for reader in READERS if reader.files.fullmatch(path)), None)
