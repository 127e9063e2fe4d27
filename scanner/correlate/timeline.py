"""From the memory of a repository to occurrences: when a credential came to a place, when it left, and what still leads there.

At one path, for one credential at one place in the file, a change whose result holds it while no parent does is an *add*, the reverse
a *removal*; everything else is an edit around it. An add opens a new run only when the previous run had ended before it: the same
commit picked onto another branch brings nothing new. A run is an occurrence.

Every change is looked at once, and each add or removal asks about a bounded number of earlier ones, so the time is proportional to
the changes and what their blobs hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType

from scanner.correlate.places import FilePaths, Key, MakeId, Place, Table, octal, tabulate
from scanner.correlate.zones import repository_zone
from scanner.model import Change, Chronicle, Occurrence, Reachability, Sighting
from scanner.records import dataclass, field

_LOOK_BACK = 32
"""How many earlier commits one add or removal asks about; more than branch off one another in any history that people make."""

_NEAREST = {reachability: rank for rank, reachability in enumerate(Reachability)}
_PATHLESS = {"tag": Reachability.TAG, "note": Reachability.NOTE, "blob": Reachability.UNREACHABLE}
_LATEST = "9999"
_NOTHING: Mapping[str, str] = MappingProxyType({})
_EMPTY: Table = MappingProxyType({})


@dataclass(slots=True)
class _Run:
    """One occurrence in the making: the equal number `ordinal` of `key`, from its adds to its removals."""

    key: Key
    ordinal: int
    newest: Sighting
    met: str
    """The commit in which the run was first met, which brought it unless the history is cut off."""
    adds: list[str] = field(default_factory=list)
    removals: list[str] = field(default_factory=list)
    in_head: bool = False


def occurrences_of(
    container: str,
    sightings: Mapping[tuple[str, str], tuple[Sighting, ...]],
    chronicle: Chronicle,
    *,
    worktree: Mapping[str, tuple[Sighting, ...]],
    modes: Mapping[str, int],
    orphans: Mapping[str, tuple[Sighting, ...]],
    make_id: MakeId,
    commit_of: Mapping[str, str] = _NOTHING,
) -> tuple[Occurrence, ...]:
    """All occurrences in one repository.

    `sightings` is what each blob holds when read under a path, by (blob id, path), for every pair that `chronicle` names; members of
    archives stand under `outer!/inner`. `worktree` is what files of the work tree hold now, `modes` their permission bits. `orphans` is
    what has no path: `commit:<id>`, `tag:<name>`, `note:<object>`, `blob:<id>`; `commit_of` gives the commit that a tag or note belongs to.
    """
    tables: dict[str, dict[str, Table]] = {}
    for (blob, path), seen in sightings.items():
        tables.setdefault(path, {})[blob] = tabulate(seen)
    changes: dict[str, list[Change]] = {}
    for change in chronicle.changes:
        changes.setdefault(change.path, []).append(change)
    files = FilePaths({*changes, *chronicle.head, *chronicle.index})
    found: list[Occurrence] = []
    for path in sorted(tables.keys() | worktree.keys()):
        place = Place(container, path, make_id)
        history = _History(tuple(files.holding(path)), chronicle, changes, tables.get(path, {}))
        now = tabulate(worktree.get(path, ()))
        found += _past(place, history, now, modes.get(path))
        found += _uncommitted(place, history, now, modes.get(path))
    for path in sorted(orphans):
        found += _pathless(Place(container, path, make_id), orphans[path], chronicle, commit_of.get(path))
    return tuple(found)


class _History:
    """What a chronicle says about one path. A member of an archive has the history of the archive."""

    def __init__(
        self, tracked: Sequence[str], chronicle: Chronicle, changes: Mapping[str, list[Change]], tables: Mapping[str, Table]
    ) -> None:
        """`tracked` are the files that hold what lies at the path."""
        self.chronicle = chronicle
        self.head = _together(tables.get(chronicle.head.get(file, ""), _EMPTY) for file in tracked)
        self.index = _together(tables.get(chronicle.index.get(file, ""), _EMPTY) for file in tracked)
        self._changes: Iterable[Change] = chain.from_iterable(changes.get(file, ()) for file in tracked)
        self._tables = tables
        self._runs: dict[tuple[Key, int], list[_Run]] = {}
        self._order: list[_Run] = []

    def runs(self) -> list[_Run]:
        """Every run, in the order in which they began, at most one of the equals marked as the one in HEAD."""
        for change in self._changes:
            self._apply(change)
        for key, equals in self.head.items():
            for ordinal, sighting in enumerate(equals):
                run = self._nearest(self._runs.get((key, ordinal))) or self._open(key, ordinal, sighting, "")
                run.in_head, run.newest = True, sighting
        return self._order

    def _apply(self, change: Change) -> None:
        after = self._tables.get(change.after or "", _EMPTY)
        before = [self._tables[blob] for blob in sorted(change.before) if blob in self._tables]
        for key in dict.fromkeys(key for table in (after, *before) for key in table):
            held = max((table.get(key, ()) for table in before), key=len, default=())
            holds = after.get(key, ())
            for ordinal in range(len(held), len(holds)):
                self._add(key, ordinal, holds[ordinal], change.commit)
            for ordinal in range(len(holds), len(held)):
                self._remove(key, ordinal, held[ordinal], change.commit)
            for ordinal in range(min(len(held), len(holds))):
                self._last(key, ordinal, holds[ordinal], change.commit).newest = holds[ordinal]

    def _add(self, key: Key, ordinal: int, sighting: Sighting, commit: str) -> None:
        run = self._last(key, ordinal, sighting, commit)
        recent = islice(reversed(run.removals), _LOOK_BACK)
        if any(self.chronicle.ancestry(removal, commit) for removal in recent):
            run = self._open(key, ordinal, sighting, commit)
        run.adds.append(commit)
        run.newest = sighting

    def _remove(self, key: Key, ordinal: int, sighting: Sighting, commit: str) -> None:
        run = self._last(key, ordinal, sighting, commit)
        recent = islice(((other, add) for other in reversed(self._runs[key, ordinal]) for add in reversed(other.adds)), _LOOK_BACK)
        ended = next((other for other, add in recent if self.chronicle.ancestry(add, commit)), run)
        ended.removals.append(commit)

    def _last(self, key: Key, ordinal: int, sighting: Sighting, commit: str) -> _Run:
        """The run that began last; a new one where nothing is known of its beginning."""
        there = self._runs.get((key, ordinal))
        return there[-1] if there else self._open(key, ordinal, sighting, commit)

    def _open(self, key: Key, ordinal: int, sighting: Sighting, commit: str) -> _Run:
        run = _Run(key, ordinal, sighting, commit)
        self._runs.setdefault((key, ordinal), []).append(run)
        self._order.append(run)
        return run

    def _nearest(self, there: list[_Run] | None) -> _Run | None:
        """The run that HEAD's own line most likely continues: the nearest to HEAD, of several the last."""
        return min(reversed(there or ()), key=lambda run: _NEAREST[_reach(run, self.chronicle)], default=None)


