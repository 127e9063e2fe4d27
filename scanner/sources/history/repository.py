"""One open repository: what there is to ask, in the order in which it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

from scanner.model import Chronicle, Commit, Unscanned
from scanner.sources.history import packs
from scanner.sources.history.changes import Gap, RawChange
from scanner.sources.history.chronicle import ChangeBatch, at_head, change_batches, chronicle, held_at_head
from scanner.sources.history.commits import Tag
from scanner.sources.history.git import Limits
from scanner.sources.history.graph import Graph
from scanner.sources.history.layout import Layout
from scanner.sources.history.missing import Ahead, Asked, Taken, Walk, ahead, hide_cuts, walk
from scanner.sources.history.objects import CatFile, Inventory, ObjectBatch, ObjectReader
from scanner.sources.history.raw import NONE_KNOWN, Known
from scanner.sources.history.shadow import Names, Shadow, ask_gitpython, open_shadow

MAX_BLOB_SIZE = 2 << 30
"""Bytes of one object that are read unless the caller says otherwise."""
_ENTRY = 28
"""Bytes that an object takes at least in a pack's index (gitformat-pack(5))."""
_LOOSE = 100_000
"""Loose objects that are allowed for when it is estimated how many objects there are."""
_TOGETHER = 4096
"""Commits that git is asked about at once: enough to make asking cheap, few enough to keep all workers busy."""


class Repository:
    """A repository that is read and never written to, as a context manager.

    First `inventory` and its batches; when all commits and tags are known, `graph`; with that, `missing` and `chronicle`, unless it was
    opened without `tips`. Opening raises UsageError where there is no git.
    """

    def __init__(
        self, container: str, layout: Layout, *, max_blob_size: int = MAX_BLOB_SIZE, limits: Limits | None = None, tips: bool = True
    ) -> None:
        self.container = container
        self.layout = layout
        self._max_blob_size = max_blob_size
        self._limits = limits or Limits()
        self._tips = tips
        self._stack = ExitStack()
        self._opened: Shadow | None = None
        self._names: Names | None = None
        self._trees = False

    def __enter__(self) -> Self:
        self._opened = self._stack.enter_context(open_shadow(self.layout, self.container, self._limits, tips=self._tips))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._opened = self._names = None
        self._stack.close()

    @property
    def worktree(self) -> Path | None:
        """The top of the work tree, if the target has one."""
        return self.layout.worktree

    @property
    def head(self) -> str | None:
        """Id of HEAD's commit; None while there is none."""
        return self.shadow.head

    @property
    def branch(self) -> str | None:
        """Full name of the branch that HEAD points at, born or not; None where it is detached."""
        return self._asked.branch

    @property
    def remotes(self) -> Mapping[str, str]:
        """Name to URL, without user and password."""
        return self._asked.remotes

    @property
    def unscanned(self) -> tuple[Unscanned, ...]:
        """What was wrong with the repository's own files when it was opened; `inventory` says it too."""
        return self.shadow.unscanned

    @property
    def reader(self) -> ObjectReader:
        """Whoever lists and reads the objects."""
        shadow = self.shadow
        label = f"{self.layout.prefix}objects"
        expected = shadow.handle.indexes // _ENTRY + _LOOSE
        git = CatFile(shadow.handle, self.container, self._max_blob_size, label, expected)
        if not packs.AVAILABLE:
            return git
        from scanner.sources.history.packs.reader import PackReader  # noqa: PLC0415  # there may be none

        return PackReader(git, shadow.packs, shadow.loose)

    @property
    def width(self) -> int:
        """Bytes of an object's id."""
        return self.shadow.handle.digits // 2

    def inventory(self, known: Known = NONE_KNOWN) -> Inventory:
        """Every object of the store but the `known` ones, and everything that cannot be read as far as that is clear already."""
        found = self.reader.inventory(known)
        return replace(found, unscanned=self.unscanned + found.unscanned)

    def batches(self, oids: Iterable[str]) -> tuple[ObjectBatch, ...]:
        """Batches of just these objects."""
        return self.reader.batches(oids)

    def graph(self, commits: Iterable[Commit], tags: Iterable[Tag]) -> Graph:
        """How all commits and tags hang together; `walk` and `chronicle` want the last one that was made."""
        graph = Graph(self.shadow.tips, commits, tags)
        hide_cuts(self.shadow, graph)
        return graph

    def ahead(self) -> Ahead | None:
        """The walk for whoever has no graph yet; None where it makes no sense without one."""
        return ahead(self.shadow, self.shadow.handle.indexes // _ENTRY + len(self.shadow.loose))

    def walk(self, graph: Graph, asked: Asked, taken: Taken | None = None) -> Walk:
        """What refs, HEADs and reflogs reach and the store lacks, and what they reach under paths that are asked for.

        Submodules' commits are none of its business. `taken` is what came of a walk ahead.
        """
        walked = walk(self.shadow, graph, asked, taken)
        self._trees = walked.trees
        return walked

    def changes(self, graph: Graph, hits: frozenset[str]) -> tuple[ChangeBatch, ...]:
        """What is to be asked about the blobs `hits` before there can be a chronicle of them, in parts that any process can ask."""
        return change_batches(self.shadow, graph, hits, trees=self._trees, together=_TOGETHER)

    def chronicle(
        self, graph: Graph, hits: frozenset[str], found: Iterable[RawChange | Gap] | None = None
    ) -> tuple[Chronicle, list[Unscanned]]:
        """Where the blobs `hits` lay and when, and for which commits that could not be told.

        `found` is what came of `changes`, in their order; without it all commits are asked about here, at once.
        """
        if found is None:
            batches = change_batches(self.shadow, graph, hits, trees=self._trees, together=max(1, len(graph)))
            found = chain.from_iterable(batch.read() or () for batch in batches)
        return chronicle(self.shadow, graph, hits, found)

    def at_head(self, paths: frozenset[str]) -> tuple[dict[str, str], list[Unscanned]]:
        """Which blob each of `paths` is in HEAD's tree; needs no graph."""
        return at_head(self.shadow, paths)

    def held_at_head(self, oids: frozenset[str]) -> tuple[dict[str, str], list[Unscanned]]:
        """Where HEAD's tree has each of these blobs, by path; needs no graph."""
        return held_at_head(self.shadow, oids)

    @property
    def shadow(self) -> Shadow:
        """The stand-in, for whoever has more to ask of git."""
        if self._opened is None:
            message = "the repository is not open"
            raise ValueError(message)
        return self._opened

    @property
    def _asked(self) -> Names:
        if self._names is None:
            self._names = ask_gitpython(self.shadow)
        return self._names
