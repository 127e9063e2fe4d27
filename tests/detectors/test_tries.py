"""No pattern can be made to try ways without end: what it costs to read a hostile text is known from the pattern."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import detectors
import scanner
from scanner import registry
from scanner.contract import Rx, rx
from tests.support.ambiguity import tries

MOST = 1_000_000
"""Ways from one place; a million are some ten milliseconds."""
OWN_FILES = frozenset({"scanner.installed", "scanner.store.migrations.env"})
"""What reads only what is installed."""


def patterns() -> Iterator[tuple[str, re.Pattern[bytes] | re.Pattern[str]]]:
    """Every pattern of the product, and a name for it."""
    registry.installed()
    for package in (detectors, scanner):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name not in OWN_FILES:
                module = importlib.import_module(found.name)
                yield from ((f"{found.name}.{name}", value) for name, value in vars(module).items() if isinstance(value, re.Pattern))
    yield from (("", value.compiled) for value in gc.get_objects() if isinstance(value, Rx))


def test_no_pattern_tries_a_million_ways() -> None:
    found = dict.fromkeys(pattern for _, pattern in patterns())
    costs = {pattern: tries(pattern) for pattern in found}
    assert len(costs) > 800
    assert {pattern.pattern: cost for pattern, cost in costs.items() if cost > MOST} == {}


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        (r"a{1,9} b{1,9}", 9),
        (r"a{1,9} a{1,7}", 63),
        (r"a{1,9}+ a{1,7}", 7),
        (r"a{3} a{0,4}", 5),
        (r"[ab]{1,9} c? [bc]{1,7}", 63),
        (r"[ab]{1,9} c [bc]{1,7}", 9),
        (r"(?: a{1,9} \n ){0,9} b", 9),
        (r"(?: [ ]{1,9} .{0,80} \n ){0,5} b", 9**5),
        (r"(?: [ ]{1,9}+ .{0,80}+ \n ){0,5} b", 1),
        (r"(?: a{0,9} ){0,9} b", 2**9),
        (r"(?: a | ab | b ){1,9} c", 2**9),
        (r"(?: a | ab | b ){1,9}+ c", 1),
        (r"(?: ab | cd ){1,900} c", 1),
        (r"(?i: a{1,9} [A-Z]{1,7} )", 63),
        (r"(?: \d{1,4} [^x]{0,3} ){1,3}", 4**3),
        (r"(?: [ ] [a-z]{2,3} = .{1,90} ){0,4} x", 90**4),
        (r"(?: [ ] [a-z]{2,3} = .{1,90}+ ){0,4} x", 2),
    ],
)
def test_ways_are_counted(pattern: str, ways: int) -> None:
    assert tries(rx(pattern).compiled) == ways
