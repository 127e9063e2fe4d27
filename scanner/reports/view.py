"""What the parts of the text report share: the outcome, how it is to look, and what is looked up over and over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanner.model import Credential, Finding, Outcome, Severity, Slot
from scanner.reports.names import Names
from scanner.reports.order import findings_first, worst_first
from scanner.reports.style import Style

LOOKS: Mapping[Severity, str] = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}


@dataclass(frozen=True, slots=True)
class View:
    """One outcome, in order and indexed."""

    outcome: Outcome
    style: Style
    names: Names
    """Of containers and of paths."""
    joined: Names
    """Of places as one path."""
    open: tuple[Credential, ...]
    """Worst first."""
    suppressed: tuple[Credential, ...]
    findings: Mapping[str, tuple[Finding, ...]]
    """By credential id, worst first."""
    loose: tuple[Finding, ...]
    """Those that point at no credential, worst first."""
    slots: Mapping[str, Slot]

    @property
    def columns(self) -> int:
        """Never so narrow that cells would have no room."""
        return max(self.style.width, 60)


def view(outcome: Outcome, style: Style) -> View:
    """`outcome` as the text report looks at it."""
    ranked = worst_first(outcome.credentials)
    by_credential: dict[str, list[Finding]] = {}
    loose = []
    for finding in findings_first(outcome.findings):
        if not finding.credentials:
            loose.append(finding)
        for credential in dict.fromkeys(finding.credentials):
            by_credential.setdefault(credential, []).append(finding)
    return View(
        outcome=outcome,
        style=style,
        names=Names(_names(outcome), style.home),
        joined=Names((joined(one.container, one.path) for held in outcome.credentials for one in held.occurrences), style.home),
        open=tuple(one for one in ranked if one.open),
        suppressed=tuple(one for one in ranked if not one.open),
        findings={credential: tuple(found) for credential, found in by_credential.items()},
        loose=tuple(loose),
        slots={slot.id: slot for slot in outcome.slots},
    )


def joined(container: str, path: str) -> str:
    """A place as one path: `~/.npmrc`."""
    if container in {"", "."}:
        return path
    return container + path if container.endswith("/") else f"{container}/{path}"


def _names(outcome: Outcome) -> set[str]:
    """Every container and every path that the report may show."""
    names: set[str] = set()
    for credential in outcome.credentials:
        for one in credential.occurrences:
            names |= {one.container, one.path}
    for slot in outcome.slots:
        names |= {slot.owner, slot.container, slot.name}
    for finding in outcome.findings:
        for location in finding.locations:
            names |= {location.container, location.path}
    for entry in outcome.coverage.unscanned:
        names |= {entry.target, entry.path}
    return names
