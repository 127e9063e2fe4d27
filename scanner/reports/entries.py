"""What other programs list: every open place of a credential, and every finding that no such place would show.

An entry has the severity and the policy of the worst finding that speaks about its place. What an earlier run had and this one has not is no
entry, nor is what somebody accepted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.model import Credential, Finding, Job, Location, Occurrence, Outcome, Severity, Slot, Unscanned
from scanner.records import dataclass
from scanner.reports.escape import encodable, shown
from scanner.reports.order import findings_first, worst_first
from scanner.reports.places import Tree, line_of, story_of
from scanner.reports.view import RESOLVED, open_places, preview
from scanner.reports.words import counted

PLAIN = "TB003"
"""The policy of a place that no finding speaks about: one that only left-out policies look at."""
_LABEL = "keytrail/entry/v1"

Place = tuple[str, str]
"""Container and path."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A credential at a place, or a finding at the first place that it points at."""

    severity: Severity
    policy: str
    title: str
    """Of the policy; empty where no finding speaks."""
    at: Location | None
    """None for a finding that points nowhere."""
    sentence: str
    steps: tuple[str, ...]
    """What to do, in order."""
    key: tuple[str, ...]
    """What it is called on every machine; equals are told apart by their order."""
    credential: Credential | None = None
    occurrence: Occurrence | None = None
    findings: tuple[Finding, ...] = ()
    """Those that speak about the credential, or the finding itself; worst first."""

    @property
    def line(self) -> int | None:
        """In the file as it is now."""
        if self.occurrence is not None:
            return line_of(self.occurrence)
        return self.at.line if self.at is not None else None


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings by what shows them."""

    by_credential: Mapping[str, Sequence[Finding]]
    """By credential id, worst first; without those that somebody accepted."""
    loose: Sequence[Finding]
    """Those that no place of a credential shows, and those that somebody accepted."""


def sorted_out(outcome: Outcome) -> Sorted:
    """Every finding that is not resolved."""
    by_credential: dict[str, list[Finding]] = {}
    loose = []
    files = {one.identified.id: {(place.container, place.path) for place in one.occurrences} for one in outcome.credentials}
    for finding in findings_first(outcome.findings):
        if finding.life == RESOLVED:
            continue
        if not finding.credentials or finding.suppression is not None or _is_elsewhere(finding, files):
            loose.append(finding)
        if finding.suppression is None:
            for credential in dict.fromkeys(finding.credentials):
                by_credential.setdefault(credential, []).append(finding)
    return Sorted(by_credential, loose)


def covering(findings: Iterable[Finding]) -> Mapping[Place, Finding]:
    """The worst finding about each place that one of them points at."""
    found: dict[Place, Finding] = {}
    for finding in findings:
        for location in finding.locations:
            found.setdefault((location.container, location.path), finding)
    return found


@dataclass(frozen=True, slots=True)
class Wiring:
    """The jobs and slots that findings name, by id."""

    jobs: Mapping[str, Job]
    slots: Mapping[str, Slot]

    def places(self, finding: Finding) -> tuple[Location, ...]:
        """Where a finding points at, else where its jobs and slots are."""
        jobs = (job_place(self.jobs[one]) for one in finding.jobs if one in self.jobs)
        return finding.locations or (*jobs, *(slot_place(self.slots[one]) for one in finding.slots if one in self.slots))

    def names(self, finding: Finding) -> tuple[str, ...]:
        """What its jobs and slots are called."""
        return tuple(
            known[one].name for known, ids in ((self.jobs, finding.jobs), (self.slots, finding.slots)) for one in ids if one in known
        )


def wiring(outcome: Outcome) -> Wiring:
    """The jobs and slots of an outcome."""
    return Wiring({job.id: job for job in outcome.jobs}, {slot.id: slot for slot in outcome.slots})


def job_place(job: Job) -> Location:
    """Where a job begins."""
    return job.at or Location(job.container, job.file)


def slot_place(slot: Slot) -> Location:
    """A slot as a place: it is in no file, and has a name."""
    return Location(slot.container, slot.name)


def by_place(outcome: Outcome, tree: Tree) -> list[Entry]:
    """An entry for every open place, worst credential first, and then the findings."""
    return list(_entries(outcome, tree, each_file=False))


def by_file(outcome: Outcome, tree: Tree) -> list[Entry]:
    """The same with one entry for a credential and file, at its first open place there."""
    return list(_entries(outcome, tree, each_file=True))


def finding_entry(finding: Finding, wires: Wiring, tree: Tree) -> Entry:
    """A finding at the first place that it points at, else at its first job or slot."""
    at = next(iter(wires.places(finding)), None)
    where = "" if at is None else tree.path(at.container, at.path)
    return Entry(
        severity=finding.severity,
        policy=finding.policy,
        title=finding.title,
        at=at,
        sentence=shown(f"{finding.title} ({finding.policy}): {finding.message}"),
        steps=tuple(filter(None, (finding.remediation.strip().removesuffix("."),))),
        key=(finding.policy, where, *wires.names(finding)),
        findings=(finding,),
    )


def unread(outcome: Outcome) -> list[tuple[Unscanned, str]]:
    """What could not be read, in the order of its names, with a sentence that says so."""
    entries = sorted(outcome.coverage.unscanned, key=lambda one: tuple(map(encodable, (one.target, one.path, one.reason, one.detail))))
    return [(one, shown(f"Not read ({one.reason}): {_named(one)}{one.detail and ': '}{one.detail}")) for one in entries]


def fingerprints(entries: Iterable[Entry]) -> Iterator[str]:
    """32 hex digits for each entry, all different, the same on every machine and in every clone, shallow ones too.

    Of a value that nobody can guess and its path; of place and field alone where the value could be guessed; of policy, path, jobs and slots
    for a finding. Lines do not matter. Of equals in one file the second is numbered 2.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for entry in entries:
        seen[entry.key] += 1
        yield _digest(*entry.key, str(seen[entry.key]))


