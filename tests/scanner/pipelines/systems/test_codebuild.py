"""What the reader of CodeBuild says."""

from __future__ import annotations

import pytest

from scanner.errors import UnreadableError
from scanner.pipelines.definition import Named, PipelineDefinition
from scanner.pipelines.systems.codebuild import SYSTEM

TEXT = """\
version: 0.2
env:
  variables: {A: b}
  secrets-manager:
    TOKEN: npm:token
phases:
  build:
    commands:
    - npm publish
    finally: [make clean]
batch:
  build-graph:
  - identifier: one
  - identifier: two
    depend-on: [one]
"""


def _read(definition: str) -> PipelineDefinition:
    (pipeline,) = SYSTEM.read("buildspec.yml", definition.encode(), lambda _path: None)
    return pipeline


def test_variables() -> None:
    assert [(one.name, one.value, [m.name for m in one.mentions]) for one in _read(TEXT).env] == [
        ("A", "b", []),
        ("TOKEN", "", ["npm:token"]),
    ]


def test_phases_and_batch() -> None:
    build, one, two = _read(TEXT).jobs
    assert [(step.script and step.script.value, step.line, step.always) for step in build.steps] == [
        ("npm publish", 9, False),
        ("make clean", 10, True),
    ]
    assert (one.name, one.needs, two.name, two.needs) == ("batch/one", (), "batch/two", ("batch/one",))


def test_a_batch_alone_has_no_build_of_its_own() -> None:
    names = [job.name for job in _read("batch: {build-list: [{identifier: build}, {identifier: build}, {}]}").jobs]
    assert names == ["batch/build", "batch/build/2", "batch/3"]


@pytest.mark.parametrize(("written", "shell"), [("bash", "bash"), ("powershell.exe", "pwsh"), ("cmd.exe", "cmd"), ("/bin/sh", "/bin/sh")])
def test_shell(written: str, shell: str) -> None:
    (step,) = _read(f"env: {{shell: {written}}}\nphases: {{build: {{commands: [a]}}}}").jobs[0].steps
    assert step.script is not None
    assert step.script.shell == shell


def test_variables_that_are_handed_on() -> None:
    job = _read("env: {exported-variables: [TOKEN]}\nphases: {}").jobs[0]
    assert [(one.name, one.mentions[0].name, one.mentions[0].named) for one in job.outputs] == [("TOKEN", "TOKEN", Named.ENV)]


def test_variables_of_the_project() -> None:
    definition = "env: {variables: {A: b}}\nphases: {build: {commands: ['echo $A $NPM_TOKEN $CODEBUILD_SRC_DIR']}}"
    (step,) = _read(definition).jobs[0].steps
    assert step.script is not None
    assert [(one.name, one.named) for one in step.script.mentions] == [("A", Named.ENV), ("NPM_TOKEN", Named.VARIABLE)]


@pytest.mark.parametrize("definition", ["", "a", "[phases]", "a: b"])
def test_no_definition(definition: str) -> None:
    with pytest.raises(UnreadableError):
        _read(definition)


def test_variables_that_are_made_of_others() -> None:
    pipeline = _read("env: {variables: {A: b, B: $A-$NPM_TOKEN-$CODEBUILD_SRC_DIR}}\nphases: {}")
    assert [(one.name, one.named) for one in pipeline.env[1].mentions] == [("A", Named.ENV), ("NPM_TOKEN", Named.VARIABLE)]
