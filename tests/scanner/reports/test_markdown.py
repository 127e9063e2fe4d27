"""`--format markdown`, read by a parser of CommonMark with GitHub's tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Outcome, Reason, Severity, Unscanned
from scanner.reports import RENDERERS, Style
from scanner.reports.markdown import ROOM
from scanner.reports.marked import code, prose
from tests.scanner.reports.outcomes import credential, finding, hostile, identified, outcome, partial, story, suppressed, swept
from tests.scanner.reports.various import ACCEPTED, HERE, NAMES, OUTCOMES, about_job, held, many
from tests.support.commonmark import blocks, headings, markup, rows


def page(given: Outcome, style: Style | None = None) -> str:
    return RENDERERS["markdown"](given, style or Style())


def first(given: Outcome) -> str:
    return page(given).partition("\n")[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nothing", "**keytrail passes**: nothing found; 0 suppressed."),
        ("story", "**keytrail fails** (`--fail-on low`): 1 critical; 0 suppressed."),
        ("everything", "**keytrail fails** (`--fail-on low`): 1 critical and 1 high; 1 suppressed; **1 could not be read**."),
        ("suppressed", "**keytrail passes**: nothing found; 1 suppressed."),
    ],
)
def test_the_first_line_is_for_people_in_a_hurry(name: str, expected: str) -> None:
    assert first(OUTCOMES[name]) == expected


def test_the_table_has_a_row_for_each_credential_and_each_finding_without_one() -> None:
    assert rows(page(OUTCOMES["everything"])) == [
        ["severity", "what", "places", "first of them", "policies"],
        ["critical 92", "npm token npm_…(40) #k7f3q2", "7", "~/.npmrc:3", "TB301 TB201 TB202 TB701"],
        ["high", "title of TB603", "1", "a.yml:3", "TB603"],
    ]


def test_each_has_a_section_with_places_and_what_to_do() -> None:
    told = page(story())
    assert list(headings(told)) == ["critical 92: npm token npm_…(40) #k7f3q2"]
    assert "- `~/.npmrc:3` in a dotfile of `~`\n" in told
    assert "\nWhat to do:\n\n1. publish through a trusted publisher\n2. revoke it at the registry\n3. remove the copies\n" in told


@pytest.mark.parametrize(("style", "most"), [(Style(), 10), (Style(all_places=True), 30)])
def test_ten_places_are_named_or_all(style: Style, most: int) -> None:
    told = page(held(*(replace(HERE, path=f"{n:02d}.yml") for n in range(30))), style)
    assert (f"`{most - 1:02d}.yml:3`" in told, f"`{most:02d}.yml:3`" in told, f"- and {30 - most} more places" in told) == (
        True,
        False,
        most < 30,
    )


def test_a_finding_about_a_job_says_where_the_job_is() -> None:
    told = page(about_job(message="The job release publishes."))
    assert list(headings(told)) == ["medium: TB603 title of TB603"]
    assert "\nThe job release publishes.\n\n- `.github/workflows/release.yml:12`\n" in told


def test_what_is_suppressed_accepted_or_unread_is_listed_after_all_that_counts() -> None:
    found = [finding("TB404", Severity.LOW, suppression=ACCEPTED)]
    unread = partial(Unscanned("acme/web", "a.zip", Reason.ENCRYPTED))
    held_ = [credential(identified(), [HERE]), suppressed("aaaaaa", "dummy", "documented")]
    told = page(outcome(held_, found, coverage=replace(unread, notes=("said once",))))
    assert list(headings(told))[1:] == ["Suppressed", "Not read", "Notes"]
    assert "- npm token `npm_…(40) #aaaaaa`, 1 place: dummy: documented\n- TB404 title of TB404: baseline: known\n" in told


def test_targets_that_did_not_fare_well_are_listed() -> None:
    assert "- `acme/shop` failed, the host refuses the connection" in page(swept())


@pytest.mark.parametrize("number", [300, 3000])
def test_a_page_fits_where_github_shows_it_and_says_what_is_left_out(number: int) -> None:
    told = page(many(number))
    assert len(told.encode()) < 1 << 20
    assert ("had no room here" in told) == (len(told.encode()) > ROOM - 2000)
    assert rows(told.partition("\n### ")[0])[-1][1] == f"and {2 * number + 1 - 200:,} more"


def test_long_names_leave_room_for_the_rest() -> None:
    held_ = [credential(identified(f"{n:06d}"), [replace(HERE, path="\x1b" * 3000)]) for n in range(60)]
    told = page(outcome(held_))
    assert len(told.encode()) < 60 * 2000
    assert "had no room here" not in told


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_markup_a_link_or_a_mention(name: str) -> None:
    assert markup(page(hostile(name))) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_name_breaks_the_table_or_adds_a_heading(name: str) -> None:
    told = page(hostile(name), Style(show_suppressed=True, show_unscanned=True, all_places=True))
    assert [len(row) for row in rows(told)] == [5, 5, 5]
    assert len(list(headings(told))) == 5


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=30))
def test_no_text_is_markup(text: str) -> None:
    safe(text)


@given(st.text(st.sampled_from("`|*_[]()<>!#@&~\\-+=.:/ \n\t1aw"), max_size=30))
def test_no_text_of_what_markup_is_made_of_is_markup(text: str) -> None:
    safe(text)


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "[a](b)", "@all", "www.example.com", "http://x", "*a*", "![a](b)", "#1", ":x:", "a@b.example"]
)
def test_the_parser_of_these_tests_sees_markup(text: str) -> None:
    assert markup(f"- {text} in a") != []


def safe(text: str) -> None:
    assert markup(f"- {code(text)} in {prose(text)}") == []
    table = f"| a | b |\n| --- | --- |\n| {code(text)} | {prose(text)} |\n"
    assert [len(row) for row in rows(table)] == [2, 2]
    assert [block.type for block in blocks(table)].count("table_open") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The job release takes NPM_TOKEN, and pushes.", "The job release takes `NPM_TOKEN`, and pushes."),
        ("it's well-known (here)", "it's well-known (here)"),
        ("see https://example.org/a_b.", "see `https://example.org/a_b`."),
        ("1. first", "`1`. first"),
        ("- @all", "`-` `@all`"),
        ("a|b", "`a\\x7cb`"),
        ("a`b", "`a\\x60b`"),
        ("the setting `public`, and `a`b`", "the setting `public`, and `a\\x60b`"),
        ("``", "`\\x60\\x60`"),
        ("", ""),
    ],
)
def test_words_stay_words_and_everything_else_is_code(text: str, expected: str) -> None:
    assert prose(text) == expected
