from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.reports.layout import Line, Word, flow, paint, row, span, take, width, words
from scanner.reports.style import Style

PLAIN = Style()
TEXT = st.text(st.characters(codec="utf-8"), max_size=120)


def lines(made: list[Line]) -> list[str]:
    return paint(made, PLAIN).split("\n")[:-1]


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("né", 2), ("日本", 4), ("🔑", 2), ("e\u0301", 1), ("…", 1)])
def test_width_is_that_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


def test_width_does_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNICODE_VERSION", "4.1.0")
    assert width("🥷") == 2


@given(TEXT, st.integers(0, 40))
def test_what_is_taken_fits_and_is_the_beginning(text: str, room: int) -> None:
    assert (width(take(text, room)) <= room, text.startswith(take(text, room))) == (True, True)


def test_words_go_on_in_the_next_line_under_the_second_indent() -> None:
    assert lines(flow(words("one two three four"), 12, 2, 4)) == ["  one two", "    three", "    four"]


def test_a_gap_stands_only_between_words_of_one_line() -> None:
    assert lines(flow([Word(span("aaaa"), 3), Word(span("bbbb"), 3), Word(span("cccc"), 3)], 12)) == ["aaaa   bbbb", "cccc"]


def test_a_word_wider_than_the_line_is_cut() -> None:
    assert lines(flow(words("ab " + "x" * 12), 6, 0, 1)) == ["ab", " xxxxx", " xxxxx", " xx"]


@given(TEXT, st.integers(10, 60), st.integers(0, 4), st.integers(0, 4))
def test_no_line_of_flowing_words_is_too_wide(text: str, columns: int, indent: int, hang: int) -> None:
    assert max(map(width, lines(flow(words(text), columns, indent, hang)))) <= columns


@given(TEXT, st.integers(10, 60))
def test_no_word_is_lost(text: str, columns: int) -> None:
    squeezed = "".join(lines(flow(words(text), columns, 0, 2))).replace(" ", "")
    assert squeezed == "".join(word.span.text for word in words(text)).replace(" ", "")


@pytest.mark.parametrize(
    ("cells", "details", "expected"),
    [
        (["ab", "cd"], "x y", ["ab   cd   x y"]),
        (["ab", "cd"], "", ["ab   cd"]),
        (["abcdef", "cd"], "x y", ["abcdef  cd  x y"]),
        (["ab", "cdefghijkl"], "x y", ["ab   cdefghijkl  x y"]),
        (["ab", "cdefghijklmnop"], "x y", ["ab   cdefghijklmnop", "          x y"]),
        (["ab", "cd"], "eleven chars and", ["ab   cd   eleven", "          chars and"]),
        (["abcdefghijklmn", "cdefgh"], "x", ["abcdefghijklmn", "     cdefgh  x"]),
    ],
)
def test_cells_stand_at_their_stops_and_push_what_does_not_fit(cells: list[str], details: str, expected: list[str]) -> None:
    assert lines(row([span(cell) for cell in cells], [0, 5, 10], words(details), 20)) == expected


def test_colour_never_changes_a_word() -> None:
    made = flow([*words("bad news", "bold red"), Word(span("[bold]x[/bold] :bomb:", "dim"))], 40)
    painted = paint(made, Style(colour=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == paint(made, PLAIN)


def test_neighbours_that_look_alike_are_painted_as_one() -> None:
    assert paint(flow(words("bad news", "bold red"), 40), Style(colour=True)) == "\x1b[1;31mbad news\x1b[0m\n"


def test_a_link_is_the_same_on_every_run() -> None:
    made: list[Line] = [(span("x", link="file:///x"),)]
    assert paint(made, Style(links=True)) == "\x1b]8;;file:///x\x1b\\x\x1b]8;;\x1b\\\n"


def test_without_links_there_is_none() -> None:
    assert paint([(span("x", link="file:///x"),)], Style(colour=True)) == "x\n"


def test_no_line_ends_with_a_blank() -> None:
    assert paint([(span("x"), span("  "))], PLAIN) == "x\n"
