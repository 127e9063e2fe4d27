"""`--format csv`: a table for spreadsheets and scripts (RFC 4180, lines end with LF).

One row for each place of a credential, suppressed ones too, one for each finding that no place shows, and one for whatever was not read; the
column `type` tells them apart. A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and so does one that splits at
semicolons with what follows one: an apostrophe stands before it, which such programs do not show.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

from scanner.model import Finding, Occurrence, Outcome
from scanner.reports.entries import Wiring, covering, sorted_out, unread, wiring
from scanner.reports.escape import shown
from scanner.reports.order import worst_first
from scanner.reports.style import Style

COLUMNS = (
    *("type", "severity", "score", "status", "kind", "title", "redacted", "credential", "policies", "zone", "container", "path", "line"),
    *("column", "field", "encoding", "in_head", "reachability", "commit", "committed_at", "author", "removed_commit", "removed_at"),
    *("service", "account", "slot", "job", "message", "suppression", "fingerprint"),
)
_FORMULA = re.compile(r"""(^|[;,|"])(\s*[=+@＝＋－＠-])""")
"""What a spreadsheet may take for the beginning of a formula, at the beginning of a cell or of what another separator makes one."""

Row = Mapping[str, str | int | bool | None]


def render(outcome: Outcome, _style: Style) -> str:
    """A line with the names of the columns, and the rows; always valid UTF-8 and safe to print. A style changes nothing in it."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([_cell(row.get(name)) for name in COLUMNS] for row in _rows(outcome))
    return text.getvalue()


def _rows(outcome: Outcome) -> Iterator[Row]:
    found = sorted_out(outcome)
    for one in worst_first(outcome.credentials):
        spoken = found.by_credential.get(one.identified.id, ())
        covered = covering(spoken)
        kind = one.identified.kind
        told: Row = {
            "type": "credential",
            "score": one.score,
            "kind": kind.id,
            "title": kind.title,
            "redacted": one.identified.redacted,
            "credential": one.identified.id,
            "policies": " ".join(dict.fromkeys(finding.policy for finding in spoken)),
        }
        for place in one.occurrences:
            worst = covered.get((place.container, place.path)) or next(iter(spoken), None)
            why = one.identified.suppression or place.suppression
            yield {
                **told,
                **_place(place),
                "severity": (worst.severity if worst else one.severity).word,
                "status": "suppressed" if why else "open",
                "message": worst.title if worst else None,
                "suppression": f"{why.by}: {why.reason}" if why else None,
            }
    wires = wiring(outcome)
    yield from (_finding(one, wires) for one in found.loose)
    for entry, sentence in unread(outcome):
        yield {"type": "unscanned", "container": entry.target, "path": entry.path, "message": sentence}


def _place(one: Occurrence) -> Row:
    spot = one.spot
    return {
        "zone": one.zone.value,
        "container": one.container,
        "path": one.path,
        "line": spot.line,
        "column": spot.column,
        "field": ".".join(spot.field_path) or spot.field,
        "encoding": " ".join(spot.encoding),
        "in_head": one.in_head,
        "reachability": one.reachability.value if one.reachability else None,
        "commit": one.commit,
        "committed_at": one.committed_at,
        "author": one.author,
        "removed_commit": one.removed_commit,
        "removed_at": one.removed_at,
        "service": spot.service,
        "account": spot.account,
        "slot": one.slot,
        "job": one.job,
        "fingerprint": one.fingerprint,
    }


def _finding(one: Finding, wires: Wiring) -> Row:
    at = next(iter(wires.places(one)), None)
    why = one.suppression
    return {
        "type": "finding",
        "severity": one.severity.word,
        "status": "suppressed" if why else "open",
        "title": one.title,
        "policies": one.policy,
        "container": at.container if at else None,
        "path": at.path if at else None,
        "line": at.line if at else None,
        "column": at.column if at else None,
        "message": one.message,
        "suppression": f"{why.by}: {why.reason}" if why else None,
        "job": " ".join(wires.jobs[job].name for job in one.jobs if job in wires.jobs),
        "slot": " ".join(one.slots),
    }


def _cell(value: str | int | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _FORMULA.sub(r"\1'\2", shown(value)) if isinstance(value, str) else str(value)
