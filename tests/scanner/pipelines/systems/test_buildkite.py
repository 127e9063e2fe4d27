"""What the reader of Buildkite says."""

from __future__ import annotations

import pytest

from scanner.errors import UnreadableError
from scanner.pipelines.definition import GateKind, JobDefinition, Named, Pin, PipelineDefinition, StepKind, Via
from scanner.pipelines.systems.buildkite import SYSTEM, claims
from scanner.pipelines.yamltree import parse

TEXT = """\
env: {LEVEL: "1", REF: $BUILDKITE_COMMIT}
agents: {queue: deploy}
secrets: {HUB: hub/token}
steps:
  - label: ":hammer: build"
    command: make
  - commands: [make test, "echo $LEVEL $$NPM_TOKEN"]
    agents: {queue: hosted}
    soft_fail: true
  - wait
  - block: Release?
    key: ask
  - key: publish
    label: Publish
    command: |
      npm publish
    secrets: [NPM_TOKEN]
    plugins:
      - docker-login#v3.0.0:
          username: acme
          password-env: HUB
      - secrets#v1: {variables: {GEM_KEY: gem-key}, env: whole}
      - ./.buildkite/plugins/own
  - group: later
    depends_on: publish
    steps:
      - command: a
      - trigger: acme-downstream
        build: {env: {VERSION: "2", TOKEN: $DOWN_TOKEN}}
"""


def _read(definition: str) -> PipelineDefinition:
    (pipeline,) = SYSTEM.read(".buildkite/pipeline.yml", definition.encode(), lambda _path: None)
    return pipeline


def _jobs(definition: str) -> dict[str, JobDefinition]:
    return {job.name: job for job in _read(definition).jobs}


def _events(job: JobDefinition) -> list[str] | None:
    return None if job.triggers is None else [one.event for one in job.triggers]


def test_names_stages_and_needs() -> None:
    pipeline = _read(TEXT)
    assert pipeline.serial
    assert pipeline.ambient
    assert [(job.name, job.stage, job.needs) for job in pipeline.jobs] == [
        (":hammer: build", "0", ()),
        ("2", "0", ()),
        ("ask", "2", ()),
        ("publish", "3", ()),
        ("later/1", "3", ("publish",)),
        ("later/2", "3", ("publish",)),
    ]


def test_environment_and_runners() -> None:
    pipeline = _read(TEXT)
    assert [(one.name, one.value, [(m.name, m.named) for m in one.mentions]) for one in pipeline.env] == [
        ("LEVEL", "1", []),
        ("REF", "$BUILDKITE_COMMIT", []),
        ("HUB", "", [("hub/token", Named.SECRET)]),
    ]
    assert [job.runner for job in pipeline.jobs][:2] == ["self_hosted", "hosted"]
    assert [job.ignores_failure for job in pipeline.jobs][:2] == [False, True]


def test_commands_and_what_they_name() -> None:
    steps = _jobs(TEXT)["2"].steps
    assert [step.script and step.script.value for step in steps] == ["make test", "echo $LEVEL $NPM_TOKEN"]
    assert [(one.name, one.named) for step in steps if step.script for one in step.script.mentions] == [
        ("LEVEL", Named.ENV),
        ("NPM_TOKEN", Named.VARIABLE),
    ]


def test_a_block_holds_what_comes_after_it() -> None:
    assert [(gate.kind, gate.evidence, gate.line) for gate in _jobs(TEXT)["ask"].gates] == [(GateKind.APPROVAL, "block step ask", 11)]


def test_secrets_and_plugins() -> None:
    job = _jobs(TEXT)["publish"]
    assert [(one.name, [m.name for m in one.mentions]) for one in job.env] == [("NPM_TOKEN", ["NPM_TOKEN"]), ("GEM_KEY", ["gem-key"])]
    assert [(via, mention.name) for via, mention in job.mentions] == [(Via.PLUGIN, "whole")]
    assert [(step.kind, step.uses, step.ref, step.pin) for step in job.steps] == [
        (StepKind.PLUGIN, "docker-login", "v3.0.0", Pin.TAG),
        (StepKind.PLUGIN, "secrets", "v1", Pin.TAG),
        (StepKind.PLUGIN, "./.buildkite/plugins/own", None, Pin.LOCAL),
        (StepKind.SCRIPT, None, None, Pin.NONE),
    ]
    assert [(one.name, one.value, [m.name for m in one.mentions]) for one in job.steps[0].settings] == [
        ("username", "acme", []),
        ("password-env", "HUB", ["HUB"]),
    ]
    script = job.steps[3].script
    assert script is not None
    assert (script.value, script.line, script.column, script.is_block) == ("npm publish\n", 16, 7, True)


