from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UnreadableError
from scanner.model import Trust
from scanner.pipelines.definition import GateKind, Named, Pin, StepKind, Via
from scanner.pipelines.systems.azure import SYSTEM
from scanner.pipelines.yamltree import parse
from tests.scanner.pipelines.systems.azure_reading import commands, job, named, read
from tests.scanner.pipelines.systems.azure_trees import no_files, taken, trees


def test_steps_alone_are_one_job() -> None:
    pipeline = read("""\
        pool:
          vmImage: windows-latest
        steps:
          - checkout: self
            persistCredentials: true
          - script: build.cmd
            displayName: Build
            workingDirectory: src
            continueOnError: true
          - pwsh: ./test.ps1
            condition: always()
          - bash: make
          - task: Bash@3
            inputs: {targetType: filePath, filePath: ci/release.sh, arguments: --all}
          - publish: out
            artifact: drop
    """)
    only = pipeline.jobs[0]
    assert (only.name, only.runner, only.line) == ("Job", "hosted", 1)
    assert commands(only) == [("cmd", "build.cmd"), ("pwsh", "./test.ps1"), ("bash", "make"), ("bash", "bash ci/release.sh --all")]
    assert [(step.kind, step.uses, step.title, step.line) for step in only.steps] == [
        (StepKind.TASK, "checkout", None, 4),
        (StepKind.SCRIPT, None, "Build", 6),
        (StepKind.SCRIPT, None, None, 10),
        (StepKind.SCRIPT, None, None, 12),
        (StepKind.TASK, "Bash@3", None, 13),
        (StepKind.TASK, "publish", None, 15),
    ]
    assert named(only.steps[0].settings) == [("checkout", "self", []), ("persistCredentials", "true", [])]
    assert (only.steps[1].ignores_failure, only.steps[1].folder) == (True, "src")
    assert [step.always for step in only.steps] == [False, False, True, False, False, False]


def test_macros_and_expressions_are_mentions() -> None:
    pipeline = read("""\
        variables:
          - name: Feed
            value: main
          - group: release-secrets
        parameters:
          - name: target
        steps:
          - bash: |
              echo $(pwd) $(Build.BuildId) $(Feed)
              push $(NPM_TOKEN) ${{ parameters.target }} $[ variables['Other'] ]
              echo "##vso[task.setvariable variable=Made]1"
            name: first
            env:
              TOKEN: $(System.AccessToken)
          - script: use $(Made) $(first.out) $(unknown.dotted)
    """)
    assert [(via, m.name, m.named, m.line) for via, m in pipeline.mentions] == [(Via.VARIABLE_GROUP, "release-secrets", Named.GROUP, 4)]
    assert pipeline.inputs == ("target",)
    first, second = pipeline.jobs[0].steps
    assert first.script is not None
    assert second.script is not None
    assert [(m.name, m.named.value, m.line, m.column) for m in first.script.mentions] == [
        ("Feed", "env", 9, 36),
        ("NPM_TOKEN", "secret", 10, 12),
        ("target", "input", 10, 25),
        ("Other", "variable", 10, 50),
    ]
    assert named(first.env) == [("TOKEN", "$(System.AccessToken)", [("System.AccessToken", "job_token")])]
    assert [(m.name, m.named.value) for m in second.script.mentions] == [
        ("Made", "output"),
        ("first.out", "output"),
        ("unknown.dotted", "variable"),
    ]


def test_inputs_name_connections_secure_files_and_secrets_of_a_vault() -> None:
    steps = (
        read("""\
        steps:
          - task: NuGetCommand@2
            inputs:
              command: push
              publishFeedCredentials: nuget feed
              packagesToPush: a, b
          - task: TwineAuthenticate@1
            inputs: {pythonUploadServiceConnections: "pypi, other"}
          - task: DownloadSecureFile@1
            inputs: {secureFile: release.pfx}
          - task: AzureKeyVault@2
            inputs: {azureSubscription: cloud, SecretsFilter: "a,b-c"}
          - task: AzureKeyVault@2
            inputs: {SecretsFilter: "*"}
          - task: TrustedSigning@0
            inputs: {Endpoint: "https://sign.example", azureSubscription: $(CONNECTION)}
    """)
        .jobs[0]
        .steps
    )
    assert [(step.uses, step.ref, step.pin) for step in steps[:2]] == [
        ("NuGetCommand@2", "2", Pin.TAG),
        ("TwineAuthenticate@1", "1", Pin.TAG),
    ]
    said = [[(one.name, m.name, m.named.value, m.column) for one in step.settings for m in one.mentions] for step in steps]
    assert said == [
        [("publishFeedCredentials", "nuget feed", "secret", 31)],
        [("pythonUploadServiceConnections", "pypi", "secret", 47), ("pythonUploadServiceConnections", "other", "secret", 53)],
        [("secureFile", "release.pfx", "secret", 26)],
        [("azureSubscription", "cloud", "secret", 33), ("SecretsFilter", "a", "secret", 56), ("SecretsFilter", "b-c", "secret", 58)],
        [("SecretsFilter", "*", "all", 30)],
        [("azureSubscription", "CONNECTION", "secret", 67)],
    ]


