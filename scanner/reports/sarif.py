"""`--format sarif`: SARIF 2.1.0 (OASIS), as code scanning reads it.

One result for a credential in one file of one container; its other places are related locations, and jobs that get it are code flows. A result belongs to the rule of the
worst finding that speaks about the place. What is wrong with a job is a result where the job does it, also where the credential lies elsewhere. What is suppressed is there and says so; what was not read is a notification. A result holds
no line of the file: only where it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from scanner.model import Credential, Finding, Location, Occurrence, Outcome, Severity, Suppression
from scanner.records import dataclass
from scanner.reports.entries import Place, covering, finding_entry, fingerprints, sentence_of, sorted_out, unread, wiring
from scanner.reports.escape import encodable, inert_json, shown
from scanner.reports.order import findings_first, worst_first
from scanner.reports.places import story_of, tree_of
from scanner.reports.sarif_flows import Flows, flows
from scanner.reports.sarif_places import Object, bases_of, described, message, of_location, of_occurrence
from scanner.reports.sarif_rules import FALLBACK, LEVELS, rules
from scanner.reports.style import Style
from scanner.reports.view import RESOLVED

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RELATED = 100
"""Related locations of a result; code scanning shows no more."""
_RELATED_OF_ALL = 10_000
"""Related locations of all results of one credential, so that a report does not grow with the square of its places."""

_FINGERPRINT = "keytrail/v1"


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
    found = [one for one in findings_first(outcome.findings) if one.life != RESOLVED]
    results = list(_results(outcome, bases))
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


def _results(outcome: Outcome, bases: Mapping[str, str]) -> Iterator[Result]:
    found = sorted_out(outcome)
    wires = wiring(outcome)
    ways = flows(outcome, wires, bases)
    for one in worst_first(outcome.credentials):
        yield from _of_credential(one, found.by_credential.get(one.identified.id, ()), ways)
    tree = tree_of(outcome.coverage)
    names = fingerprints(finding_entry(one, wires, tree) for one in found.loose)
    yield from (_of_finding(finding, name, ways) for finding, name in zip(found.loose, names, strict=True))


def _of_credential(credential: Credential, spoken: Sequence[Finding], ways: Flows) -> Iterator[Result]:
    """One result for each file, in the order of the places."""
    covered = covering(spoken)
    files: dict[Place, list[Occurrence]] = {}
    for occurrence in credential.occurrences:
        files.setdefault((occurrence.container, occurrence.path), []).append(occurrence)
    policies = list(dict.fromkeys(finding.policy for finding in spoken))
    for place, here in files.items():
        worst = covered.get(place) or (spoken[0] if spoken else None)
        first = next((one for one in here if one.suppression is None), here[0])
        made = _of_file(credential, first, worst, len(files), ways)
        made.body["properties"]["policies"] = [encodable(policy) for policy in policies]
        yield made


def _of_file(credential: Credential, first: Occurrence, worst: Finding | None, files: int, ways: Flows) -> Result:
    """The result at `first`; less of what all `files` of the credential would repeat where they are many."""
    identified = credential.identified
    severity = worst.severity if worst else credential.severity
    most = max(1, min(_RELATED, _RELATED_OF_ALL // files))
    others = islice((one for one in credential.occurrences if one is not first), most)
    body: Object = {
        "level": LEVELS[severity],
        "rank": float(credential.score),
        "message": message(sentence_of(credential, first, worst)),
        "locations": [of_occurrence(first, ways.bases)],
        "relatedLocations": [_related(number, one, ways.bases) for number, one in enumerate(others, 1)],
    }
    if told := ways.of_credential(credential, first, files):
        body["codeFlows"] = told
    if first.fingerprint:
        body["partialFingerprints"] = {_FINGERPRINT: encodable(first.fingerprint)}
    body["suppressions"] = _suppressions(identified.suppression or first.suppression)
    body["properties"] = {"credential": encodable(identified.id), "severity": severity.word, "score": credential.score}
    return Result(encodable(worst.policy) if worst else FALLBACK.policy, severity, body)


def _related(number: int, one: Occurrence, bases: Mapping[str, str]) -> Object:
    accepted = f"; accepted, {one.suppression.by}: {one.suppression.reason}" if one.suppression else ""
    return {"id": number, "message": message(f"The same credential in {story_of(one)}{accepted}"), **of_occurrence(one, bases)}


def _suppressions(why: Suppression | None) -> list[Object]:
    if why is None:
        return []
    justification = why.reason if why.by in {"inline", "baseline"} else f"{why.by}: {why.reason}"
    return [{"kind": "inSource" if why.by == "inline" else "external", "status": "accepted", "justification": shown(justification)}]


def _of_finding(finding: Finding, fingerprint: str, ways: Flows) -> Result:
    """A result for a finding that points at no credential: at its places, else at its jobs and slots, else at a file named like the policy."""
    bases = ways.bases
    places = ways.wires.places(finding) or (Location(next(iter(bases), ""), finding.policy),)
    body: Object = {"level": LEVELS[finding.severity], "message": message(f"{finding.title}: {finding.message}")}
    body["locations"] = [of_location(places[0], bases)]
    body["relatedLocations"] = [
        {"id": number, "message": message(f"Also {place.path} of {place.container}"), **of_location(place, bases)}
        for number, place in enumerate(places[1 : _RELATED + 1], 1)
    ]
    if told := ways.of_finding(finding):
        body["codeFlows"] = told
    body["partialFingerprints"] = {_FINGERPRINT: fingerprint}
    body["suppressions"] = _suppressions(finding.suppression)
    body["properties"] = {"severity": finding.severity.word, "policies": [encodable(finding.policy)]}
    return Result(encodable(finding.policy), finding.severity, body)


def _notifications(outcome: Outcome, bases: Mapping[str, str]) -> Iterator[Object]:
    """What was not read, the targets of a sweep that did not fare well, and what the run had to say once."""
    for entry, sentence in unread(outcome):
        made: Object = {"level": "warning", "message": message(sentence)}
        if entry.path:
            made["locations"] = [of_location(Location(entry.target, entry.path), bases)]
        yield made
    for target in outcome.targets:
        if target.state != "ok":
            yield {"level": "warning", "message": message(f"Target {target.name}: {target.state}{target.why and ', '}{target.why}")}
    for note in dict.fromkeys(map(encodable, outcome.coverage.notes)):
        yield {"level": "note", "message": message(note)}
