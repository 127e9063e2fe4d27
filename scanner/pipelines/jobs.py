"""From definitions to jobs: what each one does, which slots come into it, what starts it and what holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scanner import hosts
from scanner.model import SOMEWHERE, Act, Call, Gate, Job, Location, Remark, Trigger
from scanner.pipelines.alternatives import Known
from scanner.pipelines.called import called
from scanner.pipelines.conditions import narrowed
from scanner.pipelines.definition import JobDefinition, PipelineDefinition, TriggerDefinition, Via
from scanner.pipelines.gathering import Gathering, Here
from scanner.pipelines.offers import Circumstances, offered
from scanner.pipelines.powerless import doubted
from scanner.pipelines.roles import AUDIENCE, ENVIRONMENT, HIGH, LOW, NAME, THROUGH_SCRIPT, TRIGGER, roles_of
from scanner.pipelines.scope import Layer, Scope, says_credential
from scanner.pipelines.signatures import Signatures
from scanner.pipelines.steps import Steps
from scanner.pipelines.trust import weakest
from scanner.pipelines.understood import Understood
from scanner.records import dataclass, field, replace

MakeId = Callable[..., str]
"""The id of something from the words that tell it apart."""

_CALL = "workflow_call"
"""What starts a workflow that another one calls."""
_MOST_JOBS = 1_000
"""Jobs of one definition. GitLab runs 500 of a pipeline, GitHub 256 of a matrix."""
_MOST_SETTINGS = 200
"""Variables that are set for all jobs of a definition, or all steps of a job, and so are looked at in each."""

_OF_CLOUDS = frozenset({"container", "chart", "file_host", "linux_packages", "artifactory", "cloudsmith", "packagecloud", "acr", "gar"})
"""Targets that are often kept in a cloud or a service which takes identity tokens."""
_LOGIN = "credential_setup"
_SIGNS = frozenset({"sign", "attest"})
_GITLAB = "gitlab"
"""Whose variables for its registry kaniko takes by itself (its keychain has `docker-credential-gitlabci`)."""
_ELSEWHERE = frozenset({"kubernetes", "cloud", "aws", "gcp", "azure"})
"""What a login opens that may have clusters."""
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
    understood: Understood
    make_id: MakeId


def jobs_of(pipeline: PipelineDefinition, shop: Workshop, inputs: Known) -> tuple[Made, ...]:
    """The jobs of one definition, each by itself. `inputs` are the values that are known of what it is handed."""
    jobs = [definition for definition in pipeline.jobs if not definition.is_template]
    if len(jobs) > _MOST_JOBS:
        detail = f"more than {_MOST_JOBS} jobs; those after them were not read by meaning"
        shop.understood.library.exceeds(pipeline.file, detail)
    if any(len(settings) > _MOST_SETTINGS for settings in (pipeline.env, *(job.env for job in jobs[:_MOST_JOBS]))):
        detail = f"more than {_MOST_SETTINGS} variables of one level; those after them were not read by meaning"
        shop.understood.library.exceeds(pipeline.file, detail)
    shared = {
        file: _shared(pipeline, Here(shop.container, file))
        for file in dict.fromkeys(job.file or pipeline.file for job in jobs[:_MOST_JOBS])
    }
    return tuple(
        _made(pipeline, definition, shop, inputs, shared[definition.file or pipeline.file].copy()) for definition in jobs[:_MOST_JOBS]
    )


def made(pipeline: PipelineDefinition, definition: JobDefinition, shop: Workshop, inputs: Known) -> Made:
    """One job of a definition by itself."""
    return _made(pipeline, definition, shop, inputs, _shared(pipeline, Here(shop.container, definition.file or pipeline.file)))


def _shared(pipeline: PipelineDefinition, here: Here) -> Gathering:
    """What variables of a definition bring into every job of it."""
    gathering, wide = Gathering(), _wide(pipeline, {})
    for layer in wide.layers:
        gathering.use_settings(layer.via, layer.settings, here, wide)
    return gathering


def _wide(pipeline: PipelineDefinition, possible: Known) -> Scope:
    """What all jobs of a definition can name."""
    layers = (Layer(Via.WORKFLOW_ENV, pipeline.env[:_MOST_SETTINGS]),)
    return Scope(layers, is_ambient=pipeline.ambient, possible=possible, tokens=pipeline.tokens)


def _made(pipeline: PipelineDefinition, definition: JobDefinition, shop: Workshop, inputs: Known, gathering: Gathering) -> Made:
    """A job, into what is gathered of all jobs of its definition."""
    container, signatures = shop.container, shop.understood.signatures
    here = Here(container, definition.file or pipeline.file)
    wide = _wide(pipeline, {**inputs, **dict(definition.values)})
    inner = definition.env[:_MOST_SETTINGS]
    scope = wide.with_layer(Via.JOB_ENV, inner)
    gathering.use_settings(Via.JOB_ENV, inner, here, wide)
    for via, mention in (*pipeline.mentions, *definition.mentions):
        gathering.use(via, (mention,), here, scope)
    Steps(gathering, shop.understood, pipeline.platform).read(definition.steps, here, scope)
    environment, gates = called(gathering, definition.call, here, scope, signatures, platform=pipeline.platform)
    _unheeded(gathering, definition, here)
    triggers = _triggers(pipeline, definition, container)
    grant, wide_grant = definition.grant, pipeline.grant
    oidc_wide = grant.oidc is None and wide_grant.oidc is True
    granted = grant if grant.oidc is not None else wide_grant
    at = here.at(definition.line, definition.column)
    gathering.acts += _audiences(granted.audiences, signatures, at)
    gathering.acts += _hints(definition, signatures, triggers, at)
    is_called = pipeline.is_reusable and all(trigger.event == _CALL for trigger in pipeline.triggers)
    around = Circumstances(pipeline.platform, definition.runner, triggers, is_called)
    issuer = pipeline.platform if granted.oidc is True and not pipeline.ambient else ""
    own = hosts.spell(hosts.GITLAB_REGISTRY) if pipeline.platform == _GITLAB and not _holds_credential(gathering) else ""
    completed = _completed(list(dict.fromkeys(_within_the_job(gathering))), issuer, signatures, own)
    seen = doubted(completed, pipeline, definition, gathering, signatures)
    acts = tuple(replace(act, offer=offered(act, around, signatures)) for act in seen)
    job = Job(
        id=shop.make_id("job", pipeline.platform, container, pipeline.file, definition.name),
        platform=pipeline.platform,
        container=container,
        file=pipeline.file,
        name=definition.name,
        roles=roles_of(acts),
        trigger_trust=weakest(trigger.trust for trigger in triggers).value,
        environment=definition.environment or environment,
        oidc=granted.oidc is True,
        audiences=granted.audiences,
        at=at,
        acts=acts,
        uses=tuple(gathering.uses),
        steps=tuple(gathering.steps),
        gates=tuple(
            Gate(one.kind.value, one.is_blocking, one.evidence, here.at(one.line, one.column), by_input=one.by_input)
            for one in (*definition.gates, *gates)
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


def _holds_credential(gathering: Gathering) -> bool:
    return any(use.is_group or says_credential(use.name) for use in gathering.uses)


def _unheeded(gathering: Gathering, definition: JobDefinition, here: Here) -> None:
    """What the job's own keys say that policies ask for: caches, and releases that pass over failures."""
    at = here.at(definition.line, definition.column)
    if definition.restores_cache:
        gathering.remark(Remark("cache", "job", "a cache is restored", at))
    if not any(act.role in {"publish", "sign"} and act.weight >= THROUGH_SCRIPT for act in gathering.acts):
        return
    if definition.ignores_failure and all(gate.is_blocking for gate in definition.gates):
        gathering.remark(Remark("ignored", "continue-on-error", "it may fail without anybody noticing", at))
    if definition.always:
        gathering.remark(Remark("ignored", "always", "it runs even after a failure", at))


