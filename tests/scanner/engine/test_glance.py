"""What a glance at base64 saves, and that nothing is lost by it."""

from __future__ import annotations

import random
from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Anchor
from scanner.engine import Limits, build
from scanner.engine.glance import promising
from scanner.engine.matcher import Matcher
from tests.scanner.engine.fakes import TOKEN, secrets
from tests.support import tokens

DETECTOR = replace(TOKEN, anchors=(Anchor(b"npm_", then=rb"[0-9A-Za-z]{36}", nested=True),))
ENGINE = build((DETECTOR,), cache=None)
MATCHER: Matcher = ENGINE._matcher  # noqa: SLF001 - what it saves cannot be seen from outside
VALUE = tokens.npm(7).encode()
CHANCE = b"npm_ and no token "
SHORT = 19
"""Characters of lines that are too short to be taken together."""


def wrapped(text: bytes, width: int, end: bytes = b"\n") -> bytes:
    return end.join(text[at : at + width] for at in range(0, len(text), width)) if width else text


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def kept(text: bytes) -> int:
    """How many of the places in `text` are worth undoing."""
    return len(list(promising(text, ((hit >> 2, hit & 3) for hit in MATCHER.scan(text).coded[1]), MATCHER)))


@pytest.mark.parametrize("width", [0, 64, 76])
@pytest.mark.parametrize("shift", range(3))
def test_a_run_with_forms_by_chance_only_is_not_undone(width: int, shift: int) -> None:
    text = wrapped(b64encode(bytes(shift) + noise(30_000) + CHANCE * 3 + noise(30_000, 2)), width)
    assert kept(text) == 0
    nothing = build((DETECTOR,), cache=None, limits=Limits(ratio=0, spare=1))
    assert nothing.examine(text).skipped == {}


def test_a_text_of_nothing_but_forms_costs_a_few_glances() -> None:
    text = b64encode((CHANCE + noise(200)) * 400)
    hits = len(MATCHER.scan(text).coded[1])
    assert hits - kept(text) == len(text) // 4096


@given(
    before=st.integers(0, 2000),
    after=st.integers(0, 2000),
    width=st.sampled_from([0, SHORT, 60, 64, 76, 120]),
    end=st.sampled_from([b"\n", b"\r\n", b"\n+", b"\n-", b"\n    ", b'"\n"', b"\\n"]),
    safe=st.booleans(),
    padded=st.booleans(),
    seed=st.integers(0, 9),
)
def test_a_token_is_seen_wherever_it_stands_in_a_run(
    *, before: int, after: int, width: int, end: bytes, safe: bool, padded: bool, seed: int
) -> None:
    content = noise(before, seed) + b"\n" + VALUE + b"\n" + noise(after, seed + 10)
    letters = (urlsafe_b64encode if safe else b64encode)(content)
    run = wrapped(letters if padded else letters.rstrip(b"="), width, end)
    text = b"begin " + end[1:] + run + b"\n" + b"." * 8192
    assert secrets(ENGINE.examine(text).found) == secrets(build((DETECTOR,), cache=None, limits=Limits(width=100_000)).examine(text).found)
    if len(end) == 1 and width != SHORT:
        assert secrets(ENGINE.examine(text).found) == [VALUE]


@pytest.mark.parametrize("before", [b"", b"abc\n", b"path/", b"some-", b"x" * 70 + b"\n"])
@pytest.mark.parametrize("after", [b"", b"\nabc", b"\n" + b"x" * 70])
def test_a_token_that_its_neighbours_spoil_is_seen(before: bytes, after: bytes) -> None:
    text = before + b64encode(VALUE).rstrip(b"=") + after + b"\n" + b"A" * 8192
    assert kept(text) == 1
