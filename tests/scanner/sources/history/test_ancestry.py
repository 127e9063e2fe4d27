from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import overload

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.history import ancestry
from scanner.sources.history.ancestry import Ancestry

NAMES = "abcdefghijkl"


class Counted(Sequence[tuple[int, ...]]):
    """The parents of commits; counts how often they were looked at."""

    def __init__(self, parents: Sequence[tuple[int, ...]]) -> None:
        self._parents = parents
        self.looks = 0

    @overload
    def __getitem__(self, place: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[int, ...]]: ...
    def __getitem__(self, place: int | slice) -> tuple[int, ...] | Sequence[tuple[int, ...]]:
        self.looks += 1
        return self._parents[place]

    def __len__(self) -> int:
        return len(self._parents)


def _asked(parents: Mapping[str, str], among: Iterable[str]) -> Ancestry:
    """Of commits with one-letter ids, in this order."""
    rows = {oid: row for row, oid in enumerate(parents)}
    return Ancestry([tuple(rows[one] for one in above) for above in parents.values()], range(len(rows)), {oid: rows[oid] for oid in among})


def _line(length: int) -> Counted:
    """Commits, each with the one before as its parent."""
    return Counted([(number - 1,) if number else () for number in range(length)])


def _numbered(numbers: Iterable[int]) -> dict[str, int]:
    """Commits that are called by their numbers."""
    return {str(number): number for number in numbers}


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
        there = sorted(among & parents.keys())
        asked = _asked(parents, there)
        pairs = list(product(there, repeat=2))
        assert [asked(*pair) for pair in pairs] == [one in above(other) for one, other in pairs]


def test_a_stranger_is_nobodys_ancestor_and_nobodys_descendant() -> None:
    asked = Ancestry(_line(3), range(3), _numbered((0, 2)))
    assert [asked(*pair) for pair in (("9", "2"), ("0", "9"), ("0", "2"))] == [False, False, True]


def test_a_history_is_walked_once_however_many_questions_there_are() -> None:
    commits = _line(2000)
    asked = Ancestry(commits, range(2000), _numbered((5, 10, 1000, 1999)))
    assert commits.looks == 0
    assert all(asked("5", str(number)) == (number in {5, 10, 1000, 1999}) for number in range(2000))
    assert [asked("1999", "5"), asked("10", "1000")] == [False, True]
    assert commits.looks == 1995


def test_a_history_is_walked_again_only_for_every_thousand_commits_that_are_asked_about() -> None:
    commits = _line(3000)
    asked = Ancestry(commits, range(3000), _numbered(range(3000)))
    assert all(asked(str(number), "2999") for number in range(3000))
    assert commits.looks == 3000 + (3000 - 1024) + (3000 - 2048)


def test_only_so_many_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ancestry, "_ROOM", 1)
    commits = _line(1026)
    asked = Ancestry(commits, range(1026), _numbered(range(1026)))
    looks = []
    for ancestor in ("0", "1", "1024", "0"):
        assert asked(ancestor, "1025")
        looks.append(commits.looks)
    assert looks == [1026, 1026, 1026 + 2, 1026 + 2 + 1026]


def test_a_circle_ends() -> None:
    asked = _asked({"a": "c", "b": "a", "c": "b"}, "abc")
    assert [asked("a", "c"), asked("c", "a")] == [True, False]
