"""Who can start a job: the weakest of its triggers, as far as conditions leave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.model import Job, Trigger, Trust
from scanner.records import replace

_WEAKEST_FIRST = (Trust.UNTRUSTED, Trust.CONTRIBUTOR, Trust.REMOTE, Trust.TIMER, Trust.MAINTAINER)
_SKIPPING = frozenset({"github", "gitea", "forgejo"})
"""Systems where a job is left out when one that it waits for was left out."""
_MOST_ROUNDS = 8
"""Of looking at jobs again whose needs have changed: one is enough where they stand in the order in which they run."""


def weakest(trusts: Iterable[Trust]) -> Trust:
    """The weakest of several; unknown where none is known."""
    known = set(trusts)
    return next((trust for trust in _WEAKEST_FIRST if trust in known), Trust.UNKNOWN)


def waiting(jobs: Mapping[str, Job], regardless: frozenset[str]) -> dict[str, Job]:
    """The jobs with only those triggers for which what they wait for runs, too; those of `regardless` run whatever happened before them."""
    known = dict(jobs)
    for _ in range(_MOST_ROUNDS):
        before = dict(known)
        for id_, job in jobs.items():
            if job.platform in _SKIPPING and id_ not in regardless:
                known[id_] = _left(known[id_], dict.fromkeys(known[need].triggers for need in job.needs if need in known))
        if known == before:
            break
    return known


def _left(job: Job, needs: Iterable[tuple[Trigger, ...]]) -> Job:
    """A job with the triggers that all those before it have; as it is where none is left."""
    triggers = job.triggers
    for others in needs:
        triggers = tuple(dict.fromkeys(one for trigger in triggers for one in _both(trigger, others))) if others else triggers
    if not triggers or triggers == job.triggers:
        return job
    return replace(job, triggers=triggers, trigger_trust=weakest(one.trust for one in triggers).value)


def _both(trigger: Trigger, others: tuple[Trigger, ...]) -> list[Trigger]:
    """What is left of a trigger beside those of another job: a push may be narrowed to tags or to branches, and to those who may write."""
    event, _, narrow = trigger.event.partition(":")
    if same := [other for other in others if other.event in {trigger.event, event if narrow else trigger.event}]:
        is_closed = trigger.trust is Trust.UNTRUSTED and all(other.trust is Trust.CONTRIBUTOR for other in same)
        return [replace(trigger, trust=Trust.CONTRIBUTOR) if is_closed else trigger]
    return [
        replace(trigger, event=other.event, trust=other.trust) for other in others if not narrow and other.event.startswith(f"{event}:")
    ]
