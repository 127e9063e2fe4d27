"""TB301 and TB302: what was deleted is not gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.contract import Check, Kind
from scanner.model import Occurrence, Zone
from tests.scanner.policies.graphs import (
    DOTFILE,
    GITHUB,
    HEAD,
    HISTORY,
    KEY,
    LEGACY,
    NPM,
    OTHER_HEAD,
    VARIABLE,
    finding,
    graph,
    identified,
    place,
    ranked,
    severities,
)

IMAGE = place(Zone.IMAGE_LAYER, "image", "app/.npmrc")
LOG = place(Zone.CI_LOG_ARTIFACT, "logs", "1.txt")
MESSAGE = replace(place(Zone.REPO_HISTORY, path="commit:1"), in_head=False)


@pytest.mark.parametrize("elsewhere", [DOTFILE, VARIABLE, OTHER_HEAD, IMAGE, place(Zone.MANAGED_STORE, "vault")])
def test_tb301_is_the_proof_that_nothing_was_rotated(elsewhere: Occurrence) -> None:
    found = severities(graph(identified(), HISTORY, elsewhere))
    assert found["TB301"] == "critical"
    assert "TB302" not in found


def test_tb301_tells_the_story() -> None:
    found = finding(graph(identified(), HISTORY, DOTFILE, VARIABLE), "TB301")
    assert found.message == (
        "The npm token #a was removed from web:.npmrc on 2026-11-02, but was never rotated: "
        "it is still in use in home:.npmrc and NPM_TOKEN of export."
    )
    assert [one.container for one in found.locations] == ["web", "home", "export"]


def test_tb301_tells_of_a_message_that_never_was_in_head() -> None:
    found = finding(graph(identified(), MESSAGE, DOTFILE), "TB301")
    assert found.message.startswith("The npm token #a is in the history of web:commit:1, but was never rotated")


@pytest.mark.parametrize(
    "places",
    [
        pytest.param([HISTORY], id="nowhere else"),
        pytest.param([HISTORY, replace(HISTORY, container="infra")], id="in another history"),
        pytest.param([HISTORY, LOG], id="in a record of the past"),
        pytest.param([HISTORY, place(Zone.WORKTREE, path="x")], id="in the same repository's work tree"),
        pytest.param([HISTORY, replace(HEAD, path="renamed"), DOTFILE], id="still at HEAD under another name"),
        pytest.param([HEAD, DOTFILE], id="never removed"),
    ],
)
def test_tb301_needs_removal_here_and_use_there(places: list[Occurrence]) -> None:
    assert "TB301" not in severities(graph(identified(), *places))


def test_tb301_takes_one_repositorys_head_as_use_against_anothers_history() -> None:
    both = graph(identified(), HISTORY, replace(HEAD, container="infra"), replace(HISTORY, container="infra"))
    assert "TB301" in severities(both)


def test_tb301_takes_one_repositorys_work_tree_as_use_against_anothers_history() -> None:
    both = graph(identified(), HISTORY, replace(HISTORY, id="infra", container="infra"), place(Zone.WORKTREE, path="x"))
    assert [one.path for one in finding(both, "TB301").locations] == [".npmrc", ".npmrc", "x"]


def test_tb301_does_not_care_whether_another_value_took_the_place() -> None:
    assert "TB301" in severities(graph(identified(), HISTORY, DOTFILE, superseded=[HISTORY]))


def test_tb301_stays_within_the_privilege() -> None:
    of = graph(identified(privilege=2), HISTORY, DOTFILE)
    assert severities(of)["TB301"] == "medium"
    assert ranked(of).score == 59


@pytest.mark.parametrize(("kind", "severity"), [(NPM, "high"), (KEY, "high"), (replace(GITHUB, privilege=2), "medium")])
def test_tb302_by_what_it_can_do(kind: Kind, severity: str) -> None:
    assert severities(graph(identified(kind=kind), HISTORY)) == {"TB302": severity}


def test_tb302_tells_the_story() -> None:
    later = replace(HISTORY, id="later", path="x", removed_at="2026-11-10T00:00:00Z")
    assert finding(graph(identified(), HISTORY, later), "TB302").message == (
        "The npm token #a was removed from web:.npmrc and web:x on 2026-11-10, but nothing shows that it was revoked."
    )


def test_tb302_speaks_of_messages() -> None:
    assert finding(graph(identified(), MESSAGE), "TB302").message == (
        "The npm token #a is in the history of web:commit:1, but nothing shows that it was revoked."
    )


def test_tb302_is_silent_where_another_value_took_the_place() -> None:
    assert "TB302" not in severities(graph(identified(), HISTORY, superseded=[HISTORY]))


def test_tb302_speaks_where_another_value_took_only_one_of_the_places() -> None:
    assert "TB302" in severities(graph(identified(), HISTORY, MESSAGE, superseded=[HISTORY]))


def test_tb302_is_silent_while_head_holds_it() -> None:
    assert "TB302" not in severities(graph(identified(), HEAD, MESSAGE))


def test_tb302_is_medium_for_an_encrypted_key() -> None:
    assert severities(graph(identified(kind=KEY, facts={"at_rest": "encrypted"}), HISTORY)) == {"TB302": "medium"}


def test_deleted_in_the_second_commit_and_still_in_a_dotfile() -> None:
    assert severities(graph(identified(), HISTORY, DOTFILE)) == {"TB201": "critical", "TB301": "critical", "TB701": "critical"}


@pytest.mark.parametrize(("check", "said"), [(Check.PASSED, True), (Check.NONE, True), (Check.FAILED, False)])
def test_tb305_is_silent_about_what_its_own_checksum_contradicts(check: Check, said: bool) -> None:
    assert ("TB305" in severities(graph(identified(kind=LEGACY, check=check), HEAD))) is said
