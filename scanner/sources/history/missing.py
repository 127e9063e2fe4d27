"""What refs reach and the store lacks, and what lay under names that somebody asks for.

`git rev-list --objects --missing=print` finds missing trees and blobs, but ends at a missing commit, tag or tag's target (git 2.39). So
those are found in the graph, and git gets a walk without them: commits whose parents are not all here are written into the shadow's
`shallow` file, the parents that are here become starting points of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from io import BufferedIOBase
from pathlib import Path

from scanner.model import Reachability, Reason, Unscanned
from scanner.sources.history import git
from scanner.sources.history.git import Failure, Handle
from scanner.sources.history.graph import Graph
from scanner.sources.history.objects import types
from scanner.sources.history.shadow import Shadow

_PACE = 0.005
"""Seconds that git may take for the objects of a commit; it needs some microseconds for each that is new."""
_OBJECTS = 6
"""Objects of a commit, in most histories: itself, and what it changes."""
_WALK = ("rev-list", "--objects", "--missing=print", "--stdin")
_LINE = 1000
_LONGEST = 1 << 16
"""Bytes of a line with an id and a path."""
_MOST_NAMED = 10_000

Asked = Callable[[bytes], bool]
"""Whether a file with this path is asked for, whatever it holds."""


@dataclass(slots=True)
class Walk:
    """What a walk from all refs came by."""

    lost: list[Unscanned] = field(default_factory=list)
    """Every object that refs, HEADs and reflogs reach and the store lacks, each once."""
    named: set[str] = field(default_factory=set)
    """Ids of what lay under a path that is asked for. Of equal files git names one path."""
    trees: bool = False
    """Whether it is known that every commit that refs reach has its tree."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a walk that needed no graph and came to its end."""

    named: frozenset[str]
    """As in `Walk`."""
    lost: tuple[str, ...]
    """Ids of trees and blobs that are not there."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The same walk without a graph, for while the objects are still read. Picklable: any process can take it."""

    handle: Handle
    starts: tuple[str, ...]
    objects: int
    """How many there are, about, trees included."""

    def take(self, asked: Asked) -> Taken | None:
        """What git comes by; None where it does not come to the end, and it takes a graph to go around what is missing or strange."""
        met = _Met(asked, set())
        lost: list[str] = []
        with git.run(self.handle, *_WALK, request=_request(self.starts), allowance=_PACE * self.objects / _OBJECTS) as child:
            for line in _lines(child.out):
                if line.startswith(b"?"):
                    lost.append(_missing(line))
                else:
                    met.take(line)
            return None if child.end() or child.complaint else Taken(frozenset(met.named), tuple(lost))


def ahead(shadow: Shadow, objects: int) -> Ahead | None:
    """A walk that can be taken before anything is read; None where it would end too early."""
    if shadow.shallow or not shadow.tips:
        return None
    return Ahead(shadow.handle, tuple(sorted({tip.oid for tip in shadow.tips})), objects)


def hide_cuts(shadow: Shadow, graph: Graph, without: Collection[str] = ()) -> None:
    """For git a commit has no parents where some are not here: nothing that it walks leads to a missing commit."""
    cuts = "".join(f"{commit.id}\n" for commit, _ in graph.cut(without))
    Path(shadow.handle.gitdir, "shallow").write_text(cuts, "ascii")


def walk(shadow: Shadow, graph: Graph, asked: Asked, taken: Taken | None = None) -> Walk:
    """Follows all refs, HEADs and reflogs. Needs `hide_cuts`.

    `taken` is what came of a walk ahead. Where that came to its end, and we can read every commit that git can, there is no more to know.
    """
    if taken is not None and not any(graph.cut()):
        roots = {commit.tree for commit in graph.commits.values()}
        return Walk(
            [_unscanned(shadow, oid, roots) for oid in dict.fromkeys(taken.lost)], set(taken.named), trees=roots.isdisjoint(taken.lost)
        )
    walked = Walk()
    targets = {graph.peel(tip.oid) for tip in graph.tips}
    lost = {parent for commit, _ in graph.cut() for parent in commit.parents if parent not in graph}
    known = types(shadow.handle, sorted(targets | lost | {tip.oid for tip in graph.tips}))
    named: set[str] = set()
    met = _Met(asked, walked.named)
    for entry in itertools.chain(_tips(shadow, graph, known), _parents(shadow, graph, known), _objects(shadow, graph, known, met)):
        if entry.path not in named:
            named.add(entry.path)
            walked.lost.append(entry)
    return walked


