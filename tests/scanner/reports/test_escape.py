from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.reports.escape import encodable, inert_json, shown

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
"""Every code point, lone surrogates included."""
BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain [bold]text[/] :smile:", "plain [bold]text[/] :smile:"),
        ("Grüße/日本/🔑", "Grüße/日本/🔑"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\nb\r\tc\x00", "a\\x0ab\\x0d\\x09c\\x00"),
        ("\x7f\x9b31m", "\\x7f\\x9b31m"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("a\u2066b\u2069\u200f\u061c", "a\\u2066b\\u2069\\u200f\\u061c"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("line\u2028paragraph\u2029", "line\\u2028paragraph\\u2029"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("byte\udcff", "byte\\xff"),
        ("half\ud83d", "half\\ud83d"),
    ],
)
def test_what_acts_on_a_reader_is_shown_as_its_escape(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(ANY)
def test_nothing_shown_controls_anything(text: str) -> None:
    assert [
        c for c in shown(text) if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or unicodedata.bidirectional(c) in BIDI_CONTROLS
    ] == []


@given(ANY)
def test_what_is_shown_stays_as_it_is_when_shown_again(text: str) -> None:
    assert shown(shown(text)) == shown(text)


@given(ANY)
def test_encodable_text_is_utf8(text: str) -> None:
    assert encodable(text).encode().decode() == encodable(text)


@given(st.text(max_size=40))
def test_text_without_lone_surrogates_is_encodable_as_it_is(text: str) -> None:
    assert encodable(text) == text


@given(st.text(max_size=40))
def test_inert_json_means_the_same(text: str) -> None:
    assert json.loads(inert_json(json.dumps({"key": text}, ensure_ascii=False, indent=1))) == {"key": text}


@given(st.text(max_size=40))
def test_inert_json_can_be_printed(text: str) -> None:
    inert = inert_json(json.dumps([text], ensure_ascii=False))
    assert shown(inert) == inert
