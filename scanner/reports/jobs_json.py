"""Jobs in the public shape, and back."""

from __future__ import annotations

from scanner import model
from scanner.reports import shape_jobs as shape
from scanner.reports.words import basis_of


def of_job(one: model.Job) -> shape.Job:
    """A job, without its steps and what was remarked of it: findings say what matters of these."""
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
        triggers=tuple(shape.Trigger(event=trigger.event, trust=trigger.trust.value) for trigger in one.triggers),
        gates=tuple(map(_gate, one.gates)),
        uses=tuple(map(_use, one.uses)),
        acts=tuple(map(_act, one.acts)),
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
        at=None if one.line is None else model.Location(one.container, one.file, one.line),
        acts=tuple(_to_act(one, act) for act in one.acts),
        uses=tuple(_to_use(one, use) for use in one.uses),
        gates=tuple(_to_gate(one, gate) for gate in one.gates),
        triggers=tuple(
            model.Trigger(trigger.event, _trust(trigger.trust), model.Location(one.container, one.file)) for trigger in one.triggers
        ),
        needs=one.needs,
        runner=one.runner,
        mixed=one.mixed,
    )


def _trust(word: str) -> model.Trust:
    """A word that a later version may have made is one that is not known."""
    return next((trust for trust in model.Trust if trust == word), model.Trust.UNKNOWN)


def _to_gate(job: shape.Job, one: shape.Gate) -> model.Gate:
    at = model.Location(job.container, one.path, one.line)
    return model.Gate(one.kind, one.blocking, one.evidence, at, is_upstream=one.upstream, is_seen=one.basis == "seen")


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
        is_keyless=one.keyless,
    )
