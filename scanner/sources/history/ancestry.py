"""Which commits lie above which, for the few of a history that anybody asks about.

A timeline asks about the same commits again and again, and a walk for each question costs a large history minutes. So the commits that can
be asked about get one bit each, and in a single pass each commit takes over the bits of its parents. A thousand bits at a time, so that
a pass needs little memory even where every commit is a merge of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

_BITS = 1024
"""Ancestors that one pass is about."""
_OVERHEAD = 96
"""Bytes that a number takes beside its bits, as the value of a dictionary."""
_ROOM = 64 << 20
"""Bytes that the answers of passes may take; those of the pass that was longest not asked for are forgotten beyond that."""


class Ancestry:
    """Answers whether one commit is another one or an ancestor of it, for two of those that it was made for.

    Of a commit in some row, `parents` has the rows of its parents; `order` has every row behind those; `among` are the rows of the commits that
    can be asked about. Where a history goes round in a circle, which no real one does, a parent that stands behind its child counts for
    nothing.
    """

    def __init__(self, parents: Sequence[Sequence[int]], order: Sequence[int], among: Mapping[str, int]) -> None:
        ids = {row: oid for oid, row in among.items()}
        self._parents = parents
        self._order = order
        self._places = [place for place, row in enumerate(order) if row in ids]
        """Where the commits that can be asked about stand in the order."""
        self._rows = [order[place] for place in self._places]
        self._numbers = {ids[row]: number for number, row in enumerate(self._rows)}
        self._passes: dict[int, list[int]] = {}
        self._kept = max(1, _ROOM // (max(1, len(self._places)) * (_BITS // 8 + _OVERHEAD)))

    def __call__(self, ancestor: str, descendant: str) -> bool:
        """Whether the first commit is the second or one of its ancestors; False where one of them is not there."""
        if ancestor == descendant:
            return True
        number, below = self._numbers.get(ancestor), self._numbers.get(descendant)
        if number is None or below is None or below < number:
            return False
        which, bit = divmod(number, _BITS)
        return bool(self._pass(which)[below] >> bit & 1)

    def _pass(self, which: int) -> list[int]:
        """For each commit that can be asked about, which ones of a thousand are among its ancestors."""
        found = self._passes.pop(which, None)
        if found is None:
            found = self._walked(which * _BITS)
            while len(self._passes) >= self._kept:
                del self._passes[next(iter(self._passes))]
        self._passes[which] = found
        return found

    def _walked(self, first: int) -> list[int]:
        marks = {row: 1 << bit for bit, row in enumerate(self._rows[first : first + _BITS])}
        above: dict[int, int] = {}
        for row in islice(self._order, self._places[first], None):
            held = marks.get(row, 0)
            for parent in self._parents[row]:
                inherited = above.get(parent, 0)
                if inherited & ~held:  # else there is nothing new, and most commits share the number of their parent
                    held = held | inherited if held else inherited
            if held:
                above[row] = held
        return [above.get(row, 0) for row in self._rows]
