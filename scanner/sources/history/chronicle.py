"""Where blobs lay, and when: asked only for those that hold something."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator

from scanner.errors import UnreadableError
from scanner.model import Change, Chronicle, Reachability, Reason, Unscanned
from scanner.sources.files import shown
from scanner.sources.history import git
from scanner.sources.history.changes import GITLINK, KEPT, Gap, RawChange, list_changes, split, taken
from scanner.sources.history.git import Failure
from scanner.sources.history.graph import Graph
from scanner.sources.history.missing import hide_cuts
from scanner.sources.history.objects import types
from scanner.sources.history.shadow import Shadow, copy_index, index_listing

_PATHS = 4_000_000
"""Most files of one tree or index."""
_NOTED = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")


def one_by_one(shadow: Shadow, graph: Graph, hits: frozenset[str]) -> Iterator[RawChange | Gap]:
    """Changes of the blobs `hits`, in the graph's order, and the commits about which git cannot say all; as far as there is room.

    A commit without its tree is passed over, and what came after compared with what is left.
    """
    if not hits:
        return
    treeless = _treeless(shadow, graph)
    hide_cuts(shadow, graph, treeless)
    cut = {commit.id: " ".join((commit.id, *present)) for commit, present in graph.cut(treeless)}
    commits = [oid for oid in graph.order if oid not in treeless]
    wanted = frozenset(oid.encode("ascii") for oid in hits)
    kept = 0
    for one in list_changes(shadow.handle, commits, lambda oid: cut.get(oid, oid), wanted):
        yield one
        kept += taken(one)
        if kept > KEPT:
            return


def chronicle(shadow: Shadow, graph: Graph, hits: frozenset[str], found: Iterable[RawChange | Gap]) -> tuple[Chronicle, list[Unscanned]]:
    """Every change of a path that touches one of the blobs `hits`, and what HEAD and the index have of them.

    `found` is all that git says of them, in the graph's order.
    """
    unscanned: list[Unscanned] = []
    wanted = frozenset(oid.encode("ascii") for oid in hits)
    changes = tuple(dict.fromkeys(_changes(shadow, graph, found, unscanned)))
    head = _head(shadow, graph, wanted, unscanned) if wanted else {}
    index = _index(shadow, wanted, unscanned) if wanted else {}
    commits = {change.commit: graph.commits[change.commit] for change in changes}
    reach = {oid: graph.reach(oid) for oid in commits}
    return Chronicle(commits, changes, head, index, reach, graph.ancestry(commits)), unscanned


def at_head(shadow: Shadow, paths: frozenset[str]) -> tuple[dict[str, str], list[Unscanned]]:
    """Which blob each of `paths` is in HEAD's tree, for whoever does not ask about the past; those that are not there are left out."""
    if shadow.head is None:
        return {}, []
    found, failure = in_tree(shadow, shadow.head, paths)
    return found, [Unscanned(shadow.target, f"{shadow.layout.prefix}HEAD", failure.reason, failure.detail)] if failure else []


def held_at_head(shadow: Shadow, oids: frozenset[str]) -> tuple[dict[str, str], list[Unscanned]]:
    """Path to blob in HEAD's tree for just these blobs; needs no graph."""
    if shadow.head is None:
        return {}, []
    wanted = frozenset(oid.encode("ascii") for oid in oids)
    found, failure = _listed(shadow, ("ls-tree", "-r", "-z", "--full-tree", shadow.head), 2, lambda oid, _: oid in wanted)
    return found, [Unscanned(shadow.target, f"{shadow.layout.prefix}HEAD", failure.reason, failure.detail)] if failure else []


