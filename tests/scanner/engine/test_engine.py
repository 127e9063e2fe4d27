"""From a blob to what is in it: encodings, layers, bounds."""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes, urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.contract import Check, Reading, Secret, Window
from scanner.engine import build
from scanner.errors import PluginError
from tests.scanner.engine.fakes import PASSWORD, TOKEN, chains, engine, kind, pem, secrets
from tests.support import tokens

ENGINE = engine()
VALUE = tokens.npm(7).encode()
PEM = pem()

Encoding = Callable[[bytes], bytes]


def _wide(codec: str) -> Encoding:
    return lambda text: text.decode("latin-1").encode(codec)


ENCODINGS: dict[str, tuple[str, Encoding]] = {
    "base64": ("base64", b64encode),
    "base64 without padding": ("base64", lambda text: b64encode(text).rstrip(b"=")),
    "wrapped base64": ("base64", lambda text: encodebytes(b"-" * 30 + text)),
    "base64 in the URL's alphabet": ("base64url", lambda text: urlsafe_b64encode(b"\xff\xff\xff" + text)),
    "hexadecimal": ("hex", lambda text: text.hex().encode()),
    "capital hexadecimal": ("hex", lambda text: text.hex().upper().encode()),
    "hexadecimal with blanks": ("hex", lambda text: text.hex(" ").encode()),
    "a C string": ("hex", lambda text: b"".join(b"\\x%02x" % byte for byte in text)),
    "UTF-16": ("utf-16le", _wide("utf-16")),
    "UTF-16 without a mark": ("utf-16le", _wide("utf-16-le")),
    "big-endian UTF-16": ("utf-16be", _wide("utf-16-be")),
    "UTF-32": ("utf-32", _wide("utf-32")),
    "JSON escapes": ("json", lambda text: b'{"k": "' + text.replace(b"npm_", rb"npm\u005f") + b'"}'),
    "percent signs": ("percent", lambda text: text.replace(b"npm_", b"npm%5F")),
    "entities": ("xml", lambda text: b"<k>" + text.replace(b"npm_", b"npm&#95;") + b"</k>"),
}


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("before", [b"", b".", b"..", b"... "])
@pytest.mark.parametrize("after", [b"", b"\n", b" and more text"])
def test_a_value_is_found_in_every_encoding_at_every_alignment(name: str, before: bytes, after: bytes) -> None:
    step, encode = ENCODINGS[name]
    found = ENGINE.examine(encode(before + VALUE + after)).found
    assert (secrets(found), chains(found)) == ([VALUE], [(step,)])


NESTED = [
    ("base64", "base64"),
    ("base64", "base64", "base64"),
    ("base64", "hexadecimal"),
    ("hexadecimal", "base64"),
    ("base64", "UTF-16 without a mark"),
    ("base64", "base64", "UTF-16 without a mark"),
    ("base64", "UTF-16 without a mark", "base64"),
    ("hexadecimal", "UTF-16 without a mark"),
    ("base64", "capital hexadecimal"),
    ("base64", "JSON escapes"),
    ("base64", "percent signs"),
    ("base64", "entities"),
    ("hexadecimal", "JSON escapes"),
    ("hexadecimal", "base64", "base64"),
    ("UTF-16", "base64"),
    ("UTF-16", "base64", "base64"),
    ("UTF-16", "hexadecimal"),
    ("UTF-16", "JSON escapes"),
    ("UTF-16", "percent signs"),
    ("big-endian UTF-16", "wrapped base64"),
    ("UTF-32", "base64", "base64"),
    ("wrapped base64", "base64"),
    ("hexadecimal with blanks",),
]
WORDS = st.text(alphabet="abcxyz ,.:\n", max_size=20).map(lambda text: text.encode() + b" ")


