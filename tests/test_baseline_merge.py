"""Baselines that two branches add to, and git's own merge of them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.baselines import FILE, Baseline
from tests.support.repos import Repo, environment

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7}).*\n", re.MULTILINE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def repo(tmp_path: Path, home: Path) -> Repo:
    """A repository with a baseline that has entries for `f.ini` and `t.ini`."""
    made = Repo(tmp_path / "web")
    made.commit({"f.ini": line(1), "t.ini": line(2)})
    assert Baseline(made.path, home)("create", "--reason", "old").code == 0
    made.git("add", FILE)
    made.commit(message="baseline")
    return made


def line(seed: int) -> str:
    return f"token = {tokens.npm(60 + seed)}\n"


def branch(repo: Repo, home: Path, name: str, files: dict[str, str], *arguments: str) -> None:
    """A branch of main that brings files and accepts them."""
    repo.git("checkout", "--quiet", "-b", name, "main")
    repo.commit(dict(files))
    assert Baseline(repo.path, home)("update", *arguments).code == 0
    repo.git("add", FILE)
    repo.commit(message=f"accept {name}")


def merged(repo: Repo) -> bool:
    """Whether git merges the branch `theirs` into `ours` by itself."""
    repo.git("checkout", "--quiet", "ours")
    merge = ["git", "merge", "--quiet", "--no-edit", "theirs"]
    done = subprocess.run(merge, cwd=repo.path, env=environment(), capture_output=True, check=False)
    return done.returncode == 0


def keep_both(baseline: Baseline) -> None:
    """What the message about conflict markers says."""
    baseline.write(_CONFLICT.sub("", baseline.text))


def is_complete(baseline: Baseline) -> bool:
    """Whether everything in the repository is accepted, and everything that is accepted is there."""
    return baseline.run("scan", "--baseline", FILE).code == 0 and baseline.done("prune") == []


def test_entries_in_different_spots_merge_by_themselves(repo: Repo, home: Path) -> None:
    branch(repo, home, "ours", {"a.ini": line(3)}, "--reason", "new")
    branch(repo, home, "theirs", {"z.ini": line(4)}, "--reason", "new")
    assert merged(repo)
    baseline = Baseline(repo.path, home)
    assert [places for places, _, _ in baseline.entries()] == [("a.ini",), ("f.ini",), ("t.ini",), ("z.ini",)]
    assert is_complete(baseline)


@pytest.mark.parametrize("end", [(), ("--until", "2999-12-31")])
def test_entries_in_one_spot_are_both_kept(repo: Repo, home: Path, end: tuple[str, ...]) -> None:
    """They have kind, reason and end in common, which git would take out of the conflict at either end of it."""
    branch(repo, home, "ours", {"g.ini": line(3), "h.ini": line(4)}, "--reason", "new", *end)
    branch(repo, home, "theirs", {"i.ini": line(5), "g.ini": line(3)}, "--reason", "new", *end)
    assert not merged(repo)
    baseline = Baseline(repo.path, home)
    refused = baseline.run("scan", "--baseline", FILE)
    assert (refused.code, refused.stderr.count("\n")) == (2, 1)
    assert "a merge left conflict markers (line " in refused.stderr
    keep_both(baseline)
    repo.git("add", "--all")
    new = [one for one in baseline.entries() if one[1] == "new"]
    assert {places for places, _, _ in new} == {("g.ini",), ("h.ini",), ("i.ini",)}
    assert {until for _, _, until in new} == {end[1] if end else ""}
    assert is_complete(baseline)


@pytest.mark.parametrize("files", [("g.ini",), ("g.ini", "h.ini")])
def test_different_tokens_in_the_same_files_are_both_kept(repo: Repo, home: Path, files: tuple[str, ...]) -> None:
    end = ("--reason", "new", "--until", "2999-12-31")
    branch(repo, home, "ours", {name: line(3) for name in files}, *end)
    branch(repo, home, "theirs", {name: line(4) for name in files}, *end)
    assert not merged(repo)
    baseline = Baseline(repo.path, home)
    keep_both(baseline)
    for name in files:
        (repo.path / name).write_text(line(3) + line(4))
    repo.git("add", "--all")
    repo.commit(message="merge")
    repo.git("prune", "--expire=now")  # git keeps what it wrote between conflict markers
    assert [one for one in baseline.entries() if one[0] == files] == [(files, "new", "2999-12-31")] * 2
    assert is_complete(baseline)


def test_places_of_one_credential_are_both_kept(repo: Repo, home: Path) -> None:
    branch(repo, home, "ours", {"g.ini": line(1)}, "--reason", "old")
    branch(repo, home, "theirs", {"h.ini": line(1)}, "--reason", "old")
    assert not merged(repo)
    baseline = Baseline(repo.path, home)
    keep_both(baseline)
    repo.git("add", "--all")
    assert (("f.ini", "g.ini", "h.ini"), "old", "") in baseline.entries()
    assert is_complete(baseline)


def test_the_union_driver_of_git_does_that_by_itself(repo: Repo, home: Path) -> None:
    (repo.gitdir / "info" / "attributes").write_text(f"{FILE} merge=union\n")
    branch(repo, home, "ours", {"g.ini": line(3)}, "--reason", "new")
    branch(repo, home, "theirs", {"h.ini": line(4)}, "--reason", "new")
    assert merged(repo)
    assert is_complete(Baseline(repo.path, home))
