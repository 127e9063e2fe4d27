"""TB201, TB202 and TB204: one credential where there should be several."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.contract import Kind
from scanner.model import Job, Occurrence, Slot, Zone
from tests.scanner.policies.graphs import (
    DOTFILE,
    GITHUB,
    HEAD,
    NARROW,
    NPM,
    OTHER_HEAD,
    VARIABLE,
    finding,
    graph,
    identified,
    place,
    severities,
    slot,
)

MILD = replace(GITHUB, privilege=2)


def policies(*places: Occurrence, slots: tuple[Slot, ...] = ()) -> set[str]:
    return set(severities(graph(identified(kind=MILD), *places, slots=slots)))


@pytest.mark.parametrize(
    ("places", "crossed"),
    [
        ([HEAD, DOTFILE], True),
        ([HEAD, VARIABLE], True),
        ([HEAD, place(Zone.RELEASE_SCRIPT)], True),
        ([HEAD, place(Zone.CHAT)], True),
        ([place(Zone.FOLDER), place(Zone.CI_LOG_ARTIFACT)], True),
        ([place(Zone.REPO_HISTORY), place(Zone.CI_DEFINITION)], True),
        ([HEAD, place(Zone.REPO_HISTORY, path="x"), place(Zone.WORKTREE), place(Zone.GIT_METADATA)], False),
        ([DOTFILE, place(Zone.FOLDER), place(Zone.WORKSTATION_SHELL)], False),
        ([HEAD, place(Zone.MANAGED_STORE)], False),
        ([place(Zone.FOLDER), place(Zone.DEPLOYMENT)], True),
        ([place(Zone.FOLDER), place(Zone.DEPLOYMENT, path="pkg/fixtures/secret.yml")], False),
        ([place(Zone.FOLDER), place(Zone.DEPLOYMENT, path="overlays/testing/secret.yml")], True),
    ],
)
def test_tb201_counts_groups_of_zones(places: list[Occurrence], crossed: bool) -> None:
    assert ("TB201" in policies(*places)) is crossed


@pytest.mark.parametrize(("kind", "severity"), [(NPM, "critical"), (replace(GITHUB, privilege=3), "high")])
def test_tb201_is_critical_for_what_can_publish(kind: Kind, severity: str) -> None:
    assert severities(graph(identified(kind=kind), HEAD, DOTFILE))["TB201"] == severity


def test_tb201_names_the_places_on_each_side() -> None:
    many = [replace(DOTFILE, id=str(n), path=f"f{n}") for n in range(5)]
    of = graph(identified(), HEAD, *many, place(Zone.MANAGED_STORE))
    found = finding(of, "TB201")
    assert found.message == (
        "The npm token #a crosses trust boundaries: source (web:.npmrc); workstation (home:f0, home:f1, home:f2 and 2 more)."
    )
    assert [one.container for one in found.locations] == ["web", *["home"] * 5]


def test_tb202_counts_repositories() -> None:
    assert "TB202" in policies(HEAD, OTHER_HEAD)
    assert "TB202" not in policies(HEAD, place(Zone.REPO_HISTORY, path="x"))


@pytest.mark.parametrize("zone", [Zone.WORKSTATION_DOTFILE, Zone.FOLDER, Zone.CI_LOG_ARTIFACT, Zone.CHAT])
def test_tb202_takes_other_places_for_no_projects(zone: Zone) -> None:
    assert "TB202" not in policies(HEAD, place(zone, "elsewhere"))


def test_tb202_takes_a_file_of_git_for_its_repository() -> None:
    assert "TB202" in policies(HEAD, place(Zone.GIT_METADATA, "infra", ".git/config"))


def shared(owner: str, *, level: str = "project", container: str = "export", others: tuple[Slot, ...] = (), repositories: int = 2) -> bool:
    """Whether a token at HEAD of web and in one CI variable counts as two projects, with infra in the run."""
    here = [HEAD, *([place(Zone.REPO_HISTORY, "web", "x")] if repositories == 1 else [])]
    variable = slot(owner=owner, level=level, container=container)
    run = graph(identified(kind=MILD), *here, VARIABLE, slots=(variable, *others))
    if repositories > 1:
        run = replace(run, jobs=(Job("j", "gitlab", "infra", ".gitlab-ci.yml", "build"),))
    return "TB202" in severities(run)


def test_a_variable_of_the_repository_itself_is_no_second_project() -> None:
    assert not shared("acme/web")
    assert not shared("whatever", container="web")


def test_a_project_is_known_by_its_name_however_its_clone_is_called() -> None:
    mirror = replace(HEAD, container="mirrors/Web.git/")
    run = graph(identified(kind=MILD), mirror, OTHER_HEAD, VARIABLE, slots=[slot(owner="acme/web")])
    assert finding(run, "TB202").message == "The GitHub token #a is shared by 2 projects: mirrors/Web.git/ and infra."


def test_a_name_that_two_repositories_share_is_neither() -> None:
    copies = [replace(HEAD, id="x", container="x/web"), replace(HEAD, id="y", container="y/web")]
    run = graph(identified(kind=MILD), *copies, VARIABLE, slots=[slot(owner="acme/web")])
    assert finding(run, "TB202").message == "The GitHub token #a is shared by 3 projects: x/web, y/web and acme/web."


def test_a_variable_of_another_project_is_one() -> None:
    assert shared("acme/api")
    assert shared("acme/infra")


def test_the_only_project_belongs_to_the_only_repository() -> None:
    assert not shared("vars.json", repositories=1)


def test_of_two_projects_one_must_be_another() -> None:
    assert shared("acme/api", others=(slot("X", owner="acme/app"),), repositories=1)


def test_a_variable_of_a_group_belongs_to_more_than_one_project() -> None:
    assert shared("acme/web", level="group", repositories=1)


def test_tb202_counts_ci_projects() -> None:
    other = replace(VARIABLE, id="other", container="other", slot="OTHER")
    assert "TB202" in policies(VARIABLE, other, slots=(slot(owner="acme/a"), replace(slot(owner="acme/b"), id="OTHER")))


def test_tb202_names_the_projects() -> None:
    assert finding(graph(identified(), HEAD, OTHER_HEAD), "TB202").message == "The npm token #a is shared by 2 projects: web and infra."


def in_field(field: str | None, zone: Zone = Zone.FOLDER) -> Occurrence:
    return place(zone, path=f"{field}", field=field)


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        ("NPM_TOKEN", "PUBLISH_TOKEN", True),
        ("NPM_TOKEN", "NPMRC_B64", True),
        ("NPM_TOKEN", "NPM_TOKEN_PROD", False),
        ("NPM_TOKEN", "NPM_TOKEN_TEST_V2", False),
        ("NPM_TOKEN", "NPM_AUTH_TOKEN", False),
        ("NPM_TOKEN", "_authToken", False),
        ("NPM_TOKEN", "password", False),
        ("NPM_TOKEN", None, False),
        ("_authToken", "password", False),
    ],
)
def test_tb204_compares_names_that_people_chose(one: str, other: str | None, two: bool) -> None:
    assert ("TB204" in policies(in_field(one), in_field(other))) is two


def test_tb204_takes_the_name_of_a_slot_whatever_it_looks_like() -> None:
    named = replace(VARIABLE, slot="deploy-token")
    assert "TB204" in policies(named, in_field("NPM_TOKEN"), slots=(slot("deploy-token"),))


def test_tb204_takes_the_slot_rather_than_the_field() -> None:
    assert "TB204" not in policies(replace(VARIABLE, slot="npm_token"), in_field("NPM_TOKEN"), slots=(slot("npm_token"),))


def test_tb204_forgives_a_name_of_the_past() -> None:
    assert "TB204" not in policies(in_field("NPM_TOKEN"), in_field("OLD_NAME", Zone.REPO_HISTORY))


def test_tb204_names_the_names() -> None:
    of = graph(identified(), in_field("NPM_TOKEN"), in_field("PUBLISH"))
    message = "The npm token #a goes by 2 names: NPM_TOKEN (web:NPM_TOKEN) and PUBLISH (web:PUBLISH)."
    assert finding(of, "TB204").message == message


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        (("a.java", "DEPLOY"), ("a.java", "DEPLOY_BASE64"), False),
        (("a.java", "DEPLOY_ENCODED"), ("a.java", "DEPLOY"), False),
        (("a.java", "DEPLOY_KEY"), ("a.java", "DEPLOY_KEY_B64"), False),
        (("a.java", "DEPLOY"), ("b.java", "DEPLOY_BASE64"), True),
        (("a.java", "DEPLOY"), ("a.java", "PUBLISH_BASE64"), True),
        (("a/__tests__/x.ts", "MOCK_DEPLOY"), ("b.ts", "PUBLISH"), False),
        (("a/__tests__/x.ts", "DEPLOY"), ("b.ts", "PUBLISH"), True),
        (("a.ts", "MOCK_DEPLOY"), ("b.ts", "PUBLISH"), True),
    ],
)
def test_tb204_takes_twins_in_a_file_for_one_and_leaves_out_what_tests_make_up(
    one: tuple[str, str], other: tuple[str, str], two: bool
) -> None:
    named = [place(Zone.REPO_HEAD, path=path, field=field) for path, field in (one, other)]
    assert ("TB204" in policies(*named)) is two


def test_tb204_tells_the_variables_of_a_project_apart_by_all_of_their_names() -> None:
    slots = (slot("DEPLOY"), slot("DEPLOY_BASE64"))
    variables = [replace(VARIABLE, id=one.id, slot=one.id) for one in slots]
    assert "TB204" in policies(*variables, slots=slots)


def test_findings_name_the_slots_they_speak_of() -> None:
    assert finding(graph(identified(), HEAD, VARIABLE, slots=[NARROW]), "TB201").slots == ("NPM_TOKEN",)
