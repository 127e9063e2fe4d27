"""What masks and hashes show of a value."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.identity.partial import shown_by, shown_in, told_by
from tests.support import tokens

TOKEN = tokens.npm(5).encode()
DIGEST = hashlib.sha256(TOKEN).digest()


def shown(text: bytes) -> list[tuple[str, bytes, bytes]]:
    return [(one.form, one.visible, one.prefix) for one in shown_in(text, 0, len(text))]


@pytest.mark.parametrize(
    "text",
    [
        b'"hashed_token":"' + base64.b64encode(DIGEST) + b'"',
        b"token_hash = " + DIGEST.hex().encode(),
        b'"hashed_token": "' + DIGEST.hex().upper().encode() + b'"',
    ],
)
def test_hashes_are_read_in_hexadecimal_and_base64(text: bytes) -> None:
    assert shown(text) == [("sha256", DIGEST, b"")]


@pytest.mark.parametrize("mask", [b"****", b"...", "…".encode(), "••••••".encode(), b"xxxxxxxx", b"A1******"])
def test_masked_tokens_show_their_last_characters(mask: bytes) -> None:
    assert shown(b"token npm_" + mask + TOKEN[-4:] + b"\n") == [("last4", TOKEN[-4:], b"npm_")]


def test_eight_characters_are_more_than_four() -> None:
    assert shown(b"npm_****" + TOKEN[-8:]) == [("last8", TOKEN[-8:], b"npm_")]
    assert shown(b"npm_****" + TOKEN[-6:]) == [("last4", TOKEN[-4:], b"npm_")]
    assert shown(b'"token_last_eight": "' + TOKEN[-8:] + b'"') == [("last8", TOKEN[-8:], b"")]


@pytest.mark.parametrize(
    "text",
    [
        b"npm_" + b"x" * 36,
        b"npm_************************************",
        b"npm_...1234",
        b"xnpm_****Ab3d",
        b"npm_****Ab3def0123",
        b"token_hash = " + b"a" * 63,
        b"sha256: " + DIGEST.hex().encode(),
    ],
)
def test_placeholders_and_other_hashes_show_nothing(text: bytes) -> None:
    assert shown(text) == []


def test_variables_of_circleci_show_four_characters() -> None:
    assert [(one.form, one.visible) for one in shown_by(b"xxxxAb3d")] == [("last4", b"Ab3d")]
    assert list(shown_by(b"xxxx")) == list(shown_by(b"xxxxAb3de")) == list(shown_by(b"xxxxaaaa")) == []


def test_a_value_tells_all_that_can_be_shown_of_it() -> None:
    told = {(one.form, one.visible, one.prefix) for one in told_by(TOKEN, b"npm_")}
    text = b'"token": "%b...%b" npm_****%b token_last_eight=%b' % (TOKEN[:8], TOKEN[-4:], TOKEN[-4:], TOKEN[-8:])
    assert set(shown(text)) <= told
    assert {one.form for one in told_by(b"short", b"")} == {"sha256"}


def test_what_every_token_begins_with_counts_no_bits() -> None:
    text = b'"token": "' + TOKEN[:8] + b"..." + TOKEN[-4:] + b'"'
    assert next(shown_in(text, 0, len(text))).bits == 48


@given(st.binary(max_size=200), st.sampled_from([b"npm_****", b'"token": "', b"token_hash=", b"ghp_xxxx"]))
def test_nothing_raises(noise: bytes, begin: bytes) -> None:
    list(shown_in(begin + noise, 0, len(begin + noise)))
    list(shown_by(noise))
