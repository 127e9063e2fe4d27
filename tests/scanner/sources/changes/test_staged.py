from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.sources.changes import staged
from tests.scanner.sources.changes.opening import indexed, opened
from tests.support.repos import Repo, environment

LINES = "".join(f"line {number}\n" for number in range(40))
ROOT = Path(__file__).parents[4]
HOOK = """\
#!/bin/sh
PYTHONPATH='{root}' exec '{python}' -c '
import os
from pathlib import Path
from tests.scanner.sources.changes.opening import indexed
seen = indexed(Path.cwd(), os.environ)
Path("{answer}").write_text(repr((sorted(seen.index.items()), sorted(seen.complaints))))
'
"""


def stage(repo: Repo, files: dict[str, str | None]) -> None:
    for name, content in files.items():
        path = repo.path / name
        if content is None:
            path.unlink()
        else:
            path.write_text(content)
        repo.git("add", "--all", "--", name)


def test_the_index_is_seen_against_head(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"a": "1", "gone": "x", "same": "s"})
    stage(repo, {"a": "2", "new": "n", "gone": None})
    (tmp_path / "a").write_text("not staged")
    seen = indexed(tmp_path)
    assert (seen.index, seen.head) == ({"a": b"2", "new": b"n"}, {"a": b"1"})
    assert (seen.changes, seen.found.messages, seen.found.base, seen.complaints) == ([], (), head, set())


