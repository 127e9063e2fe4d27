"""Nouns as text in a column, and back."""

from __future__ import annotations

import json
from typing import TypeVar

from scanner.model.codec import Plain, decode, encode

T = TypeVar("T")


class DamagedError(ValueError):
    """A column does not hold what was put there."""


def text_of(noun: object) -> str:
    """`noun` as JSON in ASCII: the same text for equal nouns."""
    return json.dumps(encode(noun), sort_keys=True, separators=(",", ":"))


def noun_of(kind: type[T], text: str) -> T:
    """The noun that `text` was made from; raises `DamagedError` where it was made from something else."""
    try:
        return decode(kind, plain_of(text))
    except ValueError as error:
        raise DamagedError(str(error)) from error


def plain_of(text: str) -> Plain:
    """What `text` says; raises `DamagedError` where it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        message = "not JSON"
        raise DamagedError(message) from error
