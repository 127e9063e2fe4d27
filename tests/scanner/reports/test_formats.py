"""What is true of every format: it renders every outcome, shows nothing as itself that acts on a reader, and does not depend on order."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from scanner import hosts
from scanner.config import FORMATS
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import everything, hostile, outcome, swept
from tests.scanner.reports.various import OUTCOMES, many

ADDED = sorted(RENDERERS.keys() - {"json", "sarif", "text"})
"""The formats whose whole reports are not looked at elsewhere."""
ACTING = frozenset([*map(chr, (*range(32), *range(0x7F, 0xA0), *range(0xD800, 0xE000))), *"\u200b\u2028\u202e\u2066\ufeff"]) - {"\n"}


def written(form: str, name: str) -> str:
    return RENDERERS[form](OUTCOMES[name], Style())


def test_every_format_that_can_be_asked_for_has_a_renderer() -> None:
    assert set(RENDERERS) == set(FORMATS)


@pytest.mark.parametrize("form", ADDED)
def test_the_whole_report(form: str, snapshot: SnapshotAssertion) -> None:
    assert RENDERERS[form](everything(), Style()).replace(hosts.spell(hosts.NPM), "the registry's host") == snapshot


@pytest.mark.parametrize("form", ADDED)
def test_the_whole_report_of_nothing_and_of_a_sweep(form: str, snapshot: SnapshotAssertion) -> None:
    assert RENDERERS[form](outcome(), Style()) + "----\n" + RENDERERS[form](swept(), Style()) == snapshot


@pytest.mark.parametrize("form", sorted(RENDERERS))
@pytest.mark.parametrize("name", OUTCOMES)
def test_nothing_in_a_report_acts_on_a_terminal_and_all_of_it_is_utf8(form: str, name: str) -> None:
    text = written(form, name)
    assert ACTING & set(text) == set()
    assert text.encode().decode() == text
    assert text.endswith("\n")


@settings(max_examples=40)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=20))
def test_no_name_acts_on_a_reader(name: str) -> None:
    for form in ADDED:
        assert ACTING & set(RENDERERS[form](hostile(name), Style())) == set(), form


@pytest.mark.parametrize("form", sorted(RENDERERS))
def test_the_order_in_which_things_were_found_does_not_show(form: str) -> None:
    one = everything()
    mixed = random.Random(7)
    other = replace(
        one,
        credentials=tuple(mixed.sample(one.credentials, len(one.credentials))),
        findings=tuple(mixed.sample(one.findings, len(one.findings))),
    )
    assert RENDERERS[form](other, Style()) == RENDERERS[form](one, Style())


@pytest.mark.parametrize("form", ADDED)
def test_a_report_of_twice_as_much_is_about_twice_as_long_at_most(form: str) -> None:
    short, long = (len(RENDERERS[form](many(number), Style())) for number in (300, 600))
    assert long < 2.2 * short


@pytest.mark.parametrize("form", ["codequality", "csv", "github", "jsonl", "junit", "markdown", "rdjson"])
def test_a_style_changes_only_what_is_for_people(form: str) -> None:
    plain = RENDERERS[form](everything(), Style())
    told = RENDERERS[form](everything(), Style(colour=True, links=True, width=60, quiet=True, home="/root", folder="/srv"))
    assert told == plain
