"""`--format rdjson`: the Diagnostic Format of reviewdog (its `DiagnosticResult`), for comments in reviews on any forge.

One diagnostic for a credential and file, one for each finding that no place shows, and one for whatever was not read. Columns are left out:
the format counts bytes of the line, and a report knows characters. A place that only history has is a file without a range. reviewdog hands
messages on as Markdown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model import Outcome, Severity
from scanner.reports.entries import Entry, by_file, unread
from scanner.reports.escape import inert_json, shown
from scanner.reports.marked import prose
from scanner.reports.places import Tree, tree_of
from scanner.reports.style import Style

_LEVELS: Mapping[Severity, str] = {
    Severity.CRITICAL: "ERROR",
    Severity.HIGH: "ERROR",
    Severity.MEDIUM: "WARNING",
    Severity.LOW: "INFO",
    Severity.INFO: "INFO",
}
_RANKS = ("UNKNOWN_SEVERITY", "INFO", "WARNING", "ERROR")
_STEPS = 3
"""Things to do that a comment names."""


def render(outcome: Outcome, _style: Style) -> str:
    """One JSON object, always valid UTF-8 and safe to print; a style changes nothing in it."""
    tree = tree_of(outcome.coverage)
    told = [*(_diagnostic(entry, tree) for entry in by_file(outcome, tree)), *_unread(outcome, tree)]
    worst = max((one["severity"] for one in told), key=_RANKS.index, default=_RANKS[0])
    result = {"source": {"name": "keytrail"}, "severity": worst, "diagnostics": told}
    return inert_json(json.dumps(result, indent=2, ensure_ascii=False)) + "\n"


def _diagnostic(entry: Entry, tree: Tree) -> dict[str, Any]:
    steps = [f"{number}. {prose(step)}" for number, step in enumerate(entry.steps[:_STEPS], 1)]
    place = {} if entry.at is None else {"location": _location(tree.file(entry.at.container, entry.at.path), entry.line)}
    message = "\n".join([prose(entry.sentence), *(["", *steps] if steps else [])])
    return {"message": message, **place, "severity": _LEVELS[entry.severity], "code": {"value": shown(entry.policy)}}


def _unread(outcome: Outcome, tree: Tree) -> Iterator[dict[str, Any]]:
    for one, sentence in unread(outcome):
        place = _location(tree.file(one.target, one.path), None)
        yield {"message": prose(sentence), "location": place, "severity": "INFO", "code": {"value": "unscanned"}}


def _location(path: str, line: int | None) -> dict[str, Any]:
    return {"path": path, **({"range": {"start": {"line": line}}} if line else {})}