STAGED = """\
    trigger:
      branches: {include: [main], exclude: [old]}
      tags: {include: [v*]}
    pr: none
    pool: company-pool
    stages:
      - stage: build
        variables:
          kind: release
        jobs:
          - job: compile
            strategy:
              matrix:
                linux: {image: ubuntu}
            pool: {vmImage: $(image)}
            steps: [{script: make}]
          - job: test
            dependsOn: compile
            steps: [{script: make test $(kind)}]
      - stage: approve
        jobs:
          - job: ask
            pool: server
            steps:
              - task: ManualValidation@1
                inputs: {onTimeout: reject}
      - stage: publish
        condition: startsWith(variables['Build.SourceBranch'], 'refs/tags/')
        dependsOn: [approve, build]
        jobs:
          - deployment: push
            environment: pypi
            variables: [{group: pypi}]
            strategy:
              runOnce:
                preDeploy: {steps: [{script: one}]}
                deploy:
                  steps:
                    - script: two
                on:
                  failure: {steps: [{script: three}]}
          - job: test
            environment: {name: x}
"""


def test_stages_and_jobs_wait_for_each_other() -> None:
    pipeline = read(STAGED)
    assert [(one.name, one.stage, one.needs, one.runner) for one in pipeline.jobs] == [
        ("compile", "build", (), "hosted"),
        ("build/test", "build", ("compile",), "self_hosted"),
        ("ask", "approve", ("compile", "build/test"), "hosted"),
        ("push", "publish", ("ask", "compile", "build/test"), "self_hosted"),
        ("publish/test", "publish", ("ask", "compile", "build/test"), "self_hosted"),
    ]
    assert pipeline.stages == ("build", "approve", "publish")
    assert named(job(pipeline, "compile").env) == [("kind", "release", []), ("image", "ubuntu", [])]
    assert [m.named for m in (job(pipeline, "build/test").steps[0].script or pytest.fail("no script")).mentions] == [Named.ENV]


def test_deployments_have_an_environment_and_all_their_hooks() -> None:
    push = job(read(STAGED), "push")
    assert push.environment == "pypi"
    assert [(one.kind, one.evidence, one.line, one.is_blocking) for one in push.gates] == [
        (GateKind.ENVIRONMENT, "environment pypi", 32, True)
    ]
    assert [(via, m.name) for via, m in push.mentions] == [(Via.VARIABLE_GROUP, "pypi")]
    assert [(body, step.always) for (_, body), step in zip(commands(push), push.steps, strict=True)] == [
        ("one", False),
        ("two", False),
        ("three", True),
    ]
    assert job(read(STAGED), "publish/test").environment == "x"


@pytest.mark.parametrize(("inputs", "blocks"), [("{onTimeout: resume}", False), ("{notifyUsers: x}", True)])
def test_a_validation_is_a_gate(inputs: str, blocks: bool) -> None:
    gates = read(f"steps:\n  - task: ManualValidation@0\n    inputs: {inputs}\n").jobs[0].gates
    assert [(one.kind, one.evidence, one.is_blocking) for one in gates] == [(GateKind.APPROVAL, "task ManualValidation@0", blocks)]


def test_conditions_of_a_stage_hold_for_its_jobs() -> None:
    pipeline = read(STAGED)
    assert [(one.event, one.trust, one.filters) for one in pipeline.triggers] == [
        ("push:branches", Trust.CONTRIBUTOR, ("main", "!old")),
        ("push:tags", Trust.MAINTAINER, ("v*",)),
        ("manual", Trust.MAINTAINER, ()),
    ]
    assert [one.event for one in job(pipeline, "push").triggers or ()] == ["push:tags"]
    assert job(pipeline, "compile").triggers is None


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("", ["push:branches", "pr", "manual"]),
        ("trigger: none\npr: none", ["manual"]),
        ("trigger: [main]\npr: [main]", ["push:branches", "pr", "manual"]),
        ("trigger: {tags: {include: [v*]}}\npr: none", ["push:tags", "manual"]),
        ("trigger: none\npr: none\nschedules: [{cron: 0 0 * * *, branches: {include: [main]}}]", ["schedule", "manual"]),
        ("trigger: none\npr: none\nresources: {pipelines: [{pipeline: a, trigger: true}]}", ["pipeline", "manual"]),
        ("trigger: none\npr: none\nresources: {pipelines: [{pipeline: a, trigger: none}]}", ["manual"]),
        ("trigger: none\npr: none\nresources: {webhooks: [{webhook: a, connection: b}]}", ["webhook", "manual"]),
    ],
)
def test_what_starts_a_pipeline(text: str, events: list[str]) -> None:
    assert [one.event for one in read(f"{text}\nsteps: [{{script: x}}]\n").triggers] == events


