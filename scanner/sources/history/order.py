"""The order of a history: parents before children, older commits first where that leaves a choice."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Sequence


def parents_first(parents: Sequence[Collection[int]]) -> list[int]:
    """All commits, each behind its parents and otherwise by number; `parents` has those of each.

    Where a circle leaves nothing without unmet parents, its first commit goes first.
    """
    line = _Line(len(parents))
    for commit, above in enumerate(parents):
        unmet = {parent for parent in above if not line.met[parent]}
        if unmet:
            line.wait(commit, unmet)
        else:
            line.meet(commit)
    for commit in range(len(parents)):
        if not line.met[commit]:
            line.meet(commit)
    return line.order


class _Line:
    """Commits in the order in which they are met. Hardly one is older than a parent, so only those that have to wait cost anything."""

    def __init__(self, size: int) -> None:
        self.order: list[int] = []
        self.met = bytearray(size)
        self._unmet: dict[int, int] = {}
        """How many parents a commit waits for."""
        self._waiting: defaultdict[int, list[int]] = defaultdict(list)
        """The commits that wait for another one."""

    def wait(self, commit: int, parents: Collection[int]) -> None:
        """Puts a commit off until all these are met."""
        self._unmet[commit] = len(parents)
        for parent in parents:
            self._waiting[parent].append(commit)

    def meet(self, commit: int) -> None:
        """Meets a commit, and all that waited for nothing else."""
        if commit not in self._waiting:
            self.met[commit] = 1
            self.order.append(commit)
            return
        ready = [commit]
        while ready:
            first = heapq.heappop(ready)
            if self.met[first]:
                continue
            self.met[first] = 1
            self.order.append(first)
            for child in self._waiting.pop(first, ()):
                self._unmet[child] -= 1
                if not self._unmet[child]:
                    heapq.heappush(ready, child)
