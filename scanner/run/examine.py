"""One text through engine and identity: the only place where a value is in hand, and the place where it ends.

With its neighbours in this package, the only files that join boxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scanner import registry
from scanner.contract import Detector, Kind
from scanner.engine import Engine, Found, Layer, build
from scanner.identity import Identifier, OrgKey, StretchBudget
from scanner.model import Sighting, Spot, Suppression
from scanner.run.inline import allowances
from scanner.sources.fields import Named, Namer, name_place

_WHOLE_TEXT = frozenset({"utf-16le", "utf-16be", "utf-32"})
"""Encodings of a whole file: its lines and keys are those of the decoded text."""
_WIDEST = 65_536
"""Bytes of a line that a column is counted over; further right it counts from there."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker process needs to examine texts; handed over once, when the process starts."""

    key: OrgKey
    budget: StretchBudget
    only: tuple[str, ...]
    without: tuple[str, ...]
    cache: Path | None
    inline: bool = True
    """Whether `keytrail:allow` beside a value is heeded."""
    salt: bytes | None = None
    """Of the run's baseline."""

    def detectors(self) -> tuple[Detector, ...]:
        """The detectors of this run, sorted by id."""
        return registry.select(registry.load(), self.only, self.without)


@dataclass(frozen=True, slots=True)
class Examination:
    """What one text holds; no values any more."""

    sightings: tuple[Sighting, ...]
    skipped: Mapping[str, int]


class Examiner:
    """Examines texts one after the other. One for each worker process."""

    def __init__(self, setup: Setup) -> None:
        detectors = setup.detectors()
        self._engine: Engine = build(detectors, cache=setup.cache)
        self._identifier = Identifier(setup.key, setup.budget, setup.salt)
        self._inline = setup.inline
        self._kinds: Mapping[tuple[str, str], Kind] = {(d.id, kind.id): kind for d in detectors for kind in d.kinds}

    def examine(self, path: str, data: bytes) -> Examination:
        """Every credential in the content of a file called `path`. What a marker beside it allows is there as well, and says so."""
        return self._examine(path, data, inline=self._inline)

    def examine_variable(self, name: str, value: bytes, *, line: int | None, encoding: tuple[str, ...]) -> Examination:
        """Every credential in the value of a variable: `field` is its name, keys inside its value are the field path.

        `line` is where the value begins in its file; None where the value is a text of its own, whose lines are counted. `encoding` is
        what was undone to get the value. Markers do not count: nobody reviews the value of a variable.
        """
        inside = self._examine("", value, inline=False)
        return Examination(tuple(_in_variable(sighting, name, line, encoding) for sighting in inside.sightings), inside.skipped)

    def _examine(self, path: str, data: bytes, *, inline: bool) -> Examination:
        examined = self._engine.examine(data, hint=path)
        places = _Places(path)
        allowed: Sequence[str | None] = [None] * len(examined.found)
        if inline and examined.found:
            allowed = allowances([(_from_text(found.layers)[0], found) for found in examined.found], self._engine.touches)
        sightings = (self._sighting(found, places, reason) for found, reason in zip(examined.found, allowed, strict=True))
        return Examination(tuple(sightings), examined.skipped)

    def _sighting(self, found: Found, places: _Places, allowed: str | None) -> Sighting:
        kind = self._kinds[found.detector, found.reading.kind]
        identified = self._identifier.identify(found.reading, kind, detector=found.detector, dummy=found.dummy)
        line, column, named = places.of(_from_text(found.layers))
        return Sighting(
            identified,
            Spot(
                line=line,
                column=column,
                field=named.field,
                field_path=named.field_path,
                encoding=found.encoding,
                service=found.reading.service or named.service,
                account=found.reading.account or named.account,
                tool=named.tool,
            ),
            None if allowed is None else Suppression("inline", allowed),
        )


def _from_text(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The layers from the first that is text for people: an UTF-16 file is its text, a base64 run is not."""
    first = next((n for n, layer in enumerate(layers) if layer.encoding not in _WHOLE_TEXT), len(layers) - 1)
    return layers[first:]


def _in_variable(sighting: Sighting, name: str, begin: int | None, encoding: tuple[str, ...]) -> Sighting:
    """The sighting in a value as one in its variable; in a file of variables the column is not known."""
    spot = sighting.spot
    inner = spot.field_path or ((spot.field,) if spot.field else ())
    moved = replace(spot, field=name, field_path=inner, encoding=encoding + spot.encoding)
    if begin is not None and spot.line is not None:
        moved = replace(moved, line=begin + spot.line - 1, column=None)
    return replace(sighting, spot=moved)


class _Places:
    """Line, column and name of places in one file, whose text is read for that at most once."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._text: bytes | None = None
        self._namer: Namer | None = None
        self._known = (0, 1)

    def of(self, layers: tuple[Layer, ...]) -> tuple[int, int, Named]:
        """Line and column, both from 1, a column counting characters, and what the place is called."""
        outer = layers[0]
        if self._namer is None or outer.text is not self._text:
            self._text, self._namer, self._known = outer.text, Namer(self._path, outer.text), (0, 1)
        return *self._position(outer.text, outer.start), _named(self._namer, layers)

    def _position(self, text: bytes, start: int) -> tuple[int, int]:
        base, line = self._known if self._known[0] <= start else (0, 1)
        line += text.count(b"\n", base, start)
        self._known = (start, line)
        begin = max(text.rfind(b"\n", 0, start) + 1, start - _WIDEST)
        return line, len(text[begin:start].decode("utf-8", "replace")) + 1


def _named(namer: Namer, layers: tuple[Layer, ...]) -> Named:
    """What the outermost text calls the place, with the keys of nested formats inside it, and what only an inner text says."""
    named = namer.name(layers[0].start, layers[0].end)
    field_path, service, account, tool = named.field_path, named.service, named.account, named.tool
    for layer in layers[1:]:
        inner = name_place("", layer.text, layer.start, layer.end)
        field_path += inner.field_path
        service, account, tool = service or inner.service, account or inner.account, tool or inner.tool
    return Named(named.field, field_path, service, account, tool)
