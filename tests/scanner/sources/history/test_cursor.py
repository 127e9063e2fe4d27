from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.sources.history import Layout, discover
from scanner.sources.history.cursor import cursor
from tests.support.repos import Repo

Change = Callable[[Repo], object]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit({"a": "one"})
    made.commit({"a": "two"})
    return made


def _layout(path: Path) -> Layout:
    layout, problems = discover(path)
    assert layout is not None, problems
    return layout


def _cursor(path: Path) -> str:
    return cursor(_layout(path))


def _append(name: str, content: bytes) -> Change:
    def change(repo: Repo) -> None:
        path = repo.gitdir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            stream.write(content)

    return change


CHANGES: dict[str, Change] = {
    "commit": lambda repo: repo.commit({"a": "three"}),
    "empty commit": lambda repo: repo.commit(),
    "branch": lambda repo: repo.git("branch", "side"),
    "branch moved back": lambda repo: repo.git("update-ref", "refs/heads/main", "HEAD~1"),
    "ref deleted": lambda repo: repo.git("update-ref", "-d", "refs/heads/main"),
    "tag": lambda repo: repo.git("tag", "v1"),
    "stash": lambda repo: (_append("../a", b"x")(repo), repo.git("stash")),
    "head": lambda repo: repo.git("symbolic-ref", "HEAD", "refs/heads/other"),
    "detached": lambda repo: repo.git("checkout", "--quiet", "--detach"),
    "packed refs": lambda repo: repo.git("pack-refs", "--all"),
    "loose object": lambda repo: repo.blob("dangling"),
    "object gone": lambda repo: repo.loose(repo.git("rev-parse", "HEAD")).unlink(),
    "packed": lambda repo: repo.pack(),
    "pseudo ref": _append("ORIG_HEAD", b"0" * 40 + b"\n"),
    "fetched": _append("FETCH_HEAD", b"0" * 40 + b"\n"),
    "shallow": _append("shallow", b"0" * 40 + b"\n"),
    "reflog": _append("logs/HEAD", b"x"),
    "symbolic ref": lambda repo: repo.git("symbolic-ref", "refs/heads/alias", "refs/heads/main"),
    "worktree": lambda repo: repo.git("worktree", "add", "--quiet", "--detach", "../tree"),
    "alternates": _append("objects/info/alternates", b"/nowhere\n"),
    "reftable": _append("reftable/x.ref", b"x"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(repo: Repo, change: Change) -> None:
    before = _cursor(repo.path)
    change(repo)
    assert _cursor(repo.path) != before


def test_nothing_changed(repo: Repo) -> None:
    repo.git("branch", "side")
    repo.pack()
    repo.blob("loose")
    before = _cursor(repo.path)
    repo.git("status")
    repo.git("log", "--oneline")
    assert _cursor(repo.path) == before


def test_the_work_tree_and_the_index_do_not_count(repo: Repo) -> None:
    before = _cursor(repo.path)
    (repo.path / "a").write_text("three")
    repo.git("update-index", "--assume-unchanged", "a")
    assert _cursor(repo.path) == before


def test_a_store_that_is_borrowed_from_counts(tmp_path: Path, repo: Repo) -> None:
    repo.git("clone", "--quiet", "--shared", str(repo.path), str(tmp_path / "clone"))
    before = _cursor(tmp_path / "clone")
    repo.blob("dangling")
    assert _cursor(tmp_path / "clone") != before


def test_a_store_beside_the_repository_counts(tmp_path: Path, repo: Repo) -> None:
    other = Repo(tmp_path / "other")
    layout = replace(_layout(repo.path), extra_objects=(other.gitdir / "objects",))
    before = cursor(layout)
    other.blob("pushed")
    assert cursor(layout) != before


def test_the_head_of_a_linked_worktree_counts(repo: Repo) -> None:
    repo.git("worktree", "add", "--quiet", "--detach", "../tree")
    before = (_cursor(repo.path), _cursor(repo.path.parent / "tree"))
    repo.git("-C", "../tree", "symbolic-ref", "HEAD", "refs/heads/other")
    after = (_cursor(repo.path), _cursor(repo.path.parent / "tree"))
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_copy_that_keeps_its_times_is_the_same(tmp_path: Path, repo: Repo) -> None:
    before = _cursor(repo.path)
    repo.path.rename(tmp_path / "old")
    shutil.copytree(tmp_path / "old", repo.path, symlinks=True)
    assert _cursor(repo.path) == before


def _fifo(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)


def _link(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("refs/heads/main")


def _folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


@pytest.mark.parametrize("spoil", [_fifo, _link, _folder])
@pytest.mark.parametrize("name", ["HEAD", "refs/heads/main", "packed-refs", "shallow", "logs/HEAD", "objects/pack/x.pack"])
def test_what_is_no_file_is_seen_and_not_waited_for(repo: Repo, name: str, spoil: Callable[[Path], None]) -> None:
    layout = _layout(repo.path)
    before = cursor(layout)
    spoil(repo.gitdir / name)
    after = cursor(layout)
    assert after != before
    assert cursor(layout) == after


@pytest.mark.parametrize("spoil", [_fifo, _link, _folder])
def test_alternates_that_cannot_be_read_are_none(repo: Repo, spoil: Callable[[Path], None]) -> None:
    before = _cursor(repo.path)
    spoil(repo.gitdir / "objects/info/alternates")
    assert _cursor(repo.path) == before


@pytest.mark.parametrize("name", ["refs", "logs", "objects", "objects/pack", "worktrees"])
def test_a_file_in_place_of_a_folder_is_no_error(repo: Repo, name: str) -> None:
    layout = _layout(repo.path)
    shutil.rmtree(repo.gitdir / name, ignore_errors=True)
    (repo.gitdir / name).touch()
    assert cursor(layout) == cursor(layout)


def test_alternates_in_a_circle_end(tmp_path: Path, repo: Repo) -> None:
    other = Repo(tmp_path / "other")
    (other.gitdir / "objects/info/alternates").write_text(f"{repo.gitdir}/objects\n")
    (repo.gitdir / "objects/info/alternates").write_text(f"{other.gitdir}/objects\n")
    before = _cursor(repo.path)
    other.blob("borrowed")
    assert _cursor(repo.path) != before


def test_loose_objects_and_packs_that_lie_elsewhere_count(tmp_path: Path, repo: Repo) -> None:
    oid = repo.blob("dangling")
    for path in (repo.loose(oid).parent, repo.gitdir / "objects/pack"):
        path.rename(tmp_path / path.name)
        path.symlink_to(tmp_path / path.name)
    seen = [_cursor(repo.path)]
    repo.loose(oid).unlink()
    seen.append(_cursor(repo.path))
    (tmp_path / "pack/x.pack").touch()
    seen.append(_cursor(repo.path))
    assert len(set(seen)) == 3


def test_folders_that_are_nested_too_deeply_are_no_error(repo: Repo) -> None:
    (repo.gitdir / "refs/heads" / "/".join("x" * 100)).mkdir(parents=True)
    assert _cursor(repo.path) == _cursor(repo.path)
