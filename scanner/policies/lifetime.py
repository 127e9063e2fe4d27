"""TB3xx, lifetime and exposure: what was deleted is not gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.contract import Lifetime
from scanner.model import Occurrence, Severity, Sprawl, Zone
from scanner.policies import calendar, facts, places
from scanner.policies.drafts import of_remark, remarks
from scanner.policies.plain import at_rest_ceiling
from scanner.policies.policy import Draft, Policy, View, each
from scanner.policies.wiring import begun, called

_PIPELINE = frozenset({Zone.CI_VARIABLE, Zone.CI_DEFINITION})
_LEGACY = {
    "github-pat-classic": "a classic token, which reaches everything its owner does; GitHub has fine-grained ones",
    "npm-legacy-token": "a token of the form that the npm registry has revoked",
    "npm-basic-auth": "the password of a registry account, which no scope limits",
    "pypi-password": "the password of a registry account, which PyPI no longer takes for uploads",
    "rubygems-legacy-api-key": "an API key of the form without scopes",
    "slack-legacy-token": "a token of the form that Slack has replaced",
    "nuget-api-key": "an API key of the form that nuget has limited to 30 days",
    "github-legacy-token": "a token of the form without a prefix, which GitHub has replaced",
}
"""Kinds that their issuers have replaced, and by what."""


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


def _long_exposed(view: View, sprawl: Sprawl) -> Draft | None:
    if not calendar.is_long_exposed(sprawl, view.as_of):
        return None
    seen = calendar.first_seen(sprawl)
    message = f"{places.called(sprawl)} has been readable since {seen}, for more than {calendar.EXPOSED.days} days."
    committed = tuple(one for one in sprawl.occurrences if one.committed_at is not None)
    return Draft((sprawl.id,), Severity.INFO, message, committed, Severity.INFO, aside=True)


def _never_ends(_view: View, sprawl: Sprawl) -> Draft | None:
    here = tuple(one for one in sprawl.occurrences if one.zone in _PIPELINE)
    if not here or facts.lifetime(sprawl.identified) is not Lifetime.STATIC or facts.broken(sprawl.identified):
        return None
    base = Severity.HIGH if facts.powerful(sprawl.identified) else Severity.MEDIUM
    message = f"{places.called(sprawl)} never ends by itself, and a pipeline works with it: {places.named(here)}."
    return Draft((sprawl.id,), base, message, here, at_rest_ceiling(sprawl), aside=True)


def _old_family(_view: View, sprawl: Sprawl) -> Draft | None:
    why = _LEGACY.get(sprawl.identified.kind.id)
    if why is None or facts.broken(sprawl.identified):
        return None
    message = f"{places.called(sprawl)} is {why}."
    return Draft((sprawl.id,), Severity.MEDIUM, message, sprawl.occurrences, aside=True)


def _left_behind(view: View) -> Iterator[Draft]:
    for sprawl in view.graph.sprawls:
        if sprawl.suppression is not None:
            continue
        if sprawl.id in view.ended:
            message = f"{places.called(sprawl)} has come to its end, and was left in {places.named(sprawl.occurrences)}."
        elif facts.lifetime(sprawl.identified) is Lifetime.EPHEMERAL:
            message = f"{places.called(sprawl)} lives for a job or session only; why it was written to {places.named(sprawl.occurrences)} is the question."
        else:
            continue
        yield Draft((sprawl.id,), Severity.INFO, message, sprawl.occurrences, Severity.INFO, aside=True)


def _over_scoped(view: View) -> Iterator[Draft]:
    for job, remark in remarks(view, "app_token"):
        message = f"{begun(called(job))} makes a token that is wider or lives longer than it must: {remark.evidence}."
        yield of_remark(job, remark, Severity.MEDIUM, message)


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
    Policy(
        id="TB303",
        title="Long exposure",
        summary="A credential that may still work has been in a repository for more than 90 days. Raises the other findings of the credential by one band.",
        severity=Severity.INFO,
        grade="E1",
        remediation="Rotate the credential, and from then on by a schedule.",
        references=("NHI7:2025", "CICD-SEC-6", "PR.AA-01"),
        evaluate=each(_long_exposed),
    ),
    Policy(
        id="TB304",
        title="Non-expiring credential in the pipeline",
        summary="A CI variable or definition holds a credential of a kind that does not end by itself. High where it can publish or sign.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Use a credential that expires, or an identity token.",
        references=("NHI7:2025", "CICD-SEC-6", "PR.AA-01", "OSSF Authz L3"),
        evaluate=each(_never_ends),
    ),
    Policy(
        id="TB305",
        title="Legacy token family",
        summary="A credential is of a kind that its issuer has replaced by a narrower or shorter-lived one.",
        severity=Severity.MEDIUM,
        grade="E1",
        remediation="Replace it by the fine-grained or short-lived kind, then revoke it.",
        references=("NHI4:2025", "NHI7:2025", "CICD-SEC-6", "PR.AA-03", "OSSF Authz L1"),
        evaluate=each(_old_family),
    ),
    Policy(
        id="TB306",
        title="Expired or ephemeral credential left behind",
        summary="A credential that has come to its end, or that lives for one job only, was written down. What has ended has no other finding.",
        severity=Severity.INFO,
        grade="E1",
        remediation="Clean up, and see why it was written out.",
        references=("NHI2:2025", "CICD-SEC-6", "PR.DS-01"),
        evaluate=_left_behind,
    ),
    Policy(
        id="TB307",
        title="Minted token kept alive or over-scoped",
        summary="A job makes a short-lived token and does not limit it: an App token without permissions or repositories, or one that is not revoked; an assumed role of more than an hour.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Name permissions and repositories, and let the token be revoked when the job ends.",
        references=("NHI5:2025", "NHI7:2025", "CICD-SEC-5", "PR.AA-05"),
        evaluate=_over_scoped,
    ),
)
