"""One block a credential: the first line says it all, the places read like a story, the last lines say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from scanner.contract import Confidence, Fact
from scanner.model import Credential, Finding, Identified, Severity
from scanner.reports.escape import shown
from scanner.reports.layout import Line, Word, flow, span, words
from scanner.reports.names import cut
from scanner.reports.text_places import place_lines
from scanner.reports.text_story import story
from scanner.reports.view import LOOKS, View
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
    """An open credential. What is low or lower gets its places and no advice."""
    findings = view.findings.get(credential.identified.id, ())
    lines = flow(_headline(credential, findings), view.columns, 0, _HANG)
    if credential.severity <= Severity.LOW:
        return [*lines, *place_lines(view, credential.occurrences), *_notes(view, credential)]
    return [
        *lines,
        *flow(words(story(view, credential)), view.columns, _HANG),
        *place_lines(view, credential.occurrences),
        *_facts(view, credential.identified),
        *_notes(view, credential),
        *_next(view, credential.identified, findings),
    ]


def suppressed_block(view: View, credential: Credential) -> list[Line]:
    """A suppressed credential: who suppressed it, why, and where it is."""
    identified = credential.identified
    suppression = identified.suppression
    why = f"{suppression.by}: {suppression.reason}" if suppression else ""
    return [
        *flow([*_name(identified, gap=0), *_places(credential)], view.columns, 2, 4),
        *flow(words(why), view.columns, 4),
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


def _headline(credential: Credential, findings: Sequence[Finding]) -> list[Word]:
    identified = credential.identified
    look = LOOKS[credential.severity]
    items = [Word(span(f"{credential.severity.word.upper()} {credential.score}", look)), *_name(identified), *_places(credential)]
    if identified.confidence is not Confidence.HIGH:
        items.append(Word(span(f"{identified.confidence.value} confidence", "dim"), 3))
    policies = list(dict.fromkeys(finding.policy for finding in findings))
    return items + [Word(span(policy), 3 if n == 0 else 1) for n, policy in enumerate(policies)]


def _name(identified: Identified, gap: int = 2) -> list[Word]:
    known = identified.redacted.endswith(identified.short)  # a preview may name it by itself, `#w…` where it is guessable
    preview = identified.redacted if known else f"{identified.redacted} #{identified.short}"
    return [*words(identified.kind.title, "bold", gap), *words(preview, "bold", 2)]


def _places(credential: Credential) -> list[Word]:
    places = counted(len(credential.occurrences), "place")
    zones = len({one.zone for one in credential.occurrences})
    return [Word(span(f"{places} in {counted(zones, 'zone')}" if len(credential.occurrences) > 1 else places), 3)]


def _facts(view: View, identified: Identified) -> list[Line]:
    told = list(_told(view, identified))
    if not told:
        return []
    return flow(words("Facts: " + "; ".join(told)), view.columns, _HANG, _HANG + len("Facts: "))


def _told(view: View, identified: Identified) -> Iterator[str]:
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
    return steps_line(view, steps, f"(keytrail explain {identified.short})")
