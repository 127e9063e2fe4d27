"""What jobs, slots and credentials have to do with each other, as policies ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from scanner.model import Act, Gate, Job, Script, Slot, Sprawl, Use
from scanner.records import dataclass

HIGH = frozenset({"publish", "sign", "attest", "deploy", "approve"})
"""Roles that a job must not share with others."""
RELEASE = frozenset({"publish", "sign"})
LOW = frozenset({"build", "test", "lint", "package"})
_TRIALS = re.compile(
    r"(?:^|/)(?:tests?|__tests__|e2e|integration[-_]tests?|examples?|samples?|fixtures|testdata|templates?)/", re.IGNORECASE
)
MANUAL = "manual_job"
"""The kind of gate that is a button."""
_CERTAIN = 0.9
"""Weight from which on evidence is a signature, seen directly or through a script."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A slot that comes into a job."""

    job: Job
    use: Use


@dataclass(frozen=True, slots=True)
class Fed:
    """Something that a job does with the value of a slot."""

    job: Job
    act: Act


@dataclass(frozen=True, slots=True)
class Wiring:
    """The graph of jobs, by slot."""

    jobs: Mapping[str, Job]
    seen: Mapping[str, tuple[Seen, ...]]
    """By slot id: the jobs into which it comes, one entry for each way."""
    fed: Mapping[str, tuple[Fed, ...]]
    """By slot id: what takes it as a credential."""
    held: Mapping[str, tuple[Sprawl, ...]]
    """By slot id: the open credentials that are known to fill it."""

    def sinks(self, slot: str, roles: frozenset[str] = RELEASE) -> tuple[Fed, ...]:
        """What publishes or signs with a slot; rehearsals and guesses do not count."""
        return tuple(one for one in self.fed.get(slot, ()) if one.act.role in roles and is_certain(one.act))

    def credentials(self, slots: Iterable[str]) -> tuple[str, ...]:
        """Ids of the open credentials that fill slots, each once."""
        return tuple(dict.fromkeys(sprawl.id for slot in slots for sprawl in self.held.get(slot, ())))


NOWHERE = Wiring({}, {}, {}, {})


def wiring_of(jobs: Iterable[Job], sprawls: Iterable[Sprawl], slots: Iterable[Slot]) -> Wiring:
    """What is to be known of jobs, in the order in which they come."""
    every = tuple(jobs)
    seen: dict[str, list[Seen]] = {}
    fed: dict[str, list[Fed]] = {}
    for job in every:
        by_name: dict[str, dict[str, None]] = {}
        for use in job.uses:
            if use.slot:
                seen.setdefault(use.slot, []).append(Seen(job, use))
                by_name.setdefault(use.name.upper(), {})[use.slot] = None
        for act in filter(is_own, job.acts):
            for slot in dict.fromkeys(slot for name in act.takes for slot in by_name.get(name.upper(), ())):
                fed.setdefault(slot, []).append(Fed(job, act))
    by_id = {sprawl.id: sprawl for sprawl in sprawls if sprawl.suppression is None}
    held = {slot.id: tuple(by_id[one] for one in slot.credentials if one in by_id) for slot in slots}
    return Wiring(
        {job.id: job for job in every},
        {slot: tuple(found) for slot, found in seen.items()},
        {slot: tuple(found) for slot, found in fed.items()},
        {slot: found for slot, found in held.items() if found},
    )


def slots_of(job: Job, *done: Act) -> tuple[str, ...]:
    """Ids of the slots that acts of a job take their credentials from."""
    taken = {name.upper() for act in done for name in act.takes}
    return tuple(dict.fromkeys(use.slot for use in job.uses if use.slot and use.name.upper() in taken))


def is_certain(act: Act) -> bool:
    """Whether an act was recognised rather than suspected, and is no rehearsal."""
    return act.weight >= _CERTAIN and not act.is_rehearsal


def is_trial(script: Script) -> bool:
    """Whether a script lies among tests, examples or templates: what it publishes is made up, or somebody else's."""
    return _TRIALS.search(script.path) is not None


def is_own(act: Act) -> bool:
    """Whether a job does it by itself, rather than through a pipeline that it calls: the jobs of that say it themselves."""
    return act.step is not None or act.script is None


def acts(job: Job, *roles: str) -> Iterator[Act]:
    """What a job certainly does by itself in certain roles."""
    return (act for act in job.acts if act.role in roles and is_certain(act) and is_own(act))


def is_stored(act: Act) -> bool:
    """Whether it works with a credential that somebody keeps: a slot's or one that stands in the file."""
    return bool(act.takes) or act.literal


def blocking(job: Job) -> tuple[Gate, ...]:
    """The gates that hold a job on every path to it."""
    return tuple(gate for gate in job.gates if gate.blocking and not gate.by_input)


def is_pressed(job: Job) -> bool:
    """Whether somebody has to start the job itself by hand, be it that the pipeline goes on without it."""
    return any(gate.kind == MANUAL and not gate.is_upstream for gate in job.gates)


def called(job: Job) -> str:
    """The job as sentences name it: `the job publish of .github/workflows/release.yml`."""
    return f"the job {job.name} of {job.file}"


def begun(sentence: str) -> str:
    """A sentence with a capital at its front."""
    return sentence[:1].upper() + sentence[1:]
