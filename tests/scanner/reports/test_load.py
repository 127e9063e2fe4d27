from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Fact, Lifetime
from scanner.errors import UsageError
from scanner.model import Location, Outcome, Severity, Suppression, Trigger, Trust
from scanner.reports import RENDERERS, Style, load_report
from tests.scanner.reports.outcomes import (
    NPM_SLOT,
    credential,
    everything,
    finding,
    hostile,
    identified,
    outcome,
    releasing,
    removed,
    story,
    suppressed,
    swept,
)

GRANTS = ("permissions", "oidc_path", "oidc_line", "oidc_wide")
ACCEPTED = Suppression("baseline", "known")
FACTS: dict[str, Fact] = {"lifetime": "static", "user_id": 2**80, "projects": ["a", "b"], "trusted": True, "count": 1, "expires_at": None}
OUTCOMES: Mapping[str, Outcome] = {
    "nothing": outcome(),
    "story": story(),
    "everything": everything(),
    "sweep": swept(),
    "facts": outcome([credential(identified(facts=FACTS), [removed()])]),
    "all places accepted": outcome([credential(identified(), [removed(path=path, suppression=ACCEPTED) for path in "ab"])]),
    "dummy in an accepted place": outcome([credential(identified(suppression=Suppression("dummy", "x")), [removed(suppression=ACCEPTED)])]),
}


def written(given: Outcome, name: str = "json") -> str:
    return RENDERERS[name](given, Style(show_suppressed=True, show_unscanned=True, all_places=True))


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_report_that_is_read_and_written_again_is_the_same(name: str) -> None:
    text = written(OUTCOMES[name])
    assert written(load_report(text)) == text


@pytest.mark.parametrize("format_", ["text", "sarif"])
@pytest.mark.parametrize("name", OUTCOMES)
def test_another_format_of_a_report_that_was_read_says_the_same(name: str, format_: str) -> None:
    given = replace(OUTCOMES[name], seconds=0.0)
    assert written(load_report(written(given)), format_) == written(given, format_)


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=20))
def test_any_name_survives(name: str) -> None:
    text = written(hostile(name))
    assert written(load_report(text)) == text


@given(st.lists(st.text(st.characters(codec=None, exclude_categories=()), max_size=3), max_size=5, unique=True))
def test_the_order_of_names_survives(names: list[str]) -> None:
    base = everything()
    text = written(
        replace(
            outcome([credential(identified(facts=dict.fromkeys(names, 1)), [removed()])]),
            coverage=replace(
                base.coverage,
                unscanned=tuple(replace(base.coverage.unscanned[0], path=name) for name in names),
                skipped=dict.fromkeys(names, 1),
                notes=tuple(names),
            ),
            slots=tuple(replace(base.slots[0], name=name) for name in names),
            jobs=tuple(replace(base.jobs[0], name=name) for name in names),
        )
    )
    assert written(load_report(text)) == text


def changed(**fields: object) -> str:
    return json.dumps({**json.loads(written(story())), **fields})


def without(report: Any, *names: str) -> str:  # noqa: ANN401 - a report is any JSON
    """`report` as a version wrote it that did not know fields of these names, wherever they are."""
    if isinstance(report, dict):
        for name in names:
            report.pop(name, None)
    for inner in report.values() if isinstance(report, dict) else report if isinstance(report, list) else ():
        without(inner, *names)
    return json.dumps(report)


def test_the_kind_comes_back_with_what_the_report_knows_of_it() -> None:
    kind = load_report(written(OUTCOMES["facts"])).credentials[0].identified.kind
    assert (kind.id, kind.title, kind.provider, kind.actions, kind.lifetime) == (
        "npm-token",
        "npm token",
        "npm",
        frozenset({"publish", "read"}),
        Lifetime.STATIC,
    )


@pytest.mark.parametrize("assumed", [True, False])
def test_whether_the_privilege_is_assumed_comes_back(assumed: bool) -> None:
    one = replace(identified(), assumed=assumed)
    assert load_report(written(outcome([credential(one, [removed()])]))).credentials[0].identified.assumed is assumed


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (suppressed("aaaaaa", "dummy", "why"), Suppression("dummy", "why")),
        (credential(identified(), [removed(suppression=ACCEPTED)]), None),
        (credential(identified(), [removed()]), None),
    ],
)
def test_what_only_places_say_is_not_said_of_the_credential(given: Any, expected: object) -> None:  # noqa: ANN401 - a noun of the model
    assert load_report(written(outcome([given]))).credentials[0].identified.suppression == expected


