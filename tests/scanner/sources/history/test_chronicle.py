from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.model import Reachability
from scanner.sources.history import Limits
from tests.scanner.sources.history.reading import look
from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("own_packs")


def _id(repo: Repo, spec: str) -> str:
    return repo.git("rev-parse", spec)


def test_the_life_of_a_file_is_told(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"other": "1"})
    one = repo.commit({"a": "needle 1"})
    two = repo.commit({"a": "needle 2", "other": "2"})
    three = repo.commit({"a": "clean"})
    repo.commit({"other": "3"})
    first, second, third = (_id(repo, f"{commit}:a") for commit in (one, two, three))
    seen = look(tmp_path)
    assert seen.changes() == [(one, "a", set(), first), (two, "a", {first}, second), (three, "a", {second}, third)]
    assert set(seen.chronicle.commits) == {one, two, three}
    assert set(seen.chronicle.reach.values()) == {Reachability.BRANCH}
    assert seen.chronicle.ancestry(one, three)
    assert (seen.chronicle.head, seen.chronicle.index) == ({}, {})


def test_a_file_that_comes_back_has_two_beginnings(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    came = repo.commit({"a": "needle", "b": ""})
    went = repo.commit({"a": None})
    back = repo.commit({"a": "needle"})
    oid = _id(repo, "HEAD:a")
    seen = look(tmp_path)
    assert seen.changes() == [(came, "a", set(), oid), (went, "a", {oid}, None), (back, "a", set(), oid)]
    assert (seen.chronicle.head, seen.chronicle.index) == ({"a": oid}, {"a": oid})


def test_copies_are_places_of_their_own(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "needle"})
    repo.commit({"dir/b": "needle"})
    repo.git("mv", "a", "c")
    moved = repo.commit()
    oid = _id(repo, "HEAD:c")
    seen = look(tmp_path)
    assert set(seen.chronicle.head) == {"c", "dir/b"}
    assert {(path, after) for commit, path, _, after in seen.changes() if commit == moved} == {("a", None), ("c", oid)}


def test_a_merge_lists_only_what_no_parent_has(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "base"})
    left = repo.commit({"a": "left", "needle": "needle from the left"})
    repo.git("checkout", "--quiet", "-b", "side", base)
    right = repo.commit({"a": "right"})
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--no-commit", "--strategy=ours", "side")
    evil = repo.commit({"a": "needle in neither", "evil": "needle in the merge"})
    assert repo.git("rev-list", "--parents", "-n1", evil).split() == [evil, left, right]
    seen = look(tmp_path)
    found = {(commit, path): (before, after) for commit, path, before, after in seen.changes()}
    assert found == {
        (left, "needle"): (set(), _id(repo, f"{left}:needle")),
        (evil, "a"): ({_id(repo, f"{left}:a"), _id(repo, f"{right}:a")}, _id(repo, f"{evil}:a")),
        (evil, "evil"): (set(), _id(repo, f"{evil}:evil")),
    }


def test_an_octopus_may_be_evil_too(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "base"})
    parents = []
    for number in range(30):
        repo.git("checkout", "--quiet", "--detach", base)
        parents.append(repo.commit({f"side{number}": f"{number}"}))
    blob = repo.blob("needle")
    tree = repo.git("mktree", stdin=f"100644 blob {blob}\tevil\n".encode())
    octopus = repo.git("commit-tree", *(f"-p{parent}" for parent in parents), "-m", "octopus", tree)
    repo.git("update-ref", "refs/heads/octopus", octopus)
    assert look(tmp_path).changes() == [(octopus, "evil", set(), blob)]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_names_are_bytes(tmp_path: Path, object_format: str) -> None:
    repo = Repo(tmp_path, object_format=object_format)
    names = [b"caf\xe9", "caf\u00e9".encode(), b"tab\tand\nline", b":100644 100644 x", b'quo"te', b"d/" + b"x" * 200, b"a" * 40]
    repo.commit({os.fsdecode(name): "needle" for name in names})
    seen = look(tmp_path)
    expected = {"caf\\xe9", "caf\u00e9", "tab\tand\nline", ":100644 100644 x", 'quo"te', "d/" + "x" * 200, "a" * 40}
    assert {path for _, path, _, _ in seen.changes()} == expected
    assert set(seen.chronicle.head) == set(seen.chronicle.index) == expected


