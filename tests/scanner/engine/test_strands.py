"""Which bytes belong to one encoded run."""

from __future__ import annotations

from base64 import encodebytes
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.strands import BASE64, HEX, Alphabet, strand

A = b"A" * 24
B = b"B" * 24
C = b"C" * 24


def characters(text: bytes, mark: bytes, alphabet: Alphabet = BASE64) -> bytes:
    """The run around the first `mark`."""
    return strand(text, text.index(mark), alphabet).characters


@pytest.mark.parametrize(
    "text",
    [
        A + B + C,
        b'key: "' + A + b"\n" + B + b"\n" + C + b'"',
        A + b"\r\n" + B + b"\r\n" + C + b"\r\n",
        b"data:\n  key: |\n    " + A + b"\n    " + B + b"\n    " + C + b"\n  other: abcdef\n",
        b"data:\n\tkey: |\n\t\t" + A + b"\n\t\t" + B + b"\n\t\t" + C + b"\n",
        b'{"key": "' + A + rb"\n" + B + rb"\n" + C + rb'\n", "n": 1}',
        b'{"key": "' + A + rb"\r\n" + B + rb"\r\n" + C + rb'\r\n", "n": 1}',
        rb'"{\"key\": \"' + A + rb"\\n" + B + rb"\\n" + C + rb"\\n\"}" + b'"',
        b'key = "' + A + b'" +\n      "' + B + b'" +\n      "' + C + b'";',
        b"key = ('" + A + b"'\n       '" + B + b"'\n       '" + C + b"')",
        b"key = '" + A + b"' . '" + B + b"' . '" + C + b"';",
        b'["' + A + b'",\n "' + B + b'",\n "' + C + b'"]',
        b"# " + A + b"\n# " + B + b"\n# " + C + b"\n",
        b" * " + A + b"\n * " + B + b"\n * " + C + b"\n */",
        b"export KEY=" + A + b"\\\n" + B + b"\\\n" + C + b"\n",
    ],
)
@pytest.mark.parametrize("mark", [A, B, C])
def test_a_wrapped_run_is_taken_whole_wherever_it_is_met(text: bytes, mark: bytes) -> None:
    assert characters(text, mark) == A + B + C


@pytest.mark.parametrize(
    "text",
    [
        b"name: x\nkey: " + A + b"\nother: " + B,
        b"words\n" + A + b"\nmore words here",
        b"short\n" + A + b"\nthis is prose",
        A + b" " + B,
        b"x=" + A + b"&y=" + B,
        A + b"==\n" + B,
        A + b".json\n" + B,
        b"someLongWordInCapitals: |\n  " + A + b"\nkey: value",
        b'"' + A + b'": "' + B + b'"',
        A + b"\n" + b"B" * 25 + b"\n",
        A + b"\n--boundary--\n",
        b"C" * 23 + b"\n" + A + b"\n",
    ],
)
def test_what_only_stands_beside_a_run_is_none_of_it(text: bytes) -> None:
    assert characters(text, A) == A


def test_a_last_line_may_be_shorter() -> None:
    assert characters(A + b"\n" + B + b"\nCCC==\n", A) == A + B + b"CCC"


def test_a_first_line_may_begin_behind_something_else() -> None:
    assert characters(b"key: " + A + b"\n" + B + B + b"\n" + C + C + b"\n", C) == A + B + B + C + C


@pytest.mark.parametrize(
    ("spelling", "sign"),
    [
        (rb"\/", b"/"),
        (rb"\\\/", b"/"),
        (rb"\u002b", b"+"),
        (rb"\u002B", b"+"),
        (rb"\\u002b", b"+"),
        (b"%2B", b"+"),
        (b"%2f", b"/"),
        (b"%252B", b"+"),
        (b"&#43;", b"+"),
        (b"&#x2b;", b"+"),
        (b"&#47;", b"/"),
    ],
)
@pytest.mark.parametrize("mark", [A, B])
def test_escaped_characters_of_base64_belong_to_it(spelling: bytes, sign: bytes, mark: bytes) -> None:
    assert characters(b'"' + A + spelling + B + spelling + b'"', mark) == A + sign + B + sign


