"""docs/performance.md, from the results that are kept.

usage: python -m tests.bench.page [--results FILE] [--micro FILE]

`--micro` takes what pytest-benchmark wrote into the results first. What people write of the numbers stands in `performance.md` beside this
file, and goes into the page as it is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from tests.bench import results, tables
from tests.bench.history import RESULTS
from tests.bench.picture import curves
from tests.bench.results import Results, Target, machine

DOCS = Path(__file__).parents[2] / "docs"
WORDS = Path(__file__).with_name("performance.md")
PICTURE = "performance-growth.svg"


def page(found: Results, words: str, where: str) -> str:
    """The whole page; `words` has a place for each part, `where` is the machine."""
    parts = {
        "machine": where,
        "goals": tables.goals(found.histories),
        "histories": "\n".join(map(_history, found.histories)),
        "trees": "\n".join(map(_tree, found.trees)),
        "growth": "\n".join(_growth(found)),
        "stages": tables.shares(found.stages) if found.stages else "",
        "short": "\n".join(_short(found)),
        "micro": tables.micro(found.micro) if found.micro else "",
    }
    for name, text in parts.items():
        words = words.replace(f"<!-- {name} -->", text.strip() or "Not measured.")
    return words


def _history(target: Target) -> str:
    rounds = len(target.rows[0].warm)
    begun, ended = target.load
    about = f"{target.objects:,} objects in {target.bytes / 1e6:.0f} MB of packs; {_rounds(rounds)} on {target.day}, load {begun:.0f} to {ended:.0f}."
    return f"### {target.name}\n\n{about}\n\n{tables.measured(target)}"


def _tree(target: Target) -> str:
    begun, ended = target.load
    about = f"{target.objects:,} files of HEAD with {target.bytes / 1e6:.1f} MB; {_rounds(len(target.rows[0].warm))} on {target.day}, load {begun:.0f} to {ended:.0f}."
    return f"### {target.name}\n\n{about}\n\n{tables.measured(target)}"


def _rounds(count: int) -> str:
    return "one round" if count == 1 else f"{count} rounds"


def _growth(found: Results) -> Iterator[str]:
    name, points = found.growth
    if points:
        yield f"![wall and processor time of keytrail against the objects of a part of {name}]({PICTURE})\n"
        yield f"The oldest commits of {name}, packed anew with git's defaults:\n"
        yield tables.growth(points)


def _short(found: Results) -> Iterator[str]:
    name, taken = found.short
    if taken:
        yield tables.short_goals(taken)
        yield f"In a clone of {name}'s recent history, and over all of {name}:\n"
        yield tables.short(taken)


def picture(found: Results) -> str | None:
    """The curve, if anything grew."""
    name, points = found.growth
    if not points:
        return None
    lines = {
        "wall": [(point.objects / 1000, point.wall) for point in points],
        "CPU of all processes": [(point.objects / 1000, point.cpu) for point in points],
    }
    return curves(f"keytrail on 1/8, 1/4, 1/2 and all of {name}", "thousand objects", "seconds", lines)


def main() -> None:
    """Writes the page and its picture."""
    parser = argparse.ArgumentParser(description="Write docs/performance.md from what was measured.")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--micro", type=Path)
    options = parser.parse_args()
    found = results.load(options.results)
    if options.micro:
        data = json.loads(options.micro.read_text(encoding="utf-8"))["benchmarks"]
        found = found.with_micro(
            {one["name"].removeprefix("test_"): (one["stats"]["median"], float(one["extra_info"]["bytes"])) for one in data}
        )
        results.save(options.results, found)
    (DOCS / "performance.md").write_text(page(found, WORDS.read_text(encoding="utf-8"), machine()), encoding="utf-8")
    if drawn := picture(found):
        (DOCS / PICTURE).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
