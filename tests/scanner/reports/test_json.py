from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from scanner import hosts
from scanner.contract import Confidence, Fact
from scanner.model import Levels, Occurrence, Outcome, Reason, Severity, Suppression, Unscanned, Zone
from scanner.reports import RENDERERS, Style, render_credential_json
from scanner.reports.shape import Report
from tests.scanner.reports.outcomes import (
    NPM_SLOT,
    credential,
    everything,
    finding,
    identified,
    location,
    occurrence,
    outcome,
    partial,
    releasing,
    removed,
    story,
    suppressed,
    swept,
)

ACCEPTED = Suppression("baseline", "known")


def written(given: Outcome) -> str:
    return RENDERERS["json"](given, Style())


def loaded(given: Outcome) -> Any:  # noqa: ANN401 - a report is any JSON
    return json.loads(written(given))


def test_the_whole_report(snapshot: SnapshotAssertion) -> None:
    assert written(everything()).replace(hosts.spell(hosts.NPM), "the registry's host") == snapshot


def test_the_whole_report_of_a_sweep(snapshot: SnapshotAssertion) -> None:
    assert written(swept()) == snapshot


def test_the_whole_report_validates_and_holds_nothing_that_the_schema_does_not_name() -> None:
    text = written(everything())
    assert Report.model_validate_json(text).model_dump(mode="json", by_alias=True) == json.loads(text)


def test_the_order_in_which_things_were_found_does_not_show() -> None:
    one = everything()
    mixed = random.Random(7)
    other = replace(
        one,
        credentials=tuple(mixed.sample(one.credentials, len(one.credentials))),
        findings=tuple(mixed.sample(one.findings, len(one.findings))),
        detectors=one.detectors[::-1],
        coverage=replace(one.coverage, unscanned=one.coverage.unscanned[::-1], skipped=dict(sorted(one.coverage.skipped.items()))),
    )
    assert written(other) == written(one)


def test_the_time_of_the_run_does_not_show() -> None:
    assert written(replace(story(), seconds=0.1)) == written(replace(story(), seconds=99.0))


def test_a_style_changes_nothing() -> None:
    loud = Style(width=40, colour=True, links=True, all_places=True, quiet=True)
    assert RENDERERS["json"](story(), loud) == written(story())


def test_credentials_are_worst_first_by_severity_score_privilege_confidence_and_id() -> None:
    def one(short: str, severity: Severity, score: int, privilege: int, confidence: Confidence) -> Any:  # noqa: ANN401 - as below
        made = credential(identified(short, confidence=confidence), [removed()], severity, score)
        return replace(made, levels=Levels(privilege, 3, 3, 3))

    ordered = [
        one("a", Severity.CRITICAL, 10, 1, Confidence.LOW),
        one("b", Severity.HIGH, 70, 1, Confidence.LOW),
        one("c", Severity.HIGH, 60, 5, Confidence.LOW),
        one("d", Severity.HIGH, 60, 4, Confidence.HIGH),
        one("e", Severity.HIGH, 60, 4, Confidence.MEDIUM),
        one("f", Severity.HIGH, 60, 4, Confidence.LOW),
        one("g", Severity.HIGH, 60, 4, Confidence.LOW),
    ]
    expected = [made.identified.id for made in ordered]
    for mixed in itertools.islice(itertools.permutations(ordered), 0, None, 97):
        assert [made["id"] for made in loaded(outcome(mixed))["credentials"]] == expected


def test_findings_are_in_the_order_of_severity_policy_and_id() -> None:
    found = [
        finding("TB101", Severity.LOW),
        replace(finding("TB302", Severity.HIGH), id="2"),
        replace(finding("TB302", Severity.HIGH), id="1"),
        finding("TB201", Severity.HIGH),
    ]
    assert [(one["policy"], one["id"][-1]) for one in loaded(outcome(findings=found))["findings"]] == [
        ("TB201", "-"),
        ("TB302", "1"),
        ("TB302", "2"),
        ("TB101", "-"),
    ]


def test_occurrences_keep_the_order_they_were_given() -> None:
    places = [removed(path="b"), removed(path="a")]
    assert [one["path"] for one in loaded(outcome([credential(identified(), places)]))["credentials"][0]["occurrences"]] == ["b", "a"]


def test_facts_always_say_the_four_things() -> None:
    facts = loaded(outcome([credential(identified(), [removed()])]))["credentials"][0]["facts"]
    assert facts == {"at_rest": "plain", "lifetime": "unknown", "scope": "unknown", "validity": "unknown"}


def test_facts_of_the_detector_win_and_keep_their_types() -> None:
    told: dict[str, Fact] = {"lifetime": "static", "user_id": 2**80, "projects": ["a", "b"], "trusted": True, "expires_at": None}
    facts = loaded(outcome([credential(identified(facts=told), [removed()])]))["credentials"][0]["facts"]
    assert facts == {"at_rest": "plain", "scope": "unknown", "validity": "unknown"} | told


def test_zones_are_sorted_and_each_is_there_once() -> None:
    places = [occurrence(Zone.WORKTREE, "x", "a"), occurrence(Zone.CHAT, "y", "b"), occurrence(Zone.WORKTREE, "x", "c")]
    assert loaded(outcome([credential(identified(), places)]))["credentials"][0]["zones"] == ["chat", "worktree"]


