"""The file: where it is, that nobody else may read it, and transactions on it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Executable, Row, create_engine, event

from scanner.errors import StoreError
from scanner.records import dataclass
from scanner.store.failures import translated

BATCH = 500
"""Rows that are held in memory to be written, or asked for, together."""
_SCHEME = "sqlite"
_BEGIN = "begin"
"""Name of the execution option that says how a transaction begins."""
_PRIVATE = 0o600


def path_of(url: str) -> Path:
    """The file that `url` names. Raises `StoreError`, which repeats nothing of a URL but its scheme: the rest may hold a password."""
    scheme, found, rest = url.partition("://")
    path = rest.removeprefix("/") if found else url
    message = ""
    if found and scheme != _SCHEME:
        message = f"a store at {scheme}:// cannot be used: only SQLite is supported so far, as sqlite:///PATH or a plain path"
    elif (found and not rest.startswith("/")) or not path:
        message = "a store is named by sqlite:///PATH or a plain path"
    if message:
        raise StoreError(message)
    return Path(path)


def make_private(path: Path) -> None:
    """There is a file at `path`, made 0600 in a folder made 0700 if there was none. SQLite gives its side files the mode of the file."""
    with translated(path):
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE))


def check_file(path: Path) -> None:
    """Does nothing but raise `StoreError` where there is no file at `path`, or something else than a file."""
    with translated(path):
        try:
            mode = path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            raise missing(path) from None
    if not stat.S_ISREG(mode):
        message = f"{path} is not a store: it is no file"
        raise StoreError(message)


def missing(path: Path) -> StoreError:
    """What to raise where nothing was stored yet."""
    return StoreError(f"no store at {path}: keytrail sweep makes one")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else can have this lock beside the store at `path` meanwhile. It ends with the process, however that ends."""
    beside = path.with_name(f"{path.name}.lock")
    with translated(beside):
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE)
    try:
        with translated(beside):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = f"another sweep is using the store {path}"
                raise StoreError(message) from None
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing is not enough: worker processes that were forked meanwhile share it
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Transaction:
    """Statements that see one state of the store, and take effect together or not at all."""

    path: Path
    connection: Connection

    def rows(self, statement: Executable) -> Iterator[Row[Any]]:
        """What the statement gives, as it is asked for; to be used up before something is changed."""
        with translated(self.path):
            yield from self.connection.execute(statement)

    def change(self, statement: Executable, values: Iterable[Mapping[str, Any]] | None = None) -> None:
        """The statement was executed: once, or once for each of the `values` where some are given."""
        if values is None:
            with translated(self.path):
                self.connection.execute(statement)
            return
        left = iter(values)
        while many := list(islice(left, BATCH)):
            with translated(self.path):
                self.connection.execute(statement, many)


@dataclass(frozen=True, slots=True)
class Database:
    """An open file."""

    path: Path
    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees the state of its beginning."""
        with self._transaction("BEGIN") as transaction:
            yield transaction

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that nobody can write beside: committed at the end, undone by any exception."""
        with self._transaction("BEGIN IMMEDIATE") as transaction:
            yield transaction

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        with translated(self.path):
            connection = self.engine.connect().execution_options(**{_BEGIN: begin})
        try:
            with translated(self.path):
                connection.begin()
            yield Transaction(self.path, connection)
            with translated(self.path):
                connection.commit()
        except BaseException:
            connection.invalidate()  # closes the file: a commit that failed may have left the transaction open
            raise
        finally:
            connection.close()

    def close(self) -> None:
        """No file is open any more."""
        self.engine.dispose()


def connect(path: Path, *, write: bool, patience: float) -> Database:
    """The SQLite file at `path`, which must be there; nothing is read from it yet. `patience` is in seconds.

    pysqlite begins transactions by itself, late and not for every statement; here it is told not to, and SQLAlchemy's own beginning is put
    in its place (https://docs.sqlalchemy.org/dialects/sqlite.html, "Enabling Non-Legacy SQLite Transactional Modes").
    """
    uri = f"file:{quote(os.fspath(path.absolute()))}?mode=rw"

    def creator() -> sqlite3.Connection:
        # the pool hands a connection from one thread to the next, never to two at once
        link = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            _prepare(link, write=write)
        except BaseException:
            link.close()
            raise
        return link

    engine = create_engine("sqlite:///file", creator=creator, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return Database(path, engine)


def _prepare(link: sqlite3.Connection, *, write: bool) -> None:
    link.execute("PRAGMA foreign_keys = ON")
    if write:
        link.execute("PRAGMA journal_mode = WAL")
        link.execute("PRAGMA synchronous = FULL")  # in WAL mode, less may lose the last commits when the power fails
    else:
        link.execute("PRAGMA query_only = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options()[_BEGIN])
