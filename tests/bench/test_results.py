from __future__ import annotations

from pathlib import Path

from tests.bench.measure import Usage
from tests.bench.results import Point, Results, Row, Target, load, machine, save

ROW = Row("keytrail", "1.0", (Usage(1.5, 2.5, 3, 4, 0),), (Usage(9, 9, 9, 9, 1),), {"blobs": 7}, whole=False)
TARGET = Target("a/b", 5, 6, "2026-01-01", (0.5, 1.5), (ROW,))


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    results = Results(
        (TARGET,),
        (TARGET,),
        ("a/b", (Point(0.5, 1, 2, 3),)),
        {"a/b": {"match": 1.0}},
        {"inflate": (0.5, 9.0)},
        ("a/b", {"gate": (0.25, 8.0)}),
    )
    save(tmp_path / "new" / "results.json", results)
    assert load(tmp_path / "new" / "results.json") == results


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert load(tmp_path / "results.json") == Results()


def test_a_history_replaces_what_was_measured_of_it_before() -> None:
    newer = Target("a/b", 7, 6, "2026-01-02", (0.5, 1.5), (ROW,))
    other = Target("c/d", 5, 6, "2026-01-01", (0.5, 1.5), (ROW,))
    assert Results().with_history(TARGET).with_history(other).with_history(newer).histories == (other, newer)


def test_the_machine_is_told_in_a_line() -> None:
    assert " cores (" in machine()
    assert "\n" not in machine()
