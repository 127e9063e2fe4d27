"""What the reader of Drone says."""

from __future__ import annotations

import pytest

from scanner.errors import UnreadableError
from scanner.model import Trust
from scanner.pipelines.definition import JobDefinition, Pin, PipelineDefinition, StepKind
from scanner.pipelines.systems.drone import SYSTEM

TEXT = """\
kind: pipeline
type: docker
name: main
trigger:
  event: [push, pull_request, promote]
steps:
- name: test
  image: golang:1.22
  environment:
    TOKEN: {from_secret: api_token}
  commands:
  - make test
  failure: ignore
- name: ship
  image: plugins/docker:20
  settings:
    repo: acme/tool
    password:
      from_secret: hub_password
  when:
    event: promote
    target: production
  depends_on: [test]
---
kind: secret
name: hub_password
get: {path: hub, name: password}
"""


def _read(definition: str) -> tuple[PipelineDefinition, ...]:
    return SYSTEM.read(".drone.yml", definition.encode(), lambda _path: None)


def _jobs(definition: str) -> dict[str, JobDefinition]:
    return {job.name: job for pipeline in _read(definition) for job in pipeline.jobs}


def _events(job: JobDefinition) -> list[str] | None:
    return None if job.triggers is None else [one.event for one in job.triggers]


def test_steps_are_jobs_and_a_secret_is_no_pipeline() -> None:
    (pipeline,) = _read(TEXT)
    assert [job.name for job in pipeline.jobs] == ["test", "ship"]
    assert [(one.event, one.trust, one.line) for one in pipeline.triggers] == [
        ("push", Trust.CONTRIBUTOR, 5),
        ("pull_request", Trust.CONTRIBUTOR, 5),
        ("promote", Trust.MAINTAINER, 5),
    ]


def test_script() -> None:
    job = _read(TEXT)[0].jobs[0]
    assert [(step.kind, step.uses, step.ref, step.pin, step.script and (step.script.value, step.script.line)) for step in job.steps] == [
        (StepKind.SCRIPT, "golang", "1.22", Pin.TAG, ("make test", 12))
    ]
    assert [(one.name, one.mentions[0].name, one.mentions[0].line) for one in job.env] == [("TOKEN", "api_token", 10)]
    assert job.ignores_failure


def test_plugin_and_promotion() -> None:
    job = _read(TEXT)[0].jobs[1]
    (step,) = job.steps
    assert (step.kind, step.uses, step.ref, step.pin) == (StepKind.PLUGIN, "plugins/docker", "20", Pin.TAG)
    assert [(one.name, one.value, [m.name for m in one.mentions]) for one in step.settings] == [
        ("repo", "acme/tool", []),
        ("password", "hub_password", ["hub_password"]),
    ]
    assert [(gate.evidence, gate.line) for gate in job.gates] == [("event: promote", 21)]
    assert job.needs == ("test",)
    assert job.condition == "event: promote; target: production"


@pytest.mark.parametrize(
    ("trigger", "when", "expected"),
    [
        ("event: [push, tag]", "event: [tag, promote]", ["tag"]),
        ("event: push", "branch: main", ["push"]),
        ("event: tag", "event: push", ["push"]),
        ("branch: main", "ref: [refs/tags/v1, refs/tags/v2]", ["tag", "promote", "rollback", "custom"]),
        ("branch: main", "ref: {exclude: [refs/tags/**, refs/pull/**]}", ["push", "promote", "rollback", "cron", "custom"]),
        ("branch: main", "event: {exclude: [pull_request, promote, roll*]}", ["push", "tag", "cron", "custom"]),
        ("branch: main", "cron: nightly", ["cron"]),
        ("branch: main", "cron: {exclude: [nightly]}", ["push", "pull_request", "tag", "promote", "rollback", "cron", "custom"]),
        ("branch: main", "target: production", ["promote", "rollback"]),
        ("branch: main", "event: deployment", ["deployment"]),
        ("branch: main", "event: odd", ["odd"]),
        ("event: [push, tag]", "status: failure", ["push", "tag"]),
    ],
)
def test_a_step_has_what_is_left_of_its_pipelines_triggers(trigger: str, when: str, expected: list[str]) -> None:
    job = _jobs(f"kind: pipeline\ntrigger: {{{trigger}}}\nsteps:\n- {{name: a, image: b, when: {{{when}}}}}\n")["a"]
    assert _events(job) == expected
    assert job.always == ("status" in when)


def test_branches_of_both_are_told() -> None:
    definition = "trigger: {branch: [main]}\nsteps:\n- {name: a, image: b, when: {event: push, branch: {include: [x], exclude: [y]}}}\n"
    job = _jobs(definition)["a"]
    assert [one.filters for one in job.triggers or ()] == [("main", "x")]
    assert job.condition == "event: push; branch: x, not y"


