"""`--format json`: the outcome in its public, versioned shape."""

from __future__ import annotations

from scanner import model
from scanner.contract import Fact
from scanner.model import Outcome
from scanner.reports import shape
from scanner.reports.escape import inert_json
from scanner.reports.order import findings_first, worst_first
from scanner.reports.style import Style

_ALWAYS = {"validity": "unknown", "at_rest": "plain", "scope": "unknown"}
"""Facts that are there even where the detector said nothing, with what nothing means; `lifetime` comes from the kind."""


def render(outcome: Outcome, _style: Style) -> str:
    """One JSON object, always valid UTF-8 and safe to print; a style changes nothing in it."""
    return inert_json(report(outcome).model_dump_json(indent=2, by_alias=True)) + "\n"


def report(outcome: Outcome) -> shape.Report:
    """The outcome in its public shape, in its one order."""
    return shape.Report(
        schema="keytrail.report/1",
        tool=shape.Tool(name="keytrail", version=outcome.tool_version, detectors=tuple(sorted(outcome.detectors))),
        coverage=_coverage(outcome.coverage),
        credentials=tuple(_credential(one) for one in worst_first(outcome.credentials)),
        slots=tuple(_slot(one) for one in sorted(outcome.slots, key=_slot_place)),
        jobs=tuple(_job(one) for one in sorted(outcome.jobs, key=lambda job: (job.container, job.file, job.name, job.id))),
        findings=tuple(_finding(one) for one in findings_first(outcome.findings)),
        verdict=shape.Verdict(
            status="fail" if outcome.verdict.failed else "pass", fail_on=outcome.verdict.fail_on, reasons=outcome.verdict.reasons
        ),
    )


def _coverage(coverage: model.Coverage) -> shape.Coverage:
    return shape.Coverage(
        status="complete" if coverage.complete else "partial",
        sources=tuple(
            shape.Source(kind=one.kind, target=one.target, blobs=one.blobs, bytes=one.bytes, unscanned=one.unscanned)
            for one in coverage.sources
        ),
        unscanned=tuple(
            shape.Unread(target=one.target, path=one.path, reason=one.reason.value, detail=one.detail) for one in sorted(coverage.unscanned)
        ),
        skipped=dict(sorted(coverage.skipped.items())),
        notes=tuple(dict.fromkeys(coverage.notes)),
    )


def _credential(one: model.Credential) -> shape.Credential:
    identified, kind, levels = one.identified, one.identified.kind, one.levels
    suppression = identified.suppression
    return shape.Credential(
        id=identified.id,
        kind=kind.id,
        detector=identified.detector,
        provider=kind.provider,
        title=kind.title,
        redacted=identified.redacted,
        check=identified.check.value,
        confidence=identified.confidence.value,
        severity=one.severity.word,
        score=one.score,
        levels=shape.Levels(privilege=levels.privilege, exposure=levels.exposure, reuse=levels.reuse, lifetime=levels.lifetime),
        notes=one.notes,
        actions=tuple(sorted(kind.actions)),
        facts=_facts(identified),
        rotate=kind.rotate,
        status="open" if one.open else "suppressed",
        suppression=shape.Suppression(by=suppression.by, reason=suppression.reason) if suppression else None,
        zones=tuple(sorted({occurrence.zone.value for occurrence in one.occurrences})),
        occurrences=tuple(_occurrence(occurrence) for occurrence in one.occurrences),
    )


def _facts(identified: model.Identified) -> dict[str, Fact]:
    always = {"lifetime": identified.kind.lifetime.value, **_ALWAYS}
    return dict(sorted({**always, **identified.facts}.items()))


def _occurrence(one: model.Occurrence) -> shape.Occurrence:
    spot = one.spot
    return shape.Occurrence(
        id=one.id,
        zone=one.zone.value,
        container=one.container,
        path=one.path,
        line=spot.line,
        column=spot.column,
        field=spot.field,
        field_path=spot.field_path,
        encoding=spot.encoding,
        in_head=one.in_head,
        commit=one.commit,
        committed_at=one.committed_at,
        author=one.author,
        removed_commit=one.removed_commit,
        removed_at=one.removed_at,
        reachability=one.reachability.value if one.reachability else None,
        service=spot.service,
        account=spot.account,
        tool=spot.tool,
        slot=one.slot,
        job=one.job,
        step=one.step,
        mode=one.mode,
    )


def _slot_place(one: model.Slot) -> tuple[str, ...]:
    return (one.platform, one.owner, one.container, one.level, one.name, one.environment_scope or "", one.id)


def _slot(one: model.Slot) -> shape.Slot:
    return shape.Slot(
        id=one.id,
        platform=one.platform,
        level=one.level,
        owner=one.owner,
        container=one.container,
        name=one.name,
        environment_scope=one.environment_scope,
        protected=one.protected,
        masked=one.masked,
        hidden=one.hidden,
        allowed_projects=one.allowed_projects,
        updated_at=one.updated_at,
        credentials=tuple(sorted(one.credentials)),
        candidates=tuple(shape.Candidate(credential=credential, grade=grade) for credential, grade in sorted(one.candidates)),
    )


def _job(one: model.Job) -> shape.Job:
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
    )


def _finding(one: model.Finding) -> shape.Finding:
    return shape.Finding(
        id=one.id,
        policy=one.policy,
        title=one.title,
        severity=one.severity.word,
        grade=one.grade,
        credentials=one.credentials,
        slots=one.slots,
        jobs=one.jobs,
        locations=tuple(
            shape.Location(container=place.container, path=place.path, line=place.line, column=place.column) for place in one.locations
        ),
        message=one.message,
        remediation=one.remediation,
        references=one.references,
    )
