"""The catalogue of policies: what each one reports, how bad that is, what to do, and which entries of standards it supports."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence

from scanner.model import Severity
from scanner.records import dataclass
from scanner.reports.escape import shown

_COLUMNS = 100
_GRADES = {
    "E1": "the same credential was seen in both places",
    "E2": "the same slot, with what a file or an export says of it",
    "E3": "the same name, without a value that was seen",
    "E4": "a name or role that was guessed",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a standard."""

    id: str
    name: str
    standard: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy, and what is written about it."""

    id: str
    title: str
    summary: str
    severity: Severity
    grade: str
    remediation: str
    references: tuple[Reference, ...]


def render_rules(rules: Sequence[Rule]) -> str:
    """A line for each policy."""
    rows = [("id", "severity", "grade", "title"), *((one.id, one.severity.word, one.grade, one.title) for one in rules)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ("  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])) for row in rows)
    return "".join(f"{shown(line)}\n" for line in (*lines, "", f"{len(rules)} policies."))


def render_rule(rule: Rule) -> str:
    """Everything about one policy, for people."""
    lines = [f"{rule.id}   {rule.title}", "", *_wrapped(rule.summary), ""]
    lines += [f"base severity  {rule.severity.word}", f"evidence       {rule.grade} or better: {_GRADES[rule.grade]}", ""]
    lines += [*_wrapped(f"What to do: {rule.remediation}"), ""]
    width = max((len(one.id) for one in rule.references), default=0)
    lines += (f"  {one.id.ljust(width)}  {one.name} ({one.standard})" for one in rule.references)
    return "".join(f"{shown(line)}\n" for line in lines)


def rules_json(rules: Iterable[Rule]) -> str:
    """The same for machines (`keytrail.policies/1`)."""
    entries = [
        {
            "id": one.id,
            "title": one.title,
            "summary": one.summary,
            "severity": one.severity.word,
            "grade": one.grade,
            "remediation": one.remediation,
            "references": [{"id": entry.id, "name": entry.name, "standard": entry.standard} for entry in one.references],
        }
        for one in rules
    ]
    return json.dumps({"schema": "keytrail.policies/1", "policies": entries}, indent=2) + "\n"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _COLUMNS, break_on_hyphens=False)
