"""From the graph to ranked credentials, findings and a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Check, Confidence
from scanner.errors import UsageError
from scanner.model import Folder, Graph, Identified, Keeping, Location, Occurrence, Severity, Spot, Sprawl, Suppression, Verdict, Zone
from scanner.policies import CATALOGUE, Policy, check
from tests.scanner.policies.graphs import (
    DOTFILE,
    GITHUB,
    HEAD,
    HISTORY,
    KEY,
    NARROW,
    NPM,
    OTHER_HEAD,
    PASSWORD,
    VARIABLE,
    finding,
    graph,
    identified,
    judged,
    place,
    ranked,
)

STORY = graph(identified(), HISTORY, DOTFILE)


def test_the_catalogue_is_sorted_and_has_no_id_twice() -> None:
    ids = [policy.id for policy in CATALOGUE]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("policy", CATALOGUE, ids=lambda policy: policy.id)
def test_every_policy_says_what_people_need(policy: Policy) -> None:
    assert policy.grade in {"E1", "E2", "E3", "E4"}
    assert policy.title[0].isupper()
    assert not policy.title.endswith(".")
    assert policy.summary.endswith(".")
    assert policy.remediation.endswith(".")
    assert any(reference.startswith("NHI") for reference in policy.references) or policy.id in NOT_OF_IDENTITIES
    assert any(reference.startswith("CICD-SEC-") for reference in policy.references)


NOT_OF_IDENTITIES = {"TB505", "TB607", "TB612"}
"""What OWASP's list of risks of non-human identities has no name for."""

ALLOWED = Suppression("inline", "an example")


def test_an_accepted_place_is_no_place_for_a_policy() -> None:
    accepted = replace(OTHER_HEAD, suppression=ALLOWED)
    assert judged(graph(identified(), DOTFILE, accepted))[1:] == judged(graph(identified(), DOTFILE))[1:]


def test_an_accepted_place_stays_in_the_list() -> None:
    accepted = replace(OTHER_HEAD, suppression=ALLOWED)
    (credential,), _, _ = judged(graph(identified(), DOTFILE, accepted))
    assert (credential.occurrences, credential.open) == ((DOTFILE, accepted), True)


def test_a_credential_whose_every_place_is_accepted_is_suppressed() -> None:
    (credential,), findings, verdict = judged(
        graph(identified(), replace(HEAD, suppression=ALLOWED), replace(DOTFILE, suppression=ALLOWED))
    )
    assert (credential.suppression, findings, verdict.failed) == (ALLOWED, (), False)


def test_a_finding_says_all_that_its_policy_knows() -> None:
    (policy,) = (one for one in CATALOGUE if one.id == "TB301")
    found = finding(STORY, "TB301")
    assert (found.title, found.grade, found.remediation, found.references) == (
        policy.title,
        policy.grade,
        policy.remediation,
        policy.references,
    )
    assert (found.id, found.credentials) == ("finding/TB301/a", ("a",))


def test_locations_are_said_once() -> None:
    twice = graph(identified(), HEAD, replace(HEAD, id="again"), replace(HEAD, id="below", spot=Spot(line=2, column=5)))
    assert finding(twice, "TB001").locations == (Location("web", ".npmrc", 1, 1), Location("web", ".npmrc", 2, 5))


def test_a_credential_is_as_bad_as_its_worst_finding() -> None:
    assert ranked(graph(replace(identified(), privilege=4), DOTFILE, HEAD)).severity is Severity.CRITICAL


def test_a_credential_without_findings_has_its_band() -> None:
    home = ranked(graph(identified(), VARIABLE, slots=[NARROW]))
    assert (home.score, home.severity) == (45, Severity.MEDIUM)


def policies_of(of: Graph, *, only: Iterable[str] = (), without: Iterable[str] = ()) -> list[str]:
    _, findings, _ = judged(of, only=only, without=without)
    return sorted(one.policy for one in findings)


def test_only_and_without_select_policies() -> None:
    assert policies_of(STORY) == ["TB201", "TB301", "TB701"]
    assert policies_of(STORY, only=["TB301", "TB302"]) == ["TB301"]
    assert policies_of(STORY, without=["TB301"]) == ["TB201", "TB701"]
    assert policies_of(STORY, only=["TB301"], without=["TB301"]) == []


def test_leaving_a_policy_out_makes_no_other_speak() -> None:
    assert policies_of(graph(identified(), HEAD), without=["TB001"]) == []
    assert policies_of(STORY, without=["TB301", "TB201"]) == ["TB701"]


@pytest.mark.parametrize(("only", "without"), [(["TB999"], []), ([], ["TB001", "tb301"])])
def test_an_unknown_policy_is_a_wrong_call(only: list[str], without: list[str]) -> None:
    with pytest.raises(UsageError, match=r"there is no policy (TB999|tb301); there are TB001, "):
        judged(STORY, only=only, without=without)
    with pytest.raises(UsageError):
        check(only, without)


def test_known_policies_pass_the_check() -> None:
    check(("TB001",), ("TB301", "TB702"))


def many(*statements: Identified) -> Graph:
    """A graph in which each credential lies in a file of its own."""
    return Graph(tuple(Sprawl(one, (replace(DOTFILE, id=one.id, credential=one.id, path=one.id),)) for one in statements))


