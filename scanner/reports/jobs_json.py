"""Jobs in the public shape, and back."""

from __future__ import annotations

from scanner import model
from scanner.reports import shape_jobs as shape
from scanner.reports.words import basis_of


def of_job(one: model.Job) -> shape.Job:
    """A job with all that is known of it."""
    return shape.Job(
        id=one.id,
        platform=one.platform,
        container=one.container,
        file=one.file,
        name=one.name,
        roles=tuple(shape.Role(role=role.role, weight=role.weight, evidence=role.evidence, status=role.status) for role in one.roles),
        trigger_trust=one.trigger_trust,
        environment=one.environment,
        oidc=one.oidc,
        audiences=one.audiences,
        slots=one.slots,
        line=one.at.line if one.at else None,
        runner=one.runner,
        mixed=one.mixed,
        needs=one.needs,
        triggers=tuple(
            shape.Trigger(event=trigger.event, trust=trigger.trust.value, path=trigger.at.path, line=trigger.at.line)
            for trigger in one.triggers
        ),
        gates=tuple(map(_gate, one.gates)),
        uses=tuple(map(_use, one.uses)),
        acts=tuple(map(_act, one.acts)),
        steps=tuple(map(_step, one.steps)),
        calls=tuple(map(_call, one.calls)),
        remarks=tuple(map(_remark, one.remarks)),
        permissions=None
        if one.permissions is None
        else tuple(shape.Permission(scope=scope, level=level) for scope, level in one.permissions),
        path=one.at.path if one.at else None,
        oidc_path=one.oidc_at.path if one.oidc_at else None,
        oidc_line=one.oidc_at.line if one.oidc_at else None,
        oidc_wide=one.oidc_wide,
    )


def _gate(one: model.Gate) -> shape.Gate:
    return shape.Gate(
        kind=one.kind,
        blocking=one.blocking and not one.by_input,
        evidence=one.evidence,
        path=one.at.path,
        line=one.at.line,
        basis="seen" if one.is_seen else "claimed by file",
        upstream=one.is_upstream,
        by_input=one.by_input,
        self_approval=one.self_approval,
    )


def _use(one: model.Use) -> shape.Use:
    return shape.Use.model_validate(
        {
            "slot": one.slot or None,
            "name": one.name,
            "via": one.via,
            "as_name": one.as_name,
            "step": one.step,
            "grade": one.grade,
            "path": one.at.path,
            "line": one.at.line,
            "basis": basis_of(one.grade),
        }
    )


def _act(one: model.Act) -> shape.Act:
    return shape.Act(
        role=one.role,
        signature=one.signature,
        evidence=one.evidence,
        weight=one.weight,
        target=one.target,
        tier=one.tier,
        path=one.at.path,
        line=one.at.line,
        step=one.step,
        takes=one.takes,
        keyless=one.is_keyless,
        rehearsal=one.is_rehearsal,
        script=one.script,
        literal=one.literal,
        job_token=one.uses_job_token,
        offer=None if one.offer is None else _offer(one.offer),
    )


def _offer(one: model.Offer) -> shape.Offer:
    endings = tuple(shape.Ending(on=day, what=what) for day, what in one.endings)
    return shape.Offer(registry=one.registry, accepts=one.accepts, obstacles=one.obstacles, endings=endings, as_of=one.as_of)


def _step(one: model.Step) -> shape.Step:
    return shape.Step(
        index=one.index,
        kind=one.kind,
        title=one.title,
        uses=one.uses,
        ref=one.ref,
        pin=one.pin,
        path=one.at.path,
        line=one.at.line,
        runs_project=one.runs_project,
    )


def _call(one: model.Call) -> shape.Call:
    return shape.Call(
        target=one.target,
        local=one.is_local,
        ref=one.ref,
        pin=one.pin,
        secrets=one.secrets,
        jobs=one.jobs,
        path=one.at.path,
        line=one.at.line,
    )


