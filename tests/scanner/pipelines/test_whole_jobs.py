"""What only whole definitions show, of one system after the other: where gates end, what keys of a job say, what a reader and its rows make together."""

from __future__ import annotations

import pytest

from scanner.model import Job
from tests.support.pipelines import act, jobs, roles, wired

CALLER = """on: {push: {tags: ["v*"]}}
jobs:
  image:
    uses: ./.github/workflows/image.yml
    secrets: {login: "${{ secrets.HUB_TOKEN }}"}
"""
CALLED = """on: {workflow_call: {secrets: {login: {required: true}}}}
jobs:
  push:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/login-action@v3
        with: {password: "${{ secrets.login }}"}
      - run: docker push acme/web
"""


def kept(job: Job) -> list[tuple[str, bool]]:
    """Its gates, and whether each blocks."""
    return [(gate.evidence, gate.blocking) for gate in job.gates]


def remarked(job: Job) -> list[tuple[str, str]]:
    return [(remark.family, remark.pattern) for remark in job.remarks]


def test_a_caller_takes_what_it_hands_over_under_its_own_name_only() -> None:
    caller = jobs({".github/workflows/release.yml": CALLER, ".github/workflows/image.yml": CALLED})["image"]
    assert [one.takes for one in caller.acts if one.role == "publish" and one.takes] == [("HUB_TOKEN",)]


@pytest.mark.parametrize(("condition", "held"), [("always()", []), ("success()", [("environment approval", True)])])
def test_a_job_that_always_runs_is_held_by_no_gate_before_it(condition: str, held: list[tuple[str, bool]]) -> None:
    text = f"""on: push
jobs:
  one: {{runs-on: ubuntu-latest, environment: approval, steps: [{{run: npm test}}]}}
  two: {{needs: one, if: "{condition}", runs-on: ubuntu-latest, steps: [{{run: npm publish}}]}}
"""
    assert kept(jobs(text)["two"]) == held


def test_a_release_that_always_runs_is_remarked() -> None:
    text = 'on: push\njobs:\n  two: {if: "always()", continue-on-error: true, runs-on: ubuntu-latest, steps: [{run: npm publish}]}\n'
    assert remarked(jobs(text)["two"]) == [("ignored", "continue-on-error"), ("ignored", "always")]


@pytest.mark.parametrize(
    ("path", "text", "job"),
    [
        (".gitlab-ci.yml", "ship:\n  cache: {paths: [a]}\n  script: [npm publish]\n", "ship"),
        (".travis.yml", "cache: npm\nscript: npm publish\n", "build"),
        ("buildspec.yml", "version: 0.2\nphases: {build: {commands: [npm publish]}}\ncache: {paths: [a]}\n", "build"),
        (
            "bitbucket-pipelines.yml",
            "pipelines:\n  default:\n    - step:\n        caches: [node]\n        script: [npm publish]\n",
            "default/1",
        ),
        (
            ".circleci/config.yml",
            "version: 2.1\njobs: {ship: {docker: [{image: a}], steps: [{restore_cache: {key: a}}, {run: npm publish}]}}\nworkflows: {w: {jobs: [ship]}}\n",
            "ship",
        ),
    ],
)
def test_the_keys_of_a_job_ask_for_a_cache(path: str, text: str, job: str) -> None:
    assert remarked(jobs({path: text})[job]) == [("cache", "job")]


def test_the_gate_of_a_block_step_that_is_left_out_holds_nothing() -> None:
    text = """steps:
  - {block: "Release?", key: approve, if: build.tag != null}
  - {label: gem, key: gem, if: build.tag != null, command: gem push a.gem}
  - {label: deploy, key: deploy, branches: main, command: kubectl apply -f a}
"""
    found = jobs({".buildkite/pipeline.yml": text})
    assert (kept(found["gem"]), kept(found["deploy"])) == ([("block step approve", True)], [])


def test_a_manual_job_that_is_for_tags_alone_holds_no_other_pipeline() -> None:
    text = """stages: [one, two]
hold: {stage: one, rules: [{if: $CI_COMMIT_TAG, when: manual}], script: [a]}
ship: {stage: two, rules: [{if: $CI_COMMIT_TAG}], script: [npm publish]}
main: {stage: two, rules: [{if: $CI_COMMIT_BRANCH}], script: [npm publish]}
"""
    found = jobs({".gitlab-ci.yml": text})
    assert (kept(found["ship"]), kept(found["main"])) == ([("when: manual", True)], [])


