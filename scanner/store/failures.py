"""Whatever goes wrong below the store, in one sentence that names it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from scanner.errors import StoreError
from scanner.store.documents import DamagedError

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "the store {path} is in use: another process holds its lock",
    sqlite3.SQLITE_LOCKED: "the store {path} is in use: another process holds its lock",
    sqlite3.SQLITE_FULL: "the store {path} cannot be written: the disk is full",
    sqlite3.SQLITE_READONLY: "the store {path} cannot be used: it or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "the store {path} cannot be opened: it or its folder does not let us",
    sqlite3.SQLITE_IOERR: "the store {path} cannot be read or written: the disk reports an error",
    sqlite3.SQLITE_NOTADB: "{path} is not a store: it is no SQLite database",
    sqlite3.SQLITE_CORRUPT: "the store {path} is damaged",
}
"""By SQLite's primary result code (https://www.sqlite.org/rescode.html)."""
_PRIMARY = 0xFF
"""The bits of an extended result code that are its primary one."""
_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raises what SQLAlchemy, SQLite or the file system raise inside as a `StoreError` that names the store."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, DamagedError) as error:
        raise StoreError(_sentence(path, error)) from None


def _sentence(path: Path, error: Exception) -> str:
    if isinstance(error, DamagedError):
        return _SENTENCES[sqlite3.SQLITE_CORRUPT].format(path=path)
    if isinstance(error, OSError):
        return f"the store {path} cannot be used: {'the disk is full' if error.errno in _FULL else error.strerror or 'error'}"
    cause = error.orig if isinstance(error, DBAPIError) else error
    sentence = _SENTENCES.get(getattr(cause, "sqlite_errorcode", 0) & _PRIMARY)
    # never the text of the error as SQLAlchemy tells it: it quotes the statement
    return sentence.format(path=path) if sentence else f"the store {path} cannot be used: {_plainly(cause)}"


def _plainly(cause: BaseException | None) -> str:
    return str(cause) if isinstance(cause, sqlite3.Error) else type(cause).__name__
