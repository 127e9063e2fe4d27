"""Images, names and order of steps that are containers."""

from __future__ import annotations

import pytest

from scanner import hosts
from scanner.pipelines.definition import Pin
from scanner.pipelines.systems.images import image, needs, units
from scanner.pipelines.yamltree import parse


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("host:5000/a/b", ("host:5000/a/b", None, Pin.NONE)),
        ("a/b@sha256:00", ("a/b", "sha256:00", Pin.COMMIT)),
        ("a/b:1@sha256:00", ("a/b", "sha256:00", Pin.COMMIT)),
        ("a/b:latest", ("a/b", "latest", Pin.NONE)),
        (f"{hosts.spell(hosts.DOCKER_HUB)}/a/b:1", ("a/b", "1", Pin.TAG)),
        (f"{hosts.spell(hosts.DOCKER_HUB[:2])}/library/node:22", ("node", "22", Pin.TAG)),
        ("", ("", None, Pin.NONE)),
    ],
)
def test_image(written: str, expected: tuple[str, str | None, Pin]) -> None:
    assert image(written) == expected


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("[{name: a}, {}, b]", [("a", False), ("x/2", False)]),
        ("{a: {}, b: {detach: true}, c: ~}", [("a", False), ("b", True)]),
        ("a", []),
    ],
)
def test_units(listed: str, expected: list[tuple[str, bool]]) -> None:
    assert [(unit.name, unit.is_service) for unit in units(parse(listed.encode())[0], "x/")] == expected


def test_an_empty_list_of_needs_ends_the_order_of_the_file() -> None:
    assert needs(units(parse(b"[{name: a}, {name: b}, {name: c, depends_on: []}]")[0])) == ((), (), ())
    assert needs(units(parse(b"[{name: a}, {name: b}]")[0])) == ((), ("a",))
