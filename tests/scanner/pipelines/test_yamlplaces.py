"""Characters of scalars, and where they stand in the file."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.pipelines.yamlplaces import is_as_written, places
from scanner.pipelines.yamltree import Scalar, at, documents_and_lines


def read(written: str) -> tuple[Scalar, tuple[str, ...]]:
    (document,), lines = documents_and_lines(written.encode())
    found = at(document, "a")
    assert isinstance(found, Scalar)
    return found, lines


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("a: x X", 1, 6),
        ("a:\n  x\n  X", 3, 3),
        ("a: x\n\n\n   X", 4, 4),
        ("a: x   \n     X", 2, 6),
        ("a: 'it''s X'", 1, 11),
        ("a: 'it''s\n\n  X'", 3, 3),
        ('a: "\\"\\x41\\u0041\\U00000041\\t X"', 1, 30),
        ('a: "x\\\n   X"', 2, 4),
        ('a: "x\\\n\n   X"', 3, 4),
        ('a: "x \n   X"', 2, 4),
        ("a: |\n  x\n    X\n", 3, 5),
        ("a: |\n\n  x\n  yX\n", 4, 4),
        ("a: |1\n   x\n  X\n", 3, 3),
        ("a: >\n  x\n  X\n", 3, 3),
        ("a: >\n\n  x\n\n  y\n  zX\n", 6, 4),
        ("a: >\n  x\n    y\n\n      X\n  z\n", 5, 7),
        ("a: >\n    x\n     X\n  \n", 3, 6),
        ("a: &q !t 'x\n  X'", 2, 3),
        ("a: x\tX", 1, 6),
        ("a: é😀 X", 1, 7),
        ("a: >\r\n  x\r\n  X\r\n", 3, 3),
    ],
)
def test_where_a_character_stands(written: str, line: int, column: int) -> None:
    found, lines = read(written)
    assert places(found, lines, (found.value.index("X"),)) == ((line, column),)
    assert lines[line - 1][column - 1] == "X"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a: x", True),
        ("a: 'x y'", True),
        ("a: |\n  x\n  y\n", True),
        ("a: >\n  x\n  y\n", False),
        ("a: x\n  y", False),
        ("a: 'it''s'", False),
        ('a: "x\\ny"', False),
    ],
)
def test_what_is_as_it_is_written(written: str, expected: bool) -> None:
    assert is_as_written(*read(written)) is expected


def test_several_places_of_one_scalar() -> None:
    found, lines = read("a: >\n  X y\n  X X\n")
    assert places(found, lines, (0, 4, 6)) == ((2, 3), (3, 3), (3, 5))


def test_a_scalar_of_another_file_is_lost_and_not_a_crash() -> None:
    assert places(Scalar("x\ny", 90, 4), ("a",), (0, 2)) == ((90, 4), (90, 4))
    assert places(Scalar("x yz", 1, 1), ("x", "q"), (2, 3)) == ((2, 1), (2, 1))
    assert places(Scalar("x yz", 1, 1), ("x",), (3,)) == ((1, 2),)


@given(st.text("abc'\" \n\\:#X", max_size=60), st.sampled_from(["|", ">", "'", '"', None]), st.integers(1, 20))
def test_every_visible_character_is_found(value: str, style: str | None, width: int) -> None:
    found, lines = read(yaml.safe_dump({"a": value}, default_style=style, width=width).replace('"a":', "a:").replace("'a':", "a:"))
    read_back = found.value  # which the writer may have folded otherwise
    offsets = tuple(offset for offset, letter in enumerate(read_back) if letter.isalpha())
    assert [lines[line - 1][column - 1] for line, column in places(found, lines, offsets)] == [read_back[offset] for offset in offsets]
