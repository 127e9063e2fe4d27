"""TB7xx, workstations, URLs and people: credentials beside the tools that use them."""

from __future__ import annotations

from scanner.model import Occurrence, Severity, Sprawl, Zone
from scanner.policies import facts, places
from scanner.policies.machines import MACHINES, PEOPLE
from scanner.policies.plain import at_rest_ceiling
from scanner.policies.policy import Draft, Policy, View, each

_LAPTOP = frozenset({Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_SHELL})
_DEVELOPER = _LAPTOP | {Zone.WORKSTATION_KEYSTORE}
_LEFT = frozenset({Zone.IMAGE_LAYER, Zone.CI_LOG_ARTIFACT, Zone.PUBLISHED_ARTIFACT})
"""What pipelines leave behind, for others to fetch."""

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


def _machine_on_laptop(_view: View, sprawl: Sprawl) -> Draft | None:
    here = tuple(one for one in sprawl.occurrences if one.zone in _DEVELOPER)
    pipeline = tuple(one for one in sprawl.occurrences if one.zone is Zone.CI_VARIABLE)
    kind = sprawl.identified.kind.id
    if not here or kind in PEOPLE or not (pipeline or kind in MACHINES):
        return None
    whose = f"fills {places.named(pipeline)} for pipelines" if pipeline else "is made for programs"
    message = f"{places.called(sprawl)} {whose}, and lies on a developer's machine in {places.named(here)}."
    return Draft((sprawl.id,), Severity.HIGH, message, (*here, *pipeline), at_rest_ceiling(sprawl))


def _left_behind(view: View, sprawl: Sprawl) -> Draft | None:
    here = tuple(one for one in sprawl.occurrences if one.zone in _LEFT)
    if not here:
        return None
    message = f"{places.called(sprawl)} is inside {places.named(here)}, and goes wherever that goes."
    exposed = [one for one in here if one.container in view.graph.public]
    if not exposed:
        return Draft((sprawl.id,), Severity.HIGH, message, here, at_rest_ceiling(sprawl))
    message = f"{message} Everybody can fetch {places.named(exposed, lambda one: one.container)}."
    return Draft((sprawl.id,), Severity.CRITICAL, message, here, at_rest_ceiling(sprawl))


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
    Policy(
        id="TB704",
        title="Pipeline or bot credential on a developer machine",
        summary="A developer's machine holds a credential that its issuer gives to programs (a bot, a job, a runner, a robot or service "
        "account), or the very value that fills a CI variable and is not known for a person's.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Take it off the machine and rotate it; give the person an identity of their own, with no more rights than they need.",
        references=("NHI10:2025", "CICD-SEC-2", "PR.AA-01"),
        evaluate=each(_machine_on_laptop),
    ),
    Policy(
        id="TB706",
        title="Credential in an image layer, log, test report or published artefact",
        summary="What a pipeline built or printed holds a credential, and whoever fetches that has it. Critical where it is public. Of images "
        "only archives are read so far (what `docker save` and OCI layouts write), of jobs the logs that `--ci-log` names; other artefacts "
        "of pipelines are files like others.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Revoke the credential; then build anew without it, and withdraw what was published.",
        references=("NHI2:2025", "CICD-SEC-6", "CICD-SEC-9", "PR.DS-01", "CIS 5.1.3"),
        evaluate=each(_left_behind),
    ),
)