def test_a_gate_that_a_job_has_by_itself_is_not_told_again() -> None:
    text = """version: 2.1
jobs: {ship: {docker: [{image: a}], steps: [{run: npm publish}]}}
workflows: {w: {jobs: [{hold: {type: approval}}, {ship: {requires: [hold]}}]}}
"""
    assert kept(jobs({".circleci/config.yml": text})["ship"]) == [("approval hold", True)]


def test_a_rule_of_an_included_job_stands_in_its_own_file() -> None:
    files = {
        ".gitlab-ci.yml": "include: [{local: /ci/ship.gitlab-ci.yml}]\n",
        "ci/ship.gitlab-ci.yml": "ship:\n  rules:\n    - if: $CI_COMMIT_TAG\n  script: [npm publish]\n",
    }
    assert [(one.at.path, one.at.line) for one in jobs(files)["ship"].triggers] == [("ci/ship.gitlab-ci.yml", 3)]


@pytest.mark.parametrize(
    ("path", "text", "job", "takes"),
    [
        (".travis.yml", "script: a\ndeploy: {provider: npm, api_key: $NPM_TOKEN, on: {tags: true}}\n", "deploy", ("NPM_TOKEN",)),
        (".travis.yml", "script: a\ndeploy: {provider: pypi, password: {secure: abc}, on: {tags: true}}\n", "deploy", ("pypi.password",)),
        ("appveyor.yml", "build_script: [cmd: a]\ndeploy: [{provider: NuGet, api_key: {secure: abc}}]\n", "deploy", ("NuGet.api_key",)),
    ],
)
def test_a_deploy_provider_publishes_with_its_key(path: str, text: str, job: str, takes: tuple[str, ...]) -> None:
    assert act(jobs({path: text})[job], "publish").takes == takes


def test_a_macro_of_azure_names_a_slot() -> None:
    text = (
        "steps:\n  - script: npm publish\n    env: {NODE_AUTH_TOKEN: $(NPM_TOKEN)}\n  - script: twine upload -p $(PypiToken) $(files) d\n"
    )
    found, slots = wired({"azure-pipelines.yml": text})
    (job,) = found.values()
    assert [(one.role, one.takes) for one in job.acts if one.weight == 1] == [("publish", ("NPM_TOKEN",)), ("publish", ("PypiToken",))]
    assert sorted(slot.name for slot in slots) == ["NPM_TOKEN", "PYPITOKEN"]


@pytest.mark.parametrize(
    ("task", "takes"),
    [
        ("NuGetCommand@2, inputs: {command: push, publishFeedCredentials: feed}", ("feed",)),
        ("Npm@1, inputs: {command: publish, publishEndpoint: feed}", ("feed",)),
    ],
)
def test_a_service_connection_is_what_a_task_publishes_with(task: str, takes: tuple[str, ...]) -> None:
    (job,) = jobs({"azure-pipelines.yml": f"steps:\n  - {{task: {task}}}\n"}).values()
    assert act(job, "publish").takes == takes


def test_a_secure_file_is_what_its_step_has_given() -> None:
    text = """steps:
  - task: DownloadSecureFile@1
    name: key
    inputs: {secureFile: release.asc}
  - script: gpg --import $(key.secureFilePath)
"""
    (job,) = jobs({"azure-pipelines.yml": text}).values()
    assert [(use.name, use.via, use.step) for use in job.uses] == [
        ("release.asc", "with_input", 0),
        ("release.asc", "run_interpolation", 1),
    ]


@pytest.mark.parametrize("platform", ["gitea", "forgejo"])
def test_what_passes_over_environments_is_held_by_none(platform: str) -> None:
    text = f"""on: push
jobs:
  ship:
    if: {platform}.ref_type == 'tag'
    runs-on: docker
    environment: crates
    steps: [{{run: cargo publish}}]
"""
    (job,) = jobs({f".{platform}/workflows/a.yml": text}).values()
    assert (kept(job), [trigger.event for trigger in job.triggers]) == ([("environment crates", False)], ["push:tags"])


def test_jenkins_binds_a_key_of_aws_to_the_variables_of_its_plugin() -> None:
    text = """pipeline { agent any; stages { stage('Deploy') { steps {
  withCredentials([[$class: 'AmazonWebServicesCredentialsBinding', credentialsId: 'one']]) { sh 'terraform apply' }
  withCredentials([aws(credentialsId: 'two')]) { sh 'terraform apply' }
} } } }
"""
    (job,) = jobs({"Jenkinsfile": text}).values()
    assert [one.takes for one in job.acts if one.role == "deploy" and one.takes] == [("one",), ("two",)]


