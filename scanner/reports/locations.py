"""The catalogue of places in a home and outside of homes, family by family: what lies there, in which format, and who may read it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from scanner.model import Zone
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """One place below a home, or outside of homes."""

    pattern: str
    """From the home on, or from the root of the file system."""
    tool: str
    system: str
    """`any`, or the only one that has it there."""
    format: str
    fields: str
    """What names the secrets, for people."""
    zone: Zone
    mode: str | None
    """What its mode should be, in octal digits; None where a mode alone says nothing."""
    root: str = "home"
    """`home`, or `machine` for what lies outside."""

    @property
    def shown(self) -> str:
        """The pattern as people write it: absolute, where it does not begin at a home."""
        return self.pattern if self.root == "home" else f"/{self.pattern}"


Family = tuple[str, Sequence[Location]]
"""A heading, and what stands under it."""


def render_locations(families: Sequence[Family]) -> str:
    """A line a place, by family, and how many there are."""
    places = [place for _, family in families for place in family]
    rows = [("place", "tool", "system", "format", "zone", "mode"), *map(_row, places)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    parts = [lines[0]]
    at = 1
    for heading, family in families:
        parts += ["", heading, *lines[at : at + len(family)]]
        at += len(family)
    tools = {place.tool for place in places}
    return "".join(f"{line}\n" for line in (*parts, "", f"{len(places)} places of {len(tools)} tools."))


def render_locations_json(families: Sequence[Family]) -> str:
    """The same for machines (`keytrail.locations/1`), with what names the secrets."""
    entries = [
        {
            "pattern": place.shown,
            "root": place.root,
            "tool": place.tool,
            "family": heading,
            "system": place.system,
            "format": place.format,
            "fields": place.fields,
            "zone": place.zone.value,
            "mode": place.mode,
        }
        for heading, family in families
        for place in family
    ]
    return json.dumps({"schema": "keytrail.locations/1", "locations": entries}, indent=2) + "\n"


def _row(place: Location) -> tuple[str, ...]:
    return (place.shown, place.tool, place.system, place.format, place.zone.value, place.mode or "–")
