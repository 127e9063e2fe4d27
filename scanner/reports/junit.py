"""`--format junit`: JUnit's XML, which every CI system shows as test results.

A case for each credential and for each finding that points at none. It fails when the verdict does because of it: when an open finding about
it reaches `--fail-on`. What is suppressed is skipped, what is less severe passes and says what it is. One more case stands for the reading
itself, so that a run in which nothing is found has a test: it is skipped where something could not be read. No case has a time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from scanner.model import Credential, Finding, Occurrence, Outcome, Severity
from scanner.records import dataclass
from scanner.reports.entries import Wiring, steps_of, unread, wiring
from scanner.reports.escape import shown
from scanner.reports.places import Tree, line_of, story_of, tree_of
from scanner.reports.style import Style
from scanner.reports.view import open_places, preview, view
from scanner.reports.words import counted

_LISTED = 100
"""Places, or things not read, that a case names."""
_NO_XML = re.compile("[\ufffe\uffff]")
"""What XML 1.0 forbids and `shown` leaves as it is."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test case. At most one of `failure` and `skipped` says something."""

    name: str
    about: str
    """What is told of it in any case."""
    failure: str = ""
    severity: str = ""
    skipped: str = ""
    file: str = ""
    line: int | None = None


def render(outcome: Outcome, style: Style) -> str:
    """One XML document in UTF-8 without anything but text in it; a style changes nothing in it."""
    seen = view(outcome, style)
    tree = tree_of(outcome.coverage)
    fail_on = next((one for one in Severity if one.word == outcome.verdict.fail_on), None)
    wires = wiring(outcome)
    credentials = [_credential(one, seen.findings.get(one.identified.id, ()), fail_on, tree) for one in (*seen.open, *seen.suppressed)]
    findings = [_finding(one, fail_on, wires, tree) for one in (*seen.loose, *seen.accepted)]
    suites = {"credentials": credentials, "findings": findings, "coverage": [_coverage(outcome)]}
    every = [case for cases in suites.values() for case in cases]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="keytrail" {_counts(every)}>']
    for name, cases in suites.items():
        if cases:
            lines += [f'  <testsuite name="keytrail {name}" {_counts(cases)}>', *_written(name, cases), "  </testsuite>"]
    return "".join(f"{line}\n" for line in (*lines, "</testsuites>"))


def _credential(one: Credential, findings: Sequence[Finding], fail_on: Severity | None, tree: Tree) -> Case:
    identified = one.identified
    places = open_places(one)
    first = next(iter(places), None)
    about = [
        f"{one.severity.word} {one.score}, {counted(len(places), 'place')}",
        *(f"{finding.policy} {finding.severity.word}: {finding.title}. {finding.message}" for finding in findings),
        *_places(places, tree),
        *(f"{number}. {step}" for number, step in enumerate(steps_of(one, findings), 1)),
    ]
    worst = next((finding for finding in findings if fail_on is not None and finding.severity >= fail_on), None)
    suppression = one.suppression
    return Case(
        name=f"{identified.kind.title} {preview(identified)}",
        about=_text(about),
        failure=f"{worst.title} ({worst.policy}), {counted(len(places), 'place')}" if worst and one.open else "",
        severity=worst.severity.word if worst else "",
        skipped=f"suppressed, {suppression.by}: {suppression.reason}" if suppression else "",
        file=tree.file(first.container, first.path) if first else "",
        line=line_of(first) if first else None,
    )


def _finding(one: Finding, fail_on: Severity | None, wires: Wiring, tree: Tree) -> Case:
    places = wires.places(one)
    names = [tree.path(place.container, place.path) + (f":{place.line}" if place.line else "") for place in places[:_LISTED]]
    why = one.suppression
    fails = why is None and fail_on is not None and one.severity >= fail_on
    return Case(
        name=f"{one.policy} {one.title}{(names and ': ' + names[0]) or ''}",
        about=_text([f"{one.severity.word}: {one.message}", *names, *_more(len(places)), one.remediation]),
        failure=f"{one.title} ({one.policy})" if fails else "",
        severity=one.severity.word,
        skipped=f"accepted, {why.by}: {why.reason}" if why else "",
        file=tree.file(places[0].container, places[0].path) if places else "",
        line=places[0].line if places else None,
    )


def _coverage(outcome: Outcome) -> Case:
    sentences = [sentence for _, sentence in unread(outcome)]
    skipped = f"{len(sentences):,} could not be read" if sentences else ""
    return Case("everything could be read", _text([*sentences[:_LISTED], *_more(len(sentences))]), skipped=skipped)


def _places(places: Sequence[Occurrence], tree: Tree) -> Iterator[str]:
    for one in places[:_LISTED]:
        line = f":{one.spot.line}" if one.spot.line else ""
        yield f"{tree.path(one.container, one.path)}{line} in {story_of(one)}"
    yield from _more(len(places))


def _more(number: int) -> Iterator[str]:
    if number > _LISTED:
        yield f"and {number - _LISTED:,} more"


def _counts(cases: Sequence[Case]) -> str:
    failed = sum(1 for case in cases if case.failure)
    skipped = sum(1 for case in cases if case.skipped)
    return f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}"'


def _written(suite: str, cases: Iterable[Case]) -> Iterator[str]:
    """The cases of a suite; of those with one name the second is numbered, since CI systems tell them apart by it."""
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case.name] += 1
        name = case.name if seen[case.name] == 1 else f"{case.name} ({seen[case.name]})"
        place = (f' file="{_xml(case.file)}"' if case.file else "") + (f' line="{case.line}"' if case.line else "")
        yield f'    <testcase classname="keytrail.{suite}" name="{_xml(name)}"{place}>'
        if case.failure:
            yield f'      <failure type="{case.severity}" message="{_xml(case.failure)}">{case.about}</failure>'
        elif case.skipped:
            yield f'      <skipped message="{_xml(case.skipped)}"/>'
        if case.about and not case.failure:
            yield f"      <system-out>{case.about}</system-out>"
        yield "    </testcase>"


def _text(lines: Iterable[str]) -> str:
    """Lines as the text of an element."""
    return "\n".join(_xml(line) for line in lines if line)


def _xml(text: str) -> str:
    """Text of an element or of an attribute, on one line."""
    return escape(_NO_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", shown(text)))
