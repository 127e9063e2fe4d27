"""What each reader of scripts and build files is."""

from __future__ import annotations

import re
from collections.abc import Callable

from scanner.pipelines.scripts.nouns import ScriptFile
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class ScriptReader:
    """A kind of script or build file and how it is read."""

    type: str
    files: re.Pattern[str]
    """Matches the whole path of such a file, from the top of the repository."""
    read: Callable[[str, bytes], ScriptFile]
    """What the file at a path says; nothing of what it cannot read. Raises `UnreadableError` where a file of settings cannot be parsed."""
