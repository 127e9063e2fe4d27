"""How firm a version is."""

from __future__ import annotations

import pytest

from scanner.pipelines.definition import Pin
from scanner.pipelines.systems.pins import pin_of


@pytest.mark.parametrize(
    ("ref", "pin"),
    [
        (None, Pin.NONE),
        ("main", Pin.BRANCH),
        ("release-1.2", Pin.BRANCH),
        ("v1", Pin.TAG),
        ("1.2.3-rc.1", Pin.TAG),
        ("0a" * 20, Pin.COMMIT),
        ("0a" * 32, Pin.COMMIT),
        ("0a" * 19, Pin.BRANCH),
    ],
)
def test_pins(ref: str | None, pin: Pin) -> None:
    assert pin_of(ref) == pin
