"""What of a range cannot be seen, and what is seen all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import IncompleteError, UsageError
from scanner.sources.changes import between
from scanner.sources.history import Limits, Repository, discover
from tests.scanner.sources.changes.opening import newer, opened, ranged
from tests.support.repos import Repo

LINES = "".join(f"line {number}\n" for number in range(40))


def test_a_shallow_clone_shows_what_lies_before_its_boundary(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    for number in range(4):
        repo.commit({"a": str(number)})
    repo.git("clone", "--quiet", "--depth=2", f"file://{repo.path}", str(tmp_path / "clone"))
    seen = ranged(tmp_path / "clone", "HEAD~1..HEAD")
    assert (seen.brought, seen.complaints) == ({("a", b"3")}, set())


def test_a_boundary_inside_the_range_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    repo.commit({"a": "1"})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({"b": "1"})
    repo.git("checkout", "--quiet", "main")
    cut = repo.commit({"a": "2"})
    tip = repo.commit({"a": "3"})
    repo.git("clone", "--quiet", "--depth=2", "--no-single-branch", f"file://{repo.path}", str(tmp_path / "clone"))
    seen = ranged(tmp_path / "clone", "origin/side..origin/main")
    assert seen.complaints == {(f"commit:{cut}", "shallow")}
    assert seen.changes == [(tip, "a", {b"2"}, b"3")]


def test_a_shallow_clone_says_how_to_get_the_rest(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    repo.commit({"a": "1"})
    for name in ("side", "main"):
        repo.git("checkout", "--quiet", "-B", name, "main")
        repo.commit({name: "2"})
    repo.git("clone", "--quiet", "--depth=1", "--no-tags", "--no-single-branch", f"file://{repo.path}", str(tmp_path / "clone"))
    with pytest.raises(IncompleteError, match=r"git fetch --unshallow.*fetch-depth: 0"):
        newer(tmp_path / "clone", "origin/side")
    with pytest.raises(UsageError, match=r"no commit called HEAD~1 .*fetch-depth: 0"):
        ranged(tmp_path / "clone", "HEAD~1..HEAD")


def test_a_tip_and_a_base_that_were_fetched_one_by_one_are_enough(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    commits = [repo.commit({"a": str(number)}) for number in range(3)]
    clone = Repo(tmp_path / "clone")
    for commit in commits[1:]:
        clone.git("fetch", "--quiet", "--depth=1", f"file://{repo.path}", commit)
    seen = ranged(clone.path, f"{commits[1]}..{commits[2]}")
    assert (seen.changes, seen.complaints) == ([(commits[2], "a", {b"1"}, b"2")], set())


@pytest.mark.parametrize("which", ["one", "two"])
def test_a_missing_blob_is_named_by_its_path(tmp_path: Path, which: str) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "one"})
    repo.commit({"a": "two"})
    repo.loose(repo.blob(which)).unlink()
    with opened(tmp_path) as repository:
        found = between(repository, "HEAD~1", "HEAD")
    assert {(entry.path, entry.reason.value) for entry in found.unscanned} == {("a", "missing")}


def test_what_a_partial_clone_left_out_is_said_to_be_elsewhere(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.commit({"a": "1"})
    repo.commit({"a": "2"})
    repo.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "clone"))
    with opened(tmp_path / "clone") as repository:
        found = between(repository, "HEAD~1", "HEAD")
    assert {(entry.path, entry.reason.value) for entry in found.unscanned} == {("a", "partial-clone")}


def test_a_missing_blob_does_not_hide_the_rest_of_a_commit_with_renames(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": LINES})
    repo.commit({"a": None, "b": LINES + "more", "c": "other"})
    repo.loose(repo.blob(LINES + "more")).unlink()
    with opened(tmp_path) as repository:
        found = between(repository, "HEAD~1", "HEAD")
    assert [(entry.path, entry.reason.value) for entry in found.unscanned] == [("b", "missing")]
    assert {change.path for change in found.chronicle.changes} == {"a", "b", "c"}


def test_a_missing_tree_costs_its_commit_only(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    broken = repo.commit({"sub/a": "2"})
    good = [repo.commit({"b": "3"}), repo.commit({"b": "4"})]
    tree = repo.git("rev-parse", f"{broken}^{{tree}}")
    repo.loose(tree).unlink()
    seen = ranged(tmp_path, "HEAD~3..HEAD")
    assert {(f"commit:{oid}", "damaged") for oid in (broken, good[0])} == seen.complaints
    assert seen.changes == [(good[1], "b", {b"3"}, b"4")]


def test_a_missing_commit_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "1"})
    lost = repo.commit({"a": "2"})
    tip = repo.commit({"a": "3"})
    repo.loose(lost).unlink()
    assert (f"commit:{tip}", "damaged") in ranged(tmp_path, f"{base}..HEAD").complaints


def test_what_is_too_large_to_be_read_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    repo.commit({"a": "x" * 5000})
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout, max_blob_size=4000, tips=False) as repository:
        found = between(repository, "HEAD~1", "HEAD")
    assert [(entry.path, entry.reason.value) for entry in found.unscanned] == [("a", "too-large")]


def test_a_commit_that_git_takes_and_nobody_made_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "1"})
    tree = repo.git("rev-parse", "HEAD^{tree}")
    parents = f"parent {base}\n" * 300
    forged = repo.forge("commit", f"tree {tree}\n{parents}author a <b> 1 +0000\ncommitter a <b> 1 +0000\n\nx".encode())
    assert ranged(tmp_path, f"{base}..{forged}").complaints == {(f"commit:{forged}", "damaged")}


def test_a_shallow_file_that_hides_commits_of_the_range_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "1"})
    repo.commit({"a": "secret"})
    tip = repo.commit({"a": "2"})
    (repo.gitdir / "shallow").write_text(f"{tip}\n")
    assert ranged(tmp_path, f"{base}..{tip}").complaints == {(f"commit:{tip}", "shallow")}


def test_a_git_that_gives_up_on_renames_is_asked_for_the_plain_change(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    big = [bytes([number]) * (40 << 20) for number in (1, 2)]
    repo.commit({"a": big[0]})
    repo.commit({"a": None, "b": big[1]})
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout, limits=Limits(memory=64 << 20), tips=False) as repository:
        found = between(repository, "HEAD~1", "HEAD")
    assert ({change.path for change in found.chronicle.changes}, found.unscanned) == ({"a", "b"}, ())
