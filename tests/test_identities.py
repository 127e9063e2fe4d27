"""One value in several slots is one identity, and one name in several environments may be several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.model import Finding
from tests.support.policies import Example

PIPELINE = """\
stages: [publish, after]
publish:
  stage: publish
  environment: release
  script:
    - npm publish --ignore-scripts
upload:
  stage: after
  environment: release
  script:
    - twine upload dist/*
"""
WORKFLOW = """\
on:
  push: {{tags: ["v*"]}}
jobs:
  rehearse:
    runs-on: ubuntu-latest
    environment: {first}
    steps:
      - run: twine upload --repository testpypi dist/*
        env:
          TWINE_PASSWORD: ${{{{ secrets.PYPI_TOKEN }}}}
  publish:
    runs-on: ubuntu-latest
    environment: pypi
    steps:
      - run: twine upload dist/*
        env:
          TWINE_PASSWORD: ${{{{ secrets.PYPI_TOKEN }}}}
"""


def found(folder: Path, policy: str, files: dict[str, str], exports: dict[str, str] | None = None) -> list[Finding]:
    example = Example(policy, "violating", files, exports=exports or {})
    return [one for one in example.findings(folder) if one.policy == policy]


def variables(**values: str | None) -> dict[str, str]:
    """An export of a project's variables, which every branch gets and logs show."""
    said = [
        {"variable_type": "env_var", "key": name, "value": value, "protected": False, "masked": False} for name, value in values.items()
    ]
    return {"gitlab@web": json.dumps([{**one, "hidden": False, "environment_scope": "*"} for one in said])}


@pytest.mark.parametrize(("other", "message"), [("<npm:1>", "which hold one value, opens 2 services: npm and pypi."), ("<npm:2>", None)])
def test_two_slots_that_hold_one_value_open_two_services(tmp_path: Path, other: str, message: str | None) -> None:
    exports = variables(NPM_TOKEN="<npm:1>", TWINE_PASSWORD=other)  # noqa: S106 (a template)
    said = [one.message for one in found(tmp_path, "TB104", {".gitlab-ci.yml": PIPELINE}, exports)]
    assert [text.endswith(message or "") for text in said] == ([] if message is None else [True])


@pytest.mark.parametrize(("first", "grade", "severity"), [("pypi", "E1", "high"), ("testpypi", "E3", "low")])
def test_environments_may_have_a_value_each_under_one_name(tmp_path: Path, first: str, grade: str, severity: str) -> None:
    (one,) = found(tmp_path, "TB206", {".github/workflows/release.yml": WORKFLOW.format(first=first)})
    assert (one.grade, one.severity.word) == (grade, severity)


def test_a_variable_without_a_value_is_judged_by_the_job_that_publishes_with_it(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "TB606", {".gitlab-ci.yml": PIPELINE}, variables(NPM_TOKEN=None))
    assert one.message == (
        "NPM_TOKEN of gitlab:export-0 (unprotected and visible, for every environment) is what the job publish of .gitlab-ci.yml publishes with."
    )
