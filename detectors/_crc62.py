"""The checksum of GitHub's classic tokens, which npm took over.

CRC-32 of zlib over the body, the prefix left out, as a base62 number of six digits with `0`, `A` and `a` in this order (GitHub's
engineering blog, "Behind GitHub's new authentication token formats", 2021).
"""

from __future__ import annotations

import zlib

DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 6


def checksum(body: bytes) -> bytes:
    """The six characters that follow `body` in a token."""
    rest = zlib.crc32(body)
    digits = bytearray(LENGTH)
    for place in reversed(range(LENGTH)):
        rest, digit = divmod(rest, len(DIGITS))
        digits[place] = DIGITS[digit]
    return bytes(digits)


def holds(value: bytes) -> bool:
    """Whether the last six characters of `value`, a token without its prefix, are the checksum of the others."""
    return checksum(value[:-LENGTH]) == value[-LENGTH:]
