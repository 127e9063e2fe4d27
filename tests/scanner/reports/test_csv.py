"""`--format csv`, read by Python's reader, and as a spreadsheet would read it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Outcome, Reason, Severity, Unscanned
from scanner.reports import RENDERERS, Style
from scanner.reports.csv import COLUMNS
from tests.scanner.reports.outcomes import finding, hostile, outcome, partial, removed, story
from tests.scanner.reports.various import ACCEPTED, HERE, NAMES, OUTCOMES, about_job, held, many


def rows(given: Outcome) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(RENDERERS["csv"](given, Style())), strict=True))


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_row_has_every_column_and_is_one_line(name: str) -> None:
    text = RENDERERS["csv"](OUTCOMES[name], Style())
    table = list(csv.reader(io.StringIO(text), strict=True))
    assert {len(row) for row in table} == {len(COLUMNS)}
    assert len(table) == text.count("\n")


def test_the_head_is_there_where_nothing_is_found() -> None:
    assert RENDERERS["csv"](outcome(), Style()) == ",".join(COLUMNS) + "\n"


def test_a_place_is_a_row() -> None:
    told = rows(story())
    assert [(row["path"], row["line"], row["zone"]) for row in told][:2] == [
        (".npmrc", "3", "workstation_dotfile"),
        (".bash_history", "812", "workstation_shell"),
    ]
    assert len(told) == 7
    assert {row["policies"] for row in told} == {"TB301 TB201 TB202 TB701"}


def test_a_place_in_history_says_since_when_and_until_when() -> None:
    (row,) = rows(held(removed()))
    assert (row["in_head"], row["reachability"], row["committed_at"], row["removed_at"]) == (
        "false",
        "branch",
        "2025-11-14T08:00:00Z",
        "2026-03-02T17:30:00Z",
    )


def test_what_is_suppressed_is_a_row_that_says_so() -> None:
    told = rows(held(HERE, replace(HERE, path="b.yml", suppression=ACCEPTED)))
    assert [(row["status"], row["suppression"]) for row in told] == [("open", ""), ("suppressed", "baseline: known")]


def test_findings_without_a_credential_and_what_was_not_read_are_rows() -> None:
    given = replace(about_job(), coverage=partial(Unscanned("acme/web", "a.zip", Reason.ENCRYPTED)))
    assert [(row["type"], row["policies"], row["path"], row["line"], row["job"]) for row in rows(given)] == [
        ("finding", "TB603", ".github/workflows/release.yml", "12", "release"),
        ("unscanned", "", "a.zip", "", ""),
    ]


def test_the_severity_of_a_row_is_that_of_its_place() -> None:
    found = [
        finding("TB301", Severity.CRITICAL, "k7f3q2", locations=()),
        finding("TB001", Severity.LOW, "k7f3q2", locations=about_job().findings[0].locations),
    ]
    assert [row["severity"] for row in rows(held(HERE, findings=found))] == ["critical"]


def test_thousands_of_places_are_thousands_of_rows() -> None:
    assert len(rows(many(1000))) == 3000


FORMULA = re.compile(r"\s*[=+@＝＋－＠-]")


def cells_of_spreadsheets(text: str) -> list[str]:
    """Every cell, whichever separator the spreadsheet of that country takes."""
    return [cell for mark in ",;\t|" for row in csv.reader(io.StringIO(text), delimiter=mark) for cell in row]


@pytest.mark.parametrize("name", [*NAMES, "=1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", 'a";=1', 'a,"=1', "x;;-1", "a\t=1"])
def test_no_cell_is_a_formula(name: str) -> None:
    assert [cell for cell in cells_of_spreadsheets(RENDERERS["csv"](hostile(name), Style())) if FORMULA.match(cell)] == []


@given(st.text(st.sampled_from("=+-@;,\"'|\t\r\n a"), max_size=12))
def test_no_name_makes_a_formula(name: str) -> None:
    assert [cell for cell in cells_of_spreadsheets(RENDERERS["csv"](hostile(name), Style())) if FORMULA.match(cell)] == []


def test_an_apostrophe_stands_before_what_would_be_a_formula_and_nowhere_else() -> None:
    told = rows(held(*(replace(HERE, path=path) for path in ("=a", "a=b", "a-b.yml", "x/-y"))))
    assert [row["path"] for row in told] == ["'=a", "a=b", "a-b.yml", "x/-y"]
