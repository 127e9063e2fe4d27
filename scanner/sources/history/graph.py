"""The commits of a repository and how they hang together."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from scanner.model import Commit, Reachability
from scanner.sources.history.ancestry import Ancestry
from scanner.sources.history.commits import Tag
from scanner.sources.history.refs import Tip

_CLASSES = (
    Reachability.BRANCH,
    Reachability.TAG,
    Reachability.STASH,
    Reachability.NOTE,
    Reachability.REFLOG,
)
"""How a commit can be reached, nearest first."""


class Graph:
    """All commits that could be read, reachable or not.

    Hostile histories are possible: a commit whose ancestors include itself, since git believes a file's name; a parent that is no commit.
    Nothing here recurses, and every question is answered in time proportional to the commits.
    """

    def __init__(self, tips: Iterable[Tip], commits: Iterable[Commit], tags: Iterable[Tag]) -> None:
        self._commits = {commit.id: commit for commit in commits}
        self._tags = {tag.oid: tag for tag in tags}
        self.tips = tuple(tips)
        self.order = tuple(_sorted(self._commits))
        """Ids of all commits, ancestors before descendants and older before newer."""
        self._reach = self._classify()

    def __contains__(self, oid: str) -> bool:
        return oid in self._commits

    def __len__(self) -> int:
        return len(self._commits)

    @property
    def commits(self) -> Mapping[str, Commit]:
        """All commits by id."""
        return self._commits

    @property
    def tags(self) -> Mapping[str, Tag]:
        """All annotated tags by their own id."""
        return self._tags

    def commit(self, oid: str) -> Commit | None:
        """The commit `oid`, if there is one and it could be read."""
        return self._commits.get(oid)

    def peel(self, oid: str) -> str:
        """What the tag `oid` is about after all tags of tags; `oid` itself where it is no tag."""
        seen = set()
        while oid in self._tags and oid not in seen:
            seen.add(oid)
            oid = self._tags[oid].target
        return oid

    def reach(self, oid: str) -> Reachability:
        """How a commit or an annotated tag is reached; the nearest way wins."""
        return self._reach.get(oid, Reachability.UNREACHABLE)

    def ancestry(self, among: Iterable[str]) -> Ancestry:
        """Whoever knows which of the commits `among` are ancestors of which others of them."""
        return Ancestry(self._commits, self.order, among)

    def cut(self, without: Collection[str] = ()) -> Iterator[tuple[Commit, tuple[str, ...]]]:
        """Every commit whose parents are not all here, with those that are; as if the commits `without` were not here either."""
        return self._cut_off(without) if without else iter(self._cuts)

    @cached_property
    def _cuts(self) -> tuple[tuple[Commit, tuple[str, ...]], ...]:
        """Asked for again and again while a repository remembers."""
        return tuple(self._cut_off(()))

    def _cut_off(self, without: Collection[str]) -> Iterator[tuple[Commit, tuple[str, ...]]]:
        for oid in self.order:
            commit = self._commits[oid]
            present = tuple(parent for parent in commit.parents if parent in self._commits and parent not in without)
            if len(present) < len(commit.parents):
                yield commit, present

    def _classify(self) -> dict[str, Reachability]:
        """The way to everything that can be reached, walked from the nearest tips to the farthest."""
        tips = defaultdict(list)
        for tip in self.tips:
            tips[tip.reach].append(tip.oid)
        reach: dict[str, Reachability] = {}
        for kind in _CLASSES:
            pending = tips[kind]
            while pending:
                oid = pending.pop()
                if oid in reach:
                    continue
                if oid in self._tags:
                    reach[oid] = kind
                    pending.append(self._tags[oid].target)
                elif oid in self._commits:
                    reach[oid] = kind
                    pending.extend(self._commits[oid].parents)
        return reach


def _sorted(commits: Mapping[str, Commit]) -> Iterator[str]:
    """Ids of `commits`, parents first, by date where that leaves a choice.

    Where a circle leaves nothing without unmet parents, its oldest commit goes first.
    """
    children = defaultdict(list)
    unmet: Counter[str] = Counter()
    for commit in commits.values():
        for parent in set(commit.parents):
            if parent in commits:
                children[parent].append(commit.id)
                unmet[commit.id] += 1
    by_age = sorted((commit.committed_at, commit.id) for commit in commits.values())
    ready = [key for key in by_age if not unmet[key[1]]]
    met: set[str] = set()
    for fallback in (None, *by_age):
        if fallback is not None and fallback[1] not in met:
            ready.append(fallback)
        while ready:
            _, oid = heapq.heappop(ready)
            if oid in met:
                continue
            met.add(oid)
            yield oid
            for child in children[oid]:
                unmet[child] -= 1
                if not unmet[child]:
                    heapq.heappush(ready, (commits[child].committed_at, child))
