"""Every kind in every encoding in every container, through the command: nothing missed, nothing invented, each step named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.matrix import CONTAINERS, cases, missed


@pytest.mark.parametrize("name", CONTAINERS)
def test_all_is_found_once_and_with_its_steps(name: str) -> None:
    assert missed(CONTAINERS[name], cases()) == {}


def test_what_is_not_as_expected_is_told() -> None:
    first, second, third = cases()[:3]
    wanted = [replace(first, content=b""), replace(second, expected=(second.expected[0], ("zip",))), third]
    assert missed(CONTAINERS["zip"], wanted) == {f"a.zip!/{first.path}": [], f"a.zip!/{second.path}": [(second.plant, ("zip", "base64"))]}
