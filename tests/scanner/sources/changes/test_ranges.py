from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from scanner.errors import IncompleteError, UsageError
from scanner.model import Reachability
from scanner.sources.changes import EmptyRangeError
from tests.scanner.sources.changes.opening import newer, ranged
from tests.support.repos import Repo

LINES = "".join(f"line {number}\n" for number in range(40))


def test_a_commit_brings_what_it_changes(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "one", "same": "same"})
    tip = repo.commit({"a": "two", "new": "three"})
    seen = ranged(tmp_path, "HEAD~1..HEAD")
    assert seen.changes == [(tip, "a", {b"one"}, b"two"), (tip, "new", set(), b"three")]
    assert (seen.head, seen.index, seen.found.base) == ({"a": b"two", "new": b"three"}, {}, base)
    assert (seen.found.messages, seen.complaints) == ((tip,), set())


def test_the_chronicle_knows_its_commits(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    commits = [repo.commit({"a": str(number)}) for number in range(4)]
    chronicle = ranged(tmp_path, f"{commits[0]}..").found.chronicle
    assert list(chronicle.commits) == commits[1:]
    assert (chronicle.commits[commits[1]].author, set(chronicle.reach.values())) == (
        "Ada Developer <ada@example.org>",
        {Reachability.BRANCH},
    )
    assert [chronicle.ancestry(*pair) for pair in ((commits[1], commits[3]), (commits[3], commits[1]))] == [True, False]


def test_what_is_added_and_removed_again_was_there(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    added = repo.commit({"b": "secret"})
    removed = repo.commit({"b": None})
    seen = ranged(tmp_path, "HEAD~2..HEAD")
    assert seen.changes == [(added, "b", set(), b"secret"), (removed, "b", {b"secret"}, None)]
    assert seen.head == {}


def test_a_copy_brings_a_place(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": LINES})
    repo.commit({"b": LINES})
    assert ranged(tmp_path, "HEAD~1..HEAD").brought == {("b", LINES.encode())}


def test_a_rename_brings_none(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": LINES})
    tip = repo.commit({"a": None, "b": LINES})
    seen = ranged(tmp_path, "HEAD~1..HEAD")
    assert seen.changes == [(tip, "a", {LINES.encode()}, None)]
    assert seen.head == {}


def test_a_rename_with_an_edit_is_seen_against_the_old_path(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": LINES})
    tip = repo.commit({"a": None, "b": LINES + "more"})
    old, new = LINES.encode(), LINES.encode() + b"more"
    assert ranged(tmp_path, "HEAD~1..HEAD").changes == [(tip, "b", {old}, new), (tip, "a", {old}, None)]


def test_of_two_copies_of_a_file_that_goes_one_is_the_renamed_file(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": LINES})
    repo.commit({"a": None, "b": LINES, "c": LINES})
    assert len(ranged(tmp_path, "HEAD~1..HEAD").brought) == 1


def test_what_a_path_holds_in_the_end_is_known_although_the_last_change_was_a_rename(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": LINES})
    repo.commit({"b": "first"})
    repo.commit({"b": None})
    repo.commit({"a": None, "b": LINES})
    assert ranged(tmp_path, "HEAD~3..HEAD").head == {"b": LINES.encode()}


def test_another_mode_brings_nothing(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    (tmp_path / "a").chmod(0o755)
    tip = repo.commit({"a": "x"})
    seen = ranged(tmp_path, "HEAD~1..HEAD")
    assert (seen.changes, seen.found.messages) == ([], (tip,))


def test_a_revert_brings_a_place_again(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "secret"})
    repo.commit({"a": "clean"})
    repo.git("revert", "--no-edit", "HEAD")
    assert ranged(tmp_path, "HEAD~1..HEAD").brought == {("a", b"secret")}


def branched(repo: Repo) -> None:
    """`side` and `main` differ in a file of their own, and in `both`."""
    repo.commit({"a": "1", "b": "1", "both": LINES})
    repo.git("tag", "start")
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({"a": "side"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"b": "main"})


def test_a_clean_merge_brings_nothing_but_its_commits_do(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    branched(repo)
    repo.git("merge", "--quiet", "--no-edit", "side")
    merge, side = repo.git("rev-parse", "HEAD", "side").split()
    seen = ranged(tmp_path, "HEAD^1..HEAD")
    assert seen.changes == [(side, "a", {b"1"}, b"side")]
    assert (set(seen.found.messages), seen.head) == ({merge, side}, {"a": b"side"})


def test_an_evil_merge_brings_what_no_parent_has(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    branched(repo)
    repo.git("merge", "--quiet", "--no-commit", "side")
    merge = repo.commit({"evil": "secret", "a": "evil"})
    seen = ranged(tmp_path, "HEAD^1..HEAD")
    assert seen.changes[-2:] == [(merge, "a", {b"1", b"side"}, b"evil"), (merge, "evil", set(), b"secret")]
    assert seen.head == {"a": b"evil", "evil": b"secret"}


def test_a_file_that_a_merge_renames_is_seen_against_its_old_path(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    branched(repo)
    repo.git("merge", "--quiet", "--no-commit", "side")
    merge = repo.commit({"both": None, "moved": LINES + "more"})
    changes = [change for change in ranged(tmp_path, "HEAD^1..HEAD").changes if change[0] == merge]
    assert changes == [(merge, "moved", {LINES.encode()}, LINES.encode() + b"more")]


def test_an_octopus_is_seen_against_all_its_parents(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "1"})
    sides = []
    for name in ("one", "two", "three"):
        repo.git("checkout", "--quiet", "-b", name, base)
        sides.append(repo.commit({name: name, "a": name}))
    tree = repo.git("rev-parse", "HEAD^{tree}")
    parents = itertools.chain.from_iterable(("-p", side) for side in sides)
    octopus = repo.git("commit-tree", tree, *parents, "-m", "octopus")
    seen = ranged(tmp_path, f"{base}..{octopus}")
    assert len(seen.found.messages) == 4
    assert all(commit != octopus for commit, *_ in seen.changes)
    assert seen.head == {"a": b"three", "three": b"three"}


def test_a_root_commit_brings_all_that_it_has(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    repo.git("checkout", "--quiet", "--orphan", "other")
    root = repo.commit({"b": "y"})
    assert ranged(tmp_path, "main..other").changes == [(root, "a", set(), b"x"), (root, "b", set(), b"y")]


def test_the_message_of_an_annotated_tag_at_the_tip_counts(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    tip = repo.commit({"a": "2"})
    repo.git("tag", "-a", "-m", "inner", "v1")
    repo.git("tag", "-a", "-m", "outer", "v2", "v1")
    inner, outer = repo.git("rev-parse", "v1", "v2").split()
    seen = ranged(tmp_path, "main~1..v2")
    assert seen.found.messages == (tip, outer, inner)
    assert seen.objects[inner].endswith(b"inner\n")


def test_since_begins_where_head_parted(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    branched(repo)
    seen = newer(tmp_path, "side")
    assert (seen.brought, seen.found.base) == ({("b", b"main")}, repo.git("rev-parse", "start"))


@pytest.mark.parametrize("text", ["HEAD..HEAD", "HEAD..HEAD~1", "v1.."])
def test_a_range_without_commits_is_refused(tmp_path: Path, text: str) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    repo.commit({"a": "2"})
    repo.git("tag", "-a", "-m", "tag", "v1")
    with pytest.raises(EmptyRangeError, match="holds no commits"):
        ranged(tmp_path, text)


def test_nothing_since_head_itself(tmp_path: Path) -> None:
    Repo(tmp_path).commit({"a": "1"})
    with pytest.raises(EmptyRangeError, match="holds no commits"):
        newer(tmp_path, "HEAD")


def test_a_repository_without_commits_has_no_range(tmp_path: Path) -> None:
    Repo(tmp_path)
    with pytest.raises(UsageError, match="has no commits yet"):
        ranged(tmp_path, "HEAD~1..HEAD".replace("~1", ""))
    with pytest.raises(UsageError, match="has no commits yet"):
        newer(tmp_path, "HEAD")


def test_histories_that_have_nothing_in_common_have_no_since(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    repo.git("checkout", "--quiet", "--orphan", "other")
    repo.commit({"b": "y"})
    with pytest.raises(IncompleteError, match="no commit in common"):
        newer(tmp_path, "main")


@pytest.mark.parametrize("name", ["tab\tname", "new\nline", ":(top)x", os.fsdecode(b"caf\xe9"), '"quoted"', "-x", "a b"])
def test_a_path_may_have_any_name(tmp_path: Path, name: str) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    tip = repo.commit({name: "y"})
    shown = os.fsencode(name).decode("utf-8", "backslashreplace")
    assert ranged(tmp_path, "HEAD~1..HEAD").changes == [(tip, shown, set(), b"y")]


def test_the_target_of_a_link_is_content(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "x"})
    (tmp_path / "link").symlink_to("secret-target")
    repo.git("add", "link")
    repo.git("commit", "-m", "link")
    assert ranged(tmp_path, "HEAD~1..HEAD").brought == {("link", b"secret-target")}


def test_a_submodule_is_no_content(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "x"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{base},sub")
    repo.commit()
    repo.git("update-index", "--force-remove", "sub")
    repo.commit({"sub": "a file"})
    seen = ranged(tmp_path, f"{base}..HEAD")
    assert (seen.brought, seen.complaints) == ({("sub", b"a file")}, set())
    assert ranged(tmp_path, f"{base}..HEAD~1").changes == []


def test_sha256_repositories_work_the_same(tmp_path: Path) -> None:
    repo = Repo(tmp_path, object_format="sha256")
    repo.commit({"a": "one", "old": LINES})
    tip = repo.commit({"a": "two", "old": None, "new": LINES + "more"})
    seen = ranged(tmp_path, "HEAD~1..HEAD")
    assert (len(tip), seen.head) == (64, {"a": b"two", "new": LINES.encode() + b"more"})
    assert seen.brought == {("a", b"two"), ("new", LINES.encode() + b"more")}


def test_a_bare_repository_has_ranges(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "work")
    repo.commit({"a": "1"})
    repo.commit({"a": "2"})
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert ranged(tmp_path / "bare.git", "HEAD~1..HEAD").brought == {("a", b"2")}
