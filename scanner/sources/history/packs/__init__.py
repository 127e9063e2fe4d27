"""Packs, read by ourselves: indexes, families of deltas, and the reader that unpacks each family once.

`_delta` is compiled from `_delta.c` where there is a compiler; where it is not, `AVAILABLE` says so and git reads everything.
"""

from __future__ import annotations

from importlib.util import find_spec

AVAILABLE = find_spec("scanner.sources.history.packs._delta") is not None
"""Whether packs can be read here."""
