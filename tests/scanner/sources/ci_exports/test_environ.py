from __future__ import annotations

from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, filled, key, read, values, variable
from tests.support import tokens


def test_printenv_is_read_line_by_line(tmp_path: Path) -> None:
    export = read(tmp_path, filled("printenv.txt"))

    assert (export.container, export.platform, export.level) == ("shell:export", "shell", "unknown")
    assert values(export) == {
        "SHELL": b"/bin/bash",
        "SSH_CONNECTION": b"10.0.0.1 50000 10.0.0.2 22",
        "NPM_TOKEN": tokens.npm(1).encode(),
        "RELEASE_KEY": key(2).encode(),
        "BASH_FUNC_which%%": b'() {  alias | /usr/bin/which "$@"\n}',
        "EMPTY": b"",
        "HOME": b"/root",
    }
    assert (export.problems, export.text_fallback) == ((), None)


def test_line_and_offset_are_those_of_the_value(tmp_path: Path) -> None:
    data = filled("printenv.txt")

    export = read(tmp_path, data)

    assert [v.line for v in export.variables] == [1, 2, 3, 4, 10, 12, 13]
    assert variable(export, "HOME").value_offset == data.index(b"/root")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("-----BEGIN PRIVATE KEY-----\nAbc=\n-----END PRIVATE KEY-----", "one pad in armor"),
        ("-----BEGIN PRIVATE KEY-----\nAbc==\n-----END PRIVATE KEY-----\n", "two pads in armor"),
        (f"{tokens.base62(1, 64)}\n{tokens.base62(2, 64)}\nAbc=", "after a line of base64"),
        (f"{tokens.base62(1, 64)}\nAbc==", "two pads"),
        ("one\n\n  two = three\n=four", "no names"),
    ],
)
def test_line_of_a_value_is_not_taken_for_an_entry(tmp_path: Path, value: str, why: str) -> None:
    export = read(tmp_path, f"FIRST=1\nVALUE={value}\nLAST=2\n".encode())

    assert values(export) == {"FIRST": b"1", "VALUE": value.encode(), "LAST": b"2"}, why


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"KEY=-----BEGIN PRIVATE KEY-----\nAbc\nLAST=2\n", {"KEY": b"-----BEGIN PRIVATE KEY-----\nAbc", "LAST": b"2"}),
        (b"TOKEN=%b\nEMPTY=\nLAST=2\n" % tokens.npm(1).encode(), {"TOKEN": tokens.npm(1).encode(), "EMPTY": b"", "LAST": b"2"}),
        (b"A=1\n", {"A": b"1"}),
        (b"A=1", {"A": b"1"}),
        (b"A=1\n\n", {"A": b"1\n"}),
        (b"\nA=1\n", {"A": b"1"}),
        (b"A=1\r\nB=2\r\n", {"A": b"1", "B": b"2"}),
        (b"A=1\r\nB=2", {"A": b"1", "B": b"2"}),
        (b"A=1\nB=2\r\n", {"A": b"1", "B": b"2\r"}),
        (b"A=\xff\xfe\n", {"A": b"\xff\xfe"}),
    ],
)
def test_entries_end_where_the_next_one_begins(tmp_path: Path, data: bytes, expected: dict[str, bytes]) -> None:
    assert values(read(tmp_path, data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"A=1\0B=2\n3\0", {"A": b"1", "B": b"2\n3"}),
        (b"A=1\0B=2", {"A": b"1", "B": b"2"}),
        (b"A=1\0\0\0B=2\0\n", {"A": b"1", "B": b"2"}),
        (b"A=\0B==\0", {"A": b"", "B": b"="}),
        (b"A=1\0=C:=C:\\x\0", {"A": b"1", "=C:": b"C:\\x"}),
        (b"A=1\0with blank=2\0", {"A": b"1", "with blank": b"2"}),
        (b"A=1\0\xff=2\0", {"A": b"1", "\\xff": b"2"}),
    ],
)
def test_entries_between_nuls_are_exact(tmp_path: Path, data: bytes, expected: dict[str, bytes]) -> None:
    export = read(tmp_path, data)

    assert (export.platform, values(export), export.problems) == ("shell", expected, ())
    assert {v.line for v in export.variables} == {None}


def test_offset_is_told_between_nuls(tmp_path: Path) -> None:
    assert [v.value_offset for v in read(tmp_path, b"A=1\0B=2\0").variables] == [2, 6]


def test_entry_between_nuls_without_a_name_is_a_problem(tmp_path: Path) -> None:
    data = b"A=1\0nothing\0B=2\0"

    export = read(tmp_path, data)

    assert (values(export), details(export), export.text_fallback) == ({"A": b"1", "B": b"2"}, ["entry 2: expected a name and ="], data)


@pytest.mark.parametrize("data", [b"\0\0\0", b"PK\x03\x04\0\0A=1\0", b"some prose\nA=1\n"])
def test_what_does_not_begin_with_an_entry_is_no_dump(tmp_path: Path, data: bytes) -> None:
    export = read(tmp_path, data)

    assert (export.container, export.variables, details(export)) == ("unknown:export", (), ["expected an export of a known shape"])
    assert export.text_fallback == data