def _together(tables: Iterable[Table]) -> Table:
    """What several files hold at one path: what each holds was undone in other steps, and so has other keys."""
    return {key: equals for table in tables for key, equals in table.items()}


def _reach(run: _Run, chronicle: Chronicle) -> Reachability:
    """What leads to a run: to any commit that holds it leads only what leads to one that brought it."""
    found = (chronicle.reach.get(commit, Reachability.UNREACHABLE) for commit in run.adds or [run.met])
    return min(found, key=_NEAREST.__getitem__)


def _outside_head(reachability: Reachability) -> Reachability:
    """HEAD's tree alone is `head`: what only HEAD's commits hold is on a branch."""
    return Reachability.BRANCH if reachability is Reachability.HEAD else reachability


def _past(place: Place, history: _History, now: Table, mode: int | None) -> Iterator[Occurrence]:
    """One occurrence for every run; the file in the work tree joins the one that is in HEAD."""
    for run in history.runs():
        present = now.get(run.key, ()) if run.in_head else ()
        here = run.ordinal < len(present)
        newest = present[run.ordinal] if here else run.newest
        added = _first(run.adds, history.chronicle)
        removed = None if run.in_head else _end(run, history.chronicle)
        yield Occurrence(
            id=place.next_id(run.key),
            credential=run.newest.identified.id,
            zone=repository_zone(place.path, in_head=run.in_head, in_worktree=False, metadata=False, message=False),
            container=place.container,
            path=place.path,
            spot=newest.spot,
            in_head=run.in_head,
            commit=added,
            committed_at=_date(added, history.chronicle),
            author=_author(added, history.chronicle),
            removed_commit=removed,
            removed_at=_date(removed, history.chronicle),
            reachability=Reachability.HEAD if run.in_head else _outside_head(_reach(run, history.chronicle)),
            mode=octal(mode) if here else None,
            suppression=newest.suppression and run.newest.suppression,
            fingerprint=place.fingerprint(newest),
        )


