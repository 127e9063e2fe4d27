"""TB7xx, workstations, URLs and people: credentials beside the tools that use them."""

from __future__ import annotations

from scanner.model import Occurrence, Severity, Sprawl, Zone
from scanner.policies import facts, places
from scanner.policies.policy import Draft, Policy, View, each

_LAPTOP = frozenset({Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_SHELL})

_GIT_FIELDS = frozenset({"userinfo", "url", "pushurl", "insteadof", "pushinsteadof", "extraheader", "proxy"})
"""Settings of git that carry a URL or a header (git-config)."""


def _on_laptop(_view: View, sprawl: Sprawl) -> Draft | None:
    here = tuple(one for one in sprawl.occurrences if one.zone in _LAPTOP)
    if not here or not facts.powerful(sprawl.identified):
        return None
    message = f"{places.called(sprawl)} can publish or sign, and lies in plain text in {places.named(here)}."
    return Draft((sprawl.id,), Severity.HIGH, message, here)


def _in_remote(_view: View, sprawl: Sprawl) -> Draft | None:
    here = tuple(one for one in sprawl.occurrences if places.current(one) and _travels(one, sprawl))
    if not here:
        return None
    message = f"{places.called(sprawl)} is part of a URL, a git remote or a stored login in {places.named(here)}."
    return Draft((sprawl.id,), Severity.HIGH, message, here)


def _travels(occurrence: Occurrence, sprawl: Sprawl) -> bool:
    """Whether git or curl sends it along with every request to its host."""
    name = occurrence.path.rpartition("/")[2]
    field = (occurrence.spot.field or "").lower()
    return (
        occurrence.spot.tool == "netrc"
        or name in {".git-credentials", ".netrc", "_netrc"}
        or occurrence.path.endswith("git/credentials")
        or (field in _GIT_FIELDS and (occurrence.spot.tool == "git" or occurrence.zone is Zone.GIT_METADATA))
        or (field == "userinfo" and sprawl.identified.kind.provider != "generic")
    )


POLICIES = (
    Policy(
        id="TB701",
        title="Publish credential in a dotfile, shell profile or shell history",
        summary="A credential that can publish or sign lies in plain text on a developer's machine.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Revoke the credential; log in interactively or publish from CI, and let a credential helper keep what must stay.",
        references=("NHI2:2025", "NHI7:2025", "CICD-SEC-6", "PR.DS-01", "SSDF PO.5.2"),
        evaluate=each(_on_laptop),
    ),
    Policy(
        id="TB702",
        title="Token in a git remote or URL",
        summary="A credential is the user part of a URL, a stored header or a stored login, from where it spreads into logs, process lists "
        "and clones.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Revoke the credential; use a credential helper or SSH with a hardware key, and take it out of the URL.",
        references=("NHI2:2025", "CICD-SEC-6", "PR.DS-01"),
        evaluate=each(_in_remote),
    ),
)
