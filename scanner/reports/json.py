"""`--format json`: the outcome in its public, versioned shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from scanner import model
from scanner.contract import Fact
from scanner.model import Outcome
from scanner.reports import jobs_json, pairs_json, shape
from scanner.reports.escape import encodable, inert_json
from scanner.reports.order import findings_first, worst_first
from scanner.reports.shape_jobs import Job
from scanner.reports.style import Style

T = TypeVar("T")

_ALWAYS = {"validity": "unknown", "at_rest": "plain", "scope": "unknown"}
"""Facts that are there even where the detector said nothing, with what nothing means; `lifetime` comes from the kind."""


def render(outcome: Outcome, _style: Style) -> str:
    """One JSON object, always valid UTF-8 and safe to print; a style changes nothing in it."""
    return inert_json(report(outcome).model_dump_json(indent=2, by_alias=True)) + "\n"


def render_credential(
    credential: model.Credential | None, findings: Sequence[model.Finding], slots: Sequence[model.Slot], jobs: Sequence[model.Job]
) -> str:
    """One credential with what is said about it, as one JSON object; `credential` is null where the value is known nowhere."""
    one = shape.OneCredential(
        schema="keytrail.credential/1",
        credential=_credential(credential) if credential else None,
        findings=tuple(_finding(one) for one in findings_first(findings)),
        slots=tuple(sorted((_slot(one) for one in slots), key=_slot_place)),
        jobs=_jobs(jobs),
    )
    return inert_json(one.model_dump_json(indent=2, by_alias=True)) + "\n"


def report(outcome: Outcome) -> shape.Report:
    """The outcome in its public shape, in its one order."""
    return shape.Report(
        schema="keytrail.report/1",
        tool=shape.Tool(name="keytrail", version=outcome.tool_version, detectors=tuple(sorted(outcome.detectors))),
        coverage=_coverage(outcome.coverage),
        credentials=tuple(_credential(one) for one in worst_first(outcome.credentials)),
        slots=tuple(sorted((_slot(one) for one in outcome.slots), key=_slot_place)),
        jobs=_jobs(outcome.jobs),
        findings=tuple(_finding(one) for one in findings_first(outcome.findings)),
        verdict=shape.Verdict(
            status="fail" if outcome.verdict.failed else "pass", fail_on=outcome.verdict.fail_on, reasons=outcome.verdict.reasons
        ),
        targets=tuple(shape.Target(name=one.name, state=one.state, why=one.why) for one in outcome.targets),
    )


def _jobs(jobs: Iterable[model.Job]) -> tuple[Job, ...]:
    return tuple(sorted(map(jobs_json.of_job, jobs), key=lambda job: (job.container, job.file, job.name, job.id)))


def _coverage(coverage: model.Coverage) -> shape.Coverage:
    return shape.Coverage(
        status="complete" if coverage.complete else "partial",
        sources=tuple(
            shape.Source(kind=one.kind, target=one.target, blobs=one.blobs, bytes=one.bytes, unscanned=one.unscanned, known=one.known)
            for one in coverage.sources
        ),
        unscanned=tuple(
            sorted(
                (shape.Unread(target=one.target, path=one.path, reason=one.reason.value, detail=one.detail) for one in coverage.unscanned),
                key=lambda one: (one.target, one.path, one.reason, one.detail),
            )
        ),
        skipped=_by_name(coverage.skipped),
        notes=tuple(dict.fromkeys(encodable(note) for note in coverage.notes)),
    )


def _credential(one: model.Credential) -> shape.Credential:
    identified, kind, levels = one.identified, one.identified.kind, one.levels
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
        suppression=_suppression(one.suppression),
        zones=tuple(sorted({occurrence.zone.value for occurrence in one.occurrences})),
        occurrences=tuple(_occurrence(occurrence) for occurrence in one.occurrences),
        assumed=identified.assumed,
        first_seen=one.first_seen,
        last_seen=one.last_seen,
        first_place=one.first_place,
        trust_anchors=tuple(pairs_json.of_anchor(anchor) for anchor in one.trust_anchors),
        partials=tuple(pairs_json.of_partial(partial) for partial in one.partials),
        level_reasons=shape.LevelReasons.model_validate(dict(one.reasons)) if one.reasons else None,
        cap=one.cap,
    )


def _suppression(one: model.Suppression | None) -> shape.Suppression | None:
    return shape.Suppression(by=one.by, reason=one.reason) if one else None


def _facts(identified: model.Identified) -> dict[str, Fact]:
    always = {"lifetime": identified.kind.lifetime.value, **_ALWAYS}
    return _by_name({**always, **identified.facts})


def _by_name(named: Mapping[str, T]) -> dict[str, T]:
    """Sorted by the names as they are written, so that reading a report and writing it again changes nothing."""
    return dict(sorted(named.items(), key=lambda item: encodable(item[0])))


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
        suppression=_suppression(one.suppression),
        fingerprint=one.fingerprint,
        first_seen=one.first_seen,
        last_seen=one.last_seen,
    )


def _slot_place(one: shape.Slot) -> tuple[str, ...]:
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
        life=one.life,
        suppression=_suppression(one.suppression),
    )
