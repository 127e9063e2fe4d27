"""Results as Markdown: what each tool took, and what became of the goals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.results import Point, Row, Target
from tests.bench.short import AGAIN, FIRST, NOTHING, RANGED, STAGED

OURS, PLAIN = "keytrail", "keytrail, no extension"
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio of ours to another's is to be at most."""

    tool: str
    other: str
    most: float
    history: str | None = None
    """The one it was set for; None is every one."""
    measure: str = "wall"


_PIP, _WAREHOUSE = "pypa/pip", "pypi/warehouse"
GOALS = (
    Goal(OURS, "betterleaks", 1 / 8, _PIP),
    Goal(OURS, "gitleaks", 1 / 12, _PIP),
    Goal(OURS, "kingfisher", 1 / 12, _PIP),
    Goal(OURS, "kingfisher", 1 / 12, _WAREHOUSE),
    Goal(OURS, "git cat-file", 1 / 2, _PIP),
    Goal(OURS, "git cat-file", 1 / 2, _WAREHOUSE),
    Goal(OURS, "floor", 3, _PIP),
    Goal(OURS, "floor", 3, _WAREHOUSE),
    Goal(PLAIN, "betterleaks", 1 / 4, _PIP),
    Goal(PLAIN, "gitleaks", 1 / 6, _PIP),
    Goal(PLAIN, "kingfisher", 1 / 6, _PIP),
    Goal(PLAIN, "kingfisher", 1 / 8, _WAREHOUSE),
    Goal(PLAIN, "git cat-file", 1, _PIP),
    Goal(PLAIN, "git cat-file", 1, _WAREHOUSE),
    Goal(OURS, "kingfisher", 1, None, "peak"),
)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is words and whose others are numbers."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def measured(target: Target) -> str:
    """What each tool took for a target, against keytrail."""
    ours = target.row(OURS)
    assert ours is not None
    cold = any(row.cold for row in target.rows)
    head = ["", "wall", "ratio", "fastest", "CPU", "ratio", "peak", "without files", *(["cold"] if cold else []), "says it read"]
    return table(head, (list(_cells(row, ours, cold=cold)) for row in target.rows))


def _cells(row: Row, ours: Row, *, cold: bool) -> Iterator[str]:
    yield f"{row.tool} {row.version}" + ("" if row.whole else " (stopped early)")
    yield from (f"{row.wall:.2f} s", times(row.wall / ours.wall), f"{row.fastest:.2f} s", f"{row.cpu:.2f} s", times(row.cpu / ours.cpu))
    yield from (f"{row.peak / _MIB:.0f} MiB", f"{row.own / _MIB:.0f} MiB")
    if cold:
        yield "" if row.from_disk is None else f"{row.from_disk:.2f} s"
    yield ", ".join(f"{number / 1e6:.0f} MB" if unit == "bytes" else f"{number:,} {unit}" for unit, number in row.counted.items()) or "–"


def goals(targets: Sequence[Target], wanted: Sequence[Goal] = GOALS) -> str:
    """Every goal that something measured speaks of."""
    return table(["", "history", "goal", "wall", "fastest", "CPU", ""], (cells for goal in wanted for cells in _goal(goal, targets)))


def _goal(goal: Goal, targets: Sequence[Target]) -> Iterator[list[str]]:
    for target in targets:
        ours, other = target.row(goal.tool), target.row(goal.other)
        if ours is None or other is None or goal.history not in {None, target.name}:
            continue
        note = "" if other.whole else f", which {goal.other} does not read to its end"
        if goal.measure == "peak":
            ratio = ours.peak / other.peak
            yield [
                f"peak memory, {goal.tool} to {goal.other}",
                target.name,
                f"≤ {goal.most:.3g}×",
                times(ratio),
                "",
                "",
                _met(ratio, goal.most),
            ]
            continue
        ratio = ours.wall / other.wall
        yield [
            f"{goal.tool} to {goal.other}",
            target.name,
            f"≤ {goal.most:.3g}×",
            times(ratio),
            times(ours.fastest / other.fastest),
            times(ours.cpu / other.cpu),
            _met(ratio, goal.most) + note,
        ]


