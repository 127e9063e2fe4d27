"""A JSON report back into an outcome: what was written here, or sent from another machine, by this version or an older one."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import from_json

from scanner import model
from scanner.contract import Check, Confidence, Fact, Kind, Lifetime
from scanner.errors import UsageError
from scanner.reports import jobs_json, pairs_json, shape

_MOST = 48 << 20
"""Characters of a report that are read; a larger one is refused. Some 50,000 places; JSON of empty lists takes twenty times its size."""
_OPEN_NAMES = frozenset({"facts", "skipped"})
"""Fields whose members are named by input: an error names none of them."""


def load(text: str) -> model.Outcome:
    """The outcome that `text` was made from: rendered again it is the same text, byte for byte.

    The time that the run took and a credential's names in a baseline are not in a report. Unknown fields are passed over. Raises
    `UsageError` where `text` is no report of a version that is known here, too large or nested too deeply; it says which field is
    wrong and repeats nothing of what stands there.
    """
    if len(text) > _MOST:
        message = f"the report is larger than {_MOST >> 20} MiB"
        raise UsageError(message)
    try:
        plain = from_json(text.encode("utf-8", "surrogatepass"))
    except ValueError:
        message = "the report is not valid JSON, or is nested too deeply"
        raise UsageError(message) from None
    try:
        report = shape.Report.model_validate(plain)  # not from the text: each error would then have a copy of what is around it
    except ValidationError as error:
        raise UsageError(_complaint(error)) from None
    return _outcome(report)


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["loc"] in {(), ("schema",)}:
        return "this is not a keytrail report of a version that is known here (keytrail.report/1)"
    return f"the report is not a valid keytrail.report/1: {_field(first['loc'])} is missing or wrong"


def _field(location: tuple[int | str, ...]) -> str:
    parts: list[str] = []
    for part in location:
        parts.append(str(part))
        if part in _OPEN_NAMES:
            break
    return ".".join(parts)


def _outcome(report: shape.Report) -> model.Outcome:
    return model.Outcome(
        tool_version=report.tool.version,
        detectors=report.tool.detectors,
        coverage=_coverage(report.coverage),
        credentials=tuple(_credential(one) for one in report.credentials),
        slots=tuple(_slot(one) for one in report.slots),
        jobs=tuple(map(jobs_json.to_job, report.jobs)),
        findings=tuple(_finding(one) for one in report.findings),
        verdict=model.Verdict(failed=report.verdict.status == "fail", fail_on=report.verdict.fail_on, reasons=report.verdict.reasons),
        targets=tuple(model.TargetState(one.name, one.state, one.why) for one in report.targets),
    )


def _coverage(coverage: shape.Coverage) -> model.Coverage:
    return model.Coverage(
        sources=tuple(
            model.SourceCoverage(one.kind, one.target, one.blobs, one.bytes, one.unscanned, one.known) for one in coverage.sources
        ),
        unscanned=tuple(model.Unscanned(one.target, one.path, model.Reason(one.reason), one.detail) for one in coverage.unscanned),
        skipped=coverage.skipped,
        notes=coverage.notes,
    )


def _credential(one: shape.Credential) -> model.Credential:
    occurrences = tuple(_occurrence(place, one.id) for place in one.occurrences)
    return model.Credential(
        identified=_identified(one, occurrences),
        occurrences=occurrences,
        severity=_severity(one.severity),
        score=one.score,
        levels=model.Levels(one.levels.privilege, one.levels.exposure, one.levels.reuse, one.levels.lifetime),
        notes=one.notes,
        first_seen=one.first_seen,
        last_seen=one.last_seen,
        first_place=one.first_place,
        trust_anchors=tuple(pairs_json.to_anchor(anchor) for anchor in one.trust_anchors),
        partials=tuple(pairs_json.to_partial(partial) for partial in one.partials),
        reasons=tuple(one.level_reasons.model_dump().items()) if one.level_reasons else (),
        cap=one.cap,
    )


def _identified(one: shape.Credential, occurrences: tuple[model.Occurrence, ...]) -> model.Identified:
    facts: dict[str, Fact] = {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in one.facts.items()}
    suppression = _suppression(one.suppression)
    return model.Identified(
        id=one.id,
        kind=_kind(one, facts),
        detector=one.detector,
        redacted=one.redacted,
        check=Check(one.check),
        confidence=Confidence(one.confidence),
        facts=facts,
        privilege=one.levels.privilege,
        assumed=one.assumed,
        suppression=None if suppression == _of_places(occurrences) else suppression,
    )


def _kind(one: shape.Credential, facts: dict[str, Fact]) -> Kind:
    """What the report says of the kind; the life that the value proves stands for that of its kind."""
    lifetime = next((life for life in Lifetime if life == facts.get("lifetime")), Lifetime.UNKNOWN)
    return Kind(
        id=one.kind,
        title=one.title,
        provider=one.provider,
        actions=frozenset(one.actions),
        privilege=one.levels.privilege,
        assumed=one.assumed,
        lifetime=lifetime,
        rotate=one.rotate,
    )


def _of_places(occurrences: tuple[model.Occurrence, ...]) -> model.Suppression | None:
    """What keeps a credential from being open without a word about itself: every single place is accepted."""
    reasons = [one.suppression for one in occurrences]
    return reasons[0] if reasons and all(reasons) else None


def _suppression(one: shape.Suppression | None) -> model.Suppression | None:
    return model.Suppression(one.by, one.reason) if one else None


def _occurrence(one: shape.Occurrence, credential: str) -> model.Occurrence:
    return model.Occurrence(
        id=one.id,
        credential=credential,
        zone=model.Zone(one.zone),
        container=one.container,
        path=one.path,
        spot=model.Spot(
            one.line, one.column, one.field, one.field_path, one.encoding, service=one.service, account=one.account, tool=one.tool
        ),
        in_head=one.in_head,
        commit=one.commit,
        committed_at=one.committed_at,
        author=one.author,
        removed_commit=one.removed_commit,
        removed_at=one.removed_at,
        reachability=model.Reachability(one.reachability) if one.reachability else None,
        mode=one.mode,
        slot=one.slot,
        job=one.job,
        step=one.step,
        suppression=_suppression(one.suppression),
        fingerprint=one.fingerprint,
        first_seen=one.first_seen,
        last_seen=one.last_seen,
    )


def _slot(one: shape.Slot) -> model.Slot:
    return model.Slot(
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
        credentials=one.credentials,
        candidates=tuple((candidate.credential, candidate.grade) for candidate in one.candidates),
    )


def _finding(one: shape.Finding) -> model.Finding:
    return model.Finding(
        id=one.id,
        policy=one.policy,
        title=one.title,
        severity=_severity(one.severity),
        grade=one.grade,
        credentials=one.credentials,
        message=one.message,
        remediation=one.remediation,
        locations=tuple(model.Location(place.container, place.path, place.line, place.column) for place in one.locations),
        slots=one.slots,
        jobs=one.jobs,
        references=one.references,
        life=one.life,
        suppression=_suppression(one.suppression),
    )


def _severity(word: str) -> model.Severity:
    return model.Severity[word.upper()]
