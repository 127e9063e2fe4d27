"""TB4xx, trusted publishing: stored registry tokens where an identity token would do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from scanner.model import Act, Job, Offer, Severity, Sprawl
from scanner.policies import facts, places
from scanner.policies.drafts import of_job
from scanner.policies.policy import Draft, Policy, View, each
from scanner.policies.wiring import acts, begun, called, is_stored, slots_of

_REGISTRIES = frozenset({"npm", "pypi", "crates", "rubygems", "nuget", "pub", "jsr"})
_WIDE = frozenset({"account", "org"})
_NOTICE = timedelta(days=120)
"""For how long it is worth saying that something has ended."""
_SELF_HOSTED, _CONTRIBUTOR = "self_hosted", "contributor"
_CERTAIN = 0.9
"""Weight from which on a step is known by a signature."""
_TOKEN_ROLES = frozenset({"publish", "attest", "deploy"})
"""Roles that registries and clouds know by an identity token, and be they only suspected."""
_SETUPS = frozenset({"sign", "credential_setup", "store_fetch"})
_WORK = frozenset({"build", "test", "lint", "scan"})
_REPORTS = frozenset({"scan"})
"""Roles of what hands reports to a service: some show it an identity token."""
_AUDIENCE = "audience"
"""The signature of an identity token that names a registry. One that names something else is for what nobody here knows."""
_TRIGGER = "trigger"
"""The signature of what starts a job, which says nothing of what it does."""
_CLOUDS = frozenset({"aws", "gcp", "azure", "cloud"})


_TAG = "C3"
"""The signature of a tag that is moved (`npm dist-tag`): what npm mints for an identity token may publish, and nothing else."""


def _stored(job: Job) -> list[Act]:
    """What a job publishes with a stored credential to a registry of which it is known what it takes instead."""
    return [act for act in acts(job, "publish") if is_stored(act) and act.offer is not None and act.signature != _TAG]


def _as_of(offer: Offer) -> str:
    """The day on which that was true, where it is known."""
    return f" (as of {offer.as_of})" if offer.as_of else ""


def _by_target(found: list[Act]) -> dict[str | None, list[Act]]:
    by_target: dict[str | None, list[Act]] = {}
    for act in found:
        by_target.setdefault(act.target, []).append(act)
    return by_target


def _though_offered(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        if _may_publish_so(job) or job.runner == _SELF_HOSTED:
            continue
        for target, found in _by_target(_stored(job)).items():
            offer = found[0].offer
            if offer is None or offer.accepts == "no" or offer.obstacles:
                continue
            message = (
                f"{begun(called(job))} publishes to {offer.registry} with a stored credential, "
                f"and {offer.registry} takes identity tokens of {job.platform}{_as_of(offer)}."
            )
            base = Severity.MEDIUM if offer.accepts == "yes" else Severity.INFO
            if base is Severity.MEDIUM and _is_account_wide(view, job, found):
                base = Severity.HIGH
            draft = of_job(view, job, base, message, found)
            yield _narrowed(draft, target, base)


def _may_publish_so(job: Job) -> bool:
    """Whether a job may show an identity token to a registry, as far as can be seen: one that it needs to attest or to sign is for that."""
    return job.oidc and not any(act.is_keyless for act in acts(job, "attest", "sign"))


def _narrowed(draft: Draft, target: str | None, base: Severity) -> Draft:
    """The draft for one registry of a job; what is only said to be offered stays a hint, whatever the credential could do."""
    ceiling = Severity.INFO if base is Severity.INFO else draft.ceiling
    return Draft(
        draft.credentials,
        base,
        draft.message,
        (),
        ceiling,
        jobs=draft.jobs,
        slots=draft.slots,
        spots=draft.spots,
        about=(*draft.about, target or ""),
    )


def _is_account_wide(view: View, job: Job, found: list[Act]) -> bool:
    slots = slots_of(job, *found)
    return any(sprawl.identified.facts.get("scope") in _WIDE for slot in slots for sprawl in view.wiring.held.get(slot, ()))


def _account_wide(_view: View, sprawl: Sprawl) -> Draft | None:
    if sprawl.identified.facts.get("scope") not in _WIDE or sprawl.identified.kind.provider not in _REGISTRIES:
        return None
    if not facts.powerful(sprawl.identified):
        return None
    is_test = sprawl.identified.facts.get("tier") == "test"
    message = f"{places.called(sprawl)} can publish every package of its account, and lies in {places.named(sprawl.occurrences)}."
    ceiling = Severity.LOW if is_test else Severity.CRITICAL
    return Draft((sprawl.id,), Severity.LOW if is_test else Severity.HIGH, message, sprawl.occurrences, ceiling, aside=True)


def _as_fallback(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        if not _may_publish_so(job):
            continue
        for target, found in _by_target(_stored(job)).items():
            offer = found[0].offer
            if offer is None or offer.accepts == "no":
                continue
            message = f"{begun(called(job))} may ask for identity tokens, and still publishes to {offer.registry} with a stored credential."
            yield _narrowed(of_job(view, job, Severity.MEDIUM, message, found), target, Severity.MEDIUM)


def _wider_grant(view: View) -> Iterator[Draft]:
    by_grant: dict[tuple[str, str, int | None], list[Job]] = {}
    for job in view.graph.jobs:
        if job.oidc and job.oidc_at is not None:
            by_grant.setdefault((job.container, job.oidc_at.path, job.oidc_at.line), []).append(job)
    for jobs in by_grant.values():
        idle = [job for job in jobs if not _needs_identity(job)]
        if not idle or (jobs[0].oidc_wide and len(jobs) == 1):
            continue
        where = idle[0].oidc_at
        message = f"Identity tokens are granted to {places.listed(map(called, idle))}, which neither publish, attest, sign without a key nor take a cloud role."
        spots = () if where is None else (where,)
        about = (jobs[0].container, jobs[0].file, *sorted(job.name for job in idle))
        yield Draft((), Severity.MEDIUM, message, (), jobs=tuple(idle), spots=spots, about=about)


def _needs_identity(job: Job) -> bool:
    """Whether something in a job, or in what it calls, asks for an identity token as far as can be seen; an action that is not known may."""
    if job.audiences and not any(act.signature == _AUDIENCE for act in job.acts):
        return True
    own = [act for act in job.acts if act.signature not in {_AUDIENCE, _TRIGGER}]
    known = {act.step for act in own if act.weight >= _CERTAIN and act.role not in _REPORTS}
    if any(call.jobs or not call.is_local for call in job.calls) or any(
        step.kind == "action" and not step.is_platform and (step.pin == "local" or step.index not in known) for step in job.steps
    ):
        return True
    if not job.oidc_wide and any(act.step is not None and act.weight < _CERTAIN and act.role not in _WORK for act in own):
        return True  # somebody gave this very job the right, and it starts what could not be read
    suspected = {role.role for role in job.roles} & {act.role for act in own}
    return not _TOKEN_ROLES.isdisjoint(suspected) or any(
        act.target in _CLOUDS or (act.role in _SETUPS and act.is_keyless is not False) for act in own
    )


def _unbound(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        found = [act for act in acts(job, "publish") if act.is_keyless and act.offer is not None and not act.uses_job_token]
        if not job.oidc or not found or job.environment is not None:
            continue
        pushed = any(trigger.trust == _CONTRIBUTOR for trigger in job.triggers)
        message = f"{begun(called(job))} publishes with an identity token, and no environment limits which run may ask for one."
        yield of_job(view, job, Severity.MEDIUM if pushed else Severity.LOW, message, found)


def _ending(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        for target, found in _by_target(_stored(job)).items():
            offer = found[0].offer
            near = [f"{what} ({day})" for day, what in offer.endings if _is_near(day, view.as_of)] if offer is not None else []
            if offer is not None and near:
                message = f"{begun(called(job))} publishes to {offer.registry} with a stored credential: {places.listed(near, places.ALL)}."
                yield _narrowed(of_job(view, job, Severity.INFO, message, found), target, Severity.INFO)


def _is_near(day: str, as_of: date) -> bool:
    """Whether something that ends on a day has not ended for long on another."""
    return date.fromisoformat(day) > as_of - _NOTICE


def _not_here(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        done = [act for act in acts(job, "publish") if act.offer is not None]
        for target, found in _by_target(done).items():
            offer = found[0].offer
            if offer is not None and offer.accepts != "no" and offer.obstacles:
                message = f"{offer.registry} takes identity tokens, but not here: {places.listed(offer.obstacles, places.ALL)}."
                yield _narrowed(of_job(view, job, Severity.INFO, message, found), target, Severity.INFO)


POLICIES = (
    Policy(
        id="TB401",
        title="Static publish token although the registry accepts this CI",
        summary="A job on a hosted runner publishes with a stored credential to a registry that takes identity tokens of the CI system. High "
        "where the credential is known to open the whole account; a hint where only secondary sources say that the registry takes them.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Configure a trusted publisher at the registry, then delete the token.",
        references=("NHI7:2025", "NHI4:2025", "CICD-SEC-6", "PR.AA-03", "OSSF Authz L3"),
        evaluate=_though_offered,
    ),
    Policy(
        id="TB402",
        title="Account-wide registry token",
        summary="A registry token says of itself that it is good for everything of its account or organisation. Low for a test index.",
        severity=Severity.HIGH,
        grade="E1",
        remediation="Limit the token to one project, or publish through a trusted publisher.",
        references=("NHI5:2025", "CICD-SEC-6", "PR.AA-05", "OSSF Authz L1"),
        evaluate=each(_account_wide),
    ),
    Policy(
        id="TB403",
        title="Token kept as fallback after OIDC was set up",
        summary="A job may ask for identity tokens and still hands its publisher a stored one, which then is used or waits to be stolen. "
        "A job that needs identity tokens to attest or to sign says nothing of publishing by that: TB401 speaks of its stored token.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Remove the stored token from the job and the platform, and forbid tokens at the registry where it can be done.",
        references=("NHI7:2025", "NHI1:2025", "CICD-SEC-6", "PR.AA-01"),
        evaluate=_as_fallback,
    ),
    Policy(
        id="TB404",
        title="OIDC grant wider than the publish job",
        summary="Jobs may ask for identity tokens that, as far as can be seen, have no use for one: the grant stands at the whole workflow, or "
        "in a job that builds or tests.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Grant identity tokens in the one job that publishes, signs or deploys.",
        references=("NHI6:2025", "NHI5:2025", "CICD-SEC-5", "PR.AA-05", "SLSA threat E"),
        evaluate=_wider_grant,
    ),
    Policy(
        id="TB405",
        title="Trusted publishing without environment binding",
        summary="A job publishes with an identity token and is in no environment, so every run of its workflow can. Medium where a push to a "
        "branch starts it.",
        severity=Severity.LOW,
        grade="E2",
        remediation="Put the job into a protected environment and name that at the registry's trusted publisher.",
        references=("NHI6:2025", "CICD-SEC-1", "PR.AA-05"),
        evaluate=_unbound,
    ),
    Policy(
        id="TB406",
        title="Publish path about to stop working",
        summary="A job publishes in a way for which the registry has announced an end.",
        severity=Severity.INFO,
        grade="E2",
        remediation="Move to what the registry offers instead before that day.",
        references=("NHI7:2025", "CICD-SEC-7", "PR.AA-03"),
        evaluate=_ending,
    ),
    Policy(
        id="TB407",
        title="Trusted publishing cannot apply here",
        summary="The registry takes identity tokens of this CI system, but not from a job like this one.",
        severity=Severity.INFO,
        grade="E2",
        remediation="Restructure the job so that the registry takes its identity token.",
        references=("NHI6:2025", "CICD-SEC-7", "PR.AA-03"),
        evaluate=_not_here,
    ),
)
