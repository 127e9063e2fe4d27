"""TB701, TB702, TB704 and TB706: credentials beside the tools that use them, and in what pipelines leave behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner import registry
from scanner.contract import Kind
from scanner.model import Occurrence, Zone
from scanner.policies.machines import MACHINES, PEOPLE
from tests.scanner.policies.graphs import (
    DOTFILE,
    GITHUB,
    HEAD,
    HISTORY,
    KEY,
    NPM,
    PASSWORD,
    VARIABLE,
    finding,
    graph,
    identified,
    place,
    severities,
    slot,
)

SHELL = place(Zone.WORKSTATION_SHELL, "home", ".bash_history")
MILD = replace(GITHUB, privilege=2)


@pytest.mark.parametrize("where", [DOTFILE, SHELL])
@pytest.mark.parametrize(("kind", "policy"), [(NPM, "TB701"), (KEY, "TB701"), (GITHUB, "TB003")])
def test_tb701_speaks_of_what_can_publish_or_sign(where: Occurrence, kind: Kind, policy: str) -> None:
    assert set(severities(graph(identified(kind=kind), where))) == {policy}


@pytest.mark.parametrize("zone", [Zone.WORKSTATION_KEYSTORE, Zone.FOLDER, Zone.REPO_HEAD])
def test_tb701_speaks_of_dotfiles_and_shells_only(zone: Zone) -> None:
    assert "TB701" not in severities(graph(identified(), place(zone)))


def test_tb701_names_the_files() -> None:
    found = finding(graph(identified(), DOTFILE, SHELL), "TB701")
    assert found.severity.word == "high"
    assert found.message == "The npm token #a can publish or sign, and lies in plain text in home:.npmrc and home:.bash_history."


@pytest.mark.parametrize(
    "where",
    [
        place(Zone.WORKSTATION_DOTFILE, path=".git-credentials"),
        place(Zone.WORKSTATION_DOTFILE, path=".config/git/credentials"),
        place(Zone.WORKSTATION_DOTFILE, path=".netrc"),
        place(Zone.WORKSTATION_DOTFILE, path="_netrc"),
        place(Zone.REPO_HEAD, path="ci/netrc.template", tool="netrc"),
        place(Zone.WORKSTATION_DOTFILE, path=".gitconfig", tool="git", field="extraheader"),
        place(Zone.WORKSTATION_DOTFILE, path=".gitconfig", tool="git", field="insteadOf"),
        place(Zone.GIT_METADATA, path=".git/config", field="url"),
        place(Zone.REPO_HEAD, path="requirements.txt", field="userinfo"),
    ],
)
def test_tb702_speaks_of_what_travels_with_every_request(where: Occurrence) -> None:
    assert severities(graph(identified(kind=MILD), where))["TB702"] == "medium"
    assert severities(graph(identified(kind=GITHUB), where))["TB702"] == "high"


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        (MILD, place(Zone.REPO_HEAD, path="config.yml", field="url")),
        (MILD, place(Zone.WORKSTATION_DOTFILE, path=".gitconfig", tool="git", field="smtpPass")),
        (MILD, place(Zone.WORKSTATION_DOTFILE, path="git-credentials.txt")),
        (PASSWORD, place(Zone.REPO_HEAD, path="app.env", field="userinfo")),
        (MILD, replace(HISTORY, path=".git-credentials")),
    ],
)
def test_tb702_is_silent_elsewhere(kind: Kind, where: Occurrence) -> None:
    assert "TB702" not in severities(graph(identified(kind=kind), where))


def test_tb702_names_the_place() -> None:
    where = place(Zone.GIT_METADATA, path=".git/config", field="url")
    assert finding(graph(identified(kind=GITHUB), where), "TB702").message == (
        "The GitHub token #a is part of a URL, a git remote or a stored login in web:.git/config."
    )


RUNNER = replace(MILD, id="gitlab-runner-token", title="GitLab runner token")
KEYSTORE = place(Zone.WORKSTATION_KEYSTORE, "home", ".ssh/id_ed25519", mode="0600")


@pytest.mark.parametrize("where", [DOTFILE, SHELL, KEYSTORE])
@pytest.mark.parametrize(
    ("kind", "places", "speaks"),
    [
        pytest.param(RUNNER, (), True, id="made for a program"),
        pytest.param(NPM, (VARIABLE,), True, id="fills a variable"),
        pytest.param(RUNNER, (VARIABLE,), True, id="both"),
        pytest.param(NPM, (), False, id="neither"),
        pytest.param(NPM, (HEAD,), False, id="in a repository"),
        pytest.param(MILD, (VARIABLE,), False, id="a person's, in a variable"),
    ],
)
def test_tb704_speaks_of_machines_credentials_on_laptops(
    where: Occurrence, kind: Kind, places: tuple[Occurrence, ...], speaks: bool
) -> None:
    assert ("TB704" in severities(graph(identified(kind=kind), where, *places, slots=[slot()]))) is speaks


@pytest.mark.parametrize("zone", [Zone.FOLDER, Zone.WORKTREE, Zone.CI_DEFINITION, Zone.MANAGED_STORE])
def test_tb704_wants_a_developers_machine(zone: Zone) -> None:
    assert "TB704" not in severities(graph(identified(kind=RUNNER), place(zone), VARIABLE, slots=[slot()]))


def test_tb704_names_both_sides() -> None:
    found = finding(graph(identified(), DOTFILE, VARIABLE, slots=[slot()]), "TB704")
    assert (found.severity.word, found.grade, found.slots) == ("high", "E1", ("NPM_TOKEN",))
    assert found.message == "The npm token #a fills NPM_TOKEN of export for pipelines, and lies on a developer's machine in home:.npmrc."
    assert [one.container for one in found.locations] == ["home", "export"]
    strong = replace(RUNNER, privilege=4)
    assert finding(graph(identified(kind=strong), DOTFILE), "TB704").message == (
        "The GitLab runner token #a is made for programs, and lies on a developer's machine in home:.npmrc."
    )


def test_whose_credentials_kinds_are_is_said_of_kinds_that_exist() -> None:
    known = {kind.id for detector in registry.load() for kind in detector.kinds}
    assert known >= MACHINES | PEOPLE
    assert not MACHINES & PEOPLE


@pytest.mark.parametrize("zone", [Zone.IMAGE_LAYER, Zone.CI_LOG_ARTIFACT, Zone.PUBLISHED_ARTIFACT])
def test_tb706_speaks_of_what_pipelines_leave_behind(zone: Zone) -> None:
    left = place(zone, "image.tar", "app/.npmrc")
    found = finding(graph(identified(), left), "TB706")
    assert (found.severity.word, found.grade) == ("high", "E1")
    assert found.message == "The npm token #a is inside image.tar:app/.npmrc, and goes wherever that goes."
    assert severities(graph(identified(kind=MILD), left)) == {"TB706": "medium"}


def test_tb706_is_critical_where_everybody_can_fetch_it() -> None:
    public = graph(identified(), place(Zone.CI_LOG_ARTIFACT, "log", "1.txt"), public=["log"])
    found = finding(public, "TB706")
    assert found.severity.word == "critical"
    assert found.message.endswith(" Everybody can fetch log.")


@pytest.mark.parametrize("zone", [Zone.FOLDER, Zone.REPO_HEAD, Zone.DEPLOYMENT, Zone.CI_VARIABLE, Zone.WORKSTATION_DOTFILE])
def test_tb706_is_silent_elsewhere(zone: Zone) -> None:
    assert "TB706" not in severities(graph(identified(), place(zone), public=["web"]))