def files_at_head(shadow: Shadow, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Path to blob in HEAD's tree for the paths that are wanted; what of it cannot be listed is said where all objects are read."""
    return files_of(shadow, shadow.head, wanted)[0] if shadow.head is not None else {}


def files_of(shadow: Shadow, commit: str | None, wanted: Callable[[str], bool]) -> tuple[dict[str, str], Failure | None]:
    """Path to blob in the tree of `commit`, or in the copied index where it is None, for the paths that are wanted, and why that may not be all.

    A folder that a sparse index has as a whole is listed as `folder/`, with the id of its tree.
    """
    if commit is None:
        return _listed(shadow, index_listing(shadow), 1, lambda _, path: path.endswith(b"/") or wanted(shown(path)))
    return _listed(shadow, ("ls-tree", "-r", "-z", "--full-tree", commit), 2, lambda _, path: wanted(shown(path)))


def in_tree(shadow: Shadow, commit: str, paths: frozenset[str]) -> tuple[dict[str, str], Failure | None]:
    """Which blob each of `paths` is in the tree of `commit`, and why that may not be all; those that are not there are left out."""
    return files_of(shadow, commit, paths.__contains__) if paths else ({}, None)


def _changes(shadow: Shadow, graph: Graph, found: Iterable[RawChange | Gap], unscanned: list[Unscanned]) -> Iterator[Change]:
    """The changes, in the graph's order."""
    kept = 0
    for one in found:
        if isinstance(one, Gap):
            detail = f"where its files lay is not known: {one.failure.detail}"
            unscanned.append(Unscanned(shadow.target, f"commit:{one.commit}", one.failure.reason, detail))
            continue
        kept += taken(one)
        if kept > KEPT:
            unscanned.append(
                Unscanned(shadow.target, f"commit:{one.commit}", Reason.TOO_LARGE, "more places than can be kept, from here on")
            )
            return
        yield _change(one, graph)


def _treeless(shadow: Shadow, graph: Graph) -> frozenset[str]:
    """Commits whose tree a partial clone left out; elsewhere trees are expected to be there."""
    if not shadow.promised:
        return frozenset()
    known = types(shadow.handle, graph.trees)
    return frozenset(oid for oid, tree in zip(graph.table.ids, graph.table.trees, strict=True) if tree not in known)


def _change(found: RawChange, graph: Graph) -> Change:
    before = frozenset(oid.decode("ascii") for oid in found.before if oid.strip(b"0"))
    after = found.after.decode("ascii") if found.after.strip(b"0") else None
    path = shown(found.path)
    if graph.reach(found.commit) is Reachability.NOTE:
        path = _noted(found.path) or path
    return Change(found.commit, path, before, after)


def _noted(path: bytes) -> str | None:
    """The object that a file in a notes tree is about: its id, cut into folders as the tree grew (git-notes(1))."""
    oid = path.replace(b"/", b"")
    return f"note:{oid.decode('ascii')}" if _NOTED.fullmatch(oid) else None


def _head(shadow: Shadow, graph: Graph, wanted: frozenset[bytes], unscanned: list[Unscanned]) -> dict[str, str]:
    """Path to blob in HEAD's tree."""
    if shadow.head is None or graph.peel(shadow.head) not in graph:
        return {}
    found, failure = _listed(shadow, ("ls-tree", "-r", "-z", "--full-tree", shadow.head), 2, lambda oid, _: oid in wanted)
    if failure:
        unscanned.append(Unscanned(shadow.target, f"{shadow.layout.prefix}HEAD", failure.reason, failure.detail))
    return found


def _index(shadow: Shadow, wanted: frozenset[bytes], unscanned: list[Unscanned]) -> dict[str, str]:
    """Path to blob in the index."""
    label = f"{shadow.layout.prefix}index"
    try:
        copy_index(shadow)
    except FileNotFoundError:
        return {}
    except UnreadableError as error:
        unscanned.append(Unscanned(shadow.target, label, Reason(error.reason), error.detail))
        return {}
    found, failure = _listed(shadow, index_listing(shadow), 1, lambda oid, _: oid in wanted)
    if failure:
        reason = Reason.MALFORMED if failure.reason is Reason.DAMAGED else failure.reason
        unscanned.append(Unscanned(shadow.target, label, reason, failure.detail))
    return found


def _listed(
    shadow: Shadow, arguments: tuple[str, ...], column: int, wanted: Callable[[bytes, bytes], bool]
) -> tuple[dict[str, str], Failure | None]:
    """Path to blob for the wanted lines of a listing that have the id in `column` and the path behind a tab, and why that may not be all."""
    found: dict[str, str] = {}
    with git.run(shadow.handle, *arguments) as child:
        try:
            for oid, path in _rows(child, column):
                if wanted(oid, path):
                    found.setdefault(shown(path), oid.decode("ascii"))
        except UnreadableError as error:
            return found, Failure(Reason(error.reason), error.detail)
        return found, child.end()


def _rows(child: git.Child, column: int) -> Iterator[tuple[bytes, bytes]]:
    """Id and path of each line that is about a file.

    Raises UnreadableError where there are more than any tree has.
    """
    left = _PATHS
    for tokens in split(child.out):
        left -= len(tokens)
        if left < 0:
            raise UnreadableError(Reason.TOO_LARGE, f"more than {_PATHS} files")
        for token in tokens:
            if token.startswith(GITLINK):
                continue
            facts, _, path = token.partition(b"\t")
            with contextlib.suppress(IndexError):
                yield facts.split()[column], path
