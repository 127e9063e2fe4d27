"""Where the text of a job goes: from folder to folder, and into environments of tox."""

from __future__ import annotations

import pytest

from tests.support.pipelines import WORKFLOW, jobs, roles

JOB = "on: push\njobs:\n  one:\n    runs-on: self-hosted\n    steps:\n      - run: "


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("cd web && npm run out", "set"),
        ("npm run out", None),
        ("cd web; cd ..; npm run out", None),
        ("(cd docs && make) && cd web && npm run out", "set"),
        ("cd docs && npm run top", "set"),
        ("pushd web && npm run out && popd && npm run out", "set"),
    ],
)
def test_a_text_goes_from_folder_to_folder(run: str, expected: str | None) -> None:
    files = {
        WORKFLOW: f"{JOB}{run}\n",
        "package.json": '{"scripts": {"out": "echo", "top": "gem push"}}',
        "web/package.json": '{"scripts": {"out": "gem push"}}',
    }
    assert roles(jobs(files)["one"]).get("publish") == expected


TOX = """
[testenv:style]
commands =
    pip install -e .
    black --check .
[testenv:odd]
commands = ./run-them-all
[testenv:unit]
commands = pytest
[testenv:py]
commands = ./run-them-all
"""


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ("style", {"build", "lint"}),
        ("odd", set[str]()),
        ("py", {"test"}),
        ("unit", {"test"}),
        ("style,unit", {"build", "lint", "test"}),
        ("absent", {"test"}),
    ],
)
def test_an_environment_of_tox_that_can_be_read_is_what_its_commands_do(environment: str, expected: set[str]) -> None:
    files = {WORKFLOW: f"{JOB}tox -e '{environment}'\n", "tox.ini": TOX}
    assert {role for role, status in roles(jobs(files)["one"]).items() if status == "set"} == expected


@pytest.mark.parametrize(
    ("called", "is_found"),
    [
        ("$GITHUB_WORKSPACE/ci/go.sh", True),
        ("${{ github.workspace }}/ci/go.sh", True),
        ('"${ROOT_DIR}/go.sh"', True),
        ('bash "$(dirname "$0")/go.sh"', True),
        ("$(CURDIR)/ci/go.sh", True),
        ("$HERE/twice.sh", False),
        ("/opt/ci/go.sh", False),
        ("$HERE/$NAME/go.sh", False),
    ],
)
def test_a_script_in_a_folder_that_only_a_run_knows(called: str, is_found: bool) -> None:
    files = {WORKFLOW: f"{JOB}|\n          {called}\n", "ci/go.sh": "mocha\n", "a/twice.sh": "mocha\n", "b/twice.sh": "mocha\n"}
    assert (roles(jobs(files)["one"]).get("test") == "set") is is_found
