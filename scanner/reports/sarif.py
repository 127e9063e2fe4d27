"""`--format sarif`: SARIF 2.1.0 (OASIS), as code scanning reads it.

One result for a credential in one file of one container; its other places are related locations. A result belongs to the rule of the
worst finding that speaks about the place. What is wrong with a job is a result where the job does it, also where the credential lies elsewhere. What is suppressed is there and says so; what was not read is a notification. A result holds
no line of the file: only where it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from scanner.model import Credential, Finding, Location, Occurrence, Outcome, Severity, Slot, Suppression
from scanner.records import dataclass
from scanner.reports.escape import encodable, inert_json, shown
from scanner.reports.order import findings_first, worst_first
from scanner.reports.sarif_places import Object, bases_of, described, message, of_location, of_occurrence, story_of
from scanner.reports.sarif_rules import FALLBACK, LEVELS, rules
from scanner.reports.style import Style
from scanner.reports.view import preview
from scanner.reports.words import counted

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RELATED = 100
"""Related locations of a result; code scanning shows no more."""
_RELATED_OF_ALL = 10_000
"""Related locations of all results of one credential, so that a report does not grow with the square of its places."""

Place = tuple[str, str]
"""Container and path."""


@dataclass(frozen=True, slots=True)
class Result:
    """One result, and what its rule has to know of it."""

    policy: str
    severity: Severity
    body: Object


def render(outcome: Outcome, _style: Style) -> str:
    """One SARIF log with one run, always valid UTF-8 and safe to print; a style changes nothing in it."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(outcome)]}
    return inert_json(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _run(outcome: Outcome) -> Object:
    bases = bases_of(outcome)
    found = [one for one in findings_first(outcome.findings) if one.life != "resolved"]
    results = list(_results(outcome, found, bases))
    known = rules(found, ((one.policy, one.severity) for one in results))
    index = {rule["id"]: number for number, rule in enumerate(known)}
    return {
        "tool": {
            "driver": {
                "name": "keytrail",
                "version": encodable(outcome.tool_version),
                "fullName": message(f"keytrail {outcome.tool_version}")["text"],
                "rules": known,
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": described(bases),
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notifications(outcome, bases))}],
        "results": [{"ruleId": one.policy, "ruleIndex": index[one.policy], **one.body} for one in results],
    }


def _results(outcome: Outcome, found: Iterable[Finding], bases: Mapping[str, str]) -> Iterator[Result]:
    by_credential: dict[str, list[Finding]] = {}
    loose = []
    files: dict[str, set[Place]] = {
        one.identified.id: {(place.container, place.path) for place in one.occurrences} for one in outcome.credentials
    }
    for finding in found:
        if not finding.credentials or finding.suppression is not None or _is_elsewhere(finding, files):
            loose.append(finding)
        if finding.suppression is not None:
            continue
        for credential in dict.fromkeys(finding.credentials):
            by_credential.setdefault(credential, []).append(finding)
    for one in worst_first(outcome.credentials):
        yield from _of_credential(one, by_credential.get(one.identified.id, ()), bases)
    slots = {slot.id: slot for slot in outcome.slots}
    jobs = {job.id: job.at or Location(job.container, job.file) for job in outcome.jobs}
    yield from (_of_finding(finding, bases, slots, jobs) for finding in loose)


def _is_elsewhere(finding: Finding, files: Mapping[str, set[Place]]) -> bool:
    """Whether a finding about jobs points at no file that one of its credentials lies in, so that no result of theirs would show it there."""
    held = {place for credential in finding.credentials for place in files.get(credential, ())}
    return bool(finding.jobs and finding.locations) and all((place.container, place.path) not in held for place in finding.locations)


