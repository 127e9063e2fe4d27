from __future__ import annotations

import pytest

from scanner.reports.words import counted, day, duration, listed, size


@pytest.mark.parametrize(("number", "expected"), [(0, "0 places"), (1, "1 place"), (2, "2 places"), (1234567, "1,234,567 places")])
def test_a_count_agrees_with_its_noun(number: int, expected: str) -> None:
    assert counted(number, "place") == expected


@pytest.mark.parametrize(("number", "expected"), [(1, "1 repository"), (2, "2 repositories")])
def test_a_count_knows_other_plurals(number: int, expected: str) -> None:
    assert counted(number, "repository", "repositories") == expected


@pytest.mark.parametrize(("items", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_a_list_is_a_phrase(items: list[str], expected: str) -> None:
    assert listed(items) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (6_100_000_000, "6.1 GB"),
        (2_000 * 10**15, "2,000.0 PB"),
    ],
)
def test_bytes_are_counted_in_thousands(count: int, expected: str) -> None:
    assert size(count) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.001, "0.1 s"), (7.24, "7.2 s"), (99.94, "99.9 s"), (99.96, "1 min 40 s"), (125.2, "2 min 5 s"), (3780, "1 h 3 min")],
)
def test_time_is_given_in_what_it_is_long_enough_for(seconds: float, expected: str) -> None:
    assert duration(seconds) == expected


def test_a_moment_has_its_day() -> None:
    assert day("2026-03-02T17:30:00Z") == "2026-03-02"
