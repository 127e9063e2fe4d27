"""Many repositories: which they are."""

from __future__ import annotations

from scanner.sweep.targets import Listing, Target, read_targets

__all__ = ["Listing", "Target", "read_targets"]
