from __future__ import annotations

import pytest

from tests.bench import tables
from tests.bench.measure import Usage
from tests.bench.results import Point, Row, Target
from tests.bench.tables import Goal

MIB = 1 << 20


def row(tool: str, *walls: float, whole: bool = True, peak: int = 100 * MIB) -> Row:
    usages = tuple(Usage(wall, wall * 2, peak, 50 * MIB, 0) for wall in walls)
    return Row(tool, "1.0", usages, counted={"blobs": 1234, "bytes": 5_600_000}, whole=whole)


def target(name: str, *rows: Row) -> Target:
    return Target(name, 1, 1, "2026-01-01", (1.0, 2.0), rows)


def test_a_row_is_the_median_of_its_rounds() -> None:
    assert (row("keytrail", 1, 9, 2).wall, row("keytrail", 1, 9, 2).cpu) == (2, 4)


def test_others_are_times_of_keytrail() -> None:
    assert tables.measured(target("a", row("keytrail", 1.5, 2, 2.5), row("slow", 30, whole=False))).splitlines()[2:] == [
        "| keytrail 1.0 | 2.00 s | 1.00× | 1.50 s | 4.00 s | 1.00× | 100 MiB | 50 MiB | 1,234 blobs, 6 MB |",
        "| slow 1.0 (stopped early) | 30.00 s | 15× | 30.00 s | 60.00 s | 15× | 100 MiB | 50 MiB | 1,234 blobs, 6 MB |",
    ]


@pytest.mark.parametrize(("ours", "said"), [(5.0, "met"), (5.1, "not met, 1.0 times too much"), (20.0, "not met, 4.0 times too much")])
def test_a_goal_is_met_or_not(ours: float, said: str) -> None:
    lines = tables.goals([target("a", row("keytrail", ours), row("other", 20))], [Goal("keytrail", "other", 0.25, "a")]).splitlines()
    assert lines[2].endswith(f"| {said} |")


def test_a_goal_says_when_the_other_stopped_early() -> None:
    lines = tables.goals([target("a", row("keytrail", 1), row("other", 20, whole=False))], [Goal("keytrail", "other", 0.25)]).splitlines()
    assert lines[2].endswith("| met, which other does not read to its end |")


def test_a_goal_for_another_history_or_without_measurement_is_not_listed() -> None:
    wanted = [Goal("keytrail", "other", 1, "b"), Goal("keytrail", "nobody", 1)]
    assert len(tables.goals([target("a", row("keytrail", 1), row("other", 2))], wanted).splitlines()) == 2


def test_memory_is_a_goal_of_its_own() -> None:
    measured = [target("a", row("keytrail", 9, peak=50 * MIB), row("other", 1))]
    lines = tables.goals(measured, [Goal("keytrail", "other", 1, None, "peak")]).splitlines()
    assert lines[2] == "| peak memory, keytrail to other | a | ≤ 1× | 0.50× |  |  | met |"


def test_growth_is_told_by_the_thousand_objects() -> None:
    assert tables.growth([Point(0.5, 2000, 1, 3)]).splitlines()[2] == "| 0.5 | 2,000 | 1.00 s | 3.00 s | 1500.0 ms |"


def test_stages_are_told_with_their_share() -> None:
    assert tables.shares({"a": {"match": 1.0, "delta": 3.0}}).splitlines()[2:] == [
        "| delta | 3.00 s, 75% |",
        "| match | 1.00 s, 25% |",
        "| all | 4.00 s |",
    ]


def test_a_single_part_is_told_with_its_speed() -> None:
    assert tables.micro({"inflate": (0.001, 2_000_000)}).splitlines()[2] == "| inflate | 1,000 µs | 2,000,000 | 2,000.0 MB/s |"


SHORT = {
    "python -c pass": (0.02, 1.0),
    "keytrail, 5 staged files": (0.17, 30.0 * MIB),
    "keytrail, 100 commits": (0.25, 130.0 * MIB),
    "betterleaks, 100 commits": (0.5, 40.0 * MIB),
    "keytrail sweep, the first time": (10.0, 1.0),
    "keytrail sweep, nothing new": (0.2, 1.0),
}


def test_short_runs_are_told_above_an_empty_python() -> None:
    assert tables.short(SHORT).splitlines()[3] == "| keytrail, 5 staged files | 170 ms | 150 ms | 30 MiB |"


def test_the_goals_of_short_runs() -> None:
    assert tables.short_goals(SHORT).splitlines()[2:] == [
        "| gate on 5 staged files, above an empty Python | ≤ 100 ms | 150 ms | not met, 1.5 times too much |",
        "| gate on 100 commits, to betterleaks | ≤ 1.00× | 0.50× | met |",
        "| peak memory of a gate | ≤ 120 MiB | 130 MiB | not met, 1.1 times too much |",
        "| sweep in which nothing is new, to the first | ≤ 3% | 2.0% | met |",
    ]


def test_without_betterleaks_its_goal_is_left_out() -> None:
    assert "betterleaks" not in tables.short_goals({name: pair for name, pair in SHORT.items() if not name.startswith("betterleaks")})
