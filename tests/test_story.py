"""The product's main sentence, from outside: one token in seven places and one key in two formats are two credentials."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support import story
from tests.support.command import Run, keytrail


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> story.Story:
    return story.build(tmp_path_factory.mktemp("story"))


@pytest.fixture(scope="module")
def told(world: story.Story) -> Run:
    return keytrail("scan", *world.arguments(), "--format", "json", cwd=world.root)


@pytest.fixture(scope="module")
def report(told: Run) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(told.stdout)
    return loaded


def of_provider(report: dict[str, Any], provider: str) -> list[dict[str, Any]]:
    return [c for c in report["credentials"] if c["provider"] == provider]


def places(credential: dict[str, Any]) -> set[tuple[str, str, str | None]]:
    return {(o["container"], o["path"], o["field"]) for o in credential["occurrences"]}


def test_open_findings_end_with_1(told: Run) -> None:
    assert told.code == 1


def test_everything_was_read(report: dict[str, Any]) -> None:
    assert report["coverage"]["status"] == "complete"


def test_one_npm_token_in_seven_places(report: dict[str, Any]) -> None:
    (npm,) = of_provider(report, "npm")
    assert places(npm) == {
        ("web", ".npmrc", "_authToken"),
        ("infra", "deploy/secret.yaml", "npmrc"),
        ("infra", "ci/settings.json", "payload"),
        ("home", ".npmrc", "_authToken"),
        ("home", ".bash_history", "NPM_TOKEN"),
        ("gitlab-project:variables.json", "variables.json", "NPM_TOKEN"),
        ("gitlab-project:variables.json", "variables.json", "NPMRC_B64"),
    }


def test_one_key_in_two_formats(report: dict[str, Any]) -> None:
    (key,) = of_provider(report, "signing")
    assert {(container, path) for container, path, _ in places(key)} == {
        ("home", ".ssh/release_key"),
        ("gitlab-project:variables.json", "variables.json"),
    }


def test_the_token_that_nobody_minted_is_only_information(report: dict[str, Any]) -> None:
    (stale,) = of_provider(report, "github")
    assert stale["severity"] == "info"


def test_the_removed_copy_names_its_commits(report: dict[str, Any]) -> None:
    (npm,) = of_provider(report, "npm")
    (past,) = [o for o in npm["occurrences"] if o["container"] == "web"]
    assert past["in_head"] is False
    assert past["zone"] == "repo_history"
    assert past["reachability"] == "branch"
    assert past["commit"] != past["removed_commit"]
    assert past["committed_at"] < past["removed_at"]


def test_how_a_copy_was_encoded_is_said(report: dict[str, Any]) -> None:
    (npm,) = of_provider(report, "npm")
    encodings = {(o["path"], o["field"]): o["encoding"] for o in npm["occurrences"]}
    assert encodings["deploy/secret.yaml", "npmrc"] == ["base64"]
    assert encodings["variables.json", "NPMRC_B64"] == ["base64"]
    assert encodings[".bash_history", "NPM_TOKEN"] == []


def test_the_policies_tell_the_story(report: dict[str, Any]) -> None:
    (npm,) = of_provider(report, "npm")
    about = {finding["policy"] for finding in report["findings"] if npm["id"] in finding["credentials"]}
    assert {"TB301", "TB201", "TB202", "TB204", "TB701"} <= about
    assert npm["severity"] == "critical"


def test_no_piece_of_a_value_is_in_the_output(world: story.Story, told: Run) -> None:
    everything = told.stdout + told.stderr
    assert [piece for piece in world.pieces() if piece in everything] == []