def test_a_commit_without_parents_begins_everything(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    orphan = repo.git("commit-tree", "-m", "x", repo.git("mktree", stdin=f"100644 blob {repo.blob('needle')}\tb\n".encode()))
    seen = look(tmp_path)
    assert [(commit, path) for commit, path, _, _ in seen.changes()] == [(orphan, "b")]
    assert seen.chronicle.reach[orphan] is Reachability.UNREACHABLE


def test_stashes_with_untracked_files_are_told(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    (tmp_path / "untracked").write_text("needle")
    repo.git("stash", "push", "--quiet", "--include-untracked")
    seen = look(tmp_path)
    assert [path for _, path, _, _ in seen.changes()] == ["untracked"]
    assert set(seen.chronicle.reach.values()) == {Reachability.STASH}


def test_a_note_is_named_by_what_it_is_about(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    commits = [repo.commit({"a": str(number)}) for number in range(3)]
    repo.git("notes", "add", "--message=needle", commits[1])
    notes = _id(repo, "refs/notes/commits")
    blob = repo.git("rev-parse", f"{notes}:{commits[1]}")
    fanned = repo.git("mktree", stdin=f"100644 blob {blob}\t{commits[2][2:]}\n".encode())
    tree = repo.git("mktree", stdin=f"040000 tree {fanned}\t{commits[2][:2]}\n".encode())
    after = repo.git("commit-tree", "-p", notes, "-m", "fan out", tree)
    repo.git("update-ref", "refs/notes/commits", after)
    seen = look(tmp_path)
    assert [(commit, path) for commit, path, _, _ in seen.changes()] == [
        (notes, f"note:{commits[1]}"),
        (after, f"note:{commits[1]}"),
        (after, f"note:{commits[2]}"),
    ]
    assert set(seen.chronicle.reach.values()) == {Reachability.NOTE}


def test_what_is_staged_is_in_the_index_only(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    (tmp_path / "a").write_text("needle")
    repo.git("add", "a")
    seen = look(tmp_path)
    assert (seen.changes(), seen.chronicle.head) == ([], {})
    assert seen.chronicle.index == {"a": repo.git("rev-parse", ":a")}


def test_the_index_of_a_linked_worktree_is_its_own(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "main")
    repo.commit({"a": "x"})
    repo.git("worktree", "add", "--quiet", "../linked")
    (tmp_path / "linked/b").write_text("needle")
    repo.git("-C", "../linked", "add", "b")
    assert set(look(tmp_path / "linked").chronicle.index) == {"b"}
    assert set(look(repo.path).chronicle.index) == set()


def test_a_split_index_is_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "needle"})
    repo.git("update-index", "--split-index")
    repo.commit({"b": "needle too"})
    seen = look(tmp_path)
    assert set(seen.chronicle.index) == {"a", "b"}
    assert seen.complaints == set()


@pytest.mark.parametrize("content", [b"", b"DIRC", b"x" * 5000, b"DIRC\0\0\0\2\xff\xff\xff\xff" + b"\0" * 100])
def test_a_broken_index_is_named(tmp_path: Path, content: bytes) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "needle"})
    (repo.gitdir / "index").write_bytes(content)
    seen = look(tmp_path)
    assert seen.complaints == {(".git/index", "malformed")} or (content == b"" and seen.complaints == set())
    assert set(seen.chronicle.head) == {"a"}


def test_a_bare_repository_has_no_index(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    repo.commit({"a": "needle"})
    repo.git("clone", "--quiet", "--bare", ".", "../bare")
    seen = look(tmp_path / "bare")
    assert (set(seen.chronicle.head), seen.chronicle.index) == ({"a"}, {})


def test_commits_around_a_lost_tree_are_named_and_the_others_told(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    first = repo.commit({"a": "needle 1"})
    broken = repo.commit({"a": "needle 2"})
    after = repo.commit({"a": "needle 3"})
    last = repo.commit({"a": "needle 4"})
    repo.loose(_id(repo, f"{broken}^{{tree}}")).unlink()
    seen = look(tmp_path)
    assert [commit for commit, _, _, _ in seen.changes()] == [first, last]
    assert {entry.path for entry in seen.unplaced} == {f"commit:{broken}", f"commit:{after}"}


def test_a_lost_folder_costs_only_the_commits_that_change_it(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    first = repo.commit({"d/a": "needle 1", "b": "x"})
    broken = repo.commit({"d/a": "needle 2"})
    other = repo.commit({"b": "needle 3"})
    repo.loose(_id(repo, f"{broken}:d")).unlink()
    seen = look(tmp_path)
    assert [commit for commit, _, _, _ in seen.changes()] == [first, other]
    assert {entry.path for entry in seen.unplaced} == {f"commit:{broken}", ".git/HEAD"}


def test_the_telling_is_given_up_when_too_much_is_lost(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    commits = [repo.commit({"d/a": f"needle {number}"}) for number in range(8)]
    for commit in commits[::2]:
        repo.loose(_id(repo, f"{commit}:d")).unlink()
    seen = look(tmp_path, limits=Limits(restarts=2))
    assert seen.unplaced[3].path == f"commit:{commits[3]}"
    assert seen.unplaced[3].detail.startswith("where its files lay is not known: given up here with 5 commits to go")


def test_a_merge_that_lacks_a_parent_is_compared_with_the_other(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "needle"})
    repo.git("checkout", "--quiet", "-b", "side")
    lost = repo.commit({"b": "x"})
    merge = repo.git("commit-tree", "-p", base, "-p", lost, "-m", "merge", f"{lost}^{{tree}}")
    repo.git("update-ref", "refs/heads/main", merge)
    repo.loose(lost).unlink()
    assert [(commit, path) for commit, path, _, _ in look(tmp_path).changes()] == [(base, "a")]


def test_a_repository_without_hits_is_not_asked(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    (repo.gitdir / "index").write_bytes(b"broken")
    seen = look(tmp_path)
    assert (seen.changes(), seen.complaints) == ([], set())


def test_the_order_is_that_of_ancestors_whatever_the_dates_say(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    tree = repo.git("mktree", stdin=f"100644 blob {repo.blob('needle')}\ta\n".encode())
    empty = repo.git("mktree", stdin=b"")
    parent = ""
    chain = []
    for number, when in enumerate(("99999999999999", "-5", "", "1700000000")):
        body = f"tree {tree if number % 2 == 0 else empty}\n{parent}committer A <a> {when} +0000\n\n{number}\n"
        oid = repo.forge("commit", body.encode())
        parent = f"parent {oid}\n"
        chain.append(oid)
    (repo.gitdir / "refs/heads/main").write_text(f"{chain[-1]}\n")
    assert [commit for commit, _, _, _ in look(tmp_path).changes()] == chain


def test_a_sparse_index_is_listed_although_git_may_write_nothing(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"in/a": "1", "out/b": "needle"})
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    (tmp_path / "in/a").write_text("needle, staged")
    repo.git("add", "in/a")
    seen = look(tmp_path)
    assert (set(seen.chronicle.index), seen.complaints) == ({"in/a"}, set())
