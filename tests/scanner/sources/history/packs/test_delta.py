"""The compiled part: it says the truth about every delta, and no input makes it do anything but that or refuse."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.packs import copy, delta, insert

_delta = pytest.importorskip("scanner.sources.history.packs._delta", reason="there is no compiler")
LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Applied:
    child: bytes
    runs: list[tuple[int, int, int]]
    windows: list[tuple[int, int, int, int]]
    fresh: bytes


def apply(base: bytes, made: bytes, reach: int = 4, limit: int = LIMIT) -> Applied:
    child, runs, windows, fresh = _delta.apply(base, made, reach, limit)
    numbers, edges = array("Q", runs), array("Q", windows)
    return Applied(
        child,
        [(numbers[at], numbers[at + 1], numbers[at + 2]) for at in range(0, len(numbers), 3)],
        [(edges[at], edges[at + 1], edges[at + 2], edges[at + 3]) for at in range(0, len(edges), 4)],
        fresh,
    )


@st.composite
def deltas(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    """A base, a delta, and what it makes."""
    base = draw(st.binary(min_size=1, max_size=300))
    child, instructions = b"", []
    for _ in range(draw(st.integers(0, 8))):
        if draw(st.booleans()):
            offset = draw(st.integers(0, len(base) - 1))
            length = draw(st.integers(1, len(base) - offset))
            instructions.append(copy(offset, length))
            child += base[offset : offset + length]
        else:
            text = draw(st.binary(min_size=1, max_size=200))
            instructions.append(insert(text))
            child += text
    return base, delta(len(base), len(child), *instructions), child


@given(deltas(), st.integers(0, 40))
def test_what_is_said_of_a_delta_is_true(case: tuple[bytes, bytes, bytes], reach: int) -> None:
    base, made, child = case
    found = apply(base, made, reach)
    assert found.child == child
    copied = [False] * len(child)
    for to, start, length in found.runs:
        assert child[to : to + length] == base[start : start + length]
        copied[to : to + length] = [True] * length
    assert found.fresh == b"".join(child[start:end] for start, end, _, _ in found.windows)
    new = {at for at, is_copied in enumerate(copied) if not is_copied}
    assert new <= {at for start, end, _, _ in found.windows for at in range(start, end)}


@given(deltas(), st.integers(1, 12))
def test_whatever_reaches_over_a_change_is_in_one_window_or_was_in_the_base(case: tuple[bytes, bytes, bytes], width: int) -> None:
    """With a byte on each side, since what is found may depend on its neighbours."""
    base, made, child = case
    found = apply(base, made, width + 1)
    for start in range(len(child) - width + 1):
        end = start + width
        inside = any(_holds(run, start, end, len(child), len(base)) for run in found.runs)
        windows = [
            window
            for window in found.windows
            if window[0] <= max(0, start - 1) and min(len(child), end + 1) <= window[1] and window[2] <= end <= window[3] + width
        ]
        assert inside or len(windows) == 1


def _holds(run: tuple[int, int, int], start: int, end: int, size: int, base: int) -> bool:
    """Whether the run holds what is from `start` to `end` with its neighbours, or with the ends of both texts in their place."""
    to, source, length = run
    left = to <= start - 1 or (start == 0 and to == source == 0)
    right = end + 1 <= to + length or (end == size == to + length and source + length == base)
    return left and right


@given(st.binary(max_size=40), st.binary(max_size=60))
def test_any_bytes_are_applied_or_refused(base: bytes, made: bytes) -> None:
    try:
        found = apply(base, made)
    except ValueError:
        return
    assert len(found.child) <= LIMIT


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (b"", "cut short"),
        (b"\x04", "cut short"),
        (b"\xff" * 12, "too large"),
        (delta(5, 1, copy(0, 1)), "another size"),
        (delta(4, 1, copy(4, 1)), "has not"),
        (delta(4, 5, copy(0, 5)), "has not"),
        (delta(4, 1, copy(0, 2)), "more than it says"),
        (delta(4, 1, insert(b"ab")), "more than it says"),
        (delta(4, 3, copy(0, 2)), "less than it says"),
        (delta(4, 1, b"\0"), "does not exist"),
        (delta(4, 3, b"\x03ab"), "text is cut short"),
        (delta(4, 3, b"\x91"), "copy is cut short"),
        (delta(4, LIMIT + 1, copy(0, 4)), "was asked for"),
        (delta(4, 1 << 40, copy(0, 4)), "was asked for"),
    ],
)
def test_a_delta_that_makes_no_sense_is_refused(made: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        apply(b"base", made)


def test_a_copy_without_a_length_has_64_kib() -> None:
    base = bytes(range(256)) * 256
    assert apply(base, delta(len(base), len(base), copy(0, 0x10000))).child == base


def test_a_copy_of_everything_is_nothing_new() -> None:
    found = apply(b"0123456789", delta(10, 10, copy(0, 4), copy(4, 6)))
    assert (found.runs, found.windows, found.fresh) == ([(0, 0, 10)], [], b"")


def test_runs_that_make_more_work_than_they_save_are_all_new() -> None:
    base = b"ab" * 50
    found = apply(base, delta(100, 4000, *[copy(at * 7 % 100, 1) for at in range(4000)]))
    assert (found.runs, found.windows) == ([], [(0, 4000, 0, 4000)])
