"""What the heuristics of detect-secrets say against a value.

Each is a function of one string. Those that look at a whole line or a file's name are not asked: a detector knows no file, and lines of
code are judged where the value is read. None needs detect-secrets' settings. They are slow, so they are asked last, about the few values
that would be reported.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from detectors._detect_secrets import load

Vote = Callable[[str], bool]


def outvoted(value: bytes) -> bool:
    """Whether a heuristic takes the value for no secret: a sequence, a UUID, a template, a variable, something without any letter."""
    text = value.decode(errors="replace")
    return any(vote(text) for vote in _votes())


@cache
def _votes() -> tuple[Vote, ...]:
    heuristic = load("filters.heuristic")
    return (
        heuristic.is_sequential_string,
        heuristic.is_potential_uuid,
        heuristic.is_templated_secret,
        heuristic.is_prefixed_with_dollar_sign,
        heuristic.is_not_alphanumeric_string,
    )
