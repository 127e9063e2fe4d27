"""From definitions to jobs: what each one does, which slots come into it, what starts it and what holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field, replace

from scanner.model import Act, Call, Gate, Job, Location, Reason, Trigger
from scanner.pipelines.conditions import narrowed
from scanner.pipelines.definition import CallDefinition, JobDefinition, PipelineDefinition, TriggerDefinition, Via
from scanner.pipelines.gathering import Gathering, Here
from scanner.pipelines.library import Library, Unread
from scanner.pipelines.offers import Circumstances, offered
from scanner.pipelines.roles import AUDIENCE, ENVIRONMENT, HIGH, LOW, NAME, THROUGH_SCRIPT, TRIGGER, roles_of
from scanner.pipelines.scope import Layer, Scope
from scanner.pipelines.signatures import Signatures
from scanner.pipelines.steps import Steps
from scanner.pipelines.trust import weakest
from scanner.records import dataclass

MakeId = Callable[..., str]
"""The id of something from the words that tell it apart."""

_MOST_JOBS = 1_000
"""Jobs of one definition. GitLab runs 500 of a pipeline, GitHub 256 of a matrix."""
_MOST_SETTINGS = 200
"""Variables that are set for all jobs of a definition, or all steps of a job, and so are looked at in each."""

_RELEASES = frozenset({"push:tags", "release", "tag", "create:tags"})


@dataclass(frozen=True, slots=True)
class Made:
    """A job with what is needed to join it with others."""

    job: Job
    definition: JobDefinition
    pipeline: PipelineDefinition
    gathering: Gathering = field(compare=False)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What it takes to make jobs of one repository's definitions."""

    container: str
    library: Library
    signatures: Signatures
    make_id: MakeId


def jobs_of(pipeline: PipelineDefinition, shop: Workshop) -> tuple[Made, ...]:
    """The jobs of one definition, each by itself."""
    jobs = [definition for definition in pipeline.jobs if not definition.is_template]
    if len(jobs) > _MOST_JOBS:
        detail = f"more than {_MOST_JOBS} jobs; those after them were not read by meaning"
        shop.library.unread.append(Unread(pipeline.file, Reason.TOO_LARGE, detail))
    if any(len(settings) > _MOST_SETTINGS for settings in (pipeline.env, *(job.env for job in jobs[:_MOST_JOBS]))):
        detail = f"more than {_MOST_SETTINGS} variables of one level; those after them were not read by meaning"
        shop.library.unread.append(Unread(pipeline.file, Reason.TOO_LARGE, detail))
    return tuple(_made(pipeline, definition, shop) for definition in jobs[:_MOST_JOBS])


def _made(pipeline: PipelineDefinition, definition: JobDefinition, shop: Workshop) -> Made:
    container, signatures = shop.container, shop.signatures
    gathering = Gathering()
    here = Here(container, definition.file or pipeline.file)
    outer, inner = pipeline.env[:_MOST_SETTINGS], definition.env[:_MOST_SETTINGS]
    wide = Scope((Layer(Via.WORKFLOW_ENV, outer),), is_ambient=pipeline.ambient)
    scope = wide.with_layer(Via.JOB_ENV, inner)
    gathering.use_settings(Via.WORKFLOW_ENV, outer, here, wide)
    gathering.use_settings(Via.JOB_ENV, inner, here, wide)
    for via, mention in (*pipeline.mentions, *definition.mentions):
        gathering.use(via, (mention,), here, scope)
    Steps(gathering, shop.library, signatures, pipeline.platform).read(definition.steps, here, scope)
    _called(gathering, definition.call, here, scope)
    triggers = _triggers(pipeline, definition, container)
    grant, wide_grant = definition.grant, pipeline.grant
    oidc_wide = grant.oidc is None and wide_grant.oidc is True
    granted = grant if grant.oidc is not None else wide_grant
    at = here.at(definition.line, definition.column)
    gathering.acts += _audiences(granted.audiences, signatures, at)
    gathering.acts += _hints(definition, signatures, triggers, at)
    around = Circumstances(pipeline.platform, definition.runner, triggers, pipeline.is_reusable)
    completed = _completed(gathering.acts, has_oidc=granted.oidc is True and not pipeline.ambient)
    acts = tuple(replace(act, offer=offered(act, around, signatures)) for act in completed)
    job = Job(
        id=shop.make_id("job", pipeline.platform, container, pipeline.file, definition.name),
        platform=pipeline.platform,
        container=container,
        file=pipeline.file,
        name=definition.name,
        roles=roles_of(acts),
        trigger_trust=weakest(trigger.trust for trigger in triggers).value,
        environment=definition.environment,
        oidc=granted.oidc is True,
        audiences=granted.audiences,
        at=at,
        acts=acts,
        uses=tuple(gathering.uses),
        steps=tuple(gathering.steps),
        gates=tuple(
            Gate(one.kind.value, one.is_blocking, one.evidence, here.at(one.line, one.column), by_input=one.by_input)
            for one in definition.gates
        ),
        triggers=triggers,
        remarks=tuple(gathering.remarks),
        calls=_calls(pipeline, definition, container),
        runner=definition.runner,
        oidc_at=here.at(granted.line, granted.column) if granted.oidc is True else None,
        oidc_wide=oidc_wide,
        permissions=grant.permissions if grant.permissions is not None else wide_grant.permissions,
    )
    return Made(replace(job, mixed=is_mixed(job)), definition, pipeline, gathering)


