"""Spans of texts: where the bytes of a decoded text stood in the text that it was decoded from."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate

Locate = Callable[[int, int], tuple[int, int]]
"""From a span of the decoded text to the span of the outer text that holds it."""


class Run:
    """An encoded stretch of some text, undone. The way back is worked out when it is first asked for: few runs hold anything."""

    def __init__(self, start: int, end: int, step: str, text: bytes, trace: Callable[[], Locate]) -> None:
        self.start = start
        self.end = end
        """Span of the run in the outer text."""
        self.step = step
        """Name of the encoding."""
        self.text = text
        """What it says."""
        self._trace = trace

    @cached_property
    def locate(self) -> Locate:
        """The way back to the outer text."""
        return self._trace()


class Pieces:
    """The way back through a text that was put together from stretches of another one, each copied or replaced as a whole."""

    __slots__ = ("_inner", "_outer", "_stop")

    def __init__(self, pieces: Iterable[tuple[int, int, int]]) -> None:
        """Takes, in order, each stretch's start and end in the outer text and its length in the inner one. Equal lengths mean copied."""
        self._inner = array("Q", (0,))
        self._outer = array("Q")
        self._stop = array("Q")
        for start, stop, length in pieces:
            self._inner.append(self._inner[-1] + length)
            self._outer.append(start)
            self._stop.append(stop)

    @classmethod
    def copied(cls, spans: Sequence[tuple[int, int]]) -> Pieces:
        """The way back where all stretches were copied; much sooner made."""
        pieces = cls(())
        pieces._outer = array("Q", [start for start, _ in spans])
        pieces._stop = array("Q", [stop for _, stop in spans])
        pieces._inner = array("Q", accumulate((stop - start for start, stop in spans), initial=0))
        return pieces

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """The outer span of the inner one, as narrow as the pieces allow."""
        if not self._outer:
            return 0, 0
        first, into = self._at(start)
        begin = self._outer[first] + (into if self._copied(first) else 0)
        last, into = self._at(max(start, end - 1))
        return begin, self._outer[last] + into + 1 if self._copied(last) else self._stop[last]

    def inner(self, position: int) -> int:
        """The inner offset of an outer position that lies in a copied stretch."""
        at = max(0, bisect_right(self._outer, position) - 1)
        return self._inner[at] + min(position, self._stop[at]) - self._outer[at] if self._outer else 0

    def _at(self, offset: int) -> tuple[int, int]:
        at = min(bisect_right(self._inner, offset), len(self._outer)) - 1
        return at, offset - self._inner[at]

    def _copied(self, at: int) -> bool:
        return self._stop[at] - self._outer[at] == self._inner[at + 1] - self._inner[at]


class Characters:
    """The way back from UTF-8 to a text of wider units."""

    _BLOCK = 4096
    """Characters that are counted again for each question."""

    def __init__(self, text: str, codec: str, start: int) -> None:
        """`text`, which `codec` would write from offset `start` of the outer text on."""
        self._text = text
        self._codec = codec
        self._inner = array("Q", (0,))
        self._outer = array("Q", (start,))
        for at in range(0, len(text), self._BLOCK):
            block = text[at : at + self._BLOCK]
            self._inner.append(self._inner[-1] + len(block.encode()))
            self._outer.append(self._outer[-1] + len(block.encode(codec)))

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """The outer span of the inner one."""
        return self._outwards(start), self._outwards(end)

    def _outwards(self, offset: int) -> int:
        at = bisect_right(self._inner, offset) - 1
        block = self._text[at * self._BLOCK : (at + 1) * self._BLOCK].encode()
        return self._outer[at] + len(block[: offset - self._inner[at]].decode(errors="ignore").encode(self._codec))


class Spans:
    """A growing set of bytes, kept as spans that do not meet."""

    __slots__ = ("_ends", "_starts")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        """The bytes from `start` to `end`, too."""
        first, last = bisect_left(self._ends, start), bisect_right(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]

    def meet(self, start: int, end: int) -> bool:
        """Whether any byte from `start` to `end` is among them."""
        return bisect_right(self._ends, start) < bisect_left(self._starts, end)
