from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from scanner.contract import Check, Kind
from scanner.model import Credential, Finding, Job, Occurrence, Severity, Suppression, Zone
from scanner.reports import Style, render_explain, render_where
from scanner.reports.explain_steps import Phase, phase_of
from scanner.reports.layout import width
from tests.scanner.reports.outcomes import (
    KEY,
    NPM,
    NPM_SLOT,
    PYPI,
    credential,
    finding,
    hostile,
    identified,
    occurrence,
    removed,
    story,
    suppressed,
    swept,
)

LAPTOP = occurrence(Zone.WORKSTATION_DOTFILE, "~", ".npmrc", 3, mode="0644")
SHELL = occurrence(Zone.WORKSTATION_SHELL, "~", ".bash_history", 812)
SOURCE = occurrence(
    Zone.REPO_HEAD, "acme/infra", "deploy.yml", 5, in_head=True, commit="3f2a9c1" + "0" * 33, committed_at="2024-01-01T00:00:00Z"
)
VARIABLE = occurrence(Zone.CI_VARIABLE, NPM_SLOT.container, "vars.json", 2, field="NPM_TOKEN", slot=NPM_SLOT.id)
RELEASE = Job("job", "gitlab", "acme/web", ".gitlab-ci.yml", "release", slots=(NPM_SLOT.id,))
KEY_KIND = replace(
    KEY,
    rotate=(
        "Make a new key pair, in a hardware token where that is possible",
        "Publish the new public half wherever the old one is trusted",
        "Revoke the old key, and certificates for it",
        "Look for signatures that nobody made",
        "Replace the copies",
    ),
)


def explained(one: Credential, findings: Sequence[Finding] = (), style: Style | None = None) -> str:
    return render_explain(one, findings, (NPM_SLOT,), (RELEASE,), style or Style())


def section(text: str, title: str) -> list[str]:
    """The lines below a title, up to the next empty one."""
    lines = text.split("\n")
    start = lines.index(title) + 1
    return lines[start : lines.index("", start)]


def steps(kind: Kind, places: Sequence[Occurrence], *, check: Check = Check.PASSED, as_of: date | None = None, end: str = "") -> list[str]:
    """The first three words of each step, in order, for a credential in these places."""
    facts = {"expires_at": end} if end else None
    one = credential(identified(kind=kind, check=check, facts=facts), places)
    lines = section(explained(one, style=Style(as_of=as_of, width=400)) + "\n", "What to do, in this order")
    return [" ".join(line.split()[1:4]) for line in lines if re.match(r"  \d\. ", line)]


CASES: Mapping[str, tuple[Credential, Sequence[Finding]]] = {
    "story": (story().credentials[0], story().findings),
    "sweep": (swept().credentials[0], [one for one in swept().findings if one.credentials == (swept().credentials[0].identified.id,)]),
    "key": (credential(identified("keykey", KEY_KIND, "Ed25519, not encrypted"), [occurrence(Zone.WORKSTATION_KEYSTORE, "~", "id")]), ()),
    "dummy": (suppressed("bbbbbb", "dummy", "the issuer's own example"), ()),
    "accepted": (suppressed("aaaaaa", "baseline", "until we move"), ()),
    "nowhere": (credential(identified(), []), ()),
}


@pytest.mark.parametrize("name", CASES)
def test_the_explanation(name: str, snapshot: SnapshotAssertion) -> None:
    assert explained(*CASES[name]) == snapshot


