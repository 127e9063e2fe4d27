"""TB605, TB608 and TB610 to TB612: controls that exist on paper and are switched off on the way to a release."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import Job, Remark, Script, Severity, Step, Use
from scanner.policies import places
from scanner.policies.drafts import named, of_job, of_remark, put, remarks
from scanner.policies.policy import Draft, Policy, View
from scanner.policies.wiring import RELEASE, acts, begun, called, is_certain, is_trial

_SPILL = "spill"
_MASK = ("undone", _SPILL)
_CONTROLS = {
    "review": (Severity.HIGH, "goes around review"),
    "unsigned": (Severity.HIGH, "leaves out signing or provenance"),
    "second_factor": (Severity.HIGH, "answers for the second factor"),
    "hooks": (Severity.MEDIUM, "skips hooks"),
    "ignored": (Severity.MEDIUM, "passes over failures"),
    "checks": (Severity.MEDIUM, "skips checks"),
    "transport": (Severity.MEDIUM, "does not check whom it talks to"),
}
"""What switching off each family of controls costs, and how a sentence says it."""
_QUIET = frozenset({"skip-existing"})
"""Patterns that say nothing by themselves."""
_PROVENANCE = frozenset({"provenance", "attestations"})
"""Patterns that say nothing of what is attested in another way."""
_WITHOUT_PROVENANCE = (Severity.MEDIUM, "leaves out provenance")
_IMAGES = frozenset({"container", "chart"})
_ARGUMENT = "argv"
_TRIAL = "test"
"""The tier of what nobody installs from."""
_SEED = re.compile(r"(?:TOTP|OTP|2FA|MFA)(?:_(?:SEED|SECRET|KEY|URI|TOKEN))?|.{1,64}_(?:TOTP|OTP)(?:_(?:SEED|SECRET|KEY))?", re.IGNORECASE)
_SEED_KINDS = frozenset({"totp-seed", "totp-uri"})
_PUBLIC = re.compile(r"(?:.{0,64}_)?(?:APP|APPLICATION|CLIENT|INSTALLATION)_?ID", re.IGNORECASE)
"""Names of what is kept as a secret and is none: it says who asks, and its private key or password that it is them."""
_MINTED = "minted"
_OF_CHECKOUT = frozenset({"token", "ssh-key"})
"""Inputs of a checkout that it keeps for later steps as well."""
_WRITES = frozenset({"contents", "packages", "*", "actions", "deployments", "pull-requests"})


def _unmasked(view: View) -> Iterator[Draft]:
    for job, remark in remarks(view, *_MASK):
        names = sorted({name for name in remark.names if not _PUBLIC.fullmatch(name)})
        if not named(job, names):
            continue
        what = put(names, remark.made)
        if remark.made == _MINTED and remark.family == _SPILL:
            message = f"In {called(job)}, {remark.evidence}: it is {what}, and masked only as it is."
            yield of_remark(job, remark, Severity.LOW, message)
        else:
            base = Severity.LOW if remark.pattern == _ARGUMENT else Severity.MEDIUM
            yield of_remark(job, remark, base, f"In {called(job)}, {remark.evidence}: the mask of {what} does not cover that.")


def _switched_off(view: View) -> Iterator[Draft]:
    proven = _proven_later(view)
    for job in view.graph.jobs:
        if not any(acts(job, *RELEASE)):
            continue
        met: set[tuple[str, str]] = set()
        for remark in job.remarks:
            if remark.pattern in _PROVENANCE and _is_proven(job, proven):
                continue
            if remark.family in _CONTROLS and remark.pattern not in _QUIET and (remark.family, remark.pattern) not in met:
                met.add((remark.family, remark.pattern))
                base, what = _cost(remark)
                yield of_remark(job, remark, base, f"{begun(called(job))}, which publishes or signs, {what}: {remark.evidence}.")
    for script in view.graph.scripts:
        if not (script.jobs or is_trial(script)) and any(act.role in RELEASE and is_certain(act) for act in script.acts):
            yield from _of_script(script)


def _cost(remark: Remark) -> tuple[Severity, str]:
    return _WITHOUT_PROVENANCE if remark.pattern in _PROVENANCE else _CONTROLS[remark.family]


def _is_proven(job: Job, later: frozenset[str]) -> bool:
    """Whether what a job publishes without a provenance is attested all the same; of images a signature is as good, and may follow."""
    if any(acts(job, "attest")):
        return True
    is_of_images = all(act.target in _IMAGES for act in acts(job, "publish"))
    return is_of_images and (any(acts(job, "sign")) or job.id in later)


def _proven_later(view: View) -> frozenset[str]:
    """Ids of the jobs for which one waits that attests or signs, and of those that they call."""
    waiting = [need for job in view.graph.jobs if job.does("attest", "sign") for need in job.needs]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found and name in view.wiring.jobs:
            found.add(name)
            waiting += (callee for call in view.wiring.jobs[name].calls for callee in call.jobs)
    return frozenset(found)


def _of_script(script: Script) -> Iterator[Draft]:
    """What a release script switches off that no job runs."""
    met: set[tuple[str, str]] = set()
    for remark in script.remarks:
        if remark.family in _CONTROLS and remark.pattern not in _QUIET and (remark.family, remark.pattern) not in met:
            met.add((remark.family, remark.pattern))
            base, what = _cost(remark)
            name = f"{script.path}, target {script.target}," if script.target else script.path
            message = f"The release script {name} {what}: {remark.evidence}."
            yield Draft(
                (),
                base,
                message,
                (),
                spots=(remark.at,),
                about=(script.container, script.path, script.target, *sorted((remark.family, remark.pattern))),
            )


def _both_factors(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        published = [act for act in acts(job, "publish") if act.takes]
        seeds = [use for use in job.uses if _SEED.fullmatch(use.name)]
        if published and seeds:
            message = f"{begun(called(job))} holds what publishes and the seed of its second factor ({places.listed(dict.fromkeys(use.name for use in seeds))})."
            draft = of_job(view, job, Severity.HIGH, message, published)
            yield Draft(
                draft.credentials,
                Severity.HIGH,
                message,
                (),
                jobs=(job,),
                slots=(*draft.slots, *_ids(seeds)),
                spots=(*(use.at for use in seeds), *draft.spots),
                about=draft.about,
            )
    yield from _beside_each_other(view)


def _ids(uses: list[Use]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(use.slot for use in uses if use.slot))


def _beside_each_other(view: View) -> Iterator[Draft]:
    """A seed of a second factor in the same file as what publishes."""
    tokens = [(one, sprawl) for sprawl in view.open if "publish" in sprawl.identified.kind.actions for one in sprawl.occurrences]
    by_file: dict[tuple[str, str], list[str]] = {}
    for one, sprawl in tokens:
        by_file.setdefault((one.container, one.path), []).append(sprawl.id)
    for sprawl in view.open:
        if sprawl.identified.kind.id not in _SEED_KINDS:
            continue
        here = tuple(one for one in sprawl.occurrences if (one.container, one.path) in by_file)
        if here:
            others = tuple(dict.fromkeys(id_ for one in here for id_ in by_file[one.container, one.path]))
            message = f"{places.called(sprawl)} lies beside a credential that publishes in {places.named(here)}: whoever reads one has both factors."
            yield Draft((sprawl.id, *others), Severity.CRITICAL, message, here, grade="E1", aside=True)


def _persisted(view: View) -> Iterator[Draft]:
    for job, remark in remarks(view, "persisted"):
        foreign = [step for step in job.steps if step.kind == "action" and not (step.is_platform or step.is_owners or step.pin == "local")]
        given = [use for use in job.uses if use.step == remark.step and use.as_name in _OF_CHECKOUT and not _PUBLIC.fullmatch(use.name)]
        readers = dict.fromkeys(step.uses or "" for step in foreign if step.index > (remark.step or 0) and not _has_it(job, step, given))
        if readers and (given or _may_write(job)):
            what = places.listed(dict.fromkeys(put([use.name], use.made) for use in given)) if given else "the token of its checkout"
            yield of_remark(job, remark, Severity.LOW, f"{begun(called(job))} leaves {what} on disk, beside {places.listed(readers)}.")


def _has_it(job: Job, step: Step, given: list[Use]) -> bool:
    """Whether a step is handed what the checkout keeps, so that the disk tells it nothing: what that was given, else the job's token."""
    if not given:
        return step.gets_job_token
    handed = {(use.name, use.made) for use in job.uses if use.step == step.index}
    return all((use.name, use.made) in handed for use in given)


