"""How bad one credential is."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Check, Confidence, Fact, Kind, Lifetime
from scanner.model import Graph, Identified, Levels, Occurrence, Severity, Slot, Suppression, Zone
from scanner.policies.scoring import band, score_of
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
    RECENT,
    TODAY,
    VARIABLE,
    graph,
    identified,
    place,
    ranked,
    severities,
    slot,
)


@pytest.mark.parametrize(
    ("levels", "score"),
    [
        (Levels(1, 3, 1, 1), 17),
        (Levels(2, 2, 1, 1), 28),
        (Levels(4, 1, 1, 3), 45),
        (Levels(4, 2, 1, 3), 55),
        (Levels(4, 3, 4, 3), 79),
        (Levels(4, 4, 5, 5), 91),
        (Levels(5, 5, 5, 5), 100),
        (Levels(5, 3, 1, 5), 72),
        (Levels(5, 4, 4, 5), 94),
        (Levels(2, 4, 3, 5), 59),
        (Levels(4, 3, 4, 5), 84),
        (Levels(1, 1, 1, 1), 0),
        (Levels(1, 5, 5, 5), 39),
        (Levels(3, 5, 5, 5), 79),
    ],
)
def test_worked_scores(levels: Levels, score: int) -> None:
    assert score_of(levels) == score


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        (100, Severity.CRITICAL),
        (80, Severity.CRITICAL),
        (79, Severity.HIGH),
        (60, Severity.HIGH),
        (59, Severity.MEDIUM),
        (40, Severity.MEDIUM),
        (39, Severity.LOW),
        (20, Severity.LOW),
        (19, Severity.INFO),
        (0, Severity.INFO),
    ],
)
def test_bands(score: int, severity: Severity) -> None:
    assert band(score) is severity


LEVEL = st.integers(1, 5)


@given(st.builds(Levels, LEVEL, LEVEL, LEVEL, LEVEL), st.sampled_from([field.name for field in fields(Levels)]))
def test_a_higher_level_never_scores_lower(levels: Levels, name: str) -> None:
    higher = replace(levels, **{name: min(getattr(levels, name) + 1, 5)})
    assert score_of(higher) >= score_of(levels)


def exposure(*places: Occurrence, slots: tuple[Slot, ...] = (), public: tuple[str, ...] = (), one: Identified | None = None) -> int:
    return ranked(graph(one or identified(), *places, slots=slots, public=public)).levels.exposure


@pytest.mark.parametrize(
    ("where", "level"),
    [
        (place(Zone.MANAGED_STORE), 1),
        (DOTFILE, 3),
        (replace(DOTFILE, mode=None), 3),
        (replace(DOTFILE, mode="0644"), 4),
        (replace(DOTFILE, mode="0640"), 4),
        (place(Zone.WORKSTATION_KEYSTORE, mode="0600"), 3),
        (place(Zone.WORKSTATION_KEYSTORE, mode="0604"), 4),
        (place(Zone.FOLDER, mode="0600"), 3),
        (place(Zone.FOLDER, mode="0644"), 4),
        (place(Zone.WORKSTATION_SHELL, mode="0600"), 4),
        (HEAD, 4),
        (HISTORY, 4),
        (place(Zone.WORKTREE), 4),
        (place(Zone.GIT_METADATA), 4),
        (place(Zone.RELEASE_SCRIPT), 4),
        (place(Zone.CI_DEFINITION), 4),
        (place(Zone.DEPLOYMENT), 4),
        (place(Zone.CI_LOG_ARTIFACT), 4),
        (place(Zone.CHAT), 5),
        (place(Zone.IMAGE_LAYER), 5),
        (place(Zone.PUBLISHED_ARTIFACT), 5),
    ],
)
def test_exposure_by_zone(where: Occurrence, level: int) -> None:
    assert exposure(where) == level


@pytest.mark.parametrize("zone", [Zone.REPO_HEAD, Zone.REPO_HISTORY, Zone.RELEASE_SCRIPT, Zone.CI_DEFINITION])
def test_a_public_repository_is_exposed_most(zone: Zone) -> None:
    assert exposure(place(zone), public=("web",)) == 5


def test_public_is_said_of_repositories() -> None:
    assert exposure(DOTFILE, public=("home",)) == 3


@pytest.mark.parametrize(
    ("variable", "level"),
    [
        (NARROW, 1),
        (replace(NARROW, masked=False, hidden=True), 1),
        (replace(NARROW, environment_scope="review/*"), 2),
        (replace(NARROW, masked=None), 2),
        (replace(NARROW, protected=None), 2),
        (slot(protected=True), 2),
        (slot(protected=None), 2),
        (slot(scope="production"), 2),
        (slot(), 3),
        (slot(scope=None), 3),
        (slot(level="group", protected=True), 3),
        (slot(level="org", protected=True), 3),
        (slot(level="instance", protected=True), 3),
        (slot(level="context", protected=True), 3),
        (slot(level="user", protected=True), 3),
        (slot(level="unknown", protected=True), 3),
    ],
)
def test_exposure_of_a_variable(variable: Slot, level: int) -> None:
    assert exposure(VARIABLE, slots=(variable,)) == level


def test_a_variable_of_which_nothing_is_known_may_be_anybodys() -> None:
    assert exposure(replace(VARIABLE, slot=None)) == 3


def test_the_worst_place_counts() -> None:
    assert exposure(DOTFILE, place(Zone.CHAT), VARIABLE) == 5


@pytest.mark.parametrize("state", ["encrypted", "hardware"])
def test_an_encrypted_key_is_less_exposed(state: str) -> None:
    assert exposure(HEAD, one=identified(kind=KEY, facts={"at_rest": state})) == 3


def test_nothing_is_less_exposed_than_a_managed_store() -> None:
    assert exposure(place(Zone.MANAGED_STORE), one=identified(kind=KEY, facts={"at_rest": "encrypted"})) == 1


CHAT = place(Zone.CHAT)


@pytest.mark.parametrize(
    ("kind", "places", "level"),
    [
        pytest.param(NPM, [HEAD], 1, id="one place"),
        pytest.param(NPM, [HEAD, replace(HEAD, id="again", spot=replace(HEAD.spot, line=2))], 1, id="one file twice"),
        pytest.param(NPM, [HEAD, place(Zone.REPO_HEAD, path="other")], 2, id="two files"),
        pytest.param(NPM, [HEAD, OTHER_HEAD], 3, id="two projects"),
        pytest.param(NPM, [HEAD, DOTFILE], 3, id="two groups"),
        pytest.param(NPM, [HEAD, OTHER_HEAD, DOTFILE], 4, id="two groups and two projects"),
        pytest.param(GITHUB, [HEAD, OTHER_HEAD, DOTFILE], 3, id="the same, without the power"),
        pytest.param(NPM, [HEAD, DOTFILE, CHAT], 5, id="three groups"),
        pytest.param(GITHUB, [HEAD, DOTFILE, CHAT], 3, id="the same, without the power"),
        pytest.param(NPM, [HEAD, place(Zone.MANAGED_STORE, "vault", "npm")], 2, id="a managed store is no crossing"),
    ],
)
def test_reuse(kind: Kind, places: list[Occurrence], level: int) -> None:
    assert ranked(graph(identified(kind=kind), *places)).levels.reuse == level


def kind_that_is(lifetime: Lifetime) -> Kind:
    return replace(GITHUB, lifetime=lifetime)


@pytest.mark.parametrize(
    ("kind", "facts", "level"),
    [
        (kind_that_is(Lifetime.EPHEMERAL), {}, 1),
        (kind_that_is(Lifetime.STATIC), {}, 5),
        (kind_that_is(Lifetime.UNKNOWN), {}, 4),
        (kind_that_is(Lifetime.EXPIRING), {}, 4),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": "2026-12-02T00:00:00Z"}, 2),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": "2026-12-03T00:00:00Z"}, 3),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": "2027-02-23T00:00:00Z"}, 3),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": "2027-02-24T00:00:00Z"}, 4),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": "2027-11-25T00:00:00Z"}, 4),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": "2027-11-26T00:00:00Z"}, 5),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": "2026-12-02T00:00:00Z", "not_before": "2026-10-02T00:00:00Z"}, 3),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": 1_796_169_600}, 2),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": "never"}, 4),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": 10**30}, 4),
        (kind_that_is(Lifetime.EXPIRING), {"expires_at": True}, 4),
        (kind_that_is(Lifetime.STATIC), {"lifetime": "ephemeral"}, 1),
        (kind_that_is(Lifetime.STATIC), {"lifetime": "no word of ours"}, 5),
        (NPM, {}, 3),
    ],
)
def test_lifetime(kind: Kind, facts: dict[str, Fact], level: int) -> None:
    assert ranked(graph(identified(kind=kind, facts=facts), DOTFILE)).levels.lifetime == level


@pytest.mark.parametrize(("since", "level"), [("2025-11-25T00:00:00Z", 4), ("2025-11-24T00:00:00Z", 5)])
def test_more_than_a_year_of_exposure_is_like_no_end(since: str, level: int) -> None:
    unknown = identified(kind=kind_that_is(Lifetime.UNKNOWN))
    assert ranked(graph(unknown, place(Zone.REPO_HEAD, since=since))).levels.lifetime == level


def test_what_lives_an_hour_is_not_exposed_for_a_year() -> None:
    ephemeral = identified(kind=kind_that_is(Lifetime.EPHEMERAL))
    assert ranked(graph(ephemeral, place(Zone.REPO_HEAD, since="2020-01-01T00:00:00Z"))).levels.lifetime == 1


@pytest.mark.parametrize(("said", "level"), [(0, 1), (1, 1), (4, 4), (9, 5)])
def test_privilege_stays_on_the_scale(said: int, level: int) -> None:
    assert ranked(graph(identified(privilege=said), HEAD)).levels.privilege == level


def test_what_is_still_in_use_after_its_removal_scores_at_least_85() -> None:
    assert ranked(graph(identified(), HISTORY, DOTFILE)).score == 85
    assert ranked(graph(identified(privilege=2), HISTORY, DOTFILE)).score == 59


@pytest.mark.parametrize("facts", [{"expires_at": "2026-11-24T23:59:59Z"}, {"validity": "expired"}])
def test_what_has_expired_is_information(facts: dict[str, Fact]) -> None:
    of = graph(identified(facts=facts), HISTORY, DOTFILE)
    assert ranked(of).score == 15
    assert set(severities(of).values()) == {"info"}


def test_on_its_last_day_it_has_not_expired() -> None:
    assert severities(graph(identified(facts={"expires_at": "2026-11-25T01:00:00Z"}), HEAD)) == {"TB001": "high"}


def test_an_end_that_is_known_counts_more_than_a_word() -> None:
    alive = identified(facts={"expires_at": "2027-01-01T00:00:00Z", "validity": "expired"})
    assert severities(graph(alive, HEAD)) == {"TB001": "high"}


def test_what_its_checksum_contradicts_is_information() -> None:
    of = graph(identified(check=Check.FAILED), HISTORY, DOTFILE, OTHER_HEAD)
    assert ranked(of).score == 15
    assert set(severities(of).values()) == {"info"}


def test_a_finding_is_never_above_what_the_privilege_allows() -> None:
    assert set(severities(graph(identified(privilege=1), HISTORY, DOTFILE, OTHER_HEAD)).values()) == {"low"}


def test_a_finding_is_at_least_as_bad_as_its_credential() -> None:
    everywhere = graph(identified(kind=KEY), HEAD, OTHER_HEAD, DOTFILE)
    assert severities(everywhere)["TB202"] == "critical"


def test_a_suppressed_credential_is_ranked_too() -> None:
    refused = ranked(graph(identified(suppression=Suppression("config", "known")), HISTORY, DOTFILE))
    assert (refused.score, refused.severity) == (85, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("of", "note"),
    [
        (graph(identified(), DOTFILE), "Its privilege is assumed from its kind; the value does not tell."),
        (
            graph(identified(kind=KEY, facts={"at_rest": "encrypted"}), DOTFILE),
            "It is encrypted where it lies, which counts as one level less exposure.",
        ),
        (graph(identified(facts={"expires_at": "2026-11-01T00:00:00Z"}), DOTFILE), "It expired on 2026-11-01."),
        (graph(identified(facts={"validity": "expired"}), DOTFILE), "It has expired."),
        (graph(identified(check=Check.FAILED), DOTFILE), "Its own checksum or structure does not hold: most likely no credential at all."),
    ],
)
def test_what_was_assumed_is_said(of: Graph, note: str) -> None:
    assert note in ranked(of).notes


def test_what_needed_no_assumption_says_nothing() -> None:
    assert ranked(graph(identified(kind=KEY), DOTFILE)).notes == ()
    assert ranked(graph(identified(kind=KEY), HEAD, public=["web"])).notes == ()


def test_the_day_of_judgement_is_given() -> None:
    of = graph(identified(facts={"expires_at": "2026-12-24T00:00:00Z"}), place(Zone.REPO_HEAD, since=RECENT))
    assert severities(of, as_of=TODAY) == {"TB001": "high"}
    assert severities(of, as_of=date(2026, 12, 25)) == {"TB306": "info"}


@pytest.mark.parametrize(
    ("kind", "confidence", "most"),
    [(PASSWORD, Confidence.LOW, 39), (PASSWORD, Confidence.MEDIUM, 59), (PASSWORD, Confidence.HIGH, 79), (NPM, Confidence.MEDIUM, 100)],
)
def test_what_no_issuer_has_a_form_for_ranks_by_how_sure_its_detector_is(kind: Kind, confidence: Confidence, most: int) -> None:
    of = graph(identified(kind=kind, check=Check.NONE, confidence=confidence), HEAD, OTHER_HEAD, VARIABLE, DOTFILE)
    credential = ranked(of)
    assert credential.score <= most
    assert credential.severity <= band(most)
    assert ("Only what stands around it says that it is a credential." in credential.notes) is (most < 79)


@pytest.mark.parametrize(
    ("one", "cap"),
    [
        (identified(), 100),
        (identified(privilege=2), 59),
        (identified(facts={"validity": "expired"}), 15),
        (identified(kind=PASSWORD, confidence=Confidence.LOW), 39),
    ],
)
def test_the_cap_stands_beside_the_score(one: Identified, cap: int) -> None:
    assert ranked(graph(one, HEAD, OTHER_HEAD, DOTFILE)).cap == cap
