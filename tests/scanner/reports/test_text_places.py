from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from scanner import hosts
from scanner.model import Occurrence, Reachability, Slot, Zone
from scanner.reports.layout import paint
from scanner.reports.style import Style
from scanner.reports.text_places import LABELS, place_lines
from scanner.reports.view import view
from tests.scanner.reports.outcomes import ADDED, NPM_SLOT, credential, identified, occurrence, outcome, removed

PYPI_HOST = hosts.spell(hosts.PYPI)
LINKED = Style(links=True, home="/home/me", folder="/work")


def rows(places: Sequence[Occurrence], style: Style | None = None, slot: Slot = NPM_SLOT) -> list[str]:
    """The rows without their indent."""
    seen = view(outcome([credential(identified(), places)], slots=(slot,)), style or Style())
    return [line.removeprefix("    ") for line in paint(place_lines(seen, places), seen.style).split("\n")[:-1]]


def details(place: Occurrence, slot: Slot = NPM_SLOT) -> str:
    """What stands after the path, on one line however long it is."""
    return rows([place], Style(width=300), slot)[0].partition(".npmrc:1" if place.zone is not Zone.CI_VARIABLE else "NPM_TOKEN")[2].strip()


def laptop(**more: object) -> Occurrence:
    return occurrence(Zone.WORKSTATION_DOTFILE, "~", ".npmrc", **more)  # type: ignore[arg-type]  # fields of two nouns


def variable(**more: object) -> Occurrence:
    told: dict[str, object] = {"field": "NPM_TOKEN", "slot": NPM_SLOT.id}
    return occurrence(Zone.CI_VARIABLE, NPM_SLOT.container, "vars.json", 2, **(told | more))  # type: ignore[arg-type]  # as above


def test_every_zone_has_a_label_of_its_own() -> None:
    assert (set(LABELS), len(set(LABELS.values()))) == (set(Zone), len(Zone))


def test_cells_stand_under_each_other() -> None:
    places = [occurrence(Zone.REPO_HEAD, "acme/infra", "deploy/secret.yaml", 5, encoding=("base64",)), laptop(field="_authToken")]
    assert rows(places) == ["source  acme/infra  deploy/secret.yaml:5  base64", "laptop  ~           .npmrc:1              _authToken"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (laptop(), ""),
        (laptop(field="_authToken"), "_authToken"),
        (laptop(field="_authToken", service="npm.example.org"), "_authToken for npm.example.org"),
        (laptop(service=PYPI_HOST), "for PyPI"),
        (laptop(field="token", field_path=("hosts", "main", "token")), "hosts.main.token"),
        (laptop(account="release-bot"), "account release-bot"),
        (laptop(encoding=("json", "base64")), "base64 in json"),
        (laptop(mode="0600"), ""),
        (laptop(mode="0640"), "readable by its group (0640)"),
        (laptop(mode="0644"), "readable by others (0644)"),
        (laptop(job="publish", step="npm publish"), "job publish, step npm publish"),
        (laptop(field="a", service=PYPI_HOST, encoding=("hex",), mode="0604"), "a for PyPI, hex, readable by others (0604)"),
        (laptop(commit=ADDED), "added 3f2a9c1"),
        (removed(), "added 3f2a9c1 2025-11-14, removed 9b1d77e 2026-03-02"),
        *(
            (removed(removed_commit=None, reachability=reached), f"added 3f2a9c1 2025-11-14{said}")
            for reached, said in {
                Reachability.HEAD: "",
                Reachability.BRANCH: "",
                Reachability.TAG: ", only under a tag",
                Reachability.STASH: ", only in a stash",
                Reachability.NOTE: ", only in a note",
                Reachability.REFLOG: ", only in the reflog",
                Reachability.WORKTREE: ", not committed",
                Reachability.UNREACHABLE: ", unreachable",
            }.items()
        ),
        (laptop(field="x" * 500), "x" * 20 + "…" + "x" * 39),
    ],
)
def test_details_are_what_there_is_to_know(place: Occurrence, expected: str) -> None:
    assert details(place) == expected


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        (NPM_SLOT, "project variable, unprotected, not masked, scope *"),
        (replace(NPM_SLOT, protected=True, masked=True, environment_scope="prod"), "project variable, protected, masked, scope prod"),
        (replace(NPM_SLOT, masked=True, hidden=True), "project variable, unprotected, hidden, scope *"),
        (replace(NPM_SLOT, protected=None, masked=None, hidden=None, environment_scope=None), "project variable"),
        (replace(NPM_SLOT, level="unknown", allowed_projects=("a",)), "variable, unprotected, not masked, scope *, for 1 project"),
        (replace(NPM_SLOT, level="org", allowed_projects=()), "organisation variable, unprotected, not masked, scope *, for 0 projects"),
        (replace(NPM_SLOT, level="user", allowed_projects=None), "variable of a user, unprotected, not masked, scope *"),
    ],
)
def test_a_variable_says_how_it_is_guarded(slot: Slot, expected: str) -> None:
    assert details(variable(), slot) == expected


