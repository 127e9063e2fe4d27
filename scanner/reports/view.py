"""What the parts of the text report share: the outcome, how it is to look, and what is looked up over and over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.model import Credential, Finding, Identified, Occurrence, Outcome, Severity, Slot
from scanner.records import dataclass
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

RESOLVED = "resolved"
"""The life of a finding that an earlier run had and this one has not."""


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
    """By credential id, worst first; without those that an earlier run had and that are gone."""
    resolved: Mapping[str, tuple[Finding, ...]]
    """The others, likewise."""
    loose: tuple[Finding, ...]
    """Those that point at no credential, worst first."""
    accepted: tuple[Finding, ...]
    """Those that exceptions accept, which are in none of the others."""
    slots: Mapping[str, Slot]

    @property
    def columns(self) -> int:
        """Never so narrow that cells would have no room."""
        return max(self.style.width, 60)


def view(outcome: Outcome, style: Style) -> View:
    """`outcome` as the text report looks at it. A credential that is in no place any more, and of which all is resolved, is not shown."""
    left = [one for one in findings_first(outcome.findings) if one.life != RESOLVED]
    found = [one for one in left if one.suppression is None]
    findings = _by_credential(found)
    resolved = _by_credential(one for one in findings_first(outcome.findings) if one.life == RESOLVED)
    gone = resolved.keys() - findings.keys()
    ranked = [one for one in worst_first(outcome.credentials) if one.occurrences or one.identified.id not in gone]
    return View(
        outcome=outcome,
        style=style,
        names=Names(_names(outcome), style.home),
        joined=Names((joined(one.container, one.path) for held in outcome.credentials for one in held.occurrences), style.home),
        open=tuple(one for one in ranked if one.open),
        suppressed=tuple(one for one in ranked if not one.open),
        findings=findings,
        resolved=resolved,
        loose=tuple(one for one in found if not one.credentials),
        accepted=tuple(one for one in left if one.suppression is not None),
        slots={slot.id: slot for slot in outcome.slots},
    )


def _by_credential(findings: Iterable[Finding]) -> Mapping[str, tuple[Finding, ...]]:
    by_credential: dict[str, list[Finding]] = {}
    for finding in findings:
        for credential in dict.fromkeys(finding.credentials):
            by_credential.setdefault(credential, []).append(finding)
    return {credential: tuple(found) for credential, found in by_credential.items()}


def open_places(credential: Credential) -> tuple[Occurrence, ...]:
    """The places of an open credential that nobody accepted; all places of one that is not open."""
    return tuple(one for one in credential.occurrences if one.suppression is None) if credential.open else credential.occurrences


def preview(identified: Identified) -> str:
    """What may be shown of the value, and the six characters that name it; a preview of a guessable one names it by itself, `#w…`."""
    known = identified.redacted.endswith(identified.short)
    return identified.redacted if known else f"{identified.redacted} #{identified.short}"


def joined(container: str, path: str) -> str:
    """A place as one path: `~/.npmrc`; a file that was named itself is its own container."""
    if container in {"", "."}:
        return path
    file = container.rpartition("/")[2]
    if path == file or path.startswith(f"{file}!/"):
        return container + path[len(file) :]
    return container + path if container.endswith("/") else f"{container}/{path}"


def _names(outcome: Outcome) -> set[str]:
    """Every container and every path that the report may show."""
    names: set[str] = set()
    for credential in outcome.credentials:
        for one in credential.occurrences:
            names |= {one.container, one.path}
        for anchor in credential.trust_anchors:
            names |= {anchor.container, anchor.path}
        for partial in credential.partials:
            names |= {partial.container, partial.path}
    for slot in outcome.slots:
        names |= {slot.owner, slot.container, slot.name}
    for job in outcome.jobs:
        names |= {job.container, job.file}
    for finding in outcome.findings:
        for location in finding.locations:
            names |= {location.container, location.path}
    for entry in outcome.coverage.unscanned:
        names |= {entry.target, entry.path}
    names |= {target.name for target in outcome.targets}
    return names
