"""What a change makes worse: findings about pipelines that were not there before it, or say more than they did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.model import Finding, Graph
from scanner.policies.verdict import verdict_of
from scanner.records import replace

__all__ = ["made_worse", "told_of", "verdict_of"]


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
