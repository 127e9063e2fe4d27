"""Stages and jobs of Azure Pipelines, with templates of both in place.

A job of a stage waits for all jobs of the stages that its own depends on, which is the stage before it unless it says otherwise.
Source: Azure Pipelines' documentation, "YAML schema" (`stages`, `jobs`, `jobs.deployment`) and "Deployment jobs".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import (
    CallDefinition,
    GateDefinition,
    GateKind,
    JobDefinition,
    Mention,
    Setting,
    StepDefinition,
    Via,
)
from scanner.pipelines.systems import azure_variables
from scanner.pipelines.systems.azure_mentions import Known
from scanner.pipelines.systems.azure_scope import Call, Member, Placed, handed_on, pick
from scanner.pipelines.systems.azure_steps import Around, StepReader
from scanner.pipelines.yamltree import Entries, Scalar
from scanner.records import dataclass, replace

_STRATEGIES = ("runOnce", "rolling", "canary")
_HOOKS = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")
_ALWAYS = re.compile(r"(?i)\b(?:always|failed|succeededOrFailed)\s{0,9}\(\s{0,9}\)")
_GATES = frozenset({"manualvalidation", "manualintervention"})
_TRUE = frozenset({"true", "yes", "on"})
_LONGEST = 2000
_SHARED = 16
"""Variables of a stage that count as a node in each of its jobs."""
_HOSTED = re.compile(r"(?i)\s{0,9}(?:azure pipelines|hosted\b.{0,40}|server)\s{0,9}")


@dataclass(frozen=True, slots=True)
class Outer:
    """What surrounds jobs: their stage, and what it and the pipeline give them."""

    names: tuple[frozenset[str], ...] = ()
    """Variables of the pipeline, then those of the stage."""
    pool: Placed | None = None
    stage: str | None = None
    env: tuple[Setting, ...] = ()
    """Variables of the stage."""
    groups: tuple[tuple[Via, Mention], ...] = ()
    condition: str | None = None
    gates: tuple[GateDefinition, ...] = ()
    is_template: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """A job, with its place among stages: `waits` are the jobs of its own stage, `stage` a number."""

    job: JobDefinition
    stage: int
    waits: tuple[str, ...] = ()
    written: str = ""
    """Its name as its file has it, where only a run puts in what is missing."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage's name and the stages that it waits for; None where it does not say."""

    name: str | None
    waits: tuple[str, ...] | None = None


