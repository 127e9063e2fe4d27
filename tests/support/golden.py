"""Whole graphs as text that people can read, beside the fixtures that they come from.

`fixtures/pipelines/<system>.toml` has the files of a repository (`repository`) and exports (`exports`), which are called after the system that
wrote them, and after `@` what they are of where that is not the repository. They lie in one file so that no definition is at rest where
somebody may take it for one. Templates are expanded when they are loaded. A line of a graph says one fact. Ids are left out for what
they stand for, so that a graph changes only where what it says does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import chdir
from datetime import date
from pathlib import Path
from unittest.mock import patch

from scanner.config import Settings
from scanner.model import Act, Finding, Gate, Graph, Job, Location, Outcome, Remark, Script, Slot, Step, Use
from scanner.run import scan
from scanner.run.request import Progress, Request
from tests.support.command import CACHE
from tests.support.repos import FIRST_DATE, Repo
from tests.support.templates import expand

FOLDER = Path(__file__).parents[2] / "fixtures" / "pipelines"
CONTAINER = "web"
TODAY = date(2026, 11, 30)


def systems() -> list[str]:
    """The CI systems that have a fixture."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def graph_of(system: str, folder: Path) -> str:
    """What the product makes of a fixture, with the repository and its exports laid out in `folder`."""
    table = tomllib.loads((FOLDER / f"{system}.toml").read_text("utf-8"))
    repo = Repo(folder / CONTAINER)
    _laid(table["repository"], folder / CONTAINER)
    repo.git("add", "--all", "--force")
    repo.git("commit", "--quiet", "-m", "Change", date=FIRST_DATE.replace(year=2026, month=11))
    _laid(table.get("exports", {}), folder)
    named = {name: name.rpartition(".")[0] for name in sorted(table.get("exports", {}))}
    exports = [f"{writer if '@' in writer else f'{writer}@{CONTAINER}'}:{name}" for name, writer in named.items()]
    seen: list[Graph] = []

    def joined(*given: object) -> Graph:
        seen.append(join(*given))  # type: ignore[arg-type]  # whatever the product gives it
        return seen[-1]

    join = scan.joined
    request = Request(targets=(CONTAINER,), ci_exports=tuple(exports))
    with chdir(folder), patch.object(scan, "joined", joined):
        environ = {"KEYTRAIL_KEY": "5e" * 32, "XDG_CACHE_HOME": str(CACHE)}
        outcome = scan.run(request, Settings(jobs=1, as_of=TODAY), environ, Progress())
    return "\n".join(_Page(outcome, seen[-1].scripts).lines()) + "\n"


def _laid(files: Mapping[str, str], folder: Path) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(expand(text))


class _Page:
    """The lines of one graph."""

    def __init__(self, outcome: Outcome, scripts: Sequence[Script]) -> None:
        self._outcome = outcome
        self._scripts = scripts
        self._jobs = {job.id: f"{job.file}:{job.name}" for job in outcome.jobs}
        self._slots = {slot.id: _name(slot) for slot in outcome.slots}
        credentials = sorted(
            outcome.credentials, key=lambda one: (one.identified.kind.id, [place.path for place in one.occurrences], one.identified.id)
        )
        self._credentials = {one.identified.id: f"{one.identified.kind.id}#{number}" for number, one in enumerate(credentials, 1)}

    def lines(self) -> Iterator[str]:
        outcome = self._outcome
        file = ""
        for job in sorted(outcome.jobs, key=_place):
            if job.file != file:
                file = job.file
                yield f"PIPELINE {file} ({job.platform})"
            yield from self._job(job)
        for script in self._scripts:
            yield from self._script(script)
        for slot in sorted(outcome.slots, key=_name):
            yield from self._slot(slot)
        for one in outcome.credentials:
            levels = one.levels
            yield f"CREDENTIAL {self._credentials[one.identified.id]} {one.severity.word} {one.score} P{levels.privilege} X{levels.exposure} R{levels.reuse} L{levels.lifetime}"
            yield from (f"  at {place.zone.value} {place.container}:{place.path}{_field(place.spot.field)}" for place in one.occurrences)
        for found in sorted(
            outcome.findings, key=lambda one: (one.policy, [(place.path, place.line or 0) for place in one.locations], one.message)
        ):
            yield from self._finding(found)
        yield from (f"UNSCANNED {one.target}:{one.path} {one.reason.value} {one.detail}" for one in outcome.coverage.unscanned)

    def _job(self, job: Job) -> Iterator[str]:
        yield f"  JOB {job.name}{_line(job.at, job)}: trust {job.trigger_trust}, runner {job.runner}{', mixed' if job.mixed else ''}"
        if job.environment is not None:
            yield f"    environment {job.environment}"
        if job.oidc or job.audiences:
            wide = " for the whole pipeline" if job.oidc_wide else ""
            yield f"    oidc {'granted' if job.oidc else 'no'}{_line(job.oidc_at, job)}{wide}, audiences {_words(job.audiences)}"
        if job.permissions is not None:
            yield f"    permissions {_words(f'{scope}={right}' for scope, right in job.permissions)}"
        yield from (f"    trigger {one.event} {one.trust.value}{_line(one.at, job)}" for one in job.triggers)
        yield from (f"    needs {self._jobs.get(one, '?')}" for one in job.needs)
        yield from (f"    gate {_gate(one, job)}" for one in job.gates)
        for role in job.roles:
            yield f"    role {role.role} {role.status} {role.weight:g}: {'; '.join(role.evidence)}"
        yield from (f"    step {_step(one, job)}" for one in job.steps)
        yield from (f"    act {_act(one, job)}" for one in job.acts)
        yield from (f"    use {self._use(one, job)}" for one in job.uses)
        yield from (f"    remark {_remark(one, job)}" for one in job.remarks)
        for call in job.calls:
            ref = f"@{call.ref}" if call.ref else ""
            where = "local" if call.is_local else f"remote, pin {call.pin}"
            yield f"    call {call.target}{ref}{_line(call.at, job)} {where}, secrets {call.secrets}: {_words(self._jobs.get(one, '?') for one in call.jobs)}"

    def _use(self, use: Use, job: Job) -> str:
        step = "whole job" if use.step is None else f"step {use.step}"
        renamed = f" as {use.as_name}" if use.as_name not in {None, use.name} else ""
        return f"{use.name}{renamed} via {use.via} {use.grade} {step}{_line(use.at, job)} <- {self._slots.get(use.slot, 'no slot')}"

    def _script(self, script: Script) -> Iterator[str]:
        yield f"SCRIPT {script.path}{_line(script.at)} {script.target} ({script.type})"
        yield f"    run by {_words(self._jobs.get(one, '?') for one in script.jobs)}"
        yield from (f"    act {_act(one)}" for one in script.acts)
        yield from (f"    remark {_remark(one)}" for one in script.remarks)
        if script.names:
            yield f"    would take {_words(script.names)}"

    def _slot(self, slot: Slot) -> Iterator[str]:
        flags = (("protected", slot.protected), ("masked", slot.masked), ("hidden", slot.hidden), ("allowed", slot.allowed_projects))
        told = "".join(f", {name} {'yes' if said is True else 'no' if said is False else said}" for name, said in flags if said is not None)
        scope = f", scope {slot.environment_scope}" if slot.environment_scope is not None else ""
        yield f"SLOT {_name(slot)} in {slot.container}{scope}{told}"
        yield from (f"    filled by {self._credentials[one]}" for one in slot.credentials)
        yield from (f"    perhaps {self._credentials[one]} {grade}" for one, grade in slot.candidates)

    def _finding(self, found: Finding) -> Iterator[str]:
        places = dict.fromkeys(f"{place.path}{_line(place)}" for place in found.locations)
        yield f"FINDING {found.policy} {found.severity.word} {found.grade} {_words(places)}"
        for what, ids, names in (
            ("jobs", found.jobs, self._jobs),
            ("slots", found.slots, self._slots),
            ("credentials", found.credentials, self._credentials),
        ):
            if ids:
                yield f"    {what} {', '.join(sorted(names.get(one, '?') for one in ids))}"


