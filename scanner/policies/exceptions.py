"""What somebody has accepted for a while: findings of one policy at places, jobs or slots of one name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase

from scanner.model import Finding, Graph, Suppression
from scanner.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Exempt:
    """One exception from one policy."""

    policy: str
    where: str
    """A path, or the name of a job or slot; `*` stands for any characters."""
    reason: str
    until: date
    """The last day on which it counts."""


def exempted(finding: Finding, exceptions: Iterable[Exempt], graph: Graph, as_of: date) -> Finding:
    """The finding, marked as accepted where an exception that still counts covers all of its paths, all of its jobs or all of its slots.

    One of several would not do: whoever accepts a place has not seen the others.
    """
    mine = [one for one in exceptions if one.policy == finding.policy and as_of <= one.until]
    if not mine:
        return finding
    jobs, slots = set(finding.jobs), set(finding.slots)
    sides = (
        {place.path for place in finding.locations},
        {job.name for job in graph.jobs if job.id in jobs},
        {slot.name for slot in graph.slots if slot.id in slots},
    )
    by = next((one for one in mine if any(side and all(fnmatchcase(name, one.where) for name in side) for side in sides)), None)
    if by is None:
        return finding
    return replace(finding, suppression=Suppression("config", f"{by.reason} (until {by.until})"))


def past(exceptions: Iterable[Exempt], as_of: date) -> tuple[str, ...]:
    """What there is to say about exceptions that do not count any more."""
    return tuple(f"expired on {one.until}: the exception from {one.policy} for {one.where}" for one in exceptions if one.until < as_of)
