"""The one order of everything: worst first, and the same on every run."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.contract import Confidence
from scanner.model import Credential, Finding

_CONFIDENCE = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}


def worst_first(credentials: Iterable[Credential]) -> list[Credential]:
    """By severity, score, privilege, confidence and id."""
    return sorted(
        credentials,
        key=lambda one: (-one.severity, -one.score, -one.levels.privilege, _CONFIDENCE[one.identified.confidence], one.identified.id),
    )


def findings_first(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, policy and id."""
    return sorted(findings, key=lambda one: (-one.severity, one.policy, one.id))