class JobReader:
    """Reads lists of stages and jobs into one definition."""

    def __init__(self, steps: StepReader) -> None:
        self._steps = steps
        self._expansion = steps.expansion
        self.stages: list[Stage] = []

    def read_stages(self, placed: Placed | None, outer: Outer) -> Iterator[Raw]:
        """The jobs of all stages of a list."""
        waiting = [self._expansion.listed(placed)]
        while waiting:
            one = next(waiting[-1], None)
            if one is None:
                waiting.pop()
                continue
            members = self._expansion.members(one)
            call = self._steps.call_of(members)
            if call is None:
                yield from self._stage(members, outer)
                continue
            known, opened = self._steps.called(call), self._expansion.opened(call)
            if opened is not None:
                waiting.append(self._expansion.listed(pick(self._expansion.members(opened), "stages")))
                continue
            handed = handed_on(call, "stages", self._expansion)
            self.stages.append(Stage(None))
            yield from self._unread(call, known, outer)
            yield from self._handed_jobs(call, outer)
            waiting += (self._expansion.listed(stages) for stages in reversed(handed))

    def _stage(self, members: tuple[Member, ...], outer: Outer) -> Iterator[Raw]:
        name = self._text(members, "stage")
        said = pick(members, "dependsOn")
        waits = None if said is None else tuple(word.value for word in self._words(said))
        self.stages.append(Stage(name, waits))
        known = Known(outer.names, self._expansion.named, self._expansion.given)
        own = azure_variables.read(pick(members, "variables"), self._steps, known)
        condition = self._condition(members)
        trigger = self._expansion.text(pick(members, "trigger"))
        gates = outer.gates
        if trigger is not None and trigger.value == "manual":
            gates = (*gates, GateDefinition(GateKind.MANUAL, "trigger: manual", trigger.line, trigger.column))
        inner = Outer(
            (*outer.names, own.names),
            pick(members, "pool") or outer.pool,
            name,
            own.env,
            own.groups,
            both(outer.condition, condition),
            gates,
            outer.is_template,
        )
        yield from self.read_jobs(pick(members, "jobs"), inner)

    def read_jobs(self, placed: Placed | None, outer: Outer) -> Iterator[Raw]:
        """The jobs of a list, those of templates in their place."""
        waiting, count = [self._expansion.listed(placed)], 0
        while waiting:
            one = next(waiting[-1], None)
            if one is None:
                waiting.pop()
                continue
            members = self._expansion.members(one)
            call = self._steps.call_of(members)
            if call is None:
                count += 1
                yield from self._listed(one, members, outer, count)
                continue
            known, opened = self._steps.called(call), self._expansion.opened(call)
            if opened is not None:
                waiting.append(self._expansion.listed(pick(self._expansion.members(opened), "jobs")))
                continue
            handed = handed_on(call, "jobs", self._expansion)
            yield from self._unread(call, known, outer)
            waiting += (self._expansion.listed(jobs) for jobs in reversed(handed))

    def read_extended(self, call: Call, outer: Outer) -> Iterator[Raw]:
        """What a template is handed that is extended and cannot be read. It is the frame of the pipeline and a job only where it is handed none."""
        for stages in handed_on(call, "stages", self._expansion):
            yield from self.read_stages(stages, outer)
        self.stages.append(Stage(None))
        yield from self._handed_jobs(call, outer)
        if not any(handed_on(call, kind, self._expansion) for kind in ("stages", "jobs")):
            yield from self._unread(call, self._steps.called(call), outer)

    def _handed_jobs(self, call: Call, outer: Outer) -> Iterator[Raw]:
        for jobs in handed_on(call, "jobs", self._expansion):
            yield from self.read_jobs(jobs, outer)

    def _unread(self, call: Call, known: CallDefinition, outer: Outer) -> Iterator[Raw]:
        """A job that a template elsewhere is; steps that it is handed are in it."""
        arguments = self._steps.arguments(call, Known(outer.names, self._expansion.named, self._expansion.given))
        said = next((one.value for one in arguments if one.name in {"name", "jobName", "job"} and one.value and "$" not in one.value), None)
        stem = known.target.partition("@")[0].rpartition("/")[2].partition(".")[0]
        around, runner = self._around(outer.pool, outer, frozenset())
        steps = tuple(step for handed in handed_on(call, "steps", self._expansion) for step in self._steps.read(handed, around))
        job = JobDefinition(said or stem or "template", known.line, known.column, steps, outer.env, outer.groups, stage=outer.stage)
        waits = pick(call.arguments, "dependsOn")
        yield Raw(
            replace(
                job,
                gates=(*outer.gates, *validations(steps)),
                runner=runner if steps else "unknown",
                call=replace(known, inputs=arguments),
                condition=outer.condition,
                file=call.scope.file,
            ),
            len(self.stages) - 1,
            tuple(word.value for word in self._words(waits)),
        )

    def _listed(self, placed: Placed, members: tuple[Member, ...], outer: Outer, number: int) -> Iterator[Raw]:
        key = next((one.key.value for one in members if one.key.value in {"job", "deployment"}), None)
        if key is None:
            return
        job = self.job(placed, members, outer, self._text(members, key) or ("Job" if number == 1 else f"Job{number}"))
        said = pick(members, key)
        if "${{" in job.job.name and said is not None and isinstance(said.node, Scalar):
            job = replace(job, written=said.node.value)
        yield job

    def job(self, placed: Placed, members: tuple[Member, ...], outer: Outer, name: str) -> Raw:
        """One job, or a pipeline that is one."""
        own = azure_variables.read(
            pick(members, "variables"), self._steps, Known(outer.names, self._expansion.named, self._expansion.given)
        )
        strategy = self._expansion.members(pick(members, "strategy"))
        varied = tuple(self._matrix(strategy, outer))
        names = own.names | {one.name.lower() for one in varied}
        around, runner = self._around(pick(members, "pool") or outer.pool, outer, names)
        steps = (*self._steps.read(pick(members, "steps"), around), *self._lifecycle(strategy, around))
        self._expansion.spend((len(outer.env) + len(outer.groups)) // _SHARED)
        environment = self._environment(members)
        condition = self._condition(members)
        needs = pick(members, "dependsOn")
        job = JobDefinition(name, placed.node.line, placed.node.column, steps, (*outer.env, *own.env, *varied), stage=outer.stage)
        return Raw(
            replace(
                job,
                mentions=(*outer.groups, *own.groups),
                environment=None if environment is None else environment[0],
                gates=(*outer.gates, *((environment[1],) if environment else ()), *validations(steps)),
                runner=runner,
                condition=both(outer.condition, condition),
                ignores_failure=(self._text(members, "continueOnError") or "").lower() in _TRUE,
                always=condition is not None and _ALWAYS.search(condition) is not None,
                file=placed.scope.file,
            ),
            len(self.stages) - 1,
            tuple(word.value for word in self._words(needs)),
        )

    def _lifecycle(self, strategy: tuple[Member, ...], around: Around) -> Iterator[StepDefinition]:
        """The steps of a deployment, whatever its strategy."""
        for name in _STRATEGIES:
            hooks = self._expansion.members(pick(strategy, name))
            for hook in _HOOKS:
                yield from self._steps.read(pick(self._expansion.members(pick(hooks, hook)), "steps"), around)
            ends = self._expansion.members(pick(hooks, "on"))
            for end in ("failure", "success"):
                for step in self._steps.read(pick(self._expansion.members(pick(ends, end)), "steps"), around):
                    yield replace(step, always=step.always or end == "failure")

    def _matrix(self, strategy: tuple[Member, ...], outer: Outer) -> Iterator[Setting]:
        for row in self._expansion.members(pick(strategy, "matrix")):
            yield from azure_variables.read(row.value, self._steps, Known(outer.names)).env

    def _environment(self, members: tuple[Member, ...]) -> tuple[str, GateDefinition] | None:
        placed = pick(members, "environment")
        if placed is None:
            return None
        name = self._expansion.text(placed) or self._expansion.text(pick(self._expansion.members(placed), "name"))
        if name is None:
            return None
        chosen = "parameters." in name.value
        return name.value, GateDefinition(GateKind.ENVIRONMENT, f"environment {name.value}", name.line, name.column, by_input=chosen)

    def _around(self, pool: Placed | None, outer: Outer, names: frozenset[str]) -> tuple[Around, str]:
        """What steps of a job know, and who runs them: Microsoft's machines where an image is asked for or nothing is."""
        known = Known((*outer.names, names), self._expansion.named, self._expansion.given)
        if pool is None:
            return Around(known), "unknown" if outer.is_template else "hosted"
        members = self._expansion.members(pool)
        image = self._expansion.text(pick(members, "vmImage"))
        if image is not None:
            return Around(known, "win" in image.value.lower() and "darwin" not in image.value.lower()), "hosted"
        name = self._expansion.text(pool) or self._expansion.text(pick(members, "name"))
        if name is None or "$" in name.value:
            return Around(known), "unknown"
        return Around(known), "hosted" if _HOSTED.fullmatch(name.value) else "self_hosted"

    def _condition(self, members: tuple[Member, ...]) -> str | None:
        """The condition, which is repeated for each job of a stage; a very long one is as good as none."""
        said = self._text(members, "condition")
        return None if said is None or len(said) > _LONGEST else said

    def _text(self, members: tuple[Member, ...], name: str) -> str | None:
        said = self._expansion.text(pick(members, name))
        return None if said is None else said.value or None

    def _words(self, placed: Placed | None) -> Iterator[Scalar]:
        for one in self._expansion.listed(placed):
            if not isinstance(one.node, Entries) and (said := self._expansion.text(one)) is not None:
                yield said


def validations(steps: tuple[StepDefinition, ...]) -> Iterator[GateDefinition]:
    """Tasks that wait for somebody to agree; one that goes on when nobody does, does not block."""
    for step in steps:
        if (step.uses or "").partition("@")[0].lower() in _GATES:
            said = {one.name.lower(): one.value.lower() for one in step.settings}
            blocks = said.get("ontimeout") != "resume"
            yield GateDefinition(GateKind.APPROVAL, f"task {step.uses}", step.line, step.column, is_blocking=blocks)


def both(stage: str | None, job: str | None) -> str | None:
    """The condition under which both hold."""
    return f"and({stage}, {job})" if stage is not None and job is not None else stage or job
