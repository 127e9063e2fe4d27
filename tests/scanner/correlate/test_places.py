"""What is one place in a blob, and what two places are called."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from scanner.correlate import Part, occurrences_at
from scanner.model import Occurrence, Sighting, Spot, Zone
from tests.scanner.correlate.worlds import identified, make_id


def at(*spots: Spot, name: str = "a") -> tuple[Sighting, ...]:
    return tuple(Sighting(identified(name), spot) for spot in spots)


def places(*sightings: Sighting) -> tuple[Occurrence, ...]:
    return occurrences_at("home", ".npmrc", Zone.WORKSTATION_DOTFILE, [Part(sightings, mode=0o100600)], make_id)


AS_TEXT = Spot(line=3, column=7)
BY_MEANING = Spot(line=3, column=7, field="_authToken", service="example.org")
BY_KEY = Spot(line=3, column=7, field="_authToken")


@pytest.mark.parametrize("spots", list(permutations((AS_TEXT, BY_MEANING, BY_KEY))))
def test_the_same_bytes_read_twice_are_one_under_the_reading_that_knows_more(spots: tuple[Spot, ...]) -> None:
    assert [one.spot for one in places(*at(*spots))] == [BY_MEANING]


@pytest.mark.parametrize(
    "other",
    [
        replace(AS_TEXT, line=4),
        replace(AS_TEXT, column=8),
        replace(AS_TEXT, encoding=("base64",)),
        Spot(),
    ],
)
def test_other_bytes_are_another_place(other: Spot) -> None:
    assert len(places(*at(AS_TEXT, other))) == 2


def test_another_credential_is_another_place() -> None:
    assert len(places(*at(AS_TEXT), *at(AS_TEXT, name="b"))) == 2


@pytest.mark.parametrize("vague", [Spot(), Spot(line=3), Spot(column=7)])
def test_spots_that_are_vague_are_never_taken_for_one(vague: Spot) -> None:
    assert len(places(*at(vague, vague))) == 2


def test_equals_are_numbered_by_line() -> None:
    found = places(*at(Spot(line=9, column=1), Spot(line=2, column=1)))
    assert [(one.spot.line, one.id[-1]) for one in found] == [(2, "0"), (9, "1")]


@pytest.mark.parametrize("spot", [replace(BY_KEY, field="_auth"), replace(BY_KEY, field_path=("x",)), replace(BY_KEY, encoding=("hex",))])
def test_field_and_encoding_are_part_of_the_id(spot: Spot) -> None:
    (one,), (other,) = places(*at(BY_KEY)), places(*at(spot))
    assert one.id != other.id


@pytest.mark.parametrize("spot", [replace(BY_KEY, line=9), replace(BY_KEY, column=1), BY_MEANING])
def test_line_column_and_what_the_place_is_for_are_not(spot: Spot) -> None:
    (one,), (other,) = places(*at(BY_KEY)), places(*at(spot))
    assert one.id == other.id


def test_a_key_cannot_pose_as_two() -> None:
    ids = {places(*at(Spot(field=field, field_path=path)))[0].id for field, path in [("b", ("a",)), ('b"', ("a",)), ('a", "b', ())]}
    assert len(ids) == 3


def test_a_place_without_history_knows_what_it_was_told() -> None:
    part = Part((replace(at(BY_KEY)[0], job="job", step="step"),), slot="slot", mode=0o100644)
    (one,) = occurrences_at("log", "1.txt", Zone.CI_LOG_ARTIFACT, [part], make_id)
    assert (one.container, one.path, one.zone) == ("log", "1.txt", Zone.CI_LOG_ARTIFACT)
    assert (one.slot, one.job, one.step, one.mode, one.in_head) == ("slot", "job", "step", "0644", None)


def test_who_wrote_a_log_there_is_no_part_of_the_id() -> None:
    (sighting,) = at(BY_KEY)
    written = (sighting, replace(sighting, job="build"), replace(sighting, step="publish"))
    assert len({places(one)[0].id for one in written}) == 1


def test_two_variables_of_one_name_are_two_places_with_two_ids() -> None:
    parts = [Part(at(BY_KEY), slot="production"), Part(at(BY_KEY), slot="staging")]
    found = occurrences_at("export", "vars.json", Zone.CI_VARIABLE, parts, make_id)
    assert [one.slot for one in found] == ["production", "staging"]
    assert len({one.id for one in found}) == 2


def test_a_file_full_of_copies_is_read_in_one_go() -> None:
    copies = at(*(Spot(line=line, column=1) for line in range(20_000, 0, -1)))
    found = places(*copies)
    assert [one.spot.line for one in found] == list(range(1, 20_001))