def test_credentials_come_worst_first() -> None:
    listed = many(
        identified("suppressed", kind=KEY, suppression=Suppression("config", "known")),
        identified("broken", check=Check.FAILED),
        identified("z npm"),
        identified("y npm", confidence=Confidence.LOW),
        identified("x npm"),
        identified("key", kind=KEY),
        identified("password", kind=PASSWORD),
    )
    credentials, _, _ = judged(listed)
    assert [one.identified.id for one in credentials] == ["key", "x npm", "z npm", "y npm", "password", "broken", "suppressed"]


def test_findings_come_worst_first() -> None:
    _, findings, _ = judged(many(identified("broken", check=Check.FAILED), identified("a npm"), identified("b key", kind=KEY)))
    assert [one.credentials[0] for one in findings] == ["b key", "a npm", "broken"]


@pytest.mark.parametrize(
    ("fail_on", "verdict"),
    [
        (None, Verdict(failed=False, fail_on="none", reasons=())),
        (Severity.CRITICAL, Verdict(failed=False, fail_on="critical", reasons=())),
        (Severity.HIGH, Verdict(failed=True, fail_on="high", reasons=("2 high findings",))),
        (Severity.LOW, Verdict(failed=True, fail_on="low", reasons=("2 high findings", "1 medium finding"))),
        (Severity.INFO, Verdict(failed=True, fail_on="info", reasons=("2 high findings", "1 medium finding", "1 info finding"))),
    ],
)
def test_verdict(fail_on: Severity | None, verdict: Verdict) -> None:
    listed = many(identified("npm"), identified("key", kind=KEY), identified("weak", PASSWORD), identified("no", check=Check.FAILED))
    _, _, said = judged(listed, fail_on=fail_on)
    assert said == verdict


def test_nothing_found_passes() -> None:
    assert judged(Graph(())) == ((), (), Verdict(failed=False, fail_on="low", reasons=()))


def test_a_suppressed_credential_stays_in_the_list_and_is_not_spoken_of() -> None:
    refused = graph(identified(suppression=Suppression("dummy", "an example")), HISTORY, DOTFILE)
    credentials, findings, verdict = judged(refused)
    assert (len(credentials), findings, verdict.failed) == (1, (), False)


PLACES = [
    HEAD,
    HISTORY,
    OTHER_HEAD,
    DOTFILE,
    VARIABLE,
    *(
        replace(DOTFILE, id=f"{mode}", path=f"{mode}", mode="0644", keeping=Keeping(".npmrc", 0o600, 1, 2, (Folder("", mode, 1, 2),)))
        for mode in (0o700, 0o755)
    ),
    *(place(zone, f"in {zone.value}") for zone in Zone),
]
SPRAWLS = st.builds(
    Sprawl,
    st.builds(
        identified,
        st.just("a"),
        st.sampled_from([NPM, GITHUB, KEY, PASSWORD]),
        privilege=st.integers(1, 5),
        check=st.sampled_from(Check),
        facts=st.sampled_from([{}, {"at_rest": "encrypted"}, {"expires_at": "2026-01-01T00:00:00Z"}]),
    ),
    st.lists(st.sampled_from(PLACES), min_size=1, max_size=6, unique=True).map(tuple),
)


def renamed(sprawl: Sprawl, name: str) -> Sprawl:
    return Sprawl(
        replace(sprawl.identified, id=name), tuple(replace(one, id=f"{name} {one.id}", credential=name) for one in sprawl.occurrences)
    )


GRAPHS = st.lists(SPRAWLS, max_size=4).map(lambda found: Graph(tuple(renamed(one, f"c{n}") for n, one in enumerate(found)), (NARROW,)))


@given(GRAPHS, st.integers(0, 3))
def test_a_suppression_never_adds_a_finding(of: Graph, index: int) -> None:
    refused = tuple(
        Sprawl(replace(sprawl.identified, suppression=Suppression("config", "known")), sprawl.occurrences) if n == index else sprawl
        for n, sprawl in enumerate(of.sprawls)
    )
    _, before, _ = judged(of)
    _, after, _ = judged(replace(of, sprawls=refused))
    assert set(after) == {one for one in before if one.credentials != (f"c{index}",)}


@given(GRAPHS)
def test_every_open_place_is_spoken_of_unless_it_is_the_wanted_home(of: Graph) -> None:
    _, findings, _ = judged(of)
    said = {(credential, one.container, one.path) for found in findings for credential in found.credentials for one in found.locations}
    for sprawl in of.sprawls:
        for one in sprawl.occurrences:
            assert (sprawl.id, one.container, one.path) in said or wanted(one)


def wanted(one: Occurrence) -> bool:
    return one.zone is Zone.MANAGED_STORE or one.slot == NARROW.id


@given(SPRAWLS, st.sampled_from(PLACES))
def test_another_place_never_lowers_a_level(sprawl: Sprawl, more: Occurrence) -> None:
    wider = Sprawl(sprawl.identified, tuple(dict.fromkeys((*sprawl.occurrences, more))))
    before, after = (ranked(Graph((one,), (NARROW,))).levels for one in (sprawl, wider))
    assert after.exposure >= before.exposure
    assert after.reuse >= before.reuse
    assert after.lifetime >= before.lifetime


@given(GRAPHS)
def test_the_order_of_credentials_changes_nothing(of: Graph) -> None:
    assert judged(of) == judged(replace(of, sprawls=tuple(reversed(of.sprawls))))
