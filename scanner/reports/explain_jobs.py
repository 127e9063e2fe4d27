"""What gets a credential, for `explain`: the slots that it fills, the jobs that see these, and what each of them does with it."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Credential, Job, Slot, Use
from scanner.reports.layout import Line, Word, flow, span, words
from scanner.reports.text_jobs import few, filled_by, getting, opened, roles_of
from scanner.reports.text_places import bounded, flags
from scanner.reports.view import View
from scanner.reports.words import BASES, basis_of, counted

_SLOTS, _JOBS, _PLACES = 10, 10, 5
"""How many are told before they are counted."""
_VIA = {
    "workflow_env": "the whole pipeline",
    "job_env": "the whole job",
    "step_env": "one step",
    "with_input": "an input",
    "run_interpolation": "the text of a script",
    "container_credentials": "the login for its image",
    "called_workflow": "a pipeline that it calls",
    "inherit": "a pipeline that gets all there is",
    "context": "a context",
    "variable_group": "a variable group",
    "plugin_setting": "a setting of a plugin",
    "platform": "the platform, which gives it to every job",
}


def job_section(view: View, credential: Credential) -> Iterator[Line]:
    """Every slot with its jobs; nothing where the credential fills none and may fill none."""
    sure = [(one, "E1") for one in filled_by(view, credential)]
    name = credential.identified.id
    maybe = [(slot.id, grade) for slot in view.outcome.slots for other, grade in slot.candidates if other == name]
    listed = [*sure, *sorted(one for one in maybe if one[0] not in {slot for slot, _ in sure})]
    for slot, grade in listed[:_SLOTS]:
        yield from _slot_lines(view, slot, grade)
    if more := len(listed) - _SLOTS:
        yield from _more(view, more, "slot", 2)


def _slot_lines(view: View, name: str, grade: str) -> Iterator[Line]:
    slot = view.slots.get(name)
    called = f"{bounded(slot.name)} of {bounded(slot.owner or slot.container)}" if slot else "A variable that is not known by name"
    told = [*(flags(slot) if slot else ()), f"{grade}, {BASES.get(grade, BASES['E4'])}: {_filled(grade)}"]
    yield from flow([*words(called, "bold"), *words("; ".join(told), gap=2)], view.columns, 2, 4)
    jobs = getting(view, [name])
    for job in jobs[:_JOBS]:
        yield from _job_lines(view, job, slot, name)
    if not jobs:
        yield from flow(words("No job that is known here gets it."), view.columns, 4)
    if (more := len(jobs) - _JOBS) > 0:
        yield from _more(view, more, "job", 4)


def _filled(grade: str) -> str:
    return "it holds this value" if grade == "E1" else "it may hold this value"


def _job_lines(view: View, job: Job, slot: Slot | None, name: str) -> Iterator[Line]:
    uses = [use for use in job.uses if use.slot == name]
    where = f"{job.at.path}:{job.at.line}" if job.at and job.at.line else job.file
    begin = [Word(span("job", "dim")), *words(bounded(job.name), "bold", 2), *words(f"{where} of {job.container}", gap=2)]
    yield from flow(begin, view.columns, 4, 6)
    for sentence in _of_job(job, slot, uses):
        yield from flow(words(sentence), view.columns, 6, 8)


def _of_job(job: Job, slot: Slot | None, uses: list[Use]) -> Iterator[str]:
    """What there is to know of a job and a slot, in the order in which it happens."""
    starts = dict.fromkeys(f"{bounded(one.event)} ({one.trust.value})" for one in job.triggers)
    yield f"started by {few(list(starts), _PLACES)}" if starts else f"started by what is not known ({bounded(job.trigger_trust)})"
    yield _gates(job)
    for use in uses[:_PLACES]:
        yield _arrives(use, slot)
    if (more := len(uses) - _PLACES) > 0:
        yield f"and in {counted(more, 'more way')}"
    yield f"does: {roles_of(job) or 'nothing that was recognised'}"
    if job.mixed:
        yield "runs code of the project or of its dependencies while it is there"
    if targets := few(list(opened(job, uses)), _PLACES):
        yield f"opens with it: {targets}"


def _gates(job: Job) -> str:
    """What holds it, and what that rests on; a gate that is not known to hold is none."""
    gates = dict.fromkeys(
        f"{bounded(gate.evidence)} ({'seen' if gate.is_seen else 'claimed by file'})"
        for gate in job.gates
        if gate.blocking and not gate.by_input
    )
    return f"held by {few(list(gates), _PLACES)}" if gates else "held by nothing that was seen"


def _arrives(use: Use, slot: Slot | None) -> str:
    """`gets it as NODE_AUTH_TOKEN in line 21, through one step (E2, claimed by file)`."""
    renamed = f" as {bounded(use.as_name)}" if use.as_name and (slot is None or use.as_name != slot.name) else ""
    where = f" in line {use.at.line}" if use.at.line else ""
    return f"gets it{renamed}{where}, through {_VIA.get(use.via, bounded(use.via))} ({use.grade}, {basis_of(use.grade)})"


def _more(view: View, number: int, what: str, indent: int) -> list[Line]:
    return flow(words(f"… and {counted(number, f'more {what}')}", "dim"), view.columns, indent) if number > 0 else []
