"""SQLite databases, made when a test runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

Values = Sequence[str | bytes | int | None]
Statement = str | tuple[str, Values]


def database(*statements: Statement, before: Sequence[str] = ()) -> bytes:
    """The file that these statements make; `before` is said before there are any tables. Nothing that is deleted is wiped out."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _do(connection, ("PRAGMA secure_delete = OFF", *before, *statements))
        return connection.serialize()


def logged(file: Path, *statements: Statement) -> tuple[bytes, bytes]:
    """A database at `file` with a write-ahead log, and the log, after these statements."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        _do(connection, ("PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0", *statements))
        return file.read_bytes(), file.with_name(f"{file.name}-wal").read_bytes()


def _do(connection: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    for statement in statements:
        said, values = (statement, ()) if isinstance(statement, str) else statement
        connection.execute(said, values)
