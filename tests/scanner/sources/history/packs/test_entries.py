"""The compiled parts that list packs say what a slow and simple reading says, and take nothing that does not belong together."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.entries import NOWHERE
from tests.support.packs import back, entry_header

_entries = pytest.importorskip("scanner.sources.history.packs._entries", reason="there is no compiler")
_families = pytest.importorskip("scanner.sources.history.packs._families", reason="there is no compiler")
ID = b"i" * 20


def header(data: bytes, width: int = 20) -> tuple[int, ...]:
    """Type, begin, packed bytes, size and base of the last of three entries, at 1000; the others are at 0 and 999, which is called ID."""
    offsets, places = array("Q", [0, 999, 1000]), array("I", [0, 2, 1])
    columns = _entries.headers(b"-----" + data, 995, 2, 3, 2000, offsets, b"a" * width + b"b" * width + ID[:width], places, width)
    kinds, begins, packed, sizes, bases = columns
    return kinds[0], array("Q", begins)[0], array("Q", packed)[0], array("Q", sizes)[0], array("I", bases)[0]


NONSENSE = (0, 1000, 1000, 0, NOWHERE)
HEADERS = [
    (entry_header(3, 5), (3, 1001, 999, 5, NOWHERE)),
    (entry_header(1, 1 << 40), (1, 1007, 993, 1 << 40, NOWHERE)),
    (entry_header(6, 9) + back(1), (6, 1002, 998, 9, 1)),
    (entry_header(6, 9) + back(1000), (6, 1003, 997, 9, 0)),
    (entry_header(6, 9) + back(500), (6, 1003, 997, 9, NOWHERE)),
    (entry_header(7, 300) + ID, (7, 1022, 978, 300, 1)),
    (entry_header(7, 300) + b"n" * 20, (7, 1022, 978, 300, NOWHERE)),
    (entry_header(6, 9) + back(1001), NONSENSE),
    (entry_header(6, 9) + b"\0", NONSENSE),
    (entry_header(7, 300) + b"i" * 19, NONSENSE),
    (entry_header(0, 1), NONSENSE),
    (entry_header(5, 1), NONSENSE),
    (b"\xb0" + b"\xff" * 30, NONSENSE),
    (b"\xe0" + b"\x00" + b"\xff" * 30, NONSENSE),
    (b"\xb0", NONSENSE),
    (b"", NONSENSE),
]


@pytest.mark.parametrize(("data", "expected"), HEADERS)
def test_a_header_is_read_or_refused(data: bytes, expected: tuple[int, ...]) -> None:
    assert header(data) == expected


@pytest.mark.parametrize("width", [-1, 0, 65])
def test_ids_of_no_width_are_refused(width: int) -> None:
    with pytest.raises(ValueError, match="64"):
        _entries.headers(b"", 0, 0, 0, 0, b"", b"", b"", width)


@given(st.lists(st.integers(0, (1 << 63) - 1), max_size=40))
def test_entries_are_in_the_order_of_the_pack(offsets: list[int]) -> None:
    far = [offset for offset in offsets if offset >> 31]
    near = b"".join((offset if not offset >> 31 else 1 << 31 | far.index(offset)).to_bytes(4, "big") for offset in offsets)
    found, rows, places = _entries.arrange(near, b"".join(offset.to_bytes(8, "big") for offset in far))
    order = sorted(range(len(offsets)), key=offsets.__getitem__)
    assert (list(array("Q", found)), list(array("I", rows))) == (sorted(offsets), order)
    assert list(array("I", places)) == [order.index(row) for row in range(len(offsets))]


@st.composite
def chains(draw: st.DrawFn) -> tuple[bytes, list[int]]:
    """Types of entries, and what each is made from, which may be a circle or nowhere."""
    kinds = bytes(draw(st.lists(st.sampled_from([0, 1, 2, 3, 4, 6, 6, 6, 7, 7]), max_size=30)))
    bases = draw(st.lists(st.integers(0, len(kinds)), min_size=len(kinds), max_size=len(kinds)))
    return kinds, [base if kind > 4 and base < len(kinds) else NOWHERE for kind, base in zip(kinds, bases, strict=True)]


def _way(bases: list[int], place: int) -> list[int]:
    """An entry and what it is made from, up to something that was there before."""
    way: list[int] = []
    while place != NOWHERE and place not in way:
        way.append(place)
        place = bases[place]
    return way


@given(chains(), st.integers(0, 9), st.integers(0, 40))
def test_what_is_asked_for_is_dealt_with_its_bases(chain: tuple[bytes, list[int]], objects: int, size: int) -> None:
    kinds, bases = chain
    column = array("I", bases)
    types = _entries.types(kinds, column)
    ways = [_way(bases, place) for place in range(len(kinds))]
    assert list(types) == [kinds[way[-1]] if kinds[way[-1]] <= 4 else 0 for way in ways]
    asked = [place for place, kind in enumerate(types) if kind == 3]
    places, parents, wanted, cuts = _families.deal(column, array("Q", range(len(kinds))), array("I", asked), objects, size)
    dealt, records = list(array("I", places)), list(array("Q", cuts))
    assert sorted(dealt) == sorted({base for place in asked for base in ways[place]})
    assert [place for place, flag in zip(dealt, wanted, strict=True) if flag] == [place for place in dealt if place in asked]
    begin = 0
    for end, found, room in zip(records[::3], records[1::3], records[2::3], strict=True):
        for place, parent in zip(dealt[begin:end], array("i", parents)[begin:end], strict=True):
            assert bases[place] == (NOWHERE if parent < 0 else dealt[begin + parent])
        roots = sum(bases[place] == NOWHERE for place in dealt[begin:end])
        assert roots == 1 or (found <= objects and room <= size)
        begin = end
    assert begin == len(dealt)


def test_bytes_that_others_have_are_left_alone() -> None:
    assert _entries.types(b"\7", array("I", [NOWHERE])) == b"\0"
    assert bytes([7])[0] == 7


def test_what_is_made_from_itself_is_not_dealt() -> None:
    with pytest.raises(ValueError, match="itself"):
        _families.deal(array("I", [1, 0]), array("Q", [1, 1]), array("I", [0]), 9, 9)


@given(st.lists(st.binary(min_size=3, max_size=3)), st.lists(st.binary(min_size=3, max_size=3)))
def test_columns_of_ids_are_sets(one: list[bytes], other: list[bytes]) -> None:
    assert _families.ascending(b"".join(one), 3) == (one == sorted(set(one)))
    ids, others = sorted(set(one)), sorted(set(other))
    assert _families.merge(b"".join(ids), b"".join(others), 3) == b"".join(sorted({*ids, *others}))
    assert list(_families.among(b"".join(one), b"".join(others), 3)) == [item in others for item in one]
    assert _families.sieve(b"".join(one), 3, bytes(item in others for item in one)) == b"".join(item for item in one if item in others)
