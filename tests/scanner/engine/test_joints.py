"""Which pieces belong together, and which readings of them are believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Check, Reading, Secret
from scanner.engine.joints import joined


@pytest.mark.parametrize(
    "seam",
    [
        b'" + "',
        b"' . '",
        b'" +\n\t"',
        b'"\n  "',
        b'" & _\r\n  "',
        b'"\n  + "',
        b'" + `\n"',
        b"\\\n",
        b"\\\r\n    ",
        b"`\n",
        b"^\r\n",
        b"=\n",
        b"\n",
        b"\n  ",
        b"\n# ",
        b"\n// ",
        b"\n * ",
        b"\n> ",
        b"''",
        b'", "',
        b'" ~ "',
        b"' || '",
        b'" .. "',
        b'" <> "',
    ],
)
def test_a_seam_is_left_out(seam: bytes) -> None:
    text = b"npm_abc" + seam + b"def" + seam + b"ghi;"
    run = joined(text, len(b"npm_abc" + seam) + 1, 0)[0]
    assert run.text == b"npm_abcdefghi;"
    assert run.locate(4, 13) == (4, len(text) - 1)


@pytest.mark.parametrize("text", [b"npm_abc def", b'npm_abc", def', b'npm_abc" + def', b"npm_abc\n\ndef", b'npm_abc": "def', b"npm_abc\t"])
def test_there_is_no_seam_elsewhere(text: bytes) -> None:
    assert joined(text, len(text), 0) == []


def test_lines_that_may_be_none_of_it_are_left_out_one_after_the_other() -> None:
    runs = joined(b"npm_abc\ndef\nghi\njkl", 9, 0)
    assert [run.text for run in runs] == [b"npm_abcdefghijkl", b"npm_abcdefghi\njkl", b"npm_abcdef\nghi\njkl"]


def reading(start: int, end: int, check: Check, prefix: str = "npm_") -> Reading:
    return Reading(start, end, "npm-token", Secret(b""), check=check, prefix=prefix)


@pytest.mark.parametrize(
    ("text", "one", "believed"),
    [
        (b'npm_abc" + "def', reading(0, 10, Check.PASSED), True),
        (b'npm_abc" + "def', reading(0, 10, Check.NONE), True),
        (b'npm_abc" + "def', reading(0, 10, Check.FAILED), False),
        (b'npm_abc" + "def', reading(0, 7, Check.PASSED), False),
        (b'npm_" + "def', reading(0, 7, Check.NONE), False),
        (b'npm_" + "def', reading(0, 7, Check.PASSED), True),
        (b"npm_abc\ndef", reading(0, 10, Check.NONE), False),
        (b"npm_abc\ndef", reading(0, 10, Check.PASSED), True),
        (b'npm_abc", "def', reading(0, 10, Check.NONE), False),
        (b"npm_abc''def", reading(0, 10, Check.NONE), False),
        (b"npm_abc\\\ndef", reading(0, 10, Check.NONE), True),
        (b"npm_abc=\ndef", reading(0, 10, Check.NONE), True),
    ],
)
def test_a_reading_is_believed_that_chance_does_not_make(text: bytes, one: Reading, believed: bool) -> None:
    run = joined(text, text.index(b"def") + 1, 0)[0]
    assert run.vouches(one) is believed


@given(
    st.lists(
        st.sampled_from([b"npm_", b"a", b'"', b"'", b"`", b"\\", b"\n", b"\r\n", b" ", b"+", b".", b"=", b"#", b"-", b","]), max_size=60
    ).map(b"".join),
    st.integers(0, 200),
)
def test_any_text_can_be_joined_at_any_place(text: bytes, end: int) -> None:
    for run in joined(text, min(end, len(text)), 0):
        for at in range(len(run.text)):
            start, stop = run.locate(at, at + 1)
            assert text[start:stop] == run.text[at : at + 1]


def test_what_many_pieces_cost_is_bounded() -> None:
    text = b'npm_a" + "' + b'b" + "' * 100_000
    for run in joined(text, 11, 0):
        assert len(run.text) < 10_000
