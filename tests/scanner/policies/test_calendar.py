"""What is dead by the rules of its issuer."""

from __future__ import annotations

from datetime import date

import pytest

from scanner import hosts
from scanner.model import Occurrence, Zone
from tests.scanner.policies.graphs import DOTFILE, GITHUB, LEGACY, NPM, NUGET, graph, identified, place, ranked, severities

LONG_AGO = "2025-06-01T10:00:00Z"


def committed(*dates: str | None) -> list[Occurrence]:
    return [place(Zone.REPO_HEAD, path=f"f{n}", since=since) for n, since in enumerate(dates)]


@pytest.mark.parametrize(
    ("dates", "as_of", "dead"),
    [
        ([LONG_AGO], date(2026, 2, 2), False),
        ([LONG_AGO], date(2026, 2, 3), True),
        (["2025-11-04T23:59:59Z"], date(2026, 2, 3), True),
        (["2025-11-05T00:00:00Z"], date(2026, 2, 3), False),
        (["2026-01-01T10:00:00Z"], date(2026, 4, 1), False),
        (["2026-01-01T10:00:00Z"], date(2026, 4, 2), True),
        (["2026-10-01T10:00:00Z", LONG_AGO], date(2026, 10, 2), True),
        ([None], date(2030, 1, 1), False),
        (["some day"], date(2030, 1, 1), False),
    ],
)
def test_an_npm_token_dies_by_the_calendar(dates: list[str | None], as_of: date, dead: bool) -> None:
    notes = ranked(graph(identified(kind=NPM), *committed(*dates)), as_of=as_of).notes
    assert any(note.startswith("Dead by the issuer's calendar") for note in notes) is dead


@pytest.mark.parametrize(
    ("service", "as_of", "dead"),
    [
        (hosts.spell(hosts.NPM), date(2025, 12, 8), False),
        (hosts.spell(hosts.NPM), date(2025, 12, 9), True),
        (hosts.spell(hosts.YARN), date(2025, 12, 9), True),
        ("npm.example.org", date(2026, 11, 1), False),
        (None, date(2026, 11, 1), False),
    ],
)
def test_a_uuid_is_dead_where_the_public_registry_is_meant(service: str | None, as_of: date, dead: bool) -> None:
    notes = ranked(graph(identified(kind=LEGACY), place(Zone.WORKSTATION_DOTFILE, service=service)), as_of=as_of).notes
    assert any(note.startswith("Dead by the issuer's calendar") for note in notes) is dead


def test_a_uuid_that_a_private_registry_takes_too_is_alive() -> None:
    both = [place(Zone.REPO_HEAD, service=hosts.spell(hosts.NPM)), place(Zone.REPO_HEAD, "infra", service="npm.example.org")]
    assert not any(note.startswith("Dead") for note in ranked(graph(identified(kind=LEGACY), *both)).notes)


def test_what_is_dead_is_medium_at_most_and_nothing_is_dropped() -> None:
    of = graph(identified(), place(Zone.REPO_HISTORY, since=LONG_AGO), DOTFILE)
    assert severities(of) == {"TB201": "medium", "TB301": "medium", "TB701": "medium"}
    assert ranked(of).score == 59


def test_what_is_dead_and_can_do_little_is_low() -> None:
    assert severities(graph(identified(privilege=1), place(Zone.REPO_HEAD, since=LONG_AGO))) == {"TB001": "low"}


def test_other_issuers_have_another_calendar() -> None:
    assert severities(graph(identified(kind=GITHUB), place(Zone.REPO_HISTORY, since=LONG_AGO), DOTFILE))["TB301"] == "critical"


def test_why_it_is_dead_is_said() -> None:
    (_, why) = ranked(graph(identified(), place(Zone.REPO_HEAD, since=LONG_AGO))).notes
    assert why == (
        "Dead by the issuer's calendar since 2026-02-03 unless it can only read: first committed on 2025-06-01, and those made before "
        "2025-11-05 were revoked or ended by then."
    )


@pytest.mark.parametrize(
    ("since", "as_of", "dead"),
    [
        (LONG_AGO, date(2026, 10, 31), False),
        (LONG_AGO, date(2026, 11, 1), True),
        ("2026-10-20T10:00:00Z", date(2026, 11, 19), False),
        ("2026-10-20T10:00:00Z", date(2026, 11, 20), True),
        (None, date(2030, 1, 1), False),
    ],
)
def test_a_nuget_key_dies_by_the_calendar(since: str | None, as_of: date, dead: bool) -> None:
    notes = ranked(graph(identified(kind=NUGET), *committed(since)), as_of=as_of).notes
    assert any(note.startswith("Dead by the issuer's calendar") for note in notes) is dead
