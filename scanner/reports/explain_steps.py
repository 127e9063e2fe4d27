"""How a credential is replaced so that nothing breaks: the new one first, then its uses, then a test, and only then the old one's end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum, auto

from scanner.contract import Check
from scanner.model import Credential, Finding, Job, Occurrence, Zone
from scanner.records import dataclass
from scanner.reports.layout import Line, flow, words
from scanner.reports.text_jobs import filled_by, getting, job_place
from scanner.reports.text_places import LABELS, Place, is_variable, named, table
from scanner.reports.view import View
from scanner.reports.words import counted, day, listed

_NUMBER = 5
"""Column at which a step's text and its places begin."""
_JOBS = 10
"""Jobs that a step names before it counts."""
_ENDS = ("expires_at", "expires", "not_after")

_COPIES = frozenset({Zone.WORKSTATION_SHELL, Zone.CI_LOG_ARTIFACT, Zone.IMAGE_LAYER, Zone.PUBLISHED_ARTIFACT, Zone.CHAT, Zone.REPO_HISTORY})
"""Zones that nothing reads a credential from: it was only left there. Everything else is a use."""


class Phase(Enum):
    """When a step of an issuer's advice has its turn."""

    MAKE = auto()
    TRUST = auto()
    REVOKE = auto()
    LOOK = auto()
    REMOVE = auto()


_PHASES = (
    (Phase.LOOK, re.compile(r"(?i)(?:look|find out|search|check|review)\b")),
    (Phase.REMOVE, re.compile(r"(?i)(?:remove|replace) the copies|remove (?:it|them)\b")),
    (Phase.REVOKE, re.compile(r"(?i)(?:.{0,80}\b)?(?:revoke|revocation|delete|deactivate|disable)\b|change\b.{0,80}\bpassword\b")),
    (Phase.TRUST, re.compile(r"(?i).{0,80}\bpublic (?:half|key)\b")),
)
"""What tells a step apart, at its beginning; what none of them knows is about the replacement."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and the places and jobs that it is about."""

    text: str
    places: tuple[Occurrence, ...] = ()
    jobs: tuple[Job, ...] = ()


def step_lines(view: View, credential: Credential, findings: Sequence[Finding]) -> Iterator[Line]:
    """The steps, numbered, each with its places under it."""
    if before := _before(view, credential):
        yield from flow(words(before), view.columns, 2)
    for number, step in enumerate(_steps(view, credential, findings), 1):
        text = step.text[:1].upper() + step.text[1:]
        yield from flow(words(f"{number}. {text}."), view.columns, 2, _NUMBER)
        yield from table(view, [*(_place(view, one) for one in step.places), *map(job_place, step.jobs[:_JOBS])], _NUMBER)
        if (more := len(step.jobs) - _JOBS) > 0:
            yield from flow(words(f"… and {counted(more, 'more job')}", "dim"), view.columns, _NUMBER)


def phase_of(step: str) -> Phase:
    """When a step of an issuer's advice has its turn."""
    return next((phase for phase, pattern in _PHASES if pattern.match(step)), Phase.MAKE)


def dead(credential: Credential, as_of: date | None) -> str:
    """Why it can do nothing any more, as far as the value itself tells; empty where it may live."""
    identified = credential.identified
    if identified.check is Check.FAILED:
        return "Its checksum or structure does not hold, so it was mistyped or never issued"
    end = next((str(identified.facts[name]) for name in _ENDS if identified.facts.get(name)), "")
    if identified.facts.get("validity") == "expired" or _is_past(end, as_of):
        return f"It expired{f' on {day(end)}' if end else ''}"
    return ""


def _before(view: View, credential: Credential) -> str:
    """What must be known before the first step."""
    suppression = credential.suppression
    if suppression is not None and suppression.by == "dummy":
        return f"Nothing: it is no real credential ({suppression.reason})."
    if suppression is not None:
        return f"Nothing, as long as this holds: {suppression.by}, {suppression.reason}. Otherwise:"
    why = dead(credential, view.style.as_of)
    return f"{why}: there is nothing to replace." if why else ""