def _of_credential(credential: Credential, findings: Iterable[Finding], bases: Mapping[str, str]) -> Iterator[Result]:
    """One result for each file, in the order of the places."""
    spoken = list(findings)
    covering: dict[Place, Finding] = {}
    for finding in spoken:
        for location in finding.locations:
            covering.setdefault((location.container, location.path), finding)
    files: dict[Place, list[Occurrence]] = {}
    for occurrence in credential.occurrences:
        files.setdefault((occurrence.container, occurrence.path), []).append(occurrence)
    policies = list(dict.fromkeys(finding.policy for finding in spoken))
    related = max(1, min(_RELATED, _RELATED_OF_ALL // max(1, len(files))))
    for place, here in files.items():
        worst = covering.get(place) or (spoken[0] if spoken else None)
        first = next((one for one in here if one.suppression is None), here[0])
        others = islice((one for one in credential.occurrences if one is not first), related)
        yield _of_file(credential, first, others, worst, policies, bases)


def _of_file(  # noqa: PLR0917 - what one result is made of
    credential: Credential,
    first: Occurrence,
    others: Iterable[Occurrence],
    worst: Finding | None,
    policies: list[str],
    bases: Mapping[str, str],
) -> Result:
    identified = credential.identified
    severity = worst.severity if worst else credential.severity
    body: Object = {
        "level": LEVELS[severity],
        "rank": float(credential.score),
        "message": message(_sentence(credential, first, worst)),
        "locations": [of_occurrence(first, bases)],
        "relatedLocations": [_related(number, one, bases) for number, one in enumerate(others, 1)],
    }
    if first.fingerprint:
        body["partialFingerprints"] = {"keytrail/v1": encodable(first.fingerprint)}
    body["suppressions"] = _suppressions(identified.suppression or first.suppression)
    body["properties"] = {
        "credential": encodable(identified.id),
        "severity": severity.word,
        "score": credential.score,
        "policies": [encodable(policy) for policy in policies],
    }
    return Result(encodable(worst.policy) if worst else FALLBACK.policy, severity, body)


def _sentence(credential: Credential, place: Occurrence, worst: Finding | None) -> str:
    identified = credential.identified
    others = len(credential.occurrences) - 1
    also = f", and in {counted(others, 'other place')}" if others else ""
    why = f" {worst.title} ({worst.policy})." if worst else ""
    return f"{identified.kind.title} {preview(identified)} in {story_of(place)}{also}.{why}"


def _related(number: int, one: Occurrence, bases: Mapping[str, str]) -> Object:
    accepted = f"; accepted, {one.suppression.by}: {one.suppression.reason}" if one.suppression else ""
    return {"id": number, "message": message(f"The same credential in {story_of(one)}{accepted}"), **of_occurrence(one, bases)}


def _suppressions(why: Suppression | None) -> list[Object]:
    if why is None:
        return []
    justification = why.reason if why.by in {"inline", "baseline"} else f"{why.by}: {why.reason}"
    return [{"kind": "inSource" if why.by == "inline" else "external", "status": "accepted", "justification": shown(justification)}]


def _of_finding(finding: Finding, bases: Mapping[str, str], slots: Mapping[str, Slot], jobs: Mapping[str, Location]) -> Result:
    """A result for a finding that points at no credential: at its places, else at its jobs and slots, else at a file named like the policy."""
    wired = [jobs[job] for job in finding.jobs if job in jobs]
    wired += [Location(slots[slot].container, slots[slot].name) for slot in finding.slots if slot in slots]
    places = list(finding.locations) or wired or [Location(next(iter(bases), ""), finding.policy)]
    body: Object = {"level": LEVELS[finding.severity], "message": message(f"{finding.title}: {finding.message}")}
    body["locations"] = [of_location(places[0], bases)]
    body["relatedLocations"] = [
        {"id": number, "message": message(f"Also {place.path} of {place.container}"), **of_location(place, bases)}
        for number, place in enumerate(places[1 : _RELATED + 1], 1)
    ]
    body["suppressions"] = _suppressions(finding.suppression)
    body["properties"] = {"severity": finding.severity.word, "policies": [encodable(finding.policy)]}
    return Result(encodable(finding.policy), finding.severity, body)


def _notifications(outcome: Outcome, bases: Mapping[str, str]) -> Iterator[Object]:
    """What was not read, the targets of a sweep that did not fare well, and what the run had to say once."""
    for entry in sorted(outcome.coverage.unscanned, key=lambda one: tuple(map(encodable, (one.target, one.path, one.reason, one.detail)))):
        where = f"{entry.path} of {entry.target}" if entry.path else entry.target
        made: Object = {"level": "warning", "message": message(f"Not read ({entry.reason}): {where}{entry.detail and ': '}{entry.detail}")}
        if entry.path:
            made["locations"] = [of_location(Location(entry.target, entry.path), bases)]
        yield made
    for target in outcome.targets:
        if target.state != "ok":
            yield {"level": "warning", "message": message(f"Target {target.name}: {target.state}{target.why and ', '}{target.why}")}
    for note in dict.fromkeys(map(encodable, outcome.coverage.notes)):
        yield {"level": "note", "message": message(note)}
