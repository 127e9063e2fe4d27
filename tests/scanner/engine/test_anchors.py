"""Needles as published by others, and what is searched for an anchor."""

from __future__ import annotations

import gzip
import re
import zlib
from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Anchor, RegexDetector
from scanner.engine.anchors import forms
from scanner.engine.form import Via, needles, quoted, unpack
from tests.scanner.engine.fakes import PASSWORD, TOKEN

TABLE = {
    b"ghp_": (b"Z2hwX", b"docF", b"naHBf"),
    b"gho_": (b"Z2hvX", b"dob1", b"naG9f"),
    b"ghs_": (b"Z2hzX", b"doc1", b"naHNf"),
    b"github_pat_": (b"Z2l0aHViX3BhdF", b"dpdGh1Yl9wYXRf", b"naXRodWJfcGF0X"),
    b"npm_": (b"bnBtX", b"5wbV", b"ucG1f"),
    b"_authToken=": (b"X2F1dGhUb2tlbj", b"9hdXRoVG9rZW49", b"fYXV0aFRva2VuP"),
    b"pypi-AgE": (b"cHlwaS1BZ0", b"B5cGktQWdF", b"weXBpLUFnR"),
    b"__token__:pypi-": (b"X190b2tlbl9fOnB5cGkt", b"9fdG9rZW5fXzpweXBpL", b"fX3Rva2VuX186cHlwaS"),
    b"PRIVATE KEY": (b"UFJJVkFURSBLRV", b"BSSVZBVEUgS0VZ", b"QUklWQVRFIEtFW"),
}


@pytest.mark.parametrize("literal", TABLE)
def test_needles_are_the_published_ones(literal: bytes) -> None:
    assert tuple(needle for needle, _ in needles(literal)) == TABLE[literal]


def test_every_armored_block_begins_with_one_needle() -> None:
    assert needles(b"-----BEGIN ")[0] == (b"LS0tLS1CRUdJTi", 0)


@given(st.binary(max_size=40), st.binary(min_size=4, max_size=20), st.binary(max_size=40))
def test_base64_of_any_text_around_a_literal_holds_the_needle_of_its_alignment_at_its_place(
    before: bytes, literal: bytes, after: bytes
) -> None:
    needle, offset = needles(literal)[len(before) % 3]
    encoded = b64encode(before + literal + after)
    assert any(match.start() % 4 == offset for match in re.finditer(b"(?=" + re.escape(needle) + b")", encoded))


def test_needles_of_short_literals_are_left_out_where_they_would_be_too_short() -> None:
    assert [len(needle) for needle, _ in needles(b"abc")] == [4]


def detector(*anchors: Anchor) -> RegexDetector:
    return replace(TOKEN, anchors=anchors)


def met(text: bytes, *anchors: Anchor) -> set[Via]:
    """What the forms of the anchors say has to be undone in `text`."""
    every = forms([detector(*anchors)])
    return {form.via for form in every if re.search(form.expression, text, re.IGNORECASE if form.caseless else 0)}


