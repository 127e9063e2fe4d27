"""What detectors cost on a corpus."""

from __future__ import annotations

from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """One detector's."""

    detector: str
    passing: float
    """CPU time that its anchors add, in nanoseconds for a KiB of the corpus; may be negative, by chance."""
    looks: int
    """Windows that it was shown."""
    readings: int
    reading: float
    """CPU time for reading them, in the same unit."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Those of all that were asked for, and what they are to be held against; times in nanoseconds of CPU for a KiB of the corpus."""

    texts: int
    bytes: int
    whole: float
    """The pass of a scan, with everything."""
    ground: float | None
    """The pass that anchors were added to; None where each detector was left out of the whole."""
    noise: float
    """What measuring nothing gave at most, or what seemed to save most: smaller costs mean nothing."""
    detectors: tuple[Cost, ...]
    """The costliest first."""
