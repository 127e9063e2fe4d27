"""Which blobs hold no credential: a cache, so that what was examined once is not examined again.

It has ids of objects, their sizes, what lies beside credentials in them, where they were met, and the day on which each was last of use; never
content. There is one file for each way of examining, in the user's cache folder. One that is damaged, somebody else's or locked for long is
no error: then more is examined. It is plain SQLite: SQLAlchemy takes longer to load than a small repository to scan.

An index may lie about which content has which id. So an id counts in all repositories only after somebody has compared it with the content, and
before that only in the pack where it was met, as long as nobody has written to that. Comparing takes up to a fifth of a scan.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Self
from urllib.parse import quote

from scanner.private import is_ours

_DAY = 86_400
_KEPT = 30
"""Days after which a file that was of no use is given up."""
_RECENT = 7
"""Days within which it need not be noted that a row was of use."""
_LARGEST = 160 << 20
"""Bytes of one file: four million blobs."""
_AT_ONCE = 5000
"""Ids that are asked for together. SQLite takes 32,766 (its "Implementation Limits", "Maximum Number Of Host Parameters")."""
_WRITTEN = 16_384
"""Blobs that are written together: while workers are busy, not all when they are done."""
_PATIENCE = 2.0
"""Seconds to wait for another run that is writing."""
_TABLE = """
    CREATE TABLE IF NOT EXISTS clean
    (id BLOB PRIMARY KEY, size INTEGER NOT NULL, beside BLOB NOT NULL, origin INTEGER, day INTEGER NOT NULL) WITHOUT ROWID
"""
_ADD = """
    INSERT INTO clean VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET origin = excluded.origin, day = excluded.day WHERE origin IS NOT NULL
"""

Known = tuple[int, bytes]
"""Bytes of a blob, and what of it is kept beside: whoever asks knows how to read that."""


class CleanBlobs:
    """What earlier runs and this one know to hold no credential, as a context manager; at its end the file knows it too."""

    def __init__(self, folder: Path, manner: Callable[[], str]) -> None:
        """`manner` is asked how blobs are examined, when first something is asked here: what one way finds nothing in, another may."""
        self._folder = folder
        self._manner = manner
        self._today = int(time.time() // _DAY)
        self._new: dict[bytes, tuple[Known, int | None]] = {}
        self._used: list[bytes] = []
        self._file: _File | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._write(self._file)
            self._file.close()

    def among(self, oids: Iterable[bytes], origin: int | None) -> tuple[dict[bytes, Known], bool]:
        """What is known of those of `oids` that hold no credential; and whether some only seem to be known, from elsewhere.

        `origin` is theirs: what nobody has compared with its id counts only where it was met. None counts nowhere but what was compared.
        """
        if self._file is None:
            self._file = _File(self._folder, f"clean-{self._manner()}.db")
        asked = iter(oids)
        found: dict[bytes, Known] = {}
        elsewhere = False
        while some := list(islice(asked, _AT_ONCE)):
            rows = [(oid, *self._new[oid], self._today) for oid in some if oid in self._new]
            rows += ((oid, (size, beside), met, day) for oid, size, beside, met, day in self._file.rows(some))
            for oid, known, met, day in rows:
                if met not in {None, origin}:
                    elsewhere = True
                    continue
                found[oid] = known
                if day < self._today - _RECENT:
                    self._used.append(oid)
        return found, elsewhere

    def add(self, blobs: Mapping[bytes, Known], origin: int | None) -> None:
        """These hold no credential. `origin` says where they were met; None that their ids were compared with their content."""
        self._new |= ((oid, (known, origin)) for oid, known in blobs.items())
        if len(self._new) >= _WRITTEN and self._file is not None:
            self._write(self._file)

    def _write(self, file: _File) -> None:
        if (self._new or self._used) and file.write(self._new, self._used, self._today):
            self._new, self._used = {}, []


class _File:
    """The file. Whatever is wrong with it, it only knows less, and nothing more is asked of it in this run."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / name
        self._link: sqlite3.Connection | None = None
        self._given_up = False
        with self._forgiving():
            if is_ours(folder.lstat(), stat.S_IFDIR) and is_ours(self._path.lstat(), stat.S_IFREG):
                self._link = _opened(self._path)

    def rows(self, oids: Sequence[bytes]) -> list[tuple[bytes, int, bytes, int | None, int]]:
        """Id, size, what lies beside, origin and day of those that are there."""
        with self._forgiving():
            if self._link is not None:
                places = ",".join("?" * len(oids))
                return self._link.execute(f"SELECT id, size, beside, origin, day FROM clean WHERE id IN ({places})", oids).fetchall()  # noqa: S608 - question marks only
        return []

    def write(self, new: Mapping[bytes, tuple[Known, int | None]], used: Iterable[bytes], today: int) -> bool:
        """Whether it knows these now."""
        with self._forgiving():
            if self._link is None and not self._given_up:
                _make(self._path, today)
                self._link = _opened(self._path)
            if self._link is not None:
                _write(self._link, new, used, today)
                return True
        return False

    def close(self) -> None:
        """No file is open any more."""
        if self._link is not None:
            self._link.close()
        self._link = None

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        """Gives the file up at the first error; a damaged one is removed, so that the next run begins it anew."""
        try:
            yield
        except FileNotFoundError:
            return
        except OSError:
            self._given_up = True
        except sqlite3.Error as error:
            self._given_up = True
            self.close()
            if not isinstance(error, sqlite3.OperationalError):
                for path in (self._path, self._path.with_name(f"{self._path.name}-journal")):
                    with suppress(OSError):
                        path.unlink()


def _opened(path: Path) -> sqlite3.Connection:
    link = sqlite3.connect(f"file:{quote(os.fspath(path.absolute()))}?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None)
    try:
        link.execute("PRAGMA synchronous = NORMAL")
        link.execute(_TABLE)
    except sqlite3.Error:
        link.close()
        raise
    return link


def _make(path: Path, today: int) -> None:
    """There is such a file, and none beside it that nobody has used for long. Raises OSError, also where it is not ours."""
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0), 0o600))
    if not is_ours(folder.lstat(), stat.S_IFDIR) or not is_ours(path.lstat(), stat.S_IFREG):
        raise PermissionError
    for other in folder.glob("clean-*.db"):
        if other != path and other.lstat().st_mtime < (today - _KEPT) * _DAY:
            other.unlink(missing_ok=True)


def _write(link: sqlite3.Connection, new: Mapping[bytes, tuple[Known, int | None]], used: Iterable[bytes], today: int) -> None:
    link.execute("BEGIN IMMEDIATE")
    try:
        rows = ((oid, *new[oid][0], new[oid][1], today) for oid in sorted(new))
        link.executemany(_ADD, rows)
        link.executemany("UPDATE clean SET day = ? WHERE id = ?", ((today, oid) for oid in used))
        if _size(link) > _LARGEST:
            _thin(link)
        link.execute("COMMIT")
    except BaseException:
        link.rollback()
        raise


def _size(link: sqlite3.Connection) -> int:
    """Bytes of the pages in use."""
    pages, free, size = (link.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size"))
    return int((pages - free) * size)


def _thin(link: sqlite3.Connection) -> None:
    """Drops what was of no use for longest, about a quarter; where all are as old, any quarter. The pages are used again."""
    link.execute("DELETE FROM clean WHERE day < (SELECT day FROM clean ORDER BY day LIMIT 1 OFFSET (SELECT count(*) / 4 FROM clean))")
    if not link.execute("SELECT changes()").fetchone()[0]:
        link.execute("DELETE FROM clean WHERE id < x'40'")
