"""TB5xx, signing keys: what a private key is good for that lies where others can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import WIDE, Act, Severity, Sprawl, TrustAnchor, Zone
from scanner.policies import facts, places
from scanner.policies.drafts import of_job
from scanner.policies.policy import Draft, Policy, View, each, in_repository
from scanner.policies.wiring import acts, begun, called, is_stored

_SEVERAL = 2
_DEVELOPER = frozenset({Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_SHELL, Zone.WORKSTATION_KEYSTORE})
_PASSPHRASE = re.compile(r".{0,128}(?:PASSPHRASE|PASSWORD|PASS|PASSWD|_PWD|_PIN)", re.IGNORECASE)
_KEY = re.compile(r"KEY|CERT|P12|PFX|PKCS12|KEYSTORE|GPG|PGP|SIGN|COSIGN|MINISIGN|CSC|SECRET_RING", re.IGNORECASE)
_PROOFS = frozenset({"sign", "attest"})
_WITH_PROVENANCE = frozenset({"npm", "pypi"})
_BUILD_ACTION = "A23"
_TAG = "C3"
"""The signature of a tag that is moved (`npm dist-tag`): nothing new is published that could be signed."""

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


def _plain_on_workstation(_view: View, sprawl: Sprawl) -> Draft | None:
    here = tuple(one for one in sprawl.occurrences if one.zone in _DEVELOPER)
    identified = sprawl.identified
    if not here or not identified.private_key or identified.facts.get("at_rest") != "plain" or "sign" not in identified.kind.actions:
        return None
    message = f"{places.called(sprawl)} can sign, and lies without a passphrase in {places.named(here)}."
    return Draft((sprawl.id,), Severity.HIGH, message, here)


def _with_passphrase(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        signing = [act for act in acts(job, "sign", "credential_setup") if is_stored(act)]
        taken = {name.upper() for act in signing for name in act.takes}
        phrases = [use for use in job.uses if _PASSPHRASE.fullmatch(use.name) and (use.name.upper() in taken or _KEY.search(use.name))]
        keys = [use for use in job.uses if use.name.upper() in taken and _KEY.search(use.name) and not _PASSPHRASE.fullmatch(use.name)]
        sealed = tuple(
            one
            for sprawl in view.open
            if _is_sealed_key(sprawl)
            for one in sprawl.occurrences
            if one.in_head and one.container == job.container
        )
        if not phrases or not signing or not (keys or sealed):
            continue
        names = dict.fromkeys(use.name for use in (*keys, *phrases))
        slots = tuple(dict.fromkeys(use.slot for use in (*keys, *phrases) if use.slot))
        wide = any(view.slots[slot].level in WIDE for slot in slots)
        where = "" if keys else f", the key lies in {places.named(sealed)}"
        message = f"{begun(called(job))} gets a signing key and what opens it ({places.listed(names)}{where})."
        spots = tuple(dict.fromkeys(use.at for use in (*keys, *phrases)))
        base = Severity.HIGH if wide else Severity.MEDIUM
        yield Draft((), base, message, () if keys else sealed, jobs=(job,), slots=slots, spots=spots, about=(job.id,), aside=True)


def _is_sealed_key(sprawl: Sprawl) -> bool:
    return sprawl.identified.private_key and facts.sealed(sprawl.identified)


def _beside_the_build(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        stored = [act for act in acts(job, "sign") if is_stored(act)]
        if job.mixed and stored:
            message = f"{begun(called(job))} holds a signing key while it runs code of the project or of its dependencies."
            yield of_job(view, job, Severity.HIGH, message, stored)


def _unsigned(view: View) -> Iterator[Draft]:
    proven = {
        (job.container, job.file) for job in view.graph.jobs if job.does("sign", "attest") or any(act.role in _PROOFS for act in job.acts)
    }
    for job in view.graph.jobs:
        found = [act for act in acts(job, "publish") if act.tier == "public" and not _proves_itself(act)]
        if not found or (job.container, job.file) in proven:
            continue
        message = f"What {called(job)} publishes ({places.listed(dict.fromkeys(act.evidence for act in found))}) is neither signed nor attested, as far as can be seen."
        yield Draft((), Severity.LOW, message, (), jobs=(job,), spots=tuple(act.at for act in found), about=(job.id,))


def _proves_itself(act: Act) -> bool:
    """Whether a registry client makes a provenance by itself: npm's and PyPI's do with an identity token, Docker's build action always."""
    return (bool(act.is_keyless) and act.target in _WITH_PROVENANCE) or act.signature in {_BUILD_ACTION, _TAG}


def _several_purposes(view: View, sprawl: Sprawl) -> Draft | None:
    if not sprawl.identified.private_key or "sign" not in sprawl.identified.kind.actions:
        return None
    projects = places.projects(view, sprawl)
    if len(projects) < _SEVERAL:
        return None
    message = f"{places.called(sprawl)} signs for {len(projects)} projects: {places.listed(projects, places.ALL)}."
    here = tuple(one for one in sprawl.occurrences if places.project_of(view, one) is not None)
    return Draft((sprawl.id,), Severity.MEDIUM, message, here)


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
    Policy(
        id="TB502",
        title="Signing key unencrypted on a workstation",
        summary="A private key that can sign lies on a developer's machine without a passphrase.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Set a passphrase and keep the key in a hardware token, or sign remotely.",
        references=("NHI2:2025", "NHI7:2025", "CICD-SEC-6", "PR.DS-01", "SSDF PO.5.2"),
        evaluate=each(_plain_on_workstation),
    ),
    Policy(
        id="TB503",
        title="Key and passphrase travel together",
        summary="A job gets a signing key, from a slot or encrypted from its repository, together with what opens it. High where other projects can read those slots too.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Sign without keys or in a KMS, or let two places keep the two.",
        references=("NHI2:2025", "CICD-SEC-6", "PR.AA-05", "CIS 4.2.1"),
        evaluate=_with_passphrase,
    ),
    Policy(
        id="TB504",
        title="Signing material reachable by user-defined build steps",
        summary="A job holds a signing key while it runs code of the project or of its dependencies.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Sign outside the environment that builds.",
        references=("NHI5:2025", "CICD-SEC-9", "CICD-SEC-5", "PR.AA-05", "SLSA Build L3", "SLSA threat E"),
        evaluate=_beside_the_build,
    ),
    Policy(
        id="TB505",
        title="Published without signature or provenance",
        summary="A pipeline publishes and nothing in it signs or attests, nor does the registry's client make a provenance by itself.",
        severity=Severity.LOW,
        grade="E2",
        remediation="Attest what is built, and sign without keys.",
        references=("CICD-SEC-9", "PR.PS-06", "SLSA Build L1", "SLSA Build L2", "SLSA threat F", "CIS 2.4.1", "CIS 4.4.1", "SSDF PS.3.2"),
        evaluate=_unsigned,
    ),
    Policy(
        id="TB506",
        title="One signing key for several projects or purposes",
        summary="Several repositories or CI projects hold the same signing key.",
        severity=Severity.MEDIUM,
        grade="E1",
        remediation="Give every project and purpose a key of its own.",
        references=("NHI9:2025", "CICD-SEC-9", "PR.AA-05"),
        evaluate=each(_several_purposes),
    ),
)
