"""Whether a password is worth guessing, or a long random token that stands where a password does."""

from __future__ import annotations

from itertools import pairwise

from detectors._sorts import sorts
from scanner.contract import rx

LONG = 20
CHANGES = 0.25
"""Share of neighbours of another class, upper case, lower case or digit, from which on letters look random. Words and dates have fewer."""

ISSUED = rx(r"(?: npms?_ | gh[pousr]_ | github_pat_ | pypi-AgE | glpat- ) [0-9A-Za-z_.-]{20,8192}")
"""Tokens that people put where a password is asked for."""


def guessable(value: bytes) -> bool:
    """Whether somebody could try all likely values. A function of the value alone, so that all its copies get one answer."""
    if ISSUED.fullmatch(value):
        return False
    changes = sum(a != b for a, b in pairwise(sorts(value)) if a and b)
    return len(value) < LONG or changes < CHANGES * len(value)
