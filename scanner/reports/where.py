"""`keytrail where`: every place of one credential, one line each, what is there now before what is only remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.model import Coverage, Credential, Finding, Job, Outcome, Slot, Verdict
from scanner.records import replace
from scanner.reports.layout import flow, paint, words
from scanner.reports.style import Style
from scanner.reports.text_credential import name_words
from scanner.reports.text_places import place_of, table
from scanner.reports.view import View, view
from scanner.reports.words import counted

UNKNOWN = "Not known here.\n"


def render(credential: Credential | None, style: Style, slots: Sequence[Slot] = ()) -> str:
    """The places as lines, and how many there are; `UNKNOWN` for None. `slots` give CI variables their owners and flags."""
    if credential is None:
        return UNKNOWN
    seen = view_of_one(credential, (), slots, (), style)
    places = sorted(credential.occurrences, key=lambda one: not one.current)
    lines = table(seen, [place_of(seen, one) for one in places], indent=0)
    current = sum(1 for one in places if one.current)
    count = f"{counted(len(places), 'place')}, {current:,} of them now." if places else "In no place that is still there."
    return paint([*lines, *flow([*name_words(credential.identified, gap=0), *words(count, gap=3)], seen.columns, 0, 2)], style)


def view_of_one(credential: Credential, findings: Iterable[Finding], slots: Iterable[Slot], jobs: Iterable[Job], style: Style) -> View:
    """One credential as the text report looks at it, with all its places."""
    outcome = Outcome(
        tool_version="",
        detectors=(),
        coverage=Coverage(sources=(), unscanned=(), skipped={}),
        credentials=(credential,),
        slots=tuple(slots),
        jobs=tuple(jobs),
        findings=tuple(findings),
        verdict=Verdict(failed=False, fail_on="none", reasons=()),
    )
    return view(outcome, replace(style, all_places=True))
