"""TB3xx, lifetime and exposure: what was deleted is not gone."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Occurrence, Severity, Sprawl
from scanner.policies import facts, places
from scanner.policies.plain import at_rest_ceiling
from scanner.policies.policy import Draft, Policy, View, each


def _never_rotated(_view: View, sprawl: Sprawl) -> Draft | None:
    used = places.still_in_use(sprawl)
    if not used:
        return None
    past = places.forgotten(sprawl)
    message = (
        f"{places.called(sprawl)} {_departure(past)}, but was never rotated: it is still in use in {places.named(used, most=places.ALL)}."
    )
    return Draft((sprawl.id,), Severity.CRITICAL, message, (*past, *used))


def _only_in_history(view: View, sprawl: Sprawl) -> Draft | None:
    past = places.forgotten(sprawl)
    if places.still_in_use(sprawl) or all(one.id in view.graph.superseded for one in past):
        return None
    base = Severity.HIGH if facts.powerful(sprawl.identified) else Severity.MEDIUM
    message = f"{places.called(sprawl)} {_departure(past)}, but nothing shows that it was revoked."
    return Draft((sprawl.id,), base, message, past, at_rest_ceiling(sprawl))


def _departure(past: Iterable[Occurrence]) -> str:
    """`was removed from acme/web:.npmrc on 2026-03-02`, or `is in the history of …` where it never was in HEAD."""
    removed = [one for one in past if one.removed_at is not None]
    if not removed:
        return f"is in the history of {places.named(past, most=places.ALL)}"
    last = max(one.removed_at or "" for one in removed)
    return f"was removed from {places.named(removed, most=places.ALL)} on {last[:10]}"


POLICIES = (
    Policy(
        id="TB301",
        title="Removed from HEAD, still in history, still in use",
        summary="A repository's history holds a credential that its HEAD does not, and the same credential is in use elsewhere: proof "
        "that it was deleted but never rotated.",
        severity=Severity.CRITICAL,
        grade="E1",
        remediation="Revoke the credential now, then remove its copies; deleting it from the repository was no fix.",
        references=("NHI2:2025", "NHI1:2025", "NHI7:2025", "CICD-SEC-6", "PR.AA-01", "RS.MI-02", "CIS 1.5.1"),
        evaluate=each(_never_rotated),
    ),
    Policy(
        id="TB302",
        title="Credential only in history, rotation unproven",
        summary="A repository's history holds a credential that its HEAD does not, and no later value took its place. High where it can "
        "publish or sign.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Revoke the credential; do not rely on rewriting the history.",
        references=("NHI2:2025", "CICD-SEC-6", "PR.AA-01", "CIS 1.5.1"),
        evaluate=each(_only_in_history),
    ),
)
