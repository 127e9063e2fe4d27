"""Where detectors looked in a text that holds nothing.

What is made from such a text holds nothing in what it has copied of it, as long as all that was looked at is copied in one piece: an answer is
a function of what a detector is given to look at (`Detector.sight`), and no anchor comes to one without a change within an anchor's width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Looked = tuple[tuple[int, int], ...]
"""Spans in order, none of which touches another. They go beyond the ends of the text where the ends were seen."""
_MOST = 64
"""Spans that are remembered of one text; what holds more anchors is examined again."""


def joined(spans: Iterable[tuple[int, int]]) -> Looked | None:
    """The spans, with those that meet made one; None where they are too many."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif len(found) == _MOST:
            return None
        else:
            found.append((start, end))
    return tuple(found)


def carried(looked: Looked, runs: bytes, outer: int, size: int) -> Looked | None:
    """Where `looked` is in a text of `size` bytes that is made from one of `outer` bytes; None where some of it is not there in one piece.

    `runs` are what was copied: three numbers of 64 bits for each, where to, where from and how many bytes. What is not there at all is left out.
    """
    if not looked:
        return ()
    there: list[tuple[int, int]] = []
    lowest, highest = looked[0][0], looked[-1][1]
    numbers = iter(memoryview(runs).cast("Q"))
    for to, start, length in zip(numbers, numbers, numbers, strict=True):
        if start >= highest or start + length <= lowest:
            continue
        met = list(_met(looked, start, start + length))
        begins, ends = not to and not start, start + length == outer and to + length == size
        if met and not ((met[0][0] >= start or begins) and (met[-1][1] <= start + length or ends)):
            return None
        there += ((first + to - start, last + to - start) for first, last in met)
    return tuple(there)


def _met(looked: Looked, start: int, end: int) -> Iterator[tuple[int, int]]:
    return (span for span in looked if span[0] < end and span[1] > start)
