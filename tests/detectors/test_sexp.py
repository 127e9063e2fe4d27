from __future__ import annotations

import pytest

from detectors import _sexp


def nodes(text: bytes) -> tuple[_sexp.Node, ...] | None:
    found = _sexp.read(text, 0, len(text))
    return None if found is None else found.nodes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"(3:abc)", (b"abc",)),
        (b"(1:a(1:b2:\x00)))", (b"a", (b"b", b"\x00)"))),
        (b"(a (b #00 FF\n 7f#) c)", (b"a", (b"b", b"\x00\xff\x7f"), b"c")),
        (b'(a "b c" "d\\"e\\\\" "\\x41\\101\\n" "f\\\ng")', (b"a", b"b c", b'd"e\\', b"AA\n", b"fg")),
        (b'(a "\xac\\\'" 3:")")', (b"a", b"\xac'", b'")"')),
        (b"()", ()),
    ],
)
def test_both_forms_are_read(text: bytes, expected: tuple[_sexp.Node, ...]) -> None:
    assert nodes(text) == expected


@pytest.mark.parametrize(
    "text",
    [b"", b"a", b")", b"(", b"(a", b"(9:ab)", b"(#0#)", b"(#xy#)", b'("a)', b"(a,b)", b"(" * 20 + b")" * 20, b"(" + b"a " * 600 + b")"],
)
def test_what_is_no_list_or_too_rich_is_none(text: bytes) -> None:
    assert nodes(text) is None


def test_a_list_ends_where_it_ends() -> None:
    found = _sexp.read(b"xx(1:a)yy", 2, 9)
    assert found is not None
    assert found.end == 7


def test_a_list_that_ends_beyond_the_limit_is_none() -> None:
    assert _sexp.read(b"(1:a)", 0, 4) is None


def test_lists_are_asked_by_their_names() -> None:
    found = nodes(b"(3:rsa(1:n2:ab)(1:e(1:x)))")
    assert found is not None
    assert (_sexp.octets(found, b"n"), _sexp.octets(found, b"e"), _sexp.octets(found, b"d")) == (b"ab", b"", b"")
    assert _sexp.named(found, b"e") == ((b"x",),)
