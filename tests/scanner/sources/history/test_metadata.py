from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.model import Blob
from scanner.sources.files import FileRef, read_file
from scanner.sources.history import discover, metadata_files
from scanner.sources.tree import NestedRepository
from tests.support.repos import Repo


def _met(path: Path) -> dict[str, object]:
    layout, _ = discover(path)
    assert layout is not None
    return {found.path: found for found in metadata_files(layout, "box")}


def _repo(path: Path) -> Repo:
    repo = Repo(path)
    repo.commit({"a": "a"})
    return repo


def test_gits_own_files_are_met_without_objects_and_index(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    repo.pack()
    expected = {"config", "description", "HEAD", "COMMIT_EDITMSG", "logs/HEAD", "logs/refs/heads/main", "info/exclude"}
    for name in ("FETCH_HEAD", "ORIG_HEAD", "hooks/pre-push", "packed-refs", "rebase-apply/patch", "worktrees/w/config.worktree"):
        (repo.gitdir / name).parent.mkdir(parents=True, exist_ok=True)
        (repo.gitdir / name).write_text("x")
        expected.add(name)
    found = {path for path in _met(tmp_path) if not path.endswith(".sample")}
    assert found == {f".git/{name}" for name in expected}


def test_they_can_be_read_by_what_is_yielded(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    (repo.gitdir / "FETCH_HEAD").write_text("address")
    ref = _met(tmp_path)[".git/FETCH_HEAD"]
    assert isinstance(ref, FileRef)
    blob = read_file(ref, 100)
    assert isinstance(blob, Blob)
    assert (blob.container, blob.path, blob.data) == ("box", ".git/FETCH_HEAD", b"address")


@pytest.mark.parametrize("name", ["", ".git"])
def test_where_the_target_is_the_git_folder_paths_begin_in_it(tmp_path: Path, name: str) -> None:
    Repo(tmp_path, bare=not name)
    found = _met(tmp_path / name)
    assert {"config", "HEAD"} <= set(found)


def test_submodules_are_included_and_their_objects_are_not(tmp_path: Path) -> None:
    _repo(tmp_path / "inner")
    outer = _repo(tmp_path / "outer")
    outer.git("submodule", "--quiet", "add", str(tmp_path / "inner"), "sub")
    found = set(_met(outer.path))
    assert ".git/modules/sub/config" in found
    assert not [path for path in found if "/objects/" in path]


def test_a_linked_worktree_has_the_files_of_its_repository(tmp_path: Path) -> None:
    repo = _repo(tmp_path / "main")
    repo.git("worktree", "add", "--quiet", "../linked")
    assert {".git/config", ".git/worktrees/linked/logs/HEAD"} <= set(_met(tmp_path / "linked"))


def test_a_ref_that_holds_more_than_an_id_is_met(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    (repo.gitdir / "refs/heads/odd").write_text("something else")
    found = set(_met(tmp_path))
    assert ".git/refs/heads/odd" in found
    assert ".git/refs/heads/main" not in found


def test_what_is_no_file_is_counted_and_links_are_not_followed(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    os.mkfifo(repo.gitdir / "fifo")
    (repo.gitdir / "hooks/link").symlink_to("/etc/hostname")
    (repo.gitdir / "folder").symlink_to("/etc", target_is_directory=True)
    found = _met(tmp_path)
    assert {path: getattr(found[f".git/{path}"], "reason", None) for path in ("fifo", "hooks/link", "folder")} == {
        "fifo": "fifo",
        "hooks/link": "link",
        "folder": "link",
    }


def test_names_that_are_not_utf8_can_be_read(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    (repo.gitdir / os.fsdecode(b"caf\xe9")).write_text("x")
    ref = _met(tmp_path)[".git/caf\\xe9"]
    assert isinstance(ref, FileRef)
    assert isinstance(read_file(ref, 10), Blob)


def test_too_many_files_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = _repo(tmp_path)
    monkeypatch.setattr("scanner.sources.history.metadata._FILES", 5)
    for number in range(20):
        (repo.gitdir / f"x{number}").write_text("x")
    assert ".git/" in _met(repo.path)


def test_folders_that_are_nested_without_end_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = _repo(tmp_path)
    monkeypatch.setattr("scanner.sources.history.metadata._DEPTH", 3)
    (repo.gitdir / "a/b/c/d/e/f").mkdir(parents=True)
    assert "too-large" in {getattr(found, "reason", None) for found in _met(repo.path).values()}


def test_a_work_tree_among_them_is_left_to_the_caller(tmp_path: Path) -> None:
    store = Repo(tmp_path / "web", bare=True)
    store.git("fetch", "--quiet", str(_repo(tmp_path / "first").path), "main:main")
    store.git("worktree", "add", "--quiet", "trees/main", "main")
    found = _met(store.path)
    assert found["trees/main"] == NestedRepository("box", str(store.path), "trees/main", b"trees/main")
    assert [path for path in found if path.startswith("trees/main/")] == []
