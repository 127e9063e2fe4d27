from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from scanner import hosts
from scanner.model import Occurrence, Outcome, Reason, Severity, SourceCoverage, Suppression, Unscanned, Zone
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import (
    HOME,
    NPM_SLOT,
    REPOSITORY,
    credential,
    everything,
    finding,
    hostile,
    identified,
    location,
    occurrence,
    outcome,
    partial,
    removed,
    story,
    suppressed,
    swept,
)

HERE = occurrence(Zone.REPO_HEAD, "acme/web", "a.yml", 3, in_head=True)
ACCEPTED = Suppression("baseline", "known")


def written(given: Outcome) -> str:
    return RENDERERS["sarif"](given, Style())


def run(given: Outcome) -> Any:  # noqa: ANN401 - a log is any JSON
    (only,) = json.loads(written(given))["runs"]
    return only


def results(*places: Occurrence, **more: Any) -> list[Any]:  # noqa: ANN401 - as above
    """The results of one credential in `places`."""
    made = credential(identified(suppression=more.pop("suppression", None)), places, more.pop("severity", Severity.HIGH))
    return list(run(outcome([made], more.pop("findings", ())))["results"])


def uri(result: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    return artifact["uri"], artifact["uriBaseId"]


def test_the_whole_log(snapshot: SnapshotAssertion) -> None:
    assert written(everything()).replace(hosts.spell(hosts.NPM), "the registry's host") == snapshot


def test_the_whole_log_of_a_sweep(snapshot: SnapshotAssertion) -> None:
    assert written(swept()) == snapshot


# --- structure: what the specification and code scanning ask for, without either at hand ---------------------------------------------------


@pytest.mark.parametrize("given", [outcome(), story(), everything(), swept(), hostile("a b/../\udcff[x](y){0}")])
def test_every_reference_inside_a_log_leads_somewhere(given: Outcome) -> None:
    made = run(given)
    rules = made["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in made["results"]] == [one["ruleId"] for one in made["results"]]
    used = set(re.findall(r'"uriBaseId": "([^"]+)"', written(given)))
    assert used <= made["originalUriBaseIds"].keys()


@pytest.mark.parametrize("given", [story(), everything(), swept(), outcome(findings=[finding("TB404", Severity.HIGH)])])
def test_every_result_has_one_location_with_an_address_and_a_line(given: Outcome) -> None:
    for one in run(given)["results"]:
        (place,) = one["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1


@pytest.mark.parametrize("word", ["snippet", "contextRegion", "contents"])
def test_no_content_of_a_file_is_in_a_log(word: str) -> None:
    assert f'"{word}"' not in written(everything()) + written(swept())


def test_rules_are_those_that_have_results_sorted() -> None:
    assert [rule["id"] for rule in run(everything())["tool"]["driver"]["rules"]] == ["TB003", "TB301", "TB603"]


def test_the_order_in_which_things_were_found_does_not_show() -> None:
    one = everything()
    mixed = random.Random(7)
    other = replace(
        one,
        credentials=tuple(mixed.sample(one.credentials, len(one.credentials))),
        findings=tuple(mixed.sample(one.findings, len(one.findings))),
    )
    assert written(other) == written(one)


# --- results -------------------------------------------------------------------------------------------------------------------------------


def test_a_credential_has_one_result_for_each_file() -> None:
    places = [HERE, replace(HERE, spot=replace(HERE.spot, line=9)), replace(HERE, path="b.yml"), removed()]
    assert [uri(one)[0] for one in results(*places)] == ["a.yml", "b.yml", ".npmrc"]


def test_all_other_places_are_related_also_other_lines_of_the_same_file() -> None:
    places = [HERE, replace(HERE, spot=replace(HERE.spot, line=9)), replace(HERE, path="b.yml")]
    related = [
        [(p["physicalLocation"]["artifactLocation"]["uri"], p["physicalLocation"]["region"]["startLine"]) for p in one["relatedLocations"]]
        for one in results(*places)
    ]
    assert related == [[("a.yml", 9), ("b.yml", 3)], [("a.yml", 3), ("a.yml", 9)]]


def test_related_locations_do_not_grow_with_the_square_of_the_places() -> None:
    made = results(*(replace(HERE, path=f"{n}.yml") for n in range(2000)))
    assert {len(one["relatedLocations"]) for one in made} == {5}


def test_a_result_says_what_is_where_and_where_else() -> None:
    found = [finding("TB001", Severity.HIGH, "k7f3q2", title="Credential in source")]
    assert results(HERE, removed(), findings=found)[0]["message"]["text"] == (
        "npm token npm_…(40) #k7f3q2 in the files of acme/web, and in 1 other place. Credential in source (TB001)."
    )


def test_the_rule_of_a_result_is_that_of_the_worst_finding_about_its_place() -> None:
    found = [
        finding("TB301", Severity.CRITICAL, "k7f3q2", locations=(location("b.yml"),)),
        finding("TB001", Severity.HIGH, "k7f3q2", locations=(location("a.yml"), location("b.yml"))),
        finding("TB302", Severity.LOW, "k7f3q2", locations=(location("a.yml"),)),
    ]
    made = results(HERE, replace(HERE, path="b.yml"), replace(HERE, path="c.yml"), findings=found)
    assert [one["ruleId"] for one in made] == ["TB001", "TB301", "TB301"]


def test_the_rule_of_what_no_finding_speaks_about_is_the_plain_one() -> None:
    assert [one["ruleId"] for one in results(HERE)] == ["TB003"]


@pytest.mark.parametrize(
    ("severity", "level", "number"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "3.0"),
        (Severity.INFO, "note", "0.0"),
    ],
)
def test_a_severity_is_a_level_and_a_number(severity: Severity, level: str, number: str) -> None:
    made = run(outcome([credential(identified(), [HERE], severity)]))
    (rule,) = made["tool"]["driver"]["rules"]
    assert (made["results"][0]["level"], rule["defaultConfiguration"]["level"], rule["properties"]["security-severity"]) == (
        level,
        level,
        number,
    )


def test_a_rule_is_as_severe_as_its_worst_result() -> None:
    found = [finding("TB001", severity, short) for severity, short in ((Severity.MEDIUM, "aaaaaa"), (Severity.CRITICAL, "bbbbbb"))]
    held = [credential(identified(short), [replace(HERE, path=short)]) for short in ("aaaaaa", "bbbbbb")]
    (rule,) = run(outcome(held, found))["tool"]["driver"]["rules"]
    assert rule["properties"]["security-severity"] == "9.5"


@pytest.mark.parametrize(("fingerprint", "expected"), [("ab" * 16, {"keytrail/v1": "ab" * 16}), (None, None)])
def test_a_fingerprint_is_there_where_there_is_one(fingerprint: str | None, expected: object) -> None:
    assert results(replace(HERE, fingerprint=fingerprint))[0].get("partialFingerprints") == expected


@pytest.mark.parametrize(
    ("suppression", "expected"),
    [
        (Suppression("inline", "an example"), {"kind": "inSource", "status": "accepted", "justification": "an example"}),
        (Suppression("baseline", "known"), {"kind": "external", "status": "accepted", "justification": "known"}),
        (Suppression("dummy", "documented"), {"kind": "external", "status": "accepted", "justification": "dummy: documented"}),
    ],
)
def test_what_is_suppressed_is_there_and_says_why(suppression: Suppression, expected: object) -> None:
    assert [one["suppressions"] for one in results(HERE, suppression=suppression)] == [[expected]]
    assert [one["suppressions"] for one in results(replace(HERE, suppression=suppression))] == [[expected]]


def test_a_file_is_suppressed_only_where_every_place_in_it_is() -> None:
    accepted = replace(HERE, suppression=ACCEPTED)
    made = results(accepted, replace(HERE, spot=replace(HERE.spot, line=9)), replace(accepted, path="b.yml"))
    assert [(uri(one)[0], len(one["suppressions"])) for one in made] == [("a.yml", 0), ("b.yml", 1)]


def test_what_is_resolved_is_no_result() -> None:
    assert run(outcome(findings=[finding("TB603", Severity.HIGH, life="resolved")]))["results"] == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"locations": (location("a.yml", 3), location("b.yml"))}, ("a.yml", "%SRCROOT%")),
        ({"jobs": ("job-release",)}, (".github/workflows/release.yml", "%SRCROOT%")),
        ({"slots": (NPM_SLOT.id,)}, ("NPM_TOKEN", "CONTAINER1")),
        ({}, ("TB404", "CONTAINER1")),
    ],
)
def test_a_finding_without_a_credential_is_a_result_at_its_place(more: dict[str, Any], expected: tuple[str, str]) -> None:
    base = everything()
    given = replace(base, credentials=(), findings=(finding("TB404", Severity.HIGH, **more),))
    assert uri(run(given)["results"][0]) == expected


