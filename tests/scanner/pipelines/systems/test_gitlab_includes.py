"""GitLab: files that a definition is put together from."""

from __future__ import annotations

import pytest

from scanner.pipelines.definition import Pin, PipelineDefinition
from scanner.pipelines.systems.gitlab import SYSTEM


def read(text: str, files: dict[str, str] | None = None) -> PipelineDefinition:
    others = {path: value.encode() for path, value in (files or {}).items()}
    (pipeline,) = SYSTEM.read(".gitlab-ci.yml", text.encode(), others.get)
    return pipeline


@pytest.mark.parametrize(
    ("entry", "target", "is_local", "ref", "pin"),
    [
        ("https://u:p@example.com/a.yml?private_token=x#y", "https://example.com/a.yml", False, None, Pin.NONE),
        ("{remote: 'https://example.com/a.yml'}", "https://example.com/a.yml", False, None, Pin.NONE),
        ("{remote: 'https://example.com/a.yml', integrity: sha256-x}", "https://example.com/a.yml", False, None, Pin.COMMIT),
        ("{remote: 'https://[/a.yml'}", "remote", False, None, Pin.NONE),
        ("{project: g/p, file: /a.yml}", "g/p/a.yml", False, None, Pin.NONE),
        ("{project: g/p, file: a.yml, ref: main}", "g/p/a.yml", False, "main", Pin.BRANCH),
        ("{project: g/p, file: [a.yml], ref: v1.2.3}", "g/p/a.yml", False, "v1.2.3", Pin.TAG),
        (f"{{project: g/p, file: a.yml, ref: {'0a' * 20}}}", "g/p/a.yml", False, "0a" * 20, Pin.COMMIT),
        ("{template: Jobs/Build.gitlab-ci.yml}", "template:Jobs/Build.gitlab-ci.yml", False, None, Pin.NONE),
        ("{component: $CI_SERVER_FQDN/g/c/x@1.2.3}", "$CI_SERVER_FQDN/g/c/x", False, "1.2.3", Pin.TAG),
        ("{component: example.com/g/c/x@1.2}", "example.com/g/c/x", False, "1.2", Pin.BRANCH),
        ("{component: example.com/g/c/x@~latest}", "example.com/g/c/x", False, "~latest", Pin.BRANCH),
        ("{component: $CI_SERVER_FQDN/$CI_PROJECT_PATH/x@$CI_COMMIT_SHA}", "templates/x.yml", True, None, Pin.LOCAL),
        ("{local: /ci/*.yml}", "ci/*.yml", True, None, Pin.LOCAL),
        ("missing.yml", "missing.yml", True, None, Pin.LOCAL),
        ("{local: ../up.yml}", "../up.yml", True, None, Pin.LOCAL),
    ],
)
def test_what_lies_elsewhere(entry: str, target: str, is_local: bool, ref: str | None, pin: Pin) -> None:
    (call,) = read(f"include:\n  - {entry}\n", {"../up.yml": "x: {script: [a]}"}).includes
    assert (call.target, call.is_local, call.ref, call.pin, call.line, call.column) == (target, is_local, ref, pin, 2, 5)


@pytest.mark.parametrize("entry", ["ci/a.yml", "/ci/a.yml", "[ci/a.yml]", "{local: ci/a.yml}", "[{local: /ci/a.yml, rules: []}]"])
def test_what_lies_here_is_read(entry: str) -> None:
    pipeline = read(
        f"include: {entry}\ny: {{extends: .x}}", {"ci/a.yml": ".x:\n  script:\n    - |\n      one\n      two $KEY\n  variables: {A: $B}"}
    )
    template, job = pipeline.jobs
    assert (template.name, template.file, template.line) == (".x", "ci/a.yml", 1)
    assert (job.name, job.file, job.line, job.column) == ("y", "", 2, 1)
    (step,) = job.steps
    assert step.script is not None
    assert (step.file, step.line, step.script.file, step.script.line) == ("ci/a.yml", 4, "ci/a.yml", 4)
    assert [(mention.name, mention.line, mention.column) for mention in step.script.mentions] == [("KEY", 5, 11)]
    assert [(one.name, one.file, one.line, one.mentions[0].line) for one in job.env] == [("A", "ci/a.yml", 6, 6)]
    assert pipeline.includes == ()


