"""`--format codequality`: GitLab's Code Quality report, as `artifacts:reports:codequality` takes it: a list of issues of Code Climate's shape.

One issue for a credential and file, one for each finding that no place shows, and one for whatever was not read. GitLab shows an issue beside
the line of a merge request, and tells old from new by fingerprints. What only history has is at line 1, since the format wants a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model import Outcome, Severity
from scanner.reports.entries import Entry, by_file, fingerprints, unread, unread_fingerprints
from scanner.reports.escape import inert_json, shown
from scanner.reports.places import Tree, tree_of
from scanner.reports.style import Style

_SEVERITIES: Mapping[Severity, str] = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def render(outcome: Outcome, _style: Style) -> str:
    """One JSON list, always valid UTF-8 and safe to print; a style changes nothing in it."""
    return inert_json(json.dumps(list(_issues(outcome)), indent=2, ensure_ascii=False)) + "\n"


def _issues(outcome: Outcome) -> Iterator[dict[str, Any]]:
    tree = tree_of(outcome.coverage)
    entries = by_file(outcome, tree)
    for entry, fingerprint in zip(entries, fingerprints(entries), strict=True):
        yield _issue(shown(entry.policy), entry.sentence, fingerprint, _SEVERITIES[entry.severity], _path(entry, tree), entry.line)
    for (one, sentence), fingerprint in zip(unread(outcome), unread_fingerprints(outcome, tree), strict=True):
        yield _issue("unscanned", sentence, fingerprint, "info", tree.file(one.target, one.path), None)


def _path(entry: Entry, tree: Tree) -> str:
    """A finding that points nowhere is at a file named like its policy."""
    return tree.file(entry.at.container, entry.at.path) if entry.at else shown(entry.policy)


def _issue(check: str, description: str, fingerprint: str, severity: str, path: str, line: int | None) -> dict[str, Any]:  # noqa: PLR0917 - the fields of an issue
    return {
        "description": description,
        "check_name": check,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line or 1}},
    }
