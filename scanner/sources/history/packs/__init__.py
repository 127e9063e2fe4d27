"""Packs, read by ourselves: indexes, families of deltas, and the reader that unpacks each family once.

`_delta`, `_entries` and `_families` are compiled where there is a compiler; where there is none, `AVAILABLE` says so and git reads everything.
"""

from __future__ import annotations

from importlib.util import find_spec

AVAILABLE = all(find_spec(f"{__name__}.{part}") is not None for part in ("_delta", "_entries", "_families"))
"""Whether packs can be read here."""
