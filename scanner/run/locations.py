"""The places of a home and of a machine that are looked for, as a catalogue."""

from __future__ import annotations

from scanner.reports import Style
from scanner.reports.locations import Family, Location, render_locations, render_locations_json
from scanner.run.catalogue import check_form
from scanner.sources.workstation.catalogue import FAMILIES, MACHINE_FAMILIES, Row


def locations(form: str, _style: Style) -> str:
    """All of them, as text or JSON."""
    check_form(form)
    return render_locations_json(families()) if form == "json" else render_locations(families())


def families() -> tuple[Family, ...]:
    """Every place, by family, in the order in which they speak for a file."""
    return tuple((heading, tuple(map(_location, rows))) for heading, rows in (*FAMILIES, *MACHINE_FAMILIES))


def _location(row: Row) -> Location:
    mode = None if row.mode is None else f"{row.mode:04o}"
    return Location(row.pattern, row.tool, row.system, row.format, row.fields, row.zone, mode, row.root)
