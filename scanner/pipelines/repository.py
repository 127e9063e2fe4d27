"""All pipelines of one repository: jobs that wait for each other, pipelines that call each other, scripts that jobs run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from scanner.model import Act, Gate, Job, Location, Reason, Script, Trust, Use
from scanner.pipelines.definition import PipelineDefinition, StepDefinition, StepKind, Via
from scanner.pipelines.gathering import Gathering, Here
from scanner.pipelines.jobs import Made, MakeId, Workshop, is_mixed, jobs_of
from scanner.pipelines.library import Library, Unread
from scanner.pipelines.roles import HIGH, THROUGH_SCRIPT, roles_of
from scanner.pipelines.scope import Scope
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.signatures import Signatures
from scanner.pipelines.steps import Steps
from scanner.pipelines.systems.system import Files
from scanner.pipelines.trust import weakest
from scanner.records import dataclass

_DEEPEST = 6
"""Pipelines that call pipelines."""
_MOST_SCRIPTS = 20_000
"""Targets of scripts of a repository that are looked at."""
_MOST_GATES = 100
"""Gates of other jobs that are kept of one."""
_MOST_HANDED = 300_000
"""What pipelines that call each other hand on, over all calls of a repository: acts of the called, slots of the callers."""


@dataclass(frozen=True, slots=True)
class Pipelines:
    """What a repository's definitions and scripts come to."""

    jobs: tuple[Job, ...] = ()
    scripts: tuple[Script, ...] = ()
    unread: tuple[Unread, ...] = ()


def pipelines_of(container: str, paths: Collection[str], files: Files, signatures: Signatures, make_id: MakeId) -> Pipelines:
    """The pipelines of a repository whose files are `paths`; `files` opens them. What is broken is in `unread`, never raised."""
    library = Library(paths, files)
    shop = Workshop(container, library, signatures, make_id)
    made: dict[str, Made] = {}
    every = [pipeline for pipeline in library.definitions() if not pipeline.is_action]
    included = {file for pipeline in every for file in _files(pipeline) if file != pipeline.file}
    for pipeline in every:
        if not (pipeline.is_reusable and pipeline.file in included):
            made |= {one.job.id: one for one in jobs_of(pipeline, shop)}
    jobs = {id_: replace(one.job, needs=needs) for (id_, one), needs in zip(made.items(), _needs(made), strict=True)}
    jobs = _joined(jobs, made, library)
    jobs = {id_: replace(job, gates=(*job.gates, *_upstream(job, jobs))) for id_, job in jobs.items()}
    run = _runs(made)
    scripts = _scripts(shop, run)
    ordered = sorted(jobs.values(), key=lambda job: (job.file, job.at.line or 0 if job.at else 0, job.name))
    return Pipelines(tuple(ordered), scripts, tuple(library.unread))


def _files(pipeline: PipelineDefinition) -> Iterator[str]:
    """The files that the jobs and steps of a definition come from, other than it."""
    for job in pipeline.jobs:
        yield from (file for file in (job.file, *(step.file for step in job.steps)) if file)


def _needs(made: Mapping[str, Made]) -> list[tuple[str, ...]]:
    """Ids of the jobs that each one waits for: what it names, and where stages follow each other, those of the stages before."""
    by_file: dict[tuple[str, str], dict[str, list[Made]]] = {}
    for one in made.values():
        key = (one.pipeline.platform, one.pipeline.file)
        by_file.setdefault(key, {}).setdefault(one.definition.name, []).append(one)
    result = []
    for one in made.values():
        siblings = by_file[one.pipeline.platform, one.pipeline.file]
        named = [other.job.id for name in one.definition.needs for other in siblings.get(name, ())]
        if not named and one.pipeline.serial and not one.definition.starts_at_once and one.definition.stage in one.pipeline.stages:
            place = one.pipeline.stages.index(one.definition.stage)
            earlier = frozenset(one.pipeline.stages[:place])
            named = [other.job.id for found in siblings.values() for other in found if other.definition.stage in earlier]
        result.append(tuple(dict.fromkeys(name for name in named if name != one.job.id)))
    return result


