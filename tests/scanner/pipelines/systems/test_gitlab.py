"""GitLab: what a definition says of its jobs."""

from __future__ import annotations

import pytest

from scanner.errors import UnreadableError
from scanner.pipelines.definition import GateKind, JobDefinition, Named, PipelineDefinition, StepKind, Via
from scanner.pipelines.systems.gitlab import SYSTEM
from scanner.pipelines.yamltree import parse


def read(text: str, path: str = ".gitlab-ci.yml", **files: str) -> PipelineDefinition:
    others = {name.replace("__", "/") + ".yml": value.encode() for name, value in files.items()}
    (pipeline,) = SYSTEM.read(path, text.encode(), others.get)
    return pipeline


def job(pipeline: PipelineDefinition, name: str) -> JobDefinition:
    return next(one for one in pipeline.jobs if one.name == name)


def mentioned(one: JobDefinition) -> list[tuple[str, Named, int, int]]:
    texts = [step.script for step in one.steps if step.script is not None]
    return [(mention.name, mention.named, mention.line, mention.column) for text in texts for mention in text.mentions]


def scripts(one: JobDefinition) -> list[tuple[str | None, str]]:
    return [(step.title, step.script.value) for step in one.steps if step.script is not None]


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        (".gitlab-ci.yml", True),
        ("ci/deploy.gitlab-ci.yml", True),
        ("sub/.gitlab-ci.yaml", True),
        ("templates/x.yml", False),
        ("gitlab-ci.yml.md", False),
    ],
)
def test_files_that_are_definitions(path: str, is_one: bool) -> None:
    assert (SYSTEM.files.fullmatch(path) is not None) == is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("spec: {inputs: {stage: }}\n---\nx: {script: [a]}", True),
        ("build: {stage: test, script: [make]}", True),
        ("child: {trigger: {include: a.yml}, stage: test}", True),
        ("build: {script: [make]}", False),
        ("jobs: {build: {stage: x, script: [make]}}", False),
        ("language: python\nx: {script: [a], stage: b}", False),
        ("[a, b]", False),
        ("spec: {replicas: 3}", False),
    ],
)
def test_a_document_elsewhere_is_told_by_its_keys(text: str, is_one: bool) -> None:
    assert SYSTEM.claims is not None
    assert SYSTEM.claims(parse(text.encode())[0]) == is_one


def test_what_is_no_mapping_is_no_definition() -> None:
    with pytest.raises(UnreadableError) as caught:
        read("- hunter2")
    assert (caught.value.reason, caught.value.detail) == ("malformed", "no mapping of jobs")


def test_names_in_scripts_are_slots_of_the_project() -> None:
    text = """\
variables:
  WIDE: x
publish:
  variables:
    OWN: $OTHER
  before_script:
    - echo $WIDE ${OWN} %PASSWORD_FILE% $CI_COMMIT_SHA $CI_JOB_TOKEN $HOME
  script:
    - |
      VERSION=$(cat version)
      twine upload -p "$PYPI_TOKEN" '${GITLAB_TOKEN}' $CI_PUSH_TOKEN
      echo $VERSION
    - echo $VERSION $$PID
  after_script:
    - echo $VERSION
"""
    one = job(read(text), "publish")
    assert mentioned(one) == [
        ("WIDE", Named.ENV, 7, 12),
        ("OWN", Named.ENV, 7, 18),
        ("PASSWORD_FILE", Named.VARIABLE, 7, 25),
        ("CI_JOB_TOKEN", Named.JOB_TOKEN, 7, 56),
        ("PYPI_TOKEN", Named.VARIABLE, 11, 24),
        ("GITLAB_TOKEN", Named.VARIABLE, 11, 38),
        ("CI_PUSH_TOKEN", Named.VARIABLE, 11, 55),
        ("VERSION", Named.VARIABLE, 15, 12),
    ]
    assert [(setting.name, setting.line, setting.column) for setting in one.env] == [("OWN", 5, 10)]
    assert [(mention.name, mention.named) for mention in one.env[0].mentions] == [("OTHER", Named.VARIABLE)]


def test_a_variable_that_names_itself_is_the_project_s() -> None:
    one = job(read("x: {script: [a], variables: {TOKEN: $TOKEN, NEXT: $TOKEN}}"), "x")
    assert [[(mention.name, mention.named) for mention in setting.mentions] for setting in one.env] == [
        [("TOKEN", Named.VARIABLE)],
        [("TOKEN", Named.ENV)],
    ]


def test_a_variable_that_a_script_sets_from_itself_stays_the_project_s() -> None:
    one = job(read('x:\n  script:\n    - export TOKEN="${TOKEN:-none}"\n    - run $TOKEN'), "x")
    assert [name for name, *_ in mentioned(one)] == ["TOKEN", "TOKEN"]


