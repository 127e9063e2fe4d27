"""What pipelines are handed by those that call them: `npm run ${{ inputs.script }}` is all that its callers ask for, and to each what it asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.pipelines.alternatives import Known, given, joined
from scanner.pipelines.definition import CallDefinition, JobDefinition, Named, PipelineDefinition
from scanner.pipelines.jobs import Made, Workshop, made
from scanner.records import replace

_MOST = 200
"""Calls of a repository for which the called job is made by itself."""
_MOST_CHARACTERS = 400_000
"""Of the texts of jobs that are made so."""


class Inputs:
    """What is known of the inputs of each definition of a repository."""

    def __init__(self, pipelines: Iterable[PipelineDefinition]) -> None:
        self._handed: dict[str, list[Known]] = {}
        every = tuple(pipelines)
        reusable = {pipeline.file: pipeline for pipeline in every if pipeline.is_reusable}
        for pipeline in every:
            for job in pipeline.jobs:
                callee = _callee(job, reusable)
                if callee is not None:
                    self._handed.setdefault(callee.file, []).append(_handed(callee, job, dict(pipeline.choices)))

    def of_pipeline(self, pipeline: PipelineDefinition) -> Known:
        """All values that its inputs can have: those that its callers give, or those that it has by itself."""
        return joined(self._handed.get(pipeline.file) or [dict(pipeline.choices)])


class Remade:
    """Called jobs, made once more for one of their callers where that decides what they do."""

    def __init__(self, shop: Workshop, every: Mapping[str, Made]) -> None:
        self._shop = shop
        self._every = every
        self._done: dict[tuple[str, str], Made | None] = {}
        self._calls, self._left = 0, _MOST_CHARACTERS

    def job(self, caller: str, callee: str) -> Made | None:
        """The called job for this caller; None where it is the same for all, or calls others itself."""
        key = (caller, callee)
        if key not in self._done:
            self._done[key] = self._made(self._every[caller], self._every[callee])
        return self._done[key]

    def _made(self, caller: Made, callee: Made) -> Made | None:
        if callee.definition.call is not None or not _asks(callee.definition):
            return None
        if self._calls >= _MOST or self._left <= 0:
            detail = "its inputs are so many for all that it does that some callers do what it does for any of them"
            self._shop.understood.library.exceeds(callee.pipeline.file, detail)
            return None
        self._calls += 1
        self._left -= sum(len(step.script.value) for step in callee.definition.steps if step.script is not None)
        own = _handed(callee.pipeline, caller.definition, dict(caller.pipeline.choices))
        return made(callee.pipeline, callee.definition, self._shop, own)


def with_tokens(pipelines: Iterable[PipelineDefinition]) -> list[PipelineDefinition]:
    """Definitions, where a secret for which each caller in the repository gives the job's own token is such a token."""
    every = list(pipelines)
    reusable = {pipeline.file: pipeline for pipeline in every if pipeline.is_reusable}
    calls: dict[str, list[CallDefinition]] = {}
    for job in (job for pipeline in every for job in pipeline.jobs):
        callee = _callee(job, reusable)
        if callee is not None and job.call is not None:
            calls.setdefault(callee.file, []).append(job.call)
    return [replace(one, tokens=one.tokens | _tokens(one, calls[one.file])) if one.file in calls else one for one in every]


def _tokens(callee: PipelineDefinition, calls: list[CallDefinition]) -> frozenset[str]:
    """The secrets of a called pipeline that are the job's own token, as mentions name them: in whatever case."""
    if any(call.inherits for call in calls):
        return frozenset()
    given: dict[str, list[bool]] = {}
    for setting in (setting for call in calls for setting in call.secrets):
        is_token = bool(setting.mentions) and all(mention.named is Named.JOB_TOKEN for mention in setting.mentions)
        given.setdefault(setting.name.lower(), []).append(is_token)
    formal = frozenset(name.lower() for name in callee.secrets)
    return frozenset(name for name, answers in given.items() if name in formal and all(answers))


def _callee(job: JobDefinition, reusable: Mapping[str, PipelineDefinition]) -> PipelineDefinition | None:
    return reusable.get(job.call.target.removeprefix("./")) if job.call is not None and job.call.is_local else None


def _handed(callee: PipelineDefinition, caller: JobDefinition, known: Known) -> Known:
    """What the inputs of a called pipeline come to for one caller, who knows its own inputs and its matrix."""
    settings = caller.call.inputs if caller.call is not None else ()
    return given(callee.choices, settings, {**known, **dict(caller.values)})


def _asks(job: JobDefinition) -> bool:
    """Whether a job does something else where it is handed something else."""
    texts = (text for step in job.steps for text in (step.script.value if step.script is not None else "", step.folder or ""))
    settings = (setting.value for step in job.steps for setting in step.settings)
    return any("inputs." in text for group in (texts, settings) for text in group)
