from __future__ import annotations

from base64 import urlsafe_b64decode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors import _macaroon
from tests.support import tokens


def raw(token: str) -> bytes:
    body = token.removeprefix("pypi-")
    return urlsafe_b64decode(body + "=" * (-len(body) % 4))


TOKEN = raw(tokens.macaroon("host.example", "id", ["one", "two" * 100]))


def test_a_macaroon_says_what_was_put_into_it() -> None:
    macaroon = _macaroon.parse(TOKEN)
    assert (macaroon.location, macaroon.identifier, macaroon.caveats, macaroon.size) == (
        b"host.example",
        b"id",
        (b"one", b"two" * 100),
        len(TOKEN),
    )


def test_its_size_is_told_whatever_follows() -> None:
    assert _macaroon.parse(TOKEN + b"more").size == len(TOKEN)


@pytest.mark.parametrize("end", range(len(TOKEN)))
def test_no_beginning_of_a_macaroon_is_one(end: int) -> None:
    with pytest.raises(_macaroon.MalformedError):
        _macaroon.parse(TOKEN[:end])


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_malformed_or_a_macaroon(data: bytes) -> None:
    with suppress(_macaroon.MalformedError):
        assert _macaroon.parse(b"\x02" + data).size <= 1 + len(data)


def test_third_party_caveats_are_passed_over() -> None:
    caveat = b"\x01\x01h\x02\x01c\x04\x01v\x00"
    data = b"\x02\x01\x01h\x02\x01i\x00" + caveat + b"\x00\x06\x20" + bytes(32)
    assert _macaroon.parse(data).caveats == (b"c",)


@pytest.mark.parametrize("length", [b"\xff\xff\xff\x7f", b"\xff\xff\x7f", b"\x80\x80\x80\x80\x01"])
def test_an_endless_length_is_malformed(length: bytes) -> None:
    with pytest.raises(_macaroon.MalformedError):
        _macaroon.parse(b"\x02\x01" + length + b"h")


def test_too_many_caveats_are_malformed() -> None:
    with pytest.raises(_macaroon.MalformedError):
        _macaroon.parse(raw(tokens.macaroon("h", "i", ["c"] * (_macaroon.MOST_CAVEATS + 1))))
