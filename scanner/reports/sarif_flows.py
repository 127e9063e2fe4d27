"""The way of a credential into a job, as a code flow of SARIF.

The job takes a slot, the slot is filled with the credential, and the credential lies where the result is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from scanner.model import Credential, Finding, Location, Occurrence, Outcome
from scanner.records import dataclass
from scanner.reports.entries import Wiring, job_place, slot_place
from scanner.reports.places import story_of
from scanner.reports.sarif_places import Object, logical, message, of_location, of_occurrence
from scanner.reports.view import preview

MOST = 10
"""Code flows of one result."""
_OF_ALL = 1_000
"""Code flows of all results of one credential, so that a report does not grow with places times jobs."""


@dataclass(frozen=True, slots=True)
class Flows:
    """Which jobs get which slots, and which slots hold which credentials."""

    wires: Wiring
    bases: Mapping[str, str]
    takers: Mapping[str, tuple[str, ...]]
    """By id of a slot, the ids of the jobs that get it."""
    holders: Mapping[str, tuple[str, ...]]
    """By id of a credential, the ids of the slots that it fills."""
    taken_at: Mapping[tuple[str, str], Location]
    """By ids of job and slot, where the one first takes the other."""

    def of_credential(self, credential: Credential, place: Occurrence, files: int) -> list[Object]:
        """For each job that gets the credential through a slot; fewer where the credential lies in many `files`."""
        identified = credential.identified
        slots = self.holders.get(identified.id, ())
        pairs = ((job, slot) for slot in slots for job in self.takers.get(slot, ()))
        end = self._step(of_occurrence(place, self.bases), f"{identified.kind.title} {preview(identified)} in {story_of(place)}")
        return self._flows(pairs, [end], max(1, min(MOST, _OF_ALL // max(1, files))))

    def of_finding(self, finding: Finding) -> list[Object]:
        """For each job and slot of a finding that belong together."""
        slots = frozenset(finding.slots)
        known = (job for job in finding.jobs if job in self.wires.jobs)
        return self._flows(((job, slot) for job in known for slot in self.wires.jobs[job].slots if slot in slots), [], MOST)

    def _flows(self, pairs: Iterable[tuple[str, str]], end: list[Object], most: int) -> list[Object]:
        whole = (pair for pair in dict.fromkeys(pairs) if pair[0] in self.wires.jobs and pair[1] in self.wires.slots)
        return [{"threadFlows": [{"locations": [*self._wire(job, slot), *end]}]} for job, slot in islice(whole, most)]

    def _wire(self, job_id: str, slot_id: str) -> Iterator[Object]:
        job, slot = self.wires.jobs[job_id], self.wires.slots[slot_id]
        taken = of_location(self.taken_at.get((job_id, slot_id)) or job_place(job), self.bases)
        yield self._step(taken, f"The job {job.name} takes {slot.name}")
        held = {**of_location(slot_place(slot), self.bases), "logicalLocations": [logical(slot.container, slot.name, "variable")]}
        yield self._step(held, f"{slot.name} of {slot.owner or slot.container} ({slot.level})")

    @staticmethod
    def _step(location: Object, text: str) -> Object:
        return {"location": {**location, "message": message(text)}}


def flows(outcome: Outcome, wires: Wiring, bases: Mapping[str, str]) -> Flows:
    """What jobs get in an outcome."""
    takers: dict[str, list[str]] = {}
    taken_at: dict[tuple[str, str], Location] = {}
    for job in outcome.jobs:
        for slot in dict.fromkeys(job.slots):
            takers.setdefault(slot, []).append(job.id)
        for use in job.uses:
            taken_at.setdefault((job.id, use.slot), use.at)
    holders: dict[str, list[str]] = {}
    for one in outcome.slots:
        for credential in dict.fromkeys(one.credentials):
            holders.setdefault(credential, []).append(one.id)
    return Flows(
        wires,
        bases,
        {slot: tuple(sorted(jobs)) for slot, jobs in takers.items()},
        {credential: tuple(sorted(slots)) for credential, slots in holders.items()},
        taken_at,
    )
