"""What gets a credential: slots, jobs, what these do, and what each word of it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from scanner.model import Gate, Job, Location, Slot, Use, Zone
from scanner.reports import Style, render_explain
from tests.scanner.reports.outcomes import NPM_SLOT, credential, identified, occurrence, releasing, removed

VARIABLE = occurrence(Zone.CI_VARIABLE, NPM_SLOT.container, "vars.json", 2, field="NPM_TOKEN", slot=NPM_SLOT.id)
AT = Location("acme/web", "ci.yml", 7)
USE = Use("NPM_TOKEN", "job_env", AT, slot=NPM_SLOT.id)
SLOT = replace(NPM_SLOT, credentials=())


def told(jobs: Sequence[Job] = (), slots: Sequence[Slot] = (NPM_SLOT,), *, held: bool = True) -> list[str]:
    """The lines of the section, without what they are indented by; a paragraph that goes on is one line."""
    one = credential(identified(), [VARIABLE] if held else [removed()])
    text = render_explain(one, (), slots, jobs, Style(width=300))
    _, found, rest = text.partition("\n\nWhat gets it\n")
    return [line.strip() for line in rest.partition("\n\n")[0].split("\n")] if found else []


def test_a_slot_a_job_and_all_that_there_is_to_know_of_them() -> None:
    assert told([releasing()]) == [
        "NPM_TOKEN of acme/web  project variable; unprotected; not masked; scope *; E1, seen: it holds this value",
        "job  release  .github/workflows/release.yml:12 of acme/web",
        "started by push.tags (maintainer)",
        "held by its environment (seen)",
        "gets it as NODE_AUTH_TOKEN in line 21, through one step (E2, claimed by file)",
        "does: publish",
        "runs code of the project or of its dependencies while it is there",
        "opens with it: npm",
    ]


def test_a_job_of_an_included_file_is_where_it_stands() -> None:
    assert "job  release  ci/ship.yml:7 of acme/web" in told([releasing(at=Location("acme/web", "ci/ship.yml", 7))])


def test_what_fills_no_slot_has_no_section() -> None:
    assert told([releasing()], [SLOT], held=False) == []


def test_a_slot_that_no_job_gets_says_so() -> None:
    assert told()[1:] == ["No job that is known here gets it."]


@pytest.mark.parametrize(
    ("grade", "words"),
    [("E3", "E3, inferred from the name: it may hold this value"), ("E4", "E4, guessed from names: it may hold this value")],
)
def test_a_slot_that_may_hold_it_says_what_that_rests_on(grade: str, words: str) -> None:
    maybe = replace(SLOT, candidates=((identified().id, grade), ("another", "E3")))
    (slot, _) = told([], [maybe], held=False)
    assert slot.endswith(words)


def test_what_is_seen_is_not_inferred_as_well() -> None:
    assert len(told([], [replace(NPM_SLOT, candidates=((identified().id, "E3"),))])) == 2


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (USE, "gets it in line 7, through the whole job (E2, claimed by file)"),
        (replace(USE, grade="E3"), "gets it in line 7, through the whole job (E3, inferred from the name)"),
        (replace(USE, as_name="NPM_TOKEN"), "gets it in line 7, through the whole job (E2, claimed by file)"),
        (replace(USE, via="later_version", at=replace(AT, line=None)), "gets it, through later_version (E2, claimed by file)"),
    ],
)
def test_how_a_slot_comes_into_a_job(use: Use, words: str) -> None:
    assert words in told([releasing(uses=(use,))])


@pytest.mark.parametrize(
    ("gates", "words"),
    [
        ((Gate("environment", True, "environment npm", AT),), "held by environment npm (claimed by file)"),
        ((Gate("environment", True, "environment npm", AT, is_seen=True),), "held by environment npm (seen)"),
        ((Gate("environment", False, "environment npm", AT),), "held by nothing that was seen"),
        ((Gate("environment", True, "environment npm", AT, by_input=True),), "held by nothing that was seen"),
        ((), "held by nothing that was seen"),
    ],
)
def test_what_holds_a_job_says_what_that_rests_on(gates: tuple[Gate, ...], words: str) -> None:
    assert words in told([releasing(gates=gates)])


def test_what_starts_it_may_not_be_known() -> None:
    assert "started by what is not known (maintainer)" in told([releasing(triggers=())])


def test_only_what_a_job_certainly_does_with_the_slot_is_opened() -> None:
    act = releasing().acts[0]
    others = (
        replace(act, target="guess", weight=0.5),
        replace(act, target="tried", is_rehearsal=True),
        replace(act, target="other", takes=("OTHER",)),
    )
    assert [line for line in told([releasing(acts=others)]) if line.startswith("opens")] == []
    assert "opens with it: npm and pypi (test)" in told([releasing(acts=(act, replace(act, target="pypi", tier="test"), act, *others))])


def test_long_lists_are_cut_and_counted() -> None:
    uses = tuple(replace(USE, at=replace(AT, line=line)) for line in range(1, 9))
    lines = told([releasing(f"job{n:02}", uses=uses) for n in range(12)])
    assert len([line for line in lines if line.startswith("job  ")]) == 10
    assert len([line for line in lines if line.startswith("gets it")]) == 50
    assert lines.count("and in 3 more ways") == 10
    assert lines[-1] == "… and 2 more jobs"
    maybe = [replace(SLOT, id=f"{n:02}", candidates=((identified().id, "E3"),)) for n in range(11)]
    assert told([], maybe, held=False)[-1] == "… and 1 more slot"


def test_a_slot_that_a_report_does_not_know_is_no_crash() -> None:
    assert told([releasing()], [])[:2] == [
        "A variable that is not known by name  E1, seen: it holds this value",
        "job  release  .github/workflows/release.yml:12 of acme/web",
    ]