# --- places --------------------------------------------------------------------------------------------------------------------------------

EXPORT = SourceCoverage("ci_export", "vars.json", 1, 1, 0)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ((REPOSITORY,), {"%SRCROOT%": "acme/web"}),
        ((REPOSITORY, HOME, EXPORT), {"%SRCROOT%": "acme/web"}),
        ((REPOSITORY, replace(REPOSITORY, target="acme/infra")), {"CONTAINER1": "acme/infra", "CONTAINER2": "acme/web"}),
        ((HOME,), {"CONTAINER1": "acme/web"}),
    ],
)
def test_the_only_source_tree_is_the_root_and_every_other_container_has_a_number(
    sources: tuple[SourceCoverage, ...], expected: dict[str, str]
) -> None:
    made = run(outcome([credential(identified(), [HERE])], coverage=replace(partial(), sources=sources)))
    assert {
        base: said["description"]["text"].removeprefix("What keytrail was given as ") for base, said in made["originalUriBaseIds"].items()
    } == expected


def test_no_address_of_the_machine_is_written() -> None:
    place = occurrence(Zone.FOLDER, "/srv/app", "db.yml")
    assert all(set(base) == {"description"} for base in run(outcome([credential(identified(), [place])]))["originalUriBaseIds"].values())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b c.yml", "a/b%20c.yml"),
        ("a\udcff\n", "a%5Cxff%0A"),
        ("日.txt", "%E6%97%A5.txt"),
        ("100%/a?b#c", "100%25/a%3Fb%23c"),
        ("c:\\x", "c%3A%5Cx"),
        ("/etc/passwd", "etc/passwd"),
        ("//host/share", "host/share"),
        ("../../etc/./passwd", "%5Cx2e%5Cx2e/%5Cx2e%5Cx2e/etc/%5Cx2e/passwd"),
        ("outer.zip!/inner.txt", "outer.zip"),
        ("-", "-"),
        ("commit:3f2a9c1", "commit%3A3f2a9c1"),
    ],
)
def test_a_path_is_an_address_below_its_container(path: str, expected: str) -> None:
    assert uri(results(replace(HERE, path=path))[0])[0] == expected


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=30))
def test_no_path_leaves_its_container_or_is_anything_but_a_path(path: str) -> None:
    made = uri(results(replace(HERE, path=path))[0])[0]
    parts = urlsplit(made)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment, re.findall(r"[^A-Za-z0-9_.~/%-]", made)) == ("", "", "", "", [])
    assert not {".", ".."} & set(unquote(made).split("/"))


