from __future__ import annotations

from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import details, read, values, variable


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (rb'"a\"b\$c\`d\\e"', b'a"b$c`d\\e'),
        (rb'"a\nb\tc"', rb"a\nb\tc"),
        (b'"a\\\nb"', b"ab"),
        (b'"a\nb"', b"a\nb"),
        (rb"'a\nb'", rb"a\nb"),
        (rb"$'\a\b\e\E\f\n\r\t\v\\\'\"\?'", b"\a\b\x1b\x1b\f\n\r\t\v\\'\"?"),
        (rb"$'\0\1\12\101\1011\777'", b"\0\1\nAA1\xff"),
        (rb"$'\x9\x41\x411'", b"\tAA1"),
        (rb"$'\u20ac\u41\U1f600\Uffffffff'", "€A😀\ufffd".encode()),
        (rb"$'\ca\cA\c[\c?\c\\'", b"\x01\x01\x1b\x7f\x1c"),
        (rb"$'\q\z'", rb"\q\z"),
        (rb'$"a\"b"', b'a"b'),
        (rb"""'it'"'"'s'""", b"it's"),
        (rb"'it'\''s'", b"it's"),
        (rb"a\ b\$c", b"a b$c"),
        (b"a\\\nb", b"ab"),
        (b"$HOME/`id`~", b"$HOME/`id`~"),
        (b"", b""),
        (b"''", b""),
        (b"a=b", b"a=b"),
        (b"\xff\xfe", b"\xff\xfe"),
    ],
)
def test_quoting_is_undone(tmp_path: Path, word: bytes, value: bytes) -> None:
    export = read(tmp_path, b"export A=" + word + b"\nexport LAST=1\n")

    assert (values(export), export.problems) == ({"A": value, "LAST": b"1"}, ())


@pytest.mark.parametrize(
    ("word", "offset", "encoding"),
    [
        (b"plain", 9, ()),
        (b"'a b'", 10, ()),
        (b'"a b"', 10, ()),
        (b"$'a b'", 11, ()),
        (b'"a\\$b"', None, ("shell",)),
        (b"$'a\\nb'", None, ("shell",)),
        (b"'a'b", None, ("shell",)),
        (b"a\\ b", None, ("shell",)),
    ],
)
def test_value_is_unchanged_or_was_encoded(tmp_path: Path, word: bytes, offset: int | None, encoding: tuple[str, ...]) -> None:
    found = variable(read(tmp_path, b"export A=" + word), "A")

    assert (found.value_offset, found.encoding) == (offset, encoding)


@pytest.mark.parametrize(
    "line",
    [
        b"export A=1",
        b"declare -x A=1",
        b'declare -rx A="1"',
        b"declare -ix A='1'",
        b"declare -x -r A=1",
        b"declare -- A=1",
        b"typeset -x A=1",
        b"typeset -x -i A=1",
        b"typeset -xi10 A=1",
        b"export -i10 A=1",
        b"  export\tA=1  ",
        b"export A=1;",
        b"readonly A=1",
        b"A=1",
    ],
)
def test_statement_of_any_shell_is_read(tmp_path: Path, line: bytes) -> None:
    export = read(tmp_path, b"export FIRST=\n" + line + b"\n")

    assert (values(export), export.problems, export.text_fallback) == ({"FIRST": b"", "A": b"1"}, (), None)


def test_name_without_a_value_is_a_slot_without_one(tmp_path: Path) -> None:
    export = read(tmp_path, b"declare -x OLDPWD\ndeclare -x A=1\n")

    assert (values(export), export.problems) == ({"OLDPWD": None, "A": b"1"}, ())


def test_one_statement_may_assign_several(tmp_path: Path) -> None:
    assert values(read(tmp_path, b"export A=1 B='2 3' C; export D=4\n")) == {"A": b"1", "B": b"2 3", "C": None, "D": b"4"}


