"""Jobs that get a credential, as rows like those of its places: what they do, who starts them and what holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scanner.model import Credential, Job, Use
from scanner.reports.layout import Line, flow, words
from scanner.reports.text_places import INDENT, Place, bounded, table
from scanner.reports.view import View
from scanner.reports.words import listed

AT_MOST = 3
_NAMED = 3
"""Triggers, gates or targets that a row names before it counts."""
CERTAIN = 0.9
"""Weight from which on evidence is what a job was seen to do."""
_STARTS = {
    "push:tags": "tags",
    "push": "pushes",
    "push:branches": "pushes",
    "pull_request": "pull requests",
    "pull_request_target": "pull requests of anybody",
    "workflow_dispatch": "hand",
    "repository_dispatch": "whoever has a token for it",
    "schedule": "a timer",
    "release": "releases",
}


def filled_by(view: View, credential: Credential) -> tuple[str, ...]:
    """Ids of the slots that the credential is known to fill, by name."""
    name = credential.identified.id
    lying = {one.slot for one in credential.occurrences if one.slot is not None}
    known = {slot.id for slot in view.outcome.slots if name in slot.credentials}
    return tuple(sorted(lying | known, key=lambda one: (view.slots[one].name if one in view.slots else "", one)))


def getting(view: View, slots: Iterable[str]) -> list[Job]:
    """The jobs that get one of the slots: those that do something that nobody may do unseen first."""
    wanted = frozenset(slots)
    jobs = (job for job in view.outcome.jobs if not wanted.isdisjoint(job.slots))
    return sorted(jobs, key=lambda job: (not job.does("publish", "sign", "deploy", "approve"), job.container, job.file, job.name, job.id))


def job_lines(view: View, credential: Credential) -> list[Line]:
    """The rows below a credential's places: the first few jobs, or all where all places were asked for, and how many more there are."""
    jobs = getting(view, filled_by(view, credential))
    shown = jobs if view.style.all_places else jobs[:AT_MOST]
    lines = table(view, [job_place(job) for job in shown])
    if more := len(jobs) - len(shown):
        lines += flow(words(f"… and {more:,} more {'job' if more == 1 else 'jobs'} (--all-places)", "dim"), view.columns, INDENT)
    return lines


def job_place(job: Job) -> Place:
    """The cells of one job."""
    details = tuple(filter(None, (roles_of(job), started(job), held(job))))
    return Place("job", job.container, f"{job.file}:{bounded(job.name)}", None, details)


def roles_of(job: Job) -> str:
    """What it does: `build and publish`; what is not sure says so."""
    sure = [role.role for role in job.roles if role.status == "set"]
    tried = [f"rehearses {role.role}" for role in job.roles if role.status == "rehearsal"]
    return listed([bounded(role) for role in (*sure, *tried)]) or listed([f"perhaps {bounded(role.role)}" for role in job.roles])


def started(job: Job) -> str:
    """Who starts it."""
    events = dict.fromkeys(_STARTS.get(one.event, bounded(one.event)) for one in job.triggers)
    return f"started by {few(list(events))}" if events else ""


def held(job: Job) -> str:
    """What holds it until somebody agrees."""
    gates = dict.fromkeys(bounded(gate.evidence) for gate in job.gates if gate.blocking and not gate.by_input)
    return f"gated by {few(list(gates))}" if gates else ""


def opened(job: Job, uses: Iterable[Use]) -> Iterator[str]:
    """What it opens with a slot: every target of what it certainly does with it, each once."""
    names = {one.name.upper() for one in uses}
    found = (act for act in job.acts if act.weight >= CERTAIN and not names.isdisjoint(name.upper() for name in act.takes))
    yield from dict.fromkeys(
        f"{bounded(act.target or act.role)}{'' if act.tier == 'public' else f' ({bounded(act.tier)})'}"
        for act in found
        if not act.is_rehearsal
    )


def few(items: Sequence[str], most: int = _NAMED) -> str:
    """The first few, and how many more there are."""
    more = len(items) - most
    return listed([*items[:most], *([f"{more:,} more"] if more > 0 else [])])
