"""From the sightings of a blob to occurrences at a path: what is one place, what is another, and what each is called."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from scanner.model import Keeping, Occurrence, Sighting, Spot, Zone
from scanner.records import dataclass

MakeId = Callable[..., str]
"""Turns strings into an id that is the same for the same strings in every run."""

Key = tuple[str, tuple[str | None, tuple[str, ...], tuple[str, ...]]]
"""Credential id and place in the blob: equals differ only by their ordinal."""

_INSIDE = "!/"
"""Between an archive and its member, in a path."""

Table = Mapping[Key, Sequence[Sighting]]
"""What one blob holds, the equals of each key in the order of their lines."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was read of a path, or of one variable in it, with what is known of all its sightings."""

    sightings: tuple[Sighting, ...]
    slot: str | None = None
    mode: int | None = None
    keeping: Keeping | None = None


def knowledge(spot: Spot) -> int:
    """How much a reading says about its place beyond where it is."""
    return sum(map(bool, (spot.field, spot.field_path, spot.service, spot.account, spot.tool)))


def tabulate(sightings: Iterable[Sighting]) -> Table:
    """What a blob holds. The same bytes read twice, as text and by meaning, count once, under the reading that knows more."""
    table: dict[Key, list[Sighting]] = {}
    for sighting in sorted(_distinct(sightings), key=_position):
        table.setdefault((sighting.identified.id, sighting.spot.place), []).append(sighting)
    return table


def _distinct(sightings: Iterable[Sighting]) -> Iterator[Sighting]:
    best: dict[tuple[str, int, int, tuple[str, ...]], Sighting] = {}
    for sighting in sightings:
        spot = sighting.spot
        if spot.line is None or spot.column is None:
            yield sighting
            continue
        key = (sighting.identified.id, spot.line, spot.column, spot.encoding)
        best[key] = max(best[key], sighting, key=_preference) if key in best else sighting
    yield from best.values()


def _preference(sighting: Sighting) -> tuple[int, str]:
    return (knowledge(sighting.spot), repr(sighting.spot))


def _position(sighting: Sighting) -> tuple[int, int, str, str, str]:
    spot = sighting.spot
    return (spot.line or 0, spot.column or 0, spot.service or "", spot.account or "", spot.tool or "")


def octal(mode: int | None) -> str | None:
    """Permission bits as four octal digits."""
    return None if mode is None else f"{mode & 0o7777:04o}"


class FilePaths:
    """The paths of files, asked which of them holds what lies at a path."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._lengths = frozenset(map(len, self._paths))
        """Only what is as long as one of them is looked up: a path can have many places where it could lead into an archive."""

    def holding(self, path: str) -> Iterator[str]:
        """The file of that name, and every archive whose name the path goes on behind `!/`, the innermost folder last.

        There can be several, for a folder may be called `a.zip!`.
        """
        if path in self._paths:
            yield path
        at = path.find(_INSIDE)
        while at >= 0:
            if at in self._lengths and path[:at] in self._paths:
                yield path[:at]
            at = path.find(_INSIDE, at + 1)


class Place:
    """One path of a container. It numbers the equals at it as they come."""

    def __init__(self, container: str, path: str, make_id: MakeId) -> None:
        self.container = container
        self.path = path
        self._make_id = make_id
        self._seen: Counter[Key] = Counter()

    def fingerprint(self, sighting: Sighting) -> str:
        """A name of the credential at this path that is the same on every machine; for values that could be guessed, of the place alone."""
        spot = sighting.spot
        name = sighting.identified.fingerprint or json.dumps([*spot.field_path, spot.field])
        return self._make_id("place", name, self.path)

    def next_id(self, key: Key) -> str:
        """The id of the next equal of `key`: of credential, container, path, place and ordinal, never of a line."""
        credential, (field, field_path, encoding) = key
        ordinal = self._seen[key]
        self._seen[key] += 1
        spot = (json.dumps([*field_path, field]), json.dumps(encoding), str(ordinal))
        return self._make_id("occurrence", credential, self.container, self.path, *spot)


def occurrences_at(container: str, path: str, zone: Zone, parts: Iterable[Part], make_id: MakeId) -> tuple[Occurrence, ...]:
    """The occurrences at a path without a history: a file, an export, a log, the environment, one of git's own files."""
    place = Place(container, path, make_id)
    return tuple(
        Occurrence(
            id=place.next_id(key),
            credential=sighting.identified.id,
            zone=zone,
            container=container,
            path=path,
            spot=sighting.spot,
            mode=octal(part.mode),
            keeping=part.keeping,
            slot=part.slot,
            job=sighting.job,
            step=sighting.step,
            suppression=sighting.suppression,
            fingerprint=place.fingerprint(sighting),
        )
        for part in parts
        for key, equals in tabulate(part.sightings).items()
        for sighting in equals
    )
