from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Commit, Reachability
from scanner.sources.history import CommitTable, Graph, Tag
from scanner.sources.history.refs import Tip
from tests.scanner.sources.history.reading import look
from tests.support.repos import Repo


def _graph(parents: dict[str, str], tips: dict[str, Reachability] | None = None, tags: dict[str, str] | None = None) -> Graph:
    """A graph of commits with one-letter ids, given as `{"c": "ab"}`; all are of one day."""
    commits = [Commit(oid, "t", tuple(above), "2024-01-01T00:00:00Z", "") for oid, above in parents.items()]
    return Graph(
        [Tip("x", oid, reach) for oid, reach in (tips or {}).items()],
        CommitTable.of(commits),
        [Tag(oid, to, "commit", oid) for oid, to in (tags or {}).items()],
    )


DIAMOND = {"a": "", "b": "a", "c": "a", "d": "bc", "e": "d", "z": ""}


def test_parents_come_before_children() -> None:
    assert _graph(DIAMOND).order == ("a", "b", "c", "d", "e", "z")


def test_older_commits_come_first_where_there_is_a_choice() -> None:
    commits = [Commit(oid, "t", (), f"20{year}-01-01T00:00:00Z", "") for oid, year in (("a", 24), ("b", 22), ("c", 23))]
    assert Graph([], CommitTable.of(commits), []).order == ("b", "c", "a")


@pytest.mark.parametrize(
    ("ancestor", "descendant", "expected"),
    [("a", "e", True), ("a", "a", True), ("b", "d", True), ("b", "c", False), ("e", "a", False), ("z", "e", False), ("?", "e", False)],
)
def test_ancestry(ancestor: str, descendant: str, *, expected: bool) -> None:
    assert _graph(DIAMOND).ancestry(DIAMOND)(ancestor, descendant) is expected


def test_the_nearest_way_to_a_commit_wins() -> None:
    tips = {"b": Reachability.BRANCH, "t": Reachability.TAG, "d": Reachability.STASH, "e": Reachability.REFLOG}
    graph = _graph(DIAMOND, tips, {"t": "u", "u": "c"})
    assert {oid: graph.reach(oid).value for oid in "abcdeztu"} == {
        "a": "branch",
        "b": "branch",
        "c": "tag",
        "d": "stash",
        "e": "reflog",
        "z": "unreachable",
        "t": "tag",
        "u": "tag",
    }


def test_tags_of_tags_are_peeled_and_a_circle_of_them_ends() -> None:
    graph = _graph({"a": ""}, tags={"t": "u", "u": "a", "v": "w", "w": "v"})
    assert (graph.peel("t"), graph.peel("a")) == ("a", "a")
    assert graph.peel("v") in {"v", "w"}


def test_a_commit_that_lacks_parents_is_cut() -> None:
    graph = _graph({"a": "x", "b": "ax", "c": "b"})
    assert [(commit.id, present) for commit, present in graph.cut()] == [("a", ()), ("b", ("a",))]
    assert [commit.id for commit, _ in graph.cut(without={"b"})] == ["a", "b", "c"]


def test_a_circle_of_commits_has_an_order_and_an_end() -> None:
    graph = _graph({"a": "c", "b": "a", "c": "b", "d": "c", "s": "s"}, {"d": Reachability.BRANCH})
    assert sorted(graph.order) == ["a", "b", "c", "d", "s"]
    assert graph.order.index("c") < graph.order.index("d")
    assert graph.reach("a") is Reachability.BRANCH
    assert graph.ancestry("sd")("s", "d") is False


def test_a_long_line_of_commits_needs_no_deep_stack() -> None:
    names = [f"{number:06}" for number in range(20_000)]
    commits = [
        Commit(oid, "t", (parent,) if parent else (), "2024-01-01T00:00:00Z", "") for oid, parent in zip(names, ["", *names], strict=False)
    ]
    graph = Graph([Tip("x", names[-1], Reachability.BRANCH)], CommitTable.of(commits), [])
    assert graph.order == tuple(names)
    assert graph.ancestry(names)(names[0], names[-1])
    assert graph.reach(names[0]) is Reachability.BRANCH


def _by_hand(parents: dict[str, str], dates: dict[str, str]) -> list[str]:
    """Again and again the oldest commit all of whose parents were met, else the oldest of all."""
    left = sorted(parents, key=lambda oid: (dates[oid], oid))
    order: list[str] = []
    while left:
        free = [oid for oid in left if not set(parents[oid]) & set(left)]
        order.append((free or left)[0])
        left.remove(order[-1])
    return order


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(st.text("abcdefgh", max_size=3), st.sampled_from("0123"))))
def test_the_order_is_that_of_parents_and_dates(history: dict[str, tuple[str, str]]) -> None:
    parents = {oid: above for oid, (above, _) in history.items()}
    dates = {oid: f"2024-01-01T00:00:0{second}Z" for oid, (_, second) in history.items()}
    commits = CommitTable.of(Commit(oid, "t", tuple(above), dates[oid], "") for oid, above in parents.items())
    graph = Graph([], commits, [])
    assert list(graph.order) == _by_hand(parents, dates)
    assert graph.in_order("abz") == {oid: graph.order.index(oid) for oid in "ab" if oid in parents}
    assert {oid: graph.commits[oid] for oid in graph.commits} == {commit.id: commit for commit in commits}


