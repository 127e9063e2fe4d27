"""Texts that are made to cost: what they are called does not matter, that the right rule still answers does."""

from __future__ import annotations

import re

import pytest

from scanner.sources.fields import Named, Namer, name_place
from scanner.sources.fields.outline import DEEPEST, LARGEST
from tests.support import tokens

VALUE = tokens.npm(2).encode()
LINE = Named("token")


def named_after(path: str, text: bytes) -> Named:
    """What the value is called that follows `text` on a line of its own, `token = <value>`."""
    text += b"\ntoken = "
    return name_place(path, text + VALUE, len(text), len(text) + len(VALUE))


DEEP = [
    ("a.json", b"[" * 100_000),
    ("a.json", b'{"a":' * 100_000),
    ("a.json", b'{"a"' * 100_000),
    ("a.yaml", b"[" * 100_000),
    ("a.yaml", b"{a: " * 100_000),
    ("a.yaml", b"- " * 100_000),
    ("a.yaml", b"? " * 100_000),
    ("a.yaml", b"".join(b" " * level + b"a:\n" for level in range(1_500))),
    ("a.yaml", b"[" * (DEEPEST + 1) + b"a," * 500_000),
]


@pytest.mark.parametrize(("path", "text"), DEEP, ids=range(len(DEEP)))
def test_nesting_beyond_the_bound_falls_back_to_the_line(path: str, text: bytes) -> None:
    assert named_after(path, text) == LINE


def test_nesting_up_to_the_bound_is_followed() -> None:
    depth = DEEPEST - 1
    text = b'{"a":' * depth + b'"' + VALUE + b'"' + b"}" * depth
    start = text.index(VALUE)
    assert name_place("a.json", text, start, start + len(VALUE)).field_path == ("a",) * depth


COSTLY = [
    ("a.yaml", b"".join(b"%%TAG !t%d! x\n" % number for number in range(100_000))),
    ("a.yaml", b"[" + b"1," * 900_000),
    ("a.json", b"[" + b"{}," * 600_000),
    ("a.json", b'"' + b'\\"' * 900_000),
    ("a.json", b'"' * 1_999_999),
    ("a.json", b"/*" * 900_000),
    ("a.json", b"//" * 900_000),
    ("a.yaml", b"\xff\x00" * 900_000),
    ("a.yaml", b"&a [*a,*a,*a]\n" * 10_000),
    ("a.json", b" " * (LARGEST + 1)),
    ("a.yaml", b"a: b\n" * (LARGEST // 5 + 1)),
]


@pytest.mark.parametrize(("path", "text"), COSTLY, ids=range(len(COSTLY)))
def test_a_costly_document_falls_back_to_the_line(path: str, text: bytes) -> None:
    assert named_after(path, text) == LINE


SECTIONED = [
    (".npmrc", b"//" * 500_000),
    (".npmrc", b"=" * 500_000),
    ("a.properties", b" " * 1_000_000),
    (".git-credentials", b"https://" * 100_000),
    (".netrc", b'"' * 500_000),
    (".netrc", b"machine " * 100_000),
    ("a.sh", b"a=" * 500_000),
    ("a.sh", b"--a " * 200_000),
]


@pytest.mark.parametrize(("path", "text"), SECTIONED, ids=range(len(SECTIONED)))
def test_a_costly_flat_file_names_its_last_line(path: str, text: bytes) -> None:
    assert named_after(path, text).field == "token"


@pytest.mark.parametrize("header", [b"[a", b"[a]#", b"[]", b'[a "', b'[a "\\', b"[a.b."])
@pytest.mark.parametrize("path", ["a.ini", "a.toml", ".gitconfig"])
def test_a_costly_sectioned_file_names_its_last_line(path: str, header: bytes) -> None:
    assert named_after(path, (header * 500 + b"\n") * 500).field == "token"


def test_an_alias_bomb_is_not_expanded() -> None:
    levels = [b"a0: &a0 x"] + [b"a%d: &a%d [%s]" % (level, level, b", ".join([b"*a%d" % (level - 1)] * 9)) for level in range(1, 40)]
    text = b"\n".join(levels) + b"\nlast: {token: "
    assert name_place("a.yml", text + VALUE + b"}", len(text), len(text) + len(VALUE)).field_path == ("last", "token")


def test_every_value_of_a_full_text_has_its_own_name() -> None:
    text = b"\n".join(b"k%d: %s" % (number, VALUE) for number in range(2_000))
    namer = Namer("a.yml", text)
    starts = [match.start() for match in re.finditer(VALUE, text)]
    assert [namer.name(start, start + len(VALUE)).field for start in starts] == [f"k{number}" for number in range(2_000)]


@pytest.mark.parametrize("span", [(-5, -1), (0, 0), (3, 1), (10**9, 10**9 + 5), (0, 10**9)])
@pytest.mark.parametrize("path", ["a.json", "a.yml", ".npmrc", ".gitconfig", ".netrc", "a.sh"])
def test_a_span_outside_the_text_is_moved_into_it(path: str, span: tuple[int, int]) -> None:
    assert isinstance(name_place(path, b"a: b", *span), Named)
