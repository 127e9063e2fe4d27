from __future__ import annotations

import io
from pathlib import Path

import pytest
from dotenv import dotenv_values

from scanner.sources.ci_exports.dotenv import LARGEST
from tests.scanner.sources.ci_exports.exports import details, filled, key, read, values, variable
from tests.support import tokens


def test_values_are_those_of_the_dialect(tmp_path: Path) -> None:
    export = read(tmp_path, filled("release.env"), "release.env")

    assert (export.container, export.platform, export.level) == ("dotenv:release.env", "dotenv", "unknown")
    assert values(export) == {
        "NPM_TOKEN": tokens.npm(1).encode(),
        "PASSWORD": b'two\nlines, "quoted", $5',
        "RAW": b"as\\nit is",
        "URL": b"https://example.org/#part",
        "FALLBACK": b"${OTHER:-none}",
        "MULTI": b"first\nsecond",
        "RELEASE_KEY": key(2).encode(),
        "UNSET": None,
    }


def test_library_agrees_where_keys_are_quoted(tmp_path: Path) -> None:
    data = filled("release.env").replace(key(2).encode(), b'"%b"' % key(2).encode())

    expected = dotenv_values(stream=io.StringIO(data.decode()), interpolate=False)

    assert values(read(tmp_path, data, ".env")) == {name: None if value is None else value.encode() for name, value in expected.items()}


def test_comments_are_read_as_text(tmp_path: Path) -> None:
    data = filled("release.env")

    export = read(tmp_path, data, "release.env")

    assert (export.problems, export.text_fallback) == ((), data)


def test_without_comments_the_variables_are_all_there_is(tmp_path: Path) -> None:
    assert read(tmp_path, b"A=1\n\nB='2'\nC=\"3\\n\"\n", ".env").text_fallback is None


@pytest.mark.parametrize("line", [b"A=1 # more", b"A='1' # more", b'A="1" # more', b'A="\\n" # "more"', b"A= # more", b"# more"])
def test_any_comment_is_text(tmp_path: Path, line: bytes) -> None:
    assert read(tmp_path, b"FIRST=1\n" + line + b"\n", ".env").text_fallback is not None


def test_lines_and_offsets_are_those_of_the_values(tmp_path: Path) -> None:
    data = filled("release.env")

    export = read(tmp_path, data, "release.env")

    assert [v.line for v in export.variables] == [2, 3, 4, 5, 6, 7, 9, 15]
    assert {v.name: data[v.value_offset :].startswith(v.value.reveal()) for v in export.variables if v.value and v.value_offset} == {
        "NPM_TOKEN": True,
        "RAW": True,
        "URL": True,
        "FALLBACK": True,
        "MULTI": True,
        "RELEASE_KEY": True,
    }
    assert (variable(export, "PASSWORD").value_offset, variable(export, "PASSWORD").encoding) == (None, ("shell",))


def test_offset_counts_bytes(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfA='\xc3\xa9\xff'\nB=\xe2\x82\xac\n  C = x\n"

    export = read(tmp_path, data, ".env")

    assert [v.value_offset for v in export.variables] == [6, 13, 23]
    assert values(export) == {"A": b"\xc3\xa9\xff", "B": b"\xe2\x82\xac", "C": b"x"}


@pytest.mark.parametrize("name", [".env", ".env.production", "production.env", ".envrc", ".flaskenv", ".dev.vars", "env"])
def test_file_name_tells(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, b"A=1 # one\n", name).platform == "dotenv"


@pytest.mark.parametrize(
    ("data", "platform"),
    [
        (b'A="1"\nB=2\n', "dotenv"),
        (b'# one\nA="1"\n', "dotenv"),
        (b"A=1\nB=2 3\n", "shell"),
        (b"A='1'\nB=2\n", "shell"),
        (b"A=$'1\\n'\nB=2\n", "shell"),
        (b"A=\"1\"\nB=$'2'\n", "shell"),
        (b'A="1\nB=2\n', "shell"),
        (b'export A="1"\n', "shell"),
    ],
)
def test_without_a_telling_name_double_quotes_tell(tmp_path: Path, data: bytes, platform: str) -> None:
    assert read(tmp_path, data).platform == platform


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b"some prose", "line 2: expected a name, = and a value"),
        (b"A='1", "line 2: expected a name, = and a value"),
        (b"MIIEvQIBADANBg", "line 2: expected = after a name"),
        (b"1A=2", "line 2: expected a name, = and a value"),
    ],
)
def test_line_that_is_no_assignment_is_a_problem_and_the_others_are_read(tmp_path: Path, line: bytes, detail: str) -> None:
    data = b"FIRST=1\n" + line + b"\nLAST=2\n"

    export = read(tmp_path, data, ".env")

    assert (values(export)["FIRST"], details(export), export.text_fallback) == (b"1", [detail], data)


def test_key_without_quotes_that_never_ends_stops_at_the_next_assignment(tmp_path: Path) -> None:
    export = read(tmp_path, b"KEY=-----BEGIN PRIVATE KEY-----\nAbc\nDef==\nLAST=2\n", ".env")

    assert values(export) == {"KEY": b"-----BEGIN PRIVATE KEY-----\nAbc\nDef==", "LAST": b"2"}


def test_key_without_quotes_at_the_end_is_a_value(tmp_path: Path) -> None:
    assert values(read(tmp_path, b"KEY=-----BEGIN PRIVATE KEY-----\nAbc\n", ".env")) == {"KEY": b"-----BEGIN PRIVATE KEY-----\nAbc"}


@pytest.mark.parametrize("data", [b'A="1"\nB=x' + b" " * 200 + b"y\n", b'A="1"\nB=' + b"x" * LARGEST + b"\n"], ids=["long-blank", "large"])
def test_what_would_cost_the_library_too_much_is_read_by_lines(tmp_path: Path, data: bytes) -> None:
    assert values(read(tmp_path, data, ".env"))["B"] == data.partition(b"B=")[2].rstrip(b"\n")
