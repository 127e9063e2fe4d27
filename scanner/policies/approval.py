"""TB601 to TB604, TB607, TB609 and TB801: who has to agree before something is published, and who can start it."""

from __future__ import annotations

from collections.abc import Iterator

from scanner import hosts
from scanner.model import Act, Gate, Job, Severity
from scanner.policies import places
from scanner.policies.drafts import of_job, of_remark, remarks
from scanner.policies.identities import identities
from scanner.policies.policy import Draft, Policy, View
from scanner.policies.starting import BY_HAND, Starting, starting_of
from scanner.policies.wiring import HIGH, LOW, MANUAL, acts, begun, blocking, called, is_pressed, is_stored

_GATELESS = frozenset({"travis", "appveyor", "cloudbuild", "codebuild", "woodpecker", "drone", "gitea", "forgejo"})
"""Systems whose definitions know no approval."""
_UNTRUSTED, _REMOTE, _CONTRIBUTOR = "untrusted", "remote", "contributor"
_ALWAYS_OPEN = frozenset({"buildkite", "appveyor", "travis"})
"""Systems on which a token for the interface starts every pipeline, which its definition does not say."""
_REGISTRIES = {"github": hosts.GHCR, "gitlab": hosts.GITLAB_REGISTRY}
"""Of images, by the platform whose token of the job opens it."""
_UNSEEN = frozenset({"C2", "A66"})
"""Signatures of what nobody installs: what is published in stages, before a maintainer has agreed, and the description of an image."""
_TRIAL = "test"
"""The tier of what nobody installs from."""
_CHAT = frozenset({"issue_comment", "pull_request_review_comment", "pull_request_comment", "discussion_comment", "repository_dispatch"})
_POWERFUL = ("publish", "sign", "deploy", "approve", "write_source")
_CHANGED_BY_OTHERS = "fork_code"
_TALK = frozenset({"notify", "chatops"})
_MOST_PRIVILEGE = 5


def _without_gate(view: View) -> Iterator[Draft]:
    starting = starting_of(view.graph.jobs)
    for job in view.graph.jobs:
        found = [act for act in acts(job, "publish") if act.tier != _TRIAL and act.signature not in _UNSEEN]
        if not found or blocking(job) or _loose(job):
            continue
        base, why = _how_bad(view, job, found, starting)
        message = f"{begun(called(job))} publishes ({places.listed(dict.fromkeys(act.evidence for act in found))}), and nobody has to agree before it runs.{why}"
        ceiling = Severity.LOW if base is Severity.LOW else Severity.CRITICAL
        draft = of_job(view, job, base, message, found)
        yield Draft((), base, message, (), ceiling, jobs=draft.jobs, slots=draft.slots, spots=draft.spots, about=draft.about)


def _how_bad(view: View, job: Job, found: list[Act], starting: Starting) -> tuple[Severity, str]:
    """The base severity, and what speaks for a lower one."""
    if job.platform in _GATELESS:
        return Severity.LOW, f" Definitions of {job.platform} know no approval."
    other = starting.without_a_hand(job) if starting.by_hand(job) else None
    if starting.by_hand(job) and other is None:
        return Severity.LOW, " It is started by hand only."
    if all(act.uses_job_token and not is_stored(act) and _stays_there(job, act) for act in found):
        return Severity.LOW, " It publishes to the platform's own registry with the token of the job."
    held = (sprawl for slot in job.slots for sprawl in view.wiring.held.get(slot, ()))
    if any(sprawl.identified.privilege >= _MOST_PRIVILEGE and not sprawl.identified.assumed for sprawl in held):
        return Severity.HIGH, " What it holds opens a whole account."
    return Severity.MEDIUM, "" if other is None else f" It is started by hand, or by {called(other)}."


def _stays_there(job: Job, act: Act) -> bool:
    """Whether images go to the platform's own registry, as far as the file tells where they go."""
    own = _REGISTRIES.get(job.platform)
    return own is None or all(hosts.under(host, own) for host in act.hosts)