def _called(gathering: Gathering, call: CallDefinition | None, here: Here, scope: Scope) -> None:
    """What a called pipeline is handed."""
    if call is None:
        return
    gathering.use_settings(Via.CALLED, call.secrets, here, scope)
    gathering.use_settings(Via.WITH_INPUT, call.inputs, here, scope)


def _triggers(pipeline: PipelineDefinition, definition: JobDefinition, container: str) -> tuple[Trigger, ...]:
    own: tuple[TriggerDefinition, ...] = pipeline.triggers if definition.triggers is None else definition.triggers
    left = narrowed(own, definition.condition) if pipeline.platform in {"github", "gitea", "forgejo"} else own
    return tuple(Trigger(one.event, one.trust, Location(container, pipeline.file, one.line, one.column)) for one in left)


def _calls(pipeline: PipelineDefinition, definition: JobDefinition, container: str) -> tuple[Call, ...]:
    call = definition.call
    if call is None:
        return ()
    secrets = "inherit" if call.inherits else "explicit" if call.secrets else "none"
    return (
        Call(call.target, Location(container, pipeline.file, call.line, call.column), call.is_local, call.ref, call.pin.value, secrets),
    )


def _audiences(audiences: Iterable[str], signatures: Signatures, at: Location) -> list[Act]:
    """What identity tokens are for."""
    found = []
    for audience in audiences:
        if (target := signatures.audience(audience)) is not None:
            role = "sign" if target == "sigstore" else "publish"
            found.append(Act(role, "audience", AUDIENCE, f"an identity token for {target}", at, target=target, is_keyless=True))
    return found


def _hints(definition: JobDefinition, signatures: Signatures, triggers: Iterable[Trigger], at: Location) -> list[Act]:
    """Weaker evidence: environments, names, tags as triggers."""
    found: list[Act] = []
    environment = definition.environment
    suspected = signatures.environment(environment) if environment else ()
    found += [
        Act(one.role, "environment", ENVIRONMENT, "the name of its environment", at, target=one.target, tier=one.tier) for one in suspected
    ]
    for name in (definition.name, definition.stage or ""):
        found += [Act(role, "name", NAME, f"the name {name}", at) for role in signatures.names(name)]
    if any(trigger.event in _RELEASES for trigger in triggers):
        found.append(Act("publish", "trigger", TRIGGER, "a tag or release starts it", at))
    return found


def _completed(acts: list[Act], *, has_oidc: bool) -> tuple[Act, ...]:
    """Acts with what only the whole job tells: a login before them, or an identity token in place of a stored credential."""
    setups: dict[str, Act] = {}
    done = []
    for act in acts:
        if act.role == "credential_setup" and act.target is not None:
            setups[act.target] = act
        login = setups.get(act.target or "")
        whole = act
        if act.role in HIGH and not act.takes and not act.literal and act.is_keyless is not True:
            if login is not None and (login.takes or login.literal):
                whole = replace(act, takes=login.takes, literal=login.literal, is_keyless=False)
            elif login is not None and (login.is_keyless or login.uses_job_token):
                whole = replace(act, is_keyless=True, uses_job_token=login.uses_job_token)
            elif act.is_keyless is None and has_oidc:
                whole = replace(act, is_keyless=True)
        done.append(whole)
    return tuple(done)


def is_mixed(job: Job) -> bool:
    """Whether it runs code of the project, or installs dependencies, before or while a credential of a high role is there."""
    high = [act for act in job.acts if act.role in HIGH and not act.is_rehearsal and act.weight >= THROUGH_SCRIPT]
    if not high:
        return False
    last = max((act.step if act.step is not None else len(job.steps) for act in high), default=0)
    return any(act.runs_project for act in high) or any(
        act.role in LOW and act.weight >= THROUGH_SCRIPT and (act.step is None or act.step <= last) for act in job.acts
    )
