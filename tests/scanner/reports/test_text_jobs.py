"""The jobs below a credential's places in the text report."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Gate, Job, Location, Role, Severity, Trigger, Trust
from scanner.reports import RENDERERS, Style
from scanner.reports.layout import width
from scanner.reports.text_jobs import held, roles_of, started
from tests.scanner.reports.outcomes import releasing, story

AT = Location("acme/web", "ci.yml", 7)


def rendered(jobs: Sequence[Job], style: Style | None = None) -> list[str]:
    return RENDERERS["text"](replace(story(), jobs=tuple(jobs)), style or Style()).split("\n")


def job_rows(lines: Sequence[str]) -> list[list[str]]:
    return [line.split() for line in lines if line.startswith("    job ")]


def test_a_job_has_a_row_below_the_places() -> None:
    lines = rendered([releasing()], Style(width=200))
    (at,) = (n for n, line in enumerate(lines) if line.startswith("    job "))
    assert " ".join(lines[at].split()) == (
        "job acme/web .github/workflows/release.yml:release publish, started by push.tags, gated by its environment"
    )
    assert "more (--all-places)" in lines[at - 1]


def test_a_job_that_gets_another_slot_has_none() -> None:
    assert job_rows(rendered([releasing(slots=("another",))])) == []


def test_three_jobs_are_named_and_the_others_counted_what_releases_first() -> None:
    tests = [releasing(f"test{n}", roles=(Role("test", 1.0, (), "set"),)) for n in range(3)]
    lines = rendered([*tests, releasing()])
    assert [row[2].rpartition(":")[2] for row in job_rows(lines)] == ["release", "test0", "test1"]
    assert "    … and 1 more job (--all-places)" in lines
    assert "    … and 2 more jobs (--all-places)" in rendered([*tests, releasing(), releasing("x")])
    assert len(job_rows(rendered([*tests, releasing()], Style(all_places=True)))) == 4


def test_a_credential_that_is_low_gets_its_jobs_too() -> None:
    low = replace(story(), credentials=(replace(story().credentials[0], severity=Severity.LOW),), jobs=(releasing(),))
    assert len(job_rows(RENDERERS["text"](low, Style()).split("\n"))) == 1


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ((("build", "set"), ("publish", "set")), "build and publish"),
        ((("publish", "rehearsal"),), "rehearses publish"),
        ((("publish", "suspected"),), "perhaps publish"),
        ((("build", "set"), ("publish", "suspected")), "build"),
        ((), ""),
    ],
)
def test_what_a_job_does(roles: Sequence[tuple[str, str]], words: str) -> None:
    assert roles_of(releasing(roles=tuple(Role(role, 1.0, (), status) for role, status in roles))) == words


@pytest.mark.parametrize(
    ("events", "words"),
    [
        (["push:tags"], "started by tags"),
        (["push", "schedule", "workflow_dispatch"], "started by pushes, a timer and hand"),
        (["a", "b", "c", "d", "e"], "started by a, b, c and 2 more"),
        (["push", "push"], "started by pushes"),
        ([], ""),
    ],
)
def test_what_starts_a_job(events: Sequence[str], words: str) -> None:
    assert started(releasing(triggers=tuple(Trigger(event, Trust.MAINTAINER, AT) for event in events))) == words


def test_a_gate_that_does_not_hold_is_not_told() -> None:
    gate = Gate("environment", True, "environment npm", AT)
    assert held(releasing(gates=(gate, gate))) == "gated by environment npm"
    assert held(releasing(gates=(replace(gate, blocking=False), replace(gate, by_input=True)))) == ""


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=90))
def test_no_name_of_a_job_controls_anything_or_makes_a_line_too_wide(name: str) -> None:
    hostile = releasing(
        name,
        roles=(Role(name, 1.0, (name,), "set"),),
        gates=(Gate(name, True, name, AT),),
        triggers=(Trigger(name, Trust.UNKNOWN, AT),),
    )
    text = "\n".join(rendered([hostile]))
    controls = [c for c in text if c != "\n" and (unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in "\u202e\u2066\u200f")]
    assert (controls, max(map(width, text.split("\n"))) <= 100) == ([], True)
