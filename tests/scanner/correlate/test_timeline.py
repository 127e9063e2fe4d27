"""When a credential came to a place, when it left, and what still leads there."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.correlate import occurrences_of
from scanner.model import Chronicle, Commit, Occurrence, Reachability, Zone
from tests.scanner.correlate.worlds import ALLOWED, CONTAINER, Repository, date_of, make_id, read, told

PATH = "f"


def linear(*contents: str | None) -> Repository:
    repository = Repository()
    repository.line(PATH, contents)
    return repository


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        pytest.param(["a"], [("f", "c0", None, True, "head")], id="added"),
        pytest.param([".", ". a"], [("f", "c1", None, True, "head")], id="added later"),
        pytest.param(["a", ". a", "a ."], [("f", "c0", None, True, "head")], id="edited around"),
        pytest.param(["a", "."], [("f", "c0", "c1", False, "branch")], id="removed"),
        pytest.param(["a", None], [("f", "c0", "c1", False, "branch")], id="file deleted"),
        pytest.param(["a", ".", "a"], [("f", "c0", "c1", False, "branch"), ("f", "c2", None, True, "head")], id="came back"),
        pytest.param(
            ["a", ".", "a", "."], [("f", "c0", "c1", False, "branch"), ("f", "c2", "c3", False, "branch")], id="came back and left"
        ),
        pytest.param(["a", "a a"], [("f", "c0", None, True, "head"), ("f", "c1", None, True, "head")], id="a second copy"),
        pytest.param(["a a", "a"], [("f", "c0", None, True, "head"), ("f", "c0", "c1", False, "branch")], id="one copy of two left"),
        pytest.param(["x:a", "y:a"], [("f", "c0", "c1", False, "branch"), ("f", "c1", None, True, "head")], id="another field"),
        pytest.param([".", "."], [], id="nothing at all"),
    ],
)
def test_one_line_of_commits(contents: list[str | None], expected: list[tuple[object, ...]]) -> None:
    found = linear(*contents).occurrences(f"c{len(contents) - 1}")
    assert sorted(map(told, found), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("contents", "accepted"),
    [(["a!"], True), (["a", "a!"], True), (["a!", "a"], False), (["a!", "."], True), (["a", "a!", "."], True)],
)
def test_a_run_is_accepted_where_its_newest_content_is(contents: list[str | None], accepted: bool) -> None:
    (found,) = linear(*contents).occurrences(f"c{len(contents) - 1}")
    assert found.suppression == (ALLOWED if accepted else None)


@pytest.mark.parametrize(("head", "here", "accepted"), [("a!", "a!", True), ("a!", "a", False), ("a", "a!", False), (".", "a!", True)])
def test_a_file_is_accepted_where_head_and_work_tree_both_are(head: str, here: str, accepted: bool) -> None:
    (found,) = linear(head).occurrences("c0", worktree={PATH: here})
    assert found.suppression == (ALLOWED if accepted else None)


def test_a_place_has_one_fingerprint_whatever_holds_it() -> None:
    repository = Repository()
    repository.commit("c0", "", {"f": "a", "g": "x:a"})
    repository.commit("c1", "c0", {"f": ".", "g": "x:a"})
    repository.commit("c2", "c1", {"f": "a", "g": "x:a"})
    prints = [(one.path, one.fingerprint) for one in repository.occurrences("c2")]
    assert len(prints) == 3
    assert len(set(prints)) == len({fingerprint for _, fingerprint in prints}) == 2


def test_a_rename_ends_one_place_and_begins_another() -> None:
    repository = Repository()
    repository.commit("c0", "", {"old": "a"})
    repository.commit("c1", "c0", {"new": "a"})
    assert [told(one) for one in repository.occurrences("c1")] == [
        ("new", "c1", None, True, "head"),
        ("old", "c0", "c1", False, "branch"),
    ]


def forked() -> Repository:
    """`main` and `side` grow out of `root`, which holds nothing."""
    repository = Repository()
    repository.commit("root", "", {})
    return repository


def test_a_merge_brings_nothing_new() -> None:
    repository = forked()
    repository.commit("main", "root", {"g": "."})
    repository.commit("side", "root", {PATH: "a"})
    repository.commit("merge", "main side", {PATH: "a", "g": "."})
    assert [told(one) for one in repository.occurrences("merge")] == [(PATH, "side", None, True, "head")]


def test_an_evil_merge_brings_what_no_parent_has() -> None:
    repository = forked()
    repository.commit("main", "root", {PATH: "."})
    repository.commit("side", "root", {PATH: ". ."})
    repository.commit("merge", "main side", {PATH: "a"})
    assert [told(one) for one in repository.occurrences("merge")] == [(PATH, "merge", None, True, "head")]


def test_an_evil_merge_removes_what_a_parent_has() -> None:
    repository = forked()
    repository.commit("main", "root", {PATH: "a ."})
    repository.commit("side", "root", {PATH: "a . ."})
    repository.commit("merge", "main side", {PATH: ". . ."})
    assert [told(one) for one in repository.occurrences("merge")] == [(PATH, "main", "merge", False, "branch")]


def test_a_merge_that_takes_the_side_without_it_ends_nothing() -> None:
    repository = forked()
    repository.commit("main", "root", {PATH: "."})
    repository.commit("side", "root", {PATH: "a"})
    repository.commit("merge", "main side", {PATH: "."})
    assert [told(one) for one in repository.occurrences("merge")] == [(PATH, "side", None, False, "branch")]


def test_a_cherry_pick_belongs_to_the_same_run() -> None:
    repository = forked()
    repository.commit("main", "root", {PATH: "a"})
    repository.commit("picked", "root", {PATH: "a"})
    found = repository.occurrences("main", refs={"picked": Reachability.BRANCH})
    assert [told(one) for one in found] == [(PATH, "main", None, True, "head")]


def test_a_cherry_pick_after_the_removal_elsewhere_belongs_to_the_same_run() -> None:
    repository = forked()
    repository.commit("main", "root", {PATH: "a"})
    repository.commit("gone", "main", {PATH: "."})
    repository.commit("picked", "root", {PATH: "a"})
    found = repository.occurrences("gone", refs={"picked": Reachability.BRANCH})
    assert [told(one) for one in found] == [(PATH, "main", "gone", False, "branch")]


def test_what_a_branch_alone_brings_back_is_new_and_does_not_touch_head() -> None:
    repository = Repository()
    repository.commit("main", "", {PATH: "a"})
    repository.commit("gone", "main", {PATH: "."})
    repository.commit("back", "gone", {PATH: "a"})
    found = repository.occurrences("main", refs={"back": Reachability.TAG})
    assert [told(one) for one in found] == [(PATH, "main", None, True, "head"), (PATH, "back", None, False, "tag")]


def test_deleted_on_heads_line_but_alive_on_a_branch() -> None:
    repository = Repository()
    repository.commit("both", "", {PATH: "a"})
    repository.commit("main", "both", {PATH: "."})
    repository.commit("side", "both", {PATH: "a", "g": "."})
    found = repository.occurrences("main", refs={"side": Reachability.BRANCH})
    assert [told(one) for one in found] == [(PATH, "both", "main", False, "branch")]


def test_the_removal_on_heads_line_counts_even_when_a_branch_was_first() -> None:
    repository = Repository()
    repository.commit("both", "", {PATH: "a"})
    repository.commit("side", "both", {PATH: "."})
    repository.commit("main", "both", {PATH: ". ."})
    (one,) = repository.occurrences("main", refs={"side": Reachability.BRANCH})
    assert (one.removed_commit, one.removed_at) == ("main", date_of(2))


def test_a_removal_ends_the_run_that_it_can_see() -> None:
    repository = Repository()
    repository.commit("old", "", {PATH: "a"})
    repository.commit("gone", "old", {PATH: "."})
    repository.commit("back", "gone", {PATH: "a"})
    repository.commit("side", "old", {PATH: ". ."})
    found = repository.occurrences("side", refs={"back": Reachability.BRANCH})
    assert [told(one) for one in found] == [(PATH, "old", "side", False, "branch"), (PATH, "back", None, False, "branch")]


def twice_picked() -> Repository:
    """The same token on two lines, first on `side`; then both let it go, `gone` on the line of `main`."""
    repository = forked()
    repository.commit("side", "root", {PATH: "a"})
    repository.commit("main", "root", {PATH: ". a"})
    repository.commit("gone", "main", {PATH: ". ."})
    repository.commit("lost", "side", {PATH: "."})
    return repository


def test_of_several_lines_the_nearest_to_head_leads_there() -> None:
    (one,) = twice_picked().occurrences("gone", refs={"lost": Reachability.TAG})
    assert told(one) == (PATH, "side", "gone", False, "branch")


def test_the_line_is_that_of_the_last_commit_that_held_it() -> None:
    (one,) = twice_picked().occurrences("gone")
    assert one.spot.line == 2


@pytest.mark.parametrize("reachability", [r for r in Reachability if r is not Reachability.HEAD])
def test_what_head_never_had_is_where_the_nearest_name_leads(reachability: Reachability) -> None:
    repository = forked()
    repository.commit("side", "root", {PATH: "a"})
    (one,) = repository.occurrences("root", refs={"side": reachability})
    assert one.reachability is reachability


def test_what_nothing_leads_to_is_unreachable() -> None:
    repository = forked()
    repository.commit("lost", "root", {PATH: "a"})
    (one,) = repository.occurrences("root")
    assert one.reachability is Reachability.UNREACHABLE


def test_the_commit_that_brought_it_is_told_with_date_and_author() -> None:
    (one,) = linear(".", "a").occurrences("c1")
    assert (one.commit, one.committed_at, one.author) == ("c1", date_of(1), "author of c1")


@pytest.mark.parametrize(
    ("contents", "worktree", "line"),
    [
        pytest.param(["a", ". . a"], ". . . a", 4, id="work tree before HEAD"),
        pytest.param(["a", ". . a"], ".", 3, id="HEAD where the work tree lost it"),
        pytest.param(["a", ". . a", "."], ".", 3, id="the last blob that held it"),
    ],
)
def test_the_line_is_that_of_the_newest_blob(contents: list[str | None], worktree: str, line: int) -> None:
    (one,) = linear(*contents).occurrences(f"c{len(contents) - 1}", worktree={PATH: worktree})
    assert one.spot.line == line


def test_what_is_only_in_the_work_tree_is_a_place_of_its_own() -> None:
    (one,) = linear(".").occurrences("c0", worktree={PATH: "a"}, modes={PATH: 0o100644})
    assert (one.zone, one.in_head, one.reachability, one.commit, one.mode) == (Zone.WORKTREE, False, Reachability.WORKTREE, None, "0644")


def test_the_work_tree_joins_what_head_has() -> None:
    (one,) = linear("a").occurrences("c0", modes={PATH: 0o600})
    assert (one.zone, one.mode) == (Zone.REPO_HEAD, "0600")


def test_a_second_copy_in_the_work_tree_is_a_second_place() -> None:
    found = linear("a").occurrences("c0", worktree={PATH: "a a"})
    assert [(one.zone, one.spot.line) for one in found] == [(Zone.REPO_HEAD, 1), (Zone.WORKTREE, 2)]


def test_what_was_removed_and_lies_in_the_work_tree_again_is_two_places() -> None:
    found = linear("a", ".").occurrences("c1", worktree={PATH: "a"})
    assert [told(one) for one in found] == [(PATH, "c0", "c1", False, "branch"), (PATH, None, None, False, "worktree")]


def test_what_is_only_in_the_index_counts_as_work_tree() -> None:
    (one,) = linear(".").occurrences("c0", index={PATH: ". a"})
    assert (one.zone, one.reachability, one.spot.line) == (Zone.WORKTREE, Reachability.WORKTREE, 2)


def test_index_and_work_tree_together_are_one_place() -> None:
    assert len(linear(".").occurrences("c0", worktree={PATH: ". . a"}, index={PATH: ". a"})) == 1


def test_what_head_holds_without_any_known_change_is_in_head() -> None:
    chronicle = Chronicle({}, (), {PATH: "blob"}, {}, {}, lambda _first, _second: False)
    (one,) = occurrences_of(CONTAINER, {("blob", PATH): read("a")}, chronicle, worktree={}, modes={}, orphans={}, make_id=make_id)
    assert told(one) == (PATH, None, None, True, "head")


def test_what_was_there_before_the_history_begins_ends_where_it_is_removed() -> None:
    repository = linear("a", ". a", ".")
    repository.parents["c1"] = ()
    known = repository.chronicle("c2")
    cut = Chronicle(known.commits, known.changes[2:], known.head, known.index, known.reach, known.ancestry)
    (one,) = occurrences_of(CONTAINER, {(". a", PATH): read(". a")}, cut, worktree={}, modes={}, orphans={}, make_id=make_id)
    assert told(one) == (PATH, None, "c2", False, "branch")


def test_members_of_archives_have_the_history_of_the_archive() -> None:
    repository = Repository()
    repository.commit("c0", "", {"x.zip": "zipped"})
    repository.commit("c1", "c0", {})
    found = occurrences_of(
        CONTAINER,
        {("zipped", "x.zip!/in.txt"): read("a")},
        repository.chronicle("c1"),
        worktree={},
        modes={},
        orphans={},
        make_id=make_id,
    )
    assert [told(one) for one in found] == [("x.zip!/in.txt", "c0", "c1", False, "branch")]


def test_a_folder_may_be_called_like_an_archive() -> None:
    repository = Repository()
    repository.commit("c0", "", {"x!/f": "a"})
    assert [told(one) for one in repository.occurrences("c0")] == [("x!/f", "c0", None, True, "head")]


def pathless(path: str, commit_of: dict[str, str]) -> Occurrence:
    repository = linear("a", ".")
    (one,) = occurrences_of(
        CONTAINER,
        {},
        repository.chronicle("c1"),
        worktree={},
        modes={},
        orphans={path: read("a")},
        make_id=make_id,
        commit_of=commit_of,
    )
    return one


@pytest.mark.parametrize(
    ("path", "commit_of", "expected"),
    [
        ("commit:c0", {}, ("commit:c0", "c0", None, False, "branch")),
        ("tag:v1", {"tag:v1": "c1"}, ("tag:v1", "c1", None, False, "tag")),
        ("note:c0", {"note:c0": "notes"}, ("note:c0", "notes", None, False, "note")),
        ("blob:b", {}, ("blob:b", None, None, False, "unreachable")),
        ("commit:elsewhere", {}, ("commit:elsewhere", "elsewhere", None, False, "unreachable")),
    ],
)
def test_what_has_no_path_is_history(path: str, commit_of: dict[str, str], expected: tuple[object, ...]) -> None:
    one = pathless(path, commit_of)
    assert told(one) == expected
    assert one.zone is Zone.REPO_HISTORY


def test_a_message_is_as_old_as_its_commit() -> None:
    one = pathless("commit:c1", {})
    assert (one.committed_at, one.author) == (date_of(1), "author of c1")


def test_a_workflow_is_a_ci_definition_only_while_it_is_there() -> None:
    repository = Repository()
    repository.line(".github/workflows/ci.yml", ["a b", "a"])
    found = {one.credential: one.zone for one in repository.occurrences("c1")}
    assert found == {"a": Zone.CI_DEFINITION, "b": Zone.REPO_HISTORY}


def test_every_id_is_its_own_and_none_depends_on_lines() -> None:
    plain = linear("a a", ".", "a", "a x:a").occurrences("c3")
    moved = linear(". a . a", ".", ". . a", ". a . x:a").occurrences("c3")
    assert len({one.id for one in plain}) == len(plain) == 4
    assert [one.id for one in plain] == [one.id for one in moved]


def test_later_history_does_not_rename_what_was_there() -> None:
    early = linear("a", ".", "a").occurrences("c2")
    late = linear("a", ".", "a", ".", "a").occurrences("c4")
    assert [one.id for one in late][: len(early)] == [one.id for one in early]


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_on_one_line_the_runs_are_those_that_one_can_see(holds: list[bool]) -> None:
    contents = ["a" if held else "." for held in holds]
    begins = [n for n, held in enumerate(holds) if held and (n == 0 or not holds[n - 1])]
    ends = [n for n, held in enumerate(holds) if not held and n > 0 and holds[n - 1]]
    found = linear(*contents).occurrences(f"c{len(holds) - 1}")
    assert [one.commit for one in found] == [f"c{n}" for n in begins]
    assert [one.removed_commit for one in found if one.removed_commit] == [f"c{n}" for n in ends]
    assert [one.in_head for one in found] == [len(begins) - 1 == n and holds[-1] for n in range(len(begins))]


WORDS = st.lists(st.sampled_from(["a", "b", "x:a", "y:a", "."]), max_size=5).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_sightings_changes_nothing(contents: list[str], shuffle: random.Random) -> None:
    repository = linear(*contents)
    seen = {(content, PATH): read(content) for content in contents}
    mixed = {key: tuple(shuffle.sample(values, len(values))) for key, values in shuffle.sample(sorted(seen.items()), len(seen))}
    chronicle = repository.chronicle(f"c{len(contents) - 1}")
    once, again = (
        occurrences_of(CONTAINER, given, chronicle, worktree={}, modes={}, orphans={}, make_id=make_id) for given in (seen, mixed)
    )
    assert {one.id: one for one in once} == {one.id: one for one in again}


@pytest.mark.parametrize(
    "contents", [["a"] + ["." * n + " a" for n in range(1, 400)], ["a", "."] * 200], ids=["edited all the time", "coming and going"]
)
def test_a_change_asks_about_few_others(contents: list[str | None]) -> None:
    repository = linear(*contents)
    repository.occurrences(f"c{len(contents) - 1}")
    assert repository.asked <= 2 * len(contents)


def test_even_a_crowd_of_branches_asks_a_bounded_number_of_questions() -> None:
    repository = Repository()
    repository.commit("root", "", {})
    for n in range(200):
        repository.commit(f"add{n}", "root", {PATH: "a"})
        repository.commit(f"drop{n}", f"add{n}", {PATH: "."})
    repository.occurrences("root")
    assert repository.asked <= 400 * 32


def test_a_commit_that_is_not_known_leaves_its_facts_out() -> None:
    known = linear("a").chronicle("c0")
    bare: dict[str, Commit] = {}
    chronicle = Chronicle(bare, known.changes, known.head, known.index, known.reach, known.ancestry)
    (one,) = occurrences_of(CONTAINER, {("a", PATH): read("a")}, chronicle, worktree={}, modes={}, orphans={}, make_id=make_id)
    assert (one.commit, one.committed_at, one.author) == ("c0", None, None)
