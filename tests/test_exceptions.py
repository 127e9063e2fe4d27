"""What the configuration says about policies: other severities, and exceptions that end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run, keytrail
from tests.support.repos import Repo
from tests.support.templates import expand

WORKFLOW = """\
on:
  push: {tags: ["v*"]}
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    environment: npm
    steps:
      - run: npm publish --ignore-scripts --provenance=false
"""
ACCEPTED = '[[accepted]]\npolicy = "TB608"\nwhere = "{where}"\nreason = "the registry is down"\nuntil = 2024-06-01\n'


def said(folder: Path, settings: str, *more: str, on: str = "2024-01-08") -> Run:
    """What a scan says of a repository whose release leaves provenance out, with these settings."""
    Repo(folder / "web").commit({".github/workflows/release.yml": WORKFLOW})
    (folder / "keytrail.toml").write_text(settings)
    return keytrail("scan", "web", "--as-of", on, *more, cwd=folder)


def finding(run: Run) -> dict[str, Any]:
    (found,) = (one for one in json.loads(run.stdout)["findings"] if one["policy"] == "TB608")
    return dict(found)


def test_a_policy_has_the_severity_that_the_configuration_says(tmp_path: Path) -> None:
    run = said(tmp_path, '[severity]\nTB608 = "info"\n', "--format", "json")
    assert (finding(run)["severity"], run.code) == ("info", 0)


@pytest.mark.parametrize("where", [".github/*", "publish", ".github/workflows/release.yml"])
def test_what_is_accepted_is_counted_and_does_not_fail(tmp_path: Path, where: str) -> None:
    run = said(tmp_path, ACCEPTED.format(where=where))
    assert run.code == 0
    assert "1 suppressed finding (--show-suppressed)" in run.stdout
    assert "TB608" not in run.stdout


def test_what_is_accepted_is_shown_with_its_reason_to_who_asks(tmp_path: Path) -> None:
    run = said(tmp_path, ACCEPTED.format(where="publish"), "--show-suppressed")
    assert "1 suppressed finding:\n  TB608 " in run.stdout
    assert "Accepted: the registry is down (until 2024-06-01)." in " ".join(run.stdout.split())


def test_machines_are_told_why_a_finding_does_not_count(tmp_path: Path) -> None:
    said(tmp_path, ACCEPTED.format(where="publish"), "--output", "json:out.json", "--output", "sarif:out.sarif")
    (found,) = (one for one in json.loads((tmp_path / "out.json").read_text())["findings"] if one["policy"] == "TB608")
    assert found["suppression"] == {"by": "config", "reason": "the registry is down (until 2024-06-01)"}
    results = json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"]
    (result,) = (one for one in results if "TB608" in one["properties"]["policies"])
    assert result["suppressions"][0]["justification"] == "config: the registry is down (until 2024-06-01)"


def test_an_exception_for_another_place_accepts_nothing(tmp_path: Path) -> None:
    run = said(tmp_path, ACCEPTED.format(where="test"), "--format", "json")
    assert (finding(run)["suppression"], run.code) == (None, 1)


def test_an_exception_that_is_past_its_day_counts_no_more_and_says_so(tmp_path: Path) -> None:
    settings = ACCEPTED.format(where="publish")
    assert said(tmp_path / "last", settings, on="2024-06-01").code == 0
    run = said(tmp_path / "past", settings, on="2024-06-02")
    assert run.code == 1
    assert "Note: expired on 2024-06-01: the exception from TB608 for publish" in run.stdout


def test_a_reason_that_holds_a_credential_is_not_repeated(tmp_path: Path) -> None:
    token = expand("<npm:1>").decode()
    run = said(tmp_path, ACCEPTED.format(where="publish").replace("the registry is down", token), "--format", "json")
    assert finding(run)["suppression"]["reason"] == "accepted (until 2024-06-01)"
    assert token not in run.stdout


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('[severity]\nTB999 = "info"\n', "severity: there is no policy TB999; there are TB001"),
        ('[severity]\nTB608 = "none"\n', "severity.TB608 must be one of critical, high, medium, low, info"),
        ('severity = "low"\n', "severity must be a table of policies and severities"),
        (ACCEPTED.format(where="*").replace("TB608", "TB999"), "accepted: there is no policy TB999; there are TB001"),
        ('[[accepted]]\npolicy = "TB608"\nwhere = "*"\nuntil = 2024-06-01\n', "accepted[1].reason is missing"),
        ('[[accepted]]\npolicy = "TB608"\nwhere = "*"\nreason = " "\nuntil = 2024-06-01\n', "accepted[1].reason must be a text"),
        ('[[accepted]]\npolicy = "TB608"\nwhere = "*"\nreason = "x"\n', "accepted[1].until is missing"),
        (ACCEPTED.format(where="*").replace("2024-06-01", '"soon"'), "accepted[1].until must be a date such as 2027-01-01"),
        (ACCEPTED.format(where="*") + "who = 1\n", "accepted[1] has an unknown key who"),
        ("accepted = 1\n", "accepted must be a list of tables with policy, where, reason and until"),
    ],
)
def test_what_is_wrong_is_named_by_its_key(tmp_path: Path, settings: str, message: str) -> None:
    run = said(tmp_path, settings)
    assert (run.code, run.stdout) == (2, "")
    assert message in run.stderr
