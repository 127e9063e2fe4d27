"""Fleets for tests: nouns with what matters said and the rest made up, and editions in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from scanner.contract import Check, Confidence, Kind
from scanner.model import (
    Coverage,
    Credential,
    Finding,
    Identified,
    Levels,
    Occurrence,
    Reachability,
    Severity,
    Slot,
    SourceCoverage,
    Spot,
    Zone,
)
from scanner.store import Target, open_store
from scanner.store.edition import Edition
from scanner.store.store import Store

KID = "a1b2c3"
KIND = Kind("npm-token", "npm token", "npm", frozenset({"publish"}), 4)
COVERAGE = Coverage((SourceCoverage("repository", "web", 7, 700, 0),), (), {"link": 2})
WEB, INFRA = Target("web", "fleet.toml", "repository", "ok"), Target("infra", "fleet.toml", "repository", "ok", public=True)
NIGHTS = tuple(f"2026-03-{day:02}T02:00:00Z" for day in range(1, 29))
"""When runs begin."""


def credential_id(name: str) -> str:
    """An id whose last part begins with `name`."""
    return f"kt1:{KID}:{name.ljust(26, 'x')}"


def identified(name: str = "aaaaaa", **facts: str) -> Identified:
    return Identified(credential_id(name), KIND, "npm", "npm_…(40)", Check.PASSED, Confidence.HIGH, facts, 4, assumed=True)


def occurrence(
    name: str = "1",
    credential: str = "aaaaaa",
    *,
    reach: Reachability | None = Reachability.HEAD,
    zone: Zone = Zone.REPO_HEAD,
    committed_at: str | None = None,
    line: int = 1,
) -> Occurrence:
    return Occurrence(
        name,
        credential_id(credential),
        zone,
        "web",
        ".npmrc",
        Spot(line),
        in_head=reach is Reachability.HEAD,
        reachability=reach,
        committed_at=committed_at,
    )


def slot(name: str) -> Slot:
    return Slot(name, "gitlab", "project", "acme/web", "export", "NPM_TOKEN")


def credential(said: Identified, occurrences: Iterable[Occurrence] = (), score: int = 50) -> Credential:
    return Credential(said, tuple(occurrences), Severity.HIGH, score, Levels(4, 3, 2, 1), ("assumed",))


def finding(name: str, *, message: str = "message", life: str | None = None) -> Finding:
    return Finding(name, "TB001", "title", Severity.HIGH, "E1", (credential_id("aaaaaa"),), message, "remediation", life=life)


def opened(path: Path) -> Store:
    """The store at `path`, to be written."""
    return open_store(str(path), kid=KID, write=True)


def judge(edition: Edition, findings: Iterable[Finding] = ()) -> None:
    """Every sprawl is recorded as it is, and these findings with the first of them."""
    edition.record((), findings)
    for said, places in edition.sprawls():
        by_id = {one.id: one for one in said}
        edition.record((credential(one, (place for place in places if place.credential == one.id)) for one in by_id.values()), ())


def finish(edition: Edition) -> None:
    edition.finish(COVERAGE, finished_at="2026-03-31T00:00:00Z", tool_version="1.2", detectors=("npm", "pypi"))


def night(store: Store, number: int, work: Callable[[Edition], None] | None = None, findings: Iterable[Finding] = ()) -> None:
    """The whole edition of one night: `work`, then everything is judged."""
    with store.publish(NIGHTS[number]) as edition:
        if work is not None:
            work(edition)
        judge(edition, findings)
        finish(edition)


def holds(*occurrences: Occurrence, target: Target = WEB, keep_lost: bool = False) -> Callable[[Edition], None]:
    """The work of renewing one target with these occurrences, and what is said of their credentials."""

    def work(edition: Edition) -> None:
        names = dict.fromkeys(one.credential.rpartition(":")[2] for one in occurrences)
        edition.renew(target, [identified(name) for name in names], occurrences, (), keep_lost=keep_lost)

    return work


def places(store: Store, name: str = "aaaaaa") -> dict[str, Occurrence]:
    """Where a credential is, by id of the occurrence; nothing where it is nowhere."""
    return {place.id: place for known in store.credentials(credential_id(name)) for place in known.credential.occurrences}
