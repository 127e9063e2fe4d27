"""`--format gitlab` against the report schema of secret detection."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from markdown_it import MarkdownIt

from scanner.model import Location, Outcome, Reason, Severity, Unscanned, Zone
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import finding, hostile, identified, outcome, partial, removed, swept
from tests.scanner.reports.shapes import SecretDetection
from tests.scanner.reports.various import HERE, NAMES, OUTCOMES, about_job, held, many


def report(given: Outcome, style: Style | None = None) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(RENDERERS["gitlab"](given, style or Style()))


def found(given: Outcome) -> list[Any]:
    return list(report(given)["vulnerabilities"])


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_report_has_the_shape_that_gitlab_documents(name: str) -> None:
    SecretDetection.model_validate_json(RENDERERS["gitlab"](OUTCOMES[name], Style()))


def test_there_is_one_vulnerability_a_place_with_an_id_of_its_own() -> None:
    places = [HERE, replace(HERE, spot=replace(HERE.spot, line=9)), replace(HERE, path="b.yml", fingerprint="a2" * 16)]
    told = found(held(*places))
    assert [(one["location"]["file"], one["location"]["start_line"]) for one in told] == [("a.yml", 3), ("a.yml", 9), ("b.yml", 3)]
    assert len({one["id"] for one in told}) == 3


def test_an_id_outlives_a_moved_line_another_checkout_and_another_key() -> None:
    moved = replace(HERE, id="other", container="/builds/1/web", spot=replace(HERE.spot, line=90))
    there = held(moved)
    there = replace(there, credentials=(replace(there.credentials[0], identified=identified("other1")),))
    assert found(there)[0]["id"] == found(held(HERE))[0]["id"]


def test_thousands_of_places_have_thousands_of_ids() -> None:
    assert len({one["id"] for one in found(many(1000))}) == 3000


@pytest.mark.parametrize(("day", "time"), [(date(2026, 11, 25), "2026-11-25T00:00:00"), (None, "1970-01-01T00:00:00")])
def test_the_times_of_the_scan_are_those_of_no_clock(day: date | None, time: str) -> None:
    scan = report(outcome(), Style(as_of=day))["scan"]
    assert (scan["start_time"], scan["end_time"]) == (time, time)


def test_no_excerpt_of_a_file_is_in_it() -> None:
    assert {"raw_source_code_extract", "details"} & {key for one in found(OUTCOMES["everything"]) for key in one} == set()


def test_a_vulnerability_is_called_by_kind_and_its_policies_worst_first() -> None:
    told = [finding("TB301", Severity.CRITICAL, "k7f3q2"), finding("TB001", Severity.HIGH, "k7f3q2", title="Credential in source")]
    (one,) = found(held(HERE, findings=told))
    assert (one["name"], one["severity"]) == ("npm token", "Critical")
    assert [(entry["type"], entry["value"]) for entry in one["identifiers"]] == [
        ("keytrail_kind", "npm-token"),
        ("keytrail_policy", "TB301"),
        ("keytrail_policy", "TB001"),
    ]


def test_a_place_in_history_has_the_commit_that_brought_it_and_any_other_none() -> None:
    in_history, here = found(held(replace(removed(), author="Ada <ada@example.org>"), HERE))
    assert in_history["location"]["commit"] == {
        "sha": "3f2a9c1" + "0" * 33,
        "author": "Ada <ada@example.org>",
        "date": "2025-11-14T08:00:00Z",
    }
    assert here["location"]["commit"] == {"sha": "0000000"}


def test_what_is_no_file_is_called_as_elsewhere() -> None:
    (one,) = found(held(replace(HERE, zone=Zone.REPO_HISTORY, path="commit:3f2a9c1", spot=replace(HERE.spot, line=None))))
    assert one["location"] == {"file": "commit:3f2a9c1", "commit": {"sha": "0000000"}}


def test_a_finding_without_a_credential_is_one_at_its_job() -> None:
    (one,) = found(about_job())
    assert (one["name"], one["location"]["file"], one["location"]["start_line"]) == ("title of TB603", ".github/workflows/release.yml", 12)
    assert [entry["value"] for entry in one["identifiers"]] == ["TB603"]


def test_one_that_points_nowhere_has_no_file() -> None:
    (one,) = found(OUTCOMES["nowhere"])
    assert one["location"] == {"commit": {"sha": "0000000"}}


def test_what_is_suppressed_is_not_in_it() -> None:
    assert found(OUTCOMES["suppressed"]) == []


def test_what_was_not_read_is_a_warning_and_only_so_many_are_named() -> None:
    coverage = partial(*(Unscanned("acme/web", f"{n:03d}.zip", Reason.ENCRYPTED) for n in range(103)))
    messages = report(outcome(coverage=replace(coverage, notes=("said once",))))["scan"]["messages"]
    assert (messages[0], len(messages)) == ({"level": "warn", "value": "Not read (encrypted): 000.zip of acme/web"}, 102)
    assert messages[-2:] == [{"level": "warn", "value": "Not read: 3 more"}, {"level": "info", "value": "said once"}]


def test_a_target_that_did_not_fare_well_is_a_warning() -> None:
    assert [one["value"] for one in report(swept())["scan"]["messages"]] == [
        "Target acme/old: gone",
        "Target acme/shop: failed, the host refuses the connection",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_markup_in_what_gitlab_reads_as_markdown(name: str) -> None:
    for one in found(hostile(name)):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"{one['description']}\n\n{one['solution']}")
        inner = [token.type for block in tokens for token in block.children or ()]
        assert set(inner) <= {"text", "code_inline", "softbreak"}


def test_a_long_name_stays_within_the_bounds_of_the_schema() -> None:
    name = "<" * 40_000
    given = held(replace(HERE, path=name), findings=[finding("TB001", Severity.HIGH, "k7f3q2", title=name, remediation=name)])
    SecretDetection.model_validate(report(given), strict=True)
    SecretDetection.model_validate(report(about_job(title=name, message=name, locations=(Location(name, name),))), strict=True)
