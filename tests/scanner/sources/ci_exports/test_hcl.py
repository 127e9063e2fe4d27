from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.sources.ci_exports.hcl import leaves

Told = tuple[str, bytes | None]


def told(text: str) -> list[Told]:
    return [(leaf.path, None if leaf.value is None else leaf.value.reveal()) for leaf in leaves(text.encode()) if leaf is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a = "x"', [("a", b"x")]),
        ("a=5\nb = -1.5e3\r\nc=true\nd = false\ne = null", [("a", b"5"), ("b", b"-1.5e3"), ("c", b"true"), ("d", b"false"), ("e", None)]),
        (r'a = "x\n\t\r\"\\ \u00e9 \U0001F600"', [("a", 'x\n\t\r"\\ é 😀'.encode())]),
        ('a = "$${b} %%{c} $$ %%"', [("a", b"${b} %{c} $$ %%")]),
        ('a = "${b["}"]} %{ if c { "d" } }"', [("a", b'${b["}"]} %{ if c { "d" } }')]),
        ('a = ["x", [1, 2], null,\n # no\n]', [("a[0]", b"x"), ("a[1][0]", b"1"), ("a[1][1]", b"2"), ("a[2]", None)]),
        ('a = {\n b = "x"\n "c d" : 1, e={}\n}', [("a.b", b"x"), ("a.c d", b"1")]),
        ("a = <<X\n  y\n\n z\n  X\nb = 1", [("a", b"  y\n\n z\n"), ("b", b"1")]),
        ("a = <<-X\n    y\n\n      z $${b} ${c} \\n\n  X\n", [("a", b"y\n\n  z ${b} ${c} \\n\n")]),
        ("a = { b = <<X\ny\nX\n  c = 1 }", [("a.b", b"y\n"), ("a.c", b"1")]),
        ("a = { 1 = 2 }", [("a.1", b"2")]),
        ("# a\n// b\n/* c\n d */ e = 1 // f", [("e", b"1")]),
        ("übung-2 = 1", [("übung-2", b"1")]),
        ("", []),
    ],
)
def test_values_are_read_with_what_leads_to_them(text: str, expected: list[Told]) -> None:
    assert told(text) == expected


def test_places_are_those_of_the_text() -> None:
    text = b'a = "x"\nb = {\n  c = "\\n"\n  d = <<E\ny\nE\n}\n'

    found = [(leaf.path, leaf.line, leaf.offset) for leaf in leaves(text, first_line=3) if leaf is not None]

    assert found == [("a", 3, 5), ("b.c", 5, None), ("b.d", 7, text.index(b"y"))]


def test_comments_are_told() -> None:
    assert [leaf is None for leaf in leaves(b"# x\na = 1 # y\n")] == [True, False, True]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a", "line 1, column 2: expected ="),
        ("= 1", "line 1, column 1: expected a name, = and a value"),
        ("a =", "line 1, column 4: expected a value: a string, a number, a list or an object"),
        ("a = b", "line 1, column 5: expected a value: a string, a number, a list or an object"),
        ("a = file(1)", "line 1, column 5: expected a value: a string, a number, a list or an object"),
        ("a = true.b", "line 1, column 5: expected a value: a string, a number, a list or an object"),
        ("a = 1x", "line 1, column 5: expected a value: a string, a number, a list or an object"),
        ("a = 1 b = 2", "line 1, column 7: expected the end of the line"),
        ('a = 1\nb = "x\n"', "line 2, column 5: expected the closing quote of the string that begins here"),
        ('a = "${"', "line 1, column 5: expected the closing quote of the string that begins here"),
        ("a = [1 2]", "line 1, column 8: expected a comma or ]"),
        ("a = {b = 1 c = 2}", "line 1, column 12: expected a comma, the end of the line or }"),
        ("a = {b 1}", "line 1, column 8: expected = or a colon"),
        ("a = {[]}", "line 1, column 6: expected a name or }"),
        ("a = <<E x\nE", "line 1, column 5: expected << or <<-, a name and the end of the line"),
        ("a = <<E\nx", "line 1, column 5: expected the name that ends the text that begins here"),
        ('b "c" {}', "line 1, column 3: expected ="),
        ("a = " + "[" * 40, "line 1, column 37: expected at most 32 lists and objects in one another"),
        ('a = "' + "${" * 40, "line 1, column 68: expected at most 32 templates in one another"),
    ],
)
def test_mistake_ends_the_reading_and_is_told_with_its_place(text: str, mistake: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        told(text)

    assert caught.value.detail == mistake


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_in_quotes_comes_back(text: str) -> None:
    escaped = re.sub(r"([$%])\{", r"\1\1{", text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
    doubled = any(mark in text for mark in ("$${", "%%{"))

    assert doubled or told(f'a = "{escaped}"') == [("a", text.encode())]


@given(
    st.lists(
        st.sampled_from(["a", "=", '"', "{", "}", "[", "]", ",", "\n", " ", "${", "$$", "<<E", "E", "\\", "#", "/*", "*/", "1", ":"])
    ).map("".join)
)
def test_anything_is_read_to_its_end_or_to_a_mistake(text: str) -> None:
    detail = ""
    try:
        told(text)
    except UnreadableError as error:
        detail = error.detail

    assert not detail or re.match(r"line \d+, column \d+: expected ", detail)
