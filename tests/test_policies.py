"""Every policy speaks of its violating example, as and where it should, and is silent about its clean one."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.policies import CATALOGUE
from tests.support.policies import Example, examples, tables


def test_every_policy_has_examples() -> None:
    assert sorted(tables()) == [policy.id for policy in CATALOGUE]


@pytest.mark.parametrize("example", [one for one in examples() if one.sort == "violating"], ids=str)
def test_what_violates_is_found(example: Example, tmp_path: Path) -> None:
    (found,) = (one for one in example.findings(tmp_path) if one.policy == example.policy)
    assert (found.severity.word, found.grade) == (example.severity, example.grade)
    first = found.locations[0]
    assert f"{first.path}:{first.line}" == example.place


@pytest.mark.parametrize("example", [one for one in examples() if one.sort == "clean"], ids=str)
def test_what_is_clean_is_not(example: Example, tmp_path: Path) -> None:
    assert [one.message for one in example.findings(tmp_path) if one.policy == example.policy] == []
