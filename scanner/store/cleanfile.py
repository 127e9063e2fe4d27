"""The file of blobs that hold no credential: two tables in SQLite, and everything that may be wrong with a file.

What was met in a pack is kept together: a row has thousands of ids, one after the other, their sizes, and what lies beside credentials in
them. What was compared with its id has a row of its own, since it may be met anywhere. Whether a pack has what others have is asked of
some ids of each row, which lie before the long columns: SQLite need not read those.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scanner.private import is_ours

DAY = 86_400
_KEPT = 30
"""Days after which a file that was of no use is given up."""
_LARGEST = 160 << 20
"""Bytes of one file: four million blobs."""
_PATIENCE = 2.0
"""Seconds to wait for another run that is writing."""
_PAGES = 48 << 20
"""Bytes of the file that are held at most: ids are asked for in no order, so that less would be read again and again."""
_SAMPLE = 64
"""Ids of a row of a pack that tell whether another pack has some of it."""
_SAMPLED = 4096
"""Rows of which these are asked for."""
_TABLES = (
    "CREATE TABLE IF NOT EXISTS checked (id BLOB PRIMARY KEY, size INTEGER NOT NULL, beside BLOB NOT NULL, day INTEGER NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE IF NOT EXISTS packs
    (number INTEGER PRIMARY KEY, origin INTEGER NOT NULL, day INTEGER NOT NULL, digest INTEGER NOT NULL, width INTEGER NOT NULL,
    sample BLOB NOT NULL, ids BLOB NOT NULL, sizes BLOB NOT NULL, lengths BLOB NOT NULL, beside BLOB NOT NULL)
    """,
    "CREATE INDEX IF NOT EXISTS packs_by_origin ON packs (origin)",
)
_KEEP = (
    "INSERT INTO checked VALUES (?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET size = excluded.size, beside = excluded.beside, day = excluded.day"
)

Known = tuple[int, bytes]
"""Bytes of a blob, and what of it is kept beside: whoever asks knows how to read that."""


