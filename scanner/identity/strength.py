"""How many guesses a value is worth, told from the value alone.

Whether an id is stretched must not depend on who found the value: the same password under two detectors is one credential.
"""

from __future__ import annotations

import math
import re
import string

GUESSABLE = 80.0
"""Bits below which somebody could try all likely values."""
LOOKED_AT = 256
"""Bytes at the front that are looked at; when they are not worth 80 bits, the rest is filler."""
WORD_LETTER = 1.5
"""Bits of one letter of a word. English prose has about 1.3 (Shannon 1951), rare words a little more."""

WORD = re.compile(rb"[A-Za-z][a-z]{4,40}|[A-Z]{5,40}")
VOWELS = frozenset(b"aeiouyAEIOUY")
VOWEL_SHARE = (0.2, 0.6)
"""Share of vowels in what may be a word; letters drawn at random are now and then taken for words, which only costs time."""
HEX_DIGITS = (frozenset(b"0123456789abcdef"), frozenset(b"0123456789ABCDEF"))
CLASSES = tuple(frozenset(letters.encode()) for letters in (string.ascii_lowercase, string.ascii_uppercase, string.digits))
OTHER = 33
"""Printable ASCII characters that are neither letters nor digits."""


def is_guessable(value: bytes) -> bool:
    """Whether `value` is a password rather than random bytes."""
    return guess_bits(value) < GUESSABLE


def guess_bits(value: bytes) -> float:
    """A cautious estimate of the binary logarithm of the guesses that `value` resists.

    Each character counts as one of its alphabet, which is no larger than twice the number of different characters in the value. Letters
    that may be a word count `WORD_LETTER`. Characters that continue a run (`aaa`, `123`, `cba`) count nothing, and a value that is one
    block again and again counts as that block.
    """
    text = value[:LOOKED_AT]
    if not text:
        return 0.0
    text = text[: (text + text).find(text, 1)]
    different = frozenset(text)
    each = math.log2(min(_alphabet(different), 2 * len(different)))
    words = [word.span() for word in WORD.finditer(text) if _like_a_word(word.group())]
    total = sum(WORD_LETTER * (end - start) for start, end in words)
    in_words = {at for span in words for at in range(*span)}
    return total + sum(each for at in range(len(text)) if at not in in_words and not _continues_run(text, at))


def _alphabet(different: frozenset[int]) -> int:
    if any(different <= digits for digits in HEX_DIGITS):
        return 10 if different <= CLASSES[2] else 16
    rest = different.difference(*CLASSES)
    return sum(len(letters) for letters in CLASSES if letters & different) + (OTHER if rest else 0)


def _like_a_word(letters: bytes) -> bool:
    low, high = VOWEL_SHARE
    return low <= sum(letter in VOWELS for letter in letters) / len(letters) <= high


def _continues_run(text: bytes, at: int) -> bool:
    return at > 1 and text[at] - text[at - 1] == text[at - 1] - text[at - 2] and abs(text[at] - text[at - 1]) <= 1
