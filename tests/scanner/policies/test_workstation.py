"""TB701 and TB702: credentials beside the tools that use them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.contract import Kind
from scanner.model import Occurrence, Zone
from tests.scanner.policies.graphs import DOTFILE, GITHUB, HISTORY, KEY, NPM, PASSWORD, finding, graph, identified, place, severities

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