def test_a_variable_is_known_by_its_owner_and_name() -> None:
    assert rows([variable()])[0].startswith("ci  acme/web  NPM_TOKEN  project variable")


def test_a_variable_whose_owner_nobody_knows_is_known_by_its_export() -> None:
    assert rows([variable(slot=None)]) == ["ci  gitlab-project:vars.json  NPM_TOKEN"]


def test_what_lies_deeper_in_a_variable_is_a_detail() -> None:
    assert details(variable(field_path=("auths", "auth"))).startswith("auths.auth, project variable")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"commit:{ADDED}", "message of 3f2a9c1"),
        (f"blob:{'a' * 64}", "blob aaaaaaa"),
        (f"note:{ADDED}", "note on 3f2a9c1"),
        ("tag:v1.0", "tag v1.0"),
        ("commit:abc", "message of abc"),
        (".npmrc", ".npmrc"),
    ],
)
def test_what_is_no_file_of_a_repository_is_named_in_words(path: str, expected: str) -> None:
    assert rows([occurrence(Zone.REPO_HISTORY, "acme/web", path, None)]) == [f"history  acme/web  {expected}"]


def test_a_file_that_is_called_like_a_commit_stays_a_file() -> None:
    assert rows([occurrence(Zone.REPO_HEAD, "acme/web", f"commit:{ADDED}", None)]) == [f"source  acme/web  commit:{ADDED}"]


def test_five_places_are_listed_and_the_others_counted() -> None:
    places = [occurrence(Zone.REPO_HEAD, "acme/web", f"{n}") for n in range(1007)]
    assert rows(places)[4:] == ["source  acme/web  4:1", "… and 1,002 more (--all-places)"]


def test_five_places_are_all_of_five() -> None:
    assert len(rows([occurrence(Zone.REPO_HEAD, "acme/web", f"{n}") for n in range(5)])) == 5


def test_all_places_are_listed_when_asked_for() -> None:
    assert len(rows([occurrence(Zone.REPO_HEAD, "acme/web", f"{n}") for n in range(9)], Style(all_places=True))) == 9


def test_those_who_have_it_are_named_before_one_of_them_is_named_again() -> None:
    places = [*(occurrence(Zone.REPO_HEAD, "acme/web", f"{n}") for n in range(9)), laptop(), removed("acme/old"), variable()]
    assert [row.split()[0] for row in rows(places)[:-1]] == ["history", "source", "source", "laptop", "ci"]


def test_the_most_telling_place_is_first() -> None:
    told = [row[:10].strip() for row in rows([occurrence(zone, "x", "y") for zone in Zone], Style(all_places=True))]
    assert [label.split("  ")[0] for label in told] == list(LABELS.values())


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (occurrence(Zone.REPO_HEAD, "/srv/web", "a b/é.txt"), "file:///srv/web/a%20b/%C3%A9.txt"),
        (occurrence(Zone.REPO_HEAD, ".", "x"), "file:///work/x"),
        (occurrence(Zone.REPO_HEAD, "web", "x"), "file:///work/web/x"),
        (laptop(), "file:///home/me/.npmrc"),
        (occurrence(Zone.FOLDER, "/srv", "x\x1b]8;;\udcff"), "file:///srv/x%1B%5D8%3B%3B%3F"),
    ],
)
def test_a_file_is_a_link(place: Occurrence, expected: str) -> None:
    assert f"\x1b]8;;{expected}\x1b\\" in rows([place], LINKED)[0]


@pytest.mark.parametrize(
    ("place", "style"),
    [
        (removed(), LINKED),
        (variable(), LINKED),
        (occurrence(Zone.REPO_HEAD, "/srv/web", "a.zip!/b"), LINKED),
        (laptop(), Style(links=True)),
        (occurrence(Zone.REPO_HEAD, "web", "x"), Style(links=True)),
        (occurrence(Zone.REPO_HEAD, "/srv/web", "x"), Style()),
    ],
)
def test_what_cannot_be_opened_is_no_link(place: Occurrence, style: Style) -> None:
    assert "\x1b" not in rows([place], style)[0]
