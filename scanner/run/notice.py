"""What a text holds beside credentials: marks of public keys, and partial sightings under keyed digests.

Of both nothing is known yet but that they are there. Whose they are is told when everything was read, see `scanner.run.pairing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from scanner.contract import Sort
from scanner.engine import Found
from scanner.identity import Identifier
from scanner.model import Glimpse, Identified
from scanner.records import dataclass, replace
from scanner.run.listen import listeners
from scanner.run.pieces import Piece

if TYPE_CHECKING:  # most texts hold nothing of the kind, and a run that meets no other starts sooner without it
    from scanner.identity.anchors import Reader
    from scanner.identity.partial import Shown

_MOST = 4096
"""Partial sightings of one text that are kept."""
_ROOM = 1 << 18
"""Octets of marks that are kept of one text: those of twelve thousand keys."""

_DER = b"\x30\x82"
"""What certificates begin with: one that was decoded stood in armor, and is read there."""

Tails = Mapping[str, frozenset[str]]
"""Credential id to the digests of everything that a partial sighting of it could show."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What lies beside credentials in one text."""

    marks: bytes = b""
    """Of public keys, see `scanner.identity.marks`."""
    glimpses: tuple[Glimpse, ...] = ()
    """Without their container."""

    def __bool__(self) -> bool:
        return bool(self.marks or self.glimpses)


NOTHING = Noticed()


@dataclass(frozen=True, slots=True)
class Noted:
    """A file or an object with something beside credentials in it."""

    container: str
    path: str
    oid: str | None
    noticed: Noticed
    field: str | None = None
    """The variable, in an export or the environment."""


def together(parts: Iterable[Noticed]) -> Noticed:
    """What the pieces of one text hold: each key once of each kind, at its first place, and no more than of one that was read as a whole."""
    from scanner.identity.mark import EACH, LINE  # noqa: PLC0415 - see above

    keys: dict[bytes, bytes] = {}
    glimpses: list[Glimpse] = []
    for part in parts:
        for at in range(0, len(part.marks), EACH):
            if len(keys) * EACH < _ROOM:
                keys.setdefault(part.marks[at : at + EACH - LINE], part.marks[at : at + EACH])
        glimpses += part.glimpses[: _MOST - len(glimpses)]
    return Noticed(b"".join(keys.values())[:_ROOM], tuple(glimpses)) if keys or glimpses else NOTHING


def lines_of(noticed: Noticed) -> set[int]:
    """The lines of everything that was noticed."""
    lines = {one.line for one in noticed.glimpses}
    if noticed.marks:
        from scanner.identity.marks import unpack  # noqa: PLC0415 - see above

        lines |= {one.line for one in unpack(noticed.marks)}
    return {line for line in lines if line is not None}


def moved(noticed: Noticed, lines: Mapping[int, int]) -> Noticed:
    """The same on other lines; of what is on none of these, the line is not known."""
    if not noticed:
        return noticed
    from scanner.identity.marks import with_lines  # noqa: PLC0415 - see above

    glimpses = tuple(replace(one, line=lines.get(one.line or 0)) for one in noticed.glimpses)
    return Noticed(with_lines(noticed.marks, lines), glimpses)


def unlined(noticed: Noticed) -> Noticed:
    """The same without lines: they would be those of a value, not of the file that it stands in."""
    return moved(noticed, {})


