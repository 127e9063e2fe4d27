from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from scanner.contract import Check
from scanner.model import Occurrence, Reachability, Severity, Zone
from scanner.reports.style import Style
from scanner.reports.text_story import story
from scanner.reports.view import view
from tests.scanner.reports.outcomes import ADDED, NPM_SLOT, credential, finding, identified, occurrence, outcome, removed

LAPTOP = occurrence(Zone.WORKSTATION_DOTFILE, "~", ".npmrc", 3)
SHELL = occurrence(Zone.WORKSTATION_SHELL, "~", ".bash_history", 812)
EXPORTED = occurrence(Zone.WORKSTATION_SHELL, "environment", "environ", 4)
SOURCE = occurrence(Zone.REPO_HEAD, "acme/infra", "deploy/secret.yaml", 5, in_head=True, commit=ADDED, committed_at="2025-11-14T08:00:00Z")
AGAIN = occurrence(Zone.REPO_HEAD, "acme/infra", "ci/settings.json", 2, in_head=True)
VARIABLE = occurrence(Zone.CI_VARIABLE, NPM_SLOT.container, "vars.json", 2, field="NPM_TOKEN", slot=NPM_SLOT.id)
LOOSE = occurrence(Zone.WORKTREE, "acme/web", "old.txt", 3)
UNDATED = removed(removed_commit=None, removed_at=None)


def told(places: Sequence[Occurrence], *policies: str, check: Check = Check.PASSED) -> str:
    made = credential(identified(check=check), places)
    found = [finding(policy, Severity.HIGH, "k7f3q2") for policy in policies]
    return story(view(outcome([made], found, slots=(NPM_SLOT,)), Style()), made)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (
            [removed(), LAPTOP, SHELL, SOURCE, AGAIN, VARIABLE],
            "Deleted from acme/web on 2026-03-02, but never rotated: still in its history and in use in 5 other places.",
        ),
        (
            [removed(), LAPTOP],
            "Deleted from acme/web on 2026-03-02, but never rotated: still in its history and in use in 1 other place.",
        ),
        (
            [removed(), LOOSE, LAPTOP],
            "Deleted from `.npmrc` of acme/web on 2026-03-02, but never rotated: still in its history and in use in 1 other place.",
        ),
        (
            [removed(), removed("acme/old", removed_at="2026-04-01T00:00:00Z"), LAPTOP],
            "Deleted from 2 repositories, last on 2026-04-01, but never rotated: still in their history and in use in 1 other place.",
        ),
        (
            [removed(removed_at=None), LAPTOP],
            "Deleted from acme/web, but never rotated: still in its history and in use in 1 other place.",
        ),
        (
            [removed(), removed("acme/infra", "x"), SOURCE, AGAIN],
            "Deleted from acme/web on 2026-03-02, but never rotated: still in its history and in use in 2 other places.",
        ),
        (
            [UNDATED, LAPTOP],
            "Not in the files of acme/web, but never rotated: still in its history and in use in 1 other place.",
        ),
        (
            [removed("."), LAPTOP],
            "Deleted from this folder on 2026-03-02, but never rotated: still in its history and in use in 1 other place.",
        ),
    ],
)
def test_what_was_deleted_and_never_rotated(places: list[Occurrence], expected: str) -> None:
    assert told(places, "TB301") == expected


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([removed()], "Only in the history of acme/web since 2026-03-02, and nothing shows that it was rotated."),
        (
            [removed(), removed(path="b", removed_at="2026-04-01T00:00:00Z")],
            "Only in the history of acme/web since 2026-04-01, and nothing shows that it was rotated.",
        ),
        ([removed(), UNDATED], "Only in the history of acme/web, and nothing shows that it was rotated."),
        (
            [removed(), removed("acme/old")],
            "Only in the history of 2 repositories since 2026-03-02, and nothing shows that it was rotated.",
        ),
        (
            [occurrence(Zone.REPO_HISTORY, "acme/web", f"commit:{ADDED}")],
            "Only in the history of acme/web, and nothing shows that it was rotated.",
        ),
        (
            [replace(UNDATED, reachability=Reachability.STASH), replace(UNDATED, reachability=Reachability.TAG)],
            "Only under a tag of acme/web, and nothing shows that it was rotated.",
        ),
        *(
            ([replace(UNDATED, reachability=reached)], f"Only {where}, and nothing shows that it was rotated.")
            for reached, where in {
                Reachability.BRANCH: "in the history of acme/web",
                Reachability.STASH: "in a stash of acme/web",
                Reachability.NOTE: "in a note of acme/web",
                Reachability.REFLOG: "in the reflog of acme/web",
                Reachability.WORKTREE: "in the work tree of acme/web, not committed",
                Reachability.UNREACHABLE: "in objects of acme/web that nothing leads to any more",
                Reachability.REWRITTEN: "in what acme/web was before its history was rewritten, and whoever hosts it may still serve it",
            }.items()
        ),
    ],
)
def test_what_is_only_remembered(places: list[Occurrence], expected: str) -> None:
    assert told(places, "TB302") == expected


