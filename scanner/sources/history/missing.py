"""What refs reach and the store lacks, and what lay under names that somebody asks for.

`git rev-list --objects --missing=print` finds missing trees and blobs, but ends at a missing commit, tag or tag's target (git 2.39). So
those are found in the graph, and git gets a walk without them: commits whose parents are not all here are written into the shadow's
`shallow` file, the parents that are here become starting points of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from io import BufferedIOBase
from pathlib import Path

from scanner.model import Reachability, Reason, Unscanned
from scanner.records import dataclass, field
from scanner.sources.history import git
from scanner.sources.history.git import Failure
from scanner.sources.history.graph import Graph
from scanner.sources.history.objects import types
from scanner.sources.history.shadow import Shadow

_PACE = 0.005
"""Seconds that git may take for the objects of a commit; it needs some microseconds for each that is new."""
_WALK = ("rev-list", "--objects", "--missing=print", "--stdin")
_CONTENT = frozenset({"tree", "blob"})
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


def hide_cuts(shadow: Shadow, graph: Graph, without: Collection[str] = ()) -> None:
    """For git a commit has no parents where some are not here: nothing that it walks leads to a missing commit."""
    cuts = "".join(f"{commit.id}\n" for commit, _ in graph.cut(without))
    Path(shadow.handle.gitdir, "shallow").write_text(cuts, "ascii")


def walk(shadow: Shadow, graph: Graph, asked: Asked) -> Walk:
    """Follows all refs, HEADs and reflogs. Needs `hide_cuts`."""
    walked = Walk()
    known = _known(shadow, graph)
    starts = {oid for oid in _targets(graph) if oid in graph or known.get(oid) in _CONTENT}
    starts.update(oid for commit, present in graph.cut() if graph.reach(commit.id) is not Reachability.UNREACHABLE for oid in present)
    met = _Met(asked, walked.named)
    walked.lost += _once(_tips(shadow, graph, known), _parents(shadow, graph, known), _objects(shadow, graph, starts, met))
    return walked


def lost(shadow: Shadow, graph: Graph, unlisted: Collection[str]) -> list[Unscanned] | None:
    """What `walk` finds lost, for whoever has seen all trees that commits lead to; None where it takes a walk to tell.

    `unlisted` are those of the blobs there, as reachable commits bring them, that are not among the blobs of the store as it was listed.
    Needs `hide_cuts`.
    """
    there = _there(shadow, unlisted)
    if there is None or any(kind != "blob" for kind in types(shadow.handle, there).values()):
        return None
    known = _known(shadow, graph)
    blobs = (_unscanned(shadow, oid, graph) for oid in sorted(unlisted) if oid not in there)
    others = {oid for oid in _targets(graph) if known.get(oid) in _CONTENT}
    met = _Met(lambda _: False, set())
    return _once(_tips(shadow, graph, known), _parents(shadow, graph, known), blobs, _objects(shadow, graph, others, met))


def _once(*entries: Iterable[Unscanned]) -> list[Unscanned]:
    """The first entry for each path."""
    found: dict[str, Unscanned] = {}
    for entry in itertools.chain(*entries):
        found.setdefault(entry.path, entry)
    return list(found.values())


def _targets(graph: Graph) -> set[str]:
    """What refs, HEADs and reflogs lead to, behind all tags."""
    return {graph.peel(tip.oid) for tip in graph.tips}


def _known(shadow: Shadow, graph: Graph) -> dict[str, str]:
    """The type of everything that tips and parents name, as far as it is there. Of what is in the graph nobody need be asked."""
    named = _targets(graph) | {tip.oid for tip in graph.tips}
    known = {oid: "commit" if oid in graph else "tag" for oid in named if oid in graph or oid in graph.tags}
    absent = {parent for commit, _ in graph.cut() for parent in commit.parents if parent not in graph}
    return known | types(shadow.handle, sorted((named | absent) - known.keys()))


def _there(shadow: Shadow, oids: Collection[str]) -> frozenset[str] | None:
    """Those of `oids` that the store has, readable or not; None where git cannot tell."""
    if not oids:
        return frozenset()
    question = ("cat-file", "--batch-check=%(objectname)", "--buffer")
    with git.run(shadow.handle, *question, request=_request(sorted(oids)), allowance=_PACE * len(oids)) as child:
        answers = child.out.read().splitlines()
        if child.end() or child.complaint or len(answers) != len(oids):
            return None
    return frozenset(line.decode("ascii", "replace") for line in answers if not line.endswith(b" missing"))


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


def _objects(shadow: Shadow, graph: Graph, starts: Collection[str], met: _Met) -> Iterator[Unscanned]:
    """Trees and blobs that git misses on its walk from `starts`; `met` takes those that are there."""
    if not starts:
        return
    with git.run(shadow.handle, *_WALK, request=_request(sorted(starts)), allowance=_PACE * len(graph)) as child:
        for line in _lines(child.out):
            if line.startswith(b"?"):
                yield _unscanned(shadow, _missing(line), graph)
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


def _unscanned(shadow: Shadow, oid: str, graph: Graph) -> Unscanned:
    kind = "tree" if oid in graph.trees else "object"
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
