"""TB1xx, separation of duties: build, test, publish and sign are different jobs with different identities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scanner.model import Act, Job, Severity
from scanner.policies import places
from scanner.policies.drafts import of_job
from scanner.policies.identities import identities
from scanner.policies.policy import Draft, Policy, View
from scanner.policies.wiring import RELEASE, Fed, Seen, acts, blocking, called, is_certain, is_stored

_WIDE = frozenset({"workflow_env", "job_env", "context", "variable_group", "inherit"})
"""Ways on which a slot comes to more than the step that needs it."""
_PLATFORM, _CALLED = "platform", "called_workflow"
_UNTRUSTED = "untrusted"
_SEVERAL = 2
_IMAGES = "container"
"""The target of what builds and pushes an image: the steps of its build run where the job's credentials are not."""
_FORGE = "the forge"
_ON_FORGES = frozenset({"homebrew", "winget", "scoop", "nix", "krew", "github", "forge", "pages"})
"""Channels that are repositories of a forge: what pushes to one pushes to the others."""
_INSTALLS = re.compile(r"[a-z0-9._-]{1,32} (?:[a-z]{1,16} )?(?:ci|i|install|clean-install|install-ci-test|add|sync|restore|update)")
"""Evidence for a command that fetches dependencies: `npm ci`, `uv pip install`. What only compiles is none."""
_ATTEST = frozenset({"attest"})
_PUBLISH, _DEPLOY, _INSTALL = frozenset({"publish"}), frozenset({"deploy"}), frozenset({"build"})
_ALL_THREE = ("approve", "sign", "publish")
_CODE = frozenset({"build", "test", "lint", "package"})


def _reachable_elsewhere(view: View) -> Iterator[Draft]:
    for slot in view.graph.slots:
        sinks = view.wiring.sinks(slot.id)
        if not sinks:
            continue
        proving = {one.job.id for one in view.wiring.sinks(slot.id, _ATTEST)}
        every = view.wiring.seen.get(slot.id, ())
        named = [seen for seen in every if not (seen.use.made or seen.job.id in proving or _may_release(seen.job) or _is_only_there(seen))]
        others = [seen for seen in named if seen.use.via != _PLATFORM] or (named if _is_open(view, slot.id) else [])
        if not others:
            continue
        jobs = tuple({seen.job.id: seen.job for seen in others}.values())
        worst = any(job.trigger_trust == _UNTRUSTED or job.mixed for job in jobs)
        message = (
            f"{slot.name} is what {called(sinks[0].job)} uses to {sinks[0].act.role}, and also comes into {places.listed(_ways(others))}."
        )
        yield Draft(
            view.wiring.credentials([slot.id]),
            Severity.CRITICAL if worst else Severity.HIGH,
            message,
            (),
            jobs=(*jobs, *(one.job for one in sinks)),
            slots=(slot.id,),
            spots=(*(seen.use.at for seen in others), *(one.act.at for one in sinks)),
            grade=max(seen.use.grade for seen in others),
            about=(slot.id,),
        )


def _may_release(job: Job) -> bool:
    """Whether it publishes or signs, be it as a rehearsal, or is called so and does nothing known that needs no credential."""
    if job.does(*RELEASE, rehearsed=True):
        return True
    return any(role.role in RELEASE for role in job.roles) and not any(acts(job, *_CODE))


def _is_only_there(seen: Seen) -> bool:
    """Whether a caller has handed a slot to the workflow of a job, which names it nowhere itself."""
    return seen.use.via == _CALLED and not seen.job.calls


def _is_open(view: View, slot: str) -> bool:
    """Whether an export shows that a variable goes to every pipeline: no protection, no scope."""
    known = view.slots[slot]
    return known.protected is False and known.environment_scope in {None, "", "*"}


def _ways(others: list[Seen]) -> dict[str, None]:
    return dict.fromkeys(f"{called(seen.job)} ({seen.use.via.replace('_', ' ')})" for seen in others)


def _wider_than_its_step(view: View) -> Iterator[Draft]:
    for slot in view.graph.slots:
        wide = [seen for seen in view.wiring.seen.get(slot.id, ()) if seen.use.via in _WIDE and seen.use.step is None]
        for file in dict.fromkeys((seen.job.container, seen.job.file) for seen in wide):
            here = [seen for seen in wide if (seen.job.container, seen.job.file) == file]
            sinks = [one for one in view.wiring.sinks(slot.id) if (one.job.container, one.job.file) == file and one.act.step is not None]
            jobs = tuple({seen.job.id: seen.job for seen in here}.values())
            if not sinks or sum(len(job.steps) for job in jobs) <= len({(one.job.id, one.act.step) for one in sinks}):
                continue
            message = f"{slot.name} comes into every step of {places.listed(dict.fromkeys(map(called, jobs)))}, while one step uses it."
            yield Draft(
                view.wiring.credentials([slot.id]),
                Severity.LOW,
                message,
                (),
                jobs=jobs,
                slots=(slot.id,),
                spots=tuple(dict.fromkeys(seen.use.at for seen in here)),
                grade=max(seen.use.grade for seen in here),
                about=(slot.id, *file),
            )


