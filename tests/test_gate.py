"""The gate from outside: what refuses a change, what lets it pass, and what it never passes over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.command import MAIN, Run, environment, keytrail
from tests.support.repos import Repo

TOKEN = tokens.npm(7)
OTHER = tokens.npm(8)
LINE = f"token = {TOKEN}\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with one harmless commit."""
    made = Repo(tmp_path / "web")
    made.commit({"README.md": "web\n"})
    return made


def gate(repo: Repo, *arguments: str, env: dict[str, str] | None = None) -> Run:
    return keytrail("gate", *arguments, cwd=repo.path, env=env)


def stage(repo: Repo, name: str, text: str) -> None:
    (repo.path / name).parent.mkdir(parents=True, exist_ok=True)
    (repo.path / name).write_text(text)
    repo.git("add", "--force", name)


def places(run: Run) -> list[tuple[str, int, str | None]]:
    """Path, line and commit of every open place in a JSON report."""
    report = json.loads(run.stdout)
    found = [place for one in report["credentials"] for place in one["occurrences"] if place["suppression"] is None]
    return sorted((place["path"], place["line"], place["commit"]) for place in found)


class TestStaged:
    def test_a_staged_token_fails(self, repo: Repo) -> None:
        stage(repo, "config.ini", LINE)
        run = gate(repo, "--staged", "--format", "json")
        assert (run.code, places(run)) == (1, [("config.ini", 1, None)])

    def test_the_index_counts_and_not_the_work_tree(self, repo: Repo) -> None:
        stage(repo, "config.ini", LINE)
        (repo.path / "config.ini").write_text("nothing\n")
        (repo.path / "other.ini").write_text(LINE)
        assert places(gate(repo, "--staged", "--format", "json")) == [("config.ini", 1, None)]

    def test_nothing_staged_passes(self, repo: Repo) -> None:
        assert gate(repo, "--staged").code == 0

    def test_what_head_has_at_the_path_passes(self, repo: Repo) -> None:
        repo.commit({"config.ini": LINE})
        stage(repo, "config.ini", f"# moved down\n\nother = {TOKEN}\n{LINE}")
        assert gate(repo, "--staged").code == 0

    def test_a_rename_passes_and_a_copy_fails(self, repo: Repo) -> None:
        repo.commit({"config.ini": "[a]\n" * 20 + LINE})
        repo.git("mv", "config.ini", "settings.ini")
        assert gate(repo, "--staged").code == 0
        repo.git("reset", "--quiet", "--hard")
        stage(repo, "copy.ini", (repo.path / "config.ini").read_text())
        assert gate(repo, "--staged").code == 1

    def test_every_stage_of_an_unmerged_path_counts(self, repo: Repo) -> None:
        repo.commit({"config.ini": "a\n"})
        repo.git("checkout", "--quiet", "-b", "theirs")
        repo.commit({"config.ini": LINE})
        repo.git("checkout", "--quiet", "main")
        repo.commit({"config.ini": "b\n"})
        with pytest.raises(AssertionError):
            repo.git("merge", "--quiet", "theirs")
        assert places(gate(repo, "--staged", "--format", "json")) == [("config.ini", 1, None)]

    def test_without_commits_all_that_is_staged_counts(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "new")
        stage(repo, "config.ini", LINE)
        assert gate(repo, "--staged").code == 1

    def test_a_hook_reads_the_index_that_git_hands_it(self, repo: Repo, tmp_path: Path) -> None:
        """`git commit FILE` commits another index than the one that lies in the repository."""
        repo.commit({"a.ini": "a\n", "b.ini": "b\n"})
        (repo.path / "a.ini").write_text(LINE)
        out = tmp_path / "report.json"
        hook = repo.gitdir / "hooks" / "pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec {command(tmp_path)} gate --staged --format json -o {out}\n")
        hook.chmod(0o755)
        done = subprocess.run(["git", "commit", "-m", "x", "a.ini"], cwd=repo.path, env=hooked(tmp_path), capture_output=True, check=False)
        assert done.returncode == 1
        assert [one["occurrences"][0]["path"] for one in json.loads(out.read_text())["credentials"]] == ["a.ini"]


def command(tmp_path: Path) -> Path:
    """A script that runs keytrail as the tests do."""
    script = tmp_path / "keytrail"
    if not script.exists():
        script.write_text(f"#!{sys.executable}\n" + MAIN.replace("; ", "\n") + "\n")
        script.chmod(0o755)
    return script


def hooked(home: Path) -> dict[str, str]:
    """What git sees when it commits and runs our hook."""
    user = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    return environment(home, {**user, "GIT_CONFIG_GLOBAL": os.devnull})


