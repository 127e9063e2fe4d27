"""The door to the store, light enough to stand in every import."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.store.store import Store

PATIENCE = 5.0
"""Seconds to wait for somebody else who is writing."""


def open_store(url: str, *, kid: str | None, write: bool, patience: float = PATIENCE) -> Store:
    """The store at `url`, a path or `sqlite:///PATH`; to be used as a context manager.

    With `write` it is made where there is none (its folder 0700, its files 0600), brought to the current schema, and bound to `kid`, the id
    of the organisation's key, if none is recorded yet. Raises `StoreError` where there is none to read, where its schema or its key is
    another one (no `kid`: not checked), and for whatever the file system or SQLite object to.
    """
    from scanner.store.store import opened  # noqa: PLC0415 - SQLAlchemy is slow to import

    return opened(url, kid=kid, write=write, patience=patience)
