"""What SARIF says of jobs: a result stands where the job does what is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scanner.model import Finding, Location, Occurrence, Severity, Zone
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import credential, finding, identified, occurrence, outcome, releasing

WORKFLOW = ".github/workflows/release.yml"
STEP = Location("acme/web", WORKFLOW, 21, 9)
HERE = occurrence(Zone.REPO_HEAD, "acme/web", "a.yml", 3, in_head=True)
ELSEWHERE = Location("acme/web", "ci/other.yml", 4, 2)


def results(found: Finding, places: Sequence[Occurrence] = ()) -> list[Any]:
    held = [credential(identified(), places)] if places else []
    text = RENDERERS["sarif"](replace(outcome(held, [found]), jobs=(releasing(),)), Style())
    return list(json.loads(text)["runs"][0]["results"])


def where(one: Any) -> tuple[str, dict[str, int]]:  # noqa: ANN401 - a location is any JSON
    physical = one["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]


def test_a_finding_points_at_line_and_column_of_its_first_place_and_then_at_the_others() -> None:
    (one,) = results(finding("TB102", Severity.HIGH, jobs=("job-release",), locations=(STEP, ELSEWHERE)))
    assert where(one["locations"][0]) == (WORKFLOW, {"startLine": 21, "startColumn": 9})
    assert [where(related) for related in one["relatedLocations"]] == [("ci/other.yml", {"startLine": 4, "startColumn": 2})]


def test_one_without_places_points_at_its_job() -> None:
    (one,) = results(finding("TB102", Severity.HIGH, jobs=("job-release",)))
    assert where(one["locations"][0]) == (WORKFLOW, {"startLine": 12})


def test_one_about_a_credential_that_lies_elsewhere_stands_at_the_job_too() -> None:
    made = results(finding("TB101", Severity.HIGH, "k7f3q2", jobs=("job-release",), locations=(STEP,)), [HERE])
    assert [(one["ruleId"], where(one["locations"][0])[0]) for one in made] == [("TB101", "a.yml"), ("TB101", WORKFLOW)]


def test_one_about_a_credential_that_lies_there_is_not_told_twice() -> None:
    there = replace(HERE, path=WORKFLOW)
    made = results(finding("TB101", Severity.HIGH, "k7f3q2", jobs=("job-release",), locations=(STEP, ELSEWHERE)), [there])
    assert [where(one["locations"][0])[0] for one in made] == [WORKFLOW]


def test_one_about_no_job_stays_with_its_credential() -> None:
    made = results(finding("TB101", Severity.HIGH, "k7f3q2", locations=(STEP,)), [HERE])
    assert [where(one["locations"][0])[0] for one in made] == ["a.yml"]
