"""What the reader of Woodpecker says."""

from __future__ import annotations

import pytest

from scanner.errors import UnreadableError
from scanner.model import Trust
from scanner.pipelines.definition import JobDefinition, Pin, PipelineDefinition, StepKind
from scanner.pipelines.systems.woodpecker import SYSTEM, claims
from scanner.pipelines.yamltree import parse

TEXT = """\
when:
  - event: [push, pull_request]
    branch: main
  - event: tag
steps:
  build:
    image: golang:1.22
    directory: src
    commands:
      - make
      - |
        make test
        make lint
  ship:
    image: woodpeckerci/plugin-docker-buildx:5.0.0
    settings:
      repo: acme/tool
      logins:
        - registry: quay.example
          password: {from_secret: quay_password}
    environment:
      - LEVEL=1
    secrets: [docker_user, {source: hub, target: docker_password}]
    when:
      - event: tag
      - event: manual
        evaluate: 'CI_REPO == "a/b"'
    failure: ignore
services:
  db:
    image: postgres@sha256:00
    environment: {PASSWORD: {from_secret: db}}
labels: {zone: inner}
matrix: {GO: [1, 2], include: [{TAG: x}]}
"""


def _read(definition: str) -> PipelineDefinition:
    (pipeline,) = SYSTEM.read(".woodpecker.yml", definition.encode(), lambda _path: None)
    return pipeline


def _jobs(definition: str) -> dict[str, JobDefinition]:
    return {job.name: job for job in _read(definition).jobs}


def _events(job: JobDefinition) -> list[str] | None:
    return None if job.triggers is None else [one.event for one in job.triggers]


def test_a_workflow() -> None:
    pipeline = _read(TEXT)
    assert [(job.name, job.needs, job.runner) for job in pipeline.jobs] == [
        ("services/db", (), "self_hosted"),
        ("build", (), "self_hosted"),
        ("ship", ("build",), "self_hosted"),
    ]
    assert [(one.event, one.trust, one.filters, one.line) for one in pipeline.triggers] == [
        ("push", Trust.CONTRIBUTOR, ("main",), 2),
        ("pull_request", Trust.CONTRIBUTOR, ("main",), 2),
        ("tag", Trust.MAINTAINER, (), 4),
    ]
    assert [(one.name, one.value) for one in pipeline.env] == [("GO", "1"), ("GO", "2"), ("TAG", "x")]


def test_scripts() -> None:
    steps = _jobs(TEXT)["build"].steps
    assert [(step.kind, step.uses, step.ref, step.pin, step.folder) for step in steps] == [
        (StepKind.SCRIPT, "golang", "1.22", Pin.TAG, "src")
    ] * 2
    assert [step.script and (step.script.value, step.script.line, step.script.column) for step in steps] == [
        ("make", 10, 9),
        ("make test\nmake lint\n", 12, 9),
    ]


def test_a_service_without_secrets_does_not_take_the_name_of_a_step() -> None:
    jobs = _jobs("services: [{name: mysql, image: mysql}]\nsteps:\n- {name: mysql, image: golang, commands: [go test ./...]}\n")
    assert {name: [step.uses for step in job.steps] for name, job in jobs.items()} == {"mysql": ["golang"]}


def test_a_plugin() -> None:
    job = _jobs(TEXT)["ship"]
    (step,) = job.steps
    assert (step.kind, step.uses, step.ref, step.pin) == (StepKind.PLUGIN, "woodpeckerci/plugin-docker-buildx", "5.0.0", Pin.TAG)
    assert [(one.name, one.value, [m.name for m in one.mentions]) for one in step.settings] == [
        ("repo", "acme/tool", []),
        ("logins.registry", "quay.example", []),
        ("logins.password", "quay_password", ["quay_password"]),
    ]
    assert [(one.name, one.value, [m.name for m in one.mentions]) for one in job.env] == [
        ("LEVEL", "1", []),
        ("DOCKER_USER", "", ["docker_user"]),
        ("DOCKER_PASSWORD", "", ["hub"]),
    ]
    assert job.ignores_failure
    assert job.condition == 'event: tag; or event: manual; evaluate: CI_REPO == "a/b"'


def test_a_service() -> None:
    job = _jobs(TEXT)["services/db"]
    assert [(step.uses, step.pin) for step in job.steps] == [("postgres", Pin.COMMIT)]
    assert [(one.name, one.mentions[0].name) for one in job.env] == [("PASSWORD", "db")]


