"""TB5xx, signing keys: what a private key is good for that lies where others can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.model import WIDE, Act, Job, Severity, Sprawl, TrustAnchor, Zone
from scanner.policies import facts, places
from scanner.policies.drafts import of_job
from scanner.policies.policy import Draft, Policy, View, each, in_repository
from scanner.policies.wiring import acts, begun, called, is_stored
from scanner.records import dataclass

_SEVERAL = 2
_DEVELOPER = frozenset({Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_SHELL, Zone.WORKSTATION_KEYSTORE})
_PASSPHRASE = re.compile(r".{0,128}(?:PASSPHRASE|PASSWORD|PASS|PASSWD|_PWD|_PIN)(?:_(?:FILE|PATH))?", re.IGNORECASE)
"""Names of what opens a key, be it of a file that the platform makes of a variable."""
_KEY = re.compile(r"KEY|CERT|P12|PFX|PKCS12|KEYSTORE|GPG|PGP|SIGN|COSIGN|MINISIGN|CSC|SECRET_RING", re.IGNORECASE)
_SECURE_FILE = "securefile"
"""The input with which a task of Azure gets a key from the platform as a file."""
_CALLED = re.compile(r"_(?:ID|ALIAS|ISSUER|NAME|USER|FINGERPRINT)\Z", re.IGNORECASE)
_PROOFS = frozenset({"sign", "attest"})
_WITH_PROVENANCE = frozenset({"npm", "pypi", "jsr"})
_TOOLS = frozenset({"C7", "settings"})
"""Signatures of release tools, which do what settings of the packages say as well."""
_SIGNED_ANYWAY = "maven"
"""The Central Repository ("Requirements" of its publisher documentation)."""
_PROVEN = "proven"
"""The family of what asks a registry's client for a provenance, or makes one unless it is told not to."""
_TAG, _README = "C3", "A66"
"""The signatures of a tag that is moved (`npm dist-tag`) and of a page at a registry: nothing new is published that could be signed."""

