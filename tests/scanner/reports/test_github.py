"""`--format github`, read as the runner reads a log: the parser undoes the escapes that GitHub documents."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Outcome, Reason, Severity, Unscanned, Zone
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import credential, finding, hostile, identified, outcome, partial, removed
from tests.scanner.reports.various import HERE, NAMES, OUTCOMES, about_job, held

DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}
PROPERTY = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
"""Escapes in the order in which the runner undoes them."""


@dataclass(frozen=True, slots=True)
class Command:
    """What the runner makes of one line."""

    name: str
    properties: dict[str, str]
    message: str


def undone(text: str, escapes: dict[str, str]) -> str:
    for escape, character in escapes.items():
        text = text.replace(escape, character)
    return text


def parsed(line: str) -> Command | None:
    """A line that begins with `::` is a command, up to the next `::`; its properties are separated by commas."""
    if not line.lstrip().startswith("::"):
        return None
    head, _, message = line.lstrip()[2:].partition("::")
    name, _, properties = head.partition(" ")
    told = dict(pair.split("=", 1) for pair in properties.split(","))
    return Command(name, {key.strip(): undone(value, PROPERTY) for key, value in told.items()}, undone(message, DATA))


def lines(given: Outcome) -> list[str]:
    return RENDERERS["github"](given, Style()).split("\n")[:-1]


def commands(given: Outcome) -> list[Command]:
    return [command for command in map(parsed, lines(given)) if command]


def last(given: Outcome) -> str:
    return lines(given)[-1]


def test_an_annotation_says_where_what_and_what_to_do() -> None:
    found = [finding("TB001", Severity.HIGH, "k7f3q2", title="Credential in source")]
    assert commands(held(HERE, findings=found)) == [
        Command(
            "error",
            {"file": "a.yml", "line": "3", "col": "1", "title": "Credential in source (TB001)"},
            "npm token npm_…(40) #k7f3q2 in the files of acme/web. Credential in source (TB001).\n"
            "1. publish through a trusted publisher\n2. revoke it at the registry\n3. remove the copies",
        )
    ]


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, "error"),
        (Severity.HIGH, "error"),
        (Severity.MEDIUM, "warning"),
        (Severity.LOW, "notice"),
        (Severity.INFO, "notice"),
    ],
)
def test_every_severity_has_a_level(severity: Severity, level: str) -> None:
    assert [one.name for one in commands(held(HERE, severity=severity))] == [level]


def test_what_only_history_has_has_a_file_and_no_line() -> None:
    assert [one.properties for one in commands(held(removed(path="old.ini")))] == [{"file": "old.ini", "title": "TB003"}]


def test_what_is_no_file_has_none() -> None:
    place = replace(HERE, zone=Zone.REPO_HISTORY, path="commit:3f2a9c1")
    assert [one.properties for one in commands(held(place))] == [{"title": "TB003"}]


def test_a_finding_about_a_job_is_one_at_its_line() -> None:
    (one,) = commands(about_job())
    assert (one.name, one.properties["file"], one.properties["line"]) == ("warning", ".github/workflows/release.yml", "12")


def test_no_more_are_written_than_github_shows_the_worst_first_and_the_rest_is_counted() -> None:
    held_ = [
        credential(identified(f"{n:06d}"), [replace(HERE, path=f"{n}.yml")], severity)
        for n, severity in enumerate([Severity.HIGH] * 12 + [Severity.MEDIUM] * 11 + [Severity.LOW] * 2 + [Severity.CRITICAL])
    ]
    told = commands(outcome(held_))
    assert [one.name for one in told] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 2
    assert told[0].properties["file"] == "25.yml"
    assert (
        last(outcome(held_)) == "keytrail: 13 errors, 11 warnings and 2 notices; 3 more errors and 1 more warning not shown here. Passes."
    )


def test_what_was_not_read_is_one_warning_of_the_ten() -> None:
    unread = partial(*(Unscanned("acme/web", f"{n}.zip", Reason.ENCRYPTED) for n in range(3)))
    held_ = [credential(identified(f"{n:06d}"), [replace(HERE, path=f"{n}.yml")], Severity.MEDIUM) for n in range(10)]
    given = outcome(held_, coverage=unread)
    told = commands(given)
    assert (len(told), told[0].message) == (10, "Not read (encrypted): 0.zip of acme/web, and 2 more")
    assert last(given) == "keytrail: 10 warnings; 1 more warning not shown here. Passes."


@pytest.mark.parametrize(("name", "expected"), [("nothing", "nothing found. Passes."), ("nowhere", "1 error. Fails.")])
def test_the_last_line_says_how_it_ends_and_is_no_command(name: str, expected: str) -> None:
    assert last(OUTCOMES[name]) == f"keytrail: {expected}"


def test_what_is_suppressed_is_not_annotated() -> None:
    assert commands(OUTCOMES["suppressed"]) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_an_enemy_is_no_command_and_no_property(name: str) -> None:
    safe(hostile(name))


@given(st.text(st.sampled_from("%0AaD2C3:,=#[]\r\n;| \u202e"), max_size=20))
def test_no_name_is_a_command_or_a_property(name: str) -> None:
    safe(hostile(name))


def safe(given: Outcome) -> None:
    """Every line but the last is one of our annotations, with our properties and no other."""
    *annotations, end = lines(given)
    for line in annotations:
        one = parsed(line)
        assert one is not None
        assert one.name in {"error", "warning", "notice"}
        assert one.properties.keys() <= {"file", "line", "col", "title"}
        assert one.properties["title"] in {"title of TB301 (TB301)", "title of TB603 (TB603)", "Not everything could be read"}
        assert {one.properties.get("line", "1"), one.properties.get("col", "1")} == {"1"}
    assert end.startswith("keytrail: ")
    assert "##[" not in end


def test_a_path_comes_back_as_it_was_written() -> None:
    name = "50%,a:b%0A=c.yml"
    assert [one.properties["file"] for one in commands(held(replace(HERE, path=name)))] == [name]


def test_a_long_title_is_cut() -> None:
    (one,) = commands(about_job(title="x" * 5000))
    assert len(one.properties["title"]) == 200