def _upstream(job: Job, jobs: Mapping[str, Job]) -> tuple[Gate, ...]:
    """What holds the jobs that a job waits for, and so holds it."""
    found: dict[Gate, None] = {}
    met, waiting = {job.id}, list(job.needs)
    while waiting and len(found) < _MOST_GATES:
        name = waiting.pop()
        if name in met or name not in jobs:
            continue
        met.add(name)
        found |= dict.fromkeys(replace(gate, is_upstream=True) for gate in jobs[name].gates)
        waiting += jobs[name].needs
    return tuple(found)


def _joined(jobs: dict[str, Job], made: Mapping[str, Made], library: Library) -> dict[str, Job]:
    """The jobs, with what comes of calls: a caller does what its callee does, and the callee gets what the caller hands over."""
    by_file: dict[str, list[str]] = {}
    for id_, one in made.items():
        if one.pipeline.is_reusable:
            by_file.setdefault(one.pipeline.file, []).append(id_)
    callers = {
        id_: tuple(by_file.get(one.definition.call.target.removeprefix("./"), ()))
        for id_, one in made.items()
        if one.definition.call is not None and one.definition.call.is_local
    }
    left = _MOST_HANDED
    for _ in range(_DEEPEST):
        before = dict(jobs)
        for caller, callees in callers.items():
            others = tuple(callee for callee in callees if callee != caller)
            left -= sum(len(jobs[callee].acts) + len(jobs[callee].uses) + 1 for callee in others)
            if left < 0:
                detail = "pipelines call each other too often to tell all that comes of it"
                library.unread.append(Unread(jobs[caller].file, Reason.TOO_LARGE, detail))
                break
            jobs[caller] = _calling(jobs[caller], [jobs[callee] for callee in others])
            for callee in others:
                jobs[callee] = _called(jobs[callee], jobs[caller], made[callee])
        if left < 0 or jobs == before:
            break
    called = _callers(callers)
    return {id_: _trusted(job, [jobs[one] for one in called.get(id_, ())]) for id_, job in jobs.items()}


