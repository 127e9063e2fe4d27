"""The life of findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from scanner.model import Finding
from scanner.store.lives import next_life
from scanner.store.schema import FINDINGS
from scanner.store.store import Store
from tests.scanner.store.worlds import NIGHTS, finding, finish, night, opened


def lives(store: Store) -> dict[str, str | None]:
    outcome = store.outcome()
    assert outcome is not None
    return {one.id: one.life for one in outcome.findings}


@pytest.mark.parametrize(
    ("nights", "expected"),
    [
        ("x", ["new"]),
        ("xx", ["new", "open"]),
        ("xxx", ["new", "open", "open"]),
        ("x.", ["new", "resolved"]),
        ("x..", ["new", "resolved", "resolved"]),
        ("x.xx", ["new", "resolved", "reopened", "open"]),
        ("x.x.x", ["new", "resolved", "reopened", "resolved", "reopened"]),
        ("xa", ["new", "accepted"]),
        ("axx", ["accepted", "accepted", "accepted"]),
        ("a.", ["accepted", "resolved"]),
        ("a.x", ["accepted", "resolved", "reopened"]),
        ("x.a", ["new", "resolved", "accepted"]),
    ],
)
def test_the_life_of_a_finding(tmp_path: Path, nights: str, expected: list[str]) -> None:
    """`x` is a night that reports it, `a` one that reports it as accepted, `.` one that does not."""
    reported = {"x": [finding("f")], "a": [finding("f", life="accepted")], ".": []}
    with opened(tmp_path / "s.db") as store:
        met = []
        for number, what in enumerate(nights):
            night(store, number, findings=reported[what])
            met.append(lives(store)["f"])
    assert met == expected


@pytest.mark.parametrize("said", ["new", "open", "resolved", "reopened", None])
@pytest.mark.parametrize(
    ("known", "expected"), [(None, "new"), ("new", "open"), ("open", "open"), ("resolved", "reopened"), ("reopened", "open")]
)
def test_nobody_but_the_store_tells_a_life_that_is_not_accepted(known: str | None, said: str | None, expected: str) -> None:
    assert next_life(known, said) == expected


def test_a_finding_that_two_chunks_report_counts_once_as_it_was_first(tmp_path: Path) -> None:
    first, second = finding("f", message="first"), finding("f", message="second")
    with opened(tmp_path / "s.db") as store, store.publish(NIGHTS[1]) as edition:
        edition.record((), [first, second])
        edition.record((), [second])
        finish(edition)
    with opened(tmp_path / "s.db") as store:
        outcome = store.outcome()
    assert outcome is not None
    assert outcome.findings == (finding("f", message="first", life="new"),)


def test_a_finding_is_as_it_was_reported_last(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, findings=[finding("f", message="before")])
        night(store, 2, findings=[finding("f", message="now")])
        night(store, 3)
        outcome = store.outcome()
    assert outcome is not None
    assert outcome.findings == (finding("f", message="now", life="resolved"),)


def test_many_findings_at_once(tmp_path: Path) -> None:
    many: list[Finding] = [finding(f"f{number:04}") for number in range(1200)]
    with opened(tmp_path / "s.db") as store:
        night(store, 1, findings=many)
        night(store, 2, findings=many[:700])
        met = list(lives(store).values())
    assert met == ["open"] * 700 + ["resolved"] * 500


def test_a_store_knows_which_run_changed_a_life(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        changed = []
        for number, reported in enumerate([True, True, True, False, False, True]):
            night(store, number, findings=[finding("f")] if reported else [])
            with store.database.reading() as transaction:
                changed += [row.changed_run for row in transaction.rows(select(FINDINGS.c.changed_run))]
    assert changed == [1, 2, 2, 4, 4, 6]
