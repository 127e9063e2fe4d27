from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from scanner.contract import Check, Confidence, Fact
from scanner.model import Outcome, Reachability, Reason, Severity, SourceCoverage, Unscanned, Zone
from scanner.reports import RENDERERS, Style
from scanner.reports.layout import width
from tests.scanner.reports.outcomes import (
    COMPLETE,
    FAIL,
    HOME,
    KEY,
    PASSWORD,
    PYPI,
    REPOSITORY,
    credential,
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

UNREAD = (
    Unscanned("acme/web", "object:" + "a" * 40, Reason.MISSING, "reachable, but not in the store"),
    Unscanned("acme/web", ".git/objects/pack/pack-1.pack", Reason.DAMAGED, "ends at byte 12 of 4096, in the header of entry 3 of 712"),
    Unscanned("~", "secrets.zip", Reason.ENCRYPTED),
)
SUPPRESSED = (suppressed("aaaaaa", "inline", "allowed in docs/aaaaaa.md:7"), suppressed("bbbbbb", "dummy", "the issuer's own example"))
BEYOND = (
    finding(
        "TB603",
        Severity.HIGH,
        title="Blanket secret inheritance",
        message="The job release passes every secret to a workflow of another repository that is not pinned, so whoever can push there gets them.",
        remediation="Pass named secrets, and pin the workflow to a commit.",
        locations=(location(".github/workflows/release.yml", 12),),
    ),
    finding("TB203", Severity.INFO, grade="E3", locations=tuple(location(f"env/{n}.yml") for n in range(7))),
)


def text(made: Outcome, style: Style | None = None) -> str:
    return RENDERERS["text"](made, style or Style())


def many() -> Outcome:
    """One credential of each kind of block, and findings without one."""
    key = identified(
        "keykey", KEY, "Ed25519, SHA256:1M4RzhMy…, not encrypted #keykey", facts={"algorithm": "ed25519", "spki_sha256": "00" * 32}
    )
    facts: dict[str, Fact] = {
        "lifetime": "static",
        "scope": "multi",
        "projects": [f"acme-{n}" for n in range(7)],
        "expires_at": "2026-01-02T00:00:00Z",
    }
    return outcome(
        [
            credential(
                identified("pypipy", PYPI, "pypi-…(160)", facts=facts), [removed(reachability=Reachability.STASH)], Severity.MEDIUM, 55
            ),
            credential(
                key, [occurrence(Zone.WORKSTATION_KEYSTORE, "~", ".ssh/id_ed25519", short="keykey", mode="0600")], Severity.HIGH, 72
            ),
            credential(
                identified("hidden", PASSWORD, "[hidden] #whidden", confidence=Confidence.LOW, check=Check.NONE),
                [occurrence(Zone.FOLDER, "/srv/app", "config/db.yml", 3, "hidden", field="password", field_path=("db", "password"))],
                Severity.LOW,
                24,
                ("Its privilege is assumed from its kind; the value does not tell.",),
            ),
            *SUPPRESSED,
        ],
        [finding("TB302", Severity.HIGH, "pypipy"), finding("TB501", Severity.CRITICAL, "keykey"), *BEYOND],
        coverage=replace(partial(*UNREAD), notes=("acme/web/keytrail.toml is not obeyed (--trust-config)",) * 2),
        verdict=FAIL,
    )


def long_paths() -> Outcome:
    """Paths that do not fit: one alone, two that differ only in the middle, and one without a blank in its container."""
    deep = "/".join(f"folder{n:02}" for n in range(14))
    twins = [f"{'a' * 40}/{n}{'/b' * 40}/settings.yaml" for n in (1, 2)]
    return outcome(
        [
            credential(
                identified(),
                [
                    occurrence(Zone.REPO_HEAD, "acme/web", f"{deep}/.npmrc", 3, field="_authToken", in_head=True),
                    *(occurrence(Zone.REPO_HEAD, "acme/web", twin, 5, in_head=True) for twin in twins),
                    removed("/srv/clones/" + "team-with-a-long-name/" * 5 + "web", ".npmrc"),
                    occurrence(Zone.WORKSTATION_DOTFILE, "/home/me", "日本語/" * 20 + ".npmrc", 1, mode="0644"),
                ],
            )
        ],
        coverage=partial(Unscanned("acme/web", f"{deep}/a.zip", Reason.ENCRYPTED, "it needs a password")),
        verdict=FAIL,
    )


SHOW = Style(show_suppressed=True, show_unscanned=True)
CASES: Mapping[str, tuple[Outcome, Style]] = {
    "story": (story(), Style()),
    "story with all places": (story(), Style(all_places=True)),
    "story in 80 columns": (story(), Style(width=80)),
    "story, quiet": (story(), Style(quiet=True)),
    "nothing found": (outcome(), Style()),
    "nothing found, but suppressed": (outcome(SUPPRESSED), Style()),
    "nothing found, partly read": (outcome(coverage=partial(*UNREAD)), Style()),
    "nothing found, all shown": (outcome(SUPPRESSED, coverage=partial(*UNREAD)), SHOW),
    "many": (many(), Style(as_of=date(2026, 6, 1))),
    "many, all shown": (many(), replace(SHOW, all_places=True)),
    "hostile names": (hostile("\x1b[31m[bold]a\nb\u202egpj.exe\x9b2J\udcff"), SHOW),
    "long paths": (long_paths(), replace(SHOW, home="/home/me")),
    "findings alone": (outcome(findings=BEYOND, verdict=FAIL), Style()),
    "first": (many(), Style(first=True)),
    "sweep": (swept(), Style()),
    "sweep, all shown": (swept(), SHOW),
    "sweep without findings": (replace(swept(), credentials=(), findings=()), Style()),
}


@pytest.mark.parametrize("name", CASES)
def test_the_report(name: str, snapshot: SnapshotAssertion) -> None:
    assert text(*CASES[name]) == snapshot


@pytest.mark.parametrize("name", CASES)
def test_the_report_ends_with_one_newline(name: str) -> None:
    assert re.search(r"[^\n]\n\Z", text(*CASES[name]))


@pytest.mark.parametrize("name", CASES)
def test_no_line_ends_with_a_blank(name: str) -> None:
    assert [line for line in text(*CASES[name]).split("\n") if line.endswith(" ")] == []


@pytest.mark.parametrize("name", [name for name in CASES if name != "long paths"])
def test_no_line_is_too_wide(name: str) -> None:
    made, style = CASES[name]
    assert [line for line in text(made, style).split("\n") if width(line) > style.width] == []


def test_only_a_path_that_cannot_be_shortened_without_doubt_is_too_wide() -> None:
    wide = [line.split()[-1] for line in text(*CASES["long paths"]).split("\n") if width(line) > 100]
    assert wide == [f"{'a' * 40}/{n}{'/b' * 40}/settings.yaml:5" for n in (1, 2)]


@pytest.mark.parametrize("name", CASES)
def test_colour_and_links_change_no_word(name: str) -> None:
    made, style = CASES[name]
    painted = text(made, replace(style, colour=True, links=True, folder="/work"))
    assert re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\", "", painted) == text(made, style)


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=30))
def test_no_name_controls_anything_or_makes_a_line_too_wide(name: str) -> None:
    made = text(hostile(name), SHOW)
    controls = [c for c in made if c != "\n" and (unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in "\u202e\u2066\u200f")]
    assert (controls, max(map(width, made.split("\n"))) <= 100) == ([], True)