def test_a_file_goes_over_what_it_includes() -> None:
    files = {
        "a.yml": "include: b.yml\nstages: [a]\nx: {script: [a], variables: {A: a}}",
        "b.yml": "variables: {W: b, V: b}\nx: {script: [b], variables: {A: b, B: b}, stage: s}",
    }
    pipeline = read("include: [a.yml]\nvariables: {W: own}\nx: {variables: {C: own}}", files)
    (job,) = pipeline.jobs
    assert {setting.name: (setting.value, setting.file) for setting in (*pipeline.env, *job.env)} == {
        "W": ("own", ""),
        "V": ("b", "b.yml"),
        "A": ("a", "a.yml"),
        "B": ("b", "b.yml"),
        "C": ("own", ""),
    }
    assert [step.script.value for step in job.steps if step.script] == ["a"]
    assert (pipeline.stages, job.stage) == ((".pre", "a", ".post"), "s")


def test_a_circle_of_includes_ends() -> None:
    files = {"a.yml": "include: [b.yml, .gitlab-ci.yml]\nx: {script: [a]}", "b.yml": "include: a.yml\ny: {script: [b]}"}
    pipeline = read("include: a.yml", files)
    assert [(job.name, job.file) for job in pipeline.jobs] == [("y", "b.yml"), ("x", "a.yml")]
    assert pipeline.includes == ()


def test_a_file_is_read_once() -> None:
    every = ", ".join(f"{number}.yml" for number in range(10))
    files = {f"{number}.yml": f"include: [{every}]\nj{number}: {{script: [a]}}" for number in range(10)}
    pipeline = read(f"include: [{every}, last.yml]", files | {"last.yml": "last: {script: [a]}"})
    assert (len(pipeline.jobs), pipeline.includes) == (11, ())


def test_includes_go_six_levels_down() -> None:
    files = {f"{number}.yml": f"include: {number + 1}.yml\nj{number}: {{script: [a]}}" for number in range(1, 10)}
    pipeline = read("include: 1.yml", files)
    assert [job.name for job in pipeline.jobs] == ["j6", "j5", "j4", "j3", "j2", "j1"]
    assert [(call.target, call.line) for call in pipeline.includes] == [("7.yml", 1)]


def test_a_hundred_files_are_read() -> None:
    files = {f"{number}.yml": f"j{number}: {{script: [a]}}" for number in range(150)}
    pipeline = read("include: [" + ", ".join(files) + "]", files)
    assert (len(pipeline.jobs), len(pipeline.includes)) == (100, 50)


@pytest.mark.parametrize("broken", ["{", "- a", "", "a: " + "[" * 80])
def test_a_file_that_cannot_be_read_is_named(broken: str) -> None:
    pipeline = read("include: a.yml\nx: {script: [a]}", {"a.yml": broken})
    assert [(call.target, call.is_local) for call in pipeline.includes] == [("a.yml", True)]
    assert [job.name for job in pipeline.jobs] == ["x"]


def test_the_header_of_an_included_component_is_no_job() -> None:
    pipeline = read("include: a.yml", {"a.yml": "spec: {inputs: {i: }}\n---\nx: {script: [a]}"})
    assert ([job.name for job in pipeline.jobs], pipeline.inputs) == (["x"], ())


def test_gates_and_triggers_from_elsewhere_stand_at_the_job() -> None:
    files = {"a.yml": "\n\n.x:\n  script: [a]\n  environment: pypi\n  rules: [{if: $CI_COMMIT_TAG}]\n  id_tokens: {T: {aud: pypi}}"}
    job = read("include: a.yml\ny: {extends: .x}", files).jobs[1]
    assert [(gate.line, gate.column) for gate in job.gates] == [(2, 1)]
    assert [(one.line, one.column) for one in job.triggers or ()] == [(2, 1)]
    assert (job.grant.line, job.grant.column) == (2, 1)
