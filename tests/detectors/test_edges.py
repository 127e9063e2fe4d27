from __future__ import annotations

import pytest

from detectors import _edges


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b" ",
        b"=",
        b":",
        b"/",
        b'"',
        b"\\n",
        b"\\\\n",
        b"\\\\r",
        b"\\t",
        b"\\x3d",
        b"\\u003d",
        b"\\075",
        b"%3D",
        b"=3D",
        b"\x1b[1;32m",
        b"\\u001b[32m",
        b"${NAME:-",
    ],
)
def test_a_value_may_begin_after(before: bytes) -> None:
    assert _edges.opens(before + b"VALUE", len(before))


@pytest.mark.parametrize("before", [b"n", b"x-", b"_", b"0", b"3D", b"[32m", b"u003d"])
def test_a_value_may_not_begin_inside(before: bytes) -> None:
    assert not _edges.opens(before + b"VALUE", len(before))


@pytest.mark.parametrize(
    ("after", "closed"), [(b"", True), (b"\\n", True), (b"%22", True), (b".", True), (b"=", False), (b"-", False), (b"a", False)]
)
def test_a_value_may_end_before(after: bytes, closed: bool) -> None:
    assert _edges.closes(b"VALUE" + after, 5) is closed


@pytest.mark.parametrize(
    ("before", "counted"),
    [
        (b"z\x05", True),
        (b"\xda\x05", True),
        (b"\x8c\x05", True),
        (b"u\x05\0\0\0", True),
        (b"\x01\0\x05", True),
        (b"z\x06", False),
        (b"q\x05", False),
        (b"\x05", False),
        (b"", False),
    ],
)
def test_a_length_before_a_value_ends_it(before: bytes, counted: bool) -> None:
    assert _edges.counted(before + b"VALUE" + b"N", len(before), len(before) + 5) is counted


def test_letters_after_a_counted_value_are_not_its_own() -> None:
    assert _edges.runs_on(b"VALUEN", 0, 5)
    assert not _edges.runs_on(b"z\x05VALUEN", 2, 7)
    assert not _edges.runs_on(b"VALUE-N", 0, 5)
