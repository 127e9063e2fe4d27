"""What each reader of a CI system is."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from scanner.pipelines.definition import PipelineDefinition
from scanner.pipelines.yamltree import Node
from scanner.records import dataclass

Files = Callable[[str], bytes | None]
"""The bytes of another file of the repository, by its path from the top; None where there is none, or where it is too large."""


@dataclass(frozen=True, slots=True)
class Others:
    """Other files of the repository, of which it is known which there are. It is asked like any `Files`."""

    read: Files
    paths: Collection[str]

    def __call__(self, path: str) -> bytes | None:
        """The bytes of one of them."""
        return self.read(path)


def known(files: Files) -> Collection[str]:
    """The paths of all other files, where that is known."""
    return files.paths if isinstance(files, Others) else ()


def named_like(word: str) -> re.Pattern[str]:
    """Paths of YAML files with a word in their name, and of those in folders that are there for continuous integration."""
    return re.compile(rf"(?:[^\x00]{{0,4000}}/)?(?:[^/\x00]{{0,200}}{word}[^/\x00]{{0,200}}|\.?(?:ci|pipelines?)/[^/\x00]{{1,200}})\.ya?ml")


@dataclass(frozen=True, slots=True)
class System:
    """A CI system and how its definitions are known and read."""

    platform: str
    files: re.Pattern[str]
    """Matches the whole path of a definition, from the top of the repository."""
    read: Callable[[str, bytes, Files], tuple[PipelineDefinition, ...]]
    """What the file at a path says. Raises `UnreadableError` where it is no definition; the detail quotes nothing of it."""
    claims: Callable[[Node], bool] | None = None
    """Whether a YAML document that lies elsewhere is one of its definitions, told by its keys; None where that cannot be told."""
    elsewhere: re.Pattern[str] | None = None
    """Matches the paths at which such a document is looked for; None where its definitions have fixed names."""
