from __future__ import annotations

import pytest

from detectors._guess import guessable
from tests.support import tokens


@pytest.mark.parametrize(
    "value", [b"", b"hunter2", b"Correct-Horse-Battery-Staple-2026", b"aaaaaaaaaaaaaaaaaaaaaaaa", b"Sommer2026!", "äöü".encode() * 9]
)
def test_words_and_dates_are_guessable(value: bytes) -> None:
    assert guessable(value)


@pytest.mark.parametrize("seed", range(20))
def test_random_letters_are_not(seed: int) -> None:
    assert not guessable(tokens.base62(seed, 40).encode())


@pytest.mark.parametrize("token", [tokens.npm(1), tokens.ghp(1), tokens.ghr(1), tokens.github_pat(1), tokens.pypi(1), tokens.stateless(1)])
def test_tokens_are_not(token: str) -> None:
    assert not guessable(token.encode())
