from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.reports.layout import width
from scanner.reports.names import Names

LONG = "services/payments/gateway/configuration/production/secrets.yaml"


def test_a_name_that_fits_stays_whole() -> None:
    assert Names([LONG]).fit(LONG, len(LONG)) == LONG


def test_a_long_name_keeps_its_beginning_and_more_of_its_end() -> None:
    assert Names([LONG]).fit(LONG, 30) == "services/p…uction/secrets.yaml"


def test_two_names_that_would_look_the_same_stay_whole() -> None:
    other = LONG.replace("gateway", "routing")
    names = Names([LONG, other])
    assert [names.fit(name, 30) for name in (LONG, other)] == [LONG, other]


def test_a_name_does_not_become_one_that_is_there() -> None:
    cut = Names([LONG]).fit(LONG, 30)
    assert Names([LONG, cut]).fit(LONG, 30) == LONG


def test_a_name_that_nobody_announced_is_told_from_the_others_too() -> None:
    assert Names([LONG.replace("gateway", "routing")]).fit(LONG, 30) == LONG


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("/home/me", "~"),
        ("/home/me/src/web", "~/src/web"),
        ("/home/me2", "/home/me2"),
        ("x/home/me", "x/home/me"),
    ],
)
def test_the_home_directory_is_a_tilde(name: str, expected: str) -> None:
    assert Names([name], "/home/me/").fit(name, 90) == expected


@given(st.sets(st.text("ab/é日", min_size=1, max_size=30), max_size=30), st.integers(3, 12))
def test_no_two_names_ever_look_the_same(names: set[str], room: int) -> None:
    fitter = Names(names)
    assert len({fitter.fit(name, room) for name in names}) == len(names)


@given(st.text(max_size=60), st.integers(3, 40))
def test_a_name_alone_always_fits_its_room(name: str, room: int) -> None:
    assert width(Names([name]).fit(name, room)) <= room
