"""Outcomes made by hand, for every kind of report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from scanner import hosts
from scanner.contract import Check, Confidence, Fact, Kind, Lifetime
from scanner.model import (
    Act,
    Call,
    Coverage,
    Credential,
    Finding,
    Gate,
    Identified,
    Job,
    Levels,
    Location,
    Occurrence,
    Offer,
    Outcome,
    Reachability,
    Reason,
    Remark,
    Role,
    Severity,
    Slot,
    SourceCoverage,
    Spot,
    Step,
    Suppression,
    TargetState,
    Trigger,
    Trust,
    Unscanned,
    Use,
    Verdict,
    Zone,
)

NPM = Kind(
    id="npm-token",
    title="npm token",
    provider="npm",
    actions=frozenset({"publish", "read"}),
    privilege=4,
    lifetime=Lifetime.UNKNOWN,
    rotate=("publish through a trusted publisher", "revoke it at the registry", "remove the copies"),
)
PYPI = Kind(id="pypi-token", title="PyPI token", provider="pypi", privilege=4, rotate=("delete it in the account's settings",))
KEY = Kind(id="ed25519-private-key", title="Ed25519 private key", provider="signing", actions=frozenset({"sign"}), privilege=5)
PASSWORD = Kind(id="generic-password", title="password", provider="generic")

ADDED = "3f2a9c1" + "0" * 33
REMOVED = "9b1d77e" + "1" * 33
NPM_SLOT = Slot(
    id="slot-npm",
    platform="gitlab",
    level="project",
    owner="acme/web",
    container="gitlab-project:vars.json",
    name="NPM_TOKEN",
    environment_scope="*",
    protected=False,
    masked=False,
    hidden=False,
    credentials=("kt1:abc123:k7f3q2" + "a" * 20,),
)
REPOSITORY = SourceCoverage("repository", "acme/web", blobs=118_000, bytes=6_000_000_000, unscanned=0)
HOME = SourceCoverage("home", "~", blobs=412, bytes=100_000_000, unscanned=0)
COMPLETE = Coverage(sources=(REPOSITORY,), unscanned=(), skipped={})
PASS = Verdict(failed=False, fail_on="low", reasons=())
FAIL = Verdict(failed=True, fail_on="low", reasons=("1 credential reaches low",))


def credential_id(short: str) -> str:
    """An id whose first six characters are `short`."""
    return f"kt1:abc123:{short}{'a' * 20}"


def identified(
    short: str = "k7f3q2",
    kind: Kind = NPM,
    redacted: str = "npm_…(40)",
    *,
    facts: Mapping[str, Fact] | None = None,
    suppression: Suppression | None = None,
    check: Check = Check.PASSED,
    confidence: Confidence = Confidence.HIGH,
) -> Identified:
    return Identified(
        id=credential_id(short),
        kind=kind,
        detector=kind.id,
        redacted=redacted,
        check=check,
        confidence=confidence,
        facts=facts or {},
        privilege=kind.privilege,
        assumed=True,
        suppression=suppression,
    )


def occurrence(zone: Zone, container: str, path: str, line: int | None = 1, short: str = "k7f3q2", **more: Any) -> Occurrence:  # noqa: ANN401 - fields of two nouns
    """A place; what belongs to the spot may be given among `more`."""
    spot = {name: more.pop(name) for name in tuple(more) if name in Spot.__dataclass_fields__}
    one = Occurrence(
        id=f"{short}-{zone}-{container}-{path}-{line}",
        credential=credential_id(short),
        zone=zone,
        container=container,
        path=path,
        spot=replace(Spot(line=line, column=1), **spot),
    )
    return replace(one, **more)


def removed(container: str = "acme/web", path: str = ".npmrc", **more: Any) -> Occurrence:  # noqa: ANN401 - as above
    """A place that a commit removed."""
    told: dict[str, Any] = {
        "in_head": False,
        "commit": ADDED,
        "committed_at": "2025-11-14T08:00:00Z",
        "removed_commit": REMOVED,
        "removed_at": "2026-03-02T17:30:00Z",
        "reachability": Reachability.BRANCH,
    }
    return occurrence(Zone.REPO_HISTORY, container, path, **(told | more))


def credential(
    one: Identified, occurrences: Iterable[Occurrence], severity: Severity = Severity.HIGH, score: int = 70, notes: tuple[str, ...] = ()
) -> Credential:
    return Credential(one, tuple(occurrences), severity, score, Levels(privilege=4, exposure=4, reuse=3, lifetime=4), notes)


def finding(policy: str, severity: Severity, *shorts: str, **more: Any) -> Finding:  # noqa: ANN401 - fields of a noun
    """What a policy says about the credentials with these ids."""
    one = Finding(
        id=f"f-{policy}-{'-'.join(shorts)}",
        policy=policy,
        title=f"title of {policy}",
        severity=severity,
        grade="E1",
        credentials=tuple(credential_id(short) for short in shorts),
        message=f"message of {policy}",
        remediation=f"remedy of {policy}.",
    )
    return replace(one, **more)


def outcome(
    credentials: Iterable[Credential] = (),
    findings: Iterable[Finding] = (),
    *,
    slots: tuple[Slot, ...] = (),
    coverage: Coverage = COMPLETE,
    verdict: Verdict = PASS,
    seconds: float = 7.2,
) -> Outcome:
    return Outcome(
        tool_version="0.1.0",
        detectors=("pypi-token", "npm-token"),
        coverage=coverage,
        credentials=tuple(credentials),
        slots=slots,
        jobs=(),
        findings=tuple(findings),
        verdict=verdict,
        seconds=seconds,
    )


def story() -> Outcome:
    """One npm token in seven places, deleted from one repository and still in use in the others."""
    places = (
        occurrence(Zone.WORKSTATION_DOTFILE, "~", ".npmrc", 3, field="_authToken", service=hosts.spell(hosts.NPM), mode="0644"),
        occurrence(Zone.WORKSTATION_SHELL, "~", ".bash_history", 812),
        occurrence(
            Zone.REPO_HEAD,
            "acme/infra",
            "deploy/secret.yaml",
            5,
            field="npmrc",
            field_path=("data", "npmrc"),
            encoding=("base64",),
            in_head=True,
        ),
        occurrence(Zone.REPO_HEAD, "acme/infra", "ci/settings.json", 2, field="payload", encoding=("json",), in_head=True),
        removed(),
        occurrence(Zone.CI_VARIABLE, NPM_SLOT.container, "vars.json", 2, field="NPM_TOKEN", slot=NPM_SLOT.id),
        occurrence(Zone.CI_VARIABLE, NPM_SLOT.container, "vars.json", 9, field="NPMRC_B64", encoding=("base64",)),
    )
    findings = (
        finding("TB201", Severity.HIGH, "k7f3q2"),
        finding("TB202", Severity.HIGH, "k7f3q2"),
        finding("TB301", Severity.CRITICAL, "k7f3q2"),
        finding("TB701", Severity.HIGH, "k7f3q2"),
    )
    sources = (
        REPOSITORY,
        SourceCoverage("repository", "acme/infra", blobs=5, bytes=900, unscanned=0),
        HOME,
        SourceCoverage("ci_export", NPM_SLOT.container, blobs=1, bytes=700, unscanned=0),
    )
    return outcome(
        [credential(identified(), places, Severity.CRITICAL, 92, ("privilege is assumed",))],
        findings,
        slots=(NPM_SLOT,),
        coverage=replace(COMPLETE, sources=sources),
        verdict=FAIL,
    )


def everything() -> Outcome:
    """Every noun of the report at least once."""
    job = releasing()
    slot = replace(NPM_SLOT, candidates=(("kt1:abc123:b", "E4"), ("kt1:abc123:a", "E3")), allowed_projects=("acme/web",))
    told = finding("TB603", Severity.HIGH, jobs=(job.id,), slots=(slot.id,), locations=(location("a.yml", 3),), references=("NHI5:2025",))
    whole = story()
    reasons = (("privilege", "can publish"), ("exposure", "read by all"), ("reuse", "2 projects"), ("lifetime", "no end"))
    return replace(
        whole,
        credentials=(
            replace(whole.credentials[0], reasons=reasons, cap=100),
            suppressed("aaaaaa", "inline", "allowed in docs/aaaaaa.md:7"),
        ),
        coverage=partial(Unscanned("acme/web", "blob:" + "a" * 40, Reason.MISSING, "reachable, but not in the store")),
        slots=(slot,),
        jobs=(job,),
        findings=(*whole.findings, told),
    )


OFFER = Offer("npm", "yes", ("its runner is its own",), (("2027-01-01", "publishing directly with it ends"),), "2026-11-30")


def releasing(name: str = "release", file: str = ".github/workflows/release.yml", **more: Any) -> Job:  # noqa: ANN401 - fields of a noun
    """A job that publishes with the slot of the npm token, started by tags, held by an environment."""
    at = Location("acme/web", file, 12)
    job = Job(
        id=f"job-{name}",
        platform="github",
        container="acme/web",
        file=file,
        name=name,
        roles=(Role("publish", 0.9, ("npm publish",), "set"), Role("build", 0.5, ("name",), "suspected")),
        trigger_trust="maintainer",
        environment="production",
        oidc=True,
        audiences=("npm",),
        slots=(NPM_SLOT.id,),
        at=at,
        acts=(
            Act("publish", "A1", 0.9, "npm publish", replace(at, line=20), 2, "npm", takes=("NPM_TOKEN",), is_keyless=False, offer=OFFER),
            Act("build", "name", 0.5, "its name", at),
        ),
        uses=(Use("NPM_TOKEN", "step_env", replace(at, line=21), 2, "NODE_AUTH_TOKEN", NPM_SLOT.id), Use("*", "inherit", at)),
        gates=(
            Gate("environment", True, "its environment", replace(at, line=14), is_seen=True),
            Gate("manual_job", False, "when: manual", replace(at, path="ci/manual.yml"), is_upstream=True),
        ),
        triggers=(Trigger("push.tags", Trust.MAINTAINER, Location("acme/web", file, 3)),),
        steps=(
            Step(0, "action", replace(at, line=16), uses="actions/checkout", ref="v4", pin="tag"),
            Step(1, "script", replace(at, path="ci/build.yml", line=4), "build", runs_project=True),
            Step(2, "script", replace(at, line=20)),
        ),
        calls=(Call("image.yml", replace(at, line=30), is_local=True, pin="local", secrets="explicit", jobs=("job-image",)),),
        remarks=(
            Remark("spill", "xtrace", "set -x", replace(at, path="release.sh", line=2), 2, ("NPM_TOKEN",), "release.sh"),
            Remark("cache", "job", "a cache is restored", at),
        ),
        permissions=(("contents", "read"), ("id-token", "write")),
        oidc_at=replace(at, line=5),
        oidc_wide=True,
        needs=("job-build",),
        runner="hosted",
        mixed=True,
    )
    return replace(job, **more)


def swept() -> Outcome:
    """What only a store and a sweep know: lives, times of runs, known blobs, targets; and places that somebody accepted."""
    seen = {"first_seen": "2026-11-03T04:00:00Z", "last_seen": "2026-11-24T04:00:00Z"}
    here = occurrence(Zone.REPO_HEAD, "acme/web", "deploy.sh", 12, in_head=True, fingerprint="f1" * 16, **seen)
    allowed = occurrence(Zone.REPO_HEAD, "acme/web", "docs/setup.md", 3, suppression=Suppression("inline", "an example"), **seen)
    known = occurrence(Zone.REPO_HEAD, "acme/web", "tests/npmrc", 1, suppression=Suppression("baseline", "until we move"), **seen)
    one = replace(
        credential(identified(), [here, allowed, known, removed(reachability=Reachability.REWRITTEN)], Severity.HIGH, 72),
        first_seen="2026-11-03T04:00:00Z",
        last_seen="2026-11-24T04:00:00Z",
        first_place=here.id,
    )
    other = credential(identified("pypipy", PYPI, "pypi-…(160)"), [removed(path="old", suppression=Suppression("baseline", "dead"))])
    gone = credential(identified("gonego", PYPI, "pypi-…(160)"), [])
    lives = (("TB001", "open", "k7f3q2"), ("TB302", "reopened", "k7f3q2"), ("TB801", "resolved", "k7f3q2"), ("TB001", "resolved", "gonego"))
    sources = (replace(REPOSITORY, blobs=118, bytes=900_000, known=71_059),)
    return replace(
        outcome(
            [one, other, gone],
            [finding(policy, Severity.HIGH, short, life=life) for policy, life, short in lives],
            coverage=replace(COMPLETE, sources=sources),
            verdict=FAIL,
        ),
        targets=(
            TargetState("acme/old", "gone"),
            TargetState("acme/shop", "failed", "the host refuses the connection"),
            TargetState("acme/web", "ok"),
        ),
    )


def suppressed(short: str, by: str, reason: str) -> Credential:
    """A credential that somebody or something said no to."""
    one = identified(short, suppression=Suppression(by, reason))
    return credential(one, [occurrence(Zone.REPO_HEAD, "acme/web", f"docs/{short}.md", 7, short, in_head=True)], Severity.INFO, 0)


def partial(*unscanned: Unscanned) -> Coverage:
    return Coverage(sources=(REPOSITORY,), unscanned=unscanned, skipped={"socket": 1, "link": 4})


def location(path: str, line: int | None = None, container: str = "acme/web") -> Location:
    return Location(container, path, line)


def hostile(name: str) -> Outcome:
    """A report in which every text that comes from input is `name`."""
    place = removed(name, name, field=name, field_path=(name,), service=name, account=name, job=name, step=name)
    variable = occurrence(Zone.CI_VARIABLE, name, name, slot=NPM_SLOT.id)
    why = Suppression("inline", name)
    return outcome(
        [
            credential(identified("live11", redacted=name, facts={name: [name], "more": name}), [place, variable], notes=(name,)),
            credential(identified("quiet1", redacted=name, suppression=why), [place]),
        ],
        [finding("TB301", Severity.HIGH, "live11"), finding("TB603", Severity.HIGH, message=name, locations=(location(name, 1, name),))],
        slots=(replace(NPM_SLOT, owner=name, name=name, environment_scope=name),),
        coverage=replace(partial(Unscanned(name, name, Reason.DAMAGED, name)), notes=(name,)),
        verdict=FAIL,
    )
