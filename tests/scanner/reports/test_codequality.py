"""`--format codequality` against what GitLab documents of its Code Quality report."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from scanner.model import Outcome, Reason, Severity, Unscanned
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import outcome, partial, removed
from tests.scanner.reports.shapes import CodeQuality
from tests.scanner.reports.various import HERE, OUTCOMES, about_job, held, many


def issues(given: Outcome) -> list[Any]:
    return list(json.loads(RENDERERS["codequality"](given, Style())))


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_report_has_the_shape_that_gitlab_documents(name: str) -> None:
    CodeQuality.validate_json(RENDERERS["codequality"](OUTCOMES[name], Style()))


def test_nothing_found_is_an_empty_list_and_no_empty_file() -> None:
    assert RENDERERS["codequality"](outcome(), Style()) == "[]\n"


def test_a_credential_is_one_issue_in_a_file() -> None:
    (one,) = issues(held(HERE, replace(HERE, spot=replace(HERE.spot, line=9))))
    assert (one["check_name"], one["location"]) == ("TB003", {"path": "a.yml", "lines": {"begin": 3}})
    assert one["description"] == "npm token npm_…(40) #k7f3q2 in the files of acme/web, and in 1 other place."


@pytest.mark.parametrize(
    ("severity", "word"),
    [
        (Severity.CRITICAL, "blocker"),
        (Severity.HIGH, "critical"),
        (Severity.MEDIUM, "major"),
        (Severity.LOW, "minor"),
        (Severity.INFO, "info"),
    ],
)
def test_every_severity_has_one_of_gitlabs(severity: Severity, word: str) -> None:
    assert [one["severity"] for one in issues(held(HERE, severity=severity))] == [word]


def test_what_only_history_has_is_at_the_first_line() -> None:
    assert [one["location"] for one in issues(held(removed(path="old.ini", line=40)))] == [{"path": "old.ini", "lines": {"begin": 1}}]


def test_fingerprints_do_not_follow_lines_and_no_two_are_equal() -> None:
    moved = replace(HERE, spot=replace(HERE.spot, line=90))
    assert issues(held(HERE))[0]["fingerprint"] == issues(held(moved))[0]["fingerprint"]
    for given in (many(500), *OUTCOMES.values()):
        assert set(Counter(one["fingerprint"] for one in issues(given)).values()) <= {1}


def test_a_finding_about_a_job_is_one_at_its_line() -> None:
    assert [(one["check_name"], one["severity"], one["location"]["lines"]) for one in issues(about_job())] == [
        ("TB603", "major", {"begin": 12})
    ]


def test_what_was_not_read_is_an_issue_too() -> None:
    (one,) = issues(outcome(coverage=partial(Unscanned("acme/web", "a.zip", Reason.ENCRYPTED, "needs a password"))))
    assert (one["check_name"], one["severity"], one["location"]["path"]) == ("unscanned", "info", "a.zip")


def test_what_is_suppressed_is_no_issue() -> None:
    assert issues(OUTCOMES["suppressed"]) == []
