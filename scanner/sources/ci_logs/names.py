"""What the names of a log's file and folder say: archives of GitHub and Azure Pipelines have a file for each step.

`0_build.txt` is all of the job `build`; `build/3_Publish.txt` its step `Publish`, `build/system.txt` what its runner said. Source: what both
systems hand out; cli/cli reads the same names.
"""

from __future__ import annotations

import re

from scanner.records import dataclass

_NUMBERED = re.compile(r"[0-9]{1,5}_(?P<name>.{1,255})\.(?:txt|log)", re.DOTALL)
_SYSTEM = "system.txt"
_INSIDE = "!/"


@dataclass(frozen=True, slots=True)
class Called:
    """What a path says of the log there."""

    folder: str
    """Where the job's file and its folder are."""
    job: str
    step: str | None
    whole: bool
    """Whether it is the log of the whole job, whose steps may have files of their own."""

    @property
    def sure(self) -> bool:
        """Whether it is told from the place: a folder that somebody made may hold the files of steps alone."""
        return not self.whole or self.folder.endswith(_INSIDE)


def called(path: str) -> Called | None:
    """What the path of a log says; None where it says nothing."""
    folder, name = _split(path)
    numbered = _NUMBERED.fullmatch(name)
    above, job = _split(folder)
    if numbered is None:
        return Called(above, job, None, whole=False) if name == _SYSTEM and job and not folder.endswith(_INSIDE) else None
    if not folder or folder.endswith(_INSIDE):
        return Called(folder, numbered["name"], None, whole=True)
    return Called(above, job, numbered["name"], whole=False)


def _split(path: str) -> tuple[str, str]:
    """The folder, or the archive with `!/` behind it, and the name in it."""
    if path.endswith(_INSIDE):
        return path, ""
    folder, slash, name = path.rpartition("/")
    return (folder + "/" if (folder + slash).endswith(_INSIDE) else folder), name