def test_another_pipeline_is_started() -> None:
    call = _jobs(TEXT)["later/2"].call
    assert call is not None
    assert (call.target, call.is_local) == ("acme-downstream", False)
    assert [(one.name, one.value, [m.name for m in one.mentions]) for one in call.inputs] == [
        ("VERSION", "2", []),
        ("TOKEN", "$DOWN_TOKEN", ["DOWN_TOKEN"]),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("rubygems-oidc#v0.2.0", ("rubygems-oidc", "v0.2.0", Pin.TAG)),
        ("ecr", ("ecr", None, Pin.NONE)),
        ("buildkite-plugins/ecr#main", ("ecr", "main", Pin.BRANCH)),
        ("seek-oss/aws-sm#" + "a" * 40, ("seek-oss/aws-sm", "a" * 40, Pin.COMMIT)),
        ("https://git.example/acme/tool-buildkite-plugin.git#v1.2.3", ("acme/tool", "v1.2.3", Pin.TAG)),
        ("ssh://git@git.example/acme/tool#v1", ("acme/tool", "v1", Pin.TAG)),
        ("git@git.example:acme/tool.git#v1", ("acme/tool", "v1", Pin.TAG)),
    ],
)
def test_plugin_names(written: str, expected: tuple[str, str | None, Pin]) -> None:
    (step,) = _jobs(f"steps: [{{plugins: ['{written}']}}]")["1"].steps
    assert (step.uses, step.ref, step.pin) == expected


@pytest.mark.parametrize(
    ("plugins", "expected"),
    [
        ("{aws-ssm#v1: {parameters: {TOKEN: /a/token}}}", [("TOKEN", "/a/token")]),
        ("[{seek-oss/aws-sm#v2: {secrets: {TOKEN: a, KEY: {secret-id: b}}}}]", [("TOKEN", "a"), ("KEY", "b")]),
        ("[{docker#v5: {environment: [A]}}]", []),
    ],
)
def test_what_plugins_fetch(plugins: str, expected: list[tuple[str, str]]) -> None:
    job = _jobs(f"steps: [{{command: a, plugins: {plugins}}}]")["1"]
    assert [(one.name, one.mentions[0].name) for one in job.env] == expected


ALL = ["push:branches", "pull_request", "push:tags", "ui", "api", "trigger_job", "schedule"]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("if: build.tag != null", ["push:tags", "ui", "api", "trigger_job", "schedule"]),
        ("if: 'build.tag =~ /^v(1|2)/'", ["push:tags", "ui", "api", "trigger_job", "schedule"]),
        ("if: build.tag == null", ["push:branches", "pull_request", "ui", "api", "trigger_job", "schedule"]),
        ('if: build.tag == ""', ["push:branches", "pull_request", "ui", "api", "trigger_job", "schedule"]),
        ("if: build.tag != null || build.branch == 'main'", None),
        ("if: '!(build.tag != null)'", None),
        ("if: build.pull_request.id == null && build.branch == 'main'", ["push:branches", "ui", "api", "trigger_job", "schedule"]),
        ("if: build.source == 'schedule'", ["schedule"]),
        ("if: build.source == 'odd'", None),
        ("branches: main", ["push:branches", "push:tags", "ui", "api", "trigger_job", "schedule"]),
        ("branches: 'release/*'", ALL),
    ],
)
def test_what_may_start_a_step(keys: str, expected: list[str] | None) -> None:
    assert _events(_jobs(f"steps:\n- command: a\n  {keys}\n")["1"]) == expected


