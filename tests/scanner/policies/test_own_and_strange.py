"""Who is a stranger: the owner of a repository is none to it, and some conditions let none through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.policies.test_real_shapes import GITHUB, findings, said
from tests.support.command import keytrail
from tests.support.repos import Repo

CHECKOUT = "      - {uses: actions/checkout@v4, with: {token: '${{ secrets.BOT }}'}}\n"
PUBLISH = "      - {run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}\n"
CALLED = ".github/workflows/test.yml"
CALLER = f"on: push\njobs:\n  call:\n    uses: acme/web/{CALLED}@main\n    secrets: inherit\n"
CALLEE = "on: workflow_call\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n"
APPROVES = "{run: gh pr review --approve $URL, env: {GH_TOKEN: '${{ secrets.BOT }}'}}"


def of(steps: str, on: str = "push") -> dict[str, str]:
    return {GITHUB: f"on: {on}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"}


@pytest.mark.parametrize(("projects", "expected"), [((), 1), (("eve/web",), 1), (("acme/web",), 0)])
def test_an_action_of_the_owner_beside_a_kept_credential(projects: tuple[str, ...], expected: int) -> None:
    assert said(of(CHECKOUT + "      - uses: acme/setup@v1\n"), *projects).count("TB611") == expected


@pytest.mark.parametrize(("projects", "expected"), [((), 1), (("acme/web",), 0)])
def test_an_action_of_the_owner_that_gets_what_publishes(projects: tuple[str, ...], expected: int) -> None:
    handed = "      - {uses: acme/tool@v1, with: {token: '${{ secrets.NPM }}'}}\n"
    assert said(of(handed + PUBLISH), *projects).count("TB207") == expected


@pytest.mark.parametrize(
    ("projects", "severity", "what"),
    [((), "critical", "another repository that can change at any time"), (("acme/web",), "high", "a workflow that builds or tests")],
)
def test_secrets_that_a_repository_hands_to_itself(projects: tuple[str, ...], severity: str, what: str) -> None:
    (found,) = (one for one in findings({GITHUB: CALLER, CALLED: CALLEE}, *projects) if one.policy == "TB603")
    assert (found.severity.name.lower(), what in found.message) == (severity, True)


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize(("remote", "severity"), [(None, "critical"), ("git@forge.example:Acme/Web.git", "high")])
def test_a_remote_says_what_a_repository_is_called(tmp_path: Path, remote: str | None, severity: str, bare: bool) -> None:
    repo = Repo(tmp_path / "web")
    repo.commit({GITHUB: CALLER, CALLED: CALLEE})
    target = Path("web")
    if bare:
        repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
        repo.git("-C", str(tmp_path / "bare.git"), "remote", "remove", "origin")
        target = Path("bare.git")
    if remote is not None:
        repo.git("-C", str(tmp_path / target), "remote", "add", "origin", remote)
    report = json.loads(keytrail("scan", str(target), "--format", "json", cwd=tmp_path).stdout)
    assert [one["severity"] for one in report["findings"] if one["policy"] == "TB603"] == [severity]


@pytest.mark.parametrize(
    ("own", "before", "expected"),
    [
        ("", "", 1),
        ("github.event.pull_request.user.login == 'renovate[bot]'", "", 0),
        ("github.actor == 'renovate[bot]'", "", 1),
        ("", "github.event.pull_request.merged == true", 0),
        ("always()", "github.event.pull_request.merged == true", 1),
    ],
)
def test_conditions_that_let_no_stranger_start_what_approves(own: str, before: str, expected: int) -> None:
    condition, first = (f'    if: "{text}"\n' if text else "" for text in (own, before))
    text = (
        f"on: pull_request_target\njobs:\n  first:\n    runs-on: ubuntu-latest\n{first}    steps: [{{run: 'true'}}]\n"
        f"  two:\n    runs-on: ubuntu-latest\n    needs: first\n{condition}    steps:\n      - {APPROVES}\n"
    )
    assert said({GITHUB: text}).count("TB602") == expected
