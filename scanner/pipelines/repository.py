"""All pipelines of one repository: jobs that wait for each other, pipelines that call each other, scripts that jobs run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from scanner.model import Act, Job, Location, Script, Trust, Use
from scanner.pipelines.definition import PipelineDefinition, StepDefinition, StepKind, Via
from scanner.pipelines.dispatches import started
from scanner.pipelines.gathering import Gathering, Here
from scanner.pipelines.handed import Inputs, Remade, with_tokens
from scanner.pipelines.home import at_home
from scanner.pipelines.jobs import Made, MakeId, Workshop, is_mixed, jobs_of
from scanner.pipelines.library import Library, Opening, Unread
from scanner.pipelines.missing import say_missing
from scanner.pipelines.reviews import reviewed
from scanner.pipelines.roles import HIGH, THROUGH_SCRIPT, roles_of
from scanner.pipelines.scope import Scope
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.signatures import Signatures
from scanner.pipelines.steps import Steps
from scanner.pipelines.trust import waiting, weakest
from scanner.pipelines.understood import Understood
from scanner.pipelines.upstream import Upstream, needed
from scanner.records import dataclass, replace

MOST_JOBS = 20_000
"""Jobs of a repository, after which no definition is gone on with."""
_DEEPEST = 6
"""Pipelines that call pipelines."""
_MOST_SCRIPTS = 20_000
"""Targets of scripts of a repository that are looked at."""
_HELD_BY_HAND = frozenset({"gitlab"})
"""Systems in which a job that runs whatever became of others still waits for one that somebody must start."""
_MOST_HANDED = 300_000
"""What pipelines that call each other hand on, over all calls of a repository: acts of the called, slots of the callers."""


@dataclass(frozen=True, slots=True)
class Pipelines:
    """What a repository's definitions and scripts come to."""

    jobs: tuple[Job, ...] = ()
    scripts: tuple[Script, ...] = ()
    unread: tuple[Unread, ...] = ()


def pipelines_of(
    container: str,
    paths: Collection[str],
    files: Opening,
    signatures: Signatures,
    make_id: MakeId,
    *,
    is_there: Callable[[str], bool] = lambda _: False,
    projects: frozenset[str] = frozenset(),
    jobs_only: bool = False,
) -> Pipelines:
    """The pipelines of a repository whose files are `paths`; `files` opens them. What is broken is in `unread`, never raised.

    `is_there` knows of files that are none of `paths`; `projects` is what forges call the repository, `owner/name` in lower case. With
    `jobs_only` nothing is said of what scripts do when no job runs them.
    """
    library = Library(paths, files)
    shop = Workshop(container, Understood(library, signatures, projects), make_id)
    made: dict[str, Made] = {}
    every = with_tokens(at_home(pipeline, projects) for pipeline in _every(library))
    inputs = Inputs(every)
    included = {file for pipeline in every for file in _files(pipeline) if file != pipeline.file}
    for pipeline in every:
        if len(made) >= MOST_JOBS:
            library.exceeds(
                pipeline.file, f"{MOST_JOBS} jobs or more in all definitions; those of this one and after it were not read by meaning"
            )
            break
        if not (pipeline.is_reusable and pipeline.file in included):
            made |= {one.job.id: one for one in jobs_of(pipeline, shop, inputs.of_pipeline(pipeline))}
    jobs = {id_: replace(one.job, needs=needs) for (id_, one), needs in zip(made.items(), needed(made), strict=True)}
    jobs |= {id_: replace(jobs[id_], gates=(*jobs[id_].gates, gate)) for id_, gate in reviewed(made).items()}
    always = frozenset(id_ for id_, one in made.items() if one.definition.always)
    jobs = _joined(waiting(jobs, always), made, library, Remade(shop, made))
    heedless = {id_ for id_ in always if made[id_].pipeline.platform not in _HELD_BY_HAND}
    upstream = Upstream(jobs, library)
    jobs = {id_: job if id_ in heedless else replace(job, gates=(*job.gates, *upstream.of(job))) for id_, job in jobs.items()}
    jobs = {**jobs, **{id_: replace(jobs[id_], starts=others) for id_, others in started(made, jobs, library).items()}}
    asked = library.asked
    scripts = () if jobs_only else _scripts(shop, _runs(made))
    library.say_broken(asked)
    say_missing(every, library, is_there)
    ordered = sorted(jobs.values(), key=lambda job: (job.file, job.at.line or 0 if job.at else 0, job.name))
    return Pipelines(tuple(ordered), scripts, library.unread)


