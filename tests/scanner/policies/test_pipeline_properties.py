"""What must hold for any pipelines: a gate never adds a finding, and the order of files and exports never matters."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.correlate import build_graph
from scanner.model import Finding, Slot
from tests.scanner.policies.graphs import judged
from tests.support.pipelines import wired

STEPS = (
    "{run: npm ci}",
    "{run: npm test}",
    "{run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}}",
    "{run: npm publish --dry-run}",
    "{uses: pypa/gh-action-pypi-publish@release/v1}",
    "{uses: pypa/gh-action-pypi-publish@release/v1, with: {password: '${{ secrets.PYPI_TOKEN }}'}}",
    "{run: 'gpg --import && cosign sign --key k x', env: {COSIGN_PRIVATE_KEY: '${{ secrets.COSIGN_KEY }}', COSIGN_PASSWORD: '${{ secrets.COSIGN_PASSWORD }}'}}",
    "{uses: somebody/else@main, with: {token: '${{ secrets.NPM_TOKEN }}'}}",
    "{run: 'echo ${{ toJSON(secrets) }}'}",
    "{run: terraform apply, env: {AWS_SECRET_ACCESS_KEY: '${{ secrets.AWS }}'}}",
    "{run: gh pr review --approve, env: {GH_TOKEN: '${{ secrets.RELEASE_PAT }}'}}",
)
TRIGGERS = ("push", "{push: {tags: ['v*']}}", "pull_request_target", "issue_comment", "workflow_dispatch", "schedule")
JOBS = st.lists(
    st.tuples(st.lists(st.sampled_from(STEPS), min_size=1, max_size=4), st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=3
)
INVENTORY = (
    Slot("1", "github", "project", "acme/web", "export", "NPM_TOKEN"),
    Slot("2", "github", "org", "acme", "export", "PYPI_TOKEN"),
)


def workflow(trigger: str, jobs: list[tuple[list[str], bool, bool, bool]], gated: int | None = None, name: str = "job") -> str:
    lines = [f"on: {trigger}", "jobs:"]
    for number, (steps, oidc, needs, wide) in enumerate(jobs):
        lines += [f"  {name}{number}:", "    runs-on: ubuntu-latest"]
        lines += ["    permissions: {id-token: write}"] if oidc else []
        lines += [f"    needs: {name}{number - 1}"] if needs and number else []
        lines += ["    env: {WIDE: '${{ secrets.NPM_TOKEN }}'}"] if wide else []
        lines += ["    environment: approval"] if number == gated else []
        lines += ["    steps:", *(f"      - {step}" for step in steps)]
    return "\n".join(lines) + "\n"


def findings(files: Mapping[str, str], *inventory: Slot) -> tuple[Finding, ...]:
    jobs, slots = wired(files, *inventory)
    return judged(build_graph((), (), slots=slots, jobs=jobs.values()))[1]


@given(st.sampled_from(TRIGGERS), JOBS, st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_a_gate_never_adds_a_finding(trigger: str, jobs: list[tuple[list[str], bool, bool, bool]], gated: int) -> None:
    def said(gate: int | None) -> set[str]:
        return {one.id for one in findings({".github/workflows/ci.yml": workflow(trigger, jobs, gate)})}

    assert said(gated) <= said(None)


@given(st.sampled_from(TRIGGERS), JOBS, JOBS)
@settings(max_examples=40, deadline=None)
def test_the_order_of_files_and_exports_never_matters(
    trigger: str, one: list[tuple[list[str], bool, bool, bool]], other: list[tuple[list[str], bool, bool, bool]]
) -> None:
    files = {".github/workflows/a.yml": workflow(trigger, one), ".github/workflows/b.yml": workflow("push", other, name="other")}
    turned = dict(reversed(files.items()))
    assert findings(files, *INVENTORY) == findings(turned, *reversed(INVENTORY))
