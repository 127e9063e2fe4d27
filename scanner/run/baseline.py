"""`keytrail baseline create`, `update` and `prune`: what is accepted follows what is there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from scanner.config import Settings
from scanner.errors import UsageError
from scanner.model import Identified
from scanner.records import dataclass, replace
from scanner.reports import write_report
from scanner.run.accept import places_of
from scanner.run.arguments import holds_credential
from scanner.run.baseline_look import Looked, layout_of, look, open_places, salt_of, told
from scanner.run.conclude import today
from scanner.run.request import Progress, Request
from scanner.run.scan import run
from scanner.store.baseline import Accepted, Baseline, Known, from_occurrences, render


@dataclass(frozen=True, slots=True)
class Created:
    """What became of a baseline."""

    credentials: int
    places: int
    unnamed: int
    """Credentials that cannot be accepted, because they are guessable and too many."""
    unread: int
    """What could not be read: whatever is in there is not accepted."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A credential at a place, as it is told."""

    kind: str
    """The title of its kind, or the id of one that nobody knows."""
    short: str
    """The six characters of its id that reports show; empty where the run did not meet it."""
    place: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Updated:
    """What was added to a baseline."""

    added: tuple[Placed, ...]
    expired: int
    """Places with open credentials whose entries have expired: they stay as they are."""
    vanished: int
    """Places of entries that `prune` would take out."""
    unnamed: int
    unread: int


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was taken out of a baseline, and what was kept although it was not seen."""

    removed: tuple[Placed, ...]
    kept: tuple[Placed, ...]
    credentials: int
    """Entries that are left."""


def create(
    target: str, settings: Settings, environ: Mapping[str, str], progress: Progress, *, file: Path, reason: str, until: date | None
) -> Created:
    """`file` is a baseline that accepts every credential at every place where `target` holds it, whatever another baseline says.

    Raises UsageError for a target that is not there, for a file that exists and for a reason that holds a credential, OutputError for a
    file that cannot be written.
    """
    if os.path.lexists(file):
        message = f"{file} exists; remove it to begin anew"
        raise UsageError(message)
    check_reason(reason)
    salt = salt_of(layout_of(Path(target)), Path(target))
    outcome = run(Request(targets=(target,)), replace(settings, baseline=None), environ, progress, salt=salt)
    found = places_of((one.identified, open_places(one)) for one in outcome.credentials)
    baseline = from_occurrences(found, salt=salt, reason=reason, until=until)
    write_report(render(baseline), file)
    return Created(
        credentials=len(baseline.known),
        places=sum(len(known.places) for known in baseline.known),
        unnamed=sum(one.open and one.identified.baseline_id is None for one in outcome.credentials),
        unread=len(outcome.coverage.unscanned),
    )


def update(
    target: str, settings: Settings, environ: Mapping[str, str], progress: Progress, *, file: Path, reason: str, until: date | None
) -> Updated:
    """The baseline in `file` accepts also what `target` holds at places that no entry names; entries keep their reasons and dates.

    A place to which a credential went from one that an entry names joins that entry. `reason` and `until` are for all others. Raises
    UsageError as `look` does and for a reason that holds a credential, OutputError for a file that cannot be written.
    """
    check_reason(reason)
    seen = look(file, target, settings, environ, progress)
    accepted, day = Accepted(seen.baseline), today(settings)
    added: list[Placed] = []
    joined: dict[Known, list[str]] = {}
    new: list[tuple[str | None, str, str]] = []
    expired = 0
    for identified, place in seen.open:
        name = identified.baseline_id or ""
        if accepted.names(name, place):
            expired += accepted.known_as(name, place, day) is None
        elif moved := seen.moves.get((name, place)):
            joined.setdefault(moved[0], []).append(place)
            added.append(_placed(identified, place, f"moved from {told(moved[1])}"))
        else:
            new.append((name, identified.kind.id, place))
            added.append(_placed(identified, place))
    if added:
        grown = [replace(known, places=(*known.places, *joined.get(known, ()))) for known in seen.baseline.known]
        write_report(render(with_more(replace(seen.baseline, known=tuple(grown)), new, reason=reason, until=until)), file)
    return Updated(tuple(sorted(added, key=by_place)), expired, _vanished(seen), seen.unnamed, len(seen.outcome.coverage.unscanned))


def prune(target: str, settings: Settings, environ: Mapping[str, str], progress: Progress, *, file: Path) -> Pruned:
    """The baseline in `file` names no more what `target` does not hold; what this run could not have seen stays, and so do expired entries.

    Raises UsageError as `look` does, OutputError for a file that cannot be written.
    """
    seen = look(file, target, settings, environ, progress)
    removed: list[Placed] = []
    kept: list[Placed] = []
    left = [left for known in seen.baseline.known if (left := _left(known, seen, removed, kept)) is not None]
    if len(left) < len(seen.baseline.known) or removed:
        write_report(render(replace(seen.baseline, known=tuple(left))), file)
    return Pruned(tuple(removed), tuple(kept), len(left))


def with_more(baseline: Baseline, found: Iterable[tuple[str | None, str, str]], *, reason: str, until: date | None) -> Baseline:
    """The baseline with these occurrences, given as id, kind and path, in entries with this reason and end."""
    known = {(one.id, one.kind, one.reason, one.until, one.places): one for one in baseline.known}
    alike = {key[:-1]: key for key in known}
    for one in from_occurrences(found, salt=baseline.salt, reason=reason, until=until).known:
        same = known.pop(alike.get(key := (one.id, one.kind, one.reason, one.until), (*key, ())), None)
        known[*key, one.places] = one if same is None else replace(one, places=(*same.places, *one.places))
    return replace(baseline, known=tuple(known.values()))


def check_reason(reason: str) -> None:
    """Raises UsageError for a reason that holds a credential."""
    if holds_credential(reason):
        message = "the reason holds a credential, and it would stand in the baseline"
        raise UsageError(message)


def by_place(one: Placed) -> tuple[str, str, str]:
    """The order in which places are listed."""
    return (one.place, one.kind, one.short)


def _placed(identified: Identified, place: str, note: str = "") -> Placed:
    return Placed(identified.kind.title, identified.short, place, note)


def _vanished(seen: Looked) -> int:
    return sum(
        not seen.holds(known, place) and not seen.unseen.why(known, place) for known in seen.baseline.known for place in known.places
    )


def _left(known: Known, seen: Looked, removed: list[Placed], kept: list[Placed]) -> Known | None:
    """What stays of an entry; None where nothing does. What is taken out, and what is kept without having been seen, is added to the lists."""
    stays: list[str] = []
    for place in known.places:
        why = "" if seen.holds(known, place) else seen.unseen.why(known, place)
        if why or seen.holds(known, place):
            stays.append(place)
        if why or not seen.holds(known, place):
            (kept if why else removed).append(Placed(seen.title(known), seen.short(known), told(place), why))
    return replace(known, places=tuple(stays)) if stays else None
