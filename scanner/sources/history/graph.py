"""The commits of a repository and how they hang together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from scanner.model import Commit, Reachability
from scanner.sources.history.ancestry import Ancestry
from scanner.sources.history.commits import Tag
from scanner.sources.history.order import parents_first
from scanner.sources.history.refs import Tip
from scanner.sources.history.table import CommitTable

_CLASSES = (
    Reachability.UNREACHABLE,
    Reachability.BRANCH,
    Reachability.TAG,
    Reachability.STASH,
    Reachability.NOTE,
    Reachability.REFLOG,
)
"""How a commit can be reached, nearest first behind that it cannot."""


class Graph:
    """All commits that could be read, reachable or not.

    Hostile histories are possible: a commit whose ancestors include itself, since git believes a file's name; a parent that is no commit.
    Nothing here recurses, and every question is answered in time proportional to the commits.
    """

    def __init__(self, tips: Iterable[Tip], commits: CommitTable, tags: Iterable[Tag]) -> None:
        self.table = commits.oldest_first()
        rows = self._rows = {oid: row for row, oid in enumerate(self.table.ids)}
        self._tags = {tag.oid: tag for tag in tags}
        self.tips = tuple(tips)
        self.parents: Sequence[tuple[int, ...]] = [
            (only,) if (only := rows.get(named)) is not None else tuple(rows[one] for one in named.split() if one in rows)
            for named in self.table.parents
        ]
        """For each row the rows of its parents, as far as they are here."""
        self.rows = parents_first(self.parents)
        """Rows of all commits, ancestors before descendants and older before newer."""
        self._reached, self._tagged = self._classify()

    def __contains__(self, oid: str) -> bool:
        return oid in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Ids of all commits, ancestors before descendants and older before newer."""
        return tuple(map(self.table.ids.__getitem__, self.rows))

    @property
    def commits(self) -> Mapping[str, Commit]:
        """All commits by id, each made when it is asked for."""
        return _Commits(self.table, self._rows)

    @cached_property
    def trees(self) -> frozenset[str]:
        """Ids of the trees that commits begin with."""
        return frozenset(self.table.trees)

    @property
    def tags(self) -> Mapping[str, Tag]:
        """All annotated tags by their own id."""
        return self._tags

    def commit(self, oid: str) -> Commit | None:
        """The commit `oid`, if there is one and it could be read."""
        row = self._rows.get(oid)
        return None if row is None else self.table[row]

    def peel(self, oid: str) -> str:
        """What the tag `oid` is about after all tags of tags; `oid` itself where it is no tag."""
        seen = set()
        while oid in self._tags and oid not in seen:
            seen.add(oid)
            oid = self._tags[oid].target
        return oid

    def reach(self, oid: str) -> Reachability:
        """How a commit or an annotated tag is reached; the nearest way wins."""
        row = self._rows.get(oid)
        return _CLASSES[self._tagged.get(oid, 0) if row is None else self._reached[row]]

    def is_reached(self, row: int) -> bool:
        """Whether anything reaches the commit in this row."""
        return self._reached[row] > 0

    def ancestry(self, among: Iterable[str]) -> Ancestry:
        """Whoever knows which of the commits `among` are ancestors of which others of them."""
        return Ancestry(self.parents, self.rows, {oid: self._rows[oid] for oid in among if oid in self._rows})

    def in_order(self, among: Iterable[str]) -> dict[str, int]:
        """Where those of these commits that are here stand in the order."""
        asked = {self._rows[oid] for oid in among if oid in self._rows}
        return {self.table.ids[row]: place for place, row in enumerate(self.rows) if row in asked}

    def cut(self, without: Collection[str] = ()) -> Iterator[tuple[Commit, tuple[str, ...]]]:
        """Every commit whose parents are not all here, with those that are; as if the commits `without` were not here either."""
        return self._cut_off(self.rows, without) if without else iter(self._cuts)

    @cached_property
    def _cuts(self) -> tuple[tuple[Commit, tuple[str, ...]], ...]:
        """Asked for again and again while a repository remembers."""
        named = self.table.parents
        return tuple(self._cut_off((row for row in self.rows if named[row] and len(self.parents[row]) <= named[row].count(" ")), ()))

    def _cut_off(self, rows: Iterable[int], without: Collection[str]) -> Iterator[tuple[Commit, tuple[str, ...]]]:
        for row in rows:
            commit = self.table[row]
            present = tuple(parent for parent in commit.parents if parent in self._rows and parent not in without)
            if len(present) < len(commit.parents):
                yield commit, present

    def _classify(self) -> tuple[bytearray, dict[str, int]]:
        """The way to everything that can be reached, of commits by row, walked from the nearest tips to the farthest."""
        tips = defaultdict(list)
        for tip in self.tips:
            tips[tip.reach].append(tip.oid)
        reached = bytearray(len(self.rows))
        tagged: dict[str, int] = {}
        for kind, reach in enumerate(_CLASSES[1:], 1):
            pending: list[int] = []
            for oid in tips[reach]:
                while oid in self._tags and oid not in tagged:
                    tagged[oid] = kind
                    oid = self._tags[oid].target  # noqa: PLW2901 - what the tip leads to
                if oid in self._rows:
                    pending.append(self._rows[oid])
            while pending:
                row = pending.pop()
                if not reached[row]:
                    reached[row] = kind
                    pending += self.parents[row]
        return reached, tagged


class _Commits(Mapping[str, Commit]):
    """The commits of a table, by id."""

    def __init__(self, table: CommitTable, rows: Mapping[str, int]) -> None:
        self._table = table
        self._rows = rows

    def __getitem__(self, oid: str) -> Commit:
        return self._table[self._rows[oid]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
