"""Decoding of what was taken for a run."""

from __future__ import annotations

import codecs
from base64 import b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.form import Via
from scanner.engine.runs import from_base64, from_hex, from_list, from_wide, whole_wide
from scanner.engine.strands import BASE64, HEX, strand

TEXT = b"the value of this sentence is forty bytes"


def test_base64_is_decoded_from_any_character_on() -> None:
    encoded = b64encode(b"??" + TEXT)
    for skip, expected in ((0, b"??" + TEXT), (4, TEXT[1:])):
        assert from_base64(strand(encoded, 0, BASE64), skip).text == expected


@pytest.mark.parametrize(
    ("raw", "encode", "step"),
    [(b"\xff" * 30, b64encode, "base64"), (b"\xff" * 30, urlsafe_b64encode, "base64url"), (TEXT, urlsafe_b64encode, "base64")],
)
def test_the_alphabet_is_told_by_the_characters_that_tell_it(raw: bytes, encode: type[bytes], step: str) -> None:
    run = from_base64(strand(encode(raw), 0, BASE64), 0)
    assert (run.step, run.text) == (step, raw)


@given(st.binary(max_size=90), st.integers(0, 3))
def test_a_run_of_any_length_is_decoded_as_far_as_it_goes(raw: bytes, cut: int) -> None:
    encoded = b64encode(raw).rstrip(b"=")
    encoded = encoded[: len(encoded) - cut]
    assert from_base64(strand(encoded + b"!", 0, BASE64), 0).text == raw[: len(encoded) * 3 // 4]


@given(st.binary(min_size=12, max_size=90), st.data())
def test_a_span_of_what_base64_says_goes_back_to_the_characters_that_say_it(raw: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw) - 1))
    end = data.draw(st.integers(start + 1, len(raw)))
    encoded = b"x: " + b64encode(raw)
    first, last = from_base64(strand(encoded, 3, BASE64), 0).locate(start, end)
    assert (first - 3, last - 3) == (start * 8 // 6, -(-end * 8 // 6))


def test_hexadecimal_of_odd_length_is_decoded_as_far_as_it_goes() -> None:
    text = b"= " + TEXT.hex().encode() + b"f"
    run = from_hex(strand(text, 2, HEX), 0)
    assert (run.step, run.text, run.locate(4, 9)) == ("hex", TEXT, (10, 20))


LISTS = {
    "blanks": " ".join(f"{byte:02x}" for byte in TEXT),
    "colons": ":".join(f"{byte:02X}" for byte in TEXT),
    "C string": "".join(f"\\x{byte:02x}" for byte in TEXT),
    "C array": "{ " + ",\n  ".join(", ".join(f"0x{byte:02X}" for byte in TEXT[at : at + 8]) for at in range(0, len(TEXT), 8)) + " };",
    "Go": "[]byte{" + ",".join(f"0x{byte:02x}" for byte in TEXT) + "}",
    "xxd": "\n".join(
        f"{at:08x}: "
        + " ".join(TEXT[at + n : at + n + 2].hex() for n in range(0, 16, 2) if at + n < len(TEXT)).ljust(41)
        + TEXT[at : at + 16].decode()
        for at in range(0, len(TEXT), 16)
    ),
    "hexdump -C": "\n".join(
        f"{at:08x}  "
        + TEXT[at : at + 8].hex(" ").ljust(25)
        + TEXT[at + 8 : at + 16].hex(" ").ljust(25)
        + "|"
        + TEXT[at : at + 16].decode()
        + "|"
        for at in range(0, len(TEXT), 16)
    ),
    "od": "\n".join(f"{at:07o} " + TEXT[at : at + 16].hex(" ") for at in range(0, len(TEXT), 16)) + "\n0000052\n",
}


def anchored(dress: str, word: bytes) -> tuple[bytes, int]:
    """The dressed text between other lines, and where the first byte of `word` is listed in it."""
    text = b"head\n" + LISTS[dress].encode() + b"\ntail zz\n"
    number = f"{word[0]:02x}".encode()
    places = [
        place for place in range(len(text)) if text[place : place + 2].lower() == number and text[place - 1 : place] not in b"123456789"
    ]
    wanted = TEXT[: TEXT.index(word)].count(word[:1])
    prefix = 2 if dress in {"C string", "C array", "Go"} else 0
    return text, places[wanted] - prefix


@pytest.mark.parametrize("dress", LISTS)
@pytest.mark.parametrize("word", [b"the", b"value", b"sentence", b"forty"])
def test_a_list_of_bytes_is_decoded_whole_wherever_it_is_met(dress: str, word: bytes) -> None:
    text, at = anchored(dress, word)
    run = from_list(text, at, 0, 0)
    assert (run.step, run.text) == ("hex", TEXT)


@pytest.mark.parametrize("dress", LISTS)
def test_a_span_of_a_list_goes_back_to_its_numbers(dress: str) -> None:
    text, at = anchored(dress, b"value")
    place = TEXT.index(b"lue")
    start, end = from_list(text, at, 0, 0).locate(place, place + 3)
    sign = {"C string": b"\\x", "C array": b"0x", "Go": b"0x"}.get(dress, b"")
    assert (text[start : start + 2 + len(sign)].lower(), text[end - 2 : end]) == (sign + b"6c", b"65")


@pytest.mark.parametrize(("via", "codec"), [(Via.UTF_16LE, "utf-16-le"), (Via.UTF_16BE, "utf-16-be")])
@pytest.mark.parametrize("before", [b"", b"\x01\x02\x03\xff", b"\xff\xff\xff\xff\x00"])
def test_a_string_of_utf_16_inside_something_else_is_taken_whole(via: Via, codec: str, before: bytes) -> None:
    text = before + TEXT.decode().encode(codec) + b"\xff\xff\xff"
    at = text.index("value".encode(codec))
    run = from_wide(text, at, via, 0)
    assert (run.step, run.text) == (codec.replace("16-", "16"), TEXT)
    assert run.locate(4, 9) == (at, at + 10)


@pytest.mark.parametrize("codec", ["utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("before", [b"", b"\x01\x02\x03\xff", b"\xff\xff\xff\xff\xff"])
def test_a_string_of_utf_32_inside_something_else_is_taken_whole(codec: str, before: bytes) -> None:
    text = before + TEXT.decode().encode(codec) + b"\xff\xff\xff"
    at = text.index(b"v\0\0\0a")
    run = from_wide(text, at, Via.UTF_32, 0)
    assert (run.step, run.text) == ("utf-32", TEXT)


@pytest.mark.parametrize(
    ("before", "pair", "step"),
    [
        (b"Authorization: Basic ", b"user:word", "basic-auth"),
        (b"authorization: basic ", b":word", "basic-auth"),
        (b'"Authorization": "Basic ', b"user:word", "basic-auth"),
        (b"//h/:_auth=", b"user:word", "basic-auth"),
        (b"authorization: basic ", b"token:", "basic-auth"),
        (b"authorization: basic ", b"token:\n", "basic-auth"),
        (b"authorization: basic ", b"t" * 4000 + b":x", "basic-auth"),
        (b"authorization: basic ", b"token: word", "base64"),
        (b"authorization: basic ", b":", "base64"),
        (b'npmAuthIdent: "', b"user:word", "basic-auth"),
        (b'"auth": "', b"user:word", "docker-auth"),
        (rb"\"auth\":\"", b"user:word", "docker-auth"),
        (b"    auth: ", b"user:word", "docker-auth"),
        (b'"author": "', b"user:word", "base64"),
        (b"Basics ", b"user:word", "base64"),
        (b"Basic ", b"no pair of them", "base64"),
        (b"key: ", b"user:word", "base64"),
    ],
)
def test_a_user_and_a_password_are_named_where_they_log_in(before: bytes, pair: bytes, step: str) -> None:
    assert from_base64(strand(before + b64encode(pair), len(before), BASE64), 0).step == step


@pytest.mark.parametrize(
    ("codec", "mark", "step"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16le"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16be"),
        ("utf-32-le", codecs.BOM_UTF32_LE, "utf-32"),
        ("utf-32-be", codecs.BOM_UTF32_BE, "utf-32"),
        ("utf-16-le", b"", "utf-16le"),
        ("utf-16-be", b"", "utf-16be"),
        ("utf-32-le", b"", "utf-32"),
        ("utf-32-be", b"", "utf-32"),
    ],
)
def test_a_whole_text_of_wide_characters_is_one_text(codec: str, mark: bytes, step: str) -> None:
    words = "key = value\n" * 20 + "日本語 → value"
    run = whole_wide(mark + words.encode(codec))
    assert run is not None
    assert (run.step, run.text) == (step, words.encode())
    at = words.encode().rindex(b"value")
    width = 4 if step == "utf-32" else 2
    assert run.locate(at, at + 5) == (len(mark) + width * words.rindex("value"), len(mark) + width * len(words))


@pytest.mark.parametrize("text", [b"", b"a\0", b"plain text", b"\0" * 600, b"\x7fELF" + bytes(range(256)), b"a\0b\0" + b"text " * 100])
def test_other_texts_are_none(text: bytes) -> None:
    assert whole_wide(text) is None


def test_half_a_unit_at_the_end_is_no_obstacle() -> None:
    run = whole_wide(codecs.BOM_UTF16_LE + "value".encode("utf-16-le") + b"x")
    assert run is not None
    assert run.text.startswith(b"value")


@given(st.binary(max_size=80), st.integers(0, 79), st.sampled_from([Via.UTF_16LE, Via.UTF_16BE, Via.UTF_32]))
def test_nothing_raises_on_any_bytes(text: bytes, at: int, via: Via) -> None:
    at = min(at, len(text))
    from_list(text, at, 0, 0)
    from_wide(text, at, via, 0)
    whole_wide(text)
