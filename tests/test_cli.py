"""The command from outside: what it reads, what it ends with, and what it says about what it could not read."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scanner.run.version import tool_version
from scanner.sources.history import packs
from tests.support import tokens
from tests.support.command import MAIN, Run, environment, keytrail
from tests.support.repos import Repo

TOKEN = tokens.ghp(11)


def scan(cwd: Path, *arguments: str, stdin: bytes = b"") -> tuple[Run, dict[str, Any]]:
    run = keytrail("scan", *arguments, "--format", "json", cwd=cwd, stdin=stdin)
    report: dict[str, Any] = json.loads(run.stdout) if run.stdout else {}
    return run, report


def spots(report: dict[str, Any]) -> set[tuple[str, str]]:
    return {(o["zone"], o["path"]) for c in report["credentials"] for o in c["occurrences"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "a.txt").write_text(f"x = {TOKEN}\n")
    return tmp_path


# What it ends with


def test_nothing_found_ends_with_0_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing\n")
    run = keytrail("scan", cwd=tmp_path)
    assert run.code == 0
    assert run.stdout.startswith("No credentials found in 1 folder")
    assert run.stdout.count("\n") == 1


def test_a_closed_standard_input_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" <&-', "sh", sys.executable, "-c", MAIN, "scan", "-"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "standard input is closed" in done.stderr


def test_something_found_ends_with_1(folder: Path) -> None:
    assert keytrail("scan", "place", cwd=folder).code == 1


@pytest.mark.parametrize(("options", "code"), [(["--fail-on", "none"], 0), (["--fail-on", "critical"], 0), (["--exit-code", "9"], 9)])
def test_what_fails_and_how_is_chosen(folder: Path, options: list[str], code: int) -> None:
    assert keytrail("scan", "place", *options, cwd=folder).code == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-place"],
        ["--ci-export", "no-such-file"],
        ["--ci-export", "no-such-system:place/a.txt"],
        ["--home", "no-such-home"],
        ["--config", "no-such-file"],
        ["--key-file", "place/a.txt"],
        ["--fail-on", "much"],
        ["--format", "cuneiform"],
        ["--detector", "no-such-detector"],
        ["--policy", "TB999"],
        ["--max-blob-size", "-1"],
        ["--as-of", "tomorrow"],
        ["--no-such-option"],
        ["-o", "no-such-folder/report"],
        ["--jobs", "many"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_one_line(folder: Path, arguments: list[str]) -> None:
    run = (
        keytrail("scan", "place", *arguments, cwd=folder) if "no-such-place" not in arguments else keytrail("scan", *arguments, cwd=folder)
    )
    assert run.code == 2
    assert run.stdout == ""
    assert run.stderr.startswith("keytrail: ")
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep"], "TARGETS is missing (see --help)"),
        (["explain"], "ID is missing (see --help)"),
        (["detectors", "show"], "ID is missing (see --help)"),
        (["report", "place/a.txt"], "place/a.txt: the report is not valid JSON, or is nested too deeply"),
        (["scan", "--home", "place/a.txt"], "no folder to read as a home: place/a.txt"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_message_names_what_is_wrong(folder: Path, arguments: list[str], said: str) -> None:
    assert keytrail(*arguments, cwd=folder).stderr == f"keytrail: {said}\n"


def test_unread_ends_with_3_only_when_strict(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 2000)
    assert keytrail("scan", ".", "--max-blob-size", "1000", cwd=tmp_path).code == 0
    assert keytrail("scan", ".", "--max-blob-size", "1000", "--strict", cwd=tmp_path).code == 3


def test_a_failed_verdict_is_worse_than_unread(folder: Path) -> None:
    (folder / "place" / "big").write_bytes(b"x" * 2000)
    assert keytrail("scan", "place", "--max-blob-size", "1000", "--strict", cwd=folder).code == 1


def test_a_reader_that_went_away_is_silence(folder: Path) -> None:
    command = f'{sys.executable} -c "{MAIN}" scan place | true'
    done = subprocess.run(command, shell=True, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_leaves_nothing_half_written(tmp_path: Path, number: int, code: int) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "own").mkdir()
    out = tmp_path / "report"
    env = environment(tmp_path / "own", {"TMPDIR": str(tmp_path / "own")})
    command = [sys.executable, "-c", MAIN, "scan", "place", "-", "-v", "-o", str(out)]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        process.stderr.readline()  # it has begun, and will not end before its standard input does
        process.send_signal(number)
        stdout, stderr = process.communicate()
    assert process.returncode == code
    assert stdout == b""
    assert stderr.splitlines()[-1] in {b"keytrail: interrupted", b"keytrail: terminated"}
    assert not out.exists()


# What it reads


def test_standard_input(tmp_path: Path) -> None:
    run, report = scan(tmp_path, "-", stdin=TOKEN.encode())
    assert run.code == 1
    assert [(o["container"], o["path"]) for c in report["credentials"] for o in c["occurrences"]] == [("stdin", "-")]


def test_a_single_file(folder: Path) -> None:
    _, report = scan(folder, "place/a.txt")
    assert spots(report) == {("folder", "a.txt")}


def test_only_what_is_named(folder: Path) -> None:
    (folder / "home").mkdir()
    _, report = scan(folder, "--home", "home")
    assert report["credentials"] == []
    assert [source["kind"] for source in report["coverage"]["sources"]] == ["home"]


def test_gitignored_files_are_read_and_excluded_ones_are_not(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({".gitignore": "*.env\n"}, message="ignore")
    (tmp_path / "repo" / "a.env").write_text(TOKEN)
    (tmp_path / "repo" / "b.env").write_text(TOKEN)
    _, report = scan(tmp_path, "repo", "--exclude", "b.env")
    assert spots(report) == {("worktree", "a.env")}


def test_an_ignore_file_counts_only_when_trusted(folder: Path) -> None:
    (folder / "place" / ".keytrailignore").write_text("a.txt\n")
    _, report = scan(folder, "place")
    assert spots(report) == {("folder", "a.txt")}
    assert any(".keytrailignore is not obeyed" in note for note in report["coverage"]["notes"])
    _, report = scan(folder, "place", "--trust-config")
    assert spots(report) == set()


def test_configuration_in_a_target_is_not_obeyed(folder: Path) -> None:
    (folder / "place" / "keytrail.toml").write_text('fail-on = "none"\n')
    assert keytrail("scan", cwd=folder / "place").code == 1
    assert keytrail("scan", "--trust-config", cwd=folder / "place").code == 0


def test_configuration_beside_a_target_is_obeyed(folder: Path) -> None:
    (folder / "keytrail.toml").write_text('fail-on = "none"\n')
    assert keytrail("scan", "place", cwd=folder).code == 0
    assert keytrail("scan", "place", cwd=folder, env={"KEYTRAIL_FAIL_ON": "low"}).code == 1
    assert keytrail("scan", "place", "--fail-on", "low", cwd=folder, env={"KEYTRAIL_FAIL_ON": "none"}).code == 1


def test_a_repository_below_a_folder_is_its_own_container(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "all" / "one")
    repo.commit({"a.txt": TOKEN}, message="add")
    repo.commit({"a.txt": None}, message="remove")
    _, report = scan(tmp_path, "all")
    assert [(o["container"], o["zone"]) for c in report["credentials"] for o in c["occurrences"]] == [("all/one", "repo_history")]


def test_messages_notes_and_dangling_blobs_are_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    first = repo.commit({"a.txt": "a"}, message=f"use {tokens.ghp(1)}")
    repo.git("tag", "-a", "v1", "-m", f"made with {tokens.ghp(2)}")
    repo.git("notes", "add", "-m", tokens.ghp(3), first)
    blob = (
        subprocess.run(
            ["git", "-C", str(tmp_path / "repo"), "hash-object", "-w", "--stdin"],
            input=tokens.ghp(4).encode(),
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .strip()
    )
    _, report = scan(tmp_path, "repo")
    paths = {path for _, path in spots(report)}
    assert {f"commit:{first}", "tag:v1", f"note:{first}", f"blob:{blob}"} <= paths


def test_without_history_the_files_of_head_are_still_known(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"a.txt": TOKEN, "b.txt": tokens.ghp(5)}, message="add")
    repo.commit({"b.txt": None}, message="remove")
    (tmp_path / "repo" / "new.txt").write_text(tokens.ghp(6))
    _, report = scan(tmp_path, "repo", "--no-history")
    assert spots(report) == {("repo_head", "a.txt"), ("worktree", "new.txt")}


# What it cannot read


def unscanned(report: dict[str, Any]) -> dict[str, str]:
    return {entry["path"]: entry["reason"] for entry in report["coverage"]["unscanned"]}


def test_special_files_are_counted_and_do_not_stop_anything(folder: Path) -> None:
    place = folder / "place"
    os.mkfifo(place / "fifo")
    (place / "loop").symlink_to("loop")
    (place / "up").symlink_to("..")
    run, report = scan(folder, "place")
    assert run.code == 1
    assert report["coverage"]["skipped"] == {"fifo": 1, "link": 2}
    assert report["coverage"]["status"] == "complete"


def test_a_missing_object_is_named_though_nothing_was_found(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"a.txt": "gone\n"}, message="add")
    oid = repo.git("rev-parse", "HEAD:a.txt").strip()
    (tmp_path / "repo" / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    run, report = scan(tmp_path, "repo")
    assert run.code == 0
    assert report["coverage"]["status"] == "partial"
    assert [reason for path, reason in unscanned(report).items() if oid in path] == ["missing"]
    assert "unread" in keytrail("scan", "repo", cwd=tmp_path).stdout


def test_a_broken_repository_is_read_as_files(folder: Path) -> None:
    (folder / "place" / ".git").write_text("gitdir: nowhere\n")
    run, report = scan(folder, "place")
    assert run.code == 1
    assert unscanned(report) == {".git": "malformed"}


def test_a_broken_export_is_named_and_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "vars.json").write_text('[{"key": "A", "value": "' + TOKEN)
    run, report = scan(tmp_path, "--ci-export", "gitlab-project:vars.json")
    assert run.code == 1
    assert unscanned(report) == {"vars.json": "malformed"}
    assert spots(report) == {("ci_variable", "vars.json")}


# What it says


def test_two_runs_compare_byte_for_byte(folder: Path) -> None:
    home = folder / "own"
    home.mkdir()
    runs = [keytrail("scan", "place", "--format", "json", cwd=folder, home=home).stdout for _ in range(2)]
    assert runs[0] == runs[1]


def test_workers_change_nothing(tmp_path: Path) -> None:
    home = tmp_path / "own"
    home.mkdir()
    place = tmp_path / "place"
    place.mkdir()
    for number in range(700):
        (place / f"{number}.txt").write_text(f"{tokens.ghp(number)}\n" if number % 70 == 0 else "nothing\n")
    runs = [keytrail("scan", "place", "--format", "json", "-j", jobs, cwd=tmp_path, home=home).stdout for jobs in ("1", "2")]
    assert len(json.loads(runs[0])["credentials"]) == 10
    assert runs[0] == runs[1]


def test_no_progress_where_there_is_no_terminal(folder: Path) -> None:
    assert keytrail("scan", "place", cwd=folder).stderr == ""


def test_a_report_for_each_reader(folder: Path) -> None:
    run = keytrail("scan", "place", "-o", "text:a.txt", "-o", "json:a.json", cwd=folder)
    assert run.stdout == ""
    assert (folder / "a.txt").read_text().startswith("keytrail ")
    assert json.loads((folder / "a.json").read_text())["schema"] == "keytrail.report/1"


def test_hostile_names_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m\nb").write_text(TOKEN)
    said = keytrail("scan", cwd=tmp_path).stdout
    assert "\x1b" not in said
    assert "\\x1b[31m" in said


def test_version(tmp_path: Path) -> None:
    run = keytrail("--version", cwd=tmp_path)
    assert run.code == 0
    said = re.fullmatch(r"keytrail ([0-9][^ ]*) \((packs are read [^()]+)\)\n", run.stdout)
    assert said is not None
    assert said[1] == tool_version()
    assert said[2].startswith("packs are read directly") == packs.AVAILABLE


def test_a_linked_worktree_and_a_submodule_are_read_once(tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.commit({"a.txt": tokens.ghp(21)}, message="add")
    inner.commit({"a.txt": None}, message="remove")
    repo = Repo(tmp_path / "repo")
    repo.commit({"b.txt": TOKEN}, message="add")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "inner"), "sub")
    repo.commit({"b.txt": None}, message="remove and add a submodule")
    repo.git("worktree", "add", "-q", "linked")
    _, report = scan(tmp_path, "repo")
    assert report["coverage"]["status"] == "complete"
    found = sorted((o["container"], o["zone"], o["path"]) for c in report["credentials"] for o in c["occurrences"])
    assert found == [("repo", "repo_history", "b.txt"), ("repo/sub", "repo_history", "a.txt")]
