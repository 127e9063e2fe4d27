"""Which commits lie above which, for the few of a history that anybody asks about.

A timeline asks about the same commits again and again, and a walk for each question costs a large history minutes. So the commits that can
be asked about get one bit each, and in a single pass each commit takes over the bits of its parents. A thousand bits at a time, so that
a pass needs little memory even where every commit is a merge of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from scanner.model import Commit

_BITS = 1024
"""Ancestors that one pass is about."""
_OVERHEAD = 96
"""Bytes that a number takes beside its bits, as the value of a dictionary."""
_ROOM = 64 << 20
"""Bytes that the answers of passes may take; those of the pass that was longest not asked for are forgotten beyond that."""


class Ancestry:
    """Answers whether one commit is another one or an ancestor of it, for two of those that it was made for.

    `order` has every commit of `commits` behind its parents. Where a history goes round in a circle, which no real one does, a parent that
    stands behind its child counts for nothing.
    """

    def __init__(self, commits: Mapping[str, Commit], order: Sequence[str], among: Iterable[str]) -> None:
        asked = frozenset(among)
        self._commits = commits
        self._order = order
        self._places = [(place, oid) for place, oid in enumerate(order) if oid in asked]
        """Where the commits that can be asked about stand in the order."""
        self._numbers = {oid: number for number, (_, oid) in enumerate(self._places)}
        self._passes: dict[int, dict[str, int]] = {}
        self._kept = max(1, _ROOM // (max(1, len(self._places)) * (_BITS // 8 + _OVERHEAD)))

    def __call__(self, ancestor: str, descendant: str) -> bool:
        """Whether the first commit is the second or one of its ancestors; False where one of them is not there."""
        if ancestor == descendant:
            return True
        number = self._numbers.get(ancestor)
        if number is None or self._numbers.get(descendant, -1) < number:
            return False
        which, bit = divmod(number, _BITS)
        return bool(self._pass(which).get(descendant, 0) >> bit & 1)

    def _pass(self, which: int) -> dict[str, int]:
        """For each commit that can be asked about, which ones of a thousand are among its ancestors."""
        found = self._passes.pop(which, None)
        if found is None:
            found = self._walked(which * _BITS)
            while len(self._passes) >= self._kept:
                del self._passes[next(iter(self._passes))]
        self._passes[which] = found
        return found

    def _walked(self, first: int) -> dict[str, int]:
        marks = {oid: 1 << bit for bit, (_, oid) in enumerate(self._places[first : first + _BITS])}
        above: dict[str, int] = {}
        for oid in islice(self._order, self._places[first][0], None):
            held = marks.get(oid, 0)
            for parent in self._commits[oid].parents:
                inherited = above.get(parent, 0)
                if inherited & ~held:  # else there is nothing new, and most commits share the number of their parent
                    held = held | inherited if held else inherited
            if held:
                above[oid] = held
        return {oid: above[oid] for oid in self._numbers if oid in above}
