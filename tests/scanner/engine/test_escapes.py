"""Escapes: whose they are, how far they reach, what they stand for."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.escapes import continues, dialect, hindering, mailed, meant, region, undone
from scanner.engine.form import Via
from scanner.engine.spans import Run


def around(text: bytes, mark: bytes, via: Via = Via.BACKSLASH, language: str | None = None) -> Run | None:
    """What is undone around the first `mark`."""
    return undone(text, region(text, text.index(mark), via, language, 0), via)


def says(text: bytes, mark: bytes, via: Via = Via.BACKSLASH, language: str | None = None) -> tuple[str, bytes]:
    run = around(text, mark, via, language)
    assert run is not None
    return run.step, run.text


@pytest.mark.parametrize(
    ("hint", "text", "language"),
    [
        ("a/package-lock.json", b"", "json"),
        ("note.ipynb", b"", "json"),
        ("Cargo.lock", b"", "json"),
        ("a.yml", b'{"a": 1}', "yaml"),
        ("values.yaml", b"", "yaml"),
        ("gradle.properties", b"", "properties"),
        ("release.sh", b"", "shell"),
        (".bashrc", b"", "shell"),
        (".bash_history", b"", "shell"),
        ("bin/release", b"", "shell"),
        ("bin/release", b' \n{"a": 1}', "json"),
        ("pom.xml", b"", "xml"),
        ("outer.zip!/inner.json", b"", "json"),
        ("", b'\xef\xbb\xbf{ "a": 1}\n{"a": 2}', "json"),
        ("", b'[{"a": 1}]', "json"),
        ("", b"<?xml version='1.0'?>", "xml"),
        ("", b"{{ template }}", None),
        ("", b"[section]\nkey = 1", None),
        (".env", b"KEY=1", None),
        (".npmrc", b"", None),
        ("main.tf", b"", None),
        ("blob:0123", b"", None),
        ("-", b"", None),
    ],
)
def test_path_and_beginning_tell_whose_escapes_are_in_a_text(hint: str, text: bytes, language: str | None) -> None:
    assert dialect(hint, text) == language


@pytest.mark.parametrize(
    ("language", "source", "meaning"),
    [
        ("json", rb"a\n\t\"\\\/\u002d\u00e9\ud83d\ude00", 'a\n\t"\\/-é😀'),
        ("json", rb"a\x41\q\'\u12", r"a\x41\q\'\u12"),
        ("json", rb"\ud83d alone", r"\ud83d alone"),
        ("yaml", rb"a\xe9\x2d\u002d\U0000002d\e\_\N", "aé---\x1b\xa0\x85"),
        ("yaml", b"a\\\n    b", "ab"),
        ("properties", rb"a\:\=\u002d\q\n", "a:=-q\n"),
        ("properties", b"a\\\n    b", "ab"),
        ("shell", rb"a\x2d\055\'\e", "a--'\x1b"),
        (None, rb"a\x2d\u002d\_\.", "a--_."),
        (None, rb"\U00110000\UFFFFFFFF", r"\U00110000\UFFFFFFFF"),
    ],
)
def test_each_language_reads_its_own_escapes(language: str | None, source: bytes, meaning: str) -> None:
    run = around(b'"' + source + b'mark"', b"mark", language=language)
    assert (b'"' + source + b'mark"' if run is None else run.text) in {meaning.encode() + b"mark", b'"' + meaning.encode() + b'mark"'}


@given(st.text(max_size=60))
def test_any_json_string_is_read_as_json_means_it(text: str) -> None:
    source = b'{"key": ' + json.dumps(text + "mark\t").encode() + b', "z": 1}'
    assert says(source, b"mark", language="json") == ("json", (text + "mark\t").encode())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_yaml_string_is_read_as_yaml_means_it(text: str) -> None:
    source = b"key: " + yaml.safe_dump(text + "mark\t", default_style='"', width=20).encode() + b"z: 1\n"
    read = says(source, b"mark", language="yaml")[1].decode()
    assert "".join(read.split()) == "".join((text + "mark").split())


@given(st.text(max_size=60))
def test_any_component_of_a_url_is_read_as_meant(text: str) -> None:
    source = ("see https://h/?a=" + quote(text + "%mark", safe="") + " for").encode("utf-8", "surrogatepass")
    assert says(source, b"mark", Via.PERCENT) == ("percent", b"https://h/?a=" + (text + "%mark").encode())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_any_text_of_an_element_is_read_as_meant(text: str) -> None:
    source = ("<a b='1'>" + escape(text + "<mark", {'"': "&quot;", "'": "&apos;"}) + "</a>").encode()
    assert says(source, b"mark", Via.ENTITY) == ("xml", (text + "<mark").encode())


def test_numbers_of_entities_are_read_in_both_bases() -> None:
    assert says(b"<a>&#45;&#x2D;&#99999999999;&#xD800;mark</a>", b"mark", Via.ENTITY)[1] == b"--&#99999999999;&#xD800;mark"


def test_a_value_of_an_attribute_ends_with_it() -> None:
    assert says(b'<a b="1" c="x&#45;mark" d="y&#45;">', b"mark", Via.ENTITY)[1] == b"x-mark"


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        (b'{"a": "x\\n", "b": "y\\nmark\\n", "c": 1}', b"y\nmark\n"),
        (b'{"a": "say \\"hi\\", \\"mark\\n\\""}', b'say "hi", "mark\n"'),
        (b'a = "x\\n"\nb = y\\nmark # "\\n"\nc = "\\n"', b'b = y\nmark # "\n"'),
        (b"export A='x' B=$'y\\nmark\\n' C='\\n'", b"y\nmark\n"),
        (b'a: "x\\n\\\n  mark\\n"\nb: "\\n"', b"x\nmark\n"),
    ],
)
def test_the_string_around_a_place_is_undone_and_nothing_else(text: bytes, inside: bytes) -> None:
    assert says(text, b"mark")[1] == inside


def test_json_has_no_single_quotes() -> None:
    assert says(b'{"a": "it\'s\\nmark"}', b"mark", language="json")[1] == b"it's\nmark"


def test_dollar_quotes_are_shell_wherever_they_are() -> None:
    assert says(b"run: A=$'y\\nmark'", b"mark", language="yaml")[0] == "shell"


def test_without_a_language_a_block_of_pem_names_its_escapes() -> None:
    text = rb"KEY=-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n"
    assert says(text, b"BEGIN")[0] == "pem-oneline"
    assert says(rb"KEY=x\nmark", b"mark")[0] == "json"


def test_only_double_quotes_are_escaped_in_yaml() -> None:
    assert says(rb'key: "x\nmark"', b"mark", language="yaml")[0] == "yaml"
    assert says(rb"key: 'x\nmark'", b"mark", language="yaml") == ("json", b"key: 'x\nmark'")


def test_backslashes_inside_xml_are_not_its_own() -> None:
    assert says(rb"<a>x\nmark</a>", b"mark", language="xml")[0] == "json"


def test_a_form_has_blanks_in_the_begin_line() -> None:
    source = urlencode({"key": "-----BEGIN PRIVATE KEY-----\na+b\n"}).encode()
    assert says(source, b"BEGIN", Via.PERCENT)[1] == b"key=-----BEGIN PRIVATE KEY-----\na+b\n"


def test_plus_signs_are_plus_signs_anywhere_else() -> None:
    assert says(b"a+b%2Dmark", b"mark", Via.PERCENT)[1] == b"a+b-mark"


@pytest.mark.parametrize("via", [Via.BACKSLASH, Via.PERCENT, Via.ENTITY, Via.QUOTED])
def test_where_nothing_is_escaped_nothing_is_undone(via: Via) -> None:
    assert around(b"plain mark", b"mark", via) is None


def test_a_span_goes_back_to_the_escapes_that_say_it() -> None:
    text = b'"a\\u002dbc\\\\dmark"'
    run = around(text, b"mark", language="json")
    assert run is not None
    assert run.text == b"a-bc\\dmark"
    start, end = run.locate(1, 5)
    assert text[start:end] == b"\\u002dbc\\\\"


@pytest.mark.parametrize("text", [b"\\", b'"\\', b"\\u00", b"%", b"%4", b"&", b"&#", b"&#x;", b"<", b'"', b"x\\\r"])
@pytest.mark.parametrize("via", [Via.BACKSLASH, Via.PERCENT, Via.ENTITY])
def test_an_escape_cut_by_the_end_of_the_text_is_left_as_it_is(text: bytes, via: Via) -> None:
    for at in range(len(text)):
        run = undone(text, region(text, at, via, None, 0), via)
        assert run is None


@given(
    st.binary(max_size=60),
    st.integers(0, 59),
    st.sampled_from([Via.BACKSLASH, Via.PERCENT, Via.ENTITY, Via.QUOTED]),
    st.sampled_from([None, "json", "yaml", "properties", "shell", "xml"]),
)
def test_any_bytes_have_a_region_around_any_place(text: bytes, at: int, via: Via, language: str | None) -> None:
    at = min(at, max(0, len(text) - 1))
    part = region(text, at, via, language, 0)
    assert 0 <= part.start <= at <= part.end <= len(text)
    run = undone(text, part, via)
    if run is not None:
        run.locate(0, len(run.text))


def test_the_escapes_near_an_anchor_are_told_by_sort() -> None:
    text = rb"x\ny%41z&amp;"
    assert hindering(text, 0, 4) == (Via.BACKSLASH, Via.PERCENT, Via.ENTITY)
    assert hindering(b"." * 400 + text, 0, 4) == ()
    assert hindering(rb"[a-z]\d\b 100% a&b", 0, 4) == ()


def test_mail_is_undone_to_the_end_of_its_part() -> None:
    text = b"x\n\nkey=3Dabc=\ndef mark=\r\n ghi=3D=3D\n--boundary\nmore=3D"
    assert says(text, b"mark", Via.QUOTED) == ("quoted-printable", b"key=abcdef mark ghi==")
    assert says(b"abc=\nmark\n", b"mark", Via.QUOTED) == ("joined-lines", b"abcmark\n")
    assert around(b"a == b\nmark\n", b"mark", Via.QUOTED) is None


def test_a_value_in_mail_may_be_another_one() -> None:
    assert mailed(b"k=3Dvalue", 2, 9)
    assert not mailed(b"k=3Dvalue", 4, 9)
    assert mailed(b"k value=3D", 2, 7)
    assert not mailed(b"k=value;", 2, 7)


def test_only_some_languages_say_what_the_end_of_a_line_means() -> None:
    text = b'key: "abc\\\n  def"'
    assert continues(text, 9, 13, "yaml")
    assert continues(text, 9, 13, "properties")
    assert not continues(text, 9, 13, "shell")
    assert not continues(text.replace(b'"', b"'"), 9, 13, "yaml")
    assert not continues(text, 10, 13, "properties")


def test_a_language_says_which_escapes_in_a_value_are_meant() -> None:
    assert meant(rb'"a\u0026b"', 0, 10, "json") is Via.BACKSLASH
    assert meant(b"<a>x&amp;y</a>", 3, 10, "xml") is Via.ENTITY
    assert meant(rb"a\nb", 0, 4, None) is None
    assert meant(rb'key: "a\nb"', 6, 10, "yaml") is Via.BACKSLASH
    assert meant(rb"key: a\nb", 5, 9, "yaml") is None
    assert meant(b'"ab\\n"', 0, 3, "json") is None
    assert meant(b'"ab\\/cd"', 0, 3, "json") is Via.BACKSLASH
    assert meant(rb"K=$'a\nb'", 4, 8, "shell") is Via.BACKSLASH
    assert meant(rb"K='a\nb'", 3, 7, "shell") is None
