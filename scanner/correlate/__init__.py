"""From sightings to a graph: what is one place, when a credential came and went, and which places hold the same one."""

from __future__ import annotations

from scanner.correlate.graph import build_graph
from scanner.correlate.injection import injected
from scanner.correlate.links import fill_slots, superseded
from scanner.correlate.places import FilePaths, MakeId, Part, occurrences_at
from scanner.correlate.timeline import occurrences_of
from scanner.correlate.zones import export_zone, folder_zone, home_zone, repository_zone

__all__ = [
    "FilePaths",
    "MakeId",
    "Part",
    "build_graph",
    "export_zone",
    "fill_slots",
    "folder_zone",
    "home_zone",
    "injected",
    "occurrences_at",
    "occurrences_of",
    "repository_zone",
    "superseded",
]
