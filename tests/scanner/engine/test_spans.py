"""The way back from decoded bytes, and sets of spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.spans import Characters, Pieces, Run, Spans

PIECES = Pieces([(10, 14, 4), (14, 20, 1), (22, 26, 4)])
"""Four bytes copied, one in place of six, a gap of two, four more copied."""


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ((0, 2), (10, 12)),
        ((1, 4), (11, 14)),
        ((3, 5), (13, 20)),
        ((4, 5), (14, 20)),
        ((4, 6), (14, 23)),
        ((5, 9), (22, 26)),
        ((0, 9), (10, 26)),
    ],
)
def test_a_span_goes_back_to_just_what_it_was_made_of(inner: tuple[int, int], outer: tuple[int, int]) -> None:
    assert PIECES.locate(*inner) == outer


@pytest.mark.parametrize(("outer", "inner"), [(10, 0), (12, 2), (22, 5), (25, 8), (40, 9)])
def test_a_place_in_a_copied_stretch_has_its_inner_offset(outer: int, inner: int) -> None:
    assert PIECES.inner(outer) == inner


def test_nothing_goes_back_to_nothing() -> None:
    assert Pieces([]).locate(0, 0) == (0, 0)


@given(st.text(alphabet="aé€😀\n", max_size=300), st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le"]), st.data())
def test_characters_go_back_to_their_units(text: str, codec: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    back = Characters(text * 40, codec, 2)
    here = len((text * 20).encode())
    there = 2 + len((text * 20).encode(codec))
    span = here + len(text[:start].encode()), here + len(text[:end].encode())
    assert back.locate(*span) == (there + len(text[:start].encode(codec)), there + len(text[:end].encode(codec)))


def test_the_way_back_is_worked_out_once_and_only_when_asked_for() -> None:
    asked: list[int] = []

    def trace() -> object:
        asked.append(1)
        return PIECES.locate

    run = Run(10, 26, "json", b"", trace)  # type: ignore[arg-type]  # a fake
    assert asked == []
    assert run.locate(0, 2) == run.locate(0, 2) == (10, 12)
    assert asked == [1]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=12), st.integers(0, 60), st.integers(1, 9))
def test_spans_know_whether_one_of_them_has_a_byte_in_common(added: list[tuple[int, int]], start: int, length: int) -> None:
    spans = Spans()
    held: set[int] = set()
    for first, size in added:
        spans.add(first, first + size)
        held |= set(range(first, first + size))
    assert spans.meet(start, start + length) == bool(held & set(range(start, start + length)))
