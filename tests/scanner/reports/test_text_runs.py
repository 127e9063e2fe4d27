from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.model import Finding, Outcome, Severity, SourceCoverage, Suppression, TargetState, Zone
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import (
    COMPLETE,
    KEY,
    PYPI,
    credential,
    finding,
    identified,
    occurrence,
    outcome,
    removed,
    story,
    suppressed,
    swept,
)

SHOW = Style(show_suppressed=True)
SUPPRESSED = (suppressed("aaaaaa", "inline", "allowed in docs/aaaaaa.md:7"), suppressed("bbbbbb", "dummy", "the issuer's own example"))
LOOSE = (finding("TB603", Severity.HIGH), finding("TB203", Severity.INFO))


INFORMATION = credential(identified(), [removed()], Severity.INFO)


def text(made: Outcome, style: Style | None = None) -> str:
    return RENDERERS["text"](made, style or Style())


def last_line(made: Outcome, style: Style | None = None) -> str:
    return text(made, style).rstrip("\n").split("\n")[-1]


# --- what to do first ----------------------------------------------------------------------------------------------------------------------


def first(made: Outcome, style: Style | None = None) -> list[str]:
    """The lines of the section that comes before all others; none where there is no such section."""
    sections = text(made, replace(style or Style(), first=True)).split("\n\n")
    return next((section.split("\n")[1:] for section in sections if section.startswith("Do this first:")), [])


def test_the_three_worst_come_first_with_their_most_important_step() -> None:
    kind = replace(PYPI, rotate=("Where a job uses it, ask the job", "Delete it in the account, so that it ends", "more"))
    held = [
        credential(identified(short, kind, "pypi-…"), [removed()] * n, severity)
        for n, (short, severity) in enumerate(
            (("low001", Severity.LOW), ("high01", Severity.HIGH), ("crit01", Severity.CRITICAL), ("medi01", Severity.MEDIUM)), 1
        )
    ]
    assert first(outcome([*held, *SUPPRESSED])) == [
        "  1. PyPI token pypi-… #crit01 in 3 places: Delete it in the account.",
        "  2. PyPI token pypi-… #high01 in 2 places: Delete it in the account.",
        "  3. PyPI token pypi-… #medi01 in 4 places: Delete it in the account.",
    ]


def test_of_equally_bad_ones_what_is_in_use_comes_before_what_is_remembered() -> None:
    past = credential(identified("past01", KEY), [removed()], Severity.HIGH)
    here = credential(identified("here01", KEY), [occurrence(Zone.WORKSTATION_DOTFILE, "~", ".npmrc", short="here01")], Severity.HIGH)
    worse = credential(identified("worse1", KEY), [removed()], Severity.CRITICAL)
    assert [line.split("#")[1][:6] for line in first(outcome([past, here, worse]))] == ["worse1", "here01", "past01"]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([finding("TB501", Severity.HIGH, "k7f3q2", remediation="Take it away there. Then revoke it.")], ": Take it away there."),
        ([], "."),
    ],
)
def test_where_the_kind_advises_nothing_its_worst_finding_does(found: list[Finding], expected: str) -> None:
    held = credential(identified(kind=KEY), [removed()])
    assert first(outcome([held], found)) == [f"  1. Ed25519 private key npm_…(40) #k7f3q2 in acme/web/.npmrc{expected}"]


def test_an_exported_variable_is_called_by_its_name() -> None:
    place = occurrence(Zone.WORKSTATION_SHELL, "environment", "environ", 4, field="NPM_TOKEN")
    held = credential(identified(kind=KEY), [place])
    assert first(outcome([held])) == ["  1. Ed25519 private key npm_…(40) #k7f3q2 in the exported variable NPM_TOKEN."]


@pytest.mark.parametrize("made", [outcome(), outcome(SUPPRESSED), outcome(findings=LOOSE), outcome([INFORMATION])])
def test_nothing_comes_first_where_no_credential_is_open(made: Outcome) -> None:
    assert first(made) == []


def test_nothing_comes_first_when_results_only_are_asked_for() -> None:
    assert first(story(), Style(quiet=True)) == []