def _met(ratio: float, most: float) -> str:
    return "met" if ratio <= most else f"not met, {ratio / most:.1f} times too much"


def growth(points: Sequence[Point]) -> str:
    """What each part of a history took, and how much a thousand objects of it."""
    head = ["part of the commits", "objects", "wall", "CPU", "CPU for 1,000 objects"]
    return table(
        head,
        (
            [
                f"{point.part:g}",
                f"{point.objects:,}",
                f"{point.wall:.2f} s",
                f"{point.cpu:.2f} s",
                f"{point.cpu / point.objects * 1e6:.1f} ms",
            ]
            for point in points
        ),
    )


def shares(stages: Mapping[str, Mapping[str, float]]) -> str:
    """By stage and history: seconds and their share of all."""
    names = list(stages)
    totals = {name: sum(stages[name].values()) for name in names}
    every = sorted(
        {stage for name in names for stage in stages[name]}, key=lambda stage: -max(stages[name].get(stage, 0) for name in names)
    )
    rows = [[stage, *(_share(stages[name].get(stage, 0), totals[name]) for name in names)] for stage in every]
    return table(["", *names], [*rows, ["all", *(f"{totals[name]:.2f} s" for name in names)]])


def _share(seconds: float, total: float) -> str:
    return f"{seconds:.2f} s, {seconds / total:.0%}"


def short(taken: Mapping[str, tuple[float, float]]) -> str:
    """Of each short run the time, what of it is above Python's own start, and its memory."""
    nothing = taken[NOTHING][0]
    rows = (
        [name, f"{wall * 1000:.0f} ms", f"{(wall - nothing) * 1000:.0f} ms", f"{peak / _MIB:.0f} MiB"]
        for name, (wall, peak) in taken.items()
    )
    return table(["", "wall", "above an empty Python", "peak"], rows)


def short_goals(taken: Mapping[str, tuple[float, float]]) -> str:
    """What is asked of the gate and of a sweep in which nothing is new."""
    walls, peaks = ({name: pair[place] for name, pair in taken.items()} for place in (0, 1))
    staged, ranged, theirs = f"keytrail, {STAGED}", f"keytrail, {RANGED}", f"betterleaks, {RANGED}"
    above, again = walls[staged] - walls[NOTHING], walls[AGAIN] / walls[FIRST]
    peak = max(peaks[staged], peaks[ranged]) / _MIB
    rows = [
        [f"gate on {STAGED}, above an empty Python", "≤ 100 ms", f"{above * 1000:.0f} ms", _met(above, 0.1)],
        ["peak memory of a gate", "≤ 120 MiB", f"{peak:.0f} MiB", _met(peak, 120)],
        ["sweep in which nothing is new, to the first", "≤ 3%", f"{again:.1%}", _met(again, 0.03)],
    ]
    if theirs in walls:
        ratio = walls[ranged] / walls[theirs]
        rows.insert(1, [f"gate on {RANGED}, to betterleaks", "≤ 1.00×", times(ratio), _met(ratio, 1)])
    return table(["", "goal", "measured", ""], rows)


def micro(benchmarks: Mapping[str, tuple[float, float]]) -> str:
    """Of each part the time of a round and how much it goes through in a second."""
    rows = (
        [name, f"{seconds * 1e6:,.0f} µs", f"{size:,.0f}", f"{size / seconds / 1e6:,.1f} MB/s"]
        for name, (seconds, size) in benchmarks.items()
    )
    return table(["", "a round", "bytes", "speed"], rows)


def times(ratio: float) -> str:
    """A ratio in as many digits as mean something."""
    return f"{ratio:.2f}×" if ratio < 10 else f"{ratio:.0f}×"
