"""What is read of workflows and actions of GitHub and those who took its language over, from a few lines."""

from __future__ import annotations

from scanner.pipelines.definition import JobDefinition, PipelineDefinition, StepDefinition
from scanner.pipelines.systems.github import SYSTEMS

WORKFLOW = ".github/workflows/w.yml"
ACTION = "tools/one/action.yaml"


def read(text: str, path: str = WORKFLOW) -> tuple[PipelineDefinition, ...]:
    """What the file at a path says; nothing where it is nobody's."""
    return tuple(one for system in SYSTEMS if system.files.fullmatch(path) for one in system.read(path, text.encode(), lambda _: None))


def job(text: str, path: str = WORKFLOW) -> JobDefinition:
    """The job that these lines are, of which the first is line 4 of the file, from column 5 on."""
    body = "".join(f"    {line}\n" for line in text.split("\n"))
    ((only,),) = (one.jobs for one in read(f"on: push\njobs:\n  j:\n{body}", path))
    return only


def steps(text: str) -> tuple[StepDefinition, ...]:
    """The steps of the list that these lines are, of which the first is line 5 of the file, from column 5 on."""
    return job(f"steps:\n{text}").steps