def test_what_a_newer_version_added_is_passed_over() -> None:
    assert written(load_report(changed(added={"more": [1]}))) == written(story())


def test_what_an_older_version_did_not_know_has_its_default() -> None:
    added = ("targets", "known", "assumed", "first_seen", "last_seen", "first_place", "fingerprint", "life", "level_reasons", "cap")
    assert written(load_report(without(json.loads(written(story())), *added))) == written(story())


def test_what_an_older_version_did_not_know_of_jobs_has_its_default() -> None:
    added = ("line", "path", "runner", "mixed", "needs", "triggers", "gates", "uses", "acts", "steps", "calls", "remarks", *GRANTS)
    report = json.loads(written(everything()))
    report["jobs"] = json.loads(without(report["jobs"], *added))
    (job,) = load_report(json.dumps(report)).jobs
    assert (job.at, job.runner, job.mixed, job.needs, job.triggers, job.gates, job.uses, job.acts) == (
        None,
        "unknown",
        False,
        (),
        (),
        (),
        (),
        (),
    )
    assert (job.steps, job.calls, job.remarks, job.permissions, job.oidc_at, job.oidc_wide) == ((), (), (), None, None, False)
    assert (job.name, job.slots) == ("release", (NPM_SLOT.id,))


def test_a_job_comes_back_as_it_was() -> None:
    (back,) = load_report(written(everything())).jobs
    assert back == releasing()


def test_a_job_of_a_file_that_another_includes_comes_back_to_its_own() -> None:
    at = Location("acme/web", "ci/ship.yml", 7)
    job = releasing(at=at, oidc_at=at, triggers=(Trigger("push.tags", Trust.MAINTAINER, at),))
    assert load_report(written(replace(everything(), jobs=(job,)))).jobs == (job,)


def test_a_gate_that_an_input_chooses_holds_nothing() -> None:
    gate = replace(releasing().gates[0], by_input=True)
    (back,) = load_report(written(replace(everything(), jobs=(releasing(gates=(gate,)),)))).jobs
    assert (back.gates[0].blocking, back.gates[0].by_input) == (False, True)


def test_a_word_of_trust_that_is_not_known_is_unknown() -> None:
    text = written(everything()).replace('"trust": "maintainer"', '"trust": "angels"')
    assert load_report(text).jobs[0].triggers[0].trust is Trust.UNKNOWN


PLANTED = "planted-value"
WRONG = {
    "nothing": "",
    "no JSON": PLANTED,
    "half": written(story())[:-3],
    "no object": "[]",
    "another object": "{}",
    "another format": changed(schema="keytrail.credential/1"),
    "a later version": changed(schema="keytrail.report/2"),
    "a wrong type": changed(credentials=PLANTED),
    "a wrong word": written(story()).replace('"repo_head"', f'"{PLANTED}"'),
    "a wrong number": written(story()).replace('"score": 92', '"score": 101'),
    "a wrong fact": written(story()).replace('"scope": "unknown"', f'"{PLANTED}": {{}}'),
    "no number": written(everything()).replace('"weight": 0.9', '"weight": NaN'),
    "too deep": "[" * 1_000_000,
    "too deep inside": changed().rstrip("}") + ', "more": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "half a character": changed(more="x").replace('"x"', '"\\ud800"'),
    "a lone surrogate": "\ud800",
    "many wrong members": changed(credentials=[1] * 100_000),
    "many wrong names": changed(coverage={"skipped": {f"{n}": PLANTED for n in range(100_000)}}),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_report_is_refused_in_one_short_line_that_repeats_nothing_of_it(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_report(WRONG[name])
    said = str(caught.value)
    assert (PLANTED in said, "\n" in said, len(said) < 200, caught.value.__cause__) == (False, False, True, None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("no JSON", "the report is not valid JSON, or is nested too deeply"),
        ("a later version", "this is not a keytrail report of a version that is known here (keytrail.report/1)"),
        ("a wrong number", "the report is not a valid keytrail.report/1: credentials.0.score is missing or wrong"),
        ("a wrong fact", "the report is not a valid keytrail.report/1: credentials.0.facts is missing or wrong"),
    ],
)
def test_a_complaint_says_what_is_wrong(name: str, expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_report(WRONG[name])
    assert str(caught.value) == expected


def test_a_report_that_is_too_large_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(UsageError, match="larger than 48 MiB"):
        load_report(" " * ((48 << 20) + 1))


def test_why_a_finding_does_not_count_comes_back() -> None:
    accepted = finding("TB601", Severity.LOW, suppression=ACCEPTED)
    assert load_report(written(replace(outcome([]), findings=(accepted,)))).findings == (accepted,)