def _everything_in_one(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        stored = [act for act in acts(job, *RELEASE) if is_stored(act)]
        if job.mixed and stored:
            images = {act.at for act in acts(job, *RELEASE) if act.target == _IMAGES}
            code = [act for act in job.acts if is_certain(act) and _runs_code(act) and act.at not in images]
            if not code:
                continue
            message = (
                f"The job {job.name} of {job.file} runs code of the project ({places.listed(_evidence(code))}) and also holds what it "
                f"{places.listed(_does(stored))} with."
            )
            yield of_job(view, job, Severity.MEDIUM, message, (*stored, *code))


def _runs_code(act: Act) -> bool:
    """Whether code of the project runs with all that the job holds, as it does not in the build of an image."""
    return act.target != _IMAGES if act.role in _CODE else act.runs_project


def _several_services(view: View) -> Iterator[Draft]:
    for identity in identities(view):
        sinks = [one for one in identity.sinks(view, _PUBLISH) if one.act.target is not None]
        targets = dict.fromkeys(_FORGE if one.act.target in _ON_FORGES else one.act.target for one in sinks)
        if len(targets) < _SEVERAL:
            continue
        message = f"{identity.name} opens {len(targets)} services: {places.listed(map(str, targets), places.ALL)}."
        yield identity.draft(view, Severity.HIGH, message, sinks)


def _installs_and_publishes(view: View) -> Iterator[Draft]:
    for identity in identities(view):
        handed = (fed for slot in identity.slots for fed in _handed_to_installs(view, slot))
        installs = (*identity.sinks(view, _INSTALL), *handed)
        publishes = identity.sinks(view, _PUBLISH)
        if installs and publishes:
            message = f"{identity.name} installs dependencies in {called(installs[0].job)} and publishes in {called(publishes[0].job)}."
            yield identity.draft(view, Severity.HIGH, message, (*installs, *publishes))


def _handed_to_installs(view: View, slot: str) -> Iterator[Fed]:
    """The installs of dependencies whose very step gets a slot, whatever they are known to take."""
    for seen in view.wiring.seen.get(slot, ()):
        yield from (
            Fed(seen.job, act)
            for act in acts(seen.job, *_INSTALL)
            if act.step == seen.use.step and _INSTALLS.fullmatch(act.evidence.removesuffix(f" in {act.script}"))
        )


def _signs_and_publishes(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        signs = [act for act in acts(job, "sign") if is_stored(act)]
        publishes = [act for act in acts(job, "publish") if is_stored(act)]
        if signs and publishes and not blocking(job):
            message = (
                f"The job {job.name} of {job.file} holds a signing key and a registry credential, and nothing has to agree before it runs."
            )
            yield of_job(view, job, Severity.MEDIUM, message, (*signs, *publishes))


def _approves_signs_publishes(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        found = {role: [act for act in acts(job, role) if is_stored(act)] for role in _ALL_THREE}
        if all(found.values()):
            message = f"The job {job.name} of {job.file} can approve, sign and publish: nobody else has to agree."
            yield of_job(view, job, Severity.CRITICAL, message, [act for one in found.values() for act in one])
    for identity in identities(view):
        by_role = [identity.sinks(view, frozenset({role})) for role in _ALL_THREE]
        jobs = {one.job.id for found in by_role for one in found}
        if all(by_role) and len(jobs) >= _SEVERAL:
            message = f"{identity.name} approves, signs and publishes, in {len(jobs)} jobs: whoever has it needs nobody else."
            yield identity.draft(view, Severity.CRITICAL, message, [one for found in by_role for one in found])


def _deploys_and_publishes(view: View) -> Iterator[Draft]:
    for identity in identities(view):
        deploys, publishes = identity.sinks(view, _DEPLOY), identity.sinks(view, _PUBLISH)
        if deploys and publishes:
            message = f"{identity.name} deploys in {called(deploys[0].job)} and publishes in {called(publishes[0].job)}."
            yield identity.draft(view, Severity.HIGH, message, (*deploys, *publishes))


def _evidence(found: Iterable[Act]) -> dict[str, None]:
    return dict.fromkeys(act.evidence for act in found)


def _does(found: Iterable[Act]) -> dict[str, None]:
    return dict.fromkeys(f"{act.role}es" if act.role.endswith("sh") else f"{act.role}s" for act in found)


POLICIES = (
    Policy(
        id="TB101",
        title="Publish credential reachable in a non-publish job",
        summary="A slot whose value publishes or signs in one job also comes into a job that does neither. Critical where that job can be "
        "started by anybody, or runs code of the project beside a credential of a high role. What a platform gives every job by itself counts "
        "only where an export shows a variable without protection and scope, and what a caller hands to a workflow only in those jobs of it that name it.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Move the credential to the one step of a job of its own that needs it; hand built files over between jobs.",
        references=("NHI9:2025", "NHI5:2025", "CICD-SEC-5", "CICD-SEC-6", "PR.AA-05", "CIS 2.1.1", "CIS 2.2.3", "SSDF PO.5.1"),
        evaluate=_reachable_elsewhere,
    ),
    Policy(
        id="TB102",
        title="Build, test and publish in one job",
        summary="A job runs code of the project or installs dependencies while it holds a stored credential that publishes or signs: every dependency can take it. The build of "
        "an image alone is none of that: its steps do not see the credentials of the job.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Split the job; let the one that publishes only fetch what was built and upload it.",
        references=("NHI5:2025", "CICD-SEC-5", "CICD-SEC-3", "PR.AA-05", "CIS 2.1.1", "SLSA threat E"),
        evaluate=_everything_in_one,
    ),
    Policy(
        id="TB103",
        title="Publish credential wider than the step that needs it",
        summary="A slot whose value publishes or signs is set for a whole workflow or job, or comes with a context, while one step uses it.",
        severity=Severity.LOW,
        grade="E2",
        remediation="Set the credential on the step that uses it.",
        references=("NHI5:2025", "CICD-SEC-5", "PR.AA-05", "CIS 2.2.3"),
        evaluate=_wider_than_its_step,
    ),
    Policy(
        id="TB104",
        title="One credential opens several registries or services",
        summary="The value of one slot, or of several that are known to hold the same, publishes to two or more services, so what leaks from one opens the others. "
        "Channels that are repositories of a forge (Homebrew, Scoop, WinGet, …) are one service.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Give every registry and service a credential of its own.",
        references=("NHI9:2025", "CICD-SEC-6", "PR.AA-01", "PR.AA-05", "OSSF Authz L1"),
        evaluate=_several_services,
    ),
    Policy(
        id="TB105",
        title="Dependency-install token can also publish",
        summary="The same slot is given to a step that installs dependencies, and so to their code, and to one that publishes.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Install with a token that can only read; publish through a trusted publisher.",
        references=("NHI5:2025", "NHI9:2025", "CICD-SEC-6", "PR.AA-05", "OSSF Authz L1"),
        evaluate=_installs_and_publishes,
    ),
    Policy(
        id="TB106",
        title="Signing key and registry token share one job without a gate",
        summary="One job holds a stored signing key and a stored registry credential, and no gate holds it: whoever gets into it can publish what looks genuine.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Sign in a job of its own or without keys, behind a protected environment.",
        references=("NHI5:2025", "CICD-SEC-5", "CICD-SEC-9", "PR.AA-05", "SLSA threat E", "CIS 4.2.1"),
        evaluate=_signs_and_publishes,
    ),
    Policy(
        id="TB107",
        title="One identity can approve, sign and publish",
        summary="One job, or one credential over several jobs, approves changes, signs and publishes.",
        severity=Severity.CRITICAL,
        grade="E2",
        remediation="Let another person approve, and give signing an identity of its own.",
        references=(
            "NHI5:2025",
            "NHI9:2025",
            "CICD-SEC-1",
            "CICD-SEC-2",
            "PR.AA-05",
            "SLSA threat B1",
            "SLSA Source L4",
            "CIS 1.1.3",
            "CIS 4.2.1",
        ),
        evaluate=_approves_signs_publishes,
    ),
    Policy(
        id="TB108",
        title="Deploy credential equals publish credential",
        summary="The same slot, or the same value in several, deploys and publishes. Low where jobs of several environments name it, which may have a value each.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Give deploying and publishing an identity each.",
        references=("NHI9:2025", "NHI8:2025", "CICD-SEC-5", "PR.AA-05", "CIS 5.2.3"),
        evaluate=_deploys_and_publishes,
    ),
)
