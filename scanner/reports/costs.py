"""What detectors cost on a corpus, as a table and for machines. Times are of CPU, in nanoseconds for a KiB."""

from __future__ import annotations

import json

from scanner.model import Cost, Costs
from scanner.reports.escape import shown
from scanner.reports.words import counted

_HEAD = ("detector", "pass", "looks", "readings", "reading")


def render_costs(costs: Costs) -> str:
    """A line a detector, the costliest first. What cannot be told from chance is said to be less than that."""
    rows = [_HEAD, *((one.detector, _pass(costs, one), f"{one.looks}", f"{one.readings}", f"{one.reading:.1f}") for one in costs.detectors)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [
        "  ".join((row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)))) for row in rows
    ]
    lines += ["", *_about(costs)]
    return "".join(f"{shown(line)}\n" for line in lines)


def render_costs_json(costs: Costs) -> str:
    """The same for machines (`keytrail.costs/1`). Where `pass` is below `noise` it says nothing."""
    data = {
        "schema": "keytrail.costs/1",
        "corpus": {"texts": costs.texts, "bytes": costs.bytes},
        "unit": "ns/KiB",
        "whole": round(costs.whole, 1),
        "measured": "left-out" if costs.ground is None else "added",
        "ground": None if costs.ground is None else round(costs.ground, 1),
        "noise": round(costs.noise, 1),
        "detectors": [
            {
                "id": one.detector,
                "pass": round(one.passing, 1),
                "looks": one.looks,
                "readings": one.readings,
                "reading": round(one.reading, 1),
            }
            for one in costs.detectors
        ],
    }
    return json.dumps(data, indent=2) + "\n"


def _about(costs: Costs) -> tuple[str, ...]:
    if costs.ground is None:
        passing = f"pass: what is saved where a detector is left out, above chance ({costs.noise:.1f});"
    else:
        passing = (
            f"pass: what a detector's own anchors add to the encoded forms of all ({costs.ground:.1f}), above chance ({costs.noise:.1f});"
        )
    return (
        f"Nanoseconds of CPU for each KiB of {counted(costs.texts, 'text')} with {counted(costs.bytes, 'byte')}.",
        passing,
        f"the pass of a scan takes {costs.whole:.1f} with all of them. reading: the time of its looks at windows, all together.",
    )


def _pass(costs: Costs, one: Cost) -> str:
    return f"{one.passing:.1f}" if one.passing > costs.noise else f"<{costs.noise:.1f}"
