"""Rows by names: the tables asked for one name find what going through every row finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.pipelines.signatures import load
from scanner.pipelines.signatures.rows import RemarkRow, SignatureRow
from scanner.pipelines.signatures.uses import ByUse, ByVariable, is_use

ACTIONS = load().actions
BY_USE = ByUse(ACTIONS)
NAMES = sorted({use.replace("*", "x") for row in ACTIONS for use in row.uses})


@given(st.sampled_from(NAMES), st.sampled_from(["", "x", "@1"]), st.booleans())
def test_names_find_the_rows_whose_patterns_fit(name: str, more: str, is_loud: bool) -> None:
    asked = (name.upper() if is_loud else name) + more
    assert BY_USE.rows(asked) == [row for row in ACTIONS if is_use(row.uses, asked)]


def test_rows_keep_their_order_and_come_once() -> None:
    rows = [SignatureRow(str(place), "primary", "publish", uses=uses) for place, uses in enumerate([("a/*", "a/b"), ("c",), ("A/B",)])]
    assert [row.id for row in ByUse(rows).rows("a/B")] == ["0", "2"]


def test_remarks_of_variables_are_asked_only_where_one_is_set() -> None:
    row = RemarkRow("R", "primary", "hooks", "husky", "hooks are off", env=("env:HUSKY=0", "env:CI"))
    found = [bool(ByVariable([row]).rows(names)) for names in ([], ["PATH"], ["PATH", "HUSKY"], ["CI"])]
    assert found == [False, False, True, True]


@pytest.mark.parametrize("condition", ["env:HUSKY*", "!env:CI"])
def test_what_no_name_alone_decides_is_always_asked(condition: str) -> None:
    row = RemarkRow("R", "primary", "hooks", "husky", "hooks are off", env=(condition,))
    assert ByVariable([row]).rows([]) == (row,)
