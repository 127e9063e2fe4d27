from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.sources.changes import commit_named, parse_range, root_commits
from tests.scanner.sources.changes.opening import opened, ranged
from tests.support.repos import Repo


@pytest.mark.parametrize(
    ("text", "ends"),
    [("a..b", ("a", "b")), ("a..", ("a", "HEAD")), ("..b", ("HEAD", "b")), ("v1.0..v1.1^", ("v1.0", "v1.1^")), ("--x..-y", ("--x", "-y"))],
)
def test_a_range_has_two_ends(text: str, ends: tuple[str, str]) -> None:
    assert parse_range(text) == ends


@pytest.mark.parametrize("text", ["", "a", "..", "a...b", "...", "a..b..c", "a....b", "a.b", "\x1b[31m"])
def test_anything_else_is_no_range(text: str) -> None:
    with pytest.raises(UsageError, match=r"^[ -~]* is not a range: it is written A\.\.B$"):
        parse_range(text)


def test_names_are_those_that_git_knows(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    one, two = repo.commit({"a": "1"}), repo.commit({"a": "2"})
    repo.git("tag", "-a", "-m", "x", "v1", one)
    repo.git("update-ref", "refs/remotes/origin/main", one)
    repo.git("update-ref", "refs/heads/--output=x", one)
    repo.git("update-ref", "refs/heads/caf\u00e9/%s;$(x)", one)
    repo.git("pack-refs", "--all")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    names = {
        **dict.fromkeys(("HEAD~1", "main^", "v1", "v1^{}", "origin", "origin/main", one, one[:9], "--output=x", "caf\u00e9/%s;$(x)"), one),
        **dict.fromkeys(("HEAD", "main", "refs/heads/main", "@"), two),
    }
    with opened(tmp_path) as repository:
        assert {name: commit_named(repository, name) for name in names} == names


@pytest.mark.parametrize(
    "name",
    [
        *("nowhere", "--output=x", "--all", "-", "", " ", "^main", "main:a", "HEAD:", "main\nmain", "main\0", "\x1b[31m", "a" * 5000),
        *("f" * 40, "0" * 40, "f" * 64, "deadbeef", "main~5", ":a", "HEAD^{tree}", "\udce9", "* commit 5", "main main"),
    ],
)
def test_what_stands_for_no_commit_is_refused(tmp_path: Path, name: str) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    with opened(tmp_path) as repository:
        assert commit_named(repository, name) is None
    if name:
        with pytest.raises(UsageError, match=r"^there is no commit called [ -~]*$"):
            ranged(tmp_path, f"{name}..HEAD")
    assert {path.name for path in tmp_path.iterdir()} == {".git", "a"}


def test_the_roots_of_a_history_are_known(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    with opened(tmp_path) as repository:
        assert root_commits(repository) == ()
    one = repo.commit({"a": "1"})
    repo.git("checkout", "--quiet", "--orphan", "other")
    two = repo.commit({"b": "1"})
    repo.git("merge", "--quiet", "--no-edit", "--allow-unrelated-histories", "main")
    with opened(tmp_path) as repository:
        assert root_commits(repository) == tuple(sorted((one, two)))


def test_the_roots_of_a_shallow_clone_are_not(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    repo.commit({"a": "1"})
    repo.commit({"a": "2"})
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "clone"))
    with opened(tmp_path / "clone") as repository:
        assert root_commits(repository) == ()


def test_roots_behind_a_missing_commit_are_not_known(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    lost = repo.commit({"a": "2"})
    repo.commit({"a": "3"})
    repo.loose(lost).unlink()
    with opened(tmp_path) as repository:
        assert root_commits(repository) == ()
