from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.sources.changes import find_repository
from tests.scanner.sources.changes.opening import indexed, ranged
from tests.support.repos import Repo, environment

ROOT = Path(__file__).parents[4]
HOOK = """\
#!/bin/sh
read before after name
PYTHONPATH='{root}' exec '{python}' -c '
import os, sys
from pathlib import Path
from tests.scanner.sources.changes.opening import ranged
seen = ranged(Path.cwd(), sys.argv[1] + ".." + sys.argv[2], os.environ)
Path("{answer}").write_text(repr((sorted(seen.brought), sorted(seen.complaints))))
' "$before" "$after"
"""


def test_the_repository_is_found_from_below(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "outer")
    Repo(tmp_path / "outer/inner")
    below = repo.path / "a/b"
    below.mkdir(parents=True)
    assert find_repository(below, {}).worktree == repo.path
    assert find_repository(repo.path / "inner", {}).worktree == repo.path / "inner"


def test_a_folder_outside_is_in_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not in a git repository"):
        find_repository(tmp_path, {})


def test_an_empty_git_folder_is_passed_over(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    (tmp_path / "below/.git").mkdir(parents=True)
    assert find_repository(tmp_path / "below", {}).worktree == repo.path


def test_a_git_file_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    Repo(tmp_path)
    (tmp_path / "below").mkdir()
    (tmp_path / "below/.git").write_text("gitdir: ../nowhere")
    with pytest.raises(UsageError, match="cannot be used: the folder it names does not exist"):
        find_repository(tmp_path / "below", {})


def test_inside_the_git_folder_there_is_no_work_tree(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    layout = find_repository(repo.gitdir / "refs/heads", {})
    assert (layout.gitdir, layout.worktree) == (repo.gitdir, None)


@pytest.mark.parametrize(
    ("environ", "folder"),
    [({"GIT_DIR": ".git"}, "."), ({"GIT_DIR": "../.git"}, "sub"), ({"GIT_DIR": "../../.git", "GIT_WORK_TREE": ".."}, "sub/sub")],
)
def test_git_dir_is_relative_to_the_folder(tmp_path: Path, environ: dict[str, str], folder: str) -> None:
    repo = Repo(tmp_path)
    (tmp_path / "sub/sub").mkdir(parents=True)
    layout = find_repository(tmp_path / folder, environ)
    tree = tmp_path / folder / environ.get("GIT_WORK_TREE", ".")
    assert (layout.gitdir, layout.worktree) == (repo.gitdir, tree.resolve())


def test_a_bare_repository_that_git_dir_names_has_no_work_tree(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "bare.git", bare=True)
    assert find_repository(tmp_path, {"GIT_DIR": str(repo.path)}).worktree is None
    assert find_repository(repo.path, {"GIT_DIR": "."}).worktree is None


def test_who_has_an_index_has_a_work_tree(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "modules/sub", bare=True)
    environ = {"GIT_DIR": str(repo.path), "GIT_INDEX_FILE": str(repo.path / "index")}
    assert find_repository(tmp_path, environ).worktree == tmp_path


def test_a_linked_worktree_is_known_by_its_git_dir(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "main")
    repo.commit({"a": "1"})
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "--quiet", str(linked))
    gitdir = repo.gitdir / "worktrees/linked"
    layout = find_repository(linked, {"GIT_DIR": str(gitdir)})
    assert (layout.gitdir, layout.common, layout.worktree) == (gitdir, repo.gitdir, linked)


def test_other_variables_are_not_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    strange = {"GIT_COMMON_DIR": "/", "GIT_NAMESPACE": "x", "GIT_CEILING_DIRECTORIES": str(tmp_path), "GIT_DIR": ""}
    assert find_repository(tmp_path, strange) == find_repository(repo.path, {})


def test_the_index_of_a_hook_is_taken(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    repo.git("read-tree", "--index-output=.git/next-index-7.lock", "HEAD")
    (tmp_path / "a").write_text("2")
    repo.git("add", "a")
    assert indexed(tmp_path, {"GIT_INDEX_FILE": ".git/next-index-7.lock"}).index == {}
    assert indexed(tmp_path, {"GIT_INDEX_FILE": ".git/index"}).index == {"a": b"2"}


def fifo(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [Path.mkdir, fifo, lambda path: path.symlink_to("index")])
def test_an_index_is_a_regular_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    repo = Repo(tmp_path)
    make(repo.gitdir / "odd")
    with pytest.raises(UsageError, match=r"GIT_INDEX_FILE names .* not a regular file"):
        find_repository(tmp_path, {"GIT_INDEX_FILE": ".git/odd"})


@pytest.mark.parametrize("value", ["index", "../index", "/etc/passwd", ".git/../index", ".git/link/index", "a\0b"])
def test_an_index_outside_of_the_repository_is_refused(tmp_path: Path, value: str) -> None:
    repo = Repo(tmp_path / "repo")
    (repo.gitdir / "link").symlink_to(tmp_path)
    with pytest.raises(UsageError, match=r"GIT_INDEX_FILE names .* not in the git repository|NUL"):
        find_repository(repo.path, {"GIT_INDEX_FILE": value})


@pytest.mark.parametrize("value", ["nowhere", ".", "\x1b[31m"])
def test_git_dir_names_a_repository(tmp_path: Path, value: str) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises(UsageError, match=r"GIT_DIR names [ -~]* which is not a git repository"):
        find_repository(tmp_path / "sub", {"GIT_DIR": value})


def test_a_work_tree_is_a_folder(tmp_path: Path) -> None:
    Repo(tmp_path)
    with pytest.raises(UsageError, match="GIT_WORK_TREE names"):
        find_repository(tmp_path, {"GIT_WORK_TREE": "nowhere"})


@pytest.mark.parametrize("variable", ["GIT_OBJECT_DIRECTORY", "GIT_QUARANTINE_PATH", "GIT_ALTERNATE_OBJECT_DIRECTORIES"])
def test_object_stores_are_those_of_the_repository(tmp_path: Path, variable: str) -> None:
    repo = Repo(tmp_path / "repo")
    other = Repo(tmp_path / "other")
    extra = repo.gitdir / "objects/tmp_objdir-incoming-1"
    extra.mkdir()
    assert find_repository(repo.path, {variable: str(extra)}).extra_objects == (extra,)
    assert find_repository(repo.path, {variable: ".git/objects"}).extra_objects == ()
    for foreign in (str(other.gitdir / "objects"), ".git/nowhere", "/"):
        with pytest.raises(UsageError, match=f"{variable} names"):
            find_repository(repo.path, {variable: foreign})


def test_alternates_may_be_several(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    stores = [repo.gitdir / f"objects/{name}" for name in ("one", "two")]
    for store in stores:
        store.mkdir()
    value = os.pathsep.join(["", *map(str, stores), ".git/objects", str(stores[0])])
    assert find_repository(tmp_path, {"GIT_ALTERNATE_OBJECT_DIRECTORIES": value}).extra_objects == tuple(stores)


def test_an_extra_store_is_looked_at_like_any_other(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base, tip = repo.commit({"a": "1"}), repo.commit({"a": "2"})
    extra = repo.gitdir / "objects/incoming"
    for oid in (tip, repo.git("rev-parse", "HEAD^{tree}"), repo.blob("2")):
        (extra / oid[:2]).mkdir(parents=True, exist_ok=True)
        repo.loose(oid).rename(extra / oid[:2] / oid[2:])
    os.mkfifo(extra / tip[:2] / ("f" * 38))
    assert ranged(tmp_path, f"{base}..{tip}", {"GIT_OBJECT_DIRECTORY": str(extra)}).brought == {("a", b"2")}


def test_a_real_hook_sees_what_is_being_pushed(tmp_path: Path) -> None:
    server = Repo(tmp_path / "server.git", bare=True)
    repo = Repo(tmp_path / "work")
    repo.commit({"a": "1"})
    repo.git("push", "--quiet", str(server.path), "main")
    answer = tmp_path / "answer"
    hook = server.path / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(root=ROOT, python=sys.executable, answer=answer))
    hook.chmod(0o755)
    repo.commit({"a": "2", "b": "3"})
    subprocess.run(["git", "push", "--quiet", server.path, "main"], cwd=repo.path, env=environment(), check=True)
    assert answer.read_text() == repr(([("a", b"2"), ("b", b"3")], []))