def test_nothing_staged_is_no_change(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    (tmp_path / "b").write_text("untracked")
    seen = indexed(tmp_path)
    assert (seen.index, seen.head, seen.found.batches, seen.complaints) == ({}, {}, (), set())


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_without_commits_everything_is_new(tmp_path: Path, algorithm: str) -> None:
    repo = Repo(tmp_path, object_format=algorithm)
    assert indexed(tmp_path).index == {}
    stage(repo, {"a": "1"})
    seen = indexed(tmp_path)
    assert (seen.index, seen.head, seen.found.base) == ({"a": b"1"}, {}, None)


def test_a_renamed_file_is_seen_against_the_old_path(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": LINES, "b": LINES * 2})
    stage(repo, {"a": None, "moved": LINES, "b": None, "edited": LINES * 2 + "more"})
    seen = indexed(tmp_path)
    assert (seen.index, seen.head) == ({"edited": (LINES * 2 + "more").encode()}, {"edited": (LINES * 2).encode()})


def test_a_copy_is_new(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": LINES})
    stage(repo, {"b": LINES})
    seen = indexed(tmp_path)
    assert (seen.index, seen.head) == ({"b": LINES.encode()}, {})


def test_a_linked_worktree_has_an_index_of_its_own(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "main")
    repo.commit({"a": "1"})
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    stage(repo, {"in-main": "1"})
    (tmp_path / "linked/in-linked").write_text("2")
    repo.git("-C", str(tmp_path / "linked"), "add", "in-linked")
    assert indexed(tmp_path / "linked").index == {"in-linked": b"2"}
    assert indexed(tmp_path / "main").index == {"in-main": b"1"}


def test_names_may_be_anything(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    names = ["tab\t", "new\nline", os.fsdecode(b"caf\xe9"), ":(glob)*", "-x"]
    for name in names:
        (tmp_path / name).write_text("x")
    repo.git("--literal-pathspecs", "add", "--", *names)
    assert set(indexed(tmp_path).index) == {"tab\t", "new\nline", "caf\\xe9", ":(glob)*", "-x"}


def test_a_link_counts_and_a_submodule_does_not(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"a": "1"})
    (tmp_path / "link").symlink_to("target")
    repo.git("add", "link")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    seen = indexed(tmp_path)
    assert (seen.index, seen.complaints) == ({"link": b"target"}, set())


def test_a_name_that_is_only_announced_is_not_staged(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    (tmp_path / "later").write_text("x")
    repo.git("add", "--intent-to-add", "later")
    seen = indexed(tmp_path)
    assert (seen.index, seen.complaints) == ({}, set())


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_every_version_of_the_index_is_read(tmp_path: Path, version: str) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1", "b": "1"})
    stage(repo, {"a": "2"})
    repo.git("update-index", "--index-version", version)
    if version == "3":
        repo.git("update-index", "--skip-worktree", "b")
    assert (repo.gitdir / "index").read_bytes()[7] == int(version)
    assert indexed(tmp_path).index == {"a": b"2"}


def test_a_split_index_is_read_whole(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({f"f{number}": str(number) for number in range(20)})
    stage(repo, {"shared": "1"})
    repo.git("update-index", "--split-index")
    stage(repo, {"f1": "changed"})
    assert list(repo.gitdir.glob("sharedindex.*"))
    assert indexed(tmp_path).index == {"f1": b"changed", "shared": b"1"}


def test_a_sparse_index_is_read_whole(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"top": "1", "in/a": "1", "out/deep/b": "1"})
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    assert b"sdir" in (repo.gitdir / "index").read_bytes()
    stage(repo, {"in/a": "2"})
    assert indexed(tmp_path).index == {"in/a": b"2"}


def test_a_folder_that_a_sparse_index_has_as_a_whole_is_seen_against_head(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"in/a": "1", "out/deep/b": "1", "out/same": "1"})
    repo.commit({"out/deep/b": "2", "out/new": "3"})
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    repo.git("reset", "--quiet", "--soft", "HEAD~1")
    seen = indexed(tmp_path)
    assert (seen.index, seen.head) == ({"out/deep/b": b"2", "out/new": b"3"}, {"out/deep/b": b"1"})


def conflict(repo: Repo) -> None:
    repo.commit({"a": "base\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({"a": "theirs\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"a": "ours\n"})
    with pytest.raises(AssertionError, match="merge"):
        repo.git("merge", "side")


def test_every_stage_of_a_conflict_counts(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    conflict(repo)
    stage(repo, {"b": "1"})
    seen = indexed(tmp_path)
    assert (seen.index, seen.head) == ({"a": b"ours\n", "b": b"1"}, {"a": b"ours\n"})
    assert seen.extra == {("a", b"base\n"), ("a", b"theirs\n")}


def test_a_conflict_with_a_deletion_has_no_side_of_ours(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "base\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({"a": "theirs\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"a": None})
    with pytest.raises(AssertionError, match="merge"):
        repo.git("merge", "side")
    seen = indexed(tmp_path)
    assert (set(seen.index.items()) | seen.extra, seen.head) == ({("a", b"base\n"), ("a", b"theirs\n")}, {})


def test_a_bare_repository_has_nothing_staged(tmp_path: Path) -> None:
    Repo(tmp_path, bare=True)
    with pytest.raises(UsageError, match="is bare: it has no index"):
        indexed(tmp_path)


@pytest.mark.parametrize("index", [b"DIRC", b"garbage" * 100, b""])
def test_an_index_that_is_none_is_said(tmp_path: Path, index: bytes) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    (repo.gitdir / "index").write_bytes(index)
    if index:
        assert indexed(tmp_path).complaints == {(".git/index", "damaged")}
    else:
        assert indexed(tmp_path).index == {}


def test_an_index_that_is_a_fifo_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    (repo.gitdir / "index").unlink()
    os.mkfifo(repo.gitdir / "index")
    assert indexed(tmp_path).complaints == {(".git/index", "malformed")}


def test_a_missing_blob_is_named_by_its_path(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    stage(repo, {"a": "2", "b": "3"})
    repo.loose(repo.blob("2")).unlink()
    with opened(tmp_path) as repository:
        found = staged(repository)
    assert [(entry.path, entry.reason.value) for entry in found.unscanned] == [("a", "missing")]


def test_a_missing_blob_does_not_keep_renames_from_being_compared(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": LINES})
    stage(repo, {"a": None, "b": LINES + "more"})
    repo.loose(repo.blob(LINES)).unlink()
    seen = indexed(tmp_path)
    assert (seen.index, seen.head) == ({"b": LINES.encode() + b"more"}, {})


def test_a_head_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    (repo.gitdir / "HEAD").write_text("nonsense\n")
    assert (".git/HEAD", "malformed") in indexed(tmp_path).complaints


def test_a_missing_head_commit_is_said(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"a": "1"})
    repo.loose(head).unlink()
    assert indexed(tmp_path).complaints == {(".git/index", "damaged")}


def with_hook(repo: Repo, name: str = "pre-commit") -> Path:
    """Where a real hook of `repo` writes down what it sees staged."""
    answer = repo.path.parent / "answer"
    hook = repo.gitdir / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(root=ROOT, python=sys.executable, answer=answer))
    hook.chmod(0o755)
    return answer


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), [("a", b"staged")]),
        (("--all",), [("a", b"edited"), ("b", b"edited")]),
        (("b",), [("b", b"edited")]),
        (("--include", "b"), [("a", b"staged"), ("b", b"edited")]),
    ],
)
@pytest.mark.parametrize("linked", [False, True])
def test_a_hook_sees_the_index_of_its_commit(tmp_path: Path, arguments: tuple[str, ...], expected: object, linked: bool) -> None:
    repo = Repo(tmp_path / "main")
    repo.commit({"a": "1", "b": "1"})
    answer = with_hook(repo)
    tree = repo.path
    if linked:
        tree = tmp_path / "linked"
        repo.git("worktree", "add", "--quiet", str(tree))
    for name, content in (("a", "staged"), ("b", "edited")):
        (tree / name).write_text(content)
    subprocess.run(["git", "add", "a"], cwd=tree, env=environment(), check=True)
    if "--all" in arguments:
        (tree / "a").write_text("edited")
    subprocess.run(["git", "commit", "--quiet", "-m", "x", *arguments], cwd=tree, env=environment(), check=True)
    assert answer.read_text() == repr((expected, []))


def test_a_hook_of_the_first_commit_finds_an_index_that_does_not_exist(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "main")
    answer = with_hook(repo)
    repo.git("commit", "--quiet", "--allow-empty", "-m", "x")
    assert answer.read_text() == "([], [])"