class TestRange:
    def test_what_a_later_commit_takes_away_again_fails(self, repo: Repo) -> None:
        base = repo.git("rev-parse", "HEAD")
        brought = repo.commit({"config.ini": LINE})
        repo.commit({"config.ini": "nothing\n"})
        run = gate(repo, "--range", f"{base}..HEAD", "--format", "json")
        assert (run.code, places(run)) == (1, [("config.ini", 1, brought)])

    def test_what_was_there_before_passes(self, repo: Repo) -> None:
        repo.commit({"config.ini": LINE})
        repo.commit({"config.ini": f"\n\n{LINE}", "other.txt": "x\n"})
        repo.commit({"config.ini": None})
        assert gate(repo, "--range", "HEAD~2..HEAD").code == 0

    def test_a_revert_fails(self, repo: Repo) -> None:
        repo.commit({"config.ini": LINE})
        repo.commit({"config.ini": "nothing\n"})
        repo.git("revert", "--no-edit", "HEAD")
        assert gate(repo, "--range", "HEAD~1..HEAD").code == 1

    def test_a_commit_message_counts(self, repo: Repo) -> None:
        oid = repo.commit({"a.txt": "a\n"}, message=f"use {TOKEN}")
        run = gate(repo, "--range", "HEAD~1..HEAD", "--format", "json")
        assert (run.code, places(run)) == (1, [(f"commit:{oid}", 1, oid)])

    def test_since_begins_where_the_branches_parted(self, repo: Repo) -> None:
        repo.git("switch", "--quiet", "--create", "topic")
        repo.commit({"mine.txt": "x\n"})
        repo.git("switch", "--quiet", "main")
        repo.commit({"theirs.ini": LINE})
        repo.git("switch", "--quiet", "topic")
        assert gate(repo, "--since", "main").code == 0
        repo.commit({"mine.ini": f"token = {OTHER}\n"})
        assert places(gate(repo, "--since", "main", "--format", "json"))[0][0] == "mine.ini"

    def test_a_merge_that_slips_something_in_fails(self, repo: Repo) -> None:
        repo.git("switch", "--quiet", "--create", "topic")
        repo.commit({"topic.txt": "x\n"})
        repo.git("switch", "--quiet", "main")
        repo.commit({"main.txt": "x\n"})
        base = repo.git("rev-parse", "HEAD")
        repo.git("merge", "--quiet", "--no-commit", "--no-ff", "topic")
        stage(repo, "evil.ini", LINE)
        oid = repo.commit(message="merge")
        run = gate(repo, "--range", f"{base}..HEAD", "--format", "json")
        assert (run.code, places(run)) == (1, [("evil.ini", 1, oid)])


class TestWhatCannotBeSeen:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--range", "nowhere..HEAD"], "there is no commit called nowhere"),
            (["--since", "nowhere"], "there is no commit called nowhere"),
            (["--range", "HEAD..HEAD"], "HEAD..HEAD holds no commits"),
            (["--range", "HEAD"], "A..B"),
            (["--range", "--output=x..HEAD"], "--output=x"),
            (["--staged", "--since", "HEAD"], "name one change"),
            ([], "name one change"),
            (["--staged", "--baseline", "nowhere.toml"], "there is no baseline nowhere.toml"),
        ],
    )
    def test_is_one_line_and_no_pass(self, repo: Repo, arguments: list[str], said: str) -> None:
        run = gate(repo, *arguments)
        assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
        assert said in run.stderr
        assert not (repo.path / "x").exists()

    def test_a_bare_repository_has_no_index(self, tmp_path: Path) -> None:
        run = gate(Repo(tmp_path / "web.git", bare=True), "--staged")
        assert run.code == 2
        assert "bare" in run.stderr

    def test_a_missing_blob_is_no_pass(self, repo: Repo) -> None:
        repo.commit({"config.ini": "token = 1\n"})
        repo.loose(repo.git("rev-parse", "HEAD:config.ini")).unlink()
        run = gate(repo, "--range", "HEAD~1..HEAD")
        assert run.code == 2
        assert "the whole change could not be seen: config.ini (missing)" in run.stderr

    def test_a_blob_over_the_limit_is_no_pass(self, repo: Repo) -> None:
        stage(repo, "big.txt", "x" * 2000)
        assert gate(repo, "--staged", "--max-blob-size", "1000").code == 2

    @pytest.mark.parametrize("arguments", [["gate", "--staged"], ["gate", "--range", "HEAD~1..HEAD"], ["scan", "."]])
    @pytest.mark.parametrize(("room", "said"), [(0, "temporary files"), (40, "cannot write")])
    def test_a_full_disk_is_one_line_and_no_pass(self, repo: Repo, tmp_path: Path, arguments: list[str], room: int, said: str) -> None:
        """No file can have more than a few bytes: a disk that is full, as far as a process can tell."""
        repo.commit({"config.ini": "token = 1\n"})
        stage(repo, "other.ini", LINE)
        full = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"
        command = [sys.executable, "-c", f"{full}; {MAIN}", *arguments]
        done = subprocess.run(command, cwd=repo.path, env=environment(tmp_path), capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert said in done.stderr.replace("temporary file (TMPDIR)", "temporary files")

    def test_a_shallow_clone_says_what_helps(self, repo: Repo, tmp_path: Path) -> None:
        base = repo.git("rev-parse", "HEAD")
        repo.commit({"a.txt": "a\n"})
        repo.commit({"b.txt": "b\n"})
        clone = tmp_path / "clone"
        subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{repo.path}", str(clone)], check=True, capture_output=True)
        run = keytrail("gate", "--range", f"{base}..HEAD", cwd=clone)
        assert run.code == 2
        assert run.stderr.count("\n") == 1


class TestAllowed:
    def test_a_marker_lets_one_place_pass_and_is_said(self, repo: Repo) -> None:
        stage(repo, "config.ini", f"token = {TOKEN}  # keytrail:allow an example\n")
        run = gate(repo, "--staged")
        assert run.code == 0
        assert "1 suppressed" in run.stdout
        assert "allowed in this change" in run.stdout
        assert "an example" in run.stdout

    def test_markers_can_be_turned_off(self, repo: Repo) -> None:
        stage(repo, "config.ini", f"token = {TOKEN}  # keytrail:allow an example\n")
        assert gate(repo, "--staged", "--no-inline-allow").code == 1

    def test_a_marker_for_one_place_is_none_for_another(self, repo: Repo) -> None:
        stage(repo, "a.ini", f"token = {TOKEN}  # keytrail:allow\n")
        stage(repo, "b.ini", LINE)
        assert places(gate(repo, "--staged", "--format", "json")) == [("b.ini", 1, None)]