@pytest.mark.parametrize("escape", [rb"\n", rb"\t", rb"\u003d", rb"\\u003D", rb"\x3d", b"%3D", b"%0D", b"%253D"])
def test_the_letters_of_other_escapes_do_not(escape: bytes) -> None:
    assert characters(b'"x ' + escape + A + b'"', A) == A


def test_hexadecimal_has_lines_but_no_escapes() -> None:
    text = b"x: " + b"0a" * 12 + b"\n" + b"0b" * 12 + rb"\/" + b"0c" * 12
    assert characters(text, b"0b", HEX) == b"0a" * 12 + b"0b" * 12
    assert characters(text, b"0c", HEX) == b"0c" * 12


def test_a_run_does_not_reach_back_beyond_the_floor() -> None:
    assert strand(A + B, 30, BASE64, 24).characters == B


@pytest.mark.parametrize("width", [20, 64, 76])
@pytest.mark.parametrize("seam", [b"\n", b"\r\n", b"\n   ", rb"\n"])
@pytest.mark.parametrize("at", [0.0, 0.3, 1.0])
def test_many_equal_lines_are_one_run(width: int, seam: bytes, at: float) -> None:
    text = seam.join([b"x" * width] * 900 + [b"yyy"])
    place = int(at * (len(text) - 1))
    assert strand(text, place, BASE64).characters == b"x" * 900 * width + b"yyy"


def test_one_line_of_another_length_ends_a_run_of_many() -> None:
    text = b"\n".join([b"x" * 64] * 400 + [b"y" * 60] + [b"x" * 64] * 400)
    assert strand(text, 0, BASE64).characters == b"x" * 64 * 400 + b"y" * 60
    assert strand(text, len(text) - 1, BASE64).characters == b"x" * 64 * 400


@given(st.binary(min_size=20, max_size=400), st.data())
def test_the_run_of_mime_is_all_of_it_and_its_pieces_lead_back(raw: bytes, data: st.DataObject) -> None:
    text = b"head\n\n" + encodebytes(raw) + b"\n-- "
    body = encodebytes(raw).replace(b"\n", b"").rstrip(b"=")
    at = data.draw(st.sampled_from([place for place in range(6, len(text) - 4) if text[place : place + 1] not in b"\n="]))
    run = strand(text, at, BASE64)
    assert run.characters == body
    inner = run.pieces.inner(at)
    assert body[inner] == text[at]
    assert run.pieces.locate(inner, inner + 1) == (at, at + 1)


def test_how_much_precedes_the_first_whole_group_follows_from_one_character() -> None:
    run = strand(b"xx" + A, 4, BASE64)
    assert [run.skip(4, offset) for offset in range(4)] == [0, 3, 2, 1]


def test_a_line_can_be_taken_alone() -> None:
    text = A + b"\n" + B + b"\n" + C
    alone = strand(text, 30, BASE64).alone(30, 0)
    assert alone is not None
    assert alone.characters == B


def test_what_stands_before_a_separator_can_be_left_out() -> None:
    alone = strand(b"path/to-" + A, 8, BASE64).alone(8, 0)
    assert alone is not None
    assert alone.characters == A
    assert strand(b"path/to-" + A, 8, BASE64).alone(8, 1) is None


@given(
    st.lists(st.sampled_from([b"A", b"\\", b"/", b"n", b"\n", b'"', b"%2B", b"u002b", b" ", b"+", b";", b"=", A]), max_size=40).map(
        b"".join
    ),
    st.data(),
)
def test_any_text_has_a_run_around_any_place(text: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, max(0, len(text) - 1)))
    run = strand(text, at, BASE64)
    assert run.start <= at <= run.end or at >= run.end
    assert all(before[1] < after[0] for before, after in pairwise(run.lines))
