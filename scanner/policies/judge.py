"""From the graph to ranked credentials, findings and a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from scanner.contract import Confidence
from scanner.errors import UsageError
from scanner.model import Credential, Finding, Graph, Location, Occurrence, Severity, Sprawl, Verdict
from scanner.policies import approval, bypasses, gates, keeping, lifetime, plain, reuse, separation, sharing, signing, trusted, workstation
from scanner.policies.exceptions import Exempt, exempted
from scanner.policies.policy import Draft, Policy, View, view_of
from scanner.policies.scoring import Rank, rank
from scanner.policies.verdict import verdict_of
from scanner.records import replace

_FAMILIES = (plain, separation, reuse, sharing, lifetime, trusted, signing, gates, approval, bypasses, workstation, keeping)
CATALOGUE: tuple[Policy, ...] = tuple(sorted((policy for family in _FAMILIES for policy in family.POLICIES), key=lambda policy: policy.id))
"""Every policy, sorted by id."""

_FIRM = frozenset({"E1", "E2"})
"""Evidence that a finding above low needs: the same value, or the same slot."""
_SURE = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)


NO_SETTINGS: Mapping[str, Severity] = MappingProxyType({})


def check(only: Iterable[str], without: Iterable[str], key: str = "") -> None:
    """Does nothing but raise `UsageError` where a name is not that of a policy: so that it is said before the work, not after.

    `key` is the setting that has the names, where it should be said.
    """
    unknown = sorted({*only, *without} - {policy.id for policy in CATALOGUE})
    if unknown:
        begin = f"{key}: " if key else ""
        message = f"{begin}there is no policy {', '.join(unknown)}; there are {', '.join(policy.id for policy in CATALOGUE)}"
        raise UsageError(message)


def judge(
    graph: Graph,
    *,
    fail_on: Severity | None,
    as_of: date,
    only: frozenset[str],
    without: frozenset[str],
    make_id: Callable[..., str],
    severities: Mapping[str, Severity] = NO_SETTINGS,
    exceptions: tuple[Exempt, ...] = (),
) -> tuple[tuple[Credential, ...], tuple[Finding, ...], Verdict]:
    """Every credential with its rank, what the selected policies say, and whether that passes; worst first.

    Suppressed credentials are ranked and stay in the list, but nothing is said about them; of an open one only the open places count. A
    policy that is not selected still covers its places: leaving one out never makes another one speak.

    `severities` are those of the findings of policies whatever they would be; what `exceptions` accept is among the findings, says so, and
    counts neither for credentials nor for the verdict. Raises `UsageError` as `check` does.
    """
    check(only, without)
    selected = (only or frozenset(policy.id for policy in CATALOGUE)) - without
    view = view_of(replace(graph, sprawls=tuple(_without_accepted(sprawl) for sprawl in graph.sprawls)), as_of)
    ranks = {sprawl.id: rank(view, sprawl) for sprawl in view.graph.sprawls}
    made = (_finding(policy, draft, ranks, make_id, severities) for policy, draft in _drafts(view) if policy.id in selected)
    findings = tuple(
        sorted(
            (exempted(finding, exceptions, graph, as_of) for finding in made),
            key=lambda finding: (-finding.severity, -_score(finding, ranks), finding.policy, _names(finding.locations), finding.id),
        )
    )
    worst: dict[str, Severity] = {}
    for finding in (one for one in findings if one.suppression is None):
        for credential in finding.credentials:
            worst[credential] = max(worst.get(credential, finding.severity), finding.severity)
    credentials = sorted((_credential(sprawl, ranks[sprawl.id], worst) for sprawl in graph.sprawls), key=_worst_first)
    return tuple(credentials), findings, verdict_of(findings, fail_on)


def _without_accepted(sprawl: Sprawl) -> Sprawl:
    """An open credential in its open places; one that is not open as it is."""
    if sprawl.suppression is not None:
        return sprawl
    return replace(sprawl, occurrences=tuple(one for one in sprawl.occurrences if one.suppression is None))


def _drafts(view: View) -> Iterator[tuple[Policy, Draft]]:
    """What every policy says; the last ones know what the others have covered."""
    first = [(policy, draft) for policy in CATALOGUE if not policy.last for draft in policy.evaluate(view)]
    yield from first
    informed = replace(view, covered=_covered(view, [draft for _, draft in first if not draft.aside]))
    for policy in CATALOGUE:
        if policy.last:
            yield from ((policy, draft) for draft in policy.evaluate(informed))


def _covered(view: View, drafts: Sequence[Draft]) -> frozenset[str]:
    """Ids of the occurrences that drafts speak about: as places, or as what fills a slot that they name with its credential."""
    filled = {(credential, slot) for draft in drafts for credential in draft.credentials for slot in draft.slots}
    variables = (one.id for sprawl in view.graph.sprawls for one in sprawl.occurrences if (sprawl.id, one.slot) in filled)
    return frozenset((*(one.id for draft in drafts for one in draft.places), *variables))


def _finding(
    policy: Policy, draft: Draft, ranks: Mapping[str, Rank], make_id: Callable[..., str], wanted: Mapping[str, Severity]
) -> Finding:
    grade = draft.grade or policy.grade
    ceiling = draft.ceiling if grade in _FIRM else min(draft.ceiling, Severity.LOW)
    severities = [ranks[credential].of(draft.base, ceiling) for credential in draft.credentials]
    severity = max(severities, default=min(draft.base, ceiling))
    return Finding(
        id=make_id("finding", policy.id, *draft.credentials, *draft.about),
        policy=policy.id,
        title=policy.title,
        severity=wanted.get(policy.id, severity),
        grade=grade,
        credentials=draft.credentials,
        message=draft.message,
        remediation=policy.remediation,
        locations=_locations(draft),
        slots=tuple(sorted({one.slot for one in draft.places if one.slot is not None}.union(draft.slots))),
        jobs=tuple(dict.fromkeys(job.id for job in draft.jobs)),
        references=policy.references,
    )


def _locations(draft: Draft) -> tuple[Location, ...]:
    places = (Location(one.container, one.path, one.spot.line, one.spot.column) for one in draft.places)
    return tuple(dict.fromkeys((*draft.spots, *places)))


def _credential(sprawl: Sprawl, ranked: Rank, worst: Mapping[str, Severity]) -> Credential:
    return Credential(
        identified=sprawl.identified,
        occurrences=sprawl.occurrences,
        severity=worst.get(sprawl.id, ranked.band),
        score=ranked.score,
        levels=ranked.levels,
        notes=ranked.notes,
        reasons=ranked.reasons,
        cap=ranked.cap,
        trust_anchors=sprawl.trust_anchors,
        partials=sprawl.partials,
    )


def _score(finding: Finding, ranks: Mapping[str, Rank]) -> int:
    return max((ranks[credential].score for credential in finding.credentials), default=0)


def _worst_first(credential: Credential) -> tuple[bool, int, int, int, int, list[tuple[str, str]], str]:
    """What is open before what is not, then by severity, score, privilege and confidence; names decide before ids, which are keyed."""
    return (
        not credential.open,
        -credential.severity,
        -credential.score,
        -credential.levels.privilege,
        _SURE.index(credential.identified.confidence),
        _names(credential.occurrences),
        credential.identified.id,
    )


def _names(places: tuple[Occurrence, ...] | tuple[Location, ...]) -> list[tuple[str, str]]:
    return [(one.container, one.path) for one in places]