def test_identity_tokens_are_of_the_job_and_stored_ones_are_secrets() -> None:
    text = """\
publish:
  id_tokens:
    ONE: {aud: pypi}
    TWO: {aud: [sigstore, pypi]}
  secrets:
    DB_PASSWORD: {vault: a/b/c@d, token: $ONE}
  script: [echo $ONE $DB_PASSWORD]
"""
    one = job(read(text), "publish")
    assert mentioned(one) == [("ONE", Named.JOB_TOKEN, 7, 17), ("DB_PASSWORD", Named.SECRET, 7, 22)]
    assert [(via, mention.name, mention.named, mention.line) for via, mention in one.mentions] == [
        (Via.JOB_ENV, "DB_PASSWORD", Named.SECRET, 6)
    ]
    assert (one.grant.oidc, one.grant.audiences, one.grant.line) == (True, ("pypi", "sigstore"), 3)
    assert job(read("x: {script: a}"), "x").grant.oidc is False


def test_defaults_reach_jobs_that_inherit_them() -> None:
    text = """\
default: {before_script: [setup], image: "img:$TAG"}
after_script: [clean]
variables: {WIDE: x}
all: {script: [a]}
none: {script: [echo $WIDE], inherit: {default: false, variables: false}}
some: {script: [echo $WIDE], inherit: {default: [image], variables: [WIDE]}}
own: {script: [a], before_script: []}
child: {trigger: {include: a.yml}}
.hidden: {script: [a]}
"""
    pipeline = read(text)
    assert scripts(job(pipeline, "all")) == [("before_script", "setup"), ("script", "a"), ("after_script", "clean")]
    assert scripts(job(pipeline, "none")) == [("script", "echo $WIDE")]
    assert scripts(job(pipeline, "own")) == [("script", "a"), ("after_script", "clean")]
    assert scripts(job(pipeline, "child")) == []
    assert scripts(job(pipeline, ".hidden")) == [("script", "a")]
    assert [mentioned(job(pipeline, name))[0][1] for name in ("none", "some")] == [Named.VARIABLE, Named.ENV]
    assert [len(job(pipeline, name).mentions) for name in ("all", "none", "some", "child")] == [1, 0, 1, 0]
    assert [step.always for step in job(pipeline, "all").steps] == [False, False, True]
    assert [one.name for one in pipeline.jobs if one.is_template] == [".hidden"]


def test_extending_goes_over_levels_and_not_in_circles() -> None:
    text = """\
.one: {extends: .three, variables: {A: one, B: one}, script: [one]}
.two: {extends: [.one, .none], variables: {B: two}}
.three: {extends: .two, variables: {C: three}}
x: {extends: [.one, .two], variables: {D: x}, script: [x]}
"""
    one = job(read(text), "x")
    assert {setting.name: setting.value for setting in one.env} == {"A": "one", "B": "two", "C": "three", "D": "x"}
    assert scripts(one) == [("script", "x")]


def test_references_and_lists_in_lists() -> None:
    text = """\
.a: {script: [one, [two]], variables: {V: $W}}
.b: {script: [!reference [.a, script], !reference [.b, script], !reference [.none, script]]}
x:
  script: [!reference [.b, script], three]
  variables: !reference [.a, variables]
"""
    one = job(read(text), "x")
    assert [value for _, value in scripts(one) if value not in {"one", "two"}] == ["three"]
    assert [value for _, value in scripts(one)][:2] == ["one", "two"]
    assert [setting.name for setting in one.env] == ["V"]


def test_tasks_are_what_keys_make() -> None:
    text = """\
pages: {script: [make], artifacts: {reports: {dotenv: build.env}}}
ship:
  script: [make]
  after_script: [clean]
  release: {tag_name: $CI_COMMIT_TAG, assets: {links: [{name: a, url: "https://x/$KEY"}]}}
site: {script: [make], pages: true}
not: {script: [make], pages: false}
"""
    pipeline = read(text)
    kinds = {name: [(step.kind, step.uses) for step in job(pipeline, name).steps] for name in ("pages", "ship", "site", "not")}
    script = (StepKind.SCRIPT, None)
    assert kinds == {
        "pages": [script, (StepKind.TASK, "dotenv"), (StepKind.TASK, "pages")],
        "ship": [script, (StepKind.TASK, "release"), script],
        "site": [script, (StepKind.TASK, "pages")],
        "not": [script],
    }
    release = job(pipeline, "ship").steps[1]
    assert [(setting.name, [mention.name for mention in setting.mentions]) for setting in release.settings] == [
        ("tag_name", []),
        ("assets.links.name", []),
        ("assets.links.url", ["KEY"]),
    ]


def test_order_and_what_jobs_wait_for() -> None:
    text = """\
stages: [build, ship]
a: {stage: build, script: [a], cache: {paths: [x], policy: pull}}
b: {script: [a], needs: [a, {job: c, artifacts: true}, {project: g/p, job: z}, {pipeline: $X, job: q}]}
c: {script: [a], needs: [], cache: {paths: [x], policy: push}}
"""
    pipeline = read(text)
    assert (pipeline.stages, pipeline.serial, pipeline.ambient) == ((".pre", "build", "ship", ".post"), True, True)
    assert [(one.stage, one.needs, one.starts_at_once, one.restores_cache) for one in pipeline.jobs] == [
        ("build", (), False, True),
        ("test", ("a", "c"), False, False),
        ("test", (), True, False),
    ]


