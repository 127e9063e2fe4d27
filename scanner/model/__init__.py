"""The nouns. Frozen values that boxes hand to each other; no behaviour beyond what a noun knows of itself."""

from __future__ import annotations

from scanner.model.costs import Cost, Costs
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
from scanner.model.pairs import Glimpse, Partial, TrustAnchor
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
    "Cost",
    "Costs",
    "Coverage",
    "Credential",
    "Finding",
    "Glimpse",
    "Graph",
    "Identified",
    "Job",
    "Levels",
    "Location",
    "Occurrence",
    "Outcome",
    "Partial",
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
    "TrustAnchor",
    "Unscanned",
    "Verdict",
    "Zone",
]
