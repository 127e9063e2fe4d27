"""The pipelines of a repository before and after a change, so that only what the change makes worse counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.config import Settings
from scanner.correlate import injected
from scanner.correlate.renamed import under_new_names
from scanner.model import Graph, Unscanned
from scanner.pipelines.repository import Pipelines
from scanner.records import dataclass, replace
from scanner.run.answers import answers
from scanner.run.defined import Defined, among
from scanner.run.examine import Setup
from scanner.run.reached import Both
from scanner.sources.ci_exports import slot_id
from scanner.sources.history import Repository

_BEFORE, _AFTER = range(2)


@dataclass(frozen=True, slots=True)
class Judged:
    """What pipelines come to at both ends of a change; jobs that only got another name have the new one at both."""

    before: Pipelines
    after: Pipelines
    unscanned: tuple[Unscanned, ...]
    """Definitions and scripts that cannot be read by meaning and could be before, or are new."""


def pipelines_at(ends: Both, repository: Repository, setup: Setup, settings: Settings) -> Judged | None:
    """The pipelines before and after a change, of whose files the `ends` are path to blob; None where it touches none of them."""
    tasks = [task for source, files in enumerate(ends) for task in among(source, repository.container, repository, files, jobs_only=True)]
    if not _differ(tasks):
        return None
    found = {_BEFORE: Pipelines(), _AFTER: Pipelines()}
    unread: dict[int, set[Unscanned]] = {_BEFORE: set(), _AFTER: set()}
    for answer in answers(iter(tasks), setup, settings):
        if answer.pipelines is not None:
            found[answer.source] = answer.pipelines
            unread[answer.source].update(answer.unscanned)
    before = replace(found[_BEFORE], jobs=under_new_names(found[_BEFORE].jobs, found[_AFTER].jobs))
    return Judged(before, found[_AFTER], tuple(sorted(unread[_AFTER] - unread[_BEFORE])))


def with_pipelines(graph: Graph, found: Pipelines) -> Graph:
    """The graph, with jobs and the slots that they name."""
    jobs, slots = injected(found.jobs, graph.slots, slot_id)
    ordered = sorted(jobs, key=lambda job: (job.container, job.file, job.id))
    return replace(graph, jobs=tuple(ordered), slots=slots)


def _differ(tasks: Iterable[Defined]) -> bool:
    """Whether the files of both ends are not the same."""
    before, after = (frozenset(_files(task for task in tasks if task.source == source)) for source in (_BEFORE, _AFTER))
    return before != after


def _files(tasks: Iterable[Defined]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for task in tasks:
        yield from task.paths.items()
