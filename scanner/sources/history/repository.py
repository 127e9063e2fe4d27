"""One open repository: what there is to ask, in the order in which it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from scanner.model import Chronicle, Unscanned
from scanner.records import dataclass, replace
from scanner.sources.history import packs
from scanner.sources.history.chronicle import at_head, chronicle, files_at_head, held_at_head, one_by_one
from scanner.sources.history.commits import Tag
from scanner.sources.history.config import projects
from scanner.sources.history.git import Limits
from scanner.sources.history.graph import Graph
from scanner.sources.history.layout import Layout
from scanner.sources.history.missing import Asked, hide_cuts, lost, walk
from scanner.sources.history.objects import CatFile, Inventory, ObjectBatch, ObjectReader, each_id
from scanner.sources.history.parts import ChangeBatch, Changed, change_batches, in_order
from scanner.sources.history.raw import NONE_KNOWN, Known
from scanner.sources.history.shadow import Shadow, open_shadow
from scanner.sources.history.table import CommitTable

MAX_BLOB_SIZE = 2 << 30
"""Bytes of one object that are read unless the caller says otherwise."""
_ENTRY = 28
"""Bytes that an object takes at least in a pack's index (gitformat-pack(5))."""
_LOOSE = 100_000
"""Loose objects that are allowed for when it is estimated how many objects there are."""
_TOGETHER = 4096
"""Commits that git is asked about at once: enough to make asking cheap, few enough to keep all workers busy."""
_MOST_NAMED = 10_000


@dataclass(frozen=True, slots=True)
class Past:
    """What a repository remembers."""

    chronicle: Chronicle
    lost: tuple[Unscanned, ...]
    """What refs, HEADs and reflogs reach and the store lacks."""
    untold: tuple[Unscanned, ...]
    """Commits of which git cannot say what they change, and what else it cannot tell."""
    named: frozenset[str]
    """Blobs that have lain under a path that was asked for. The chronicle is about them too."""


