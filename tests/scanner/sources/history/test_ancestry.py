from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Commit
from scanner.sources.history import ancestry
from scanner.sources.history.ancestry import Ancestry

NAMES = "abcdefghijkl"


class Counted(Mapping[str, Commit]):
    """Commits that count how often they were looked at."""

    def __init__(self, commits: Mapping[str, Commit]) -> None:
        self._commits = commits
        self.looks = 0

    def __getitem__(self, oid: str) -> Commit:
        self.looks += 1
        return self._commits[oid]

    def __iter__(self) -> Iterator[str]:
        return iter(self._commits)

    def __len__(self) -> int:
        return len(self._commits)


def _commits(parents: Mapping[str, str]) -> dict[str, Commit]:
    return {oid: Commit(oid, "t", tuple(above), "2024-01-01T00:00:00Z", "") for oid, above in parents.items()}


def _line(length: int) -> Counted:
    """Commits called by their numbers, each with the one before as its parent."""
    ids = [str(number) for number in range(length)]
    return Counted({oid: Commit(oid, "t", (above,) if above else (), "", "") for oid, above in zip(ids, ["", *ids], strict=False)})


HISTORIES = st.lists(st.frozensets(st.sampled_from(NAMES), max_size=3), min_size=1, max_size=len(NAMES)).map(
    lambda steps: {
        name: "".join(sorted(above & set(NAMES[:number]))) for number, (name, above) in enumerate(zip(NAMES, steps, strict=False))
    }
)


@given(HISTORIES, st.frozensets(st.sampled_from(NAMES)), st.integers(1, 4), st.booleans())
def test_it_says_what_walking_says(parents: dict[str, str], among: frozenset[str], bits: int, roomy: bool) -> None:
    def above(oid: str) -> set[str]:
        return {oid}.union(*(above(parent) for parent in parents[oid]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ancestry, "_BITS", bits)
        patch.setattr(ancestry, "_ROOM", (1 << 20) if roomy else 1)
        asked = Ancestry(_commits(parents), tuple(parents), among)
        there = sorted(among & parents.keys())
        pairs = list(product(there, repeat=2))
        assert [asked(*pair) for pair in pairs] == [one in above(other) for one, other in pairs]


def test_a_stranger_is_nobodys_ancestor_and_nobodys_descendant() -> None:
    asked = Ancestry(_line(3), ("0", "1", "2"), ("0", "2", "9"))
    assert [asked(*pair) for pair in (("9", "2"), ("0", "9"), ("0", "2"))] == [False, False, True]


def test_a_history_is_walked_once_however_many_questions_there_are() -> None:
    commits = _line(2000)
    asked = Ancestry(commits, tuple(commits), ["5", "10", "1000", "1999"])
    assert commits.looks == 0
    assert all(asked("5", str(number)) == (number in {5, 10, 1000, 1999}) for number in range(2000))
    assert [asked("1999", "5"), asked("10", "1000")] == [False, True]
    assert commits.looks == 1995


def test_a_history_is_walked_again_only_for_every_thousand_commits_that_are_asked_about() -> None:
    commits = _line(3000)
    asked = Ancestry(commits, tuple(commits), commits)
    assert all(asked(str(number), "2999") for number in range(3000))
    assert commits.looks == 3000 + (3000 - 1024) + (3000 - 2048)


def test_only_so_many_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ancestry, "_ROOM", 1)
    commits = _line(1026)
    asked = Ancestry(commits, tuple(commits), commits)
    looks = []
    for ancestor in ("0", "1", "1024", "0"):
        assert asked(ancestor, "1025")
        looks.append(commits.looks)
    assert looks == [1026, 1026, 1026 + 2, 1026 + 2 + 1026]


def test_a_circle_ends() -> None:
    asked = Ancestry(_commits({"a": "c", "b": "a", "c": "b"}), ("a", "b", "c"), "abc")
    assert [asked("a", "c"), asked("c", "a")] == [True, False]