@settings(max_examples=150)
@given(st.sampled_from(NESTED), st.lists(WORDS, min_size=8, max_size=8), st.integers(0, 50))
def test_a_value_is_found_however_its_encodings_are_nested(names: tuple[str, ...], words: list[bytes], seed: int) -> None:
    value = text = tokens.npm(seed).encode()
    for name in reversed(names):
        text = ENCODINGS[name][1](words.pop() + text + b" " + words.pop())
    found = ENGINE.examine(text).found
    assert value in secrets(found)
    assert chains(found)[secrets(found).index(value)] == tuple(ENCODINGS[name][0] for name in names)


@settings(max_examples=150)
@given(st.binary(max_size=200), st.binary(max_size=60), st.integers(0, 50))
def test_a_plain_value_is_found_at_its_place_in_any_text(before: bytes, after: bytes, seed: int) -> None:
    value = tokens.npm(seed).encode()
    found = ENGINE.examine(b"text: " + before + b" " + value + b"\n" + after).found
    (one,) = [one for one in found if one.reading.secret.reveal() == value]
    assert (one.encoding, one.span) == ((), (len(before) + 7, len(before) + 47))


@settings(max_examples=300)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=12),
            st.sampled_from(
                [
                    b"npm_",
                    b"_password=",
                    b"-----BEGIN ",
                    PEM,
                    PEM.replace(b"\n", b"\\n"),
                    b"\xff\xfe",
                    b"n\0p\0m\0_\0",
                    b"bnBtX",
                    b"6e706d5f",
                    b"6e 70 6d 5f",
                    b"npm\\_",
                    VALUE[:20],
                    VALUE,
                    b64encode(VALUE),
                    VALUE.hex().encode(),
                    b"\\",
                    b"\\u005f",
                    b"%5f",
                    b"&#95;",
                    b'"',
                    b"'",
                    b"\n",
                    b"=",
                    b"<",
                    b"{",
                ]
            ),
        ),
        max_size=12,
    ).map(b"".join),
    st.sampled_from(["", "a.json", "a.yaml", "a.sh", "a.properties", "a.xml"]),
)
def test_any_bytes_are_examined_and_always_with_the_same_result(data: bytes, hint: str) -> None:
    first, second = ENGINE.examine(data, hint=hint), ENGINE.examine(data, hint=hint)
    assert [(one.layers, one.encoding, one.span) for one in first.found] == [(one.layers, one.encoding, one.span) for one in second.found]
    assert first.skipped == second.skipped
    for one in first.found:
        for layer in one.layers:
            assert 0 <= layer.start < layer.end <= len(layer.text)
    assert ENGINE.touches(data) or not first.found


def test_a_value_that_merely_stands_in_a_string_is_not_encoded() -> None:
    found = ENGINE.examine(json.dumps({"a": VALUE.decode(), "b": json.dumps({"c": VALUE.decode()})}).encode(), hint="a.json").found
    assert chains(found) == [(), ()]