class Repository:
    """A repository that is read and never written to, as a context manager.

    First `inventory` and its batches; when all commits and tags are known, `graph`; with that, `past`, unless it was opened without
    `tips`. Opening raises UsageError where there is no git.
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
        self._listed = b""
        """Binary ids of what the inventory listed."""

    def __enter__(self) -> Self:
        self._opened = self._stack.enter_context(open_shadow(self.layout, self.container, self._limits, tips=self._tips))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._opened = None
        self._listed = b""
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
    def remotes(self) -> Mapping[str, str]:
        """Name to URL, without user and password."""
        return self.shadow.remotes

    @property
    def projects(self) -> tuple[str, ...]:
        """What forges call the repository, as far as its remotes say: `owner/name`, in lower case."""
        return projects(self.remotes)

    @property
    def unscanned(self) -> tuple[Unscanned, ...]:
        """What was wrong with the repository's own files when it was opened; `inventory` says it too."""
        return self.shadow.unscanned

    @property
    def reader(self) -> ObjectReader:
        """Whoever lists and reads the objects."""
        if not packs.AVAILABLE:
            return self._git
        from scanner.sources.history.packs.reader import PackReader  # noqa: PLC0415  # there may be none

        return PackReader(self._git, self.shadow.packs, self.shadow.loose)

    @property
    def _git(self) -> CatFile:
        """Whoever asks git for all of it."""
        label = f"{self.layout.prefix}objects"
        return CatFile(self.shadow.handle, self.container, self._max_blob_size, label, self.shadow.handle.indexes // _ENTRY + _LOOSE)

    @property
    def width(self) -> int:
        """Bytes of an object's id."""
        return self.shadow.handle.digits // 2

    def inventory(self, known: Known = NONE_KNOWN) -> Inventory:
        """Every object of the store but the `known` ones, and everything that cannot be read as far as that is clear already."""
        found = self.reader.inventory(known)
        self._listed = found.oids
        return replace(found, unscanned=self.unscanned + found.unscanned)

    def batches(self, oids: Iterable[str]) -> tuple[ObjectBatch, ...]:
        """Batches of just these objects, which git reads."""
        return self._git.batches(oids)

    def graph(self, commits: CommitTable, tags: Iterable[Tag]) -> Graph:
        """How all commits and tags hang together; `past` wants the last one that was made."""
        graph = Graph(self.shadow.tips, commits, tags)
        hide_cuts(self.shadow, graph)
        return graph

    def changes(self, graph: Graph, hits: frozenset[str]) -> tuple[ChangeBatch, ...]:
        """What is to be asked about the blobs `hits`, and about what is missing, in parts that any process can ask."""
        return change_batches(self.shadow, graph, hits, _TOGETHER)

    @property
    def together(self) -> int:
        """Commits that are asked about at once: whoever has no more need not do it in parts."""
        return _TOGETHER

    def past(self, graph: Graph, hits: frozenset[str], asked: Asked, parts: Sequence[Changed | None] = ()) -> Past:
        """Where the blobs `hits` lay and when, and those under paths that are asked for; and what is missing of what refs reach.

        Submodules' commits are none of its business. `parts` is what came of `changes`, in their order; without it all is asked here.
        """
        whole = _whole(parts or self._parts(graph, hits, asked))
        missing = None if whole is None else lost(self.shadow, graph, self._unlisted(graph, whole))
        if whole is None or missing is None:
            return self.slow_past(graph, hits, asked)
        named = frozenset(sorted({oid for part in whole for oid in part.asked})[:_MOST_NAMED])
        if not named <= hits:
            whole = _whole(self._parts(graph, hits | named, lambda _: False))
            if whole is None:
                return self.slow_past(graph, hits, asked)
        found, problems = chronicle(self.shadow, graph, hits | named, in_order(graph, whole))
        return Past(found, tuple(missing), tuple(problems), named)

    def slow_past(self, graph: Graph, hits: frozenset[str], asked: Asked) -> Past:
        """The same as `past`, by a walk and commit by commit: what it takes to go around trees that are missing, and all that is strange.

        Of blobs that are equal it knows one path when it looks for those that are asked for.
        """
        hide_cuts(self.shadow, graph)
        walked = walk(self.shadow, graph, asked)
        named = frozenset(walked.named)
        found, problems = chronicle(self.shadow, graph, hits | named, one_by_one(self.shadow, graph, hits | named))
        return Past(found, tuple(walked.lost), tuple(problems), named)

    def _parts(self, graph: Graph, hits: frozenset[str], asked: Asked) -> Iterator[Changed | None]:
        return (batch.read(asked) for batch in self.changes(graph, hits))

    def _unlisted(self, graph: Graph, parts: Sequence[Changed]) -> frozenset[str]:
        """Blobs that commits bring and that are not among the blobs of the store, as it was listed."""
        brought = frozenset().union(*(each_id(part.brought, self.width) for part in parts))
        others = brought.intersection(map(bytes.fromhex, (*graph.table.ids, *graph.tags)))
        return frozenset(oid.hex() for oid in brought.difference(each_id(self._listed, self.width)) | others)

    def at_head(self, paths: frozenset[str]) -> tuple[dict[str, str], list[Unscanned]]:
        """Which blob each of `paths` is in HEAD's tree; needs no graph."""
        return at_head(self.shadow, paths)

    def held_at_head(self, oids: frozenset[str]) -> tuple[dict[str, str], list[Unscanned]]:
        """Where HEAD's tree has each of these blobs, by path; needs no graph."""
        return held_at_head(self.shadow, oids)

    def files_at_head(self, wanted: Callable[[str], bool]) -> dict[str, str]:
        """Path to blob in HEAD's tree for the paths that are wanted; needs no graph."""
        return files_at_head(self.shadow, wanted)

    @property
    def shadow(self) -> Shadow:
        """The stand-in, for whoever has more to ask of git."""
        if self._opened is None:
            message = "the repository is not open"
            raise ValueError(message)
        return self._opened


def _whole(parts: Iterable[Changed | None]) -> list[Changed] | None:
    """All parts; None where one is none, and nothing is asked behind it."""
    whole: list[Changed] = []
    for part in parts:
        if part is None:
            return None
        whole.append(part)
    return whole
