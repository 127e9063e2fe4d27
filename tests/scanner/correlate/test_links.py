"""Which slot a credential fills, and which one another replaced."""

from __future__ import annotations

import pytest

from scanner.correlate import fill_slots, superseded
from scanner.model import Occurrence, Slot, Spot, Zone
from tests.scanner.correlate.worlds import Repository


def in_slot(credential: str, slot: str | None) -> Occurrence:
    return Occurrence(f"{credential} in {slot}", credential, Zone.CI_VARIABLE, "export", "vars.json", Spot(), slot=slot)


def slot(name: str, *, credentials: tuple[str, ...] = (), candidates: tuple[tuple[str, str], ...] = ()) -> Slot:
    return Slot(name, "gitlab", "project", "acme/web", "export", name, credentials=credentials, candidates=candidates)


def test_what_was_seen_in_a_slot_fills_it() -> None:
    filled = fill_slots([slot("s"), slot("t")], [in_slot("b", "s"), in_slot("a", "s"), in_slot("a", "s"), in_slot("c", None)])
    assert [one.credentials for one in filled] == [("a", "b"), ()]


def test_what_was_known_to_fill_a_slot_stays() -> None:
    (one,) = fill_slots([slot("s", credentials=("z",))], [in_slot("a", "s")])
    assert one.credentials == ("a", "z")


def test_what_was_seen_is_no_candidate_any_more() -> None:
    (one,) = fill_slots([slot("s", candidates=(("a", "E3"), ("b", "E4")))], [in_slot("a", "s")])
    assert one.candidates == (("b", "E4"),)


PROVIDERS = {"a": "npm", "b": "npm", "z": "github"}


@pytest.mark.parametrize(
    ("contents", "replaced"),
    [
        pytest.param(["t:a", "t:b"], True, id="another value in the same field"),
        pytest.param(["a", "b"], True, id="another value where there are no fields"),
        pytest.param(["t:a", "t:z"], False, id="a value of another provider"),
        pytest.param(["t:a", "u:b"], False, id="a value in another field"),
        pytest.param(["t:a", "."], False, id="no value"),
        pytest.param(["t:a", ".", "t:b"], False, id="a value one commit later"),
        pytest.param(["t:a t:b", "t:b"], False, id="a value that was there before"),
        pytest.param(["t:a t:a", "t:a"], False, id="the same value"),
    ],
)
def test_rotation_shows_in_the_commit_that_removed_a_value(contents: list[str | None], replaced: bool) -> None:
    repository = Repository()
    repository.line("f", contents)
    found = repository.occurrences(f"c{len(contents) - 1}")
    ids = superseded(found, PROVIDERS)
    assert ids == {one.id for one in found if one.credential == "a" and one.removed_commit and replaced}


def test_a_new_value_in_another_file_replaces_nothing() -> None:
    repository = Repository()
    repository.commit("c0", "", {"f": "t:a"})
    repository.commit("c1", "c0", {"g": "t:b"})
    assert superseded(repository.occurrences("c1"), PROVIDERS) == frozenset()


def test_what_was_only_uncommitted_replaces_nothing() -> None:
    repository = Repository()
    repository.line("f", ["t:a", "."])
    assert superseded(repository.occurrences("c1", worktree={"f": "t:b"}), PROVIDERS) == frozenset()