def test_no_commit_is_made_an_object_unless_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = _graph(DIAMOND | {"y": "x"}, {"e": Reachability.BRANCH})
    made: list[int] = []
    plain = CommitTable.__getitem__

    def counted(commits: CommitTable, row: int) -> Commit:
        made.append(row)
        return plain(commits, row)

    monkeypatch.setattr(CommitTable, "__getitem__", counted)
    assert (graph.order, graph.trees, len(graph), graph.reach("a")) == (tuple("abcdeyz"), frozenset("t"), 7, Reachability.BRANCH)
    assert graph.ancestry("ae")("a", "e")
    assert [commit.id for commit, _ in graph.cut()] == ["y"]
    assert len(made) == 1


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.text("abcdefgh", max_size=3)))
def test_any_graph_has_a_whole_order(parents: dict[str, str]) -> None:
    graph = _graph(parents)
    assert sorted(graph.order) == sorted(parents)
    ancestry = graph.ancestry(parents)
    for one in parents:
        for other in parents:
            ancestry(one, other)


@pytest.mark.usefixtures("own_packs")
def test_real_commits_are_reached_as_their_names_say(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    main = repo.commit({"a": "1"})
    side = _on_branch(repo, "refs/remotes/origin/side")
    pull = _on_branch(repo, "refs/pull/1/head")
    tagged = _on_branch(repo, "refs/tags/light")
    note = _on_branch(repo, "refs/notes/x")
    lost = _on_branch(repo, "refs/heads/lost")
    repo.git("update-ref", "-d", "refs/heads/lost")
    amended = repo.commit({"a": "2"})
    repo.git("commit", "--amend", "--quiet", "--message=better")
    graph = look(tmp_path).graph
    expected = {main: "branch", side: "branch", pull: "branch", tagged: "tag", note: "note", amended: "reflog", lost: "unreachable"}
    assert {oid: graph.reach(oid).value for oid in expected} == expected


def _on_branch(repo: Repo, ref: str) -> str:
    """A commit of its own that `ref` points at."""
    oid = repo.git("commit-tree", "-m", ref, repo.git("rev-parse", "HEAD^{tree}"), date=datetime(2024, 2, 1, tzinfo=UTC))
    repo.git("update-ref", ref, oid)
    return oid


@pytest.mark.usefixtures("own_packs")
def test_annotated_tags_lead_to_commits_that_nothing_else_leads_to(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    gone = repo.commit({"a": "2"})
    repo.git("tag", "--annotate", "--message=inner", "inner")
    repo.git("tag", "--annotate", "--message=outer", "outer", "inner")
    repo.git("reset", "--hard", "--quiet", "HEAD~1")
    repo.git("tag", "--delete", "inner")
    repo.git("reflog", "expire", "--expire=now", "--all")
    seen = look(tmp_path)
    outer = repo.git("rev-parse", "outer")
    assert seen.graph.reach(gone) is Reachability.TAG
    assert seen.graph.reach(outer) is Reachability.TAG
    assert seen.graph.peel(outer) == gone


@pytest.mark.usefixtures("own_packs")
def test_older_stashes_are_stashes(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    stashes = []
    for number in range(2):
        (tmp_path / "a").write_text(f"stashed {number}")
        repo.git("stash", "push", "--quiet", date=datetime(2024, 3, 1 + number, tzinfo=UTC))
        stashes.append(repo.git("rev-parse", "refs/stash"))
    graph = look(tmp_path).graph
    assert {graph.reach(oid) for oid in stashes} == {Reachability.STASH}


@pytest.mark.usefixtures("own_packs")
def test_a_detached_head_is_reached(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    repo.git("checkout", "--quiet", "--detach")
    detached = repo.commit({"a": "2"})
    seen = look(tmp_path)
    assert (seen.head, seen.at) == (detached, detached)
    assert seen.graph.reach(detached) is Reachability.BRANCH


@pytest.mark.usefixtures("own_packs")
def test_the_heads_of_other_worktrees_are_reached(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "main")
    repo.commit({"a": "1"})
    repo.git("worktree", "add", "--quiet", "--detach", "../linked")
    (tmp_path / "linked/a").write_text("2")
    repo.git("-C", "../linked", "commit", "--quiet", "--all", "--message=linked")
    linked = repo.git("-C", "../linked", "rev-parse", "HEAD")
    repo.git("reflog", "expire", "--expire=now", "--all")
    assert look(repo.path).graph.reach(linked) is Reachability.BRANCH
    assert look(tmp_path / "linked").head == linked
