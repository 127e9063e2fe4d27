"""What a change is made of, and whether all of it is there."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from scanner.model import Change, Chronicle, Reason, Unscanned
from scanner.records import dataclass
from scanner.sources.changes.advice import SETTING
from scanner.sources.history import ObjectBatch, Repository
from scanner.sources.history.changes import RawChange
from scanner.sources.history.objects import sizes

KEPT = 128 << 20
"""Bytes that changes and paths may take in memory: about half a million places."""
PLACE = 300
"""Bytes that a place takes beside its path, roughly."""
MORE = "more places than can be kept, from here on"
"""What is said where there are more."""

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What a change puts where, and what was there before. What it only removes, moves or gives another mode brings nothing.

    A gate must not pass one that has anything `unscanned`.
    """

    chronicle: Chronicle
    """Of the change alone. `commits` are those of the range. The `before` of a renamed file is what its old path had, and the old path has
    a change that removes it. A change that leaves the content as it was is not in `changes`. `head` is, of the paths in `changes`, what
    the tip has; for a staged change what HEAD has at each path in `index`, or at the path it was renamed from."""
    messages: tuple[str, ...] = ()
    """Ids of the commits, and of the annotated tags that the tip was named by."""
    base: str | None = None
    """The commit whose tree was there before and has been reviewed."""
    ends: tuple[tuple[str | None, str], ...] = ()
    """For each commit whose tree it leaves behind the one that was there before, if there was one, and itself; none where it is what is
    staged, or nothing."""
    extra: tuple[tuple[str, str], ...] = ()
    """(path, blob id) of what an unmerged path has staged beside the blob that stands in `chronicle.index`."""
    loose: tuple[str, ...] = ()
    """Ids of blobs that a ref leads to without a commit: they have no path."""
    batches: tuple[ObjectBatch, ...] = ()
    """Every blob that is named above, and the objects of `messages`, each once."""
    told: str = ""
    """What the change is, in a sentence, where nobody has named it."""
    why: str = ""
    """How that was found out, for whoever wants to know more."""
    unscanned: tuple[Unscanned, ...] = ()


def empty(head: Mapping[str, str] = NOTHING, index: Mapping[str, str] = NOTHING) -> Chronicle:
    """The chronicle of no commits."""
    return Chronicle({}, (), head, index, {}, operator.eq)


def unborn(base: str | None) -> ChangeSet:
    """A change of nothing, on top of the commit `base`."""
    return ChangeSet(empty(), base=base)


def sides(found: RawChange) -> tuple[frozenset[str], str | None]:
    """The blobs before and after. The original of a copy counts for nothing: that it was elsewhere does not make it old here."""
    before = frozenset(
        oid.decode("ascii") for oid, status in zip(found.before, found.status[: len(found.before)], strict=True) if _is_before(oid, status)
    )
    return before, found.after.decode("ascii") if found.after.strip(b"0") else None


def _is_before(oid: bytes, status: str) -> bool:
    return status != "C" and bool(oid.strip(b"0"))


def gather(
    repository: Repository, named: Iterable[tuple[str, str]], messages: Iterable[str], setting: str = SETTING
) -> tuple[tuple[ObjectBatch, ...], list[Unscanned]]:
    """Batches of the blobs in `named`, pairs of path and id, and of `messages`, and what of them is not there or too large to be read.

    `setting` is what helps in CI where a partial clone left it out.
    """
    places = {oid: f"commit:{oid}" for oid in messages}
    for path, oid in named:
        places.setdefault(oid, path)
    batches = repository.batches(places)
    known = {oid for batch in batches for oid in batch.oids}
    return batches, list(_lost(repository, {oid: path for oid, path in places.items() if oid not in known}, setting))


def _lost(repository: Repository, places: Mapping[str, str], setting: str) -> Iterator[Unscanned]:
    """Why each of these objects is in no batch."""
    shadow = repository.shadow
    absent = Reason.PARTIAL_CLONE if shadow.promised else Reason.MISSING
    where = f"is not in the store of this partial clone: {setting}" if shadow.promised else "is not in the store"
    for (oid, path), line in zip(places.items(), sizes(shadow.handle, [oid.encode("ascii") for oid in places]), strict=True):
        kind, _, size = line.decode("ascii", "replace").strip().partition(" ")[2].partition(" ")
        if not size.isdigit():
            yield Unscanned(repository.container, path, absent, f"{oid} {where}")
        elif kind == "tree":
            yield Unscanned(repository.container, path, Reason.MALFORMED, f"{oid} is a tree, where a file should be")
        else:
            yield Unscanned(repository.container, path, Reason.TOO_LARGE, f"{size} bytes")


def places_of(chronicle: Chronicle) -> Iterator[tuple[str, str]]:
    """Path and id of every blob in `chronicle`."""
    for change in chronicle.changes:
        yield from _of_change(change)
    yield from chronicle.head.items()
    yield from chronicle.index.items()


def _of_change(change: Change) -> Iterator[tuple[str, str]]:
    yield from ((change.path, oid) for oid in sorted(change.before))
    if change.after:
        yield change.path, change.after


def doubts(repository: Repository) -> list[Unscanned]:
    """What was wrong with the files that say where history begins and ends; the rest of the repository is no part of the change."""
    prefix = repository.layout.prefix
    decisive = {prefix + name for name in ("HEAD", "config", "reftable", "shallow")}
    return [entry for entry in repository.unscanned if entry.path in decisive]
