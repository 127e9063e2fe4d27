from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.errors import UnreadableError, UsageError
from scanner.sources.changes import file_at, staged_file
from tests.scanner.sources.changes.opening import opened
from tests.support.repos import Repo

NAMES = ["keytrail.toml", "sub/deep/file", "tab\t", "new\nline", ":(top)x", ":/x", "*", "-x", '"q"', os.fsdecode(b"caf\xe9")]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_as_commit_and_index_have_it(tmp_path: Path, name: str) -> None:
    repo = Repo(tmp_path)
    old = repo.commit({name: "old", "other": "x"})
    repo.commit({name: "new"})
    (tmp_path / name).write_text("staged")
    repo.git("--literal-pathspecs", "add", "--", name)
    (tmp_path / name).write_text("worktree")
    with opened(tmp_path) as repository:
        contents = (
            file_at(repository, old, name, 100),
            file_at(repository, repository.head, name, 100),
            staged_file(repository, name, 100),
        )
    assert contents == (b"old", b"new", b"staged")


@pytest.mark.parametrize(
    "path", ["nowhere", "sub", "sub/", "link", "gitlink", "", ".", "..", "./file", "sub/../file", "/file", "file/x", "fil?", "*", "a\0b"]
)
def test_what_is_no_regular_file_is_none(tmp_path: Path, path: str) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"file": "x", "sub/file": "y"})
    (tmp_path / "link").symlink_to("file")
    repo.git("add", "link")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},gitlink")
    repo.commit()
    with opened(tmp_path) as repository:
        assert (file_at(repository, repository.head, path, 100), staged_file(repository, path, 100)) == (None, None)


def test_no_commit_has_no_file(tmp_path: Path) -> None:
    Repo(tmp_path)
    with opened(tmp_path) as repository:
        assert (file_at(repository, None, "a", 100), staged_file(repository, "a", 100)) == (None, None)


def test_the_limit_is_the_longest_that_is_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"a": "x" * 10})
    with opened(tmp_path) as repository:
        assert (file_at(repository, head, "a", 10), staged_file(repository, "a", 10)) == (b"x" * 10, b"x" * 10)
        with pytest.raises(UnreadableError, match="too-large"):
            file_at(repository, head, "a", 9)
        with pytest.raises(UnreadableError, match="too-large"):
            staged_file(repository, "a", 9)


@pytest.mark.parametrize("which", ["blob", "tree", "commit"])
def test_a_missing_object_is_said(tmp_path: Path, which: str) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"a": "x"})
    oids = {"blob": repo.blob("x"), "tree": repo.git("rev-parse", "HEAD^{tree}"), "commit": head}
    repo.loose(oids[which]).unlink()
    with opened(tmp_path) as repository, pytest.raises(UnreadableError, match="damaged"):
        file_at(repository, head, "a", 100)


def test_an_unsettled_merge_has_no_file(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "base\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({"a": "theirs\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"a": "ours\n"})
    with pytest.raises(AssertionError, match="merge"):
        repo.git("merge", "side")
    with opened(tmp_path) as repository:
        assert staged_file(repository, "a", 100) is None


def test_a_sparse_index_has_the_files_that_are_checked_out(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"top": "1", "in/a": "1", "out/b": "1"})
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    (tmp_path / "top").write_text("22")
    repo.git("add", "top")
    with opened(tmp_path) as repository:
        assert [staged_file(repository, path, 100) for path in ("top", "in/a", "out/b")] == [b"22", b"1", None]


def test_a_bare_repository_has_no_staged_file(tmp_path: Path) -> None:
    Repo(tmp_path, bare=True)
    with opened(tmp_path) as repository, pytest.raises(UsageError, match="is bare"):
        staged_file(repository, "a", 100)


def test_an_index_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    (repo.gitdir / "index").symlink_to("elsewhere")
    with opened(tmp_path) as repository, pytest.raises(UnreadableError, match="a link"):
        staged_file(repository, "a", 100)
