from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.model import Reason
from scanner.sources.history import discover, is_repository, modules
from tests.support.repos import Repo


def test_a_work_tree_has_its_git_folder_inside(tmp_path: Path) -> None:
    Repo(tmp_path)
    layout, problems = discover(tmp_path)
    assert layout is not None
    assert (layout.gitdir, layout.common, layout.worktree, layout.prefix) == (tmp_path / ".git", tmp_path / ".git", tmp_path, ".git/")
    assert problems == ()


def test_a_bare_repository_is_its_own_git_folder(tmp_path: Path) -> None:
    Repo(tmp_path, bare=True)
    layout, _ = discover(tmp_path)
    assert layout is not None
    assert (layout.gitdir, layout.worktree, layout.prefix) == (tmp_path, None, "")


def test_a_git_folder_may_be_the_target_itself(tmp_path: Path) -> None:
    Repo(tmp_path)
    layout, _ = discover(tmp_path / ".git")
    assert layout is not None
    assert (layout.objects, layout.worktree) == (tmp_path / ".git/objects", None)


def test_a_linked_worktree_shares_the_store(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "main")
    repo.commit()
    repo.git("worktree", "add", "--quiet", "../linked")
    layout, _ = discover(tmp_path / "linked")
    assert layout is not None
    assert layout.gitdir == tmp_path / "main/.git/worktrees/linked"
    assert layout.common == tmp_path / "main/.git"
    assert layout.worktree == tmp_path / "linked"


def test_a_submodule_keeps_its_store_in_the_superproject(tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.commit({"a": "a"})
    outer = Repo(tmp_path / "outer")
    outer.git("submodule", "--quiet", "add", str(inner.path), "libs/inner")
    outer.commit()
    layout, _ = discover(outer.path / "libs/inner")
    assert layout is not None
    assert layout.common == outer.gitdir / "modules/libs/inner"
    whole, _ = discover(outer.path)
    assert whole is not None
    assert list(modules(whole)) == [outer.gitdir / "modules/libs/inner"]


def test_a_plain_folder_is_no_repository(tmp_path: Path) -> None:
    assert discover(tmp_path) == (None, ())
    assert not is_repository(tmp_path)


@pytest.mark.parametrize("bare", [False, True])
def test_a_repository_is_recognised(tmp_path: Path, *, bare: bool) -> None:
    Repo(tmp_path, bare=bare)
    assert is_repository(tmp_path)


def _file(content: bytes) -> object:
    return lambda dot: dot.write_bytes(content)


BROKEN = {
    "an empty folder": Path.mkdir,
    "a FIFO": os.mkfifo,
    "itself": _file(b"gitdir: .git\n"),
    "a link to itself": lambda dot: dot.symlink_to(dot),
    "a dangling link": lambda dot: dot.symlink_to("nowhere"),
    "nothing": _file(b""),
    "a file without a folder": _file(b"gitdir:\n"),
    "a folder that does not exist": _file(b"gitdir: ../nowhere\n"),
    "a name that cannot be": _file(b"gitdir: a\0b\n"),
    "a name that is too long": _file(b"gitdir: " + b"a/" * 3000 + b"\n"),
    "a file that never ends": _file(b"gitdir: " + b"x" * 100_000),
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN)
def test_a_broken_claim_is_named(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / ".git")
    layout, problems = discover(tmp_path)
    assert layout is None
    assert [problem.path for problem in problems] == [".git"]
    assert problems[0].reason in {Reason.MALFORMED, Reason.TOO_LARGE}
    assert is_repository(tmp_path)


@pytest.mark.parametrize("content", [b"", b"/nowhere\n", b"\0\n", b"a\nb\n"])
def test_a_broken_commondir_is_named(tmp_path: Path, content: bytes) -> None:
    repo = Repo(tmp_path / "main")
    repo.commit()
    repo.git("worktree", "add", "--quiet", "../linked")
    (repo.gitdir / "worktrees/linked/commondir").write_bytes(content)
    layout, problems = discover(tmp_path / "linked")
    assert layout is None
    assert [(problem.path, problem.reason) for problem in problems] == [(".git", Reason.MALFORMED)]


def test_modules_within_modules_are_found_and_links_are_not_followed(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "main")
    for name in ("a", "a/modules/b", "group/c"):
        Repo(repo.gitdir / "modules" / name, bare=True)
    (repo.gitdir / "modules/loop").symlink_to(repo.gitdir / "modules", target_is_directory=True)
    layout, _ = discover(repo.path)
    assert layout is not None
    names = {str(path.relative_to(repo.gitdir / "modules")) for path in modules(layout)}
    assert names == {"a", "a/modules/b", "group/c"}
