"""Every system's own way to publish is known under the name that its reader gives it."""

from __future__ import annotations

import pytest

from tests.support.pipelines import jobs, roles

TRAVIS = "language: generic\ndeploy:\n  - provider: {}\n    on: {{tags: true}}\n"
APPVEYOR = "deploy:\n- provider: {}\n  api_key: {{secure: x}}\n"
DRONE = "kind: pipeline\nname: x\nsteps:\n- name: out\n  image: {}\n  settings: {{repo: acme/web}}\n"
AZURE = "steps:\n- task: {}\n"
CLOUD = "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [push, gcr.io/acme/web]\n"
CASES = [
    (".travis.yml", TRAVIS.format("npm"), "deploy", {"publish": "set"}),
    (".travis.yml", TRAVIS.format("pypi"), "deploy", {"publish": "set"}),
    (".travis.yml", TRAVIS.format("rubygems"), "deploy", {"publish": "set"}),
    (".travis.yml", TRAVIS.format("cargo"), "deploy", {"publish": "set"}),
    (".travis.yml", TRAVIS.format("releases"), "deploy", {"release_page": "set"}),
    (".travis.yml", TRAVIS.format("pages"), "deploy", {"deploy": "set"}),
    (".travis.yml", "jobs:\n  include:\n  - stage: release\n    deploy: {provider: npm}\n", "release", {"publish": "set"}),
    (".travis.yml", "jobs:\n  include:\n  - script: a\n", "build/1", {}),
    ("appveyor.yml", APPVEYOR.format("NuGet"), "deploy", {"publish": "set"}),
    ("appveyor.yml", APPVEYOR.format("GitHub"), "deploy", {"release_page": "set"}),
    ("appveyor.yml", "build_script: [cmd: a]\n", "build", {}),
    (".gitlab-ci.yml", "out:\n  script: [a]\n  release: {tag_name: v1}\n", "out", {"release_page": "set"}),
    (".gitlab-ci.yml", "go:\n  trigger: {project: acme/deployments}\n", "go", {"trigger": "set"}),
    (".gitlab-ci.yml", "go:\n  trigger: {include: ci/child.yml}\n", "go", {"trigger": "set"}),
    (".buildkite/pipeline.yml", "steps:\n- {trigger: ship, key: go}\n", "go", {"trigger": "set"}),
    (".woodpecker.yml", "steps:\n  out: {image: docker.io/woodpeckerci/plugin-trivy}\n", "out", {"scan": "set"}),
    (".woodpecker.yml", "steps:\n  out: {image: 'woodpeckerci/plugin-prettier:next'}\n", "out", {"lint": "set"}),
    (".gitlab-ci.yml", "pages:\n  script: [a]\n", "pages", {"deploy": "set"}),
    (".gitlab-ci.yml", "out:\n  stage: test\n  script: [a]\n", "out", {"test": "suspected"}),
    ("cloudbuild.yaml", CLOUD, "build", {"publish": "set"}),
    ("cloudbuild.yaml", "steps: [{name: x}]\nimages: [gcr.io/acme/web]\n", "build", {"publish": "set"}),
    ("buildspec.yml", "version: 0.2\nphases: {build: {commands: [docker push acme/web]}}\n", "build", {"publish": "set"}),
    (".drone.yml", DRONE.format("plugins/docker"), "out", {"publish": "set"}),
    (".drone.yml", DRONE.format("plugins/github-release"), "out", {"release_page": "set"}),
    (
        ".woodpecker.yml",
        "steps:\n  out:\n    image: woodpeckerci/plugin-docker-buildx\n    settings: {repo: a/b}\n",
        "out",
        {"publish": "set"},
    ),
    ("azure-pipelines.yml", AZURE.format("NuGetCommand@2\n  inputs: {command: push}"), "Job", {"publish": "set"}),
    ("azure-pipelines.yml", AZURE.format("GitHubRelease@1"), "Job", {"release_page": "set"}),
    ("Jenkinsfile", "node { nexusArtifactUploader(credentialsId: 'n') }", "pipeline", {"publish": "set"}),
]


@pytest.mark.parametrize(("path", "text", "name", "expected"), CASES)
def test_what_a_system_publishes_with_is_known(path: str, text: str, name: str, expected: dict[str, str]) -> None:
    assert roles(jobs({path: text})[name]) == expected
