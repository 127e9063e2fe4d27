"""`--format rdjson` against the messages of reviewdog's Diagnostic Format."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from scanner.model import Outcome, Reason, Severity, Unscanned
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import finding, hostile, outcome, partial, removed
from tests.scanner.reports.shapes import DiagnosticResult
from tests.scanner.reports.various import HERE, NAMES, OUTCOMES, about_job, held


def result(given: Outcome) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(RENDERERS["rdjson"](given, Style()))


def told(given: Outcome) -> list[Any]:
    return list(result(given)["diagnostics"])


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_report_has_the_shape_that_reviewdog_documents(name: str) -> None:
    DiagnosticResult.model_validate_json(RENDERERS["rdjson"](OUTCOMES[name], Style()))


def test_a_credential_is_one_diagnostic_in_a_file_with_what_to_do() -> None:
    found = [finding("TB001", Severity.HIGH, "k7f3q2", title="Credential in source")]
    (one,) = told(held(HERE, replace(HERE, spot=replace(HERE.spot, line=9)), findings=found))
    assert one["code"] == {"value": "TB001"}
    assert one["location"] == {"path": "a.yml", "range": {"start": {"line": 3}}}
    assert one["message"].splitlines() == [
        "npm token `npm_…(40)` `#k7f3q2` in the files of `acme/web`, and in 1 other place. Credential in source (TB001).",
        "",
        "1. publish through a trusted publisher",
        "2. revoke it at the registry",
        "3. remove the copies",
    ]


def test_what_only_history_has_is_a_file_without_a_line() -> None:
    assert [one["location"] for one in told(held(removed(path="old.ini")))] == [{"path": "old.ini"}]


def test_a_member_of_an_archive_is_its_file() -> None:
    assert [one["location"] for one in told(held(replace(HERE, path="a.zip!/b.yml")))] == [{"path": "a.zip"}]


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, "ERROR"),
        (Severity.HIGH, "ERROR"),
        (Severity.MEDIUM, "WARNING"),
        (Severity.LOW, "INFO"),
        (Severity.INFO, "INFO"),
    ],
)
def test_every_severity_has_one_of_reviewdogs_and_the_whole_has_the_worst(severity: Severity, level: str) -> None:
    made = result(held(HERE, severity=severity))
    assert (made["diagnostics"][0]["severity"], made["severity"]) == (level, level)


def test_nothing_found_has_no_severity() -> None:
    assert result(outcome()) == {"source": {"name": "keytrail"}, "severity": "UNKNOWN_SEVERITY", "diagnostics": []}


def test_one_that_points_nowhere_has_no_location() -> None:
    (one,) = told(OUTCOMES["nowhere"])
    assert "location" not in one


def test_a_finding_about_a_job_is_one_at_its_line() -> None:
    (one,) = told(about_job())
    assert one["location"] == {"path": ".github/workflows/release.yml", "range": {"start": {"line": 12}}}


def test_what_was_not_read_is_one_too() -> None:
    (one,) = told(outcome(coverage=partial(Unscanned("acme/web", "a.zip", Reason.ENCRYPTED))))
    assert (one["code"]["value"], one["severity"], one["location"]) == ("unscanned", "INFO", {"path": "a.zip"})


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_markup_in_a_comment(name: str) -> None:
    for one in told(hostile(name)):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(one["message"])
        assert {token.type for block in tokens for token in block.children or ()} <= {"text", "code_inline"}
