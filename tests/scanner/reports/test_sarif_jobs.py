"""What SARIF says of jobs: a result stands where the job does what is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scanner.model import Finding, Location, Occurrence, Outcome, Severity, SourceCoverage, Use, Zone
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import NPM_SLOT, credential, finding, identified, occurrence, outcome, releasing, story

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


def ways(given: Outcome) -> list[list[list[tuple[str, str]]]]:
    """Address and words of each step of each code flow, by result."""
    made = json.loads(RENDERERS["sarif"](given, Style()))["runs"][0]["results"]
    return [
        [
            [(where(step["location"])[0], step["location"]["message"]["text"]) for step in flow["threadFlows"][0]["locations"]]
            for flow in one.get("codeFlows", [])
        ]
        for one in made
    ]


def test_a_credential_that_a_job_gets_shows_the_way_by_its_slot() -> None:
    (dotfile, *_) = ways(replace(story(), jobs=(releasing(),)))
    assert dotfile == [
        [
            (WORKFLOW, "The job release takes NPM_TOKEN"),
            ("NPM_TOKEN", "NPM_TOKEN of acme/web (project)"),
            (".npmrc", "npm token npm_…(40) #k7f3q2 in a dotfile of ~"),
        ]
    ]


def test_a_job_takes_its_slot_at_the_line_that_names_it() -> None:
    (first, *_) = json.loads(RENDERERS["sarif"](replace(story(), jobs=(releasing(),)), Style()))["runs"][0]["results"]
    assert where(first["codeFlows"][0]["threadFlows"][0]["locations"][0]["location"]) == (WORKFLOW, {"startLine": 21})


def test_a_finding_without_a_credential_shows_which_job_takes_which_slot() -> None:
    told = finding("TB603", Severity.HIGH, jobs=("job-release", "job-gone"), slots=(NPM_SLOT.id, "slot-gone"))
    given = replace(outcome(findings=[told], slots=(NPM_SLOT,)), jobs=(releasing(),))
    assert ways(given) == [[[(WORKFLOW, "The job release takes NPM_TOKEN"), ("NPM_TOKEN", "NPM_TOKEN of acme/web (project)")]]]


def test_without_a_slot_there_is_no_way() -> None:
    assert ways(replace(story(), slots=(), jobs=(releasing(),)))[0] == []
    assert ways(story())[0] == []


def test_code_flows_do_not_grow_with_places_times_jobs() -> None:
    jobs = tuple(replace(releasing(f"j{n}"), uses=(Use("NPM_TOKEN", "job_env", STEP, slot=NPM_SLOT.id),)) for n in range(200))
    for files, most in ((1, 10), (500, 2)):
        held = credential(identified(), [replace(HERE, path=f"{n}.yml") for n in range(files)])
        given = replace(outcome([held], slots=(NPM_SLOT,)), jobs=jobs)
        assert {len(flows) for flows in ways(given)} == {most}


def fingerprints(*found: Finding, target: str = "acme/web") -> list[str]:
    """Those of findings that no credential shows, in a run over `target`."""
    given = outcome(findings=found)
    job = releasing(container=target, at=Location(target, WORKFLOW, 12))
    given = replace(given, jobs=(job,), coverage=replace(given.coverage, sources=(SourceCoverage("repository", target, 1, 1, 0),)))
    made = json.loads(RENDERERS["sarif"](given, Style()))["runs"][0]["results"]
    return [one["partialFingerprints"]["keytrail/v1"] for one in made]


def test_the_fingerprint_of_a_finding_is_the_same_on_another_machine_and_after_lines_moved() -> None:
    one = finding("TB102", Severity.HIGH, jobs=("job-release",))
    here = fingerprints(replace(one, locations=(STEP,)))
    there = fingerprints(replace(one, id="f-other", locations=(replace(STEP, container="/builds/7", line=90),)), target="/builds/7")
    assert here == there


def test_findings_that_differ_in_policy_job_or_number_have_fingerprints_of_their_own() -> None:
    one = finding("TB102", Severity.HIGH, jobs=("job-release",), locations=(STEP,))
    others = (one, replace(one, id="2"), replace(one, id="3", policy="TB103"), replace(one, id="4", jobs=()))
    assert len(set(fingerprints(*others))) == 4
