"""What the interpreter gets from the compiled part is what the specification says, of every input of the fuzzer and what is near them."""

from __future__ import annotations

import itertools
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.deltas import CORPUS, Application, SenselessError, applied, read

_delta = pytest.importorskip("scanner.sources.history.packs._delta", reason="there is no compiler")
INPUTS = sorted(path for path in CORPUS.iterdir() if path.suffix != ".md")
LIMIT = 1 << 18
FINEST = 32


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_of_the_corpus(path: Path) -> None:
    _check(read(path.read_bytes()))


@st.composite
def spliced(draw: st.DrawFn) -> bytes:
    """The beginning of one input and the end of another, with some bytes changed."""
    first, second = (draw(st.sampled_from(INPUTS)).read_bytes()[:600] for _ in range(2))
    made = bytearray(first[: draw(st.integers(0, len(first)))] + second[draw(st.integers(0, len(second))) :])
    for place, byte in draw(st.dictionaries(st.integers(0, 1200), st.integers(0, 255), max_size=4)).items():
        if place < len(made):
            made[place] = byte
    return bytes(made)


@given(spliced())
def test_of_what_is_near_the_corpus(case: bytes) -> None:
    _check(read(case))


def _check(case: Application) -> None:
    try:
        told = applied(case.base, case.delta, LIMIT)
    except SenselessError:
        with pytest.raises(ValueError, match="a delta"):
            _delta.apply(case.base, case.delta, case.reach, LIMIT)
        return
    child, runs, windows, fresh = _delta.apply(case.base, case.delta, case.reach, LIMIT)
    assert child == bytes(byte for byte, _ in told)
    places = [place for _, place in told]
    shown = _records(windows, 4)
    assert fresh == b"".join(child[start:end] for start, end, _, _ in shown)
    if runs or _pieces(places) <= len(child) // FINEST + FINEST + 1:
        _check_runs(_records(runs, 3), places)
        _check_windows(shown, places, len(case.base), case.reach)
    else:
        assert shown == [[0, len(child), 0, len(child)]]


def _records(data: bytes, width: int) -> list[list[int]]:
    numbers = array("Q", data).tolist()
    return [numbers[at : at + width] for at in range(0, len(numbers), width)]


def _pieces(places: list[int]) -> int:
    """How many pieces of the child are copies."""
    return sum(place >= 0 and (at == 0 or places[at - 1] < 0 or place != places[at - 1] + 1) for at, place in enumerate(places))


def _check_runs(runs: list[list[int]], places: list[int]) -> None:
    """They are in order and apart, and are all that was copied, from where it was copied."""
    assert all(first[0] + first[2] <= second[0] for first, second in itertools.pairwise(runs))
    told = [-1] * len(places)
    for to, start, length in runs:
        assert to + length <= len(places)
        told[to : to + length] = range(start, start + length)
    assert told == places


def _check_windows(windows: list[list[int]], places: list[int], base: int, reach: int) -> None:
    """They are in order and apart, and whatever changed is in one, with as much around it as is asked for."""
    assert all(first[1] < second[0] for first, second in itertools.pairwise(windows))
    size, at = len(places), 0
    framed = [-1, *places, base] if size else []
    for place, (left, right) in enumerate(itertools.pairwise(framed)):
        if right == left + 1 and (left >= 0 or place == 0):
            continue
        while at < len(windows) and windows[at][3] < place:
            at += 1
        assert at < len(windows)
        start, end, first, last = windows[at]
        assert first <= place <= last
        assert start <= max(0, place - reach)
        assert min(size, place + reach) <= end
