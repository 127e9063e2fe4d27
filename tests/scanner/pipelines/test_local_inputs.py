"""Actions of the repository with the inputs that a step gives them."""

from __future__ import annotations

import pytest

from tests.support.pipelines import WORKFLOW, jobs, roles

ACTION = """\
inputs:
  skip-cache: {default: 'false'}
  how: {default: test}
runs:
  using: composite
  steps:
  - uses: actions/setup-node@v4
    with: {cache: "${{ inputs.skip-cache != 'true' && 'pnpm' || '' }}"}
  - run: npm publish
    shell: bash
    if: inputs.how == 'publish' && success()
"""


def read(given: str, top: str = "on: push") -> tuple[dict[str, str], list[str]]:
    text = f"{top}\njobs:\n  go:\n    steps:\n    - uses: ./.github/actions/one\n      with: {given}\n"
    job = jobs({WORKFLOW: text, ".github/actions/one/action.yml": ACTION})["go"]
    return {role: status for role, status in roles(job).items() if role == "publish"}, [one.family for one in job.remarks]


@pytest.mark.parametrize(
    ("given", "remarks"),
    [
        ("{}", ["cache"]),
        ("{skip-cache: true}", []),
        ("{SKIP-CACHE: 'true'}", []),
        ("{skip-cache: 'no'}", ["cache"]),
        ("{skip-cache: '${{ inputs.skip }}'}", ["cache"]),
        ("{skip-cache: '${{ github.ref }}'}", ["cache"]),
    ],
)
def test_what_a_step_gives_settles_what_steps_inside_are_given(given: str, remarks: list[str]) -> None:
    assert read(given)[1] == remarks


def test_an_input_that_somebody_may_choose_settles_nothing() -> None:
    top = "on: {workflow_dispatch: {inputs: {skip: {default: 'true'}}}}"
    assert read("{skip-cache: '${{ inputs.skip }}'}", top)[1] == ["cache"]


@pytest.mark.parametrize(
    ("given", "found"),
    [("{how: publish}", True), ("{how: test}", False), ("{}", False), ("{how: '${{ inputs.how }}'}", True)],
)
def test_a_step_that_is_ruled_out_does_nothing(given: str, found: bool) -> None:
    assert bool(read(given)[0]) is found
