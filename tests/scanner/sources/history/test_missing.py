from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.scanner.sources.history.reading import flip, look
from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("own_packs")


def _lose(repo: Repo, oid: str) -> None:
    repo.loose(oid).unlink()


def _clone(repo: Repo, into: Path, *options: str) -> None:
    repo.git("-c", "uploadpack.allowFilter=true", "clone", "--quiet", "--no-local", *options, f"file://{repo.path}", str(into))


def test_a_sound_repository_lacks_nothing(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1", "d/b": "2"})
    assert look(tmp_path).missing == ()


def test_a_lost_blob_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"d/a": "1"})
    blob = repo.git("rev-parse", "HEAD:d/a")
    _lose(repo, blob)
    assert look(tmp_path).complaints == {(f"object:{blob}", "missing")}


def test_a_lost_blob_is_named_although_a_packed_one_is_there(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    repo.pack()
    repo.commit({"b": "2"})
    blob = repo.git("rev-parse", "HEAD:b")
    _lose(repo, blob)
    seen = look(tmp_path)
    assert (seen.complaints, seen.blobs) == ({(f"object:{blob}", "missing")}, {b"1"})


def test_a_lost_tree_is_named_and_what_lies_beside_it_is_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"d/a": "1"})
    repo.commit({"e": "2"})
    tree, subtree = repo.git("rev-parse", "HEAD^{tree}"), repo.git("rev-parse", "HEAD:d")
    _lose(repo, tree)
    _lose(repo, subtree)
    seen = look(tmp_path)
    assert seen.complaints == {(f"tree:{tree}", "missing"), (f"object:{subtree}", "missing")}
    assert seen.blobs == {b"1", b"2"}


def test_a_lost_commit_is_named_and_the_older_ones_are_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    lost = repo.commit({"a": "2"})
    repo.commit({"a": "3"})
    blob = repo.git("rev-parse", "HEAD:a")
    _lose(repo, lost)
    _lose(repo, blob)
    seen = look(tmp_path)
    assert seen.complaints == {(f"commit:{lost}", "missing"), (f"object:{blob}", "missing")}
    assert seen.blobs == {b"1", b"2"}


def test_behind_a_merge_that_lacks_one_parent_the_other_one_is_walked(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "1"})
    kept = repo.commit({"b": "2"})
    blob = repo.git("rev-parse", "HEAD:b")
    repo.git("checkout", "--quiet", "-b", "side", base)
    lost = repo.commit({"c": "3"})
    merge = repo.git("commit-tree", "-p", lost, "-p", kept, "-m", "merge", f"{base}^{{tree}}")
    repo.git("update-ref", "refs/heads/main", merge)
    repo.git("checkout", "--quiet", "main")
    repo.git("branch", "--quiet", "-D", "side")
    repo.git("reflog", "expire", "--expire=now", "--all")
    _lose(repo, lost)
    _lose(repo, blob)
    assert look(tmp_path).complaints == {(f"commit:{lost}", "missing"), (f"object:{blob}", "missing")}


@pytest.mark.parametrize("packed", [False, True])
def test_a_ref_that_leads_to_nothing_is_named(tmp_path: Path, *, packed: bool) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"a": "1"})
    line = f"{'1' * 40}\n"
    if packed:
        (repo.gitdir / "packed-refs").write_text(f"{'1' * 40} refs/heads/gone\n{head} refs/heads/here\n")
    else:
        (repo.gitdir / "refs/heads/gone").write_text(line)
    assert look(tmp_path).complaints == {("refs/heads/gone", "missing")}


def test_every_ref_that_leads_to_nothing_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    for name in ("heads/x", "tags/y", "stash"):
        (repo.gitdir / "refs" / name).write_text(f"{'1' * 40}\n")
    assert {path for path, _ in look(tmp_path).complaints} == {"refs/heads/x", "refs/tags/y", "refs/stash"}


def test_a_detached_head_that_leads_to_nothing_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    (repo.gitdir / "HEAD").write_text(f"{'1' * 40}\n")
    assert look(tmp_path).complaints == {("HEAD", "missing")}


