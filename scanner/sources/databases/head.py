"""Whether a blob is an SQLite database: told from its beginning.

Source: "Database File Format" of SQLite, section 1.3. A database that SQLCipher enciphered begins with a random salt, so all that tells it is
its name and that it looks like nothing.
"""

from __future__ import annotations

MAGIC = b"SQLite format 3\0"
HEADER = 100
"""Bytes of the header, which is the beginning of the first page."""

_NAMES = (".sqlite", ".sqlite3", ".vscdb", ".db", ".db3")
_LOOKED = 1024
_RANDOM = 220
"""Different values of a byte in that many random ones; 251 are expected, and text has fewer than a hundred."""


def is_database(data: bytes) -> bool:
    """Whether `data` begins as a database does."""
    return data.startswith(MAGIC) and len(data) >= HEADER


def enciphered(path: str, data: bytes) -> bool:
    """Whether the file at `path` has the name of a database, and content that only a cipher makes."""
    if not path.endswith(_NAMES) or len(data) < _LOOKED or len(data) % 512:
        return False
    return len(set(data[:_LOOKED])) >= _RANDOM