def test_what_was_replaced_by_another_value_is_not_called_unrotated() -> None:
    assert told([removed()]) == "Only in the history of acme/web since 2026-03-02."


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (LAPTOP, "In `~/.npmrc`"),
        (SOURCE, "In `deploy/secret.yaml` of acme/infra since 2025-11-14"),
        (LOOSE, "In `old.txt` of acme/web, not committed"),
        (replace(LOOSE, container="."), "In `old.txt` of this folder, not committed"),
        (VARIABLE, "In the CI variable NPM_TOKEN of acme/web"),
        (replace(VARIABLE, slot=None), "In the CI variable NPM_TOKEN of gitlab-project:vars.json"),
        (replace(EXPORTED, spot=replace(EXPORTED.spot, field="NPM_TOKEN")), "In the exported variable NPM_TOKEN"),
        (EXPORTED, "In `environment/environ`"),
        (replace(EXPORTED, zone=Zone.FOLDER, spot=replace(EXPORTED.spot, field="NPM_TOKEN")), "In `environment/environ`"),
        (occurrence(Zone.FOLDER, "stdin", "-"), "In standard input"),
        (occurrence(Zone.FOLDER, ".", "a/b"), "In `a/b`"),
        (occurrence(Zone.FOLDER, "/", "etc/b"), "In `/etc/b`"),
        (occurrence(Zone.CI_LOG_ARTIFACT, "logs/job.log", "job.log", 4), "In `logs/job.log`"),
        (occurrence(Zone.CI_LOG_ARTIFACT, "logs.zip", "logs.zip!/1_a.txt", 4), "In `logs.zip!/1_a.txt`"),
        (occurrence(Zone.CI_LOG_ARTIFACT, "logs", "job/1_a.txt", 4), "In `logs/job/1_a.txt`"),
    ],
)
def test_what_is_in_one_place(place: Occurrence, expected: str) -> None:
    assert told([place]) == f"{expected}, and nowhere else keytrail looked."


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([SOURCE, AGAIN], "In 2 places of acme/infra, and nowhere else keytrail looked."),
        ([SOURCE, AGAIN, LOOSE], "In 3 places: 2 repositories."),
        ([SOURCE, LAPTOP, SHELL, VARIABLE], "In 4 places: 1 repository, 1 home and 1 CI export."),
        ([LAPTOP, replace(SHELL, container="environment")], "In 2 places: 1 home and 1 environment."),
        ([SOURCE, removed()], "In `deploy/secret.yaml` of acme/infra. Also in the history of acme/web."),
        ([SOURCE, AGAIN, removed()], "In 2 places of acme/infra. Also in the history of acme/web."),
        ([SOURCE, LAPTOP, removed()], "In 2 places: 1 repository and 1 home. Also in the history of acme/web."),
        ([SOURCE, AGAIN, removed("acme/infra")], "In 2 places of acme/infra. Also in its history."),
    ],
)
def test_what_is_in_several_places(places: list[Occurrence], expected: str) -> None:
    assert told(places) == expected


@pytest.mark.parametrize("zone", [zone for zone in Zone if zone is not Zone.REPO_HISTORY])
def test_every_kind_of_place_can_be_counted(zone: Zone) -> None:
    places = [occurrence(zone, container, "x") for container in ("a", "b")]
    assert told(places).startswith("In 2 places: 2 ")


def test_what_fails_its_checksum_says_so_first() -> None:
    assert told([LAPTOP], check=Check.FAILED).startswith("Its checksum does not hold: mistyped, or never issued. In `~/.npmrc`")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("TB501", "Its public half is trusted, so whoever has it can sign in your name."),
        ("TB402", "It can publish every project of its account."),
        ("TB306", "It was short-lived or has expired; what wrote it down may do so again."),
    ],
)
def test_what_no_place_shows_is_said_last(policy: str, expected: str) -> None:
    assert told([LAPTOP], policy) == f"In `~/.npmrc`, and nowhere else keytrail looked. {expected}"


@pytest.mark.parametrize(
    ("first_place", "expected"),
    [(LAPTOP.id, "First seen 2026-11-03 in ~."), (None, "First seen 2026-11-03."), ("gone", "First seen 2026-11-03.")],
)
def test_what_a_store_remembers_is_said_last(first_place: str | None, expected: str) -> None:
    made = replace(credential(identified(), [LAPTOP]), first_seen="2026-11-03T04:00:00Z", first_place=first_place)
    assert story(view(outcome([made]), Style()), made).endswith(expected)
