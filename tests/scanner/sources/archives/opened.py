"""What is opened of an archive, told in short."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.model import Unscanned
from scanner.sources.archives.limits import USUAL, Budget, Limits
from scanner.sources.archives.opening import Member, members
from scanner.sources.files import Skipped

CONTAINER = "here"


@dataclass(slots=True)
class Told:
    """Everything inside one blob."""

    contents: list[tuple[str, bytes]] = field(default_factory=list)
    """Path and content of every member that is no archive."""
    steps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    archives: list[str] = field(default_factory=list)
    """Paths of archives that are members too."""
    problems: list[tuple[str, str, str]] = field(default_factory=list)
    """Path, reason and detail."""
    skipped: list[tuple[str, str]] = field(default_factory=list)
    inflated: int = 0
    entries: int = 0


def opened(data: bytes, path: str = "a", limits: Limits = USUAL) -> Told:
    budget = Budget(limits, len(data))
    told = Told()
    for found in members(CONTAINER, path, data, limits, budget):
        match found:
            case Member() if found.archive:
                told.archives.append(found.path)
            case Member():
                told.contents.append((found.path, found.data))
                told.steps[found.path] = found.steps
            case Unscanned():
                assert found.target == CONTAINER
                told.problems.append((found.path, found.reason, found.detail))
            case Skipped():
                told.skipped.append((found.path, found.reason))
    told.inflated, told.entries = budget.inflated, budget.entries
    return told
