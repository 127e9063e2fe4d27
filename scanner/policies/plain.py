"""TB0xx, the plain cases: a credential lies where it can be read."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Occurrence, Severity, Sprawl, Zone
from scanner.policies import facts, places
from scanner.policies.policy import Draft, Policy, View, each

_SOURCE = frozenset({Zone.REPO_HEAD, Zone.WORKTREE, Zone.GIT_METADATA, Zone.RELEASE_SCRIPT})
_PIPELINE = frozenset({Zone.CI_DEFINITION})


def _in_source(view: View, sprawl: Sprawl) -> Draft | None:
    here = _there(sprawl, _SOURCE)
    if not here:
        return None
    base = Severity.HIGH if facts.powerful(sprawl.identified) else Severity.MEDIUM
    message = f"{places.called(sprawl)} lies in {places.named(here)}."
    exposed = [one for one in here if one.container in view.graph.public]
    if exposed:
        base = Severity.CRITICAL
        message = f"{message} Everybody can read {places.named(exposed, lambda one: one.container)}."
    return Draft((sprawl.id,), base, message, places.with_history(sprawl, here), at_rest_ceiling(sprawl))


def _in_definition(_view: View, sprawl: Sprawl) -> Draft | None:
    here = _there(sprawl, _PIPELINE)
    if not here:
        return None
    base = Severity.HIGH if facts.powerful(sprawl.identified) else Severity.MEDIUM
    message = f"{places.called(sprawl)} is written out in {places.named(here)}, where a reference to a secret belongs."
    return Draft((sprawl.id,), base, message, places.with_history(sprawl, here), at_rest_ceiling(sprawl))


def _elsewhere(view: View) -> Iterator[Draft]:
    for sprawl in view.open:
        rest = tuple(one for one in sprawl.occurrences if one.id not in view.covered and not places.wanted_home(view, one))
        if not rest:
            continue
        message = f"{places.called(sprawl)} lies in {places.named(rest)}."
        ceiling = at_rest_ceiling(sprawl)
        if all(one.id in view.graph.superseded for one in rest):
            message = f"{places.called(sprawl)} is in the history of {places.named(rest)}, where another value has taken its place."
            ceiling = Severity.LOW
        yield Draft((sprawl.id,), Severity.LOW, message, rest, ceiling)


def at_rest_ceiling(sprawl: Sprawl) -> Severity:
    """The most that lying around can cost: whoever reads an encrypted key still needs its passphrase."""
    return Severity.MEDIUM if facts.sealed(sprawl.identified) else Severity.CRITICAL


def _there(sprawl: Sprawl, zones: frozenset[Zone]) -> tuple[Occurrence, ...]:
    return tuple(one for one in sprawl.occurrences if one.zone in zones)


POLICIES = (
    Policy(
        id="TB001",
        title="Credential in source",
        summary="A repository's current files, its own git files or its release scripts hold a credential. High where it can publish or "
        "sign, critical where the repository is public, medium for an encrypted key.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Revoke the credential, then remove it from the file; deleting it alone leaves it in the history.",
        references=("NHI2:2025", "CICD-SEC-6", "PR.DS-01", "CIS 1.5.1"),
        evaluate=each(_in_source),
    ),
    Policy(
        id="TB002",
        title="Literal credential in a CI definition",
        summary="A pipeline definition holds a credential itself instead of naming a secret. High where it can publish or sign.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Revoke the credential and let the definition name a secret, or use a short-lived one from the CI system.",
        references=("NHI2:2025", "CICD-SEC-6", "PR.DS-01", "CIS 1.5.2"),
        evaluate=each(_in_definition),
    ),
    Policy(
        id="TB003",
        title="Credential outside its home",
        summary="A credential lies in a place that no other policy speaks about, and that is neither a managed store nor a protected and "
        "masked CI variable of one environment.",
        severity=Severity.LOW,
        grade="E1",
        remediation="Move the credential into a managed store, and rotate it if others could read the place.",
        references=("NHI2:2025", "CICD-SEC-6", "PR.AA-01"),
        evaluate=_elsewhere,
        last=True,
    ),
)
