"""Graphs made of plain values, and what the policies say about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from scanner.contract import Check, Confidence, Fact, Kind, Lifetime
from scanner.model import Credential, Finding, Graph, Identified, Occurrence, Severity, Slot, Spot, Sprawl, Suppression, Verdict, Zone
from scanner.policies import judge

TODAY = date(2026, 11, 25)
RECENT = "2026-11-01T12:00:00Z"

PUBLISH, READ = frozenset({"publish"}), frozenset({"read"})
NPM = Kind("npm-token", "npm token", "npm", PUBLISH, 4, assumed=True, lifetime=Lifetime.EXPIRING)
LEGACY = Kind("npm-legacy-token", "npm token of the old form", "npm", PUBLISH, 4, assumed=True, lifetime=Lifetime.STATIC)
GITHUB = Kind("github-pat-fine-grained", "GitHub token", "github", READ, 4, assumed=True, lifetime=Lifetime.STATIC)
NUGET = Kind("nuget-api-key", "NuGet API key", "nuget", PUBLISH, 4, assumed=True, lifetime=Lifetime.STATIC)
PUBLIC_NAME = Kind("aws-access-key-id", "AWS access key id", "aws", frozenset(), 1, assumed=False)
PASSWORD = Kind("generic-password", "password", "generic", READ, 3, assumed=True)
KEY = Kind("ed25519-private-key", "Ed25519 key", "signing", frozenset({"sign"}), 5, assumed=False, lifetime=Lifetime.STATIC)


def make_id(*parts: str) -> str:
    return "/".join(parts)


def identified(
    name: str = "a",
    kind: Kind = NPM,
    *,
    privilege: int | None = None,
    check: Check = Check.PASSED,
    facts: Mapping[str, Fact] | None = None,
    suppression: Suppression | None = None,
    confidence: Confidence = Confidence.HIGH,
) -> Identified:
    return Identified(
        id=name,
        kind=kind,
        detector="fake",
        redacted=f"…#{name}",
        check=check,
        confidence=confidence,
        facts=dict(facts or {}),
        privilege=kind.privilege if privilege is None else privilege,
        assumed=kind.assumed,
        suppression=suppression,
    )


def place(
    zone: Zone,
    container: str = "web",
    path: str = ".npmrc",
    *,
    field: str | None = None,
    tool: str | None = None,
    service: str | None = None,
    since: str | None = None,
    removed: str | None = None,
    mode: str | None = None,
    slot: str | None = None,
) -> Occurrence:
    """An occurrence whose zone says whether it is in a repository, and in which tree of it."""
    in_head = {Zone.REPO_HEAD: True, Zone.CI_DEFINITION: True, Zone.RELEASE_SCRIPT: True, Zone.REPO_HISTORY: False, Zone.WORKTREE: False}
    return Occurrence(
        id=f"{zone.value} {container} {path} {field} {slot} {since}",
        credential="a",
        zone=zone,
        container=container,
        path=path,
        spot=Spot(line=1, column=1, field=field, tool=tool, service=service),
        in_head=in_head.get(zone),
        committed_at=since,
        removed_commit="gone" if removed else None,
        removed_at=removed,
        mode=mode,
        slot=slot,
    )


HEAD = place(Zone.REPO_HEAD)
HISTORY = place(Zone.REPO_HISTORY, since=RECENT, removed="2026-11-02T12:00:00Z")
OTHER_HEAD = place(Zone.REPO_HEAD, "infra", "deploy.yaml")
DOTFILE = place(Zone.WORKSTATION_DOTFILE, "home", ".npmrc", mode="0600")
VARIABLE = place(Zone.CI_VARIABLE, "export", "vars.json", field="NPM_TOKEN", slot="NPM_TOKEN")


def slot(
    name: str = "NPM_TOKEN",
    *,
    level: str = "project",
    owner: str = "acme/app",
    container: str = "export",
    scope: str | None = "*",
    protected: bool | None = False,
    masked: bool | None = False,
) -> Slot:
    return Slot(name, "gitlab", level, owner, container, name, environment_scope=scope, protected=protected, masked=masked)


NARROW = slot(scope="production", protected=True, masked=True)


def graph(
    one: Identified,
    *places: Occurrence,
    slots: Iterable[Slot] = (),
    superseded: Iterable[Occurrence] = (),
    trusted: Iterable[str] = (),
    public: Iterable[str] = (),
) -> Graph:
    """A graph of one credential."""
    return Graph(
        sprawls=(Sprawl(one, places),),
        slots=tuple(slots),
        superseded=frozenset(occurrence.id for occurrence in superseded),
        trusted=frozenset(trusted),
        public=frozenset(public),
    )


def judged(
    of: Graph,
    *,
    as_of: date = TODAY,
    fail_on: Severity | None = Severity.LOW,
    only: Iterable[str] = (),
    without: Iterable[str] = (),
) -> tuple[tuple[Credential, ...], tuple[Finding, ...], Verdict]:
    return judge(of, fail_on=fail_on, as_of=as_of, only=frozenset(only), without=frozenset(without), make_id=make_id)


def severities(of: Graph, *, as_of: date = TODAY) -> dict[str, str]:
    """The severity of each finding, by policy."""
    _, findings, _ = judged(of, as_of=as_of)
    assert len({finding.policy for finding in findings}) == len(findings)
    return {finding.policy: finding.severity.word for finding in findings}


def ranked(of: Graph, *, as_of: date = TODAY) -> Credential:
    ((credential,), _, _) = judged(of, as_of=as_of)
    return credential


def finding(of: Graph, policy: str, *, as_of: date = TODAY) -> Finding:
    _, findings, _ = judged(of, as_of=as_of)
    (found,) = (one for one in findings if one.policy == policy)
    return found
