"""One text through engine and identity: the only place where a value is in hand, and the place where it ends.

With its neighbours in this package, the only files that join boxes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from scanner import registry
from scanner.contract import Detector, Kind, Reading
from scanner.engine import NOTHING as NOTHING_FOUND
from scanner.engine import Engine, Examined, Found, Looked, build, masked
from scanner.engine.overlap import settle
from scanner.identity import Identifier, OrgKey, StretchBudget
from scanner.model import Glimpse, Sighting, Slot, Spot, Suppression
from scanner.records import dataclass, field, replace
from scanner.run import pieces, roster
from scanner.run import told as told_by
from scanner.run.notice import NOTHING, Noticed, Noticer, Tails, together, unlined
from scanner.run.objectids import ObjectIds
from scanner.run.pieces import Piece, Pull
from scanner.run.unsaid import LEFT_OUT, without_credentials
from scanner.sources.archives.limits import USUAL, Limits

if TYPE_CHECKING:  # most texts hold nothing, and a run that meets no other starts sooner without it
    from scanner.run.spots import Spots
    from scanner.run.untouched import Ledger


_SQLITE = "sqlite"
SHORT_CELL = 1024
"""Bytes of a cell that may be what its column is set to."""
SHORTEST_TELLING = 16
"""Characters of a name from which on it may be a token."""
_SHORTEST_PASSWORD = 6
"""Bytes of a value from which on a name that is the same gives it away."""
_MOST_KNOWN = 64
"""Values of one text that are looked for inside names."""
_NAMES = 1 << 14
"""Names that an examiner keeps in mind."""


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
    archives: Limits | None = USUAL
    """What may be read inside archives; None is nothing."""

    plugin: tuple[str, ...] = ()
    """Distributions whose detectors run as well."""
    signatures: tuple[tuple[str, bytes], ...] = ()
    """Tables of signatures that the settings name, with their content: what was checked is what is read."""
    ledger: Ledger | None = None
    """What is known of files that hold nothing; None where nobody keeps that."""

    def detectors(self) -> tuple[Detector, ...]:
        """The detectors of this run, sorted by id."""
        chosen = registry.select(roster.installed(self.cache), self.only, self.without)
        if not self.plugin:
            return chosen
        from scanner.plugins import extended  # noqa: PLC0415 - only a run that was asked for plugins pays for them

        return extended(registry.installed(), self.plugin, chosen)


@dataclass(frozen=True, slots=True)
class Examination:
    """What one text holds; no values any more."""

    sightings: tuple[Sighting, ...]
    skipped: Mapping[str, int]
    noticed: Noticed = NOTHING
    """What lies beside credentials."""
    tails: Tails = field(default_factory=dict)
    """What partial sightings of the credentials may look like, under keyed digests."""
    here: bool = False
    """Whether it holds what only its repository knows to be no credential."""
    looked: Looked | None = None
    """As `Examined.looked`."""


CLEAN = Examination((), {}, looked=())
"""Of nearly every text: no anchor is in it. The same object each time."""


class Examiner:
    """Examines texts one after the other. One for each worker process."""

    def __init__(self, setup: Setup) -> None:
        detectors = setup.detectors()
        self._identifier = Identifier(setup.key, setup.budget, setup.salt)
        self._noticer = Noticer(self._identifier)
        self._engine: Engine = build((*detectors, *self._noticer.listeners), cache=setup.cache)
        self._inline = setup.inline
        self.objects = ObjectIds()
        self._detectors = {detector.id: detector for detector in detectors}
        self._kinds: dict[str, Mapping[str, Kind]] = {}
        """Of detectors that found something, by id."""
        self.shown = lru_cache(_NAMES)(self._shown)

    def _shown(self, name: str) -> str:
        """A name as it may be told: people mistake name and value, and a value stands where any key may."""
        return without_credentials(name, self._credentials_in)

    def account(self, name: str | None) -> str | None:
        """An account that may be told; None for one that holds a credential."""
        return name if name is None or self.shown(name) == name else None

    def _credentials_in(self, raw: bytes) -> list[tuple[int, int]]:
        found = self._engine.examine(raw).found
        self._noticer.forget()
        return [one.span for one in found if one.detector not in self._noticer.ids]

    def slot(self, slot: Slot) -> Slot:
        """A slot under names that may be told."""
        scope, projects = slot.environment_scope, slot.allowed_projects
        return replace(
            slot,
            name=self.shown(slot.name),
            owner=self.shown(slot.owner),
            environment_scope=scope and self.shown(scope),
            allowed_projects=projects and tuple(map(self.shown, projects)),
        )

    def examine(self, path: str, data: bytes) -> Examination:
        """Every credential in the content of a file called `path`. What a marker beside it allows is there as well, and says so."""
        if len(data) > pieces.USUAL.window + pieces.USUAL.ahead:
            return self.examine_pieces(path, BytesIO(data).read)
        return self._examine(path, data, inline=self._inline)

    def examine_pieces(self, path: str, pull: Pull) -> Examination:
        """The same for a content that is larger than what is looked at at once, or that is not in memory; see `pieces`.

        What a marker says as a reason is not shown: it would have to be compared with values of which most are gone. Raises what `pull` does.
        """
        return self._in_pieces(path, pull)

    def examine_log(self, path: str, pull: Pull) -> Examination:
        """The same for what a job printed. Masks are no values, and markers do not count: nobody reviews a log."""
        return self._in_pieces(path, pull, log=True)

    def _in_pieces(self, path: str, pull: Pull, *, log: bool = False) -> Examination:
        parts: list[Examination] = []
        mail, left = False, self._engine.most
        for piece in pieces.pieces(pull):
            examined = self._engine.examine(piece.data, hint=path, before=replace(piece.before, mail=mail))
            mail = mail or examined.mail
            if examined is NOTHING_FOUND:
                continue
            own = tuple(one for one in examined.found if piece.start <= one.span[0] < piece.end and not (log and masked(one.reading)))
            parts.append(self._judged(path, piece.data, replace(examined, found=own), inline=self._inline and not log, piece=piece))
            left -= len(parts[-1].sightings)
            if left <= 0:
                parts.append(Examination((), {"too-many": 1}))
                break
        return united(parts) if parts else CLEAN

    def touches(self, data: bytes) -> bool:
        """Whether any anchor is in `data`: if not, there is nothing in it, nor in any part of it. Cheap."""
        return self._engine.touches(data)

    @property
    def reach(self) -> int:
        """Bytes around a change in which more than the change itself may be new."""
        return self._engine.reach

    def places(self, data: bytes) -> list[tuple[int, int]]:
        """Where in `data` something seems to be, a credential or what lies beside them; for texts that are put together to be looked at at once."""
        found = self._engine.examine(data).found
        self._noticer.forget()
        return [one.span for one in found]

    def inherits(self, data: bytes, fresh: bytes) -> bool:
        """Whether `examine` is certain to find nothing in `data`, as it did in what it was made from; `fresh` is what was changed. Cheap."""
        return self._engine.inherits(data, fresh)

    def examine_variable(self, name: str, value: bytes, *, line: int | None, encoding: tuple[str, ...]) -> Examination:
        """Every credential in the value of a variable, and the value itself where the name tells that it is one.

        `field` is its name, keys inside its value are the field path.

        `line` is where the value begins in its file; None where the value is a text of its own, whose lines are counted. `encoding` is
        what was undone to get the value. Markers do not count: nobody reviews the value of a variable.
        """
        inside = self._examine("", value, inline=False, told=told_by.named(name))
        shown = self.shown(name)
        return replace(inside, sightings=tuple(_in_variable(sighting, shown, line, encoding) for sighting in inside.sightings))

    def examine_cell(self, table: str, column: str, value: bytes) -> Examination:
        """Every credential in a cell of a database: `field` is its column, `field_path` table, column and the keys inside its value; it has no line.

        A short cell is also what its column is set to. Markers do not count, as for variables.
        """
        told = told_by.named(column) if len(value) <= SHORT_CELL else None
        inside = self._examine("", value, inline=False, told=told, cell=(table, column))
        return replace(inside, noticed=unlined(inside.noticed)) if inside.noticed else inside

    @property
    def most(self) -> int:
        """How many values of one blob are reported."""
        return self._engine.most

    def glimpses(self, name: str, value: bytes, slot: str) -> tuple[Glimpse, ...]:
        """What the value of a variable in `slot` shows of another value, where it is a mask and nothing else."""
        return tuple(self._noticer.of_variable(name, value, slot))

    def _examine(self, path: str, data: bytes, *, inline: bool, told: told_by.Row | None = None, cell: tuple[str, ...] = ()) -> Examination:
        told = told or told_by.row(path)
        by_name: tuple[Found, ...] = ()
        if told is not None:
            by_name = told_by.found_by(self._engine, told, data)
            self._noticer.forget()  # what was heard then is heard again
        examined = self._engine.examine(data, hint=path)
        if by_name and not (cell and examined.found):
            examined = replace(examined, found=settle((*examined.found, *by_name)))
        if told_by.is_scrambled(path):
            from scanner.run.scrambled import unscrambled  # noqa: PLC0415 - few runs meet such a file

            examined = unscrambled(self._engine, path, data, examined)
        if examined is NOTHING_FOUND:
            return CLEAN
        return self._judged(path, data, examined, inline=inline, cell=cell)

    def _judged(
        self, path: str, data: bytes, examined: Examined, *, inline: bool, piece: Piece | None = None, cell: tuple[str, ...] = ()
    ) -> Examination:
        """What the engine found in `data`: all of the content at `path`, a piece of it, or a cell at this path of names."""
        noticed = self._noticer.of(path, data, examined.found, piece)
        read = [one for one in examined.found if one.detector not in self._noticer.ids]
        credentials = self.objects.without(read)
        if not credentials:
            return Examination((), examined.skipped, noticed, here=bool(read), looked=examined.looked)
        from scanner.run.inline import UNSAID, allowances  # noqa: PLC0415 - see above
        from scanner.run.spots import Spots, from_text  # noqa: PLC0415 - see above

        spots = Spots(path, piece)
        allowed: Sequence[str | None] = [None] * len(credentials)
        if inline:
            allowed = allowances([(from_text(found.layers)[0], found) for found in credentials], self._engine.touches)
        if piece is not None:
            allowed = [reason if reason is None else UNSAID for reason in allowed]
        written = sorted({_written(found) for found in credentials})
        sightings = tuple(self._sighting(found, spots, reason, written) for found, reason in zip(credentials, allowed, strict=True))
        if cell:
            sightings = tuple(_in_cell(one, cell, _written(found)) for found, one in zip(credentials, sightings, strict=True))
        known = dict.fromkeys(value for value in written if len(value) >= _SHORTEST_PASSWORD)
        sightings = tuple(replace(one, spot=self._told(one, known)) for one in sightings)
        tails: dict[str, frozenset[str]] = {}
        for found, sighting in zip(credentials, sightings, strict=True):
            tails |= self._noticer.tails(found, sighting.identified)
        return Examination(sightings, examined.skipped, noticed, tails)

    def _told(self, sighting: Sighting, known: Collection[bytes]) -> Spot:
        """Its spot under names that may be told: none holds a credential, nor is one, or has a long one in it, of the values `known` in its text.

        An account that the credential itself says in public stays.
        """
        spot = sighting.spot
        long = [value for value in islice(known, _MOST_KNOWN) if len(value) >= SHORTEST_TELLING]
        public = spot.account is None or spot.account in sighting.identified.facts.values()

        def told(name: str) -> str:
            raw = name.encode(errors="backslashreplace")
            return LEFT_OUT if raw in known or any(value in raw for value in long) else self.shown(name)

        return replace(
            spot,
            field=spot.field and told(spot.field),
            field_path=tuple(map(told, spot.field_path)),
            service=spot.service and self.shown(spot.service),
            account=spot.account if public else self.account(spot.account),
        )

    def _sighting(self, found: Found, spots: Spots, allowed: str | None, written: Sequence[bytes]) -> Sighting:
        if found.detector not in self._kinds:
            self._kinds[found.detector] = {kind.id: kind for kind in self._detectors[found.detector].kinds}
        kind = self._kinds[found.detector][found.reading.kind]
        identified = self._identifier.identify(found.reading, kind, detector=found.detector, dummy=found.dummy)
        line, column, named = spots.of(found.layers)
        return Sighting(
            identified,
            Spot(
                line=line,
                column=column,
                field=named.field,
                field_path=named.field_path,
                encoding=found.encoding,
                service=_service(found.reading.service, named.service),
                account=_public(found.reading.account, found.reading, written) or _public(named.account, found.reading, written),
                tool=named.tool,
            ),
            _suppression(found.reading.sample, allowed),
        )


def united(parts: Sequence[Examination]) -> Examination:
    """What the pieces of one text, or several readings of it, hold."""
    skipped: Counter[str] = Counter()
    tails: dict[str, frozenset[str]] = {}
    for part in parts:
        skipped.update(part.skipped)
        tails |= part.tails
    sightings = tuple(sighting for part in parts for sighting in part.sightings)
    return Examination(sightings, dict(skipped), together([part.noticed for part in parts]), tails, here=any(part.here for part in parts))


def _written(found: Found) -> bytes:
    """The value as it stands in its text."""
    layer = found.layers[-1]
    return layer.text[layer.start : layer.end]


def _service(read: str | None, named: str | None) -> str | None:
    """The host that a value is for; what names the place knows the port too."""
    return named if read is None or (named is not None and named.startswith(f"{read}:")) else read


def _public(account: str | None, reading: Reading, written: Sequence[bytes]) -> str | None:
    """The account of what was read, unless that is, or begins, a value that another detector read: a token may be a user name.

    `written` is every value of the text, sorted. What the credential itself says in public, it may be called by.
    """
    if account is None or len(account) < SHORTEST_TELLING or account in reading.facts.values():
        return account
    raw = account.encode()
    at = bisect_left(written, raw)
    return None if at < len(written) and written[at].startswith(raw) else account


def _suppression(sample: str | None, allowed: str | None) -> Suppression | None:
    """Why a place does not count; the credential may count elsewhere."""
    if allowed is not None:
        return Suppression("inline", allowed)
    return None if sample is None else Suppression("dummy", sample)


def _in_cell(sighting: Sighting, cell: tuple[str, ...], value: bytes) -> Sighting:
    """The sighting of `value` in a cell as one in its database, whose table and columns may be called by the value itself."""
    from scanner.sources.fields import Named, cleaned  # noqa: PLC0415 - loaded where something was found

    spot = sighting.spot
    inner = spot.field_path or ((spot.field,) if spot.field else ())
    named = cleaned(Named(cell[-1], (*cell, *inner)), value)
    moved = replace(spot, line=None, column=None, field=named.field, field_path=named.field_path, encoding=(_SQLITE, *spot.encoding))
    return replace(sighting, spot=moved)


def _in_variable(sighting: Sighting, name: str, begin: int | None, encoding: tuple[str, ...]) -> Sighting:
    """The sighting in a value as one in its variable; in a file of variables the column is not known."""
    spot = sighting.spot
    inner = spot.field_path or ((spot.field,) if spot.field else ())
    moved = replace(spot, field=name, field_path=inner, encoding=encoding + spot.encoding)
    if begin is not None and spot.line is not None:
        moved = replace(moved, line=begin + spot.line - 1, column=None)
    return replace(sighting, spot=moved)
