"""The cells of a database, read by SQLite from memory, with nothing of the file obeyed.

A file says what is to be done when it is read: views, triggers, virtual tables, columns that are computed. Of all that nothing is asked for:
only tables that their own statement calls plain, without their computed columns, and not through an index. What SQLite would still do is
refused (`_guard`). What a file may cost is bounded by its size: the pages of a forged one can be chained so that a small file has more rows than
anybody can read.

Sources: SQLite's "Defense Against The Dark Arts" and "Database File Format".
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass, field

_MOST_TABLES = 10_000
_SPARE = 1 << 20
"""Bytes that the rows of a small file may come to beyond twice its size."""
_TOLL = 4
"""Bytes that a row takes at least."""
_STRIDE = 100_000
"""Steps of SQLite's machine between two looks at what is left."""
_STEPS = 8
"""Steps for each byte of the file; a row takes a few, and one for each column."""
_STEPS_SPARE = 4_000_000
_LONGEST_STATEMENT = 1 << 20
_DEEPEST = 100

_LARGEST_PAGE = 65_536
"""Bytes of a page, which the header writes as 1."""
_JOURNAL_MODES = slice(18, 20)
"""Where the header says whether a write-ahead log belongs to the file; one in memory can have none."""
_PLAIN = re.compile(
    r"""CREATE\ TABLE\s+(?:"((?:[^"]|"")+)"|'((?:[^']|'')+)'|`((?:[^`]|``)+)`|\[([^\]]+)\]|([^\s"'`\[(.;]+))\s*\(""",
    re.IGNORECASE | re.VERBOSE,
)
"""How the statement of a table begins that is plain. SQLite writes the first words itself, without comments; a virtual one is `CREATE VIRTUAL`."""
_SCHEMA, _OF_SCHEMA = "sqlite_master", ("type", "name", "tbl_name", "rootpage", "sql")
"""The table of all statements, and its columns."""
_STORED = frozenset({0, 3})
"""What `table_xinfo` says of columns that stand in the file: ordinary ones, and computed ones that are kept."""
_REFUSALS = (sqlite3.Error, MemoryError, OverflowError, UnicodeDecodeError)
"""How SQLite says no; the last is Python's, for words of SQLite that quote bytes of the file."""
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table."""

    name: str
    root: int
    """Number of its first page, from 1."""
    columns: tuple[str, ...]
    """Those that stand in the file."""


@dataclass(frozen=True, slots=True)
class Row:
    """The texts and blobs of one row; numbers are left out."""

    cells: tuple[tuple[str, bytes], ...] = field(repr=False)
    """Column and content, a text in UTF-8."""


class Database(AbstractContextManager["Database"]):
    """A database, open for reading. Raises UnreadableError where there is none that can be read."""

    def __init__(self, data: bytes) -> None:
        self.cut_short = _pages(data) * _page_size(data) > len(data)
        """Whether the file has fewer pages than it says."""
        self._left = 2 * len(data) + _SPARE
        self._steps = _STEPS * len(data) + _STEPS_SPARE
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            self._open(data)
        except _REFUSALS as error:
            self._connection.close()
            raise _unreadable(error) from None

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def tables(self) -> list[Table]:
        """The plain tables, and that of all statements. Raises UnreadableError."""
        found = [Table(_SCHEMA, 1, _OF_SCHEMA)]
        plain = [self._plain(*row) for row in self._ask(f"SELECT name, rootpage, sql FROM main.{_SCHEMA} NOT INDEXED WHERE type = 'table'")]  # noqa: S608 - nothing of the file is in it
        for name, root in filter(None, plain):
            if len(found) > _MOST_TABLES:
                raise UnreadableError(Reason.TOO_LARGE, f"more than {_MOST_TABLES} tables")
            told = self._ask(f"PRAGMA main.table_xinfo({_quoted(name)})")
            found.append(Table(name, root, tuple(_text(column) for _, column, _, _, _, _, hidden in told if hidden in _STORED)))
        return found

    def rows(self, table: Table) -> Iterator[Row]:
        """The rows of a table, in their order. Raises UnreadableError where it cannot be read to its end."""
        names = ", ".join(map(_quoted, table.columns))
        for values in self._ask(f"SELECT {names} FROM main.{_quoted(table.name)} NOT INDEXED") if names else ():  # noqa: S608 - quoted, and reading is all it may do
            cells = tuple((name, value) for name, value in zip(table.columns, values, strict=True) if isinstance(value, bytes) and value)
            self._left -= _TOLL + sum(len(value) for _, value in cells)
            if self._left < 0:
                raise UnreadableError(Reason.DAMAGED, "more rows than the file has room for")
            yield Row(cells)

    @staticmethod
    def _plain(name: object, root: object, statement: object) -> tuple[str, int] | None:
        """Name and first page of a table that its statement calls plain, and by the same name."""
        plain = _PLAIN.match(_text(statement))
        if plain is None or not isinstance(root, int) or root < 1 or _said(plain).lower() != _text(name).lower():
            return None
        return _text(name), root

    def _open(self, data: bytes) -> None:
        connection = self._connection
        for limit, most in (
            (sqlite3.SQLITE_LIMIT_LENGTH, max(len(data), _LONGEST_STATEMENT)),
            (sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_STATEMENT),
            (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, _DEEPEST),
            (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
            (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        ):
            connection.setlimit(limit, most)
        head = bytearray(data[: _JOURNAL_MODES.stop])
        head[_JOURNAL_MODES] = b"\x01\x01"
        if not hasattr(connection, "deserialize"):  # SQLite can be built without
            raise UnreadableError(Reason.UNREADABLE, "this machine's SQLite reads no database from memory")
        connection.deserialize(b"".join((head, memoryview(data)[_JOURNAL_MODES.stop :])))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.text_factory = bytes
        connection.set_progress_handler(self._progress, _STRIDE)
        connection.set_authorizer(_guard)

    def _progress(self) -> int:
        """Counts; anything but 0 ends what SQLite is doing."""
        self._steps -= _STRIDE
        return int(self._steps < 0)

    def _ask(self, statement: str) -> Iterator[tuple[object, ...]]:
        try:
            yield from self._connection.execute(statement)
        except _REFUSALS as error:
            raise _unreadable(error) from None


def _page_size(data: bytes) -> int:
    size = int.from_bytes(data[16:18], "big")
    return _LARGEST_PAGE if size == 1 else size


def _pages(data: bytes) -> int:
    """The number of pages that the header gives; 0 where a program older than that field has written since (section 1.3.7)."""
    return int.from_bytes(data[28:32], "big") if data[24:28] == data[92:96] else 0


def _guard(action: int, first: str | None, _second: str | None, _database: str | None, inner: str | None) -> int:
    """Whether SQLite may do something: read tables as they are, and say what columns they have. `inner` is a view or trigger on whose behalf."""
    if inner is None and (action in _ALLOWED or (action == sqlite3.SQLITE_PRAGMA and first == "table_xinfo")):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _unreadable(error: BaseException) -> UnreadableError:
    """What kept SQLite from reading on, without its words, which quote the file."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    reasons = {
        "SQLITE_INTERRUPT": (Reason.TIMEOUT, "more steps than a file of its size can need"),
        "SQLITE_TOOBIG": (Reason.TOO_LARGE, "a cell that is larger than the file"),
    }
    reason, detail = reasons.get(str(name), (Reason.DAMAGED, f"an SQLite database that SQLite does not read ({name})"))
    return UnreadableError(reason, detail)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _said(match: re.Match[str]) -> str:
    """The name in the statement of a table."""
    quote = {1: '"', 2: "'", 3: "`"}.get(match.lastindex or 0, "")
    name = str(match[match.lastindex or 0])
    return name.replace(quote * 2, quote) if quote else name


def _text(value: object) -> str:
    """A name or a statement of the schema; empty for what is none."""
    if isinstance(value, bytes):
        with suppress(UnicodeDecodeError):
            return value.decode()
    return ""