def test_branches_are_told() -> None:
    job = _jobs("steps: [{command: a, branches: main}]")["1"]
    assert {one.filters for one in job.triggers or ()} == {("main",)}


def test_a_group_shares_its_condition() -> None:
    job = _jobs("steps: [{group: g, if: build.tag != null, steps: [{command: a, if: build.source == 'webhook'}]}]")["g/1"]
    assert _events(job) == ["push:tags"]
    assert job.condition == "build.source == 'webhook' && build.tag != null"


def test_an_input_holds_only_what_waits_for_it() -> None:
    jobs = _jobs("steps: [{input: a, key: i}, {command: b}, {command: c, depends_on: [{step: i}]}, {command: d, depends_on: ~}]")
    assert [(job.needs, job.stage, job.starts_at_once) for job in jobs.values()] == [
        ((), "0", False),
        ((), "0", False),
        (("i",), "0", False),
        ((), "0", True),
    ]
    assert [gate.kind for gate in jobs["i"].gates] == [GateKind.INPUT]


def test_waiting_for_a_group() -> None:
    jobs = _jobs("steps: [{group: ~, key: g, steps: [{command: a}, {key: x, command: b}]}, {command: c, depends_on: g}]")
    assert jobs["2"].needs == ("g/1", "x")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("command: buildkite-agent oidc request-token --audience sigstore --lifetime 60", (True, ("sigstore",))),
        ("command: buildkite-agent oidc request-token", (True, ())),
        ("plugins: [rubygems-oidc#v1]", (True, ())),
        ("command: make", (None, ())),
    ],
)
def test_identity_tokens(step: str, expected: tuple[bool | None, tuple[str, ...]]) -> None:
    grant = _jobs(f"steps: [{{{step}}}]")["1"].grant
    assert (grant.oidc, grant.audiences) == expected


@pytest.mark.parametrize(
    ("soft", "expected"), [("true", True), ("[{exit_status: '*'}]", True), ("[{exit_status: 1}]", False), ("false", False)]
)
def test_soft_failures(soft: str, expected: bool) -> None:
    assert _jobs(f"steps: [{{command: a, soft_fail: {soft}}}]")["1"].ignores_failure is expected


def test_a_list_of_steps_alone_and_names_that_return() -> None:
    assert list(_jobs("[{label: a, command: x}, {label: a, command: x}, block, x, ~, [y]]")) == ["a", "a/2", "3"]


def test_files_beside_pipelines_say_nothing() -> None:
    assert SYSTEM.read(".buildkite/compose.yml", b"services: {}", lambda _path: None) == ()


@pytest.mark.parametrize("definition", ["", "a"])
def test_no_definition(definition: str) -> None:
    with pytest.raises(UnreadableError):
        _read(definition)


@pytest.mark.parametrize(
    "definition",
    [
        "steps: [" + ", ".join(["{command: a}"] * 6000) + "]",
        "steps: [{group: g, key: g, steps: [" + ", ".join(["{command: a}"] * 2000) + "]}, " + ", ".join(["{depends_on: g}"] * 2000) + "]",
        "env: {" + ", ".join(f"A{number}: a" for number in range(2000)) + "}\nsteps: [" + ", ".join(["{env: {A: b}}"] * 2000) + "]",
    ],
    ids=["steps", "needs", "variables"],
)
def test_what_is_too_large(definition: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        _read(definition)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("steps: [{command: a}, wait]", True),
        ("[{command: a, agents: {queue: x}}]", True),
        ("steps: [{script: a}]", False),
        ("steps: [wait]", False),
        ("a", False),
    ],
)
def test_what_it_claims_elsewhere(definition: str, expected: bool) -> None:
    assert claims(parse(definition.encode())[0]) is expected


def test_where_definitions_lie() -> None:
    for path in (".buildkite/pipeline.yml", ".buildkite/a/b.yaml", "x/.buildkite/pipeline.release.yml", "buildkite.yml", ".buildkite.json"):
        assert SYSTEM.files.fullmatch(path)
    for path in (".buildkite/hooks/pre-command", "a/other.yml"):
        assert not SYSTEM.files.fullmatch(path)
