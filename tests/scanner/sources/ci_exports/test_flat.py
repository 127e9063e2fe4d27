from __future__ import annotations

from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, read, values
from tests.support import tokens


def test_map_of_names_to_values_says_nothing_about_platform_and_level(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"A": "x", "B": "y"}')

    assert (export.container, export.platform, export.level) == ("unknown:export", "unknown", "unknown")
    assert (values(export), export.problems, export.text_fallback) == ({"A": b"x", "B": b"y"}, (), None)


@pytest.mark.parametrize("data", [b'[{"name": "A", "value": "x"}]', b'[{"key": "A", "value": "x"}]'])
def test_pairs_of_name_and_value_say_no_more(tmp_path: Path, data: bytes) -> None:
    export = read(tmp_path, data)

    assert (export.platform, values(export)) == ("unknown", {"A": b"x"})


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"5", b"5"),
        (b"5.50", b"5.50"),
        (b"1" * 10_000, b"1" * 10_000),
        (b"1e999999", b"1e999999"),
        (b"NaN", b"NaN"),
        (b"true", b"true"),
        (b"false", b"false"),
        (b"null", None),
        (b'"\\u00e9\\n"', b"\xc3\xa9\n"),
        (b'"\xff"', b"\xff"),
        (b'"\\ud800"', b"\xed\xa0\x80"),
    ],
)
def test_scalar_is_a_value(tmp_path: Path, written: bytes, value: bytes | None) -> None:
    assert values(read(tmp_path, b'{"A": %b}' % written)) == {"A": value}


def test_name_that_is_there_twice_is_two_variables_of_one_slot(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"A": "x", "A": "y"}')

    assert [v.value.reveal() for v in export.variables if v.value] == [b"x", b"y"]
    assert len({v.slot.id for v in export.variables}) == 1


def test_map_with_structure_is_not_taken_for_one(tmp_path: Path) -> None:
    data = b'{"apiVersion": "v1", "kind": "Widget", "data": {"a": "b"}}'

    export = read(tmp_path, data)

    assert (export.variables, details(export), export.text_fallback) == ((), ["expected an export of a known shape"], data)


def test_structure_in_a_named_map_is_a_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    export = read(tmp_path, b'{"A": "x", "B": ["y"], "C": "z"}', system="gitlab:")

    assert (values(export), details(export)) == ({"A": b"x", "C": b"z"}, ["member 2: expected text"])


def test_name_that_looks_like_a_token_is_not_shown_and_is_read_as_text(tmp_path: Path) -> None:
    data = b'{"%b": "x"}' % tokens.npm(1).encode()

    export = read(tmp_path, data)

    assert (values(export), export.text_fallback) == ({"npm_…": b"x"}, data)


@pytest.mark.parametrize("data", [b"[]", b"{}"])
def test_nothing_is_no_problem(tmp_path: Path, data: bytes) -> None:
    export = read(tmp_path, data)

    assert (export.variables, export.problems, export.text_fallback) == ((), (), None)