def _place(job: Job) -> tuple[str, str, int, str]:
    return (job.file, job.at.path if job.at else "", job.at.line or 0 if job.at else 0, job.name)


def _name(slot: Slot) -> str:
    return f"{slot.level} {slot.name} of {slot.owner}"


def _act(act: Act, job: Job | None = None) -> str:
    about = [f"{act.role} by {act.signature} {act.weight:g}", act.target or "", act.tier if act.target and act.tier != "public" else ""]
    how = {True: "keyless", False: "stored", None: ""}[act.is_keyless]
    about += ["rehearsal" if act.is_rehearsal else "", how, "job token" if act.uses_job_token else "", "literal" if act.literal else ""]
    about += ["publisher" if act.is_publisher else "", "runs project" if act.runs_project else ""]
    about += [f"takes {_words(act.takes)}"] if act.takes else []
    about += [f"sinks {_words(act.sinks)}"] if act.sinks else []
    about += (
        [f"offer {act.offer.registry} {act.offer.accepts}" + "".join(f", but {one}" for one in act.offer.obstacles)] if act.offer else []
    )
    at = "the job" if act.step is None else f"step {act.step}"
    return f"{', '.join(filter(None, about))}; {at}{_line(act.at, job)}: {act.evidence}"


def _gate(gate: Gate, job: Job) -> str:
    told = ["blocks" if gate.blocking else "does not block", "seen" if gate.is_seen else "claimed by file"]
    told += ["upstream"] if gate.is_upstream else []
    told += ["chosen by input"] if gate.by_input else []
    told += [f"self approval {gate.self_approval}"] if gate.self_approval != "unknown" else []
    return f"{gate.kind} {', '.join(told)}{_line(gate.at, job)}: {gate.evidence}"


def _step(step: Step, job: Job) -> str:
    ref = f"@{step.ref}" if step.ref and not (step.uses or "").endswith(f"@{step.ref}") else ""
    uses = f" {step.uses}{ref} pin {step.pin}" if step.uses else ""
    told = [
        word for word, said in (("platform's", step.is_platform), ("known", step.is_known), ("runs project", step.runs_project)) if said
    ]
    return f"{step.index}{_line(step.at, job)} {step.kind}{uses}{f' ({_words(told)})' if told else ''}{f': {step.title}' if step.title else ''}"


def _remark(remark: Remark, job: Job | None = None) -> str:
    step = "" if remark.step is None else f" step {remark.step}"
    names = f", about {_words(remark.names)}" if remark.names else ""
    return f"{remark.family} {remark.pattern}{step}{_line(remark.at, job)}: {remark.evidence}{names}"


def _line(at: Location | None, job: Job | None = None) -> str:
    """Its line; the file too where that is not the job's own."""
    if at is None:
        return ""
    file = f" {at.path}" if job is not None and at.path != job.file else ""
    return f"{file}:{at.line}"


def _field(name: str | None) -> str:
    return f" {name}" if name else ""


def _words(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"