def _remark(one: model.Remark) -> shape.Remark:
    return shape.Remark(
        family=one.family,
        pattern=one.pattern,
        evidence=one.evidence,
        names=one.names,
        path=one.at.path,
        line=one.at.line,
        step=one.step,
        script=one.script,
    )


def to_job(one: shape.Job) -> model.Job:
    """What `of_job` was given, as far as a report says it."""
    return model.Job(
        id=one.id,
        platform=one.platform,
        container=one.container,
        file=one.file,
        name=one.name,
        roles=tuple(model.Role(role.role, role.weight, role.evidence, role.status) for role in one.roles),
        trigger_trust=one.trigger_trust,
        environment=one.environment,
        oidc=one.oidc,
        audiences=one.audiences,
        slots=one.slots,
        at=None if one.line is None else model.Location(one.container, one.path or one.file, one.line),
        acts=tuple(_to_act(one, act) for act in one.acts),
        uses=tuple(_to_use(one, use) for use in one.uses),
        gates=tuple(_to_gate(one, gate) for gate in one.gates),
        triggers=tuple(
            model.Trigger(trigger.event, _trust(trigger.trust), model.Location(one.container, trigger.path or one.file, trigger.line))
            for trigger in one.triggers
        ),
        steps=tuple(_to_step(one, step) for step in one.steps),
        calls=tuple(_to_call(one, call) for call in one.calls),
        remarks=tuple(_to_remark(one, remark) for remark in one.remarks),
        needs=one.needs,
        runner=one.runner,
        oidc_at=None if one.oidc_line is None else model.Location(one.container, one.oidc_path or one.file, one.oidc_line),
        oidc_wide=one.oidc_wide,
        permissions=None if one.permissions is None else tuple((right.scope, right.level) for right in one.permissions),
        mixed=one.mixed,
    )


def _trust(word: str) -> model.Trust:
    """A word that a later version may have made is one that is not known."""
    return next((trust for trust in model.Trust if trust == word), model.Trust.UNKNOWN)


def _to_gate(job: shape.Job, one: shape.Gate) -> model.Gate:
    at = model.Location(job.container, one.path, one.line)
    return model.Gate(
        one.kind,
        one.blocking,
        one.evidence,
        at,
        one.self_approval,
        by_input=one.by_input,
        is_upstream=one.upstream,
        is_seen=one.basis == "seen",
    )


def _to_use(job: shape.Job, one: shape.Use) -> model.Use:
    at = model.Location(job.container, one.path, one.line)
    return model.Use(one.name, one.via, at, one.step, one.as_name, one.slot or "", one.grade)


def _to_act(job: shape.Job, one: shape.Act) -> model.Act:
    return model.Act(
        role=one.role,
        signature=one.signature,
        weight=one.weight,
        evidence=one.evidence,
        at=model.Location(job.container, one.path, one.line),
        step=one.step,
        target=one.target,
        tier=one.tier,
        is_rehearsal=one.rehearsal,
        takes=one.takes,
        literal=one.literal,
        is_keyless=one.keyless,
        uses_job_token=one.job_token,
        script=one.script,
        offer=None if one.offer is None else _to_offer(one.offer),
    )


def _to_offer(one: shape.Offer) -> model.Offer:
    return model.Offer(one.registry, one.accepts, one.obstacles, tuple((ending.on, ending.what) for ending in one.endings), one.as_of)


def _to_step(job: shape.Job, one: shape.Step) -> model.Step:
    at = model.Location(job.container, one.path, one.line)
    return model.Step(one.index, one.kind, at, one.title, one.uses, one.ref, one.pin, runs_project=one.runs_project)


def _to_call(job: shape.Job, one: shape.Call) -> model.Call:
    at = model.Location(job.container, one.path, one.line)
    return model.Call(one.target, at, one.local, one.ref, one.pin, one.secrets, one.jobs)


def _to_remark(job: shape.Job, one: shape.Remark) -> model.Remark:
    at = model.Location(job.container, one.path, one.line)
    return model.Remark(one.family, one.pattern, one.evidence, at, one.step, one.names, one.script)