@pytest.mark.parametrize(
    ("workflow", "step", "expected"),
    [
        ("{event: [push, tag]}", "{event: [tag, manual]}", ["tag"]),
        ("{event: push}", "{event: tag}", ["tag"]),
        ("~", "{path: x}", ["push", "pull_request", "tag", "release", "deployment", "manual", "cron"]),
        ("~", "[{event: pull_request_closed}, {event: cron}]", ["pull_request_closed", "cron"]),
        ("{event: pull_request_closed}", "{path: x}", ["pull_request_closed"]),
        ("~", "{ref: refs/tags/v1}", ["tag", "release", "deployment", "manual"]),
        ("{event: [push, cron]}", "{cron: nightly}", ["push", "cron"]),
        ("~", "{evaluate: 'CI_PIPELINE_EVENT == \"tag\"'}", ["tag"]),
        ("~", '{evaluate: \'CI_PIPELINE_EVENT in ["tag", "cron"] && A == "b"\'}', ["tag", "cron"]),
        ("{event: [push, tag]}", "{evaluate: 'CI_COMMIT_TAG != \"\"'}", ["tag"]),
        ("{event: [push, tag]}", '{evaluate: \'CI_PIPELINE_EVENT == "tag" || A == "b"\'}', ["push", "tag"]),
        ("{event: [push, tag]}", "{evaluate: 'not (CI_PIPELINE_EVENT == \"tag\")'}", ["push", "tag"]),
        (
            "~",
            '{evaluate: \'CI_COMMIT_TAG != "" and CI_PIPELINE_EVENT in ["tag", "cron"] and CI_PIPELINE_EVENT in ["tag", "push"]\'}',
            ["tag"],
        ),
        ("~", '{evaluate: \'CI_PIPELINE_EVENT == "tag" && CI_COMMIT_TAG != ""\'}', ["tag"]),
        ("{event: [push, tag]}", "[a]", None),
    ],
)
def test_a_step_has_what_is_left_of_its_workflows_events(workflow: str, step: str, expected: list[str] | None) -> None:
    job = _jobs(f"when: {workflow}\nsteps:\n- {{name: a, image: b, when: {step}}}\n")["a"]
    assert _events(job) == expected


def test_what_is_asked_for_by_hand_is_held() -> None:
    jobs = _jobs("when: {event: [push, deployment]}\nsteps:\n- {name: a, image: b}\n- {name: c, image: d, when: {event: deployment}}\n")
    assert [[gate.evidence for gate in job.gates] for job in jobs.values()] == [[], ["event: deployment"]]


def test_older_keys() -> None:
    pipeline = _read("branches: [main]\npipeline:\n  a: {image: x, commands: make}\n  b: {image: bash, commands: [make]}\n")
    assert [(job.name, job.needs, job.runner) for job in pipeline.jobs] == [("a", (), "unknown"), ("b", ("a",), "self_hosted")]
    assert {one.filters for one in pipeline.triggers} == {("main",)}


def test_steps_of_one_name_and_without() -> None:
    assert list(_jobs("steps: [{image: a}, {name: x, image: a}, {name: x, entrypoint: [npm, publish]}]\nclone: {git: {image: b}}\n")) == [
        "git",
        "1",
        "x",
        "x/2",
    ]


@pytest.mark.parametrize("labels", ["{platform: linux/amd64}", "{}", "~", "[a]"])
def test_labels_of_every_agent(labels: str) -> None:
    assert _jobs(f"labels: {labels}\nsteps: [{{name: a, image: b}}]")["a"].runner == "unknown"


@pytest.mark.parametrize("definition", ["", "a", "[steps]"])
def test_no_definition(definition: str) -> None:
    with pytest.raises(UnreadableError):
        _read(definition)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("{steps: [{image: a}], when: {event: tag}}", True),
        ("{steps: {a: {image: b}}, labels: {}}", True),
        ("{kind: pipeline, steps: [{image: a}], when: {}}", False),
        ("{steps: [{name: a, args: [b]}], when: {}}", False),
        ("{when: {}}", False),
        ("[a]", False),
    ],
)
def test_what_it_claims_elsewhere(definition: str, expected: bool) -> None:
    assert claims(parse(definition.encode())[0]) is expected


def test_where_definitions_lie() -> None:
    for path in (".woodpecker.yml", ".woodpecker.yaml", ".woodpecker/a.yaml", "sub/.woodpecker/a.yml", ".woodpecker-release.yml"):
        assert SYSTEM.files.fullmatch(path)
    for path in (".woodpecker/a/b.yml", ".woodpecker/a.sh", "woodpecker.yml"):
        assert not SYSTEM.files.fullmatch(path)