def test_the_layers_lead_from_the_blob_to_the_value() -> None:
    inner = b'{"auth": "' + b64encode(b"user:" + VALUE) + b'"}'
    blob = b"data: " + b64encode(inner) + b"\n"
    (found,) = ENGINE.examine(blob).found
    outer, middle, last = found.layers
    assert [layer.encoding for layer in found.layers] == ["base64", "docker-auth", None]
    assert (outer.text, middle.text, last.text) == (blob, inner, b"user:" + VALUE)
    assert last.text[last.start : last.end] == VALUE
    assert middle.text[middle.start : middle.end] == b64encode(b"user:" + VALUE)[6:]
    assert (outer.start, outer.end) == (6 + middle.start * 4 // 3, 6 - (-middle.end * 4 // 3))


def test_the_outer_span_of_wrapped_base64_begins_in_the_line_of_the_value() -> None:
    blob = encodebytes(b"-" * 57 * 3 + b" " + VALUE + b" " + b"-" * 90)
    (found,) = ENGINE.examine(blob).found
    assert blob[: found.span[0]].count(b"\n") == 3


@pytest.mark.parametrize("column", range(57))
@pytest.mark.parametrize("dress", [b"\n", b"\r\n", b"\n    ", rb"\n"])
def test_wrapped_base64_is_found_wherever_its_lines_end(column: int, dress: bytes) -> None:
    lines = encodebytes(b"-" * (57 + column) + b" " + VALUE + b" " + b"-" * 60).splitlines()
    assert secrets(ENGINE.examine(b'key: "' + dress + dress.join(lines) + b'"').found) == [VALUE]


KEYS = {
    "as it is": ("a.pem", PEM, ()),
    "JSON": ("a.json", json.dumps({"key": PEM.decode()}).encode(), ("json",)),
    "JSON by its beginning": ("", json.dumps({"key": PEM.decode()}).encode(), ("json",)),
    "JSON in JSON": ("a.json", json.dumps({"a": json.dumps({"key": PEM.decode()})}).encode(), ("json", "json")),
    "JSON with escaped hyphens": ("", json.dumps({"key": PEM.decode()}).replace("-", r"\u002d").encode(), ("json",)),
    "YAML": ("a.yaml", b'key: "' + PEM.replace(b"\n", rb"\n") + b'"\n', ("yaml",)),
    "folded YAML": ("a.yaml", b'key: "' + PEM.replace(b"\n", b"\\n\\\n  ") + b'"\n', ("yaml",)),
    "dotenv": (".env", b'KEY="' + PEM.replace(b"\n", rb"\n") + b'"\n', ("pem-oneline",)),
    "a variable": ("", PEM.replace(b"\n", rb"\n"), ("pem-oneline",)),
    "a variable with two backslashes": ("", PEM.replace(b"\n", rb"\\n"), ("json", "pem-oneline")),
    "shell": ("a.sh", b"KEY=$'" + PEM.replace(b"\n", rb"\n") + b"'\n", ("shell",)),
    "properties": ("a.properties", b"key=" + PEM.replace(b"\n", rb"\n").replace(b"=", rb"\=") + b"\n", ("properties",)),
    "XML": ("a.xml", b"<key>" + PEM.replace(b"\n", b"&#10;") + b"</key>", ("xml",)),
    "a form": ("", b"a=1&key=" + PEM.replace(b"+", b"%2B").replace(b"\n", b"%0A").replace(b" ", b"+"), ("percent",)),
    "base64": ("", b64encode(PEM), ("base64",)),
    "wrapped base64": ("", encodebytes(PEM), ("base64",)),
    "wrapped base64 in JSON": ("a.json", json.dumps({"key": encodebytes(PEM).decode()}).replace("/", r"\/").encode(), ("base64",)),
    "base64 in a data URI": ("", b'"data:application/x-pem-file;base64,' + b64encode(PEM) + b'"', ("base64",)),
    "base64 in a URL": ("", b"?key=" + b64encode(PEM).replace(b"+", b"%2B").replace(b"/", b"%2F") + b"&b=1", ("base64",)),
    "base64 in string parts": ("a.js", b'"' + encodebytes(PEM).strip().replace(b"\n", b'" +\n  "') + b'"', ("base64",)),
}


@pytest.mark.parametrize("case", KEYS)
def test_a_value_of_many_lines_is_found_and_its_escapes_are_named(case: str) -> None:
    hint, data, chain = KEYS[case]
    found = ENGINE.examine(data, hint=hint).found
    assert (secrets(found), chains(found)) == (secrets(ENGINE.examine(PEM).found), [chain])


def test_several_strings_in_one_text_are_read_one_by_one() -> None:
    data = json.dumps({"a": pem(300).decode(), "b": "x\ny", "c": pem(400).decode()}).encode()
    found = ENGINE.examine(data).found
    assert [len(secret) for secret in secrets(found)] == [300, 400]
    assert [one.layers[1].text for one in found] == [pem(300), pem(400)]


@pytest.mark.parametrize(
    ("hint", "data", "value", "chain"),
    [
        ("a.json", rb'{"_password": "fish\u0026chips"}', b"fish&chips", ("json",)),
        ("a.xml", b"<a>_password=fish&amp;chips</a>", b"fish&chips", ("xml",)),
        ("a.json", rb'{"_password": "fish", "b": "\n"}', b"fish", ()),
        ("a.txt", rb"_password=fish\u0026chips", rb"fish\u0026chips", ()),
        ("a.yaml", rb"_password: fish\nchips", rb"fish\nchips", ()),
    ],
)
def test_a_value_is_what_its_language_means(hint: str, data: bytes, value: bytes, chain: tuple[str, ...]) -> None:
    found = engine(PASSWORD).examine(data, hint=hint).found
    assert (secrets(found), chains(found)) == ([value], [chain])


def test_a_list_of_encoded_values_is_read_line_by_line() -> None:
    values = [tokens.npm(seed).encode() for seed in range(30)]
    lines = b"\n".join(b64encode(value + b"//") for value in values)
    assert secrets(ENGINE.examine(lines).found) == values


def test_a_value_behind_a_path_is_read_without_it() -> None:
    assert secrets(ENGINE.examine(b"https://example.org/webhook/" + b64encode(VALUE)).found) == [VALUE]


def test_two_values_in_one_run_have_places_of_their_own() -> None:
    other = tokens.npm(8).encode()
    found = ENGINE.examine(b64encode(VALUE + b"\n" + other)).found
    assert secrets(found) == [VALUE, other]
    assert found[0].span[1] <= found[1].span[0] + 2


def test_a_dummy_is_found_with_the_reason() -> None:
    (found,) = ENGINE.examine(b"npm_" + b"x" * 36).found
    assert found.dummy == "one pattern repeated"


def test_a_detectors_own_reason_stands() -> None:
    own = replace(TOKEN, judge=lambda match: Reading(*match.span(), "npm-token", Secret(match[0]), dummy="said so"))
    assert [one.dummy for one in engine(own).examine(VALUE).found] == ["said so"]


@dataclass(frozen=True)
class Failing:
    """A detector that breaks its promise."""

    id: str = "failing"
    title: str = ""
    kinds: tuple[object, ...] = (kind("failing"),)
    anchors: tuple[object, ...] = TOKEN.anchors
    reach: tuple[int, int] = (0, 64)
    sight: int | None = None

    def read(self, window: Window) -> Iterable[Reading]:
        window.text[window.start : window.end].decode("ascii")
        return ()


def test_a_detector_that_raises_is_named_and_nothing_that_it_read_is() -> None:
    broken = build((Failing(),), cache=None)  # type: ignore[arg-type]  # it is no good detector
    with pytest.raises(PluginError) as raised:
        broken.examine(VALUE + "é".encode())
    assert str(raised.value) == "detector failing failed: UnicodeDecodeError"
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_nothing_is_in_an_empty_blob() -> None:
    assert ENGINE.examine(b"").found == ()
    assert not ENGINE.touches(b"")


def test_without_detectors_nothing_is_found() -> None:
    assert build((), cache=None).examine(VALUE).found == ()


@pytest.mark.parametrize("encode", [lambda text: text, b64encode, _wide("utf-16"), lambda text: text.hex().encode()])
def test_a_blob_is_touched_when_an_anchor_is_in_it_in_any_form(encode: Encoding) -> None:
    assert ENGINE.touches(encode(b"a " + VALUE))
    assert not ENGINE.touches(encode(b"a npn_ and nothing else to see here"))


def test_values_at_the_very_ends_are_found() -> None:
    other = tokens.npm(9).encode()
    found = ENGINE.examine(VALUE + b" " + other).found
    assert [one.span for one in found] == [(0, 40), (41, 81)]


def test_a_failed_check_is_found_too() -> None:
    (found,) = ENGINE.examine(tokens.spoiled(VALUE.decode()).encode()).found
    assert found.reading.check is Check.FAILED