def test_a_symbolic_ref_that_leads_to_no_ref_lacks_nothing(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    assert look(tmp_path).complaints == set()


def test_the_lost_target_of_a_tag_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    blob = repo.blob("tagged")
    repo.git("tag", "--annotate", "--message=x", "thing", blob)
    _lose(repo, blob)
    seen = look(tmp_path)
    assert seen.complaints == {(f"blob:{blob}", "missing")}
    assert seen.missing[0].detail == "refs/tags/thing leads to it"


def test_tags_of_trees_and_blobs_are_walked(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    blob = repo.blob("in a tree")
    tree = repo.git("mktree", stdin=f"100644 blob {blob}\tname\n".encode())
    repo.git("update-ref", "refs/tags/tree", tree)
    repo.git("update-ref", "refs/tags/blob", repo.blob("alone"))
    _lose(repo, blob)
    assert look(tmp_path).complaints == {(f"object:{blob}", "missing")}


def test_what_a_reflog_lost_is_not_promised_but_what_it_reaches_is(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    lost = repo.commit({"a": "2"})
    repo.git("commit", "--amend", "--quiet", "--message=x")
    _lose(repo, lost)
    assert look(tmp_path).complaints == set()
    kept = repo.git("rev-parse", "HEAD")
    blob = repo.git("rev-parse", "HEAD:a")
    repo.git("reset", "--hard", "--quiet", f"{kept}~1")
    _lose(repo, blob)
    assert look(tmp_path).complaints == {(f"object:{blob}", "missing")}


def test_what_only_unreachable_commits_lack_is_nobodys_loss(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    gone = repo.commit({"a": "2"})
    repo.commit({"a": "3"})
    repo.git("reset", "--hard", "--quiet", "HEAD~2")
    repo.git("reflog", "expire", "--expire=now", "--all")
    (repo.gitdir / "ORIG_HEAD").unlink()
    _lose(repo, gone)
    assert look(tmp_path).complaints == set()


def test_gitlinks_are_aside(tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.commit({"a": "a"})
    outer = Repo(tmp_path / "outer")
    outer.git("submodule", "--quiet", "add", str(inner.path), "sub")
    outer.commit()
    assert look(outer.path).complaints == set()
    assert look(outer.path / "sub").blobs == {b"a"}


def test_a_shallow_boundary_is_called_so(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    first = repo.commit({"a": "1"})
    repo.commit({"a": "2"})
    _clone(repo, tmp_path / "clone", "--depth=1")
    seen = look(tmp_path / "clone")
    assert seen.complaints == {(f"commit:{first}", "shallow")}
    assert seen.blobs == {b"2"}


def test_a_shallow_file_hides_nothing_that_is_there(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    blob = repo.git("rev-parse", "HEAD:a")
    second = repo.commit({"a": "2"})
    (repo.gitdir / "shallow").write_text(f"{second}\n")
    _lose(repo, blob)
    assert look(tmp_path).complaints == {(f"object:{blob}", "missing")}


@pytest.mark.parametrize("content", ["", "garbage\n", "\0\0"])
def test_a_strange_shallow_file_is_no_obstacle(tmp_path: Path, content: str) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    (repo.gitdir / "shallow").write_text(content)
    assert look(tmp_path).complaints == set()


@pytest.mark.parametrize(("filtered", "kind", "spec"), [("blob:none", "object", "HEAD~1:a"), ("tree:0", "tree", "HEAD~1^{tree}")])
def test_what_a_partial_clone_left_out_is_called_so(tmp_path: Path, filtered: str, kind: str, spec: str) -> None:
    repo = Repo(tmp_path / "origin")
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.commit({"a": "1"})
    repo.commit({"a": "2 needle"})
    _clone(repo, tmp_path / "clone", f"--filter={filtered}")
    seen = look(tmp_path / "clone")
    assert (f"{kind}:{repo.git('rev-parse', spec)}", "partial-clone") in seen.complaints
    assert {reason for _, reason in seen.complaints} == {"partial-clone"}
    assert seen.blobs == {b"2 needle"}
    assert [path for _, path, _, _ in seen.changes()] == ["a"]


def test_a_parent_that_is_no_commit_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    blob = repo.git("rev-parse", "HEAD:a")
    forged = repo.forge("commit", f"tree {repo.git('rev-parse', 'HEAD^{tree}')}\nparent {blob}\n\nx".encode())
    (repo.gitdir / "refs/heads/forged").write_text(f"{forged}\n")
    assert look(tmp_path).complaints == {(f"commit:{blob}", "malformed")}


def test_a_tree_that_is_no_tree_ends_the_search_aloud(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    blob = repo.blob("1")
    forged = repo.forge("commit", f"tree {blob}\n\nx".encode())
    (repo.gitdir / "refs/heads/forged").write_text(f"{forged}\n")
    seen = look(tmp_path)
    assert [entry.path for entry in seen.missing] == [".git/objects"]
    assert seen.missing[0].detail.startswith("what is missing is not fully known: ")


def test_a_damaged_tree_is_not_passed_over(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({f"d/{number}": str(number) for number in range(50)})
    flip(repo.loose(repo.git("rev-parse", "HEAD:d")), -3)
    assert look(tmp_path).missing != ()


def test_nothing_is_missing_where_nothing_is_promised(tmp_path: Path) -> None:
    Repo(tmp_path)
    assert look(tmp_path).missing == ()


def test_a_store_that_lost_everything_is_named_by_its_refs(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    shutil.rmtree(repo.gitdir / "objects")
    (repo.gitdir / "objects").mkdir()
    assert look(tmp_path).complaints == {("refs/heads/main", "missing")}


def test_in_a_clone_that_may_lack_objects_unreachable_commits_may_lack_their_tree(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "needle"})
    pack = repo.pack()
    pack.with_suffix(".promisor").touch()
    tree = repo.forge("tree", b"100644 b\0" + bytes.fromhex(repo.blob("needle")))
    lost = repo.git("commit-tree", tree, "-p", "HEAD", "-m", "without its tree")
    kept = repo.git("commit-tree", "HEAD^{tree}", "-p", lost, "-m", "with its tree")
    _lose(repo, tree)
    seen = look(tmp_path)
    assert seen.complaints == set()
    assert {lost, kept} <= set(seen.graph.commits)
    assert {(path, after is not None) for _, path, _, after in seen.changes()} == {("a", True)}