def unread_fingerprints(outcome: Outcome, tree: Tree) -> Iterator[str]:
    """The same for what `unread` gives: of path and reason."""
    seen: Counter[tuple[str, ...]] = Counter()
    for one, _ in unread(outcome):
        key = ("unscanned", tree.path(one.target, one.path), one.reason)
        seen[key] += 1
        yield _digest(*key, str(seen[key]))


def sentence_of(credential: Credential, place: Occurrence, worst: Finding | None) -> str:
    """What a credential is, where it is, in how many other places, and what is wrong with that."""
    identified = credential.identified
    others = len(credential.occurrences) - 1
    also = f", and in {counted(others, 'other place')}" if others else ""
    why = f" {worst.title} ({worst.policy})." if worst else ""
    return f"{identified.kind.title} {preview(identified)} in {story_of(place)}{also}.{why}"


def steps_of(credential: Credential, findings: Iterable[Finding]) -> tuple[str, ...]:
    """What to do about the credential itself, then what its findings ask for, each once."""
    asked = (*credential.identified.kind.rotate, *(finding.remediation for finding in findings))
    return tuple(dict.fromkeys(step for step in (one.strip().removesuffix(".") for one in asked) if step))


def _digest(*parts: str) -> str:
    return hashlib.sha256(encodable("\0".join((_LABEL, *parts))).encode()).hexdigest()[:32]


def _named(one: Unscanned) -> str:
    return f"{one.path} of {one.target}" if one.path else one.target


def _is_elsewhere(finding: Finding, files: Mapping[str, set[Place]]) -> bool:
    """Whether no place of its credentials would show a finding: they have none, or it is about jobs and points at other files."""
    held = [files[credential] for credential in dict.fromkeys(finding.credentials) if files.get(credential)]
    there = {(place.container, place.path) for place in finding.locations}
    return not held or bool(finding.jobs and there and all(there.isdisjoint(places) for places in held))


def _entries(outcome: Outcome, tree: Tree, *, each_file: bool) -> Iterator[Entry]:
    found = sorted_out(outcome)
    for credential in worst_first(outcome.credentials):
        if credential.open:
            yield from _of_credential(credential, tuple(found.by_credential.get(credential.identified.id, ())), tree, each_file=each_file)
    wires = wiring(outcome)
    yield from (finding_entry(one, wires, tree) for one in found.loose if one.suppression is None)


def _of_credential(credential: Credential, spoken: tuple[Finding, ...], tree: Tree, *, each_file: bool) -> Iterator[Entry]:
    covered = covering(spoken)
    steps = steps_of(credential, spoken)
    told: set[Place] = set()
    for one in open_places(credential):
        place = (one.container, one.path)
        if each_file and place in told:
            continue
        told.add(place)
        worst = covered.get(place) or next(iter(spoken), None)
        spot = one.spot
        inside = () if each_file else (spot.field or "", *spot.field_path, *spot.encoding)
        yield Entry(
            severity=worst.severity if worst else credential.severity,
            policy=worst.policy if worst else PLAIN,
            title=worst.title if worst else "",
            at=Location(one.container, one.path, spot.line, spot.column),
            sentence=shown(sentence_of(credential, one, worst)),
            steps=steps,
            key=("" if one.container == tree.name else one.container, one.fingerprint or one.id, *inside),
            credential=credential,
            occurrence=one,
            findings=spoken,
        )
