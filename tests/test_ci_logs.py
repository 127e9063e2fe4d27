"""`keytrail scan --ci-log`, from outside."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.scanner.sources.ci_logs import shapes
from tests.support import archives, tokens
from tests.support.command import Run, keytrail
from tests.support.repos import Repo

TOKEN = tokens.npm(31)


def scan(cwd: Path, *arguments: str) -> tuple[Run, dict[str, Any]]:
    run = keytrail("scan", *arguments, "--format", "json", cwd=cwd, env={"KEYTRAIL_KEY": "00" * 32})
    return run, json.loads(run.stdout)


def places(report: dict[str, Any]) -> list[tuple[str, str, str, int | None, str | None, str | None]]:
    every = [one for credential in report["credentials"] for one in credential["occurrences"]]
    return [(one["zone"], one["container"], one["path"], one["line"], one["job"], one["step"]) for one in every]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """An archive of GitHub, a trace of GitLab and a folder of others, beside a file that nobody named."""
    publish = shapes.github([f"npm notice token {TOKEN}"]).encode()
    (tmp_path / "logs.zip").write_bytes(
        archives.zipped({"0_build.txt": publish, "build/2_Publish.txt": publish, "build/system.txt": b"ok\n"})
    )
    (tmp_path / "trace").write_text(shapes.gitlab_timed([f"token {TOKEN}"]))
    (tmp_path / "more" / "deep").mkdir(parents=True)
    (tmp_path / "more" / "console.log").write_text(shapes.jenkins([TOKEN]))
    (tmp_path / "more" / "deep" / "bk.log").write_text(shapes.buildkite([TOKEN]))
    (tmp_path / "unnamed.txt").write_text(tokens.ghp(1))
    return tmp_path


def test_only_the_logs_are_read_where_nothing_else_is_named(logs: Path) -> None:
    run, report = scan(logs, "--ci-log", "logs.zip", "--ci-log", "trace", "--ci-log", "more")
    assert run.code == 1
    assert places(report) == [
        ("ci_log_artifact", "logs.zip", "logs.zip!/build/2_Publish.txt", 4, "build", "Publish"),
        ("ci_log_artifact", "more", "console.log", 8, "acme-web", "Publish"),
        ("ci_log_artifact", "more", "deep/bk.log", 4, None, ":npm: Publish"),
        ("ci_log_artifact", "trace", "trace", 4, None, "step_script"),
    ]
    assert [(one["kind"], one["target"], one["blobs"]) for one in report["coverage"]["sources"]] == [
        ("ci_log", "logs.zip", 1),
        ("ci_log", "trace", 1),
        ("ci_log", "more", 2),
    ]
    assert report["coverage"]["status"] == "complete"


def test_a_value_in_a_log_and_elsewhere_is_one_credential(logs: Path) -> None:
    Repo(logs / "web").commit({".npmrc": f"token={TOKEN}\n"})
    (logs / "vars.json").write_text(json.dumps([{"key": "NPM_TOKEN", "value": TOKEN, "protected": True, "masked": True}]))
    _, report = scan(logs, "web", "--ci-log", "trace", "--ci-export", "gitlab-project:vars.json")
    (credential,) = report["credentials"]
    assert credential["zones"] == ["ci_log_artifact", "ci_variable", "repo_head"]


def test_a_log_is_no_proof_that_a_value_is_still_in_use(logs: Path) -> None:
    repo = Repo(logs / "web")
    repo.commit({".npmrc": f"token={TOKEN}\n"})
    repo.commit({".npmrc": None})
    _, report = scan(logs, "web", "--ci-log", "trace")
    assert "TB301" not in {finding["policy"] for finding in report["findings"]}


def test_people_are_told_job_and_step(logs: Path) -> None:
    text = keytrail("scan", "--ci-log", "logs.zip", "--ci-log", "trace", cwd=logs).stdout
    assert "2 CI logs" in text
    assert "logs.zip!/build/2_Publish.txt:4" in text
    assert "job build, step Publish" in text
    assert "step step_script" in text


def test_code_scanning_is_told_where_it_is(logs: Path) -> None:
    report = json.loads(keytrail("scan", "--ci-log", "trace", "--format", "sarif", cwd=logs).stdout)
    (result,) = report["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("trace", 4)


def test_a_partly_masked_value_belongs_to_the_credential(logs: Path) -> None:
    (logs / "job.log").write_text(shapes.github([f"using {TOKEN[:8]}****{TOKEN[-4:]}"]))
    _, report = scan(logs, "--ci-log", "trace", "--ci-log", "job.log")
    (credential,) = report["credentials"]
    assert [(one["container"], one["line"]) for one in credential["partials"]] == [("job.log", 4)]


def test_several_processes_say_the_same(logs: Path) -> None:
    for number in range(12):
        (logs / "more" / f"{number}_job.txt").write_text(shapes.github([*["words and more"] * 40_000, f"token {TOKEN}"]))
    one, many = (scan(logs, "--ci-log", "more", "-j", jobs)[1] for jobs in ("1", "2"))
    assert len(places(one)) == 14
    assert one == many


@pytest.mark.parametrize("argument", ["missing", "fifo", ""])
def test_what_is_no_file_and_no_folder_is_wrong_usage(logs: Path, argument: str) -> None:
    os.mkfifo(logs / "fifo")
    run = keytrail("scan", "--ci-log", argument, cwd=logs)
    assert (run.code, run.stdout) == (2, "")


def test_a_log_named_twice_is_read_once(logs: Path) -> None:
    _, report = scan(logs, "--ci-log", "trace", "--ci-log", "./trace")
    assert len(places(report)) == 1


@pytest.mark.parametrize(("name", "path"), [("empty", "empty"), ("folder", "")])
def test_nothing_to_read_is_said(logs: Path, name: str, path: str) -> None:
    (logs / "empty").touch()
    (logs / "folder").mkdir()
    run, report = scan(logs, "--ci-log", name, "--strict")
    assert run.code == 3
    assert [(one["target"], one["path"], one["reason"]) for one in report["coverage"]["unscanned"]] == [(name, path, "malformed")]


def test_patterns_choose_among_the_logs_of_a_folder(logs: Path) -> None:
    _, report = scan(logs, "--ci-log", "more", "--exclude", "deep/")
    assert [path for _, _, path, *_ in places(report)] == ["console.log"]


def test_archives_stay_closed_where_that_was_asked_for(logs: Path) -> None:
    _, report = scan(logs, "--ci-log", "logs.zip", "--no-archives")
    assert places(report) == []


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["--format", "sarif"], ["--show-unscanned", "--all-places", "-v"]])
def test_no_report_holds_a_piece_of_a_value(logs: Path, options: list[str]) -> None:
    (logs / "job.log").write_text(
        shapes.github([f"a {TOKEN}"], step=f"npm publish --token {TOKEN}") + shapes.gitlab([TOKEN], section=TOKEN)
    )
    run = keytrail("scan", "--ci-log", "job.log", "--ci-log", "trace", *options, cwd=logs)
    assert run.code == 1
    body = TOKEN.removeprefix("npm_")
    assert [body[at : at + 8] for at in range(len(body) - 7) if body[at : at + 8] in run.stdout + run.stderr] == []
