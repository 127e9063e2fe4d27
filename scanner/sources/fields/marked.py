"""Stretches of a text, in order, with what each of them is called."""

from __future__ import annotations

from bisect import bisect_right

from scanner.sources.fields.named import Named

MOST = 250_000
"""Stretches of one text. Readers stop there."""


class Marked:
    """What a reader has named; stretches do not overlap, and come in order."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._rest: list[tuple[int, Named]] = []

    @property
    def full(self) -> bool:
        """Whether a reader should stop."""
        return len(self._starts) >= MOST

    def add(self, start: int, end: int, named: Named) -> None:
        """What stands in `start` to `end` is called so."""
        self._starts.append(start)
        self._rest.append((end, named))

    def find(self, position: int) -> Named | None:
        """What the byte at `position` belongs to; None where nothing was named."""
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return None
        end, named = self._rest[index]
        return named if position < end else None