@pytest.mark.parametrize("name", ["x" * 300, "日" * 200, " ".join(["y" * 20] * 20)])
def test_a_name_of_any_length_fits_somehow(name: str) -> None:
    assert max(map(width, text(hostile(name), SHOW).split("\n"))) <= 100


def test_a_name_cannot_forge_a_line() -> None:
    forged = "x\nNo credentials found in 1 repository; 0 suppressed."
    assert not [line for line in text(hostile(forged), SHOW).split("\n") if line.startswith("No credentials")]


def test_the_order_in_which_credentials_were_found_does_not_show() -> None:
    assert text(replace(many(), credentials=many().credentials[::-1])) == text(many())


# --- the last line -----------------------------------------------------------------------------------------------------------------------


def last_line(made: Outcome, style: Style | None = None) -> str:
    return text(made, style).rstrip("\n").split("\n")[-1]


def found(*severities: Severity, also: int = 0) -> Outcome:
    open_ones = [credential(identified(f"open{n:02}"), [removed()], severity) for n, severity in enumerate(severities)]
    return outcome([*open_ones, *SUPPRESSED[:also]], verdict=FAIL)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (found(Severity.LOW), "1 low.   Fails: --fail-on low."),
        (found(Severity.LOW, Severity.CRITICAL, Severity.LOW), "1 critical, 2 low.   Fails: --fail-on low."),
        (found(Severity.HIGH, also=1), "1 high; 1 suppressed (--show-suppressed).   Fails: --fail-on low."),
        (found(Severity.HIGH, also=2), "1 high; 2 suppressed (--show-suppressed).   Fails: --fail-on low."),
        (outcome([credential(identified(), [removed()], Severity.INFO)]), "1 info.   Passes."),
        (outcome(findings=BEYOND), "1 high, 1 info.   Passes."),
    ],
)
def test_the_last_line_counts_what_is_open_and_suppressed_and_gives_the_verdict(made: Outcome, expected: str) -> None:
    assert last_line(made) == expected