@pytest.mark.parametrize(
    ("condition", "events"),
    [
        ("ne(variables['Build.Reason'], 'PullRequest')", ["push:branches", "manual"]),
        ("and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))", ["push:branches", "manual"]),
        ("eq(variables['Build.Reason'], 'Schedule')", ["schedule"]),
        ("and(succeeded(), not(eq(variables['build.reason'], 'PullRequest')))", ["push:branches", "manual"]),
        ("not(in(variables['Build.Reason'], 'PullRequest'))", None),
        ("or(eq(variables['Build.Reason'], 'Manual'), failed())", None),
        ("succeeded()", None),
    ],
)
def test_a_condition_narrows_what_starts_a_job_only_without_doubt(condition: str, events: list[str] | None) -> None:
    triggers = read(f'jobs:\n  - job: a\n    condition: "{condition}"\n    steps: [{{script: x}}]\n').jobs[0].triggers
    assert (None if triggers is None else [one.event for one in triggers]) == events


@pytest.mark.parametrize(
    ("path", "text", "reusable"),
    [
        ("ci/templates/a.yml", "steps: [{bash: x}]", True),
        ("ci/a.yml", "parameters: {a: b}\nsteps: [{bash: x}]", True),
        ("ci/a.yml", "parameters: {a: b}\ntrigger: none\nsteps: [{bash: x}]", False),
        ("ci/a.yml", "steps: [{bash: x}]", False),
        ("ci/a.yml", "variables: {a: b}", True),
    ],
)
def test_templates_are_called_by_others(path: str, text: str, reusable: bool) -> None:
    pipeline = read(text, path)
    assert (pipeline.is_reusable, bool(pipeline.triggers)) == (reusable, not reusable)


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("azure-pipelines.yml", True),
        ("azure-pipelines-release.yaml", True),
        (".azure-pipelines.yml", True),
        ("a/.azure/b/c.yml", True),
        (".azure-pipelines/release.yml", True),
        ("build/azure-pipelines/release.yml", True),
        ("pipelines.yml", False),
        ("azure-pipelines.json", False),
    ],
)
def test_files(path: str, known: bool) -> None:
    assert bool(SYSTEM.files.fullmatch(path)) is known


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("trigger: none\nstages: [{stage: a}]", True),
        ("pool: p\njobs: [{deployment: a}]", True),
        ("pr: [main]\nsteps: [{task: A@1}]", True),
        ("extends: {template: a.yml}", True),
        ("jobs: [{deployment: a}]", False),
        ("jobs: {a: {steps: [{run: x}]}}", False),
        ("stages: [build, test]", False),
        ("steps: [{name: gcr.io/x, args: []}]", False),
    ],
)
def test_a_document_elsewhere_is_known_by_its_keys(text: str, known: bool) -> None:
    assert SYSTEM.claims is not None
    assert SYSTEM.claims(parse(text.encode())[0]) is known


@pytest.mark.parametrize("data", [b"", b"- a\n", b"text", b"a: [", b"a: b", b"\x00\xff"])
def test_what_is_no_definition_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        SYSTEM.read("azure-pipelines.yml", data, no_files)


def test_other_files_of_a_folder_of_definitions_say_nothing() -> None:
    assert SYSTEM.read(".azure/settings.yml", b"region: west\n", no_files) == ()


KEYS = (
    *("stages", "stage", "jobs", "job", "deployment", "steps", "script", "task", "inputs", "template", "parameters", "variables", "group"),
    *("name", "value", "trigger", "pr", "branches", "include", "pool", "vmImage", "strategy", "runOnce", "deploy", "matrix", "dependsOn"),
    *("extends", "${{ if x }}", "${{ each a in parameters.b }}", "${{ each a in parameters }}", "resources", "repositories", "environment"),
)
VALUES = ("$(a)", "${{ parameters.b }}", "${{ a }}", "definition.yml", "a.yml@self", "AzureKeyVault@2", "Bash@3", "none", "${{ a.key }}")


@given(trees(KEYS, VALUES))
def test_no_tree_makes_it_fall(data: bytes) -> None:
    taken(SYSTEM, data)


@given(trees(KEYS, VALUES), trees(KEYS, VALUES))
def test_no_template_makes_it_fall(data: bytes, template: bytes) -> None:
    with suppress(UnreadableError):
        SYSTEM.read("azure-pipelines.yml", data, {"a.yml": template, "definition.yml": data}.get)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fall(data: bytes) -> None:
    taken(SYSTEM, data)
