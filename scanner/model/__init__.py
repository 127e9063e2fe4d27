"""The nouns. Frozen values that boxes hand to each other; no behaviour beyond what a noun knows of itself."""

from __future__ import annotations

from scanner.model.outcome import (
    Coverage,
    Credential,
    Finding,
    Graph,
    Job,
    Levels,
    Location,
    Outcome,
    Role,
    Slot,
    SourceCoverage,
    Sprawl,
    TargetState,
    Verdict,
)
from scanner.model.places import (
    Blob,
    Change,
    Chronicle,
    Commit,
    Identified,
    Occurrence,
    Sighting,
    Spot,
    Suppression,
    Unscanned,
)
from scanner.model.words import Reachability, Reason, Severity, Zone

__all__ = [
    "Blob",
    "Change",
    "Chronicle",
    "Commit",
    "Coverage",
    "Credential",
    "Finding",
    "Graph",
    "Identified",
    "Job",
    "Levels",
    "Location",
    "Occurrence",
    "Outcome",
    "Reachability",
    "Reason",
    "Role",
    "Severity",
    "Sighting",
    "Slot",
    "SourceCoverage",
    "Spot",
    "Sprawl",
    "Suppression",
    "TargetState",
    "Unscanned",
    "Verdict",
    "Zone",
]