@dataclass(frozen=True, slots=True)
class _Met:
    """Keeps the ids of what lies under a path that is asked for."""

    asked: Asked
    named: set[str]

    def take(self, line: bytes) -> None:
        oid, _, path = line.rstrip(b"\n").partition(b" ")
        if path and self.asked(path) and len(self.named) < _MOST_NAMED:
            self.named.add(oid.decode("ascii", "replace"))


def _tips(shadow: Shadow, graph: Graph, known: dict[str, str]) -> Iterator[Unscanned]:
    """Refs that lead to nothing, themselves or through their tag."""
    kinds = {tag.target: tag.type for tag in graph.tags.values()}
    for tip in graph.tips:
        target = graph.peel(tip.oid)
        if tip.ref and tip.oid not in known:
            yield Unscanned(shadow.target, tip.name, _reason(shadow), f"it names {tip.oid}, which is not there")
        elif target not in known and (tip.ref or target != tip.oid):
            yield Unscanned(shadow.target, f"{kinds.get(target, 'object')}:{target}", _reason(shadow), f"{tip.name} leads to it")


def _parents(shadow: Shadow, graph: Graph, known: dict[str, str]) -> Iterator[Unscanned]:
    """Parents that are not here, of commits that something reaches."""
    for commit, present in graph.cut():
        if graph.reach(commit.id) is Reachability.UNREACHABLE:
            continue
        for parent in commit.parents:
            if parent in present:
                continue
            path = f"commit:{parent}"
            if parent in known:
                yield Unscanned(shadow.target, path, Reason.MALFORMED, "it cannot be read as a commit")
            elif commit.id in shadow.shallow:
                yield Unscanned(shadow.target, path, Reason.SHALLOW, f"history ends at {commit.id}")
            else:
                yield Unscanned(shadow.target, path, _reason(shadow), f"a parent of {commit.id}")


def _objects(shadow: Shadow, graph: Graph, known: dict[str, str], met: _Met) -> Iterator[Unscanned]:
    """Trees and blobs that git misses on its walk; `met` takes those that are there."""
    starts = {oid for oid in (graph.peel(tip.oid) for tip in graph.tips) if oid in graph or known.get(oid) in {"tree", "blob"}}
    starts.update(oid for commit, present in graph.cut() if graph.reach(commit.id) is not Reachability.UNREACHABLE for oid in present)
    if not starts:
        return
    roots = {commit.tree for commit in graph.commits.values()}
    with git.run(shadow.handle, *_WALK, request=_request(sorted(starts)), allowance=_PACE * len(graph)) as child:
        for line in _lines(child.out):
            if line.startswith(b"?"):
                yield _unscanned(shadow, _missing(line), roots)
            else:
                met.take(line)
        failure = child.end()
        if failure is None and child.complaint:
            failure = Failure(Reason.MALFORMED, child.complaint)
    if failure:
        label = f"{shadow.layout.prefix}objects"
        yield Unscanned(shadow.target, label, failure.reason, f"what is missing is not fully known: {failure.detail}")


def _missing(line: bytes) -> str:
    """The id in a line about an object that is not there."""
    return line[1:].strip()[:_LINE].decode("ascii", "replace")


def _unscanned(shadow: Shadow, oid: str, roots: Collection[str]) -> Unscanned:
    kind = "tree" if oid in roots else "object"
    return Unscanned(shadow.target, f"{kind}:{oid}", _reason(shadow), "reachable, but not in the store")


def _request(starts: Iterable[str]) -> bytes:
    return "".join(f"{oid}\n" for oid in starts).encode("ascii")


def _lines(out: BufferedIOBase) -> Iterator[bytes]:
    """The lines of `out`, but for those that are longer than any path: trees can be nested without end."""
    whole = True
    while piece := out.readline(_LONGEST):
        ends = piece.endswith(b"\n")
        if whole and ends:
            yield piece
        whole = ends


def _reason(shadow: Shadow) -> Reason:
    return Reason.PARTIAL_CLONE if shadow.promised else Reason.MISSING
