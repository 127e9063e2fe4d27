"""Whatever changes below a folder is told without opening a file, and what has no consequence is not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.sources import standing as module
from scanner.sources.history import discover, stands
from scanner.sources.standing import standing
from tests.support.repos import Repo


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "top"
    for name in ("a", "b/c", "b/d", "e/f/g"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("1234\n")
    (folder / "link").symlink_to("a")
    (folder / "void").symlink_to("nothing")
    return folder


def _with_old_time(file: Path) -> None:
    status = file.stat()
    file.write_text("4321\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def _link(place: Path, target: str) -> None:
    place.unlink()
    place.symlink_to(target)


def _other_folder(top: Path) -> None:
    """Another folder with the very same files."""
    (top / "new").mkdir()
    for file in list((top / "b").iterdir()):
        file.rename(top / "new" / file.name)
    (top / "b").rmdir()
    (top / "new").rename(top / "b")


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda top: (top / "b/c").write_text("12345\n"),
    "content with its old time": lambda top: _with_old_time(top / "e/f/g"),
    "mode": lambda top: (top / "a").chmod(0o600),
    "name": lambda top: (top / "b/c").rename(top / "b/x"),
    "place": lambda top: (top / "b/c").rename(top / "e/c"),
    "new file": lambda top: (top / "e/new").touch(),
    "new folder": lambda top: (top / "e/new").mkdir(),
    "another folder": _other_folder,
    "file gone": lambda top: (top / "b/d").unlink(),
    "link": lambda top: _link(top / "link", "b"),
    "name that is no text": lambda top: Path(os.fsdecode(os.fsencode(top) + b"/\xff")).touch(),
}


@pytest.mark.parametrize("tree", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_told(top: Path, change: str, *, tree: bool) -> None:
    before = standing(top, tree=tree)
    assert before == standing(top, tree=tree)
    time.sleep(0.02)
    CHANGES[change](top)
    after = standing(top, tree=tree)
    if change == "link" and not tree:
        assert after is None
        return
    assert before is not None
    assert after is not None
    assert after.state != before.state


@pytest.mark.parametrize("tree", [False, True])
def test_a_file_that_came_and_went_has_changed_nothing_but_moments(top: Path, *, tree: bool) -> None:
    before = standing(top, tree=tree)
    time.sleep(0.02)
    (top / "b/lock").touch()
    (top / "b/lock").unlink()
    after = standing(top, tree=tree)
    assert before is not None
    assert after is not None
    assert (after.state, after.newest) == (before.state, before.newest)
    assert after.moments != before.moments


def test_the_newest_change_counts(top: Path) -> None:
    now = standing(top, tree=True)
    assert now is not None
    assert now.newest == max(path.lstat().st_ctime_ns for path in (top / "a", top / "b/c", top / "b/d", top / "e/f/g", top / "void"))
    ahead = time.time_ns() + 10**12
    os.utime(top / "b/c", ns=(0, ahead))
    later = standing(top, tree=True)
    assert later is not None
    assert later.newest == ahead


def test_work_trees_of_others_are_named_and_not_entered(top: Path) -> None:
    for name in (".git", "e/.git", "b/z/.git", "b/y/.git"):
        (top / name).mkdir(parents=True)
    before = standing(top, tree=True)
    (top / "e/f/g").write_text("other\n")
    (top / ".git" / "x").touch()
    assert before is not None
    assert before.nested == (b"b/y", b"b/z", b"e")
    assert before == standing(top, tree=True)
    whole = standing(top, tree=False)
    assert whole is not None
    assert whole.nested == ()
    (top / "e/.git" / "x").touch()
    assert standing(top, tree=False) != whole


def test_where_a_link_leads_counts_outside_of_work_trees(top: Path) -> None:
    outside = top.parent / "outside"
    outside.write_text("1\n")
    (top / "out").symlink_to(outside)
    trees, whole = standing(top, tree=True), standing(top, tree=False)
    outside.write_text("22\n")
    assert standing(top, tree=True) == trees
    assert standing(top, tree=False) != whole
    (top / "void").unlink()
    (top / "void").symlink_to("b")
    assert standing(top, tree=False) is None


def test_nothing_is_told_where_not_all_can_be(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert standing(top / "missing", tree=True) is None
    assert standing(top / "a", tree=True) is None
    with monkeypatch.context() as patched:
        patched.setattr(module, "_LISTED", 5)
        assert standing(top, tree=True) is None
    for name in ("HEAD", "objects", "refs"):
        (top / "b" / name).mkdir()
    assert standing(top, tree=True) is None


def test_a_path_that_is_too_long_is_no_error(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=folder)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    assert standing(tmp_path, tree=True) is None


@pytest.mark.parametrize("line", ["{store}", "{store}\r", "#{store}\n{store}", '"{store}"'])
def test_the_store_that_a_repository_borrows_from_stands_with_it(tmp_path: Path, line: str) -> None:
    repo, lender = Repo(tmp_path / "repo"), Repo(tmp_path / "lender")
    store = Path(f"{lender.path}/.git/objects")
    if line.endswith("\r"):
        Path(f"{store}\r").symlink_to(store)
    (repo.path / ".git/objects/info/alternates").write_text(line.format(store=store))
    layout, _ = discover(repo.path)
    assert layout is not None
    before = stands(layout)
    lender.blob("something\n")
    assert before is not None
    assert stands(layout) != before


def test_a_store_that_is_a_link_stands_with_it(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    (repo.path / ".git/objects").rename(tmp_path / "objects")
    (repo.path / ".git/objects").symlink_to(tmp_path / "objects")
    layout, _ = discover(repo.path)
    assert layout is not None
    before = stands(layout)
    repo.blob("something\n")
    assert before is not None
    assert stands(layout) != before


def test_a_store_that_is_not_there_tells_nothing(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    (repo.path / ".git/objects/info/alternates").write_text(f"{tmp_path}/nowhere\n")
    layout, _ = discover(repo.path)
    assert layout is not None
    assert stands(layout) is None
