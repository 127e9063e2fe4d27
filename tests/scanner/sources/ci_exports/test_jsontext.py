from __future__ import annotations

from pathlib import Path

import pytest

from scanner.model import Reason
from scanner.sources.ci_exports.jsontext import MOST_OBJECTS, MOST_TOKENS, Number, Record, parse
from tests.scanner.sources.ci_exports.exports import details, filled, read, values

READ = b'[{"key": "A", "value": "x", "protected": true}]\n'


@pytest.mark.parametrize(
    ("broken", "detail"),
    [
        (b"[", "line 2, column 2: expected a value"),
        (b'[{"key": "B"', "line 2, column 13: expected a comma or the end of the list"),
        (b'[{"key" "B"}]', "line 2, column 9: expected a colon"),
        (b"[{key: 1}]", "line 2, column 3: expected a name in double quotes"),
        (b'[{"key": "B', "line 2, column 10: expected the closing quote of the text that begins here"),
        (b'["\\q"]', "line 2, column 3: expected another escape"),
        (b'["\\u12"]', "line 2, column 4: expected four hexadecimal digits"),
        (b"and more", "line 2, column 1: expected [ or {"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_mistake_is_told_by_position_and_expectation_and_what_came_before_is_read(tmp_path: Path, broken: bytes, detail: str) -> None:
    data = READ + broken

    export = read(tmp_path, data)

    assert values(export) == {"A": b"x"}
    assert [(p.reason, p.detail) for p in export.problems] == [(Reason.MALFORMED, detail)]
    assert export.text_fallback == data


def test_line_counts_in_the_file(tmp_path: Path) -> None:
    data = b"\n" + filled("glab-export.txt") + b"\n\nrubbish"

    assert details(read(tmp_path, data)) == ["line 6, column 1: expected [ or {"]


@pytest.mark.parametrize("system", ["", "gitlab-project:", "shell:"])
def test_json_that_is_broken_from_the_start_is_text(tmp_path: Path, system: str) -> None:
    data = b'{"NPM_TOKEN": '

    export = read(tmp_path, data, system=system)

    assert (export.variables, details(export), export.text_fallback) == ((), ["line 1, column 15: expected a value"], data)


def test_more_than_may_be_kept_in_memory_is_not_parsed() -> None:
    documents, flaw = parse(b"[" + b"1," * MOST_TOKENS + b"1]", 1)

    assert (documents, flaw) == ((), "more than 1000000 brackets and commas")


def test_as_much_as_may_be_kept_is_parsed() -> None:
    documents, flaw = parse(b"[" + b"1," * (MOST_TOKENS - 1) + b"1]", 1)

    assert ([len(d) for d in documents if isinstance(d, list)], flaw) == ([MOST_TOKENS], None)


@pytest.mark.parametrize(("text", "listed"), [(b"{}", 1), (b"[{}]", 1), (b"[{},{}]", 2)])
def test_objects_are_bounded_however_they_are_listed(text: bytes, listed: int) -> None:
    many = text * (MOST_OBJECTS // listed)
    documents, flaw = parse(many, 1)
    assert (len(documents), flaw) == (MOST_OBJECTS // listed, None)
    assert parse(many + b"{}", 1) == ((), f"more than {MOST_OBJECTS} objects")


def test_values_are_in_no_representation() -> None:
    (document,), _ = parse(b'{"A": "secret", "B": 12345}', 1)

    assert isinstance(document, Record)
    assert "secret" not in repr(document)
    assert "12345" not in repr(Number("12345"))


def test_control_characters_in_text_are_tolerated(tmp_path: Path) -> None:
    assert values(read(tmp_path, b'{"A": "one\ntwo\t"}')) == {"A": b"one\ntwo\t"}