@pytest.mark.parametrize(
    ("place", "kind", "name"),
    [
        (replace(HERE, path="outer.zip!/inner.txt"), "member", "acme/web/outer.zip!/inner.txt"),
        (replace(HERE, zone=Zone.REPO_HISTORY, path="commit:3f2a9c1"), "commit", "acme/web/commit:3f2a9c1"),
        (replace(HERE, zone=Zone.REPO_HISTORY, path="tag:v1"), "tag", "acme/web/tag:v1"),
        (replace(HERE, zone=Zone.REPO_HISTORY, path="note:3f2a9c1"), "note", "acme/web/note:3f2a9c1"),
        (replace(HERE, zone=Zone.REPO_HISTORY, path="blob:3f2a9c1"), "blob", "acme/web/blob:3f2a9c1"),
        (occurrence(Zone.CI_VARIABLE, "environment", "environ", None, field="NPM_TOKEN"), "variable", "environment/NPM_TOKEN"),
    ],
)
def test_what_is_no_file_has_a_name_of_its_own(place: Occurrence, kind: str, name: str) -> None:
    (logical,) = results(place)[0]["locations"][0]["logicalLocations"]
    assert (logical["kind"], logical["fullyQualifiedName"]) == (kind, name)


def test_a_file_has_no_other_name() -> None:
    assert "logicalLocations" not in results(HERE)[0]["locations"][0]


def test_a_line_inside_an_archive_is_no_line_of_the_archive() -> None:
    place = replace(HERE, path="outer.zip!/inner.txt")
    assert results(place)[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


# --- notifications and text ----------------------------------------------------------------------------------------------------------------


def test_what_was_not_read_is_a_warning_of_the_run() -> None:
    coverage = replace(partial(Unscanned("acme/web", "a b.zip", Reason.ENCRYPTED, "needs a password")), notes=("said once", "said once"))
    (invocation,) = run(outcome(coverage=coverage))["invocations"]
    unread, note = invocation["toolExecutionNotifications"]
    assert (invocation["executionSuccessful"], unread["level"], unread["message"]["text"], uri(unread), note) == (
        True,
        "warning",
        "Not read (encrypted): a b.zip of acme/web: needs a password",
        ("a%20b.zip", "%SRCROOT%"),
        {"level": "note", "message": {"text": "said once"}},
    )


def test_a_target_that_did_not_fare_well_is_a_warning_of_the_run() -> None:
    told = run(swept())["invocations"][0]["toolExecutionNotifications"]
    assert [one["message"]["text"] for one in told] == [
        "Target acme/old: gone",
        "Target acme/shop: failed, the host refuses the connection",
    ]


@pytest.mark.parametrize(("name", "expected"), [("[a](b)", "[a] (b)"), ("{0}", "{{0}}"), ("a\nb", "a\\x0ab"), ("\u202e", "\\u202e")])
def test_a_name_is_no_link_no_placeholder_and_no_line_break_in_a_message(name: str, expected: str) -> None:
    assert results(replace(HERE, container=name))[0]["message"]["text"].endswith(f"in the files of {expected}.")


def test_nothing_in_the_help_of_a_rule_is_markup() -> None:
    found = [finding("TB001", Severity.HIGH, "k7f3q2", title="<b>[x](y)</b>")]
    (rule,) = run(outcome([credential(identified(), [HERE])], found))["tool"]["driver"]["rules"]
    assert rule["help"]["markdown"].startswith(r"**What it means.** \<b\>\[x\](y)\</b\>.")


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=20))
def test_any_name_gives_a_log_in_valid_utf8_that_controls_no_terminal(name: str) -> None:
    text = written(hostile(name))
    assert json.loads(text.encode())["version"] == "2.1.0"
    assert [c for c in text if c != "\n" and (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066\u2028")] == []


def test_a_suppressed_credential_is_always_listed() -> None:
    assert len(run(outcome([suppressed("aaaaaa", "dummy", "documented")]))["results"]) == 1
