"""What of pipelines is not read by meaning is said, and still read as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import tokens
from tests.support.command import keytrail
from tests.support.repos import Repo

TOKEN = tokens.npm(71)
WORKFLOW = ".github/workflows/ci.yml"


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"jobs: [\n# {TOKEN}\n", "malformed"),
        (f"# {TOKEN}\n" + "# padding\n" * 120_000, "too-large"),
        (f"a: {'[' * 100}\n# {TOKEN}\n", "too-deep"),
    ],
    ids=["malformed", "too large", "too deep"],
)
def test_a_definition_that_cannot_be_read_is_said_and_its_credential_found(tmp_path: Path, text: str, reason: str, bare: bool) -> None:
    repo = Repo(tmp_path / "web")
    repo.commit({WORKFLOW: text})
    target = "web"
    if bare:
        repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
        target = "bare.git"
    report = json.loads(keytrail("scan", target, "--format", "json", cwd=tmp_path).stdout)
    assert [(one["path"], one["reason"]) for one in report["coverage"]["unscanned"]] == [(WORKFLOW, reason)]
    assert [one["kind"] for one in report["credentials"]] == ["npm-token"]


def report(folder: Path, target: str, *more: str) -> Any:  # noqa: ANN401 - a report is any JSON
    return json.loads(keytrail("scan", target, "--format", "json", *more, cwd=folder).stdout)


def unscanned(told: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as above
    return [(one["path"], one["reason"]) for one in told["coverage"]["unscanned"]]


def bare(repo: Repo, folder: Path) -> str:
    repo.git("clone", "--quiet", "--bare", ".", str(folder / "bare.git"))
    return "bare.git"


@pytest.mark.parametrize("system", [".gitlab-ci.yml", "azure-pipelines.yml"])
def test_what_a_definition_includes_is_read_wherever_it_lies(tmp_path: Path, system: str) -> None:
    files = {
        ".gitlab-ci.yml": ("include: deep/down/publish.yaml\n", "publish:\n  script: [npm publish]\n"),
        "azure-pipelines.yml": (
            "jobs:\n  - template: deep/down/publish.yaml\n",
            "jobs:\n  - job: publish\n    steps: [{bash: npm publish}]\n",
        ),
    }[system]
    repo = Repo(tmp_path / "web")
    repo.commit({system: files[0], "deep/down/publish.yaml": files[1], "data.yaml": "a: ["})
    for target in ("web", bare(repo, tmp_path)):
        told = report(tmp_path, target)
        assert ([job["name"] for job in told["jobs"]], unscanned(told)) == (["publish"], [])


def test_a_script_that_is_broken_or_too_large_is_said_where_a_job_runs_it(tmp_path: Path) -> None:
    workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: 'make release; a/big.sh'}]\n"
    large = "#!/bin/sh\n" + "# padding\n" * 120_000
    repo = Repo(tmp_path / "web")
    repo.commit({WORKFLOW: workflow, "Makefile": "\0", "a/big.sh": large, "b/big.sh": large, "b/Makefile": "\0"})
    for target in ("web", bare(repo, tmp_path)):
        assert unscanned(report(tmp_path, target)) == [("Makefile", "malformed"), ("a/big.sh", "too-large")]


def test_an_include_that_is_missing_is_said_and_one_that_is_there_unread_is_not(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "web")
    repo.commit(
        {".gitlab-ci.yml": "include: [gone.yml, out.yml, link.yml, far/a.yml]\nx: {script: [a]}\n", "out.yml": "y: {script: [a]}\n"}
    )
    (tmp_path / "far").mkdir()
    (repo.path / "link.yml").symlink_to("out.yml")
    (repo.path / "far").symlink_to("../far")
    told = report(tmp_path, "web", "--exclude", "out.yml")
    assert unscanned(told) == [("gone.yml", "missing")]
    (why,) = told["coverage"]["unscanned"]
    assert why["detail"] == ".gitlab-ci.yml names it, and it is not there"


def test_a_missing_include_of_the_name_of_a_credential_is_not_told(tmp_path: Path) -> None:
    Repo(tmp_path / "web").commit({".gitlab-ci.yml": f"include: ci/{TOKEN}.yml\nx: {{script: [a]}}\n"})
    run = keytrail("scan", "web", "--format", "json", cwd=tmp_path)
    assert TOKEN not in run.stdout
    assert [reason for _, reason in unscanned(json.loads(run.stdout))] == ["missing"]


def test_a_script_without_an_ending_at_the_top_is_read_of_head_too(tmp_path: Path) -> None:
    workflow = "on: {push: {tags: [v*]}}\njobs:\n  a:\n    runs-on: x\n    steps: [{run: ./ship}]\n"
    repo = Repo(tmp_path / "web")
    repo.commit({WORKFLOW: workflow, "ship": "#!/bin/sh\nnpm publish\n", "LICENSE": "any\n"})
    for target in ("web", bare(repo, tmp_path)):
        (job,) = report(tmp_path, target)["jobs"]
        assert [(act["role"], act["path"]) for act in job["acts"] if act["target"] == "npm"] == [("publish", "ship")]


@pytest.mark.parametrize(
    ("command", "path", "text"),
    [
        ("node scripts/ship.mjs", "scripts/ship.mjs", "execSync('npm publish')\n"),
        ("python ci/ship.py", "ci/ship.py", "import os\nos.system('npm publish')\n"),
        ("mage ship", "magefiles/ship.go", 'package main\n\nfunc Ship() error { return sh.Run("npm", "publish") }\n'),
    ],
)
def test_programs_that_lie_where_scripts_do_are_read_of_head_too(tmp_path: Path, command: str, path: str, text: str) -> None:
    workflow = f"on: {{push: {{tags: [v*]}}}}\njobs:\n  a:\n    runs-on: x\n    steps: [{{run: {command}}}]\n"
    repo = Repo(tmp_path / "web")
    repo.commit({WORKFLOW: workflow, path: text, "src/other.ts": "any\n"})
    for target in ("web", bare(repo, tmp_path)):
        (job,) = report(tmp_path, target)["jobs"]
        assert [(act["role"], act["path"]) for act in job["acts"] if act["target"] == "npm"] == [("publish", path)]