ENCODED = {
    "base64": (Via.BASE64, b64encode(b" user:npm_abcdef")),
    "base64 in the URL's alphabet": (Via.BASE64, urlsafe_b64encode(b"\xff\xfenpm_\xff\xfe")),
    "base64 with a line break in the needle": (Via.BASE64, b"dXNlcjpucG\n1fYWJj"),
    "base64 indented in the next line": (Via.BASE64, b"dXNlcjpuc\n              G1fYWJj"),
    "base64 with an escaped line break in the needle": (Via.BASE64, b"dXNlcjpuc\\nG1fYWJj"),
    "base64 twice": (Via.BASE64, b64encode(b64encode(b" user:npm_abcdef"))),
    "base64 three times": (Via.BASE64, b64encode(b64encode(b64encode(b" user:npm_abcdef")))),
    "base64 of UTF-16": (Via.BASE64, b64encode("echo npm_abc".encode("utf-16-le"))),
    "base64 of UTF-16 of base64": (Via.BASE64, b64encode(b64encode(b"npm_abc").decode().encode("utf-16-le"))),
    "base64 of hexadecimal": (Via.BASE64, b64encode(b"x" + b"npm_abc".hex().encode())),
    "hexadecimal": (Via.HEX, b"npm_abc".hex().encode()),
    "capital hexadecimal": (Via.HEX, b"npm_abc".hex().upper().encode()),
    "hexadecimal with a line break": (Via.HEX, b"6e70\n6d5f"),
    "hexadecimal of base64": (Via.HEX, b64encode(b"a npm_abc").hex().encode()),
    "hexadecimal with blanks": (Via.HEX_LIST, b"6e 70 6d 5f"),
    "hexadecimal in a C string": (Via.HEX_LIST, rb"\x6e\x70\x6d\x5f"),
    "a list of numbers": (Via.HEX_LIST, b"0x6E, 0x70, 0x6D, 0x5F"),
    "xxd": (Via.HEX_LIST, b"6e70 6d5f"),
    "xxd, one byte off": (Via.HEX_LIST, b"206e 706d 5f20"),
    "UTF-16": (Via.UTF_16LE, "npm_".encode("utf-16-le")),
    "big-endian UTF-16": (Via.UTF_16BE, "npm_".encode("utf-16-be")),
    "UTF-16 of base64": (Via.UTF_16LE, b64encode(b"a npm_abc").decode().encode("utf-16-le")),
    "a JSON escape": (Via.BACKSLASH, rb"npm\u005Fabc"),
    "a JSON escape inside JSON": (Via.BACKSLASH, rb"npm\\u005fabc"),
    "a Markdown escape": (Via.BACKSLASH, rb"npm\_abc"),
    "a percent sign": (Via.PERCENT, b"npm%5Fabc"),
    "a percent sign twice": (Via.PERCENT, b"npm%255fabc"),
    "an entity": (Via.ENTITY, b"npm&#95;abc"),
    "a hexadecimal entity": (Via.ENTITY, b"npm&#x5F;abc"),
    "nothing but entities": (Via.ENTITY, b"&#110;&#112;&#109;&#95;"),
    "nothing but octal escapes": (Via.BACKSLASH, rb"\156\160\155\137"),
    "UTF-32": (Via.UTF_32, "npm_".encode("utf-32-le")),
    "big-endian UTF-32": (Via.UTF_32, "npm_".encode("utf-32-be")),
    "base64 of UTF-32": (Via.BASE64, b64encode("x npm_".encode("utf-32-be"))),
    "hexadecimal of hexadecimal": (Via.HEX, b"npm_".hex().encode().hex().encode()),
    "hexadecimal with blanks in base64": (Via.BASE64, b64encode(b"npm_".hex(" ").encode())),
    "base64 in hexadecimal with blanks": (Via.HEX_LIST, b64encode(b"npm_").hex(" ").encode()),
    "a C string inside a string": (Via.HEX_LIST, rb"\\x6e\\x70\\x6d\\x5f"),
    "a list of numbers over two lines": (Via.HEX_LIST, b"0x6e, 0x70,\n  0x6d, 0x5f"),
    "base64 in lines in base64": (Via.BASE64, b64encode(b"bnB\ntX2")),
}


@pytest.mark.parametrize("case", ENCODED)
def test_a_literal_is_searched_in_its_encoded_forms(case: str) -> None:
    via, text = ENCODED[case]
    assert via in met(text, Anchor(b"npm_", nested=True))


def test_what_is_searched_in_base64_alone_is_searched_in_nothing_else() -> None:
    anchor = Anchor(b"acme_key_", encoded=False, base64=True)
    for before in (b"", b" ", b"  "):
        assert met(b64encode(before + b"acme_key_abc"), anchor) == {Via.BASE64}
    assert not met(b"acme_key_abc".hex().encode(), anchor)
    assert not met(b64encode(b"acme_key_abc"), Anchor(b"acme_key_", encoded=False))


@pytest.mark.parametrize("sign", ["%2F", "%2f", "%252F", "\\u002f", "&#47;", "&#x2F;"])
def test_a_host_is_met_where_its_path_is_escaped(sign: str) -> None:
    assert met(f"hooks.acme.example{sign}services".encode(), Anchor(b"hooks.acme.example", then=rb"\\?/services"))


SEAMS = {
    "a program": (Via.JOINED, b'"npm_abc" + "def"'),
    "a continued line": (Via.JOINED, b"npm_abc\\\ndef"),
    "a comment": (Via.JOINED, b"# npm_abc\n# def"),
    "a program in a string": (Via.BACKSLASH, rb"\"npm_abc\" + \"def\""),
}


@pytest.mark.parametrize("case", SEAMS)
def test_an_anchor_is_searched_where_its_value_is_cut(case: str) -> None:
    via, text = SEAMS[case]
    assert via in met(text, Anchor(b"npm_", then=b"[0-9a-z]{20}", nested=True))


def test_an_anchor_inside_something_else_begins_no_value_that_is_cut() -> None:
    assert met(b'"abcnpm_abc" + "def"', Anchor(b"npm_", then=b"[0-9a-z]{20}")) == set()
    assert met(b'"npm_abc" + "def"', Anchor(b"npm_", before=b"x|y", then=b"[0-9a-z]{20}")) == set()


@pytest.mark.parametrize(
    ("via", "text"),
    [
        (Via.PERCENT, b"name%3Dx"),
        (Via.BACKSLASH, rb"name\=x"),
        (Via.BACKSLASH, rb"name\u003dx"),
        (Via.ENTITY, b"name&quot;"),
        (Via.ENTITY, b"NAME&#61;x"),
    ],
)
def test_a_name_is_searched_where_the_sign_after_it_is_escaped(via: Via, text: bytes) -> None:
    assert via in met(text, Anchor(b"name", then=b"[=]x"))
    assert via not in met(text, Anchor(b"name", then=b"[0-9]x"))