_SIGNERS = frozenset({"gpg", "sigstore", "code_signing", "apple", "android", "signing_service"})
_SIGN = frozenset({"sign"})
_SOURCE, _GPG = "C31", "C30"
"""Signatures of what git signs and of what gpg does, importing a key or signing."""
_SETUPS = frozenset({"A28", "A34"})
"""Actions that only make a key ready for others."""
_OF_RELEASES = frozenset({"published_release", "embedded_updater"})
_RELEASE_KEYS = re.compile(
    r"(?:^|/)(?:KEYS(?:\.(?:txt|asc|gpg|md))?|RPM-GPG-KEY-[^/]{1,255}|(?:apt/)?keyrings/[^/]{1,255}|upstream/signing-key[^/]{0,64})\Z"
    r"|cosign[^/]{0,64}\.pub\Z|minisign[^/]{0,64}\.pub\Z"
)
"""Files that whoever downloads a release verifies it with."""
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
        signing = [act for act in (*acts(job, "sign"), *_opened(job)) if is_stored(act)]
        taken = {name.upper() for act in signing for name in act.takes}
        phrases = [use for use in job.uses if _PASSPHRASE.fullmatch(use.name) and (use.name.upper() in taken or _KEY.search(use.name))]
        named = [use for use in job.uses if _is_key(use.name)]
        keys = [use for use in named if use.name.upper() in taken or (use.as_name or "").lower() == _SECURE_FILE]
        sealed = tuple(
            one
            for sprawl in view.open
            if _is_sealed_key(sprawl) and not places.test_key(view, sprawl)
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


def _is_key(name: str) -> bool:
    """Whether a name is that of a key, rather than of what opens it or of what it is called."""
    return _KEY.search(name) is not None and not _PASSPHRASE.fullmatch(name) and not _CALLED.search(name)


def _opened(job: Job) -> Iterator[Act]:
    """What gets a key ready that signs; a login at a registry opens none."""
    return (act for act in acts(job, "credential_setup") if act.target is None or act.target in _SIGNERS)


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
        found = [act for act in acts(job, "publish") if act.tier == "public" and not _proves_itself(act, job)]
        if not found or (job.container, job.file) in proven or any(remark.family == _PROVEN for remark in job.remarks):
            continue
        message = f"What {called(job)} publishes ({places.listed(dict.fromkeys(act.evidence for act in found))}) is neither signed nor attested, as far as can be seen."
        yield Draft((), Severity.LOW, message, (), jobs=(job,), spots=tuple(act.at for act in found), about=(job.id,))


def _proves_itself(act: Act, job: Job) -> bool:
    """Whether a registry's client makes a provenance by itself, or settings that nobody sees may have it do so, or nothing new is published.

    npm's, PyPI's and JSR's clients do with an identity token. The Central Repository takes nothing without signatures.
    """
    may_prove = bool(act.is_keyless) or (job.oidc and act.signature in _TOOLS)
    return (
        act.is_proven or (may_prove and act.target in _WITH_PROVENANCE) or act.target == _SIGNED_ANYWAY or act.signature in {_TAG, _README}
    )


def _several_purposes(view: View, sprawl: Sprawl) -> Draft | None:
    if not sprawl.identified.private_key or "sign" not in sprawl.identified.kind.actions:
        return None
    projects = places.projects(view, sprawl)
    use = _signed(view, sprawl)
    said = [f"signs for {len(projects)} projects: {places.listed(projects, places.ALL)}"] if len(projects) >= _SEVERAL else []
    if use.commits and use.releases:
        said.append(f"signs both {places.listed(use.commits)} and {places.listed(use.releases)}")
    if not said:
        return None
    here = tuple(one for one in sprawl.occurrences if places.project_of(view, one) is not None) or sprawl.occurrences
    jobs = use.jobs if use.commits and use.releases else ()
    return Draft((sprawl.id,), Severity.MEDIUM, f"{places.called(sprawl)} {', and '.join(said)}.", here, jobs=jobs)


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a key is seen to sign, in words."""

    commits: Mapping[str, None]
    releases: Mapping[str, None]
    jobs: tuple[Job, ...]
    """That do so."""


def _signed(view: View, sprawl: Sprawl) -> _Signed:
    """What bears a signature of a key or is verified with its public half, and what jobs do that get it from a slot which it fills."""
    commits: dict[str, None] = {}
    releases: dict[str, None] = {}
    for anchor in sprawl.trust_anchors:
        if anchor.kind == "signature":
            count = f"{anchor.count} commits and tags" if anchor.count > 1 else "a commit or tag"
            commits[f"{count} of {anchor.container}"] = None
        elif anchor.grants and (anchor.trust in _OF_RELEASES or _RELEASE_KEYS.search(anchor.path)):
            releases[f"what {_whereabouts(anchor)} verifies"] = None
    filled = (slot.id for slot in view.graph.slots if sprawl.id in slot.credentials)
    jobs = {fed.job.id: fed.job for slot in filled for fed in view.wiring.sinks(slot, _SIGN)}
    for job in jobs.values():
        by_git, others = _purposes(job)
        commits |= dict.fromkeys(f"what {called(job)} commits or tags" for _ in by_git)
        releases |= dict.fromkeys(f"what {called(job)} signs ({act.evidence})" for act in others[:1])
    return _Signed(commits, releases, tuple(jobs.values()))


def _purposes(job: Job) -> tuple[list[Act], list[Act]]:
    """What a job signs with git, and what else. To import a key is no purpose: before git it is what git signs with."""
    signs = [act for act in acts(job, "sign") if act.signature not in _SETUPS]
    by_git = [act for act in signs if act.signature == _SOURCE and act.evidence.startswith("git ")]
    others = [act for act in signs if act not in by_git]
    return by_git, others[1:] if by_git and others and others[0].signature == _GPG else others


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
        summary="A pipeline publishes and nothing in it signs or attests, nor does the registry's client make a provenance by itself, as BuildKit "
        "does for what it pushes unless it is told not to. An image that only gets another name, or is copied to another registry, keeps what was attested of it.",
        severity=Severity.LOW,
        grade="E2",
        remediation="Attest what is built, and sign without keys.",
        references=("CICD-SEC-9", "PR.PS-06", "SLSA Build L1", "SLSA Build L2", "SLSA threat F", "CIS 2.4.1", "CIS 4.4.1", "SSDF PS.3.2"),
        evaluate=_unsigned,
    ),
    Policy(
        id="TB506",
        title="One signing key for several projects or purposes",
        summary="Several repositories or CI projects hold the same signing key, or one key signs both commits and releases: commits and tags "
        "bear its signature, or a job commits or tags with it, and a job signs something else with it or its public half verifies releases.",
        severity=Severity.MEDIUM,
        grade="E1",
        remediation="Give every project and purpose a key of its own.",
        references=("NHI9:2025", "CICD-SEC-9", "PR.AA-05"),
        evaluate=each(_several_purposes),
    ),
)
