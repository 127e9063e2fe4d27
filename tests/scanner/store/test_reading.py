"""What readers get."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanner.model import Occurrence
from scanner.store import StoredOutcome, open_store
from scanner.store.connection import BATCH
from scanner.store.store import Store
from tests.scanner.store.worlds import (
    COVERAGE,
    INFRA,
    KID,
    NIGHTS,
    WEB,
    credential,
    credential_id,
    finding,
    finish,
    holds,
    identified,
    judge,
    night,
    occurrence,
    opened,
    slot,
)


def outcome_of(store: Store) -> StoredOutcome:
    outcome = store.outcome()
    assert outcome is not None
    return outcome


def test_there_is_no_outcome_before_the_first_edition(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        assert store.outcome() is None
        assert store.targets() == ()
        assert not store.filled()
        assert store.credentials("aaaaaa") == ()
        assert store.first_credential([credential_id("aaaaaa")]) is None


def test_an_outcome_has_everything_that_was_recorded(tmp_path: Path) -> None:
    said, place = identified(user="u"), occurrence()
    with opened(tmp_path / "s.db") as store:
        with store.publish(NIGHTS[1]) as edition:
            edition.renew(WEB, [said], [place], [slot("s")], keep_lost=False)
            edition.record([credential(said, [place], score=77)], [finding("f")])
            edition.finish(COVERAGE, finished_at=NIGHTS[2], tool_version="1.2", detectors=["npm", "pypi"])
        with open_store(str(tmp_path / "s.db"), kid=KID, write=False) as reader:
            outcome = outcome_of(reader)
    seen = replace(place, first_seen=NIGHTS[1], last_seen=NIGHTS[1])
    judged = replace(credential(said, [seen], score=77), first_seen=NIGHTS[1], last_seen=NIGHTS[1], first_place="1")
    assert outcome == StoredOutcome(
        started_at=NIGHTS[1],
        finished_at=NIGHTS[2],
        tool_version="1.2",
        detectors=("npm", "pypi"),
        coverage=COVERAGE,
        credentials=(judged,),
        findings=(finding("f", life="new"),),
        slots=(slot("s"),),
        targets=(replace(WEB, first_seen=NIGHTS[1], last_seen=NIGHTS[1]),),
    )


def test_the_outcome_is_that_of_the_last_edition(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        for number in range(12):
            night(store, number)
        assert outcome_of(store).started_at == NIGHTS[11]


def test_a_credential_is_as_it_was_judged_last(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence()))
        with store.publish(NIGHTS[2]) as edition:
            edition.touch(WEB)
            edition.record([credential(identified(), [occurrence()], score=99)], ())
            finish(edition)
        assert [one.score for one in outcome_of(store).credentials] == [99]


def test_places_come_in_the_order_in_which_they_were_judged(tmp_path: Path) -> None:
    held = [occurrence(name) for name in "312"]
    with opened(tmp_path / "s.db") as store:
        with store.publish(NIGHTS[1]) as edition:
            holds(*held)(edition)
            edition.record([credential(identified(), held)], ())
            finish(edition)
        (one,) = store.credentials("aaaaaa")
    assert [place.id for place in one.credential.occurrences] == ["3", "1", "2"]


def test_a_credential_that_is_nowhere_any_more_is_left_out(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence("1"), occurrence("2", "bbbbbb"), occurrence("3", "cccccc")))
        night(store, 2, holds(occurrence("1"), occurrence("3", "cccccc")))
        assert [one.identified.id for one in outcome_of(store).credentials] == [credential_id("aaaaaa"), credential_id("cccccc")]
        assert store.filled()
        assert store.credentials("bbbbbb") == ()
        assert store.first_credential([credential_id("bbbbbb")]) is None


def test_a_credential_was_seen_first_and_last_where_it_no_longer_is_too(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence("old")))
        night(store, 2, holds(occurrence("old"), occurrence("short")))
        night(store, 3, holds(occurrence("old")))
        night(store, 4, holds(occurrence("new"), target=INFRA))
        night(store, 5, lambda edition: edition.touch(WEB))
        night(store, 6, holds())
        (one,) = outcome_of(store).credentials
    assert (one.first_seen, one.last_seen) == (NIGHTS[1], NIGHTS[5])
    assert [(place.id, place.first_seen, place.last_seen) for place in one.occurrences] == [("new", NIGHTS[4], NIGHTS[4])]


EARLY, LATE = "2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z"


@pytest.mark.parametrize(
    ("editions", "expected"),
    [
        pytest.param([[occurrence("b", committed_at=LATE), occurrence("c", committed_at=EARLY), occurrence("a")]], "c", id="oldest commit"),
        pytest.param([[occurrence("b")], [occurrence("a"), occurrence("b"), occurrence("c", committed_at=LATE)]], "c", id="any commit"),
        pytest.param([[occurrence("b", committed_at=EARLY), occurrence("a", committed_at=EARLY)]], "a", id="equal commits"),
        pytest.param([[occurrence("b")], [occurrence("a"), occurrence("b")]], "b", id="first met"),
        pytest.param([[occurrence("b"), occurrence("a")]], "a", id="met together"),
        pytest.param([[occurrence("a", committed_at=EARLY)], [occurrence("b", committed_at=LATE)]], "b", id="only where it still is"),
    ],
)
def test_the_first_place_of_a_credential(tmp_path: Path, editions: list[list[Occurrence]], expected: str) -> None:
    with opened(tmp_path / "s.db") as store:
        for number, held in enumerate(editions):
            night(store, number, holds(*held))
        (one,) = outcome_of(store).credentials
    assert one.first_place == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (credential_id("aaaaaa"), ["aaaaaa"]),
        ("aaaaaa", ["aaaaaa"]),
        ("aaaaa", []),
        ("aaaaab", ["aaaaabb", "aaaaabc"]),
        ("aaaaabc", ["aaaaabc"]),
        (KID, []),
        (f"kt1:{KID}:aaaaaa", []),
        ("aaaa%%", []),
        ("______", []),
        ("", []),
        ("zzzzzz", []),
    ],
)
def test_a_credential_is_found_by_its_id_or_its_first_six_characters(tmp_path: Path, name: str, expected: list[str]) -> None:
    names = ["aaaaaa", "aaaaabb", "aaaaabc", "aaaaca"]
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(*(occurrence(one, one) for one in names)))
        found = [one.credential for one in store.credentials(name)]
        assert [one.identified.id for one in found] == [credential_id(one) for one in expected]
        assert [one for one in outcome_of(store).credentials if one in found] == found


@pytest.mark.parametrize("before", [0, 1, BATCH - 1, BATCH, 3 * BATCH])
def test_of_several_credentials_the_first_that_is_known_is_given(tmp_path: Path, before: int) -> None:
    unknown = [credential_id(f"{number:06}") for number in range(before)]
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence("1"), occurrence("2", "bbbbbb")))
        found = store.first_credential([*unknown, credential_id("bbbbbb"), credential_id("aaaaaa")])
        assert found is not None
        assert found.credential.identified.id == credential_id("bbbbbb")


def test_with_a_credential_come_the_findings_that_name_it_and_the_slots_it_lies_in(tmp_path: Path) -> None:
    ours, theirs = finding("1"), replace(finding("2"), credentials=(credential_id("bbbbbb"),))
    both = replace(finding("3"), credentials=(credential_id("bbbbbb"), credential_id("aaaaaa")))
    filled = replace(occurrence("1"), slot="s"), replace(occurrence("2", "bbbbbb"), slot="s"), replace(occurrence("3", "bbbbbb"), slot="t")
    with opened(tmp_path / "s.db") as store:
        with store.publish(NIGHTS[1]) as edition:
            edition.renew(WEB, [identified(), identified("bbbbbb")], filled, [slot("s"), slot("t"), slot("u")], keep_lost=False)
            edition.renew(INFRA, [identified("bbbbbb")], [replace(occurrence("4", "bbbbbb"), slot="v")], [slot("v")], keep_lost=False)
            judge(edition, [ours, theirs, both])
            finish(edition)
        (one,) = store.credentials("aaaaaa")
        assert [known.id for known in one.findings] == ["1", "3"]
        assert one.slots == (slot("s"),)
        assert {place.id for place in one.beside} == {"1", "2"}
        (other,) = store.credentials("bbbbbb")
        assert [known.id for known in other.findings] == ["2", "3"]
        assert [known.id for known in other.slots] == ["s", "t", "v"]


def test_the_findings_of_one_credential_have_their_life(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        for number in (1, 2):
            night(store, number, holds(occurrence()), [finding("f")])
        (one,) = store.credentials("aaaaaa")
    assert [known.life for known in one.findings] == ["open"]


def test_targets_come_by_name(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds())
        night(store, 2, holds(target=INFRA))
        assert [target.name for target in store.targets()] == ["infra", "web"]
        assert store.targets() == outcome_of(store).targets