# --- what a store, a sweep and a baseline know ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (["ok"], ["1 target: 1 ok"]),
        (
            ["ok"] * 10 + ["gone", "failed"],
            ["12 targets: 10 ok, 1 failed, 1 gone", "  t10  gone    why", "  t11  failed  why"],
        ),
        (["empty", "rewritten"], ["2 targets: 1 rewritten, 1 empty", "  t0  empty      why", "  t1  rewritten  why"]),
    ],
)
def test_how_the_targets_of_a_sweep_fared(targets: list[str], expected: list[str]) -> None:
    states = tuple(TargetState(f"t{n}", state, "" if state == "ok" else "why") for n, state in enumerate(targets))
    assert text(replace(outcome(), targets=states)).split("\n\n")[0].split("\n") == expected


def test_quiet_says_of_a_sweep_only_that_a_target_failed() -> None:
    whole = replace(swept(), targets=swept().targets[2:])
    assert ["targets" in text(made, Style(quiet=True)) for made in (swept(), whole)] == [True, False]


def test_what_an_earlier_run_has_read_is_counted_apart() -> None:
    source = SourceCoverage("repository", "x", 118, 1, 0, known=71_059)
    assert text(outcome(coverage=replace(COMPLETE, sources=(source,)))).startswith(
        "No credentials found in 1 repository: 118 blobs read, 71,059 known"
    )


def test_a_resolved_finding_is_no_finding_of_a_credential() -> None:
    found = [finding("TB001", Severity.CRITICAL, "k7f3q2", life="resolved"), finding("TB302", Severity.LOW, "k7f3q2", life="open")]
    head = text(outcome([credential(identified(), [removed()])], found), Style(quiet=True)).split("\n")[0]
    assert head == "HIGH 70  npm token  npm_…(40) #k7f3q2   1 place   TB302   resolved: TB001"


def test_what_is_resolved_and_in_no_place_any_more_is_not_shown() -> None:
    gone = outcome([credential(identified(), [])], [finding("TB001", Severity.HIGH, "k7f3q2", life="resolved")])
    assert last_line(gone).endswith("; 0 suppressed; 1 resolved.")


@pytest.mark.parametrize(
    ("lives", "expected"),
    [
        ([None], "1 high.   Passes."),
        (["new", "open", "new"], "3 high.   2 new, 1 open.   Passes."),
        (["reopened", "resolved", "accepted"], "2 high.   1 reopened, 1 resolved, 1 accepted.   Passes."),
    ],
)
def test_the_last_line_counts_the_lives_of_findings(lives: list[str | None], expected: str) -> None:
    found = [replace(finding("TB603", Severity.HIGH, life=life), id=str(n)) for n, life in enumerate(lives)]
    assert last_line(outcome(findings=found)) == expected


ACCEPTED = Suppression("baseline", "until we move")
PARTLY = outcome([credential(identified(), [removed(), removed(path="b", suppression=ACCEPTED)])])


def test_a_place_that_somebody_accepted_is_counted_and_only_listed_when_asked_for() -> None:
    short, long = text(PARTLY), text(PARTLY, SHOW)
    assert "    and 1 accepted place (--show-suppressed)\n" in short
    assert ["until we move" in short, "baseline: until we move" in long] == [False, True]


def test_accepted_places_do_not_count_in_the_first_line() -> None:
    assert text(PARTLY, Style(quiet=True)).split("\n")[0].endswith("   1 place")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (PARTLY, "1 high; 1 accepted place (--show-suppressed).   Passes."),
        (
            replace(PARTLY, credentials=(*PARTLY.credentials, *SUPPRESSED)),
            "1 high; 2 suppressed, 1 accepted place (--show-suppressed).   Passes.",
        ),
    ],
)
def test_the_last_line_counts_accepted_places(made: Outcome, expected: str) -> None:
    assert last_line(made) == expected


def test_a_credential_whose_every_place_is_accepted_is_suppressed_and_each_place_says_why() -> None:
    allowed = Suppression("inline", "an example")
    made = outcome([credential(identified(), [removed(path="a", suppression=allowed), removed(path="b", suppression=ACCEPTED)])])
    lines = text(made, replace(SHOW, width=140)).split("\n")
    assert lines[0] == "1 suppressed:"
    assert [line.rpartition(", ")[2] for line in lines[2:4]] == ["allowed: an example", "baseline: until we move"]
