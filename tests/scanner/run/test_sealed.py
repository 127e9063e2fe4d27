from __future__ import annotations

import pytest

from scanner.run.sealed import opened, sealed

KEY = bytes(range(32))
TEXTS = [b"", b"a", b"\0" * 100, b"text " * 10_000, bytes(range(256))]


@pytest.mark.parametrize("text", TEXTS, ids=len)
def test_who_has_the_key_reads_it(text: bytes) -> None:
    assert opened(KEY, sealed(KEY, text)) == text


def test_nobody_else_does() -> None:
    assert opened(KEY[::-1], sealed(KEY, b"text")) is None
    assert b"text" not in sealed(KEY, b"text")


def test_the_same_twice_looks_different() -> None:
    first, second = sealed(KEY, b"text"), sealed(KEY, b"text")
    assert len({first[:32], second[:32]}) == len({first[32:48], second[32:48]}) == len({first[48:], second[48:]}) == 2


def test_nothing_in_it_can_be_changed() -> None:
    whole = sealed(KEY, b"text")
    assert [opened(KEY, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]) for at in range(len(whole))] == [None] * len(whole)
    assert [opened(KEY, whole[:end]) for end in range(len(whole))] == [None] * len(whole)


@pytest.mark.parametrize("data", ["text", None, 5])
def test_what_is_no_bytes_is_nothing(data: object) -> None:
    assert opened(KEY, data) is None
