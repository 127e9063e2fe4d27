"""What starts a job without anybody's hand, be it another job that asks the platform for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.model import Job
from scanner.policies.wiring import blocking
from scanner.records import dataclass

BY_HAND = frozenset({"workflow_dispatch", "manual", "custom", "web"})
"""Events that are somebody who asks for it."""
_CALL = "workflow_call"
"""The event of being called: where callers are known, what starts them counts."""


@dataclass(frozen=True, slots=True)
class Starting:
    """Who starts which job of a graph."""

    called: frozenset[str]
    """Ids of the jobs whose callers are known."""
    starters: Mapping[str, tuple[Job, ...]]
    """By the id of a job: those that start it."""

    def by_hand(self, job: Job) -> bool:
        """Whether somebody starts it by hand, as far as its own triggers tell."""
        events = {trigger.event for trigger in job.triggers} - ({_CALL} if job.id in self.called else set())
        return bool(events) and events <= BY_HAND

    def without_a_hand(self, job: Job) -> Job | None:
        """A job that starts it and that nobody has to start or to agree to."""
        waiting, met = [job], {job.id}
        while waiting:
            for other in self.starters.get(waiting.pop().id, ()):
                if other.id in met or blocking(other):
                    continue
                if not self.by_hand(other):
                    return other
                met.add(other.id)
                waiting.append(other)
        return None


def starting_of(jobs: Iterable[Job]) -> Starting:
    """Who starts which of these jobs."""
    every = tuple(jobs)
    starters: dict[str, list[Job]] = {}
    for job in every:
        for id_ in job.starts:
            starters.setdefault(id_, []).append(job)
    called = frozenset(id_ for job in every for call in job.calls for id_ in call.jobs)
    return Starting(called, {id_: tuple(found) for id_, found in starters.items()})