@pytest.mark.parametrize(
    ("keys", "gate"),
    [
        ("when: manual", (GateKind.MANUAL, "when: manual", False)),
        ("when: manual, allow_failure: false", (GateKind.MANUAL, "when: manual", True)),
        ("rules: [{when: manual}]", (GateKind.MANUAL, "when: manual", True)),
        ("rules: [{when: manual, allow_failure: true}]", (GateKind.MANUAL, "when: manual", False)),
        ("rules: [{when: manual}], allow_failure: true", (GateKind.MANUAL, "when: manual", False)),
        ("rules: [{if: $CI_COMMIT_TAG}], when: manual", (GateKind.MANUAL, "when: manual", True)),
        ("rules: [{if: $CI_COMMIT_TAG, when: manual}, {when: on_success}]", None),
        ("rules: [{if: $CI_COMMIT_TAG, when: never}, {when: manual}]", (GateKind.MANUAL, "when: manual", True)),
        ("when: delayed, start_in: 1 hour", (GateKind.WAIT, "when: delayed", True)),
        ("environment: pypi", (GateKind.ENVIRONMENT, "environment pypi", True)),
        ("environment: {name: pypi, action: start}", (GateKind.ENVIRONMENT, "environment pypi, action start", True)),
        ("environment: {url: x}", None),
    ],
)
def test_gates(keys: str, gate: tuple[GateKind, str, bool] | None) -> None:
    found = [(one.kind, one.evidence, one.is_blocking) for one in job(read(f"x: {{script: [a], {keys}}}"), "x").gates]
    assert found == ([gate] if gate is not None else [])


@pytest.mark.parametrize(("name", "is_chosen"), [("pypi", False), ("$CI_COMMIT_BRANCH", False), ("$OWN", False), ("$TARGET", True)])
def test_an_environment_that_nobody_here_sets_is_chosen_from_outside(name: str, is_chosen: bool) -> None:
    one = job(read(f"x: {{script: [a], variables: {{OWN: a}}, environment: {{name: {name}}}}}"), "x")
    assert [gate.by_input for gate in one.gates] == [is_chosen]
    assert one.environment == name


def test_failures() -> None:
    pipeline = read("a: {script: [a], allow_failure: true}\nb: {script: [a], when: always}\nc: {script: [a], rules: [{when: on_failure}]}")
    assert [(one.ignores_failure, one.always) for one in pipeline.jobs] == [(True, False), (False, True), (False, True)]


def test_pipelines_that_a_job_starts() -> None:
    text = """\
child: {trigger: {include: [{artifact: gen.yml, job: a}], forward: {yaml_variables: false}}, variables: {A: $B}}
local: {trigger: {include: [{local: /ci/child.yml}]}, variables: {A: $B}}
down: {trigger: {project: g/p, branch: main, forward: {pipeline_variables: true}, inputs: {i: $J}}}
short: {trigger: g/q}
"""
    calls = [one.call for one in read(text).jobs]
    assert [(call.target, call.is_local, call.ref, call.pin, call.inherits) for call in calls if call is not None] == [
        ("artifact:gen.yml", False, None, "none", False),
        ("ci/child.yml", True, None, "local", False),
        ("g/p", False, "main", "branch", True),
        ("g/q", False, None, "none", False),
    ]
    handed = [[setting.name for setting in (*call.secrets, *call.inputs)] for call in calls if call is not None]
    assert handed == [[], ["A"], ["i"], []]


def test_a_matrix_stays_as_it_is_written() -> None:
    one = job(read("x: {script: [echo $KEY $ONE], parallel: {matrix: [{KEY: [$A, $B], ONE: c}, {KEY: d}]}}"), "x")
    assert [(setting.name, setting.value, [mention.name for mention in setting.mentions]) for setting in one.env] == [
        ("KEY", "", ["A", "B"]),
        ("ONE", "c", []),
    ]
    assert [named for _, named, *_ in mentioned(one)] == [Named.ENV, Named.ENV]


def test_steps_of_run() -> None:
    text = "x:\n  run:\n    - {name: say, script: echo $KEY}\n    - {name: get, step: example.com/step@v1.2, inputs: {token: $KEY}}\n    - {name: here, step: ./step}"
    steps = job(read(text), "x").steps
    assert [(step.title, step.uses, step.ref, step.pin) for step in steps] == [
        ("say", None, None, "none"),
        ("get", "example.com/step", "v1.2", "tag"),
        ("here", "./step", None, "local"),
    ]
    assert [mention.name for setting in steps[1].settings for mention in setting.mentions] == ["KEY"]


def test_inputs_of_a_component() -> None:
    pipeline = read("spec:\n  inputs:\n    where:\n---\nx:\n  script:\n    - echo $[[ inputs.where ]] $TOKEN", "templates/a.yml")
    assert (pipeline.inputs, pipeline.is_reusable) == (("where",), True)
    assert mentioned(job(pipeline, "x")) == [("where", Named.INPUT, 7, 12), ("TOKEN", Named.VARIABLE, 7, 32)]
