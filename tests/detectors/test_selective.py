"""Every anchor has four selective bytes, or a reason and a measured cost.

Bytes are selective that programs seldom have: at most `OFTEN` times in a MiB of Python's own library. What is more frequent Hyperscan has to
look at each time, whatever is asked for around it.
"""

from __future__ import annotations

import json
import sysconfig
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import detectors
from scanner.contract import Anchor, Detector
from scanner.registry import installed

MIB = 1 << 20
OFTEN = 20
SAMPLE = 4 * MIB
MOST = 200.0
"""Nanoseconds for a KiB that no detector may cost: a fifth of the whole pass."""
COSTS = json.loads(Path(detectors.__file__).with_name("costs.json").read_text("utf-8"))


def library() -> Iterator[bytes]:
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        yield path.read_bytes()


@cache
def pieces(*, caseless: bool) -> Counter[bytes]:
    """How often each four bytes are there."""
    text = b"".join(library())[:SAMPLE]
    text = text.lower() if caseless else text
    return Counter(text[at : at + 4] for at in range(len(text) - 3))


def selective(anchor: Anchor) -> bool:
    literal = anchor.literal.lower() if anchor.caseless else anchor.literal
    counted, size = pieces(caseless=anchor.caseless), min(SAMPLE, sum(pieces(caseless=False).values()))
    return any(counted[literal[at : at + 4]] * MIB <= OFTEN * size for at in range(len(literal) - 3))


def test_the_sample_tells_what_is_frequent() -> None:
    assert sum(pieces(caseless=False).values()) > MIB
    assert [selective(Anchor(literal)) for literal in (b"self", b"return ", b"glpat-", b"npm_", b"pw=")] == [
        False,
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("detector", installed(), ids=lambda one: one.id)
def test_an_anchor_has_four_selective_bytes_or_a_measured_reason(detector: Detector) -> None:
    without = [anchor for anchor in detector.anchors if not selective(anchor)]
    assert [anchor.literal for anchor in without if not anchor.reason] == []
    assert not without or COSTS["costs"][detector.id] <= MOST


def test_what_is_listed_has_a_reason() -> None:
    assert set(COSTS["costs"]) <= {one.id for one in installed() if any(anchor.reason for anchor in one.anchors)}
