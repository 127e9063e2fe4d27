"""What each reader of a CI system is."""

from __future__ import annotations

import re
from collections.abc import Callable

from scanner.pipelines.definition import PipelineDefinition
from scanner.pipelines.yamltree import Node
from scanner.records import dataclass

Files = Callable[[str], bytes | None]
"""The bytes of another file of the repository, by its path from the top; None where there is none, or where it is too large."""


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
