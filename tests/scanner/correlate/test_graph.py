"""One node for each credential: the best that was said of it, and every place it is in."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Check, Confidence
from scanner.correlate import build_graph
from scanner.model import Identified, Occurrence, Slot, Spot, Suppression, TrustAnchor, Zone
from tests.scanner.correlate.worlds import BASIC, GITHUB, NPM, identified


def occurrence(name: str = "1", credential: str = "a", *, zone: Zone = Zone.FOLDER, spot: Spot = Spot(line=1)) -> Occurrence:  # noqa: B008 - a frozen value
    return Occurrence(name, credential, zone, "folder", "file", spot)


def merged(*statements: Identified) -> Identified:
    (sprawl,) = build_graph(statements, [occurrence()]).sprawls
    return sprawl.identified


ENCRYPTED, PLAIN = {"at_rest": "encrypted"}, {"at_rest": "plain"}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(identified(check=Check.PASSED, confidence=Confidence.LOW), identified(), id="a checksum that holds"),
        pytest.param(identified(), identified(check=Check.FAILED, facts={"x": "1"}), id="a checksum that was not broken"),
        pytest.param(identified(confidence=Confidence.MEDIUM), identified(confidence=Confidence.LOW), id="more confidence"),
        pytest.param(identified(facts=PLAIN), identified(facts={**ENCRYPTED, "x": "1"}), id="the key in the clear"),
        pytest.param(identified(kind=NPM), identified(kind=BASIC, facts={"x": "1"}), id="a kind that says more than a password"),
        pytest.param(identified(facts={"x": "1"}), identified(), id="more facts"),
    ],
)
def test_the_better_statement_wins(better: Identified, worse: Identified) -> None:
    assert merged(better, worse) == merged(worse, better) == better


def test_equally_good_statements_do_not_depend_on_their_order() -> None:
    one, other = identified(kind=NPM), identified(kind=GITHUB)
    assert merged(one, other) == merged(other, one)


DUMMY = Suppression("dummy", "an example from the documentation")
INLINE = Suppression("inline", "allowed here")
CONFIG = Suppression("config", "known")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((None,), None),
        ((DUMMY, None), DUMMY),
        ((None, DUMMY, INLINE), DUMMY),
        ((INLINE, None), None),
        ((INLINE, INLINE), INLINE),
        ((INLINE, CONFIG), CONFIG),
    ],
)
def test_a_dummy_is_one_everywhere_and_any_other_suppression_is_unanimous(
    said: tuple[Suppression | None, ...], expected: Suppression | None
) -> None:
    statements = [identified(suppression=suppression, facts={"n": str(n)}) for n, suppression in enumerate(said)]
    assert merged(*statements).suppression == merged(*reversed(statements)).suppression == expected


def test_a_place_met_twice_is_told_by_the_reading_that_knows_more() -> None:
    vague, exact = occurrence(), occurrence(spot=Spot(line=1, field="token", service="example.org"))
    for order in ([vague, exact], [exact, vague]):
        (sprawl,) = build_graph([identified()], order).sprawls
        assert sprawl.occurrences == (exact,)


def test_occurrences_begin_at_home() -> None:
    zones = [Zone.CHAT, Zone.CI_VARIABLE, Zone.WORKSTATION_SHELL, Zone.REPO_HISTORY, Zone.IMAGE_LAYER, Zone.REPO_HEAD]
    (sprawl,) = build_graph([identified()], [occurrence(zone.value, zone=zone) for zone in zones]).sprawls
    assert [one.zone for one in sprawl.occurrences] == [
        Zone.REPO_HISTORY,
        Zone.REPO_HEAD,
        Zone.WORKSTATION_SHELL,
        Zone.CI_VARIABLE,
        Zone.IMAGE_LAYER,
        Zone.CHAT,
    ]


def test_at_one_path_occurrences_come_as_the_story_went() -> None:
    late = replace(occurrence("late", spot=Spot(line=1)), committed_at="2026-02-01T00:00:00Z")
    early = replace(occurrence("early", spot=Spot(line=9)), committed_at="2026-01-01T00:00:00Z")
    assert build_graph([identified()], [late, early]).sprawls[0].occurrences == (early, late)


def test_every_zone_has_its_place_in_the_order() -> None:
    found = [occurrence(zone.value, zone=zone) for zone in Zone]
    assert len(build_graph([identified()], found).sprawls[0].occurrences) == len(Zone)


def test_a_credential_without_a_place_is_none() -> None:
    assert build_graph([identified("a"), identified("b")], [occurrence(credential="a")]).sprawls[0].id == "a"


def test_slots_and_rotation_come_along() -> None:
    filler = replace(occurrence("f"), slot="s")
    gone = replace(occurrence("old", credential="a"), commit="1", removed_commit="2")
    new = replace(occurrence("new", credential="b"), commit="2")
    slot = Slot("s", "gitlab", "project", "acme/web", "export", "TOKEN")
    anchors = {"a": [TrustAnchor("ssh", "infra", "ssh/authorized_keys", 3)]}
    graph = build_graph([identified("a"), identified("b")], [filler, gone, new], slots=[slot], anchors=anchors, public=["folder"])
    assert graph.slots == (replace(slot, credentials=("a",)),)
    assert [graph.superseded, graph.trusted, graph.public] == [frozenset({"old"}), frozenset({"a"}), frozenset({"folder"})]


STATEMENTS = st.builds(
    identified,
    st.sampled_from("ab"),
    kind=st.sampled_from([NPM, BASIC, GITHUB]),
    check=st.sampled_from(Check),
    confidence=st.sampled_from(Confidence),
    facts=st.dictionaries(st.sampled_from(["at_rest", "x"]), st.sampled_from(["plain", "encrypted"])),
    suppression=st.sampled_from([None, DUMMY, INLINE, CONFIG]),
)
PLACES = st.builds(
    occurrence,
    st.sampled_from("1234"),
    st.just("a"),
    zone=st.sampled_from(Zone),
    spot=st.builds(Spot, line=st.sampled_from([None, 1]), field=st.sampled_from([None, "f"]), tool=st.sampled_from([None, "t"])),
)


@given(st.lists(STATEMENTS), st.lists(PLACES), st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_changes_nothing(statements: list[Identified], places: list[Occurrence], shuffle: random.Random) -> None:
    statements = [*statements, identified("a")]
    mixed = shuffle.sample(statements, len(statements)), shuffle.sample(places, len(places))
    assert build_graph(statements, places) == build_graph(*mixed)