def _triggers(pipeline: PipelineDefinition, definition: JobDefinition, container: str) -> tuple[Trigger, ...]:
    own: tuple[TriggerDefinition, ...] = pipeline.triggers if definition.triggers is None else definition.triggers
    left = narrowed(own, definition.condition) if pipeline.platform in {"github", "gitea", "forgejo"} else own
    file = pipeline.file if definition.triggers is None else definition.file or pipeline.file
    return tuple(Trigger(one.event, one.trust, Location(container, file, one.line, one.column)) for one in left)


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
    for name in dict.fromkeys((definition.name, definition.stage or "") if definition.said is None else definition.said):
        found += [Act(role, "name", NAME, f"the name {name}", at) for role in signatures.names(name)]
    if any(trigger.event in _RELEASES for trigger in triggers):
        found.append(Act("publish", "trigger", TRIGGER, "a tag or release starts it", at))
    return found


def _within_the_job(gathering: Gathering) -> list[Act]:
    """Acts, those that sign with a key or deploy to a cluster which the job has made itself as the rehearsals that they are.

    With a login nobody knows which cluster it is.
    """
    acts = [replace(act, is_rehearsal=True) if _signs_with_own(act, gathering.own_keys) else act for act in gathering.acts]
    if not gathering.clusters or any(act.role == _LOGIN and act.target in _ELSEWHERE for act in acts):
        return acts
    made = min(gathering.clusters)
    return [
        replace(act, is_rehearsal=True)
        if act.role == "deploy" and act.target == "kubernetes" and not act.takes and act.step is not None and act.step >= made
        else act
        for act in acts
    ]