class Noticer:
    """Works out what listeners heard. One for each examiner."""

    def __init__(self, identifier: Identifier) -> None:
        self.listeners = self._halves, self._partials = listeners()
        self.ids = frozenset(listener.id for listener in self.listeners)
        self._identifier = identifier
        self._reader: Reader | None = None
        self._told: set[str] = set()

    def of(self, path: str, data: bytes, found: Iterable[Found], piece: Piece | None = None) -> Noticed:
        """What the engine's last text held, which was `data`; `found` is what the engine said of it, the listeners' own readings too.

        Of a `piece` only what is its own.
        """
        halves, partials = self._halves.take(), self._partials.take()
        if not halves and not partials:
            return NOTHING
        layers = [one.layers for one in found if one.detector in self.ids]
        lines = _Lines(data, {id(way[-1].text): way[0].start for way in layers}, piece)
        texts = {id(window.text): window.text for window in halves if window.text is data or not window.text.startswith(_DER)}
        glimpses: dict[tuple[int, int, str], Glimpse] = {}
        for window in partials:
            for shown in _shown(window.text, window.start, window.end):
                if len(glimpses) < _MOST and lines.own(window.text, shown.at):
                    place = (id(window.text), shown.at, shown.form)
                    glimpses.setdefault(place, self._glimpse(shown, path, lines.of(window.text, shown.at)))
        return Noticed(b"".join(self._marks(text, lines) for text in texts.values())[:_ROOM], tuple(glimpses.values()))

    def forget(self) -> None:
        """Nothing was held by the engine's last text: it was none of its own."""
        self._halves.take()
        self._partials.take()

    def of_variable(self, name: str, value: bytes, slot: str) -> Iterator[Glimpse]:
        """What the value of a variable shows of another value, where it is a mask and nothing else."""
        if value.startswith(b"xxxx"):
            from scanner.identity.partial import shown_by  # noqa: PLC0415 - see above

            for shown in shown_by(value):
                yield self._glimpse(shown, "", None, field=name, slot=slot)

    def tails(self, found: Found, identified: Identified) -> Tails:
        """The digests that partial sightings of a credential may have, the first time that it is met; none for what could be guessed."""
        if identified.fingerprint is None or identified.id in self._told:
            return {}
        self._told.add(identified.id)
        inner = found.layers[-1]
        reading = found.reading
        value = reading.secret.reveal() if reading.sort is Sort.VALUE else inner.text[inner.start : inner.end]
        if reading.sort not in {Sort.VALUE, Sort.MACAROON}:
            return {}
        from scanner.identity.partial import told_by  # noqa: PLC0415 - see above

        return {identified.id: frozenset(self._identifier.partial(shown) for shown in told_by(value, reading.prefix.encode()))}

    def _marks(self, text: bytes, lines: _Lines) -> bytes:
        from scanner.identity.anchors import Reader  # noqa: PLC0415 - see above
        from scanner.identity.marks import pack  # noqa: PLC0415 - see above

        if self._reader is None:
            self._reader = Reader()
        return pack((half for half in self._reader.read(text) if lines.own(text, half.at)), lambda at: lines.of(text, at))

    def _glimpse(self, shown: Shown, path: str, line: int | None, *, field: str | None = None, slot: str | None = None) -> Glimpse:
        digest = self._identifier.partial(shown)
        return Glimpse(shown.form, digest, "", path, line, field, shown.bits, shown.prefix.decode(), slot)


class _Lines:
    """Lines of a file's own text, asked for in order; of what was decoded from it, the line where that begins."""

    def __init__(self, data: bytes, origins: Mapping[int, int], piece: Piece | None) -> None:
        self._data = data
        self._origins = origins
        self._first = 1 if piece is None else 1 + piece.lines
        self._span = (0, len(data)) if piece is None else (piece.start, piece.end)
        self._known = (0, self._first)

    def own(self, text: bytes, at: int) -> bool:
        """Whether a place in `text` is one of the piece's own, if this is a piece. What nobody knows the origin of is."""
        place = at if text is self._data else self._origins.get(id(text), self._span[0])
        return self._span[0] <= place < max(self._span[1], self._span[0] + 1)

    def of(self, text: bytes, at: int) -> int | None:
        """The line of place `at` in `text`; None where nobody knows where the text came from."""
        if text is not self._data:
            origin = self._origins.get(id(text))
            if origin is None:
                return None
            at = origin
        base, line = self._known if self._known[0] <= at else (0, self._first)
        line += self._data.count(b"\n", base, at)
        self._known = (at, line)
        return line


def _shown(text: bytes, start: int, end: int) -> Iterator[Shown]:
    from scanner.identity.partial import shown_in  # noqa: PLC0415 - see above

    return shown_in(text, start, end)