def _started_by_anybody(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        if job.trigger_trust != _UNTRUSTED:
            continue
        found = [act for act in acts(job, *_POWERFUL) if is_stored(act)]
        there = [slot for slot in job.slots if view.wiring.sinks(slot, frozenset(_POWERFUL))]
        if not found and not there:
            continue
        forks = [remark for remark in job.remarks if remark.family == _CHANGED_BY_OTHERS]
        events = dict.fromkeys(trigger.event for trigger in job.triggers if trigger.trust == _UNTRUSTED)
        more = " and fetches what they wrote" if forks else ""
        message = f"Anybody can start {called(job)} ({places.listed(events)}), which holds a credential that publishes, signs, deploys, approves or writes{more}."
        base = Severity.CRITICAL if forks else Severity.HIGH
        draft = of_job(view, job, base, message, found)
        slots = tuple(dict.fromkeys((*draft.slots, *there)))
        yield Draft(view.wiring.credentials(slots), base, message, (), jobs=(job,), slots=slots, spots=draft.spots, about=draft.about)


def _inherited(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        for call in job.calls:
            if call.secrets != "inherit":
                continue
            callees = [view.wiring.jobs[id_] for id_ in call.jobs if id_ in view.wiring.jobs]
            is_low = bool(callees) and all(one.does(*LOW) and not any(role.role in HIGH for role in one.roles) for one in callees)
            if not call.is_local and call.pin != "commit":
                base, what = Severity.CRITICAL, "a workflow of another repository that can change at any time"
            elif not call.is_local:
                base, what = Severity.HIGH, "a workflow of another repository, as it is at one commit"
            elif is_low:
                base, what = Severity.HIGH, "a workflow that builds or tests"
            else:
                base, what = Severity.MEDIUM, "a workflow of the same repository"
            message = (
                f"{begun(called(job))} hands all its secrets to {call.target}, {what}. "
                "Secrets of an environment reach a called workflow in no other way; name the rest."
            )
            yield Draft((), base, message, (), jobs=(job, *callees), spots=(call.at,), about=(job.id, call.target))


def _whole_store(view: View) -> Iterator[Draft]:
    for job, remark in remarks(view, "whole_store"):
        message = f"{begun(called(job))} takes all secrets of its place, or one that is only chosen when it runs."
        yield of_remark(job, remark, Severity.HIGH, message)


def _loose_gate(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        if not any(acts(job, "publish", "sign", "deploy")) or blocking(job):
            continue
        by_evidence: dict[tuple[str, str, str], list[Gate]] = {}
        for gate, why in _loose(job):
            by_evidence.setdefault((gate.kind, gate.evidence, why), []).append(gate)
        for (kind, evidence, why), gates in by_evidence.items():
            message = f"{begun(called(job))} has a gate ({evidence}) that holds nothing: {why}."
            spots = tuple(dict.fromkeys(gate.at for gate in gates))
            yield Draft((), Severity.MEDIUM, message, (), jobs=(job,), spots=spots, about=(job.id, kind, evidence))


def _loose(job: Job) -> tuple[tuple[Gate, str], ...]:
    """The gates of a job that hold nothing, and why; what an earlier job may leave out is no gate of this one."""
    return tuple((gate, why) for gate in job.gates if (why := _flaw(gate)))


def _flaw(gate: Gate) -> str:
    if gate.by_input:
        return "its name comes from outside"
    if gate.self_approval == "allowed":
        return "whoever starts it may agree"
    if not gate.blocking and not (gate.kind == MANUAL and gate.is_upstream):
        return "the pipeline goes on without it"
    return ""


def _approves_itself(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        approvals = list(acts(job, "approve"))
        if not approvals:
            continue
        others = list(acts(job, "publish", "write_source", "trigger"))
        taken = {name for act in approvals for name in act.takes}
        elsewhere = [
            other
            for other in view.graph.jobs
            if other.container == job.container and any(taken.intersection(act.takes) for act in acts(other, "publish", "write_source"))
        ]
        if not others and not elsewhere:
            continue
        message = f"{begun(called(job))} approves changes with an identity that also writes or publishes them."
        yield of_job(view, job, Severity.HIGH, message, (*approvals, *others))


def _started_from_chat(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        events = dict.fromkeys(
            trigger.event
            for trigger in job.triggers
            if trigger.event.partition(":")[0] in _CHAT
            or (trigger.trust == _REMOTE and "dispatch" not in trigger.event and trigger.event not in BY_HAND and _is_asked(job))
        )
        found = list(acts(job, "publish"))
        if events and found and not blocking(job) and not is_pressed(job):
            message = f"A comment, a bot or whoever holds a token ({places.listed(events)}) can start {called(job)}, which publishes, and nobody has to agree."
            yield of_job(view, job, Severity.HIGH, message, found)


def _is_asked(job: Job) -> bool:
    """Whether a definition asks for being started from elsewhere; some systems start whatever they build through their interfaces, too."""
    return job.platform not in _ALWAYS_OPEN or not any(other.trust == _CONTRIBUTOR for other in job.triggers)


def _shares_with_bot(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        bots = [act for act in acts(job, "notify", "chatops") if is_stored(act)]
        release = [act for act in acts(job, "publish", "sign") if is_stored(act)]
        if bots and release:
            same = {name for act in bots for name in act.takes}.intersection(name for act in release for name in act.takes)
            what = "with the same credential" if same else "with both credentials at hand"
            message = f"{begun(called(job))} talks to a chat and publishes or signs, {what}."
            yield of_job(view, job, Severity.HIGH if same else Severity.MEDIUM, message, (*bots, *release))
    for identity in identities(view):
        talks, releases = identity.sinks(view, _TALK), identity.sinks(view)
        if talks and releases and not {one.job.id for one in talks} & {one.job.id for one in releases}:
            message = f"{identity.name} talks to a chat in {called(talks[0].job)}, and publishes or signs in {called(releases[0].job)}."
            yield identity.draft(view, Severity.HIGH, message, (*talks, *releases))


def _service_wide(view: View) -> Iterator[Draft]:
    for job in view.graph.jobs:
        found = [act for act in acts(job, "sign") if is_stored(act) and act.target == "signing_service"]
        wide = [act for act in found if job.environment is None]
        if wide:
            message = f"{begun(called(job))} signs through a service with a stored credential that no environment limits."
            yield of_job(view, job, Severity.HIGH, message, wide)


POLICIES = (
    Policy(
        id="TB601",
        title="Publish without approval gate",
        summary="Nothing holds a job that publishes: no environment, approval job, input or staged publish on every path to it. High where it "
        "holds what opens a whole account; low where it is started by hand only (and not by another job, whose own start counts then), pushes to the platform's own registry with the token of the job, or "
        "the system knows no gates. What goes to a registry of one's own counts as what everybody can fetch; a test index does not. A job that has a gate which holds nothing is told of by TB607 alone.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Put the job into a protected environment with reviewers, or publish in stages.",
        references=("NHI5:2025", "CICD-SEC-1", "PR.AA-05", "SLSA threat B1", "CIS 2.3.5"),
        evaluate=_without_gate,
    ),
    Policy(
        id="TB602",
        title="Publish or sign credential under an untrusted trigger",
        summary="Somebody without any right to the repository can start a job that holds a credential which publishes, signs, deploys, "
        "approves or writes. Critical where it fetches or runs what that somebody wrote.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Choose another trigger, or keep secrets out of the job.",
        references=("NHI2:2025", "NHI5:2025", "CICD-SEC-4", "PR.AA-05", "SLSA threat E", "SLSA threat D"),
        evaluate=_started_by_anybody,
    ),
    Policy(
        id="TB603",
        title="Blanket secret inheritance",
        summary="A job hands all its secrets to another workflow. Critical where that is somebody else's and not pinned to a commit, high where it is pinned, or builds or tests; medium for one of the same repository.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Name the secrets that the workflow needs.",
        references=("NHI5:2025", "CICD-SEC-5", "CICD-SEC-8", "PR.AA-05"),
        evaluate=_inherited,
    ),
    Policy(
        id="TB604",
        title="Whole secret store handed to a job",
        summary="An expression takes all secrets at once, or one whose name is only known when it runs, for which GitHub and those who took "
        "its language over hand the job every one of them. An id of Jenkins' credentials that is only known when it runs is one credential "
        "all the same: the server gives out that one and no other.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Name each secret.",
        references=("NHI5:2025", "CICD-SEC-5", "PR.AA-05"),
        evaluate=_whole_store,
    ),
    Policy(
        id="TB607",
        title="Gate that does not block",
        summary="What looks like a gate before a publish, sign or deploy job holds nothing: the pipeline goes on without it, an expression from "
        "outside chooses it, or whoever starts the job may agree. A manual job of GitLab that may be left out (the default outside of `rules`) is "
        "reported here and not as TB601: somebody has to press a button before it publishes, but whoever may write to the branch may, and the pipeline "
        "passes without it. That an earlier manual job may be left out says nothing of those after it.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Make the gate blocking, name its environment in the file and forbid self-approval.",
        references=("CICD-SEC-1", "PR.AA-05", "SLSA threat B2"),
        evaluate=_loose_gate,
    ),
    Policy(
        id="TB609",
        title="Automation approves its own change",
        summary="A job approves changes with an identity that also writes or publishes them.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Let another person review.",
        references=("NHI5:2025", "CICD-SEC-1", "CICD-SEC-2", "PR.AA-05", "SLSA threat B1", "SLSA Source L4"),
        evaluate=_approves_itself,
    ),
    Policy(
        id="TB801",
        title="Chat or comment can start a release without a gate",
        summary="A comment, a chat bot or a token for an API starts a job that publishes, and no gate holds it. Only where the definition asks for that: "
        "on Buildkite, Travis and AppVeyor such a token starts whatever a push starts as well.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Put the job into a gated environment, and ask who starts it by team membership, not by a name that can be taken.",
        references=("NHI5:2025", "CICD-SEC-1", "CICD-SEC-4", "PR.AA-05", "CIS 2.3.5"),
        evaluate=_started_from_chat,
    ),
    Policy(
        id="TB802",
        title="Chat bot credential shares job or value with publish or sign",
        summary="A job that publishes or signs also holds what posts to a chat. High where that is the same credential, in whichever jobs.",
        severity=Severity.MEDIUM,
        grade="E2",
        remediation="Notify from a job of its own.",
        references=("NHI9:2025", "NHI3:2025", "CICD-SEC-8", "PR.AA-05", "CIS 1.4.3"),
        evaluate=_shares_with_bot,
    ),
    Policy(
        id="TB803",
        title="Signing-service token long-lived or wide",
        summary="A job signs through a signing service with a stored credential, and is in no environment that would limit who gets it.",
        severity=Severity.HIGH,
        grade="E2",
        remediation="Let the service trust the identity of the workload, with a policy for each project.",
        references=("NHI7:2025", "NHI5:2025", "CICD-SEC-6", "CICD-SEC-9", "PR.AA-05", "CIS 4.2.1"),
        evaluate=_service_wide,
    ),
)
