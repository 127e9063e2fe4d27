"""What a repository uses of itself and of its owner."""

from __future__ import annotations

import pytest

from scanner.model import Job
from tests.support.pipelines import WORKFLOW, pipelines, workflow

CALLER = "on: {push: {tags: ['v*']}}\njobs:\n  call:\n    uses: %s\n    secrets: inherit\n"
CALLEE = "on: workflow_call\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n"
CALLED = ".github/workflows/test.yml"


def called(uses: str, *projects: str) -> Job:
    """The job that calls another workflow."""
    (job,) = (one for one in pipelines({WORKFLOW: CALLER % uses, CALLED: CALLEE}, "web", *projects).jobs if one.name == "call")
    return job


@pytest.mark.parametrize("uses", [f"./{CALLED}", f"acme/web/{CALLED}@main", f"Acme/Web/{CALLED}@v1"])
def test_a_workflow_of_the_repository_by_its_full_name(uses: str) -> None:
    (call,) = called(uses, "acme/web").calls
    assert (call.target, call.is_local, call.pin, len(call.jobs)) == (CALLED, True, "local", 1)


@pytest.mark.parametrize(
    ("uses", "projects"),
    [(f"acme/web/{CALLED}@main", ()), (f"acme/web/{CALLED}@main", ("acme/we", "eve/web")), (f"acme/other/{CALLED}@main", ("acme/web",))],
)
def test_a_workflow_of_another_repository(uses: str, projects: tuple[str, ...]) -> None:
    (call,) = called(uses, *projects).calls
    assert (call.target, call.is_local, call.jobs) == (uses.removesuffix("@main"), False, ())


@pytest.mark.parametrize(
    ("uses", "is_owners"),
    [("acme/setup@v1", True), ("ACME/web/setup@v1", True), ("acm/setup@v1", False), ("./setup", False), ("acme", False)],
)
def test_an_action_of_the_owner(uses: str, is_owners: bool) -> None:
    (job,) = pipelines({WORKFLOW: workflow(f"uses: {uses}")}, "web", "acme/web").jobs
    assert [step.is_owners for step in job.steps] == [is_owners]


def test_only_forges_name_actions_after_owners() -> None:
    orbs = "version: 2.1\norbs: {acme: acme/setup@1}\njobs:\n  a:\n    machine: true\n    steps: [acme/run]\nworkflows: {w: {jobs: [a]}}\n"
    (job,) = pipelines({".circleci/config.yml": orbs}, "web", "acme/web").jobs
    assert not any(step.is_owners for step in job.steps)