@pytest.mark.parametrize(
    ("array", "elements"),
    [
        (b'declare -ax A=([0]="one two" [1]="three")', [b"one two", b"three"]),
        (b'declare -Ax A=([key]="one" )', [b"one"]),
        (b"typeset -a A=( one 'two three' )", [b"one", b"two three"]),
        (b"declare -a A=()", []),
    ],
)
def test_each_element_of_an_array_is_a_value(tmp_path: Path, array: bytes, elements: list[bytes]) -> None:
    export = read(tmp_path, array + b"\nexport LAST=1\n")

    assert [v.value.reveal() for v in export.variables if v.name == "A" and v.value] == elements
    assert export.problems == ()


def test_lines_are_those_that_names_stand_on(tmp_path: Path) -> None:
    export = read(tmp_path, b"\nexport A='1\n2' B=3\n\nexport C=4\n")

    assert [(v.name, v.line) for v in export.variables] == [("A", 2), ("B", 3), ("C", 5)]


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b"if true; then", "line 2: expected a name, = and a value"),
        (b"export A=1|2", "line 2: expected a name, = and a value"),
        (b"export A=( (", "line 2: expected an element or a closing parenthesis"),
        (b"VGhpcyBpcyBubyBuYW1l", "line 2: expected a name, = and a value"),
    ],
)
def test_line_that_is_no_statement_is_a_problem_and_the_next_one_is_read(tmp_path: Path, line: bytes, detail: str) -> None:
    data = b"export FIRST=1\n" + line + b"\nexport LAST=2\n"

    export = read(tmp_path, data)

    assert values(export)["LAST"] == b"2"
    assert (details(export), export.text_fallback) == ([detail], data)


def test_what_was_read_before_a_mistake_is_not_read_again(tmp_path: Path) -> None:
    export = read(tmp_path, b"export A='1\n2' B=3 ((\nexport C=4\n")

    assert [v.name for v in export.variables] == ["A", "B", "C"]


@pytest.mark.parametrize("quote", [b"'", b'"', b"$'"])
def test_after_a_quote_that_is_not_closed_the_next_lines_are_read(tmp_path: Path, quote: bytes) -> None:
    export = read(tmp_path, b"export FIRST=1\nexport A=" + quote + b"x\nexport LAST=2\n")

    assert (values(export), details(export)) == ({"FIRST": b"1", "LAST": b"2"}, ["line 2: expected a closing quote"])


def test_comment_is_text(tmp_path: Path) -> None:
    data = b"export A=1 # the old one\n# another\nexport B=2\n"

    export = read(tmp_path, data)

    assert (values(export), export.problems, export.text_fallback) == ({"A": b"1", "B": b"2"}, (), data)


def test_exported_function_is_text(tmp_path: Path) -> None:
    data = b"export A=1\ndeclare -fx greet\n"

    assert (values(read(tmp_path, data)), read(tmp_path, data).text_fallback) == ({"A": b"1"}, data)


def test_windows_line_ends_are_no_part_of_values(tmp_path: Path) -> None:
    assert values(read(tmp_path, b"export A=1\r\nexport B='2'\r\nexport C\r\n")) == {"A": b"1", "B": b"2", "C": None}


def test_many_mistakes_end_the_reading_and_the_rest_is_text(tmp_path: Path) -> None:
    data = b"export FIRST=1\n" + b"((\n" * 2_000 + b"export LAST=2\n"

    export = read(tmp_path, data)

    assert (values(export), details(export)[-1], export.text_fallback) == ({"FIRST": b"1"}, "992 more flaws", data)


def test_quote_that_is_looked_for_again_and_again_ends_the_reading(tmp_path: Path) -> None:
    data = b"export FIRST=1\n" + b"A=\\\n" * 1_000 + b"'"

    export = read(tmp_path, data)

    assert (values(export), details(export)[-1]) == ({"FIRST": b"1"}, "line 6: too many mistakes to go on")
    assert export.text_fallback == data


def test_statement_goes_on_after_a_backslash_at_the_end_of_its_line(tmp_path: Path) -> None:
    export = read(tmp_path, b"export A=1 \\\n  B=2\nexport C=3\n")

    assert [(v.name, v.line) for v in export.variables] == [("A", 1), ("B", 2), ("C", 3)]
    assert export.problems == ()
