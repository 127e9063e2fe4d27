"""TB203, TB205 to TB208, TB703 and TB707: names, levels, third parties and people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import WIDE, Severity, Slot, Sprawl, Step, Zone
from scanner.policies import places
from scanner.policies.by_hand import by_hand, is_open
from scanner.policies.drafts import of_slot, put
from scanner.policies.identities import identities
from scanner.policies.machines import PEOPLE
from scanner.policies.policy import Draft, Policy, View, each
from scanner.policies.reuse import normal
from scanner.policies.wiring import HIGH, Seen, acts, begun, called

_SEVERAL = 2
_IMAGES = "container"
_PUBLISH, _SUSPECTED = "publish", "suspected"
_ANY = frozenset({None, "", "*"})
_EVERY = frozenset({"all", "private"})
_LIMITING = frozenset({"github", "circleci", "azure"})
"""Systems that limit what is shared to chosen projects; on GitLab whatever is below a group reads its variables."""
_PERSONAL = re.compile(r"(?:.{0,64}_)?(?:PAT|PERSONAL_ACCESS_TOKEN|PERSONAL_TOKEN)", re.IGNORECASE)
"""Names that people give to tokens of their own account."""
_HANDED = frozenset({"with_input", "step_env", "plugin_setting"})
_OF_OTHERS = frozenset({"action", "plugin"})
"""Steps that run what somebody has published."""
_HOMES = frozenset({Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_SHELL, Zone.WORKSTATION_KEYSTORE})


def _same_name(view: View) -> Iterator[Draft]:
    by_name: dict[tuple[str, str], dict[tuple[str, str | None], Slot]] = {}
    for slot in view.graph.slots:
        for service in (
            () if slot.credentials else dict.fromkeys(one.act.target or one.act.role for one in view.wiring.sinks(slot.id, HIGH))
        ):
            by_name.setdefault((normal(slot.name), service), {})[view.projects[slot.id], slot.environment_scope] = slot
    for (name, service), found in by_name.items():
        if len(found) < _SEVERAL:
            continue
        owners = dict.fromkeys(owner if scope in _ANY else f"{owner} ({scope})" for owner, scope in found)
        message = (
            f"{name} is the name of a secret for {service} in {len(found)} places ({places.listed(owners)}); "
            "whether it has one value there cannot be seen."
        )
        fed = [one for slot in found.values() for one in view.wiring.sinks(slot.id, HIGH)]
        jobs = tuple({one.job.id: one.job for one in fed}.values())
        yield Draft(
            (),
            Severity.INFO,
            message,
            (),
            jobs=jobs,
            slots=tuple(slot.id for slot in found.values()),
            spots=tuple(dict.fromkeys(one.act.at for one in fed)),
            grade="E3",
            about=(name, service),
        )


def _wide_level(view: View) -> Iterator[Draft]:
    for slot in view.graph.slots:
        sinks = view.wiring.sinks(slot.id)
        if not sinks or slot.level not in WIDE or _is_limited(slot):
            continue
        grades = {seen.use.grade for seen in view.wiring.seen.get(slot.id, ())}
        message = f"{slot.name} publishes or signs in {called(sinks[0].job)}, and {slot.owner} gives it to more than this project ({slot.level.replace('_', ' ')})."
        draft = of_slot(view, slot.id, Severity.HIGH, message, sinks)
        yield Draft(
            draft.credentials,
            draft.base,
            message,
            (),
            jobs=draft.jobs,
            slots=draft.slots,
            spots=draft.spots,
            grade="E3" if _may_be_limited(slot) else max(grades, default="E2"),
            about=draft.about,
        )


def _is_limited(slot: Slot) -> bool:
    """Whether an export names the projects that may read it. GitHub says `all` or `private` where it lets every repository."""
    return bool(slot.allowed_projects) and _EVERY.isdisjoint(slot.allowed_projects or ())


def _may_be_limited(slot: Slot) -> bool:
    """Whether its platform can limit it to projects and no export says for which."""
    return slot.allowed_projects is None and slot.platform in _LIMITING


def _both_environments(view: View) -> Iterator[Draft]:
    for identity in identities(view):
        if all(view.slots[slot].environment_scope not in _ANY for slot in identity.slots) and len(identity.slots) == 1:
            continue
        sinks = identity.sinks(view, HIGH)
        if {"test", "public"} <= {one.act.tier for one in sinks}:
            message = f"{identity.name} is used for a test target and for the real one."
            yield identity.draft(view, Severity.HIGH, message, sinks)


def _third_party(view: View) -> Iterator[Draft]:
    for slot in view.graph.slots:
        if not view.wiring.sinks(slot.id):
            continue
        by_use: dict[str, list[Seen]] = {}
        for seen in view.wiring.seen.get(slot.id, ()):
            step = _step(seen)
            if (
                seen.use.via in _HANDED
                and step is not None
                and step.kind in _OF_OTHERS
                and not (step.is_platform or step.is_owners or step.is_known)
                and step.pin != "local"
            ):
                by_use.setdefault(step.uses or "", []).append(seen)
        for uses, found in by_use.items():
            pinned = all((step := _step(seen)) is not None and step.pin == "commit" for seen in found)
            jobs = tuple({seen.job.id: seen.job for seen in found}.values())
            made = "" if any(not seen.use.made for seen in found) else found[0].use.made
            what = put([slot.name], made)
            message = f"{begun(what) if made else what} is handed to {uses}, which is not known to publish{'' if pinned else ', and not pinned to a commit'}."
            base = Severity.MEDIUM if pinned else Severity.HIGH
            yield Draft(
                view.wiring.credentials([slot.id]),
                base,
                message,
                (),
                base,
                jobs=jobs,
                slots=(slot.id,),
                spots=tuple(seen.use.at for seen in found),
                about=(slot.id, uses),
            )


def _step(seen: Seen) -> Step | None:
    index = seen.use.step
    return seen.job.steps[index] if index is not None and index < len(seen.job.steps) else None


def _maintainers_token(_view: View, sprawl: Sprawl) -> Draft | None:
    if sprawl.identified.kind.id not in PEOPLE:
        return None
    scripts = tuple(one for one in sprawl.occurrences if one.zone is Zone.RELEASE_SCRIPT)
    homes = tuple(one for one in sprawl.occurrences if one.zone in _HOMES)
    owners = dict.fromkeys(one.container for one in homes)
    if not scripts and len(owners) < _SEVERAL:
        return None
    where = [*(["a release script"] if scripts else []), *([f"{len(owners)} workstations"] if len(owners) >= _SEVERAL else [])]
    message = f"{places.called(sprawl)} belongs to one person, and is shared through {places.listed(where)}."
    return Draft((sprawl.id,), Severity.HIGH, message, (*scripts, *homes))


def _personal(view: View) -> Iterator[Draft]:
    for slot in view.graph.slots:
        seen = view.wiring.seen.get(slot.id, ())
        if not seen:
            continue
        people = [sprawl for sprawl in view.wiring.held.get(slot.id, ()) if sprawl.identified.kind.id in PEOPLE]
        if not people and not _PERSONAL.fullmatch(slot.name):
            continue
        used = view.wiring.sinks(slot.id, frozenset({"publish", "approve"}))
        jobs = tuple({one.job.id: one.job for one in seen}.values())
        whose = "holds a token of a person's account" if people else "is called like a token of a person's account"
        message = f"{slot.name} {whose}, and {places.listed(map(called, jobs))} work{'s' if len(jobs) == 1 else ''} with it."
        base = Severity.HIGH if used else Severity.MEDIUM
        yield Draft(
            tuple(sprawl.id for sprawl in people),
            base,
            message,
            (),
            jobs=jobs,
            slots=(slot.id,),
            spots=tuple(dict.fromkeys(one.use.at for one in seen)),
            grade="E2" if people else "E3",
            about=(slot.id,),
        )


def _from_workstation(view: View) -> Iterator[Draft]:
    published = {(job.container, act.target) for job in view.graph.jobs for act in acts(job, "publish")}
    suspected = {job.container for job in view.graph.jobs if any(role.role == _PUBLISH and role.status == _SUSPECTED for role in job.roles)}
    logged_in = {(job.container, act.target) for job in view.graph.jobs for act in acts(job, "credential_setup") if act.target == _IMAGES}
    for (container, path, target), found in by_hand(view.graph.scripts).items():
        in_ci = (container, target) in published
        is_near = (container, target) in logged_in or container in suspected
        names = tuple(dict.fromkeys(script.target for script, _ in found if script.target))
        evidence = places.listed(dict.fromkeys(act.evidence for _, act in found))
        is_loose = all(is_open(script, act) for script, act in found)
        where = " to where only a variable says" if is_loose else ""
        also = _beside(is_loose=is_loose, in_ci=in_ci, is_near=is_near)
        message = f"{_publishing(path, names)}{where} ({evidence}) with whatever the machine that runs it holds; {also}."
        yield Draft(
            (),
            Severity.LOW if in_ci or is_near or is_loose else Severity.MEDIUM,
            message,
            (),
            spots=tuple(dict.fromkeys(act.at for _, act in found)),
            about=(container, path, target or ""),
        )


def _beside(*, is_loose: bool, in_ci: bool, is_near: bool) -> str:
    """What jobs have to do with the place to which a script publishes; of one that only a variable tells, nobody knows whether it is theirs."""
    if is_loose:
        return "CI publishes the like, there or elsewhere" if in_ci else "no job is seen to publish there"
    return "CI publishes there as well" if in_ci else "a job may do so as well" if is_near else "no job of a pipeline does"


def _publishing(path: str, names: tuple[str, ...]) -> str:
    """What publishes, as a sentence begins: a script, or one or more of its targets."""
    if not names:
        return f"{path} publishes"
    one = len(names) == 1
    return f"The target{'' if one else 's'} {places.listed(names)} of {path} publish{'es' if one else ''}"


POLICIES = (
    Policy(
        id="TB203",
        title="Same secret name across environments or projects",
        summary="Slots of several projects or environments have the same name and are used for the same thing, and no export shows their values: one credential may be in all of them.",
        severity=Severity.INFO,
        grade="E3",
        remediation="Confirm with exports that the values differ.",
        references=("NHI9:2025", "CICD-SEC-6", "PR.AA-01"),
        evaluate=_same_name,
    ),
    Policy(
        id="TB205",
        title="Publish or sign credential exported organisation- or group-wide",
        summary="A slot that publishes or signs is kept at a level that other projects read too: an organisation, a group, an instance, a shared context or a variable group. Low where the restrictions of that level were not seen.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Keep the credential in an environment of the one project that publishes.",
        references=("NHI5:2025", "NHI9:2025", "CICD-SEC-5", "PR.AA-05", "CIS 4.2.2"),
        evaluate=_wide_level,
    ),
    Policy(
        id="TB206",
        title="Test and production environment share a credential",
        summary="One slot that no environment limits, or one value in several slots, is used with a test target and with the real one. Low where jobs of "
        "several environments name it, which may have a value each.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Keep a value for each environment.",
        references=("NHI8:2025", "CICD-SEC-6", "PR.AA-05", "SSDF PO.5.1"),
        evaluate=_both_environments,
    ),
    Policy(
        id="TB207",
        title="Third-party step receives the publish credential",
        summary="A credential that publishes or signs is handed to an action, orb or pipe that is not known to publish to its service. High where that is not pinned to a commit, medium where it is.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Pin the step to a commit, take it out, or give it a narrower token.",
        references=("NHI3:2025", "NHI5:2025", "CICD-SEC-8", "CICD-SEC-3", "PR.AA-05", "CIS 1.4.3"),
        evaluate=_third_party,
    ),
    Policy(
        id="TB208",
        title="Shared maintainer token",
        summary="A token of one person's account stands in a release script, or lies on several workstations.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Publish through a bot or a trusted publisher of each project, and give every person an account of their own.",
        references=("NHI10:2025", "NHI9:2025", "CICD-SEC-2", "CICD-SEC-6", "PR.AA-01", "PR.AA-03", "OSSF Authn L2", "CIS 4.2.2"),
        evaluate=each(_maintainers_token),
    ),
    Policy(
        id="TB703",
        title="Personal token used by automation",
        summary="A pipeline works with a token of a person's account. High where that publishes or approves; low where only the name of the slot says so.",
        severity=Severity.HIGH,
        grade="E3",
        remediation="Use an identity of the project: an app, a bot or an identity token.",
        references=("NHI10:2025", "NHI9:2025", "CICD-SEC-2", "PR.AA-01"),
        evaluate=_personal,
    ),
    Policy(
        id="TB707",
        title="Release path from a workstation exists",
        summary="A release script that no job runs publishes with a credential of whoever starts it: one finding for a file and what it publishes to, "
        "however many of its targets do. Low where a pipeline publishes there as well, or where only a variable says where it goes and no name that it "
        "is a release. What is installed or deployed right where it was sent to is no release, and what lies in the folder of a CI system runs there.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Publish from CI only.",
        references=("NHI10:2025", "CICD-SEC-1", "PR.AA-05", "SLSA Build L2"),
        evaluate=_from_workstation,
    ),
)
