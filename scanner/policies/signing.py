"""TB5xx, signing keys: what a private key is good for that lies where others can read it."""

from __future__ import annotations

from scanner.model import Severity, Sprawl, TrustAnchor
from scanner.policies import facts, places
from scanner.policies.policy import Draft, Policy, View, each, in_repository

_NO_KEY = frozenset({"hardware", "absent"})
"""Where the file holds no private half at all."""


def _while_trusted(_view: View, sprawl: Sprawl) -> Draft | None:
    trusting = tuple(anchor for anchor in sprawl.trust_anchors if anchor.grants)
    here = tuple(one for one in sprawl.occurrences if in_repository(one))
    if not trusting or not here or sprawl.identified.facts.get("at_rest") in _NO_KEY:
        return None
    message = (
        f"{places.called(sprawl)} lies in {places.named(here)}, while {places.listed(dict.fromkeys(map(_whereabouts, trusting)))} "
        f"trust{'s' if len(trusting) == 1 else ''} its public half."
    )
    ceiling = Severity.HIGH if facts.sealed(sprawl.identified) else Severity.CRITICAL
    return Draft((sprawl.id,), Severity.CRITICAL, message, here, ceiling)


def _whereabouts(anchor: TrustAnchor) -> str:
    return f"{anchor.field} of {anchor.container}" if anchor.field else f"{anchor.container}:{anchor.path}"


POLICIES = (
    Policy(
        id="TB501",
        title="Private half in a repository while its public half is trusted",
        summary="The private half of a key pair is in a repository or its history, and its public half lies where it grants something: among "
        "authorized keys or allowed signers, in a keyring, a key set or the configuration of an updater, or wherever else it was carried "
        "away from its private half. Below test trees nothing grants trust. High for an encrypted key.",
        severity=Severity.CRITICAL,
        grade="E1",
        remediation="Take the public half away wherever it is trusted and publish its revocation, then sign anew what it signed, with a key in "
        "a KMS, an HSM or a hardware token, or without keys.",
        references=("NHI2:2025", "CICD-SEC-6", "CICD-SEC-9", "PR.AA-01", "PR.DS-01", "SSDF PS.2.1", "CIS 2.4.1", "CIS 4.1.1"),
        evaluate=each(_while_trusted),
    ),
)
