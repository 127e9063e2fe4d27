"""Which zone a path lies in, and which zones stand together."""

from __future__ import annotations

import pytest

from scanner.correlate import export_zone, folder_zone, repository_zone
from scanner.model import Zone

CI = [
    ".github/workflows/release.yml",
    ".github/workflows/release.yaml",
    ".gitea/workflows/ci.yml",
    ".forgejo/workflows/ci.yaml",
    "action.yml",
    "tools/setup/action.yaml",
    ".gitlab-ci.yml",
    "ci/deploy.gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "build/azure-pipelines-release.yml",
    ".azure/templates/build.yml",
    "Jenkinsfile",
    "ci/Jenkinsfile.release",
    "vars/publish.groovy",
    "bitbucket-pipelines.yml",
    ".travis.yml",
    ".drone.yml",
    ".woodpecker.yml",
    ".woodpecker/release.yaml",
    ".buildkite/pipeline.yml",
    ".buildkite/pipeline.release.yml",
    "appveyor.yml",
    ".appveyor.yml",
    "cloudbuild.yaml",
    "deploy/cloudbuild-release.yml",
    "buildspec.yml",
]
RELEASE = [
    "Makefile",
    "lib/GNUmakefile",
    "justfile",
    "Taskfile.yml",
    "Rakefile",
    "fastlane/Fastfile",
    "Earthfile",
    "build.gradle",
    "app/build.gradle.kts",
    ".goreleaser.yaml",
    ".releaserc",
    ".releaserc.json",
    "release.sh",
    "publish-all.sh",
    "release.py",
    "scripts/release",
    "tools/scripts/release-notes.txt",
    "bin/release",
]
SOURCE = [
    ".npmrc",
    ".pypirc",
    "src/main.py",
    "vendor/x/.github/workflows/ci.yml",
    ".github/dependabot.yml",
    "docs/.travis.yml",
    "src/releases.ts",
    "src/publisher.py",
    "old.zip!/Makefile",
    "old.zip!/.github/workflows/ci.yml",
    "Makefile/notes.txt",
    "x" * 5000 + ".yml",
    "_" * 5000 + "secret",
]


@pytest.mark.parametrize(
    ("path", "zone"),
    [(path, Zone.CI_DEFINITION) for path in CI]
    + [(path, Zone.RELEASE_SCRIPT) for path in RELEASE]
    + [(path, Zone.REPO_HEAD) for path in SOURCE],
)
def test_zone_at_head(path: str, zone: Zone) -> None:
    assert repository_zone(path, in_head=True, in_worktree=False, metadata=False, message=False) is zone


@pytest.mark.parametrize(
    ("path", "zone"), [("src/main.py", Zone.WORKTREE), (".travis.yml", Zone.CI_DEFINITION), ("Makefile", Zone.RELEASE_SCRIPT)]
)
def test_zone_in_the_work_tree_alone(path: str, zone: Zone) -> None:
    assert repository_zone(path, in_head=False, in_worktree=True, metadata=False, message=False) is zone


@pytest.mark.parametrize("path", ["src/main.py", ".travis.yml", "Makefile"])
def test_what_is_gone_is_history_whatever_it_was(path: str) -> None:
    assert repository_zone(path, in_head=False, in_worktree=False, metadata=False, message=False) is Zone.REPO_HISTORY


def test_messages_are_history() -> None:
    assert repository_zone("commit:1", in_head=True, in_worktree=True, metadata=False, message=True) is Zone.REPO_HISTORY


def test_gits_own_files_are_metadata() -> None:
    assert repository_zone(".git/config", in_head=False, in_worktree=True, metadata=True, message=False) is Zone.GIT_METADATA


@pytest.mark.parametrize(
    "path",
    [
        "terraform.tfstate",
        "env/prod.tfstate.backup",
        "prod.tfvars",
        "docker-compose.yml",
        "compose.override.yaml",
        "chart/values-prod.yaml",
        "k8s/secret.yaml",
        "db-secrets.yml",
        "local.settings.json",
        "appsettings.Production.json",
    ],
)
def test_a_folder_holds_deployments(path: str) -> None:
    assert folder_zone(path) is Zone.DEPLOYMENT


@pytest.mark.parametrize("path", ["notes.txt", "values.txt", "secretary.yaml", "composer.json", "terraform.tfstate/notes.txt"])
def test_anything_else_in_a_folder_is_just_there(path: str) -> None:
    assert folder_zone(path) is Zone.FOLDER


LAYER = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("image.tar", f"!/blobs/sha256/{LAYER}!/app/.npmrc"),
        ("image.tar", f"!/blobs/sha256/{LAYER}"),
        ("image.tar.gz", f"!/{LAYER}/layer.tar!/app/.npmrc"),
        ("image.tar", f"!/{LAYER}.json"),
        ("backup.zip", f"!/images/web.tar!/{LAYER}/layer.tar!/etc/netrc"),
        (f"layout/blobs/sha256/{LAYER}", "!/app/secret.yaml"),
        (f"blobs/sha256/{LAYER}", ""),
    ],
)
def test_layers_and_configurations_of_images(path: str, member: str) -> None:
    assert folder_zone(path, member) is Zone.IMAGE_LAYER


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("app.tar", "!/layer.tar!/app/.npmrc"),
        ("image.tar", f"!/{LAYER[1:]}/layer.tar!/app/.npmrc"),
        ("image.tar", f"!/{LAYER}/VERSION"),
        ("image.tar", "!/manifest.json"),
        (f"{LAYER}.json", ""),
        (f"models/blobs/sha256-{LAYER}", ""),
        (f"myblobs/sha256/{LAYER}", ""),
    ],
)
def test_what_is_no_layer_is_just_there(path: str, member: str) -> None:
    assert folder_zone(path, member) is Zone.FOLDER


@pytest.mark.parametrize(
    ("group", "zones"),
    [
        ("source", {Zone.REPO_HEAD, Zone.REPO_HISTORY, Zone.WORKTREE, Zone.GIT_METADATA}),
        ("pipeline", {Zone.CI_DEFINITION, Zone.CI_VARIABLE, Zone.CI_LOG_ARTIFACT, Zone.DEPLOYMENT, Zone.IMAGE_LAYER}),
        ("release", {Zone.RELEASE_SCRIPT, Zone.PUBLISHED_ARTIFACT}),
        ("workstation", {Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_SHELL, Zone.WORKSTATION_KEYSTORE, Zone.FOLDER}),
        ("chat", {Zone.CHAT}),
        ("managed_store", {Zone.MANAGED_STORE}),
    ],
)
def test_groups_of_zones(group: str, zones: set[Zone]) -> None:
    assert {zone for zone in Zone if zone.group == group} == zones


@pytest.mark.parametrize(("platform", "zone"), [("docker", Zone.IMAGE_LAYER), ("compose", Zone.CI_VARIABLE), ("gitlab", Zone.CI_VARIABLE)])
def test_what_docker_says_is_in_an_image(platform: str, zone: Zone) -> None:
    assert export_zone(platform) is zone
