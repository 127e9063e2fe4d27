from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.sources.history import Repository, discover
from tests.scanner.sources.history.reading import look
from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("own_packs")


def test_remotes_have_no_user_and_no_password(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("remote", "add", "origin", "https://ada:hunter2@example.org/a.git")
    repo.git("remote", "add", "mirror", "git@example.org:a.git")
    assert look(tmp_path).remotes == {"origin": "https://example.org/a.git", "mirror": "git@example.org:a.git"}


@pytest.mark.parametrize(
    "url", ["https://example.org/%(x)s", "https://example.org/${x}", 'a"b', "a\\b", "a;b#c", " a ", "../x", "1", "true"]
)
@pytest.mark.parametrize("name", ["origin", "a]b", "%(x)s", 'a"b', "a\\b"])
def test_strange_remotes_are_taken_as_they_are(tmp_path: Path, name: str, url: str) -> None:
    repo = Repo(tmp_path)
    repo.git("config", f"remote.{name}.url", url)
    assert look(tmp_path).remotes == {name: url.strip()}


def test_projects_are_what_forges_call_it(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("remote", "add", "origin", "git@forge.example:Acme/Web.git")
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("repo", layout) as repository:
        assert repository.projects == ("acme/web",)


@pytest.mark.parametrize("branch", ["feature/x", "caf\u00e9", os.fsdecode(b"caf\xe9")])
def test_the_branch_of_head_may_have_any_name(tmp_path: Path, branch: str) -> None:
    repo = Repo(tmp_path)
    repo.git("checkout", "--quiet", "-b", branch)
    commit = repo.commit({"a": "needle"})
    seen = look(tmp_path)
    assert (seen.head, set(seen.chronicle.head), seen.complaints) == (commit, {"a"}, set())
    assert seen.at == "refs/heads/" + os.fsencode(branch).decode(errors="backslashreplace")


def test_thousands_of_refs_are_listed_at_once(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"a": "x"})
    (repo.gitdir / "packed-refs").write_text("".join(f"{head} refs/pull/{number:05}/head\n" for number in range(5000)))
    assert len(look(tmp_path).graph.tips) >= 5000


def test_a_repository_knows_where_its_work_tree_is(tmp_path: Path) -> None:
    Repo(tmp_path)
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout) as repository:
        assert (repository.container, repository.worktree) == ("box", tmp_path)


def test_two_repositories_can_be_open_at_once(tmp_path: Path) -> None:
    for name in "ab":
        Repo(tmp_path / name).commit({name: name})
    one, two = (discover(tmp_path / name)[0] for name in "ab")
    assert one is not None
    assert two is not None
    with Repository("a", one) as first, Repository("b", two) as second:
        assert first.head != second.head
        assert first.inventory().counts == second.inventory().counts == {"blob": 1, "commit": 1, "tree": 1}


def test_without_tips_nothing_is_entered_and_head_is_known_all_the_same(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"a": "1"})
    repo.git("checkout", "--quiet", "--detach")
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout, tips=False) as repository:
        assert (repository.shadow.tips, repository.head, repository.shadow.at.value) == ((), head, head)


def test_head_leads_through_as_many_symbolic_refs_as_for_git(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    head = repo.commit({"a": "1"})
    repo.git("symbolic-ref", "refs/heads/s1", "refs/heads/main")
    for number in range(2, 5):
        repo.git("symbolic-ref", f"refs/heads/s{number}", f"refs/heads/s{number - 1}")
    heads = []
    for name in ("s3", "s4"):
        (repo.gitdir / "HEAD").write_text(f"ref: refs/heads/{name}\n")
        heads.append(look(tmp_path).head)
    assert heads == [head, None]