@pytest.mark.parametrize(
    ("given", "status", "suppression"),
    [
        (credential(identified(), [removed()]), "open", None),
        (suppressed("aaaaaa", "inline", "why"), "suppressed", {"by": "inline", "reason": "why"}),
        (credential(identified(), [removed(suppression=ACCEPTED), removed()]), "open", None),
        (credential(identified(), [removed(suppression=ACCEPTED)] * 2), "suppressed", {"by": "baseline", "reason": "known"}),
    ],
)
def test_a_suppressed_credential_is_there_and_says_why(given: Any, status: str, suppression: object) -> None:  # noqa: ANN401 - a noun of the model
    made = loaded(outcome([given]))["credentials"][0]
    assert (made["status"], made["suppression"]) == (status, suppression)


@pytest.mark.parametrize(("suppression", "expected"), [(None, None), (ACCEPTED, {"by": "baseline", "reason": "known"})])
def test_a_place_says_why_it_is_accepted(suppression: Suppression | None, expected: object) -> None:
    made = loaded(outcome([credential(identified(), [removed(suppression=suppression)])]))["credentials"][0]
    assert made["occurrences"][0]["suppression"] == expected


def test_what_only_a_store_or_a_sweep_knows_is_null_or_empty_in_a_scan() -> None:
    made = loaded(story())
    one = made["credentials"][0]
    told = [one[name] for name in ("first_seen", "last_seen", "first_place")]
    told += [place[name] for place in one["occurrences"] for name in ("first_seen", "last_seen")]
    told += [found["life"] for found in made["findings"]]
    assert (set(told), made["targets"], {source["known"] for source in made["coverage"]["sources"]}) == ({None}, [], {0})


def test_one_credential_has_the_shapes_of_a_report() -> None:
    whole, held = loaded(story()), story().credentials[0]
    one = json.loads(render_credential_json(held, story().findings, story().slots))
    assert one == {"schema": "keytrail.credential/1", **{name: whole[name] for name in ("findings", "slots", "jobs")}} | {
        "credential": whole["credentials"][0]
    }


def test_a_credential_that_is_known_nowhere_is_null() -> None:
    assert json.loads(render_credential_json(None)) == {
        "schema": "keytrail.credential/1",
        "credential": None,
        "findings": [],
        "slots": [],
        "jobs": [],
    }


@pytest.mark.parametrize(("unscanned", "status"), [((), "complete"), ((Unscanned("x", "y", Reason.TIMEOUT),), "partial")])
def test_coverage_is_partial_exactly_when_something_is_unscanned(unscanned: tuple[Unscanned, ...], status: str) -> None:
    assert loaded(outcome(coverage=partial(*unscanned)))["coverage"]["status"] == status


def hostile(name: str) -> Outcome:
    """A report in which every text that comes from input is `name`."""
    place: Occurrence = removed(
        name, name, field=name, field_path=(name,), service=name, account=name, author=name, committed_at=name, job=name, step=name
    )
    return outcome(
        [credential(identified(redacted=name, facts={name: [name]}), [place])],
        [finding("TB302", Severity.HIGH, "k7f3q2", message=name, locations=(location(name, 1, name),))],
        slots=(replace(NPM_SLOT, owner=name, name=name, environment_scope=name),),
        coverage=replace(partial(Unscanned(name, name, Reason.DAMAGED, name)), notes=(name,)),
    )


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=20))
def test_any_name_gives_valid_utf8(name: str) -> None:
    assert written(hostile(name)).encode().decode()


@given(st.text(max_size=20))
def test_a_name_comes_back_as_it_was(name: str) -> None:
    made = loaded(hostile(name))
    assert (made["credentials"][0]["occurrences"][0]["path"], made["coverage"]["notes"]) == (name, [name])


@pytest.mark.parametrize(("name", "expected"), [("a\udcff", "a\\xff"), ("\ud800", "\\ud800")])
def test_what_is_no_unicode_is_shown_as_its_escape(name: str, expected: str) -> None:
    assert loaded(hostile(name))["slots"][0]["name"] == expected


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=20))
def test_the_text_itself_controls_no_terminal(name: str) -> None:
    assert [c for c in written(hostile(name)) if c != "\n" and (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066\u2028")] == []


def test_the_jobs_of_one_credential_have_the_shape_of_a_report() -> None:
    whole, given = loaded(everything()), everything()
    one = json.loads(render_credential_json(given.credentials[0], given.findings, given.slots, given.jobs))
    assert (one["jobs"], one["jobs"][0]["uses"][0]["basis"]) == (whole["jobs"], "claimed by file")


def test_what_a_gate_and_a_name_rest_on_is_said() -> None:
    uses = tuple(replace(releasing().uses[0], grade=grade) for grade in ("E2", "E3", "E4"))
    (job,) = loaded(replace(everything(), jobs=(releasing(uses=uses),)))["jobs"]
    assert [use["basis"] for use in job["uses"]] == ["claimed by file", "inferred from the name", "inferred from the name"]
    assert [gate["basis"] for gate in job["gates"]] == ["seen", "claimed by file"]


def test_a_level_says_why() -> None:
    first, second = loaded(everything())["credentials"]
    assert first["level_reasons"] == {"privilege": "can publish", "exposure": "read by all", "reuse": "2 projects", "lifetime": "no end"}
    assert (first["cap"], second["level_reasons"], second["cap"]) == (100, None, None)