def test_jenkins_pushes_an_image_with_what_it_logged_in_with() -> None:
    text = """pipeline { agent any; stages { stage('Image') { steps { script {
  docker.withRegistry('https://registry.example.org', 'hub') { docker.image('web').push() }
} } } } }
"""
    assert act(jobs({"Jenkinsfile": text})["Image"], "publish").takes == ("hub",)


def test_a_secret_that_an_agent_is_asked_for_is_a_slot() -> None:
    text = "steps:\n  - key: a\n    command: |\n      export T=$(buildkite-agent secret get KUBE_TOKEN)\n      kubectl apply -f a\n"
    (job,) = jobs({".buildkite/pipeline.yml": text}).values()
    assert [(use.name, use.via, use.step) for use in job.uses] == [("KUBE_TOKEN", "platform", 0)]


def test_an_identity_for_a_cloud_publishes_nothing_by_itself() -> None:
    text = "steps:\n  - {key: a, command: buildkite-agent oidc request-token --audience sts.amazonaws.com}\n"
    (job,) = jobs({".buildkite/pipeline.yml": text}).values()
    assert (job.oidc, roles(job)) == (True, {})


def test_a_secret_that_a_build_may_ask_for_comes_into_the_step_that_asks() -> None:
    text = """steps:
  - {name: python, entrypoint: bash, args: [-c, a]}
  - {name: python, entrypoint: bash, args: [-c, twine upload d], secretEnv: [TWINE_PASSWORD]}
  - {name: gcr.io/projectsigstore/cosign, args: [sign, --key, gcpkms://k, image]}
availableSecrets: {secretManager: [{versionName: projects/a/secrets/pypi/versions/1, env: TWINE_PASSWORD}]}
"""
    (job,) = jobs({"cloudbuild.yaml": text}).values()
    assert [(use.via, use.step) for use in job.uses] == [("step_env", 1)]
    assert (act(job, "sign").target, [step.is_platform for step in job.steps]) == ("sigstore", [False, False, False])


def test_a_part_of_goreleaser_takes_the_token_that_it_names() -> None:
    files = {
        ".drone.yml": """kind: pipeline
name: a
steps:
  - name: ship
    image: goreleaser/goreleaser
    environment: {GITHUB_TOKEN: {from_secret: forge}, TAP: {from_secret: tap}}
    commands: [goreleaser release]
""",
        ".goreleaser.yml": 'brews: [{repository: {token: "{{ .Env.TAP }}"}}]\n',
    }
    assert act(jobs(files)["ship"], "publish").takes == ("tap",)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".gitlab-ci.yml", "a:\n  secrets: {KUBE: {vault: a/b@c}}\n  script: [kubectl --token $KUBE apply -f a]\n"),
        (
            "buildspec.yml",
            "version: 0.2\nenv: {secrets-manager: {KUBE: KUBE}}\nphases: {build: {commands: [kubectl --token $KUBE apply -f a]}}\n",
        ),
    ],
)
def test_what_a_definition_brings_in_does_not_come_in_once_more_where_a_script_names_it(path: str, text: str) -> None:
    (job,) = jobs({path: text}).values()
    assert [(use.name, use.via in {"job_env", "workflow_env"}) for use in job.uses] == [("KUBE", True)]


@pytest.mark.parametrize(("own", "restores"), [("", True), (", cache: false", False)])
def test_jobs_that_travis_lists_have_the_cache_of_the_file(own: str, restores: bool) -> None:
    text = f"cache: npm\njobs: {{include: [{{name: ship, script: npm publish{own}}}]}}\n"
    assert (("cache", "job") in remarked(jobs({".travis.yml": text})["ship"])) is restores


def test_who_asks_people_to_agree_approves_nothing() -> None:
    (job,) = jobs({"azure-pipelines.yml": "steps:\n  - task: ManualValidation@1\n"}).values()
    assert (kept(job), roles(job)) == ([("task ManualValidation@1", True)], {})


def test_a_release_tool_that_builds_what_it_publishes_runs_the_project() -> None:
    files = {
        "buildspec.yml": "version: 0.2\nphases: {build: {commands: [goreleaser release]}}\n",
        ".goreleaser.yml": "brews: [{name: a}]\n",
    }
    assert jobs(files)["build"].mixed


def test_a_job_that_is_called_like_its_stage_has_one_name() -> None:
    found = jobs({".gitlab-ci.yml": "stages: [sign]\nsign:\n  stage: sign\n  script: [a]\n"})["sign"]
    assert [one.evidence for one in found.acts if one.role == "sign"] == ["the name sign"]
