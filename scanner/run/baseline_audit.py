"""`keytrail baseline audit`: every entry of a baseline, and what has become of it, for whoever reviews it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from scanner.config import Settings
from scanner.records import dataclass
from scanner.reports.escape import inert_json, shown
from scanner.run.accept import without_values
from scanner.run.baseline_look import Looked, look, told
from scanner.run.conclude import today
from scanner.run.request import Progress
from scanner.store.baseline import Known

SOON = timedelta(days=30)
"""An entry that ends within this time is said to be expiring."""
SCHEMA = "keytrail.audit/1"


class State(StrEnum):
    """What has become of a place, or of an entry; of an entry the first that fits."""

    VANISHED = "vanished"
    """The credential is not there any more: `prune` takes it out."""
    EXPIRED = "expired"
    """Its last day is past: the credential is reported again."""
    MOVED = "moved"
    """The credential went from there to a place that no entry names, where it is reported: `update` adds that place."""
    EXPIRING = "expiring"
    """Its last day is near."""
    UNSEEN = "unseen"
    """This run could not have seen it."""
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of an entry."""

    path: str
    state: State
    current: bool
    """Whether the credential is there now, and not only in what the repository remembers."""
    moved_to: tuple[str, ...] = ()
    why: str = ""
    """Why it could not be seen."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry."""

    known: Known
    title: str
    short: str
    """The six characters of the credential's id that reports show; empty where the run did not meet it."""
    state: State
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """All of a baseline."""

    file: str
    day: date
    entries: tuple[Entry, ...]
    unread: int

    def text(self) -> str:
        """For people: a line for the whole, then a block for each entry."""
        counts = Counter(entry.state for entry in self.entries)
        states = ", ".join(f"{counts[state]} {state}" for state in State if counts[state])
        places = sum(len(entry.places) for entry in self.entries)
        head = f"{self.file}: {_counted(len(self.entries), 'entry', 'entries')} for {_counted(places, 'path', 'paths')}"
        lines = [shown(f"{head}: {states}" if states else head), *(line for entry in self.entries for line in _block(entry))]
        if self.unread:
            lines.append(f"\n{self.unread:,} unread (keytrail scan --show-unscanned)")
        return "\n".join((*lines, ""))

    def json(self) -> str:
        """The same for machines."""
        counts = Counter(entry.state for entry in self.entries)
        document = {
            "schema": SCHEMA,
            "baseline": self.file,
            "as_of": self.day.isoformat(),
            "counts": {state.value: counts[state] for state in State},
            "unread": self.unread,
            "entries": [_shape(entry) for entry in self.entries],
        }
        return inert_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def audit(target: str, settings: Settings, environ: Mapping[str, str], progress: Progress, *, file: Path) -> Audit:
    """What has become of every entry of the baseline in `file`, with the worst first. Raises UsageError as `look` does."""
    seen = look(file, target, settings, environ, progress)
    day = today(settings)
    entries = (
        _entry(known, shown_as, seen, day) for known, shown_as in zip(seen.baseline.known, without_values(seen.baseline).known, strict=True)
    )
    rank = {state: number for number, state in enumerate(State)}
    return Audit(str(file), day, tuple(sorted(entries, key=lambda entry: rank[entry.state])), len(seen.outcome.coverage.unscanned))


def _entry(known: Known, shown_as: Known, seen: Looked, day: date) -> Entry:
    """The entry `known`, of which `shown_as` is what may be shown."""
    places = tuple(_place(known, path, seen) for path in known.places)
    return Entry(shown_as, seen.title(known), seen.short(known), _state(known, places, day), places)


def _place(known: Known, path: str, seen: Looked) -> Place:
    held, gone_to = seen.holds(known, path), seen.went.get((known.id, path), ())
    name, moved = told(path), tuple(map(told, gone_to))
    current = any(one.current for one in held)
    if gone_to:
        return Place(name, State.MOVED, current, moved)
    if held:
        return Place(name, State.LIVE, current)
    why = seen.unseen.why(known, path)
    return Place(name, State.UNSEEN if why else State.VANISHED, current, why=why)


def _state(known: Known, places: tuple[Place, ...], day: date) -> State:
    states = {place.state for place in places}
    if states <= {State.VANISHED}:
        return State.VANISHED
    if known.until is not None and known.until < day:
        return State.EXPIRED
    if State.MOVED in states:
        return State.MOVED
    if known.until is not None and known.until - day <= SOON:
        return State.EXPIRING
    return State.LIVE if State.LIVE in states else State.UNSEEN


def _block(entry: Entry) -> Iterator[str]:
    ends = f"until {entry.known.until}" if entry.known.until else ""
    said = ", ".join(filter(None, (entry.known.reason, ends))) or "no reason, no end"
    yield ""
    yield shown("  ".join(filter(None, (entry.state.value.upper(), entry.title, entry.short and f"#{entry.short}", said))))
    for place in entry.places:
        yield shown(f"  {_standing(place):9} {place.path}{_beside(place)}")


def _standing(place: Place) -> str:
    return "history" if place.state is State.LIVE and not place.current else place.state.value


def _beside(place: Place) -> str:
    if place.moved_to:
        return f"  to {', '.join(place.moved_to)}"
    return f"  {place.why}" if place.why else ""


def _shape(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.known.id,
        "kind": told(entry.known.kind),
        "title": entry.title,
        "credential": entry.short or None,
        "state": entry.state.value,
        "reason": entry.known.reason,
        "until": entry.known.until.isoformat() if entry.known.until else None,
        "places": [
            {
                "path": place.path,
                "state": place.state.value,
                "current": place.current,
                "moved_to": list(place.moved_to),
                "why": place.why or None,
            }
            for place in entry.places
        ],
    }


def _counted(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