def test_a_pipeline_that_is_promoted_holds_its_steps() -> None:
    jobs = _jobs("trigger: {event: promote}\nsteps:\n- {name: a, image: b}\n- {name: c, image: d, when: {branch: main}}\n")
    assert [len(job.gates) for job in jobs.values()] == [1, 1]


def test_steps_follow_each_other_unless_one_says_what_it_waits_for() -> None:
    definition = "services: [{name: db, image: x}]\nsteps:\n- {name: a, image: x}\n- {image: x, detach: true}\n- {name: c, image: x}\n"
    assert {name: job.needs for name, job in _jobs(definition).items()} == {"a": (), "2": (), "c": ("a",)}
    definition = "steps:\n- {name: a, image: x}\n- {name: b, image: x}\n- {name: c, image: x, depends_on: [a]}\n"
    assert {name: job.needs for name, job in _jobs(definition).items()} == {"a": (), "b": (), "c": ("a",)}


def test_a_service_is_no_job_unless_it_gets_secrets_and_never_has_the_name_of_a_step() -> None:
    plain = "{name: db, image: x, environment: {A: b}}, {name: old, image: x, secrets: [s]}"
    given = "{name: go, image: x, environment: {PASSWORD: {from_secret: p}}}, {name: told, image: x, settings: {p: {from_secret: q}}}"
    steps = "steps: [{name: db, image: x}, {name: go, image: x}]\n"
    jobs = _jobs(f"services: [{plain}, {given}]\n{steps}")
    assert list(jobs) == ["services/old", "services/go", "services/told", "db", "go"]
    assert {name: job.needs for name, job in jobs.items() if job.needs} == {"go": ("db",)}


def test_steps_of_one_name_in_two_pipelines() -> None:
    one = "name: one\nsteps:\n- {name: go, image: x}\n- {name: go, image: x}\n- {name: end, image: x}\n"
    two = "name: two\ndepends_on: [one, one]\nsteps:\n- {name: go, image: x}\n"
    assert {name: job.needs for name, job in _jobs(one + "---\n" + two).items()} == {
        "one/go": (),
        "one/go/2": ("one/go",),
        "end": ("one/go",),
        "two/go": ("end",),
    }


def test_what_came_before_1_0() -> None:
    definition = """\
pipeline:
  build:
    image: golang
    commands: [make]
  ship:
    image: plugins/docker
    repo: acme/tool
    secrets: [docker_username, {source: hub, target: docker_password}]
    when: {event: deployment, environment: production}
services:
  db: {image: postgres, environment: [A=b]}
"""
    jobs = _jobs(definition)
    assert list(jobs) == ["build", "ship"]
    (step,) = jobs["ship"].steps
    assert [(one.name, one.value) for one in step.settings] == [("repo", "acme/tool")]
    assert [(one.name, one.mentions[0].name) for one in jobs["ship"].env] == [
        ("DOCKER_USERNAME", "docker_username"),
        ("DOCKER_PASSWORD", "hub"),
    ]
    assert (_events(jobs["ship"]), [gate.evidence for gate in jobs["ship"].gates]) == (["deployment"], ["event: deployment"])


def test_what_is_left_to_the_shell() -> None:
    (step,) = _jobs("steps:\n- {name: a, image: b, commands: ['npm publish $${TAG}']}\n")["a"].steps
    assert step.script is not None
    assert step.script.value == "npm publish ${TAG}"


def test_an_entrypoint_is_a_command() -> None:
    (step,) = _jobs("steps:\n- {name: a, image: node, entrypoint: [npm], command: [publish]}\n")["a"].steps
    assert step.script is not None
    assert step.script.value == "npm publish"


def test_many_pipelines_that_wait_for_many_steps_are_too_large() -> None:
    wide = "name: a\nsteps: [" + ", ".join(f"{{name: s{number}, image: x, depends_on: []}}" for number in range(3000)) + "]\n"
    others = "".join(f"---\nname: p{number}\ndepends_on: [a]\nsteps: [{{name: x, image: y}}]\n" for number in range(500))
    with pytest.raises(UnreadableError) as caught:
        _read(wide + others)
    assert caught.value.reason == "too-large"


def test_no_definition() -> None:
    with pytest.raises(UnreadableError):
        _read("[a]")


def test_where_definitions_lie() -> None:
    assert SYSTEM.files.fullmatch(".drone.yaml")
    assert not SYSTEM.files.fullmatch(".drone.jsonnet")
