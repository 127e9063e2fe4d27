"""`--format gitlab`: a report of GitLab's secret detection, as `artifacts:reports:secret_detection` takes it (report schemas, 15.0.7).

One vulnerability for each open place, and one for each finding that no place shows. What is suppressed is not in it: GitLab would count it as
found. No excerpt of a file is in it, though the schema has a field for that. The schema asks for the times of the scan, and a report holds
none, so that two runs compare byte for byte: both times are midnight of `--as-of`, else the beginning of 1970, which says that they are not
told. GitLab reads descriptions and solutions as Markdown.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model import Location, Outcome, Severity
from scanner.reports.entries import Entry, by_place, fingerprints, unread
from scanner.reports.escape import inert_json, shown
from scanner.reports.marked import cut, prose
from scanner.reports.places import Tree, tree_of
from scanner.reports.style import Style

VERSION = "15.0.7"
_NAMESPACE = uuid.UUID("6c0e8f4e-52a7-4bd5-9d0c-6b5c1b6f0a53")
"""Of the ids of vulnerabilities (RFC 9562, version 5); chosen once, at random."""
_SEVERITIES: Mapping[Severity, str] = {one: one.word.capitalize() for one in Severity}
_NOT_TOLD = "1970-01-01T00:00:00"
_NO_COMMIT = "0000000"
"""Where no commit is known, as GitLab's own analyzer writes it."""
_NAME, _STEP, _STEPS, _SENTENCE = 255, 600, 8, 20_000
"""Characters of a name and of a step, steps, and characters of a description: within the bounds of the schema, escapes included."""
_MESSAGES = 100
"""Things not read that are named."""


def render(outcome: Outcome, style: Style) -> str:
    """One JSON object, always valid UTF-8 and safe to print; of a style only the day counts."""
    tree = tree_of(outcome.coverage)
    entries = by_place(outcome, tree)
    day = f"{style.as_of.isoformat()}T00:00:00" if style.as_of else _NOT_TOLD
    report = {
        "version": VERSION,
        "scan": _scan(outcome, day),
        "vulnerabilities": [_vulnerability(entry, name, tree) for entry, name in zip(entries, fingerprints(entries), strict=True)],
    }
    return inert_json(json.dumps(report, indent=2, ensure_ascii=False)) + "\n"


def _scan(outcome: Outcome, day: str) -> dict[str, Any]:
    us = {"id": "keytrail", "name": "keytrail", "version": shown(outcome.tool_version) or "0", "vendor": {"name": "keytrail"}}
    return {
        "analyzer": us,
        "scanner": us,
        "type": "secret_detection",
        "status": "success",
        "start_time": day,
        "end_time": day,
        "messages": list(_messages(outcome)),
    }


def _messages(outcome: Outcome) -> Iterator[dict[str, str]]:
    """What was not read, how targets fared, and what the run had to say once."""
    entries = unread(outcome)
    yield from ({"level": "warn", "value": sentence} for _, sentence in entries[:_MESSAGES])
    if len(entries) > _MESSAGES:
        yield {"level": "warn", "value": f"Not read: {len(entries) - _MESSAGES:,} more"}
    for target in outcome.targets:
        if target.state != "ok":
            yield {"level": "warn", "value": shown(f"Target {target.name}: {target.state}{target.why and ', '}{target.why}")}
    for note in dict.fromkeys(map(shown, outcome.coverage.notes)):
        if note:
            yield {"level": "info", "value": note}


def _vulnerability(entry: Entry, fingerprint: str, tree: Tree) -> dict[str, Any]:
    kind = entry.credential.identified.kind if entry.credential else None
    steps = "\n".join(f"{number}. {prose(cut(step, _STEP))}" for number, step in enumerate(entry.steps[:_STEPS], 1))
    return {
        "id": str(uuid.uuid5(_NAMESPACE, fingerprint)),
        "name": cut(shown(kind.title if kind else entry.title), _NAME),
        "description": prose(cut(entry.sentence, _SENTENCE)),
        "severity": _SEVERITIES[entry.severity],
        "solution": steps,
        "identifiers": list(_identifiers(entry)),
        "location": _location(entry, tree),
    }


def _identifiers(entry: Entry) -> Iterator[dict[str, str]]:
    """What was found, and then the policies that say so, the worst first."""
    if entry.credential:
        kind = entry.credential.identified.kind
        yield _identifier("keytrail_kind", kind.title, kind.id)
    policies = {
        entry.policy: entry.title,
        **{finding.policy: finding.title for finding in entry.findings if finding.policy != entry.policy},
    }
    yield from (_identifier("keytrail_policy", f"{policy} {title}".strip(), policy) for policy, title in policies.items())


def _identifier(sort: str, name: str, value: str) -> dict[str, str]:
    return {"type": sort, "name": cut(shown(name), _NAME) or "-", "value": shown(value) or "-"}


def _location(entry: Entry, tree: Tree) -> dict[str, Any]:
    """A place with the commit that brought it; a finding is not of a commit."""
    one = entry.occurrence
    commit = {"sha": shown(one.commit) if one and one.commit else _NO_COMMIT}
    if one and one.commit:
        told = {"author": one.author, "date": one.committed_at}
        commit |= {name: shown(text) for name, text in told.items() if text}
    return {**_file(entry.at, tree), "commit": commit}


def _file(at: Location | None, tree: Tree) -> dict[str, Any]:
    if at is None:
        return {}
    lines = {"start_line": at.line, "end_line": at.line} if at.line else {}
    return {"file": tree.path(at.container, at.path), **lines}