def _callers(callers: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Those that call each job, out of the jobs that each one calls."""
    called: dict[str, list[str]] = {}
    for caller, callees in callers.items():
        for callee in dict.fromkeys(callees):
            called.setdefault(callee, []).append(caller)
    return called


def _calling(caller: Job, callees: list[Job]) -> Job:
    if not callees:
        return caller
    known = set(caller.acts)
    acts = [through for callee in callees for act in callee.acts if (through := _through(act, callee)) not in known]
    if not acts and all(call.jobs for call in caller.calls):
        return caller
    calls = tuple(replace(call, jobs=tuple(one.id for one in callees)) for call in caller.calls)
    everything = (*caller.acts, *dict.fromkeys(acts))
    return replace(
        caller, acts=everything, calls=calls, roles=roles_of(everything), mixed=caller.mixed or any(one.mixed for one in callees)
    )


def _through(act: Act, callee: Job) -> Act:
    """What a called job does, as the caller does it."""
    return (
        act
        if act.step is None and act.script == callee.file
        else replace(act, weight=min(act.weight, THROUGH_SCRIPT), step=None, script=act.script or callee.file)
    )


def _called(callee: Job, caller: Job, own: Made) -> Job:
    """A called job with the slots that one of its callers hands over, under the caller's names; `own` is the job as its file says it."""
    handed = [use for use in caller.uses if use.via in {Via.CALLED.value, Via.WITH_INPUT.value} and use.as_name is not None]
    formal = {name.lower() for name in own.pipeline.secrets}
    given = {use.as_name.lower(): use for use in handed if use.as_name is not None and use.as_name.lower() in formal}
    if not given:
        return callee
    named = [replace(use, name=given[use.name.lower()].name) for use in own.job.uses if use.name.lower() in given]
    handed_on = [replace(given[name], via=Via.CALLED.value, step=None) for name in sorted(given)]
    others = [use for use in callee.uses if use.name.lower() not in given]
    acts = tuple(
        _fed(act, own.job.acts[number].takes if number < len(own.job.acts) else act.takes, given) for number, act in enumerate(callee.acts)
    )
    return replace(callee, uses=tuple(dict.fromkeys((*others, *named, *handed_on))), acts=acts)


def _fed(act: Act, formal: tuple[str, ...], given: Mapping[str, Use]) -> Act:
    """An act that also takes what a caller gives for the names that its file has for it."""
    more = [given[name.lower()].name for name in formal if name.lower() in given]
    return replace(act, takes=tuple(dict.fromkeys((*(name for name in act.takes if name.lower() not in given), *more)))) if more else act


def _trusted(job: Job, callers: list[Job]) -> Job:
    """The trust of a job that others call: the weakest of theirs and its own."""
    if not callers:
        return job
    own = [trigger.trust for trigger in job.triggers if trigger.trust is not Trust.UNKNOWN]
    trust = weakest([*own, *(Trust(caller.trigger_trust) for caller in callers)])
    triggers = tuple(dict.fromkeys((*job.triggers, *(trigger for caller in callers for trigger in caller.triggers))))
    gates = (
        tuple(dict.fromkeys(replace(gate, is_upstream=True) for caller in callers[:1] for gate in caller.gates))
        if len(callers) == 1
        else ()
    )
    needs = tuple(dict.fromkeys((*job.needs, *(need for caller in callers for need in caller.needs)))) if len(callers) == 1 else job.needs
    return replace(job, trigger_trust=trust.value, triggers=triggers, gates=(*job.gates, *gates), needs=needs, mixed=is_mixed(job))


def _runs(made: Mapping[str, Made]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Ids of the jobs that run a script, by its file and target."""
    found: dict[tuple[str, str], list[str]] = {}
    for id_, one in made.items():
        for script in one.gathering.scripts:
            found.setdefault(script, []).append(id_)
    return {script: tuple(ids) for script, ids in found.items()}


def _scripts(shop: Workshop, run: Mapping[tuple[str, str], tuple[str, ...]]) -> tuple[Script, ...]:
    """Every target of a script that publishes, signs, deploys or approves, or that does something to be remarked."""
    found: list[Script] = []
    targets = [(file, target) for file in shop.library.scripts() for target in file.targets or (Target("", 1, 1),)]
    for file, target in targets[:_MOST_SCRIPTS]:
        script = _script(shop, file, target, run.get((file.file, target.name), ()))
        if script is not None:
            found.append(script)
    return tuple(found)


def _script(shop: Workshop, file: ScriptFile, target: Target, jobs: tuple[str, ...]) -> Script | None:
    gathering = Gathering()
    here = Here(shop.container, file.file)
    scope = Scope().with_layer(Via.STEP_ENV, target.env)
    folder = "." if file.type in {"shell", "powershell", "batch"} else file.file.rpartition("/")[0] or "."
    steps = [StepDefinition(StepKind.SCRIPT, target.line, target.column, script=text, folder=folder) for text in target.texts]
    Steps(gathering, shop.library, shop.signatures, "").read(steps, here, scope)
    acts = [replace(act, step=None) for act in gathering.acts]
    if not any(act.role in HIGH and act.script is None for act in acts) and not gathering.remarks:
        return None
    remarks = tuple(replace(remark, step=None) for remark in gathering.remarks)
    at = Location(shop.container, file.file, target.line, target.column)
    return Script(shop.container, file.file, target.name, file.type, at, tuple(acts), remarks, _names(acts), jobs)


def _names(acts: Iterable[Act]) -> tuple[str, ...]:
    return tuple(sorted({name for act in acts for name in (*act.takes, *act.sinks)}))