def _signs_with_own(act: Act, made: list[int]) -> bool:
    """Whether it signs with nothing that comes from outside, after its job has made a key."""
    from_outside = act.takes or act.literal or act.is_keyless
    return act.role in _SIGNS and not from_outside and act.step is not None and bool(made) and act.step >= min(made)


def _completed(acts: list[Act], issuer: str, signatures: Signatures, own: str) -> tuple[Act, ...]:
    """Acts with what only the whole job tells: a login before them, or an identity token of its platform in place of a stored credential.

    `own` is the platform's registry of images where clients know the token of the job by themselves, and the job has nothing else to show it.
    Of what scripts do within one step the order is not known: a login anywhere in it counts.
    """
    setups: dict[str, list[Act]] = {}
    within: dict[tuple[str | None, int | None], list[Act]] = {}
    for act in acts:
        if act.role == _LOGIN and act.target is not None and act.step is not None:
            within.setdefault((act.target, act.step), []).append(act)
    done = []
    for act in acts:
        if act.role == _LOGIN and act.target is not None:
            setups.setdefault(act.target, []).append(act)
        before = setups.get(act.target or "", [])
        logins = _logins(act, [*before, *(one for one in within.get((act.target, act.step), ()) if one not in before)])
        whole = act
        if act.role in HIGH and not act.takes and not act.literal and act.is_keyless is not True:
            if stored := [login for login in logins if login.takes or login.literal]:
                takes = tuple(dict.fromkeys(name for login in stored for name in login.takes))
                whole = replace(act, takes=takes, literal=any(login.literal for login in stored), is_keyless=False)
            elif logins and all(login.is_keyless or login.uses_job_token for login in logins):
                whole = replace(act, is_keyless=True, uses_job_token=all(login.uses_job_token for login in logins))
            elif act.is_keyless is None and not logins and own and set(act.hosts) == {own}:
                whole = replace(act, is_keyless=True, uses_job_token=True)
            elif act.is_keyless is None and issuer and _takes_identity(act, issuer, signatures):
                whole = replace(act, is_keyless=True)
        done.append(whole)
    return tuple(done)


def _logins(act: Act, before: list[Act]) -> list[Act]:
    """The logins before an act that are for where it goes: the last one, and of registries of images each that may be meant."""
    if not act.hosts and not any(login.hosts for login in before):
        return before[-1:]
    last = {login.hosts: login for login in before}
    is_open = not act.hosts or SOMEWHERE in act.hosts
    return [login for login in last.values() if is_open or not login.hosts or set(login.hosts) & set(act.hosts)]


def _takes_identity(act: Act, issuer: str, signatures: Signatures) -> bool:
    """Whether an identity token may stand in for a credential: where a registry takes those of the platform, or a cloud does."""
    if act.role != "publish" or act.target is None:
        return True
    row = signatures.registry(act.target)
    return act.target in _OF_CLOUDS if row is None else any(one.ci == issuer for one in row.accepts)


def is_mixed(job: Job) -> bool:
    """Whether it runs code of the project, or installs dependencies, before or while a credential of a high role is there."""
    high = [act for act in job.acts if act.role in HIGH and not act.is_rehearsal and act.weight >= THROUGH_SCRIPT]
    if not high:
        return False
    last = max((act.step if act.step is not None else len(job.steps) for act in high), default=0)
    return any(act.runs_project for act in high) or any(
        (act.role in LOW or act.runs_project) and act.weight >= THROUGH_SCRIPT and (act.step is None or act.step <= last)
        for act in job.acts
    )
