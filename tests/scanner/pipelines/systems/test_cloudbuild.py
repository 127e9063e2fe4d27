"""What the reader of Cloud Build says."""

from __future__ import annotations

import pytest

from scanner.errors import UnreadableError
from scanner.pipelines.definition import JobDefinition, Pin, StepKind
from scanner.pipelines.systems.cloudbuild import SYSTEM

TEXT = """\
steps:
- name: gcr.io/tools/docker:24
  args: [build, .]
- name: node
  id: publish
  entrypoint: bash
  args:
  - -c
  - |
    npm publish
  env: [A=b=c]
  secretEnv: [NPM_TOKEN]
availableSecrets:
  secretManager:
  - versionName: projects/p/secrets/npm/versions/1
    env: NPM_TOKEN
images: [gcr.io/p/tool]
"""


def _job(definition: str) -> JobDefinition:
    (pipeline,) = SYSTEM.read("cloudbuild.yaml", definition.encode(), lambda _path: None)
    return pipeline.jobs[0]


def test_steps() -> None:
    assert [(step.kind, step.uses, step.ref, step.pin, step.title) for step in _job(TEXT).steps] == [
        (StepKind.PLUGIN, "gcr.io/tools/docker", "24", Pin.TAG, None),
        (StepKind.SCRIPT, "node", None, Pin.NONE, "publish"),
        (StepKind.TASK, "images", None, Pin.NONE, None),
    ]


def test_script_and_its_variables() -> None:
    step = _job(TEXT).steps[1]
    assert step.script is not None
    assert (step.script.value, step.script.line, step.script.column) == ("npm publish\n", 10, 5)
    assert [(one.name, one.value, [m.name for m in one.mentions]) for one in step.env] == [
        ("A", "b=c", []),
        ("NPM_TOKEN", "", ["projects/p/secrets/npm/versions/1"]),
    ]


def test_no_definition() -> None:
    with pytest.raises(UnreadableError):
        _job("a: b")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("name: node, entrypoint: npm, args: [publish]", "npm publish"),
        ("name: node, entrypoint: npm", "npm"),
        ("name: node, entrypoint: bash, args: [deploy.sh, x]", "bash deploy.sh x"),
        ("name: node, entrypoint: bash, args: [-c, 'npm publish --otp $$OTP']", "npm publish --otp $OTP"),
        ("name: node, args: [npm, publish]", "npm publish"),
        ("name: docker, args: [push, a/b]", "docker push a/b"),
        ("name: docker, args: [docker, push, a/b]", "docker push a/b"),
        ("name: gcr.io/cloud-builders/docker, args: [push, 'gcr.io/$PROJECT_ID/a b']", 'docker push "gcr.io/$PROJECT_ID/a b"'),
        ("name: gcr.io/cloud-builders/npm:node-22, args: publish", "npm publish"),
        ("name: gcr.io/google.com/cloudsdktool/cloud-sdk, args: [gcloud, run, deploy]", "gcloud run deploy"),
        ("name: ubuntu, script: 'twine upload dist/*'", "twine upload dist/*"),
        ("name: gcr.io/cloud-builders/docker", None),
        ("name: acme/tool, args: [push]", None),
    ],
)
def test_command(step: str, expected: str | None) -> None:
    (found,) = _job(f"steps: [{{{step}}}]").steps
    assert (found.script and found.script.value) == expected
    assert (found.kind is StepKind.SCRIPT) == (expected is not None)


def test_words_of_an_image_that_is_not_known() -> None:
    (step,) = _job("steps: [{name: gcr.io/kaniko-project/executor, args: [--destination, a/b]}]").steps
    assert [(one.name, one.value) for one in step.settings] == [("args", "--destination,a/b")]


def test_json() -> None:
    text = '{"steps": [{"name": "node", "entrypoint": "npm", "args": ["publish"]}]}'
    (pipeline,) = SYSTEM.read("cloudbuild.json", text.encode(), lambda _path: None)
    (step,) = pipeline.jobs[0].steps
    assert step.script is not None
    assert (step.script.value, step.script.column) == ("npm publish", text.index("npm") + 1)
    assert SYSTEM.files.fullmatch("a/cloudbuild-release.json")


def test_where_it_runs() -> None:
    assert _job("steps: []").runner == "hosted"
    assert _job("steps: []\noptions: {pool: {name: a}, env: [A=b]}").runner == "self_hosted"