def _steps(view: View, credential: Credential, findings: Sequence[Finding]) -> list[Step]:
    if credential.suppression is not None and credential.suppression.by == "dummy":
        return []
    advice: dict[Phase, list[str]] = {phase: [] for phase in Phase}
    for step in credential.identified.kind.rotate:
        advice[phase_of(step)].append(step.strip().removesuffix("."))
    uses = tuple(one for one in credential.occurrences if one.zone not in _COPIES)
    copies = tuple(one for one in credential.occurrences if one.zone in _COPIES and one.zone is not Zone.REPO_HISTORY)
    past = tuple(one for one in credential.occurrences if one.zone is Zone.REPO_HISTORY)
    if dead(credential, view.style.as_of):
        return list(_of_dead(advice, uses + copies, past))
    jobs = tuple(getting(view, filled_by(view, credential)))
    return [*_replacing(credential, advice, uses, jobs), *_ending(advice, findings, copies, past)]


def _of_dead(advice: dict[Phase, list[str]], places: tuple[Occurrence, ...], past: tuple[Occurrence, ...]) -> Iterator[Step]:
    yield from (Step(step) for step in advice[Phase.LOOK])
    if places:
        yield Step("Remove the copies, so that nobody takes it for live", places)
    if past:
        yield Step("Leave the history as it is", past)


def _replacing(
    credential: Credential, advice: dict[Phase, list[str]], uses: tuple[Occurrence, ...], jobs: tuple[Job, ...]
) -> Iterator[Step]:
    """The new one, its uses, and the test that nothing is missing: of every job that gets it, too."""
    making = advice[Phase.MAKE] or ["Make a replacement that can do no more than it must, with an end date"]
    if uses or advice[Phase.MAKE]:
        yield from (Step(step) for step in making)
    yield from (Step(step) for step in advice[Phase.TRUST])
    if uses:
        shared = any(one.zone.group in {"source", "pipeline", "release"} and one.zone is not Zone.CI_VARIABLE for one in uses)
        how = "; in a file of a repository as a reference to a secret, never as the value" if shared else ""
        yield Step(f"Put the new one where the old one is used now{how}", uses)
        yield Step(_test(credential) + (", and let every job that gets it run once" if jobs else ""), jobs=jobs)


def _test(credential: Credential) -> str:
    actions = credential.identified.kind.actions
    if "publish" in actions:
        return "Check that publishing works without the old one, on all these places"
    if "sign" in actions:
        return "Check that a signature of the new key is accepted wherever the old one was"
    return "Check that all these places work without the old one"


def _ending(
    advice: dict[Phase, list[str]], findings: Iterable[Finding], copies: tuple[Occurrence, ...], past: tuple[Occurrence, ...]
) -> Iterator[Step]:
    """The end of the old one, what it was used for, and what is left of it."""
    yield from (Step(step) for step in advice[Phase.REVOKE] or ["Revoke the old one where it was issued"])
    yield from (Step(step) for step in advice[Phase.LOOK])
    if copies:
        yield Step("Remove the copies that are left", copies)
    if past:
        yield Step("Leave the history for last, or as it is: once the credential is revoked, rewriting it helps nobody", past)
    asked = dict.fromkeys(finding.policy for finding in findings if finding.life != "resolved")
    if asked:
        yield Step(f"Scan again: {listed(list(asked))} must be gone")


def _place(view: View, one: Occurrence) -> Place:
    """A place by its name alone."""
    container, where = named(view, one)
    line = None if is_variable(view, one) else one.spot.line
    return Place(LABELS[one.zone], container, where, line)


def _is_past(end: str, as_of: date | None) -> bool:
    try:
        return as_of is not None and date.fromisoformat(end[:10]) < as_of
    except ValueError:
        return False
