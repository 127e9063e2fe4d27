"""The store: what a sweep remembers of its targets, and what it has found in all of them, in one SQLite file.

SQLAlchemy is imported where a store is opened, not here.
"""

from __future__ import annotations

from scanner.store.nouns import Mark, Memory, StoredCredential, StoredOutcome, Target
from scanner.store.opening import open_store

__all__ = ["Mark", "Memory", "StoredCredential", "StoredOutcome", "Target", "open_store"]
