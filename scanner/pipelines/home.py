"""What a repository uses of itself, and of its owner, by the name that its forge has for it."""

from __future__ import annotations

from collections.abc import Collection

from scanner.pipelines.definition import JobDefinition, Pin, PipelineDefinition
from scanner.records import replace

_ACTIONS = frozenset({"github", "gitea", "forgejo"})
"""Systems in which workflows and actions go by the names of repositories."""


def at_home(pipeline: PipelineDefinition, projects: Collection[str]) -> PipelineDefinition:
    """A definition in which a workflow of the repository itself is called as such, though it goes by its full name.

    It stands there as the repository has it now; a version that was asked for may be another one.
    """
    if pipeline.platform not in _ACTIONS or not projects:
        return pipeline
    jobs = tuple(_at_home(job, projects) for job in pipeline.jobs)
    return pipeline if jobs == pipeline.jobs else replace(pipeline, jobs=jobs)


def is_owners(uses: str, platform: str, projects: Collection[str]) -> bool:
    """Whether an action belongs to somebody to whom the repository belongs."""
    owner, found, _ = uses.lower().partition("/")
    return bool(found) and platform in _ACTIONS and any(project.startswith(f"{owner}/") for project in projects)


def _at_home(job: JobDefinition, projects: Collection[str]) -> JobDefinition:
    call = job.call
    if call is None or call.is_local:
        return job
    name = call.target.lower()
    own = next((project for project in projects if name.startswith(f"{project}/")), None)
    return job if own is None else replace(job, call=replace(call, target=call.target[len(own) + 1 :], is_local=True, pin=Pin.LOCAL))
