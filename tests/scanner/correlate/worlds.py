"""Repositories and sightings made of plain values.

A file's content is a few words on as many lines: `a` is the credential called a, `key:a` the same under a field, `a!` the
same with a marker beside it, `.` some other text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scanner.contract import Check, Confidence, Kind
from scanner.correlate import occurrences_of
from scanner.model import Change, Chronicle, Commit, Identified, Occurrence, Reachability, Sighting, Spot, Suppression

NPM = Kind("npm-token", "npm token", "npm")
BASIC = Kind("npm-basic-auth", "npm password", "npm")
GITHUB = Kind("github-pat-classic", "GitHub token", "github")

CONTAINER = "repo"
ALLOWED = Suppression("inline", "an example")


def make_id(*parts: str) -> str:
    return "/".join(parts)


def identified(
    name: str = "a",
    *,
    kind: Kind = NPM,
    check: Check = Check.NONE,
    confidence: Confidence = Confidence.HIGH,
    facts: Mapping[str, str] | None = None,
    suppression: Suppression | None = None,
) -> Identified:
    return Identified(
        id=name,
        kind=kind,
        detector="fake",
        redacted=f"…#{name}",
        check=check,
        confidence=confidence,
        facts=dict(facts or {}),
        privilege=4,
        assumed=True,
        suppression=suppression,
    )


def sighting(word: str, line: int) -> Sighting:
    key, _, name = word.rpartition(":")
    allowed = ALLOWED if name.endswith("!") else None
    return Sighting(identified(name.removesuffix("!")), Spot(line=line, column=1, field=key or None), allowed)


def read(content: str) -> tuple[Sighting, ...]:
    """What a scanner would see in `content`."""
    return tuple(sighting(word, line) for line, word in enumerate(content.split(), 1) if word != ".")


@dataclass
class Repository:
    """Commits by name, in an order in which parents come first. Blob ids are the contents themselves."""

    trees: dict[str, Mapping[str, str]] = field(default_factory=dict)
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: int = 0

    def commit(self, name: str, parents: str, tree: Mapping[str, str]) -> None:
        self.trees[name] = tree
        self.parents[name] = tuple(parents.split())

    def line(self, path: str, contents: Sequence[str | None]) -> None:
        """Commits c0, c1, … on one line; None removes the file."""
        for n, content in enumerate(contents):
            self.commit(f"c{n}", f"c{n - 1}" if n else "", {} if content is None else {path: content})

    def ancestry(self, first: str, second: str) -> bool:
        self.asked += 1
        return first in self._history(second)

    def _history(self, tip: str) -> set[str]:
        seen, todo = set(), [tip]
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += self.parents[name]
        return seen

    def chronicle(self, head: str, index: Mapping[str, str] | None = None, refs: Mapping[str, Reachability] | None = None) -> Chronicle:
        reach: dict[str, Reachability] = {}
        for tip, reachability in [(head, Reachability.HEAD), *(refs or {}).items()]:
            for name in self._history(tip):
                reach.setdefault(name, reachability)
        return Chronicle(
            commits={name: Commit(name, "", self.parents[name], date_of(n), f"author of {name}") for n, name in enumerate(self.trees)},
            changes=tuple(change for name in self.trees for change in self._changes(name)),
            head=self.trees[head],
            index=self.trees[head] if index is None else index,
            reach={name: reach.get(name, Reachability.UNREACHABLE) for name in self.trees},
            ancestry=self.ancestry,
        )

    def _changes(self, name: str) -> list[Change]:
        tree, before = self.trees[name], [self.trees[parent] for parent in self.parents[name]]
        changes = []
        for path in sorted({*tree, *(path for parent in before for path in parent)}):
            blobs = [parent.get(path) for parent in before]
            if tree.get(path) not in (blobs or [None]):
                changes.append(Change(name, path, frozenset(blob for blob in blobs if blob is not None), tree.get(path)))
        return changes

    def occurrences(
        self,
        head: str,
        *,
        worktree: Mapping[str, str] | None = None,
        index: Mapping[str, str] | None = None,
        refs: Mapping[str, Reachability] | None = None,
        modes: Mapping[str, int] | None = None,
    ) -> tuple[Occurrence, ...]:
        """What `occurrences_of` says, the work tree being that of HEAD unless another is given."""
        everything = [*self.trees.values(), index or {}]
        now = self.trees[head] if worktree is None else worktree
        return occurrences_of(
            CONTAINER,
            {(content, path): read(content) for tree in everything for path, content in tree.items()},
            self.chronicle(head, index, refs),
            worktree={path: read(content) for path, content in now.items()},
            modes=modes or {},
            orphans={},
            make_id=make_id,
        )


def date_of(n: int) -> str:
    """The committer date of the commit number `n`."""
    return f"2026-01-01T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"


def told(occurrence: Occurrence) -> tuple[str, str | None, str | None, bool | None, str]:
    """The story of one occurrence: path, when it came, when it left, whether HEAD has it, and what leads there."""
    reachability = occurrence.reachability.value if occurrence.reachability else "-"
    return (occurrence.path, occurrence.commit, occurrence.removed_commit, occurrence.in_head, reachability)
