"""Where something stands in a scalar of YAML, for readers whose definitions are YAML."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from scanner.pipelines.definition import Text
from scanner.pipelines.yamltree import Scalar

MOST_FOUND = 1000
"""Mentions of one scalar that are told."""


def found(pattern: re.Pattern[str], scalar: Scalar) -> Iterator[tuple[re.Match[str], int, int]]:
    """What a pattern finds in a scalar, with line and column; where folding hides its line, those of the scalar's beginning."""
    breaks: list[int] | None = None
    for count, match in enumerate(pattern.finditer(scalar.value)):
        if count >= MOST_FOUND:
            return
        if breaks is None:
            breaks = [at for at, letter in enumerate(scalar.value) if letter == "\n"]
        rows = bisect_right(breaks, match.start())
        if not rows:
            yield match, scalar.line, scalar.column + match.start()
        elif scalar.style == "|":
            yield match, scalar.line + rows, scalar.column + match.start() - breaks[rows - 1] - 1
        else:
            yield match, scalar.line, scalar.column


def script(scalar: Scalar, shell: str = "bash") -> Text:
    """The text of a script that holds no expressions of its system."""
    return Text(scalar.value, scalar.line, scalar.column, is_block(scalar), shell)


def is_block(scalar: Scalar) -> bool:
    """Whether the lines of a scalar are lines of the file, each from its column on."""
    return scalar.style == "|" or "\n" not in scalar.value
