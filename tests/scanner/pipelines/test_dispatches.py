"""Jobs that ask the platform to start another workflow of their repository."""

from __future__ import annotations

import pytest

from tests.support.pipelines import jobs

OUT = "on: workflow_dispatch\njobs:\n  out:\n    runs-on: ubuntu-latest\n    steps: [{run: npm publish}]\n"
SCRIPT = "#!/bin/sh\ngh workflow run out.yml --ref main\n"


def starts(step: str, *, job: str = "", other: str = OUT) -> bool:
    """Whether a job with this step starts the other workflow."""
    text = f"on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n{job}    steps:\n      - {step}\n"
    found = jobs({".github/workflows/one.yml": text, ".github/workflows/out.yml": other, "start.sh": SCRIPT})
    return found["one"].starts == (found["out"].id,)


@pytest.mark.parametrize(
    "step",
    [
        "run: gh workflow run out.yml -f tag=v1",
        "run: gh workflow run .github/workflows/out.yml --repo ${{ github.repository }}",
        "run: gh api -X POST repos/$GITHUB_REPOSITORY/actions/workflows/out.yml/dispatches -f ref=main",
        "run: ./start.sh",
        "{uses: benc-uk/workflow-dispatch@v1, with: {workflow: out.yml}}",
        "{uses: actions/github-script@v8, with: {script: 'await github.rest.actions.createWorkflowDispatch({workflow_id: \"out.yml\"})'}}",
    ],
)
def test_who_asks_for_a_workflow_starts_it(step: str) -> None:
    assert starts(step)


@pytest.mark.parametrize(
    "step",
    [
        "run: gh workflow run other.yml",
        "run: gh workflow run out.yml --repo acme/other",
        "run: gh workflow view out.yml",
        "run: ./scripts/check.sh out.yml",
        "{uses: benc-uk/workflow-dispatch@v1, with: {workflow: out.yml, repo: acme/other}}",
        '{uses: actions/github-script@v8, with: {script: \'github.rest.actions.createWorkflowDispatch({repo: "other", workflow_id: "out.yml"})\'}}',
    ],
)
def test_others_are_not_started(step: str) -> None:
    assert not starts(step)


@pytest.mark.parametrize(("permission", "expected"), [("actions: write", True), ("actions: read", False), ("contents: write", False)])
def test_a_program_that_may_ask_starts_the_workflow_that_it_is_given(permission: str, *, expected: bool) -> None:
    assert starts("run: node start.mjs out.yml tag=v1", job=f"    permissions: {{{permission}}}\n") is expected


def test_a_workflow_that_nobody_can_ask_for_is_not_started() -> None:
    assert not starts("run: gh workflow run out.yml", other=OUT.replace("workflow_dispatch", "push"))
