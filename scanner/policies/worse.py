"""What a change makes worse: findings about pipelines that were not there before it, or say more than they did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from scanner.model import Finding, Graph, Severity, Verdict
from scanner.policies.verdict import verdict_of
from scanner.records import replace

Judge = Callable[[Graph], tuple[Finding, ...]]


def judged_worse(
    graph: Graph, findings: tuple[Finding, ...], ends: Sequence[tuple[Graph, Graph]], judge: Judge, fail_on: Severity | None
) -> tuple[Graph, tuple[Finding, ...], Verdict]:
    """Of `findings` about `graph`, which the first of the `ends` leaves, and of those about the others what is worse than before, and the verdict on it.

    Each of the `ends` is what was there before a change and what is there after it; several of them may leave the same job.
    """
    told = made_worse(findings, judge(ends[0][0]))
    jobs, slots = {job.id: job for job in graph.jobs}, {slot.id: slot for slot in graph.slots}
    for before, after in ends[1:]:
        known = {finding.id for finding in told}
        told += tuple(one for one in made_worse(judge(after), judge(before)) if one.id not in known)
        jobs, slots = {job.id: job for job in after.jobs} | jobs, {slot.id: slot for slot in after.slots} | slots
    everything = replace(graph, jobs=tuple(jobs.values()), slots=tuple(slots.values()))
    return told_of(everything, told), told, verdict_of(told, fail_on)


def made_worse(after: Iterable[Finding], before: Iterable[Finding]) -> tuple[Finding, ...]:
    """Of the findings after a change those that it brings.

    They are about a credential that it brings, or about jobs or slots and new, more severe than before or with more of them. What a script
    may do that no job runs is no part of a pipeline.
    """
    known = {finding.id: finding for finding in before}
    return tuple(one for one in after if one.credentials or ((one.jobs or one.slots) and _is_worse(one, known)))


def _is_worse(finding: Finding, known: Mapping[str, Finding]) -> bool:
    old = known.get(finding.id)
    if old is None or finding.severity > old.severity:
        return True
    return not (set(finding.jobs) <= set(old.jobs) and set(finding.slots) <= set(old.slots))


def told_of(graph: Graph, findings: Iterable[Finding]) -> Graph:
    """The graph with only those jobs and slots that the findings tell of, and the slots of these jobs."""
    told = tuple(findings)
    named = {id_ for finding in told for id_ in finding.jobs}
    jobs = tuple(job for job in graph.jobs if job.id in named)
    slots = {id_ for finding in told for id_ in finding.slots} | {id_ for job in jobs for id_ in job.slots}
    return replace(graph, jobs=jobs, slots=tuple(slot for slot in graph.slots if slot.id in slots))