class CleanFile:
    """The file. Whatever is wrong with it, it only knows less, and nothing more is asked of it in this run."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name
        self._link: sqlite3.Connection | None = None
        self._given_up = False
        with self._forgiving():
            if is_ours(folder.lstat(), stat.S_IFDIR) and is_ours(self.path.lstat(), stat.S_IFREG):
                self._link = _opened(self.path)

    def of_pack(self, origin: int) -> list[tuple[int, int, dict[bytes, Known]]]:
        """What is kept of a pack: numbers and days of rows, and the blobs of each."""
        rows = self._asked(
            "SELECT number, day, digest, width, ids, sizes, lengths, beside FROM packs WHERE origin = ? ORDER BY number", (origin,)
        )
        found: list[tuple[int, int, dict[bytes, Known]]] = []
        with self._forgiving():
            found = [(number, day, _unpacked(digest, width, columns)) for number, day, digest, width, *columns in rows]
        return found  # noqa: RET504 - or nothing, after an error

    def samples(self) -> list[list[bytes]]:
        """Of every row of every pack some ids; of very many rows only of the last ones."""
        rows = self._asked("SELECT sample, width FROM packs ORDER BY number DESC LIMIT ?", (_SAMPLED,))
        found: list[list[bytes]] = []
        with self._forgiving():
            found = [_parts(sample, width) for sample, width in rows]
        return found  # noqa: RET504 - or nothing, after an error

    def checked(self, oids: Sequence[bytes]) -> list[tuple[bytes, int, bytes, int]]:
        """Id, size, what lies beside and day of those that were compared with their ids."""
        places = ",".join("?" * len(oids))
        return self._asked(f"SELECT id, size, beside, day FROM checked WHERE id IN ({places})", oids)  # noqa: S608 - question marks only

    @property
    def has_checked(self) -> bool:
        """Whether there are any of those."""
        return bool(self._asked("SELECT 1 FROM checked LIMIT 1", ()))

    def write(self, new: Mapping[int | None, Mapping[bytes, Known]], used: Iterable[bytes], packs: Iterable[int], today: int) -> bool:
        """Whether it knows these now: blobs by their origins, None for compared ones; ids and numbers of rows that were of use."""
        with self._forgiving():
            if self._link is None and not self._given_up:
                _make(self.path, today)
                self._link = _opened(self.path)
            if self._link is not None:
                _write(self._link, new, used, packs, today)
                return True
        return False

    def close(self) -> None:
        """No file is open any more."""
        if self._link is not None:
            self._link.close()
        self._link = None

    def _asked(self, query: str, values: Sequence[object]) -> list[Any]:
        with self._forgiving():
            if self._link is not None:
                return self._link.execute(query, values).fetchall()
        return []

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
                for path in (self.path, self.path.with_name(f"{self.path.name}-journal")):
                    with suppress(OSError):
                        path.unlink()


def _opened(path: Path) -> sqlite3.Connection:
    link = sqlite3.connect(f"file:{quote(os.fspath(path.absolute()))}?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None)
    try:
        link.execute("PRAGMA synchronous = NORMAL")
        link.execute(f"PRAGMA cache_size = -{_PAGES >> 10}")
        for table in _TABLES:
            link.execute(table)
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
    for other in folder.glob(f"{path.name.partition('-')[0]}-*.db"):
        if other != path and other.lstat().st_mtime < (today - _KEPT) * DAY:
            other.unlink(missing_ok=True)


def _write(
    link: sqlite3.Connection, new: Mapping[int | None, Mapping[bytes, Known]], used: Iterable[bytes], packs: Iterable[int], today: int
) -> None:
    link.execute("BEGIN IMMEDIATE")
    try:
        for origin, blobs in new.items():
            if origin is None:
                rows = ((oid, *blobs[oid], today) for oid in sorted(blobs))
                link.executemany(_KEEP, rows)
            elif blobs:
                link.execute("INSERT INTO packs VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (origin, today, *_packed(blobs)))
        link.executemany("UPDATE checked SET day = ? WHERE id = ?", ((today, oid) for oid in used))
        link.executemany("UPDATE packs SET day = ? WHERE number = ?", ((today, number) for number in packs))
        if _size(link) > _LARGEST:
            _thin(link)
        link.execute("COMMIT")
    except BaseException:
        link.rollback()
        raise


def _packed(blobs: Mapping[bytes, Known]) -> tuple[int, int, bytes, bytes, bytes, bytes, bytes]:
    """The columns of a row from its digest on. All ids have one width."""
    ids = list(blobs)
    sizes, beside = zip(*blobs.values(), strict=True)
    columns = (b"".join(ids), array("Q", sizes).tobytes(), array("I", map(len, beside)).tobytes(), b"".join(beside))
    return _digest(columns), len(ids[0]), b"".join(ids[:: len(ids) // _SAMPLE + 1]), *columns


def _unpacked(digest: int, width: int, columns: Sequence[bytes]) -> dict[bytes, Known]:
    """The blobs of a row. Raises sqlite3.DatabaseError for one that nobody can have written: SQLite does not notice what becomes of its bytes."""
    try:
        _require(_digest(columns) == digest)
        packed, sizes, lengths, beside = columns
        ids = _parts(packed, width)
        kept = [beside[start:end] for start, end in pairwise(accumulate(array("I", lengths), initial=0))] if beside else [b""] * len(ids)
        return dict(zip(ids, zip(array("Q", sizes), kept, strict=True), strict=True))
    except (TypeError, ValueError) as error:
        raise sqlite3.DatabaseError from error


def _require(true: bool) -> None:
    if not true:
        raise ValueError


def _digest(columns: Iterable[bytes]) -> int:
    digest = 0
    for column in columns:
        digest = zlib.crc32(column, digest)
    return digest


def _parts(ids: bytes, width: int) -> list[bytes]:
    """Ids, one by one. Raises sqlite3.DatabaseError for columns that nobody can have written."""
    try:
        return [ids[at : at + width] for at in range(0, len(ids), width)]
    except (TypeError, ValueError) as error:
        raise sqlite3.DatabaseError from error


def _size(link: sqlite3.Connection) -> int:
    """Bytes of the pages in use."""
    pages, free, size = (link.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size"))
    return int((pages - free) * size)


def _thin(link: sqlite3.Connection) -> None:
    """Drops what was of no use for longest, about a quarter; where all are as old, any quarter. The pages are used again."""
    link.execute(
        "DELETE FROM packs WHERE number IN (SELECT number FROM packs ORDER BY day, number LIMIT (SELECT (count(*) + 3) / 4 FROM packs))"
    )
    link.execute("DELETE FROM checked WHERE day < (SELECT day FROM checked ORDER BY day LIMIT 1 OFFSET (SELECT count(*) / 4 FROM checked))")
    if not link.execute("SELECT changes()").fetchone()[0]:
        link.execute("DELETE FROM checked WHERE id < x'40'")