def _may_write(job: Job) -> bool:
    """Whether the file gives the job's token a right to write that matters."""
    return any(name in _WRITES and level == "write" for name, level in job.permissions or ())


def _restores_cache(view: View) -> Iterator[Draft]:
    for job, remark in remarks(view, "cache"):
        if any(act.tier != _TRIAL for act in acts(job, *RELEASE)):
            yield _cache(job, remark)


def _cache(job: Job, remark: Remark) -> Draft:
    message = f"{begun(called(job))} publishes or signs, and takes over a cache that other jobs may have written ({remark.evidence})."
    return of_remark(job, remark, Severity.LOW, message)


POLICIES = (
    Policy(
        id="TB605",
        title="Log masking defeated",
        summary="A value that the platform masks in logs is printed, decoded or encoded into something that the mask does not know, put into a URL or a build argument; low for an argument of a command, and for "
        "a token that the job has minted.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Keep one secret in one variable, and hand it over through the environment or standard input.",
        references=("NHI2:2025", "CICD-SEC-6", "CICD-SEC-10", "PR.DS-01"),
        evaluate=_unmasked,
    ),
    Policy(
        id="TB608",
        title="Control switched off in the release script",
        summary="On the way to a release something skips hooks, checks, review, signing, provenance or the second factor, passes over failures or trusts any host. High for review, signing and the second factor. "
        "A provenance that is switched off is no fault of what is attested otherwise, by the job itself or, like an image, by one that waits for it; nor of an image that is signed.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Take the option out and let the release fail when a control does.",
        references=("NHI5:2025", "CICD-SEC-1", "CICD-SEC-7", "PR.PS-01", "PR.PS-06", "SLSA threat B1", "SLSA threat B2"),
        evaluate=_switched_off,
    ),
    Policy(
        id="TB610",
        title="Both factors in one place",
        summary="What publishes and the seed of its second factor come into one job, or lie in one file (critical).",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Take the seed away; publish with an identity token or in stages.",
        references=("NHI4:2025", "NHI2:2025", "CICD-SEC-2", "CICD-SEC-6", "PR.AA-03", "OSSF Authn L2"),
        evaluate=_both_factors,
    ),
    Policy(
        id="TB611",
        title="Persisted checkout credential beside third-party steps",
        summary="A job whose token can write, or which checks out with a credential of its own, keeps that on disk, where actions of others "
        "after it can read it that are not handed it anyway.",
        severity=Severity.LOW,
        grade="E2",
        remediation="Set persist-credentials to false.",
        references=("NHI2:2025", "CICD-SEC-6", "PR.DS-01"),
        evaluate=_persisted,
    ),
    Policy(
        id="TB612",
        title="Publish job restores shared cache",
        summary="A job that publishes or signs takes over a cache, which jobs with fewer rights may have written.",
        severity=Severity.LOW,
        grade="E2",
        remediation="Build release artefacts without caches.",
        references=("CICD-SEC-9", "CICD-SEC-4", "PR.PS-06", "SLSA threat E"),
        evaluate=_restores_cache,
    ),
)
