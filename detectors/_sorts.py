"""Sorts of characters, counted all at once: values are judged by the million, and a loop over single bytes is most of what that takes."""

from __future__ import annotations

DIGITS = b"0123456789"
LOWER = b"abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
LETTERS = LOWER + UPPER
LETTERS_AND_DIGITS = DIGITS + LETTERS

SIGN, DIGIT, CAPITAL, SMALL = range(4)
"""What `sorts` tells apart."""
_SORTS = bytes(SMALL if byte in LOWER else CAPITAL if byte in UPPER else DIGIT if byte in DIGITS else SIGN for byte in range(256))
_SIGNS = bytes(byte for byte in range(256) if byte not in LETTERS_AND_DIGITS)


def sorts(text: bytes) -> bytes:
    """For each byte, of which sort it is."""
    return text.translate(_SORTS)


def count(text: bytes, some: bytes) -> int:
    """How many bytes of `text` are among `some`."""
    return len(text) - len(text.translate(None, some))


def bare(text: bytes) -> bytes:
    """The letters and digits of `text`, and nothing else."""
    return text.translate(None, _SIGNS)