def _every(library: Library) -> list[PipelineDefinition]:
    """All definitions, and those that their jobs start, one below the other."""
    every = [pipeline for pipeline in library.definitions() if not pipeline.is_action]
    new = every
    for _ in range(_DEEPEST):
        new = [child for pipeline in new for child in library.children(pipeline)]
        every += new
    return every


def _files(pipeline: PipelineDefinition) -> Iterator[str]:
    """The files that the jobs and steps of a definition come from, other than it."""
    for job in pipeline.jobs:
        yield from (file for file in (job.file, *(step.file for step in job.steps)) if file)


def _joined(jobs: dict[str, Job], made: Mapping[str, Made], library: Library, remade: Remade) -> dict[str, Job]:
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
    left = _handed_down(jobs, made, callers, _MOST_HANDED)
    if left >= 0:
        left = _handed_up(jobs, callers, remade, left)
    if left < 0:
        detail = "pipelines call each other too often to tell all that comes of it"
        library.exceeds(next(jobs[caller].file for caller in callers), detail)
    called = _callers(callers)
    trusted = jobs
    for _ in range(_DEEPEST):
        before = trusted
        trusted = {id_: _trusted(job, [before[one] for one in called.get(id_, ())]) for id_, job in jobs.items()}
        if trusted == before:
            break
    return trusted


def _handed_down(jobs: dict[str, Job], made: Mapping[str, Made], callers: Mapping[str, tuple[str, ...]], left: int) -> int:
    """Gives called jobs the slots of their callers, first of all: what a caller does through them is then told with its own names."""
    for _ in range(_DEEPEST):
        before = dict(jobs)
        for caller, callees in callers.items():
            others = tuple(callee for callee in callees if callee != caller)
            left -= sum(len(jobs[callee].uses) + 1 for callee in others)
            if left < 0:
                return left
            for callee in others:
                jobs[callee] = _called(jobs[callee], jobs[caller], made[callee])
        if jobs == before:
            break
    return left


def _handed_up(jobs: dict[str, Job], callers: Mapping[str, tuple[str, ...]], remade: Remade, left: int) -> int:
    """Makes callers do what the jobs do that they call."""
    for _ in range(_DEEPEST):
        before = dict(jobs)
        for caller, callees in callers.items():
            others = tuple(callee for callee in callees if callee != caller)
            left -= sum(len(jobs[callee].acts) + 1 for callee in others)
            if left < 0:
                return left
            jobs[caller] = _calling(jobs[caller], [_for(jobs[caller], jobs[callee], remade) for callee in others])
        if jobs == before:
            break
    return left


def _callers(callers: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Those that call each job, out of the jobs that each one calls."""
    called: dict[str, list[str]] = {}
    for caller, callees in callers.items():
        for callee in dict.fromkeys(callees):
            called.setdefault(callee, []).append(caller)
    return called


def _for(caller: Job, callee: Job, remade: Remade) -> Job:
    """A called job as it is with what this one of its callers hands over."""
    one = remade.job(caller.id, callee.id)
    return callee if one is None else _called(one.job, caller, one)


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
    library = shop.understood.library
    targets = [(file, target) for file in library.scripts() for target in file.targets or (Target("", 1, 1),)]
    if len(targets) > _MOST_SCRIPTS:
        detail = f"more than {_MOST_SCRIPTS} targets of scripts; this and those after it were not read by meaning"
        library.exceeds(targets[_MOST_SCRIPTS][0].file, detail)
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
    Steps(gathering, shop.understood, "").read(steps, here, scope)
    acts = [replace(act, step=None) for act in gathering.acts]
    if not any(act.role in HIGH and act.script is None for act in acts) and not gathering.remarks:
        return None
    remarks = tuple(replace(remark, step=None) for remark in gathering.remarks)
    at = Location(shop.container, file.file, target.line, target.column)
    return Script(shop.container, file.file, target.name, file.type, at, tuple(acts), remarks, _names(acts), jobs)


def _names(acts: Iterable[Act]) -> tuple[str, ...]:
    return tuple(sorted({name for act in acts for name in (*act.takes, *act.sinks)}))
