"""Which values somebody could guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.identity.strength import guess_bits, is_guessable
from tests.support import tokens


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "hunter2",
        "P@ssw0rd123!",
        "Summer2024!Winter2024!",
        "correct horse battery staple",
        "Tr0ub4dor&3Tr0ub4dor&3",
        "password" * 20,
        "a" * 100_000,
        "0123456789" * 8,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "zyxwvutsrqponmlkjihgfedcba",
        "пароль",
    ],
)
def test_passwords_are_guessable(value: str) -> None:
    assert is_guessable(value.encode())


@pytest.mark.parametrize("seed", range(20))
def test_tokens_are_not(seed: int) -> None:
    for value in (
        tokens.npm(seed),
        tokens.ghp(seed),
        tokens.github_pat(seed),
        tokens.pypi(seed),
        tokens.uuid(seed),
        tokens.base62(seed, 32),
    ):
        assert not is_guessable(value.encode())


def test_hex_digits_count_four_bits() -> None:
    assert guess_bits(b"9f86d081884c7d659a2feaa0c55ad015") == pytest.approx(4 * 32)


@given(st.binary(min_size=1, max_size=60), st.integers(2, 4))
def test_writing_a_value_again_adds_nothing(value: bytes, times: int) -> None:
    assert guess_bits(value * times) == guess_bits(value)


@given(st.binary(max_size=2000))
def test_no_byte_is_worth_more_than_eight_bits(value: bytes) -> None:
    assert 0 <= guess_bits(value) <= 8 * min(len(value), 256)