@pytest.mark.parametrize("name", CASES)
def test_colour_changes_no_word(name: str) -> None:
    painted = explained(*CASES[name], Style(colour=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == explained(*CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_no_line_is_too_wide_or_ends_with_a_blank(name: str) -> None:
    lines = explained(*CASES[name]).split("\n")
    assert [line for line in lines if width(line) > 100 or line.endswith(" ")] == []


def test_every_place_is_there_in_the_order_of_time_and_those_without_one_after_them() -> None:
    lines = section(explained(credential(identified(), [SHELL, LAPTOP, removed(), VARIABLE, SOURCE])), "Where it is")
    assert [re.sub(r" {2,}", " ", line.strip()) for line in lines if not line.startswith("    ")] == [
        "2024-01-01 source acme/infra deploy.yml:5",
        "2025-11-14 history acme/web .npmrc:1",
        "no date ci acme/web NPM_TOKEN",
        "no date shell ~ .bash_history:812",
        "no date laptop ~ .npmrc:3",
    ]


def test_more_places_than_a_report_lists_are_all_there() -> None:
    places = [replace(LAPTOP, path=f"{n}/.npmrc") for n in range(40)]
    assert len([line for line in section(explained(credential(identified(), places)), "Where it is") if ".npmrc" in line]) == 40


def test_what_happened_to_a_place_is_told() -> None:
    place = removed(author="Ann <ann@example.org>", suppression=Suppression("inline", "an example"), encoding=("base64",))
    told = " ".join(line.strip() for line in section(explained(credential(identified(), [place])), "Where it is"))
    for piece in (
        "base64",
        "added in commit 3f2a9c100000 by Ann <ann@example.org>",
        "removed in commit 9b1d77e11111 on 2026-03-02",
        "reached from a branch",
        "allowed: an example",
    ):
        assert piece in told


@pytest.mark.parametrize(
    ("kind", "places", "expected"),
    [
        (
            NPM,
            [LAPTOP, SHELL, removed()],
            "Publish through a, Put the new, Check that publishing, Revoke it at, Remove the copies, Leave the history",
        ),
        (NPM, [removed()], "Publish through a, Revoke it at, Leave the history"),
        (PYPI, [SHELL], "Delete it in, Remove the copies"),
        (PYPI, [LAPTOP], "Make a replacement, Put the new, Check that all, Delete it in"),
        (
            KEY_KIND,
            [LAPTOP],
            "Make a new, Publish the new, Put the new, Check that a, Revoke the old, Look for signatures",
        ),
    ],
)
def test_the_steps_break_nothing(kind: Kind, places: list[Occurrence], expected: str) -> None:
    assert ", ".join(step.rstrip(",") for step in steps(kind, places)) == expected


@pytest.mark.parametrize(
    ("more", "dead"),
    [
        ({}, False),
        ({"check": Check.FAILED}, True),
        ({"end": "2026-01-01T00:00:00Z"}, False),
        ({"end": "2026-01-01T00:00:00Z", "as_of": date(2026, 1, 1)}, False),
        ({"end": "2026-01-01T00:00:00Z", "as_of": date(2026, 1, 2)}, True),
        ({"end": "never", "as_of": date(2026, 1, 2)}, False),
    ],
)
def test_what_is_dead_needs_no_replacement(more: dict[str, Any], dead: bool) -> None:
    assert (steps(NPM, [LAPTOP, removed()], **more) == ["Remove the copies,", "Leave the history"]) is dead


def test_the_jobs_that_get_it_are_to_run_before_the_old_one_ends() -> None:
    told = section(explained(credential(identified(), [VARIABLE])) + "\n", "What to do, in this order")
    assert [line.split() for line in told if "NPM_TOKEN" in line] == [["ci", "acme/web", "NPM_TOKEN"]]
    (at,) = (n for n, line in enumerate(told) if line.endswith(".gitlab-ci.yml:release"))
    assert [line.split()[1] for line in told[:at] if re.match(r"  \d\.", line)] == ["Publish", "Put", "Check"]
    assert "Revoke" in told[at + 1]


def test_more_jobs_than_a_step_names_are_counted() -> None:
    jobs = tuple(replace(RELEASE, id=f"{n}", name=f"job{n:02}") for n in range(13))
    text = render_explain(credential(identified(), [VARIABLE]), (), (NPM_SLOT,), jobs, Style())
    told = section(text + "\n", "What to do, in this order")
    assert len([line for line in told if ".gitlab-ci.yml:job" in line]) == 10
    assert [line.strip() for line in told if "more" in line] == ["… and 3 more jobs"]


@pytest.mark.parametrize(
    ("step", "phase"),
    [
        ("Register the release workflow as a trusted publisher", Phase.MAKE),
        ("Where a token is still needed, make one for a single project, and replace the copies", Phase.MAKE),
        ("Give machines tokens with an end date in its place", Phase.MAKE),
        ("Publish the new public half wherever the old one is trusted", Phase.TRUST),
        ("Replace the public key wherever it is trusted", Phase.TRUST),
        ("Delete the token in the account", Phase.REVOKE),
        ("If it may still live, delete the token through the API", Phase.REVOKE),
        ("Publish a revocation of the key", Phase.REVOKE),
        ("Change the user's password at the registry", Phase.REVOKE),
        ("Look through the journal for releases that nobody made", Phase.LOOK),
        ("Find out which registry revoked it", Phase.LOOK),
        ("Remove the copies of a dead one", Phase.REMOVE),
        ("Replace the copies", Phase.REMOVE),
    ],
)
def test_a_step_of_the_issuers_advice_has_its_turn(step: str, phase: Phase) -> None:
    assert phase_of(step) is phase


def test_what_is_resolved_is_named_and_asks_for_nothing() -> None:
    one = credential(identified(), [LAPTOP])
    told = explained(one, [finding("TB001", Severity.HIGH, "k7f3q2", life="resolved")])
    assert "1 finding resolved: TB001" in told
    assert "Scan again" not in told


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=30))
def test_no_name_controls_anything_or_makes_a_line_too_wide(name: str) -> None:
    made = hostile(name)
    text = "".join(
        render_explain(one, made.findings, made.slots, (replace(RELEASE, name=name, file=name),), Style()) for one in made.credentials
    )
    text += "".join(render_where(one, Style(), made.slots) for one in made.credentials)
    controls = [c for c in text if c != "\n" and (unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in "\u202e\u2066\u200f")]
    assert (controls, max(map(width, text.split("\n"))) <= 100) == ([], True)


# --- where ---------------------------------------------------------------------------------------------------------------------------------


def test_every_place_has_a_line_what_is_there_now_first(snapshot: SnapshotAssertion) -> None:
    assert render_where(story().credentials[0], Style(), story().slots) == snapshot


def test_what_is_not_known_is_one_sentence() -> None:
    assert render_where(None, Style()) == "Not known here.\n"


def test_where_counts_places_and_those_that_are_current() -> None:
    told = render_where(credential(identified(), [removed(), LAPTOP, SHELL]), Style()).rstrip("\n").split("\n")
    assert (told[0].split()[0], told[-1]) == ("laptop", "npm token  npm_…(40) #k7f3q2   3 places, 2 of them now.")


def test_where_names_a_credential_that_is_nowhere_any_more() -> None:
    assert render_where(credential(identified(), []), Style()).endswith("In no place that is still there.\n")
