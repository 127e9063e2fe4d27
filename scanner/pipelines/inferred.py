"""What parts of a release tool's settings make it do."""

from __future__ import annotations

from scanner.model import Act
from scanner.pipelines.gathering import Here
from scanner.pipelines.scope import Scope
from scanner.pipelines.scripts.nouns import ReleasePart


def of_part(part: ReleasePart, here: Here, scope: Scope, *, is_rehearsal: bool) -> Act:
    """What a part of settings makes its tool do."""
    takes = tuple(dict.fromkeys(name for sink in scope.named(part.sinks) for name in scope.slots_of(sink)))
    return Act(
        part.role,
        "settings",
        here.weight,
        f"{part.evidence} in {here.file}",
        here.at(part.line, part.column),
        here.step,
        part.target,
        is_rehearsal=is_rehearsal,
        takes=takes,
        sinks=part.sinks,
        is_publisher=True,
        script=here.file,
    )
