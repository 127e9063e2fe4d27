"""The parts that take a scan's time, one by one: matcher, inflate, delta, decode.

usage: python -m pytest -p benchmark tests/bench/micro.py

Nothing is asserted of seconds, and `make test` does not collect this file. What is read is made here, the same each time. `extra_info` has
the bytes that one round goes through.
"""

from __future__ import annotations

import random
import zlib
from base64 import b64encode
from typing import TYPE_CHECKING

import deflate
import pytest

from scanner.engine import Engine, Limits, build
from scanner.identity import OrgKey, StretchBudget
from scanner.run.examine import Setup
from scanner.sources.history.packs import _delta
from tests.support import tokens
from tests.support.command import DETECTORS
from tests.support.packs import copy, delta, insert

if TYPE_CHECKING:  # the plugin is not loaded where tests run
    from pytest_benchmark.fixture import BenchmarkFixture

WORDS = (
    b"import",
    b"return",
    b"value",
    b"self.name",
    b"for item in rows:",
    b"# what it is for",
    b"(",
    b")",
    b"=",
    b"'text'",
    b"0x1f",
    b"\n    ",
)
SIZE = 1 << 20
RUNS = 400
"""Copied runs in a difference: about what a large file's has."""


def text(size: int = SIZE) -> bytes:
    """Something like a program, without any credential."""
    chance = random.Random(1)
    return b" ".join(chance.choice(WORDS) for _ in range(size // 4))[:size]


@pytest.fixture(scope="module")
def engine() -> Engine:
    """All detectors, as a scan has them."""
    detectors = Setup(OrgKey(bytes(32), "", None), StretchBudget(), (), (), None).detectors()
    return build(detectors, cache=DETECTORS, limits=Limits())


def test_matcher(benchmark: BenchmarkFixture, engine: Engine) -> None:
    """A mebibyte in which nothing is met."""
    data = text()
    benchmark.extra_info["bytes"] = len(data)
    assert benchmark(engine.touches, data) is False


def test_inflate(benchmark: BenchmarkFixture) -> None:
    """A mebibyte of known size."""
    data = text()
    packed = zlib.compress(data)
    benchmark.extra_info["bytes"] = len(data)
    assert benchmark(deflate.zlib_decompress, packed, len(data) + 1) == data


def test_delta(benchmark: BenchmarkFixture) -> None:
    """A mebibyte in four hundred copied runs and as many new lines."""
    base = text()
    step = len(base) // RUNS
    change = [part for place in range(0, RUNS * step, step) for part in (copy(place, step), insert(b"a new line\n"))]
    size = RUNS * (step + len(b"a new line\n"))
    benchmark.extra_info["bytes"] = size
    child, *_ = benchmark(_delta.apply, base, delta(len(base), size, *change), 256, 1 << 30)
    assert len(child) == size


def test_decode(benchmark: BenchmarkFixture, engine: Engine) -> None:
    """A token in base64 inside base64, found through both."""
    data = b'{"auth": "' + b64encode(b"token: " + b64encode(b"//host/:_authToken=" + tokens.npm(1).encode())) + b'"}'
    benchmark.extra_info["bytes"] = len(data)
    assert benchmark(engine.examine, data).found
