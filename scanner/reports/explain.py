"""`keytrail explain`: all that is known of one credential, for whoever has to deal with it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scanner.contract import Check, Lifetime
from scanner.model import Credential, Finding, Job, Occurrence, Reachability, Slot
from scanner.reports.explain_jobs import job_section
from scanner.reports.explain_steps import step_lines
from scanner.reports.layout import Line, Word, flow, paint, span, words
from scanner.reports.order import findings_first
from scanner.reports.style import Style
from scanner.reports.text_credential import name_words, told
from scanner.reports.text_pairs import pair_places
from scanner.reports.text_places import LABELS, bounded, flags, inside, is_accepted, is_variable, named, table
from scanner.reports.view import LOOKS, RESOLVED, View
from scanner.reports.where import view_of_one
from scanner.reports.words import counted, day, listed

_LABEL = 14
"""Columns of the first column of a section."""
_FULL = 100
_CHECKS = {
    Check.PASSED: "its checksum or structure holds",
    Check.FAILED: "its checksum or structure does not hold: mistyped, or never issued",
    Check.NONE: "nothing in the value can be checked",
}
_LIVES = {
    Lifetime.EPHEMERAL: "minutes to hours; made anew for every use",
    Lifetime.EXPIRING: "it ends by itself some day",
    Lifetime.STATIC: "it works until somebody revokes it",
    Lifetime.UNKNOWN: "not known; take it for one that works until it is revoked",
}
_AT_REST = {
    "plain": "readable by whoever has the file",
    "scrambled": "scrambled with what everybody knows; readable by whoever has the file",
    "encrypted": "encrypted; whoever has the file still needs the passphrase",
}
_REACHED = {
    Reachability.HEAD: "in the current files",
    Reachability.BRANCH: "reached from a branch",
    Reachability.TAG: "reached only from a tag",
    Reachability.STASH: "reached only from a stash",
    Reachability.NOTE: "reached only from a note",
    Reachability.REFLOG: "reached only from the reflog",
    Reachability.WORKTREE: "not committed",
    Reachability.UNREACHABLE: "nothing leads there any more",
    Reachability.REWRITTEN: "lost by a rewrite; whoever hosts the repository may still serve it",
}


def render(credential: Credential, findings: Sequence[Finding], slots: Sequence[Slot], jobs: Sequence[Job], style: Style) -> str:
    """The explanation, in at most `style.width` columns; of `findings`, `slots` and `jobs` all that are given are taken to be its own."""
    seen = view_of_one(credential, findings, slots, jobs, style)
    ordered = findings_first(findings)
    jobs_told = list(job_section(seen, credential))
    sections = [
        _first(seen, credential),
        [_title("What it is"), *_what(seen, credential)],
        [_title("Where it is"), *_where(seen, credential)],
        *(
            [[_title("What belongs to it"), *table(seen, pair_places(credential), 2)]]
            if credential.trust_anchors or credential.partials
            else []
        ),
        *([[_title("What gets it"), *jobs_told]] if jobs_told else []),
        [_title("What that means"), *_meaning(seen, ordered)],
        [_title("What to do, in this order"), *step_lines(seen, credential, ordered)],
    ]
    return paint([line for n, section in enumerate(sections) for line in ([(), *section] if n else section)], style)


def _title(text: str) -> Line:
    return (span(text, "bold underline"),)


def _first(view: View, credential: Credential) -> list[Line]:
    look = LOOKS[credential.severity]
    items = [Word(span(f"{credential.severity.word.upper()} {credential.score}", look)), *name_words(credential.identified)]
    if credential.suppression is not None:
        items += words("suppressed", "dim", 3)
    return [*flow(items, view.columns, 0, 2), *flow(words(credential.identified.id), view.columns, 2)]


def _what(view: View, credential: Credential) -> Iterator[Line]:
    for label, text in _facts(view, credential):
        yield from flow([Word(span(label.ljust(_LABEL - 2), "dim")), *words(text, gap=0)], view.columns, 2, _LABEL)


def _facts(view: View, credential: Credential) -> Iterator[tuple[str, str]]:
    """Label and sentence, only where there is something to say."""
    identified, kind, levels = credential.identified, credential.identified.kind, credential.levels
    yield "kind", f"{kind.title} ({kind.id}), found by {identified.detector}"
    can = f"can {listed(sorted(kind.actions))} at most; " if kind.actions else ""
    guess = ", assumed from its kind" if identified.assumed else ", which the value proves"
    yield "power", f"{can}privilege {levels.privilege} of 5{guess}"
    yield from _risk(credential)
    stated = identified.facts.get("lifetime")
    yield "life", _LIVES[next((life for life in Lifetime if life == stated), kind.lifetime)]
    yield "check", _CHECKS[identified.check]
    at_rest = identified.facts.get("at_rest", "plain")
    yield "at rest", _AT_REST.get(at_rest, at_rest) if isinstance(at_rest, str) else "not known"
    yield from (("fact", fact) for fact in told(view, identified) if not fact.startswith("at rest "))
    yield "confidence", identified.confidence.value
    if credential.first_seen:
        yield "seen", f"first {day(credential.first_seen)}" + (f", last {day(credential.last_seen)}" if credential.last_seen else "")
    if credential.suppression is not None:
        yield "suppressed", f"{credential.suppression.by}: {credential.suppression.reason}"
    yield from (("note", note) for note in credential.notes)


def _risk(credential: Credential) -> Iterator[tuple[str, str]]:
    """The three other levels with their reasons, where these are known, and the score with what bounds it."""
    levels, why = credential.levels, dict(credential.reasons)
    for name, level in (("exposure", levels.exposure), ("reuse", levels.reuse), ("lifetime", levels.lifetime)):
        if reason := why.get(name):
            yield name, f"{level} of 5: {reason}"
    most = f", capped at {credential.cap}" if credential.cap is not None and credential.cap < _FULL else ""
    told = "" if why else f"exposure {levels.exposure}, reuse {levels.reuse}, lifetime {levels.lifetime} of 5 each; "
    yield "risk", f"{told}score {credential.score} of {_FULL}{most}"


def _where(view: View, credential: Credential) -> Iterator[Line]:
    """Every place, in the order of time; those without a time after them, by container."""
    timed = sorted((one for one in credential.occurrences if _moment(one)), key=_moment)
    untimed = sorted((one for one in credential.occurrences if not _moment(one)), key=lambda one: one.container)
    for one in (*timed, *untimed):
        container, where = named(view, one)
        variable = is_variable(view, one)
        line = "" if one.spot.line is None or variable else f":{one.spot.line}"
        begin = [Word(span((day(_moment(one)) or "no date").ljust(10), "dim")), *words(LABELS[one.zone], gap=2), *words(container, gap=2)]
        yield from flow([*begin, *words(f"{where}{line}", "bold", 2)], view.columns, 2, _LABEL)
        if happened := "; ".join(_happened(one, view.slots.get(one.slot or ""), variable=variable)):
            yield from flow(words(happened), view.columns, _LABEL)
    if not credential.occurrences:
        yield from flow(words("In no place that is still there."), view.columns, 2)


def _moment(one: Occurrence) -> str:
    return one.committed_at or one.first_seen or ""


def _happened(one: Occurrence, slot: Slot | None, *, variable: bool) -> Iterator[str]:
    """What there is to know about a place besides its name, in the order in which it happened."""
    yield from inside(one, variable=variable)
    yield from flags(slot) if slot else ()
    if one.commit:
        author = f" by {bounded(one.author)}" if one.author else ""
        yield f"added in commit {one.commit[:12]}{author}"
    if one.removed_commit:
        yield f"removed in commit {one.removed_commit[:12]}" + (f" on {day(one.removed_at)}" if one.removed_at else "")
    if one.reachability is not None:
        yield _REACHED[one.reachability]
    if one.mode:
        yield f"mode {one.mode}"
    if one.job:
        yield f"job {bounded(one.job)}"
    if one.step:
        yield f"step {bounded(one.step)}"
    if one.last_seen:
        yield f"last seen {day(one.last_seen)}"
    yield from is_accepted(one)


def _meaning(view: View, findings: Iterable[Finding]) -> Iterator[Line]:
    """Findings, worst first, each with its sentence; those that are gone only by name."""
    live = [finding for finding in findings if finding.life != RESOLVED]
    for finding in live:
        begin = [Word(span(finding.policy)), Word(span(finding.severity.word.upper(), LOOKS[finding.severity]), 2)]
        yield from flow([*begin, *words(finding.title, "bold", 2)], view.columns, 2, 4)
        yield from flow(words(finding.message), view.columns, 4)
    if not live:
        yield from flow(words("No policy has anything to say about it."), view.columns, 2)
    if gone := [finding.policy for finding in findings if finding.life == RESOLVED]:
        yield from flow(words(f"{counted(len(gone), 'finding')} resolved: {', '.join(dict.fromkeys(gone))}", "dim"), view.columns, 2)
