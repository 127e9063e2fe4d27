from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scanner.model import Reason, Unscanned
from scanner.sources.files import Skipped
from scanner.sources.workstation import FoundRepository, find_repositories
from scanner.sources.workstation.caches import ANYWHERE, BELOW_HOME
from scanner.sources.workstation.repositories import DEEPEST
from tests.support.repos import Repo

Unprivileged = Callable[[], AbstractContextManager[None]]


def clone(path: Path) -> None:
    """What git makes of an empty repository, as far as it matters for being one."""
    for folder in ("objects", "refs"):
        (path / ".git" / folder).mkdir(parents=True)
    (path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")


def bare(path: Path) -> None:
    for folder in ("objects", "refs"):
        (path / folder).mkdir(parents=True)
    (path / "HEAD").write_text("ref: refs/heads/main\n")


def found(home: Path, container: str = "~") -> list[str]:
    return [one.container for one in find_repositories(home, container) if isinstance(one, FoundRepository)]


def others(home: Path) -> list[Unscanned | Skipped]:
    return [one for one in find_repositories(home, "~") if not isinstance(one, FoundRepository)]


def test_every_repository_by_name(tmp_path: Path) -> None:
    for name in ("src/web", "src/api", "a/b/c/d", ".dotfiles", ".local/share/chezmoi", ".local/share/Trash/files/old"):
        clone(tmp_path / name)
    bare(tmp_path / "srv" / "web.git")
    assert found(tmp_path) == [
        "~/.dotfiles",
        "~/.local/share/Trash/files/old",
        "~/.local/share/chezmoi",
        "~/a/b/c/d",
        "~/src/api",
        "~/src/web",
        "~/srv/web.git",
    ]


def test_where_a_repository_keeps_what(tmp_path: Path) -> None:
    clone(tmp_path / "web")
    bare(tmp_path / "web.git")
    layouts = [one.layout for one in find_repositories(tmp_path, "~") if isinstance(one, FoundRepository)]
    assert [(layout.gitdir, layout.worktree) for layout in layouts] == [
        (tmp_path / "web" / ".git", tmp_path / "web"),
        (tmp_path / "web.git", None),
    ]


@pytest.mark.parametrize("named", ["home", "home/", "/"])
def test_the_name_of_a_home_is_kept(tmp_path: Path, named: str) -> None:
    clone(tmp_path / "web")
    assert found(tmp_path, named) == [f"{named.rstrip('/')}/web"]


def test_what_lies_in_a_work_tree_is_left_to_whoever_walks_it(tmp_path: Path) -> None:
    clone(tmp_path / "web")
    clone(tmp_path / "web" / "vendor" / "lib")
    assert found(tmp_path) == ["~/web"]


def test_work_trees_inside_a_bare_repository(tmp_path: Path) -> None:
    Repo(tmp_path / "first").commit({"a": "a"})
    store = Repo(tmp_path / "web", bare=True)
    store.git("fetch", "--quiet", str(tmp_path / "first"), "main:main")
    store.git("worktree", "add", "--quiet", "main", "main")
    assert found(tmp_path) == ["~/first", "~/web", "~/web/main"]


def test_a_linked_work_tree_and_its_store(tmp_path: Path) -> None:
    web = Repo(tmp_path / "web")
    web.commit({"a": "a"})
    web.git("worktree", "add", "--quiet", "../linked")
    linked, store = (one.layout for one in find_repositories(tmp_path, "~") if isinstance(one, FoundRepository))
    assert (linked.worktree, linked.common) == (tmp_path / "linked", store.common)


@pytest.mark.parametrize("separate", [False, True], ids=["folder", "file"])
def test_a_home_that_is_a_work_tree_is_found_without_it_and_searched(tmp_path: Path, separate: bool) -> None:
    home = tmp_path / "home"
    clone(home)
    clone(home / "web")
    if separate:
        (home / ".git").rename(tmp_path / "store")
        (home / ".git").write_text(f"gitdir: {tmp_path / 'store'}\n")
    own, _ = (one for one in find_repositories(home, "~") if isinstance(one, FoundRepository))
    assert (own.container, own.layout.worktree, own.layout.prefix) == ("~/.git", None, "")
    assert found(home) == ["~/.git", "~/web"]


def test_caches_are_counted_and_not_entered(tmp_path: Path) -> None:
    for name in ("src/node_modules/left", ".cache/pre-commit/repo1", ".cargo/git/db/crate", "go/pkg/mod/x", "go/src/mine", "src/.cache/x"):
        clone(tmp_path / name)
    assert found(tmp_path) == ["~/go/src/mine", "~/src/.cache/x"]
    assert others(tmp_path) == [Skipped("~", path, "cache") for path in (".cache", ".cargo/git", "go/pkg", "src/node_modules")]


def test_every_cache_has_a_reason_and_stays_inside_the_home() -> None:
    assert [name for name, why in (*ANYWHERE.items(), *BELOW_HOME.items()) if not why or name.startswith("/") or ".." in name] == []
    assert [name for name in ANYWHERE if "/" in name] == []


def test_what_the_kernel_shows_is_not_searched_where_the_home_is_the_root() -> None:
    assert Skipped("/", "proc", "cache") in find_repositories(Path("/"), "/")


def test_links_are_counted_where_they_lead_to_a_folder(tmp_path: Path) -> None:
    clone(tmp_path / "elsewhere" / "web")
    home = tmp_path / "home"
    (home / "src").mkdir(parents=True)
    (home / "src" / "linked").symlink_to(tmp_path / "elsewhere")
    (home / "up").symlink_to(home)
    (home / "void").symlink_to("nowhere")
    (home / "note").symlink_to("/etc/hostname")
    assert found(home) == []
    assert others(home) == [Skipped("~", "up", "link"), Skipped("~", "src/linked", "link")]


def test_what_only_claims_to_be_a_repository_is_said_and_searched(tmp_path: Path) -> None:
    (tmp_path / "src" / ".git").mkdir(parents=True)
    clone(tmp_path / "src" / "web")
    (tmp_path / "stale").mkdir()
    (tmp_path / "stale" / ".git").write_text("gitdir: /no/such/folder\n")
    assert found(tmp_path) == ["~/src/web"]
    assert [(one.path, one.reason) for one in others(tmp_path)] == [("src/.git", Reason.MALFORMED), ("stale/.git", Reason.MALFORMED)]


def test_an_unreadable_folder_is_unscanned(reachable: Path, unprivileged: Unprivileged) -> None:
    (reachable / "shut").mkdir(mode=0)
    clone(reachable / "web")
    with unprivileged():
        assert found(reachable) == ["~/web"]
        assert others(reachable) == [Unscanned("~", "shut", Reason.UNREADABLE, os.strerror(13))]


def test_a_home_that_is_gone(tmp_path: Path) -> None:
    assert [type(one) for one in find_repositories(tmp_path / "none", "~")] == [Unscanned]


def test_depth_is_bounded(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * DEEPEST)
    clone(deep / "too")
    assert [one.reason for one in others(tmp_path) if isinstance(one, Unscanned)] == [Reason.TOO_DEEP]
    clone(deep)
    assert found(tmp_path) == ["~/" + "/".join(["d"] * DEEPEST)]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    clone(tmp_path / os.fsdecode(b"caf\xe9"))
    assert found(tmp_path) == ["~/caf\\xe9"]


def test_every_folder_on_the_way_is_told(tmp_path: Path) -> None:
    clone(tmp_path / "src" / "web")
    (tmp_path / "music").mkdir()
    entered: list[int] = []
    list(find_repositories(tmp_path, "~", entered=entered.append))
    assert len(entered) == 4
