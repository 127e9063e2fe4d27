"""`--format junit`, read by a parser of JUnit's XML."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from scanner.model import Outcome, Reason, Severity, Unscanned, Verdict
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import credential, finding, hostile, identified, outcome, partial, story
from tests.scanner.reports.various import ACCEPTED, HERE, NAMES, OUTCOMES, about_job, held, many


def suites(given: Outcome) -> list[TestSuite]:
    xml = JUnitXml.fromstring(RENDERERS["junit"](given, Style()).encode())
    return list(xml)


def cases(given: Outcome) -> list[TestCase]:
    return [case for suite in suites(given) for case in suite]


def verdicts(given: Outcome, fail_on: str = "low") -> list[str]:
    """`failed`, `skipped` or `passed` of every case."""
    given = replace(given, verdict=Verdict(failed=True, fail_on=fail_on, reasons=()))
    sorts = {Failure: "failed", Skipped: "skipped"}
    return [next((sorts[type(one)] for one in case.result), "passed") for case in cases(given)]


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_counts_are_those_of_the_cases_and_no_two_have_one_name(name: str) -> None:
    for suite in suites(OUTCOMES[name]):
        told = list(suite)
        results = Counter(type(one) for case in told for one in case.result)
        assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (len(told), results[Failure], results[Skipped], 0)
        assert len({(case.classname, case.name) for case in told}) == len(told)


def test_the_sum_of_all_suites_is_said() -> None:
    xml = JUnitXml.fromstring(RENDERERS["junit"](many(20), Style()).encode())
    assert (xml.tests, xml.failures) == (sum(suite.tests for suite in suites(many(20))), sum(suite.failures for suite in suites(many(20))))


def test_a_credential_is_a_case_with_its_places_and_what_to_do() -> None:
    case, _ = cases(story())
    (failure,) = case.result
    assert (case.classname, case.name) == ("keytrail.credentials", "npm token npm_…(40) #k7f3q2")
    assert (failure.type, failure.message) == ("critical", "title of TB301 (TB301), 7 places")
    assert "~/.npmrc:3 in a dotfile of ~" in str(failure.text).splitlines()
    assert "1. publish through a trusted publisher" in str(failure.text).splitlines()


@pytest.mark.parametrize(
    ("fail_on", "expected"),
    [("critical", "passed"), ("high", "failed"), ("low", "failed"), ("none", "passed")],
)
def test_a_case_fails_when_one_of_its_findings_makes_the_run_fail(fail_on: str, expected: str) -> None:
    assert verdicts(held(HERE, findings=[finding("TB001", Severity.HIGH, "k7f3q2")]), fail_on)[0] == expected


def test_a_credential_without_a_finding_fails_nothing() -> None:
    assert verdicts(held(HERE))[0] == "passed"


def test_what_passes_says_what_it_is() -> None:
    case, _ = cases(held(HERE))
    assert str(case.system_out).splitlines()[:2] == ["high 70, 1 place", "a.yml:3 in the files of acme/web"]


def test_what_is_suppressed_is_skipped_and_says_why() -> None:
    case, _ = cases(OUTCOMES["suppressed"])
    assert [(type(one), one.message) for one in case.result] == [(Skipped, "suppressed, dummy: documented")]


def test_a_finding_is_a_case_that_is_skipped_once_it_is_accepted() -> None:
    given = about_job()
    assert [verdicts(given, fail_on)[0] for fail_on in ("medium", "high")] == ["failed", "passed"]
    accepted = replace(given, findings=(replace(given.findings[0], suppression=ACCEPTED),))
    case = cases(accepted)[0]
    assert (case.classname, case.name) == ("keytrail.findings", "TB603 title of TB603: .github/workflows/release.yml:12")
    assert [(type(one), one.message) for one in case.result] == [(Skipped, "accepted, baseline: known")]


def test_a_run_that_found_nothing_has_one_test_and_it_passes() -> None:
    assert [case.name for case in cases(outcome())] == ["everything could be read"]
    assert verdicts(outcome()) == ["passed"]


def test_what_was_not_read_skips_that_test() -> None:
    given = outcome(coverage=partial(Unscanned("acme/web", "a.zip", Reason.ENCRYPTED)))
    (case,) = cases(given)
    assert [(type(one), one.message) for one in case.result] == [(Skipped, "1 could not be read")]
    assert case.system_out == "Not read (encrypted): a.zip of acme/web"


def test_only_so_many_places_are_named() -> None:
    told = str(cases(held(*(replace(HERE, path=f"{n}.yml") for n in range(103))))[0].system_out).splitlines()
    assert (told[0], told[100], told[101]) == ("high 70, 103 places", "99.yml:3 in the files of acme/web", "and 3 more")


def test_no_time_is_told() -> None:
    assert " time=" not in RENDERERS["junit"](story(), Style())


@pytest.mark.parametrize("name", [*NAMES, "\ufffe\uffff", "\x0b\x0c\x00", "]]>", "&#0;", "\"'>"])
def test_any_name_gives_xml_with_our_elements_only(name: str) -> None:
    text = RENDERERS["junit"](hostile(name), Style())
    xml = JUnitXml.fromstring(text.encode())
    elements = {element.tag for element in xml._elem.iter()}  # noqa: SLF001 - the parser hides what it does not know
    assert elements == {"testsuites", "testsuite", "testcase", "failure", "skipped", "system-out"}


def test_equal_names_are_numbered() -> None:
    one = finding("TB404", Severity.LOW)
    assert [case.name for case in cases(outcome(findings=[one, replace(one, id="b")]))][:2] == [
        "TB404 title of TB404",
        "TB404 title of TB404 (2)",
    ]


def test_the_place_of_a_case_is_a_file_of_the_repository() -> None:
    case = cases(outcome([credential(identified(), [replace(HERE, path="a.zip!/b.ini")])]))[0]
    assert (case._elem.get("file"), case._elem.get("line")) == ("a.zip", None)  # noqa: SLF001 - attributes that only some systems read
