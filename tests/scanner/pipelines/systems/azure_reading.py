"""Reads definitions of Azure Pipelines that are written in tests, and says what is in them in short."""

from __future__ import annotations

from textwrap import dedent

from scanner.pipelines.definition import JobDefinition, PipelineDefinition, Setting
from scanner.pipelines.systems.azure import SYSTEM


def read(text: str, path: str = "azure-pipelines.yml", **files: str) -> PipelineDefinition:
    """What a definition says; others of its repository by their paths without ending, `__` for a slash."""
    others = {name.replace("__", "/") + ".yml": dedent(content).encode() for name, content in files.items()}
    return SYSTEM.read(path, dedent(text).encode(), others.get)[0]


def job(pipeline: PipelineDefinition, name: str) -> JobDefinition:
    """The job of a name."""
    return next(one for one in pipeline.jobs if one.name == name)


def named(settings: tuple[Setting, ...]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Settings with what they name."""
    return [(one.name, one.value, [(m.name, m.named.value) for m in one.mentions]) for one in settings]


def commands(one: JobDefinition) -> list[tuple[str, str]]:
    """Shells and scripts of a job."""
    return [(step.script.shell, step.script.value) for step in one.steps if step.script is not None]
