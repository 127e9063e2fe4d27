"""A detector of values that stand in many places, each of which has words of its own.

One expression for all places would be tried at every byte of a window. Here a window is asked for a place's words first, and no more
where it has none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scanner.contract import SIGHT, Anchor, Judge, Kind, Reading, Rx, Window
from scanner.records import dataclass, field

_REASON = "what follows it there is asked for as well"


@dataclass(frozen=True, slots=True)
class Way:
    """One place where a value stands."""

    words: tuple[bytes, ...]
    """In lower case: one of them is in everything that `pattern` matches."""
    pattern: Rx
    """What is there; groups `user` and `host`, where it has them, say whose the value is and where."""
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class WaysDetector:
    """A detector of values in some such places."""

    id: str
    title: str
    kinds: tuple[Kind, ...]
    ways: tuple[Way, ...]
    judge: Judge
    reach: tuple[int, int]
    sight: int | None = SIGHT
    anchors: tuple[Anchor, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "anchors", tuple(chain.from_iterable(way.anchors for way in self.ways)))

    def read(self, window: Window) -> Iterator[Reading]:
        """Every value in the window that one of the places tells, once, in their order."""
        held = window.text[window.start : window.end].lower()
        found: dict[tuple[int, int], Reading] = {}
        for way in self.ways:
            if any(word in held for word in way.words):
                for match in way.pattern.finditer(window.text, window.start, window.end):
                    reading = self.judge(match)
                    if reading is not None:
                        found.setdefault((reading.start, reading.end), reading)
        yield from (found[span] for span in sorted(found))


def anchor(literal: bytes, then: bytes = b"", before: bytes = b"", *, caseless: bool = False) -> Anchor:
    """What the matcher looks for in plain text alone: such words are too frequent to be worth a form for every encoding."""
    return Anchor(literal, then=then, before=before, encoded=False, caseless=caseless, reason=_REASON)
