"""The systems whose logs are followed: one row each. Everything else is read all the same, without job and step."""

from __future__ import annotations

from collections.abc import Callable

from scanner.contract import Rx
from scanner.records import dataclass
from scanner.sources.ci_logs import azure, buildkite, circleci, github, gitlab, jenkins
from scanner.sources.ci_logs.chunks import width_of
from scanner.sources.ci_logs.cleaning import Manner, begins_with_time, has_columns
from scanner.sources.ci_logs.tracker import Course, Tracker

HEAD = 64 << 10
"""Bytes of the beginning that tell the system."""


@dataclass(frozen=True, slots=True)
class System:
    """A CI system and what its logs look like."""

    sign: Rx
    """Stands somewhere in the beginning of nearly every log."""
    markers: Rx
    """The lines that say whose the next ones are."""
    course: Callable[[], Course]


SYSTEMS: tuple[System, ...] = tuple(
    System(module.SIGN, module.MARKERS, module.Course) for module in (buildkite, gitlab, azure, jenkins, github, circleci)
)
"""The one whose sign comes first is the log's: what its jobs print may have the signs of others."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """How a log is written, and how its job and steps are followed."""

    manner: Manner
    system: System | None
    timed: bool = False
    """Whether the first line begins with the time, as in files whose names `called` understands."""

    def tracker(self) -> Tracker:
        """A fresh one, for one reading from the beginning."""
        return Tracker() if self.system is None else Tracker(self.system.course(), self.system.markers)


def recognise(head: bytes) -> Recognised:
    """What the first `HEAD` bytes of a log tell; of a log that no system's signs are in, only how it is written. Never raises."""
    width = width_of(head)
    if width is not None:
        head = head.decode(width.codec, "replace").encode("utf-8", "replace")
    if has_columns(head):
        return Recognised(Manner(width, columns=True), None)
    timed = begins_with_time(head)
    found = ((sign.start(), system) for system in SYSTEMS if (sign := system.sign.search(head)) is not None)
    return Recognised(Manner(width), min(found, key=lambda one: one[0], default=(0, None))[1], timed)