def test_a_hint_goes_away_once_it_was_followed() -> None:
    assert last_line(found(Severity.HIGH, also=2), SHOW) == "1 high; 2 suppressed.   Fails: --fail-on low."


# --- nothing found -----------------------------------------------------------------------------------------------------------------------


def read(*sources: SourceCoverage) -> Outcome:
    return outcome(coverage=replace(COMPLETE, sources=sources))


ONE = SourceCoverage("repository", "x", 1, 1, 0)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (read(), "No credentials found in nothing: 0 blobs, 0 B in 7.2 s; 0 suppressed."),
        (read(ONE), "No credentials found in 1 repository: 1 blob, 1 B in 7.2 s; 0 suppressed."),
        (read(ONE, ONE, HOME), "No credentials found in 2 repositories, 1 home: 414 blobs, 100.0 MB in 7.2 s; 0 suppressed."),
        (
            read(*(SourceCoverage(kind, "x", 0, 0, 0) for kind in ("tree", "ci_export", "ci_export", "image_layer"))),
            "No credentials found in 1 folder, 2 CI exports, 1 image layer: 0 blobs, 0 B in 7.2 s; 0 suppressed.",
        ),
        (replace(read(ONE), seconds=0.0), "No credentials found in 1 repository: 1 blob, 1 B; 0 suppressed."),
        (
            replace(read(ONE), verdict=FAIL),
            "No credentials found in 1 repository: 1 blob, 1 B in 7.2 s; 0 suppressed. Fails: --fail-on low.",
        ),
    ],
)
def test_nothing_found_is_one_line_that_says_what_was_read(made: Outcome, expected: str) -> None:
    assert text(made) == expected + "\n"


@pytest.mark.parametrize(
    ("unscanned", "expected"),
    [
        ([Unscanned("x", "a", Reason.TIMEOUT)], "1 unread (--show-unscanned)"),
        ([Unscanned("x", "a", Reason.MISSING)], "1 unread (1 missing object; --show-unscanned)"),
        ([Unscanned("x", f"{n}", Reason.MISSING) for n in range(2)], "2 unread (2 missing objects; --show-unscanned)"),
        ([Unscanned("x", "", Reason.MISSING)], "1 unread (--show-unscanned)"),
    ],
)
def test_what_was_not_read_is_said_also_when_nothing_was_found(unscanned: list[Unscanned], expected: str) -> None:
    made = outcome(coverage=replace(partial(*unscanned), sources=()))
    assert text(made, Style(width=140)) == f"No credentials found in nothing: 0 blobs, 0 B in 7.2 s; 0 suppressed; {expected}.\n"


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ((), "nothing; 2 suppressed; 3 unread (1 missing object; --show-unscanned)."),
        ((REPOSITORY, HOME), "1 repository, 1 home; 2 suppressed; 3 unread (1 missing object)."),
    ],
)
def test_the_one_line_gives_up_amounts_and_hints_and_never_its_counts(sources: tuple[SourceCoverage, ...], expected: str) -> None:
    made = outcome(SUPPRESSED, coverage=replace(partial(*UNREAD), sources=sources))
    assert text(made) == f"No credentials found in {expected}\n"


# --- what is asked for -------------------------------------------------------------------------------------------------------------------


def test_quiet_leaves_results_only() -> None:
    lines = text(many(), Style(quiet=True)).split("\n")
    assert (lines[0][:7], [line for line in lines if line.startswith(("keytrail", "Note", "1 high", "2 high"))]) == ("HIGH 72", [])


def test_quiet_still_says_that_something_was_not_read() -> None:
    assert last_line(many(), Style(quiet=True)) == "3 unread (1 missing object; --show-unscanned)."


def test_suppressed_credentials_are_listed_only_when_asked_for() -> None:
    assert ["issuer's own example" in text(outcome(SUPPRESSED), style) for style in (Style(), SHOW)] == [False, True]


def test_what_was_not_read_is_listed_only_when_asked_for() -> None:
    assert ["secrets.zip" in text(outcome(coverage=partial(*UNREAD)), style) for style in (Style(), SHOW)] == [False, True]


def test_a_note_is_printed_once() -> None:
    assert text(many()).count("keytrail.toml is not obeyed") == 1
