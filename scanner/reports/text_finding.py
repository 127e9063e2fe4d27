"""A finding that points at no credential: a job, a slot or a pipeline that is wrong by itself."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.model import Finding, Severity
from scanner.reports.layout import Line, Word, flow, span, words
from scanner.reports.text_credential import steps_line
from scanner.reports.text_places import AT_MOST, Place, table
from scanner.reports.view import LOOKS, View

_GRADES: Mapping[str, str] = {"E3": "by name only, values unseen", "E4": "a guess from names"}
"""Evidence that is weaker than a fact must say so."""


def finding_block(view: View, finding: Finding) -> list[Line]:
    """What is wrong, where, and what to do about it; no advice where it is low or lower."""
    items = [
        Word(span(finding.severity.word.upper(), LOOKS[finding.severity])),
        Word(span(finding.policy), 2),
        *words(finding.title, "bold", gap=2),
    ]
    if finding.grade in _GRADES:
        items += words(f"({_GRADES[finding.grade]})", "dim", gap=3)
    lines = [*flow(items, view.columns, 0, 2), *flow(words(finding.message), view.columns, 2), *_where(view, finding)]
    if finding.severity > Severity.LOW and finding.remediation:
        lines += steps_line(view, [finding.remediation.removesuffix(".")])
    return lines


def _where(view: View, finding: Finding) -> list[Line]:
    """Where it is, each line of a file once."""
    places = tuple(dict.fromkeys((one.container, one.path, one.line) for one in finding.locations))
    listed = places if view.style.all_places else places[:AT_MOST]
    lines = table(view, [Place("at", *one) for one in listed])
    if more := len(places) - len(listed):
        lines += flow(words(f"… and {more:,} more (--all-places)", "dim"), view.columns, 4)
    return lines