def _uncommitted(place: Place, history: _History, now: Table, mode: int | None) -> Iterator[Occurrence]:
    """What the work tree or the index holds beyond HEAD."""
    zone = repository_zone(place.path, in_head=False, in_worktree=True, metadata=False, message=False)
    for key in dict.fromkeys((*now, *history.index)):
        present = now.get(key, ())
        staged = history.index.get(key, ())
        for ordinal in range(len(history.head.get(key, ())), max(len(present), len(staged))):
            here = ordinal < len(present)
            sighting = (present if here else staged)[ordinal]
            yield Occurrence(
                id=place.next_id(key),
                credential=key[0],
                zone=zone,
                container=place.container,
                path=place.path,
                spot=sighting.spot,
                in_head=False,
                reachability=Reachability.WORKTREE,
                mode=octal(mode) if here else None,
                suppression=sighting.suppression,
                fingerprint=place.fingerprint(sighting),
            )


def _pathless(place: Place, sightings: tuple[Sighting, ...], chronicle: Chronicle, commit: str | None) -> Iterator[Occurrence]:
    """What messages, notes and blobs without a path hold."""
    kind, _, name = place.path.partition(":")
    commit = name.partition("!/")[0] if kind == "commit" else commit
    reachability = _PATHLESS.get(kind) or _outside_head(chronicle.reach.get(commit or "", Reachability.UNREACHABLE))
    for key, equals in tabulate(sightings).items():
        for sighting in equals:
            yield Occurrence(
                id=place.next_id(key),
                credential=key[0],
                zone=repository_zone(place.path, in_head=False, in_worktree=False, metadata=False, message=True),
                container=place.container,
                path=place.path,
                spot=sighting.spot,
                in_head=False,
                commit=commit,
                committed_at=_date(commit, chronicle),
                author=_author(commit, chronicle),
                reachability=reachability,
                suppression=sighting.suppression,
                fingerprint=place.fingerprint(sighting),
            )


def _first(adds: Iterable[str], chronicle: Chronicle) -> str | None:
    """The add with the earliest committer date: it bounds how long the credential has been exposed."""
    return min(adds, key=lambda commit: _date(commit, chronicle) or _LATEST, default=None)


def _end(run: _Run, chronicle: Chronicle) -> str | None:
    """The removal that is nearest to HEAD, of several the first: what HEAD's line did counts, not what a branch did."""

    def order(commit: str) -> tuple[int, str]:
        return (_NEAREST[chronicle.reach.get(commit, Reachability.UNREACHABLE)], _date(commit, chronicle) or _LATEST)

    return min(run.removals, key=order, default=None)


def _date(commit: str | None, chronicle: Chronicle) -> str | None:
    known = chronicle.commits.get(commit or "")
    return known.committed_at if known else None


def _author(commit: str | None, chronicle: Chronicle) -> str | None:
    known = chronicle.commits.get(commit or "")
    return known.author if known else None
