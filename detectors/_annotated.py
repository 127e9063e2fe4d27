"""Microsoft's common annotated security keys: 52 random characters, `JQQJ99`, when it was made, who made it, and a checksum.

84 letters and digits that are base64 of 63 bytes. Source: `microsoft/security-utilities`, `IdentifiableSecrets.cs`; the checksum is
Marvin32 as in SymCrypt's `marvin32.c`, of which four characters are kept.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime

LENGTH = 84
MARK = b"JQQJ99"
MARK_AT = 52
"""Where the mark stands in a key."""
DATE = slice(58, 60)
DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
"""Digits of base64 without its two signs, in which dates are written."""
BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Digits of numbers."""

_FIRST_YEAR = 2024
_CHECKED = 80
_KEPT = 4
_SEED = int.from_bytes(b"Default0", "big")
_WORD = 0xFFFF_FFFF


def holds(key: bytes) -> bool:
    """Whether the last four of 84 letters and digits are the checksum of the others, in base62 or, as in older keys, in base64."""
    return key[_CHECKED:] in checksums(key[:_CHECKED])


def checksums(signed: bytes) -> tuple[bytes, bytes]:
    """The checksum of a key's first 80 characters in base62 and in base64."""
    value = marvin32(b64decode(signed), _SEED).to_bytes(4, "little")
    return _base62(value)[:_KEPT], b64encode(value)[:_KEPT]


def made(key: bytes, day: int = 0, hour: int = 0, minute: int = 0) -> datetime | None:
    """The moment in the month in which the key was made, days counted from 0; None where no calendar has it."""
    year, month = (DIGITS.find(digit) for digit in key[DATE])
    try:
        return datetime(_FIRST_YEAR + year, 1 + month, 1 + day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None


def _base62(value: bytes) -> bytes:
    """The digits of a big-endian number, one zero before them for each zero byte before it, and zeros after them up to six."""
    number, digits = int.from_bytes(value, "big"), b""
    while number:
        number, digit = divmod(number, len(BASE62))
        digits = BASE62[digit : digit + 1] + digits
    zeros = len(value) - len(value.lstrip(b"\0"))
    return (b"0" * zeros + digits).ljust(6, b"0")


def marvin32(data: bytes, seed: int) -> int:
    """Both halves of Marvin32 of `data`, one over the other."""
    low, high = seed & _WORD, seed >> 32
    padded = data + b"\x80" + bytes(-(len(data) + 1) % 4)
    for at in range(0, len(padded), 4):
        low, high = _mixed((low + int.from_bytes(padded[at : at + 4], "little")) & _WORD, high)
    low, high = _mixed(low, high)
    return low ^ high


def _mixed(low: int, high: int) -> tuple[int, int]:
    high ^= low
    low = (_turned(low, 20) + high) & _WORD
    high = _turned(high, 9) ^ low
    low = (_turned(low, 27) + high) & _WORD
    return low, _turned(high, 19)


def _turned(word: int, by: int) -> int:
    return (word << by | word >> (32 - by)) & _WORD