COMMON = {
    "gzip": (Via.PACKED, gzip.compress(b"", mtime=0)),
    "base64 of gzip": (Via.BASE64, b64encode(gzip.compress(b"abc", mtime=0))),
    "base64 of base64 of gzip": (Via.BASE64, b64encode(b64encode(gzip.compress(b"abc", mtime=0)))),
    "base64 of zlib": (Via.PACKED, b'"' + b64encode(zlib.compress(bytes(range(99))))),
    "hexadecimal of gzip": (Via.HEX, gzip.compress(b"abc", mtime=0).hex().encode()),
    "xxd": (Via.HEX_LIST, b"\n00000010: 2020 2020"),
    "hexdump": (Via.HEX_LIST, b"\n00000010  20 20 20 20 20"),
    "od": (Via.HEX_LIST, b"\n0000020 20 20 20 20 20"),
    "mail": (Via.QUOTED, b"Content-Transfer-Encoding: Quoted-Printable\r\n"),
}


@pytest.mark.parametrize("case", COMMON)
def test_what_holds_any_value_is_searched_beside_the_anchors(case: str) -> None:
    via, text = COMMON[case]
    assert via in met(text, Anchor(b"npm_", nested=True))


def test_plus_and_slash_are_searched_as_json_and_urls_spell_them() -> None:
    literal = b"\xfb\xff\xfe!"
    for spelling in (b"+//+", b"-__-", rb"+\/\/+", rb"\u002b//\u002b", b"%2B%2F%2F%2B"):
        assert met(spelling + b"IQ", Anchor(literal, nested=True)) == {Via.BASE64}


def test_blanks_are_searched_as_forms_send_them() -> None:
    assert met(b"-----BEGIN+PRIVATE+KEY", Anchor(b"-----BEGIN ", nested=True)) == {Via.PERCENT}


def test_quotes_are_searched_as_strings_inside_strings_have_them() -> None:
    assert met(rb"{\"auths\": 1", Anchor(b'"auths"', nested=True)) == {Via.BACKSLASH}
    assert met(b"{&quot;auths&quot;: 1", Anchor(b'"auths"', nested=True)) == {Via.ENTITY}


def test_a_caseless_anchor_is_searched_encoded_as_people_write_it() -> None:
    for word in (b"_password", b"_PASSWORD", b"_Password"):
        assert met(b64encode(b"x" + word + b"="), Anchor(b"_password", caseless=True, nested=True)) == {Via.BASE64}


def test_an_anchor_may_be_plain_only() -> None:
    assert [form.via for form in forms([detector(Anchor(b"npm_", encoded=False))])] == [Via.PLAIN]


def test_a_literal_of_three_bytes_has_no_encoded_forms() -> None:
    assert [form.via for form in forms([detector(Anchor(b"eyJ", reason="frequent"))])] == [Via.PLAIN]


def test_what_must_stand_around_a_literal_is_asked_for_in_plain_text_only() -> None:
    anchor = Anchor(b"npm_", before=b"x|y", then=b"[0-9]{3}")
    assert met(b"ynpm_123", anchor) == {Via.PLAIN}
    assert met(b"npm_123", anchor) == set()
    assert met(b64encode(b"npm_abc"), anchor) == {Via.BASE64}


def test_a_number_tells_what_a_form_is() -> None:
    every = list(forms([TOKEN, PASSWORD, detector(Anchor(b"_authToken="))]))
    for serial, form in enumerate(every):
        assert unpack(form.number(serial)) == (form.via, form.detail, form.length)


def test_encoded_forms_have_numbers_of_their_own() -> None:
    numbers = [form.number(serial) for serial, form in enumerate(forms([TOKEN, PASSWORD])) if form.via is not Via.PLAIN]
    assert len(numbers) == len(set(numbers))


def test_the_order_of_forms_depends_on_the_detectors_alone() -> None:
    assert list(forms([TOKEN, PASSWORD])) == list(forms([TOKEN, PASSWORD]))


@given(st.binary(min_size=1, max_size=30))
def test_a_quoted_literal_matches_itself_only(literal: bytes) -> None:
    assert re.fullmatch(quoted(literal), literal)
    assert not re.fullmatch(quoted(literal), literal + b"x")


@pytest.mark.parametrize(
    ("text", "via"),
    [
        pytest.param(b64encode(b"xacme_y"), Via.BASE64, id="base64"),
        pytest.param(b64encode(b"xacme_y")[:5] + b"\n" + b64encode(b"xacme_y")[5:], Via.BASE64, id="a line that ends in it"),
        pytest.param(b"acme_".hex().encode(), Via.HEX, id="hexadecimal"),
        pytest.param("acme_".encode("utf-16-le"), Via.UTF_16LE, id="UTF-16"),
        pytest.param(rb"acme\u005fx", Via.BACKSLASH, id="an escape"),
    ],
)
def test_every_anchor_is_searched_under_one_encoding(text: bytes, via: Via) -> None:
    assert via in met(text, Anchor(b"acme_"))


def test_only_what_travels_with_publishing_is_searched_under_two() -> None:
    twice = b64encode(b64encode(b"xacme_y"))
    assert met(twice, Anchor(b"acme_")) == set()
    assert met(twice, Anchor(b"acme_", nested=True)) == {Via.BASE64}
