"""A database through the examiner: its cells, one by one, and then what lies in the file beside them.

A cell is called by its column, with table and column as the path to it, and has no line. The host and the account are those of its row. Most
rows hold nothing, so they are looked at many at a time, and cell by cell only where something seemed to be in them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from scanner.errors import UnreadableError
from scanner.model import Reason, Unscanned
from scanner.records import dataclass, replace
from scanner.run.examine import CLEAN, SHORT_CELL, Examination, Examiner, united
from scanner.sources.databases import is_database
from scanner.sources.fields import Named, cleaned
from scanner.sources.fields.beside import ACCOUNTS, SERVICES, account_in, service_in

_AT_ONCE = 1 << 18
"""Bytes of rows that are looked at together."""
_ACCOUNTS = ("account_id", "account_name", "user_name", "username_value", "principal")
_SERVICES = ("remote_url", "origin_url", "host_key", "origin")
_TELLING = frozenset({*ACCOUNTS, *_ACCOUNTS, *SERVICES, *_SERVICES})
_LONGEST_TOLD = 512


@dataclass(frozen=True, slots=True)
class Told:
    """What a database holds, and what of it could not be read."""

    examination: Examination
    unscanned: tuple[Unscanned, ...] = ()


def examined(examiner: Examiner, container: str, path: str, data: bytes) -> Told:
    """What a file at `path` holds that is a database, or that has the name of one and is enciphered: see `scanner.sources.databases`."""
    whole = examiner.examine(path, data)
    if not is_database(data):
        return Told(whole, (Unscanned(container, path, Reason.ENCRYPTED, "by its name a database, by its bytes enciphered"),))
    reading = _Reading(examiner)
    try:
        reading.read(data)
    except UnreadableError as error:
        reading.problems.append(error)
    inside = united(reading.parts) if reading.parts else CLEAN
    held = {one.identified.id for one in inside.sightings}
    beside = _without(held, whole)
    if beside.sightings or inside.noticed:
        from scanner.sources.databases.pages import rest  # noqa: PLC0415 - few databases hold anything

        beside = _without(held, examiner.examine(path, rest(data, reading.roots)))
    problems = tuple(Unscanned(container, path, Reason(error.reason), error.detail) for error in reading.problems)
    return Told(united([inside, beside]) if inside is not CLEAN or beside is not CLEAN else CLEAN, problems)


class _Reading:
    """The cells of one database."""

    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner
        self._left = examiner.most
        self.parts: list[Examination] = []
        self.roots: dict[int, int] = {}
        """First pages of tables that were read to their end, and how many columns those have."""
        self.problems: list[UnreadableError] = []

    def read(self, data: bytes) -> None:
        """All tables. Raises UnreadableError where the database itself cannot be read."""
        from scanner.sources.databases.cells import Database  # noqa: PLC0415 - loads a library that most runs do without

        with Database(data) as database:
            if database.cut_short:
                self.problems.append(UnreadableError(Reason.DAMAGED, "an SQLite database that ends before its time"))
            for table in database.tables():
                rows: list[tuple[tuple[str, bytes], ...]] = []
                size = 0
                try:
                    for row in database.rows(table):
                        if not row.cells:
                            continue
                        rows.append(row.cells)
                        size += sum(len(value) for _, value in row.cells)
                        if size >= _AT_ONCE:
                            self._look(table.name, rows)
                            rows, size = [], 0
                    self.roots[table.root] = len(table.columns)
                except UnreadableError as error:
                    self.problems.append(error)
                self._look(table.name, rows)

    def _look(self, table: str, rows: Sequence[tuple[tuple[str, bytes], ...]]) -> None:
        """Examines those of the rows in which something may be."""
        lines = [_written(cells) for cells in rows]
        ends = list(accumulate(map(len, lines)))
        promising = {
            at for span in self._examiner.places(b"".join(lines)) for at in (bisect_right(ends, span[0]), bisect_left(ends, span[1]))
        }
        for at, cells in enumerate(rows):
            if self._left > 0 and (at in promising or any(_is_binary(value) and self._examiner.touches(value) for _, value in cells)):
                self._row(table, cells)

    def _row(self, table: str, cells: tuple[tuple[str, bytes], ...]) -> None:
        """Examines the cells of a row; what holds something itself tells nothing of the others."""
        found = [(name, self._examiner.examine_cell(table, name, value)) for name, value in cells]
        full = {name for name, examination in found if examination.sightings}
        said = {
            name.lower(): value.decode("utf-8", "replace")
            for name, value in cells
            if name not in full and name.lower() in _TELLING and len(value) <= _LONGEST_TOLD
        }
        service = service_in(said) or service_in({"host": next((said[key] for key in _SERVICES if said.get(key)), "")})
        account = account_in(said) or next((said[key] for key in _ACCOUNTS if said.get(key)), None)
        for _, examination in found:
            if examination is not CLEAN:
                self._left -= len(examination.sightings)
                self.parts.append(_owned(examination, service and self._examiner.shown(service), self._examiner.account(account)))
        if self._left <= 0:
            self.parts.append(Examination((), {"too-many": 1}))


def _written(cells: tuple[tuple[str, bytes], ...]) -> bytes:
    """The texts of a row as lines that no encoding goes on over: what each says, and of a short one the same as what its column is set to."""
    return b"".join(_lines(cells))


def _lines(cells: tuple[tuple[str, bytes], ...]) -> Iterator[bytes]:
    for name, value in cells:
        if not _is_binary(value):
            yield b"\n%b\n\0" % value
            if len(value) <= SHORT_CELL:
                yield b"\n%b=%b\n\0" % (name.encode(), value)


def _is_binary(value: bytes) -> bool:
    """Whether a cell is no text: what begins with it may be a file of its own kind."""
    if value.isascii():
        return b"\0" in value
    try:
        return "\0" in value.decode()
    except UnicodeDecodeError:
        return True


def _owned(examination: Examination, service: str | None, account: str | None) -> Examination:
    """The same, with the host and the account of its row where a cell does not say its own."""
    told = cleaned(Named(service=service, account=account), b"")
    spots = ((one, one.spot) for one in examination.sightings)
    owned = (
        replace(one, spot=replace(spot, service=spot.service or told.service, account=spot.account or told.account)) for one, spot in spots
    )
    return replace(examination, sightings=tuple(owned))


def _without(held: set[str], examination: Examination) -> Examination:
    if not held or not examination.sightings:
        return examination
    return replace(examination, sightings=tuple(one for one in examination.sightings if one.identified.id not in held))
