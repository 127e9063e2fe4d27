from __future__ import annotations

import json

import pytest

from detectors._caveats import Grant, read_caveats
from scanner.contract import Lifetime
from tests.support import tokens

IDS = [tokens.uuid(1), tokens.uuid(2)]


def grant(*caveats: object) -> Grant:
    return read_caveats(json.dumps(caveat).encode() for caveat in caveats)


@pytest.mark.parametrize(
    ("caveats", "scope"),
    [
        ([], "unknown"),
        ([[3, IDS[0]]], "account"),
        ([{"version": 1, "permissions": "user"}], "account"),
        ([[1, ["a"]]], "single"),
        ([[1, ["a", "b"]]], "multi"),
        ([[2, IDS]], "multi"),
        ([[1, ["a", "b"]], [2, IDS[:1]]], "single"),
        ([[1, ["a", "b"]], [1, ["b", "c"]]], "single"),
        ([[1, ["a"]], [1, ["b"]]], "unknown"),
        ([[3, IDS[0]], [1, ["a"]]], "single"),
        ([{"version": 1, "permissions": {"projects": ["a"]}}], "single"),
        ([{"project_ids": IDS}], "multi"),
        ([[4, IDS[0], None]], "unknown"),
        ([[9, "new"]], "unknown"),
        ([[True, ["a"]]], "unknown"),
        (["text", 5, None, [], {}, [1], [1, "a"], [1, None], [0]], "unknown"),
    ],
)
def test_scope(caveats: list[object], scope: str) -> None:
    assert grant(*caveats).scope == scope


def test_all_restrictions_hold_at_once() -> None:
    assert grant([1, ["a", "b", "c"]], [1, ["c", "b"]]).projects == ["b", "c"]


def test_the_earliest_end_and_the_latest_beginning_count() -> None:
    found = grant([0, 2_000_000_000, 100], [0, 1_000_000_000, 200], {"exp": 1_500_000_000, "nbf": 150})
    assert (found.expires_at, found.not_before) == ("2001-09-09T01:46:40Z", "1970-01-01T00:03:20Z")


@pytest.mark.parametrize("moment", [-1, 10**30, "soon", None, True, [1]])
def test_an_end_that_is_no_time_is_none(moment: object) -> None:
    assert grant([0, moment, moment]).expires_at is None


@pytest.mark.parametrize(
    ("caveats", "lifetime"),
    [([], Lifetime.STATIC), ([[0, 1_800_000_000, 0]], Lifetime.EXPIRING), ([[4, IDS[0], None]], Lifetime.EPHEMERAL)],
)
def test_lifetime(caveats: list[object], lifetime: Lifetime) -> None:
    assert grant(*caveats).lifetime is lifetime


def test_further_elements_of_a_caveat_change_nothing() -> None:
    assert grant([1, ["a"], "new"]) == grant([1, ["a"]])


def test_names_that_no_project_has_are_not_printed() -> None:
    assert grant([1, ["a", "\u001b[2J", "é", 5, "x" * 500]]).projects == ["a"]


def test_a_user_is_a_uuid() -> None:
    assert grant([3, IDS[0]]).user_id == IDS[0]
    assert grant([3, "root"]).user_id is None


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[" * 5000, b"nonsense"])
def test_what_is_no_json_restricts_nothing(raw: bytes) -> None:
    assert read_caveats([raw]) == read_caveats([])
