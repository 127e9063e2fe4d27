"""One block a credential: the first line says it all, the places read like a story, the last lines say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from scanner.contract import Confidence, Fact
from scanner.model import Credential, Finding, Identified, Severity
from scanner.records import replace
from scanner.reports.escape import shown
from scanner.reports.layout import Line, Word, flow, span, words
from scanner.reports.names import cut
from scanner.reports.text_jobs import job_lines
from scanner.reports.text_pairs import pair_lines
from scanner.reports.text_places import place_lines
from scanner.reports.text_story import story
from scanner.reports.view import LOOKS, View, open_places, preview
from scanner.reports.words import counted

_HANG = 2
_STEPS = 3
"""Steps that are named; `explain` has all of them."""
_LISTED = 5
"""Members of a list of facts that are named."""
_LONGEST = 60
"""Columns of a fact."""
_SETTLED = {"validity": "unknown", "at_rest": "plain", "scope": "unknown"}
"""Facts that every credential has, with the value that says nothing."""
_FOR_MACHINES = ("lifetime", "spki_sha256")
"""Ends of names of facts that speak through the ranking, or that nobody reads."""
_ENDS = ("expires", "expires_at", "not_after")


def block(view: View, credential: Credential) -> list[Line]:
    """An open credential, by its open places. What is low or lower gets its places and no advice."""
    accepted = [one for one in credential.occurrences if one.suppression is not None]
    credential = replace(credential, occurrences=open_places(credential))
    findings = view.findings.get(credential.identified.id, ())
    lines = flow(_headline(view, credential), view.columns, 0, _HANG)
    places = [*place_lines(view, credential.occurrences, accepted), *job_lines(view, credential), *pair_lines(view, credential)]
    if credential.severity <= Severity.LOW:
        return [*lines, *places, *_notes(view, credential)]
    return [
        *lines,
        *flow(words(story(view, credential)), view.columns, _HANG),
        *places,
        *_facts(view, credential.identified),
        *_notes(view, credential),
        *_next(view, credential.identified, findings),
    ]


def suppressed_block(view: View, credential: Credential) -> list[Line]:
    """A suppressed credential: who suppressed it, why, and where it is; where every place has a reason of its own, it stands there."""
    suppression = credential.suppression
    reasons = [one.suppression for one in credential.occurrences]
    why = f"{suppression.by}: {suppression.reason}" if suppression and not (all(reasons) and suppression == reasons[0]) else ""
    return [
        *flow([*name_words(credential.identified, gap=0), *_places(credential)], view.columns, 2, 4),
        *(flow(words(why), view.columns, 4) if why else []),
        *place_lines(view, credential.occurrences),
    ]


def steps_line(view: View, steps: Sequence[str], more: str = "") -> list[Line]:
    """`Next: 1. … 2. …`, numbered where there are several."""
    items = words("Next:", "green")
    for n, step in enumerate(steps, 1):
        first, _, others = step.partition(" ")
        number = f"{n}. " if len(steps) > 1 else ""  # a number stays with the word after it
        items += [Word(span(number + first), 1 if n == 1 else 2), *words(others)]
    if more and steps:
        items.append(Word(span(more, "dim"), 3))
    return flow(items, view.columns, _HANG, _HANG + len("Next: ")) if steps else []


def _headline(view: View, credential: Credential) -> list[Word]:
    identified = credential.identified
    look = LOOKS[credential.severity]
    items = [Word(span(f"{credential.severity.word.upper()} {credential.score}", look)), *name_words(identified), *_places(credential)]
    if identified.confidence is not Confidence.HIGH:
        items.append(Word(span(f"{identified.confidence.value} confidence", "dim"), 3))
    items += [Word(span(policy), 3 if n == 0 else 1) for n, policy in enumerate(_policies(view.findings, identified))]
    gone = _policies(view.resolved, identified)
    return items + words(f"resolved: {' '.join(gone)}", "dim", 3) if gone else items


def _policies(findings: Mapping[str, Sequence[Finding]], identified: Identified) -> list[str]:
    return list(dict.fromkeys(finding.policy for finding in findings.get(identified.id, ())))


def name_words(identified: Identified, gap: int = 2) -> list[Word]:
    """What a credential is and what may be shown of it; `gap` stands before."""
    return [*words(identified.kind.title, "bold", gap), *words(preview(identified), "bold", 2)]


def _places(credential: Credential) -> list[Word]:
    places = counted(len(credential.occurrences), "place")
    zones = len({one.zone for one in credential.occurrences})
    return [Word(span(f"{places} in {counted(zones, 'zone')}" if len(credential.occurrences) > 1 else places), 3)]


def _facts(view: View, identified: Identified) -> list[Line]:
    facts = "; ".join(told(view, identified))
    return flow(words(f"Facts: {facts}"), view.columns, _HANG, _HANG + len("Facts: ")) if facts else []


def told(view: View, identified: Identified) -> Iterator[str]:
    """What the value reveals beyond the preview, those that every credential has first, and only where they say something."""
    seen = {word.casefold() for word in identified.redacted.replace(",", " ").split()}
    for name in (*_SETTLED, *sorted(identified.facts.keys() - _SETTLED.keys())):
        value = identified.facts.get(name)
        if name.endswith(_FOR_MACHINES) or value in (None, False, "", [], _SETTLED.get(name)) or str(value).casefold() in seen:
            continue
        if name in _ENDS and isinstance(value, str):
            yield _end(value, view.style.as_of)
        else:
            yield _spelled(name) if value is True else f"{_spelled(name)} {_value(value)}"


def _spelled(name: str) -> str:
    return name.replace("_", " ")


def _value(value: Fact) -> str:
    if not isinstance(value, list):
        return cut(shown(str(value)), _LONGEST)
    more = len(value) - _LISTED
    return ", ".join(cut(shown(one), _LONGEST) for one in value[:_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def _end(moment: str, as_of: date | None) -> str:
    try:
        end = datetime.fromisoformat(moment).date()
    except ValueError:
        return f"expires {moment}"
    return f"{'expired' if as_of is not None and end < as_of else 'expires'} {end.isoformat()}"


def _notes(view: View, credential: Credential) -> list[Line]:
    return [line for note in credential.notes for line in flow(words(f"Note: {note}", "dim"), view.columns, _HANG, _HANG + len("Note: "))]


def _next(view: View, identified: Identified, findings: Sequence[Finding]) -> list[Line]:
    """What to do about the credential itself, then what its findings ask for, worst first."""
    asked = (finding.remediation.strip().removesuffix(".") for finding in findings)
    steps = [step for step in dict.fromkeys([*identified.kind.rotate, *asked]) if step][:_STEPS]
    told = f"(keytrail explain {identified.short})" if view.outcome.targets else ""  # what is in no store cannot be asked for
    return steps_line(view, steps, told)
