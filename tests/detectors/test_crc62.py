from __future__ import annotations

import zlib

import pytest

from detectors import _crc62
from tests.support import tokens


def test_the_digits_are_in_the_order_of_their_codes() -> None:
    assert list(_crc62.DIGITS) == sorted(_crc62.DIGITS)


@pytest.mark.parametrize("seed", range(50))
def test_the_checksum_is_the_crc_in_base62(seed: int) -> None:
    body = tokens.base62(seed, 30).encode()
    number = 0
    for digit in _crc62.checksum(body):
        number = 62 * number + _crc62.DIGITS.index(digit)
    assert number == zlib.crc32(body)


def test_a_small_checksum_is_padded_with_zeros() -> None:
    assert _crc62.checksum(b"") == b"000000"


def test_the_largest_checksum_begins_with_four() -> None:
    first = {_crc62.checksum(tokens.base62(seed, 30).encode())[:1] for seed in range(300)}
    assert first == {b"0", b"1", b"2", b"3", b"4"}
