"""What policies say about jobs, slots and remarks, in the form that all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.model import MADE, Act, Job, Location, Remark, Severity
from scanner.policies import places
from scanner.policies.policy import Draft, View
from scanner.policies.wiring import Fed, slots_of


def of_slot(view: View, slot: str, base: Severity, message: str, found: Iterable[Fed]) -> Draft:
    """About one slot, and what is done with it."""
    fed = tuple(found)
    jobs = tuple({one.job.id: one.job for one in fed}.values())
    spots = tuple(dict.fromkeys(one.act.at for one in fed))
    return Draft(view.wiring.credentials([slot]), base, message, (), jobs=jobs, slots=(slot,), spots=spots, about=(slot,))


def of_job(view: View, job: Job, base: Severity, message: str, found: Iterable[Act]) -> Draft:
    """About one job, what it does and with which slots."""
    done = tuple(found)
    slots = slots_of(job, *done)
    spots = tuple(dict.fromkeys(act.at for act in done)) or at(job)
    return Draft(view.wiring.credentials(slots), base, message, (), jobs=(job,), slots=slots, spots=spots, about=(job.id,))


def of_remark(job: Job, remark: Remark, base: Severity, message: str) -> Draft:
    """About something that was remarked in a job; how bad it is does not depend on what a credential could do elsewhere."""
    about = (job.id, remark.family, remark.pattern, *remark.names)
    return Draft((), base, message, (), jobs=(job,), slots=named(job, remark.names), spots=(remark.at,), about=about)


def named(job: Job, names: Iterable[str]) -> tuple[str, ...]:
    """Ids of the slots of a job that have one of these names."""
    wanted = {name.upper() for name in names}
    return tuple(dict.fromkeys(use.slot for use in job.uses if use.slot and use.name.upper() in wanted))


def put(names: Iterable[str], made: str) -> str:
    """What slots bring where something was made of their values on the way: `A and B`, `a token minted with A`."""
    return MADE.get(made, "") + places.listed(names)


def at(job: Job) -> tuple[Location, ...]:
    """Where a job stands."""
    return () if job.at is None else (job.at,)


def remarks(view: View, *families: str) -> Iterator[tuple[Job, Remark]]:
    """What was remarked of jobs, each pattern of a job once for the same slots."""
    for job in view.graph.jobs:
        met: set[tuple[str, str, tuple[str, ...]]] = set()
        for remark in job.remarks:
            key = (remark.family, remark.pattern, remark.names)
            if remark.family in families and key not in met:
                met.add(key)
                yield job, remark
