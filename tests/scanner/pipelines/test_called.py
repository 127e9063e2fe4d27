"""Workflows of others that jobs call: what the tables know of them, the calling job does."""

from __future__ import annotations

import pytest

from tests.support.pipelines import jobs, roles

GENERATOR = "slsa-framework/slsa-github-generator/.github/workflows"
BUILDER = "docker/github-builder/.github/workflows"


def calling(uses: str, more: str = "") -> str:
    """A workflow whose one job calls another."""
    return f"on: {{push: {{tags: ['v*']}}}}\njobs:\n  one:\n    uses: {uses}\n{more}"


@pytest.mark.parametrize(
    ("uses", "more", "expected"),
    [
        (f"{GENERATOR}/generator_container_slsa3.yml@v2.1.0", "", {"attest": "set"}),
        (f"{GENERATOR}/generator_generic_slsa3.yml@v2.1.0", "    with: {upload-assets: true}\n", {"attest": "set", "release_page": "set"}),
        (f"{GENERATOR}/builder_go_slsa3.yml@v2.1.0", "", {"attest": "set", "build": "set"}),
        (f"{BUILDER}/bake.yml@v1", "    with: {output: image, push: true}\n", {"attest": "set", "build": "set", "publish": "set"}),
        (f"{BUILDER}/build.yml@v1", "    with: {output: local, sign: '${{ github.ref_type }}'}\n", {"attest": "set", "build": "set"}),
        (f"{BUILDER}/build.yml@v1", "    with: {output: local}\n", {"build": "set"}),
        ("acme/flows/.github/workflows/release.yml@v1", "", {}),
    ],
)
def test_a_job_does_what_a_known_workflow_does(uses: str, more: str, expected: dict[str, str]) -> None:
    found = roles(jobs(calling(uses, more))["one"])
    assert {role: status for role, status in found.items() if status == "set"} == expected


def test_what_a_known_workflow_is_handed_is_its_credential() -> None:
    more = "    secrets: {registry-username: '${{ secrets.USER }}', registry-password: '${{ secrets.PASSWORD }}'}\n"
    (attest,) = (act for act in jobs(calling(f"{GENERATOR}/generator_container_slsa3.yml@v2", more))["one"].acts if act.role == "attest")
    assert attest.takes == ("PASSWORD",)


@pytest.mark.parametrize(
    ("more", "environment", "gates"),
    [
        ("", None, []),
        ("    with: {environment: pub.dev}\n", "pub.dev", [("environment", False)]),
        ("    with: {environment: '${{ inputs.where }}'}\n", "${{ inputs.where }}", [("environment", True)]),
    ],
)
def test_a_known_workflow_may_be_told_its_environment(more: str, environment: str | None, gates: list[tuple[str, bool]]) -> None:
    job = jobs(calling("dart-lang/setup-dart/.github/workflows/publish.yml@v1", more))["one"]
    assert (job.environment, [(gate.kind, gate.by_input) for gate in job.gates]) == (environment, gates)


def test_a_workflow_of_the_repository_that_calls_one_hands_it_up() -> None:
    files = {
        ".github/workflows/outer.yml": "on: push\njobs:\n  outer:\n    uses: ./.github/workflows/inner.yml\n",
        ".github/workflows/inner.yml": f"on: workflow_call\njobs:\n  inner:\n    uses: {GENERATOR}/generator_generic_slsa3.yml@v2\n",
    }
    found = {name: [act for act in job.acts if act.role == "attest"] for name, job in jobs(files).items()}
    assert [(act.weight, act.script) for act in (*found["inner"], *found["outer"])] == [(1.0, None), (0.9, ".github/workflows/inner.yml")]
