"""Definitions that lie where only their content tells what they are."""

from __future__ import annotations

import pytest

from scanner.pipelines import is_read
from tests.support.pipelines import jobs

STEPS = "steps:\n  - script: npm publish\n"
AZURE = "trigger: [main]\njobs:\n  - job: ship\n    " + STEPS.replace("\n", "\n    ")


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("eng/ci/official.yml", AZURE, ["ship"]),
        ("build/release.yaml", "pr: none\nextends:\n  template: a.yml@other\n", ["a"]),
        ("eng/ci/official.yml", AZURE.replace("trigger: [main]\n", ""), []),
        ("eng/ci/settings.yml", "trigger: [main]\njobs: {a: 1}\n", []),
        ("eng/ci/broken.yml", "trigger: [\n", []),
        ("eng/ci/templates/one.yml", AZURE, []),
        ("tests/ci/one.yml", AZURE, []),
        ("docs/one.yml", AZURE, []),
    ],
)
def test_pipelines_of_azure_are_known_by_their_keys(path: str, text: str, expected: list[str]) -> None:
    assert list(jobs({path: text})) == expected


def test_what_such_a_pipeline_includes_is_read() -> None:
    template = "parameters: [{name: a}]\njobs:\n  - job: inner\n    steps:\n      - script: npm publish\n"
    text = "trigger: [main]\nstages:\n  - stage: A\n    jobs:\n      - template: /eng/ci/templates/inner.yml@self\n"
    files = {"eng/ci/official.yml": text, "eng/ci/templates/inner.yml": template}
    assert list(jobs(files)) == ["inner"]
    assert all(map(is_read, files))


@pytest.mark.parametrize(
    ("suffix", "name"), [("x64", "Build_x64"), ("${{ replace(variables.arch, '-', '') }}", "Build_${{ parameters.suffix }}")]
)
def test_a_job_of_a_template_whose_name_only_a_run_knows_is_called_as_it_is_written(suffix: str, name: str) -> None:
    template = "parameters: [{name: suffix}]\njobs:\n  - job: Build_${{ parameters.suffix }}\n    steps: [{script: make}]\n"
    text = f'trigger: [main]\njobs:\n  - template: /ci/templates/a.yml\n    parameters: {{suffix: "{suffix}"}}\n'
    assert list(jobs({"ci/all.yml": text, "ci/templates/a.yml": template})) == [name]


APPVEYOR = "clone_depth: 1\nbuild_script: [make]\ntest_script: [make test]\n"
TRAVIS = "language: python\nscript: make\n"
CIRCLE = "version: 2.1\njobs: {go: {steps: [{run: make}]}}\nworkflows: {w: {jobs: [go]}}\n"
BUILDKITE = "steps:\n- {key: go, command: make, agents: {queue: a}}\n- wait\n"
BITBUCKET = "pipelines: {default: [{step: {name: go, script: [make]}}]}\n"
WOODPECKER = "when: {event: push}\nsteps: {go: {image: x, commands: [make]}}\n"
GITLAB = "go: {stage: build, script: [make]}\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("appveyor-ubuntu.yml", APPVEYOR, ["build"]),
        ("ci/windows.yml", APPVEYOR, ["build"]),
        ("appveyor-ubuntu.yml", "build_script: [make]\n", []),
        ("appveyor-ubuntu.yml", "version: 1.0.{build}\non_finish: [make]\n", ["build"]),
        ("src/windows.yml", APPVEYOR, []),
        ("travis-nightly.yml", TRAVIS, ["build"]),
        ("ci/circleci.yml", CIRCLE, ["go"]),
        ("ci/buildkite-nightly.yml", BUILDKITE, ["go"]),
        ("bitbucket-release.yml", BITBUCKET, ["default/1"]),
        (".ci/woodpecker.yaml", WOODPECKER, ["go"]),
        ("ops/gitlab-ci.yml", GITLAB, ["go"]),
        ("ops/gitlab-ci-values.yml", "a: {b: c}\n", []),
    ],
)
def test_variants_of_a_name_are_known_by_their_keys(path: str, text: str, expected: list[str]) -> None:
    assert list(jobs({path: text})) == expected


@pytest.mark.parametrize(
    ("path", "text", "is_own"),
    [
        ("tests/fixtures/formats/appveyor.yml", APPVEYOR, False),
        ("test/testFixture/completion/.travis.yml", TRAVIS, False),
        ("pipeline/schema/.woodpecker/one.yml", WOODPECKER, False),
        ("docs/.gitlab-ci.yml", GITLAB, False),
        ("templates/python.gitlab-ci.yml", GITLAB, False),
        ("examples/azure-pipelines.yml", AZURE, False),
        ("examples/ci/appveyor-x.yml", APPVEYOR, False),
        ("tests/azure-pipelines.yml", AZURE, True),
        ("docs/Jenkinsfile", "node { sh 'make' }", True),
        ("latest/.travis.yml", TRAVIS, True),
        (".travis.yml", TRAVIS, True),
    ],
)
def test_definitions_among_examples_are_not_the_repositorys_own(path: str, text: str, is_own: bool) -> None:
    assert bool(jobs({path: text})) is is_own


def test_a_child_pipeline_is_read_wherever_it_lies() -> None:
    files = {".gitlab-ci.yml": "start: {trigger: {include: docs/.gitlab-ci.yml}}\n", "docs/.gitlab-ci.yml": GITLAB}
    assert list(jobs(files)) == ["start", "go"]
