"""Names in definitions meet variables in exports."""

from __future__ import annotations

import pytest

from scanner.model import Slot
from tests.support.pipelines import WORKFLOW, act, wired

PUBLISH = """on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - run: npm publish
        env: {NODE_AUTH_TOKEN: "${{ secrets.NPM_TOKEN }}"}
"""
GITLAB = "ship:\n  script: [npm publish]\n"


def slot(
    name: str = "NPM_TOKEN", platform: str = "github", level: str = "project", owner: str = "acme/web", scope: str | None = None
) -> Slot:
    return Slot(f"{platform} {level} {owner} {name} {scope}", platform, level, owner, "export", name, environment_scope=scope)


def test_a_name_that_no_export_shows_is_a_slot_of_its_repository() -> None:
    found, slots = wired({WORKFLOW: PUBLISH})
    (only,) = slots
    assert (only.platform, only.level, only.owner, only.container, only.name) == ("github", "unknown", "web", "web", "NPM_TOKEN")
    assert found["ship"].slots == (only.id,)


@pytest.mark.parametrize(("name", "met"), [("NPM_TOKEN", True), ("npm_token", True), ("OTHER", False)])
def test_github_compares_names_without_case(name: str, met: bool) -> None:
    shown = slot(name)
    found, _ = wired({WORKFLOW: PUBLISH}, shown)
    assert (found["ship"].slots == (shown.id,)) is met


def test_the_narrowest_level_is_meant() -> None:
    wide, own = slot(level="org", owner="acme"), slot()
    found, _ = wired({WORKFLOW: PUBLISH}, wide, own)
    assert found["ship"].slots == (own.id,)


@pytest.mark.parametrize(
    ("environment", "scope", "met"), [("prod", "prod", True), ("prod", "test", False), (None, "prod", False), ("prod", "*", True)]
)
def test_a_variable_of_an_environment_is_for_jobs_in_it(environment: str | None, scope: str, met: bool) -> None:
    shown = slot(level="environment", scope=scope)
    text = PUBLISH.replace("    steps:", f"    environment: {environment}\n    steps:") if environment else PUBLISH
    found, _ = wired({WORKFLOW: text}, shown)
    assert (shown.id in found["ship"].slots) is met


def test_a_variable_of_nobody_in_the_run_is_meant_by_its_name_alone() -> None:
    shown = slot(owner="acme/other")
    found, slots = wired({WORKFLOW: PUBLISH}, shown, slot("X", owner="acme/web"))
    assert [(use.grade, use.slot == shown.id) for use in found["ship"].uses] == [("E3", True)]
    assert len(slots) == 2


def test_another_platforms_variable_is_not_meant() -> None:
    shown = slot(platform="gitlab")
    found, slots = wired({WORKFLOW: PUBLISH}, shown)
    assert shown.id not in found["ship"].slots
    assert len(slots) == 2


def test_gitlab_gives_every_job_all_variables() -> None:
    shown, other = slot("NODE_AUTH_TOKEN", "gitlab"), slot("DB", "gitlab")
    found, _ = wired({".gitlab-ci.yml": GITLAB + "test:\n  script: [npm test]\n"}, shown, other)
    assert found["test"].slots == found["ship"].slots == tuple(sorted((shown.id, other.id)))
    assert {use.via for use in found["test"].uses} == {"platform"}
    assert act(found["ship"], "publish").takes == ("NODE_AUTH_TOKEN",)
    assert act(found["ship"], "publish").is_keyless is False


@pytest.mark.parametrize(("scope", "environment", "met"), [("review/*", "review/1", True), ("review/*", "prod", False)])
def test_scopes_of_gitlab_may_end_in_a_star(scope: str, environment: str, met: bool) -> None:
    shown = slot("NODE_AUTH_TOKEN", "gitlab", scope=scope)
    found, _ = wired({".gitlab-ci.yml": f"{GITLAB}  environment: {environment}\n"}, shown)
    assert (shown.id in found["ship"].slots) is met


def test_each_step_takes_what_it_is_given_itself() -> None:
    text = """on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - run: twine upload --repository testpypi dist/*
        env: {TWINE_PASSWORD: "${{ secrets.TEST }}"}
      - run: twine upload dist/*
        env: {TWINE_PASSWORD: "${{ secrets.REAL }}"}
"""
    found, _ = wired({WORKFLOW: text})
    assert [(one.tier, one.takes) for one in found["ship"].acts if one.role == "publish" and one.weight >= 1] == [
        ("test", ("TEST",)),
        ("public", ("REAL",)),
    ]


def test_a_variable_that_one_step_names_is_there_for_all_steps_where_the_platform_gives_it_to_every_job() -> None:
    text = 'ship:\n  script:\n    - echo "_authToken=${NPM_TOKEN}" > .npmrc\n    - npm publish\n'
    shown = slot(platform="gitlab")
    bare, _ = wired({".gitlab-ci.yml": text})
    found, _ = wired({".gitlab-ci.yml": text}, shown)
    assert (act(bare["ship"], "publish").takes, act(found["ship"], "publish").takes) == (("NPM_TOKEN",), ("NPM_TOKEN",))
    assert [(use.step, use.slot == shown.id) for use in found["ship"].uses] == [(0, True)]


@pytest.mark.parametrize(("scope", "met"), [("GLOBAL", True), ("SYSTEM", False)])
def test_jenkins_keeps_some_credentials_for_itself(scope: str, met: bool) -> None:
    text = "pipeline { agent any; stages { stage('a') { steps { withCredentials([string(credentialsId: 'npm', variable: 'T')]) { sh 'npm publish' } } } } }"
    shown = slot("npm", "jenkins", "instance", scope=scope)
    found, _ = wired({"Jenkinsfile": text}, shown)
    assert (found["a"].slots == (shown.id,)) is met


@pytest.mark.parametrize(
    ("shown", "grade"),
    [
        (slot("npm", "aws", "unknown", "web", "ci"), "E2"),
        (slot("npm", "aws", "unknown", "acme/other", "ci"), "E3"),
        (slot("npm", "aws", "unknown", "web", "prod"), None),
        (slot("npm", "gcp", "unknown", "web", "ci"), None),
    ],
)
def test_a_secret_of_a_store_is_what_a_build_of_the_same_cloud_names(shown: Slot, grade: str | None) -> None:
    text = "version: 0.2\nenv: {secrets-manager: {NPM_TOKEN: 'ci/npm:token'}}\nphases: {build: {commands: [npm publish]}}\n"
    other = slot("X", "aws", owner="acme/web")
    found, _ = wired({"buildspec.yml": text}, shown, other)
    assert [use.grade for use in found["build"].uses if use.slot == shown.id] == ([grade] if grade else [])


def test_a_version_of_a_secret_is_that_secret() -> None:
    text = """steps: [{name: python, entrypoint: bash, args: [-c, twine upload d], secretEnv: [TWINE_PASSWORD]}]
availableSecrets: {secretManager: [{versionName: projects/a/secrets/pypi/versions/latest, env: TWINE_PASSWORD}]}
"""
    shown = slot("pypi", "gcp", "unknown", "web")
    found, _ = wired({"cloudbuild.yaml": text}, shown)
    assert found["build"].slots == (shown.id,)
