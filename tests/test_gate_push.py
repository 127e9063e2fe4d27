"""`keytrail gate --pre-receive` where it is meant to run: as the hook of a repository that is really pushed to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.command import Run, keytrail
from tests.support.pushes import Server
from tests.support.repos import Repo, environment

LINE = f"token = {tokens.npm(7)}\n"
OTHER = f"token = {tokens.npm(8)}\n"
ZERO = "0" * 40
REFUSED = "pre-receive hook declined"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def server(tmp_path: Path, home: Path) -> Server:
    return Server(tmp_path / "web.git", home)


@pytest.fixture
def mine(tmp_path: Path, server: Server) -> Repo:
    """A repository whose first commit the server has."""
    made = Repo(tmp_path / "mine")
    made.commit({"README.md": "web\n"})
    assert server.push(made, "main").code == 0
    return made


def judge(server: Server, *lines: str) -> Run:
    """The command as a hook runs it, without a push."""
    return keytrail("gate", "--pre-receive", cwd=server.repo.path, stdin="".join(f"{line}\n" for line in lines).encode())


def test_a_token_is_refused_and_the_same_branch_without_it_is_taken(server: Server, mine: Repo) -> None:
    mine.commit({"config.ini": LINE})
    mine.commit({"config.ini": "nothing\n"})
    run = server.push(mine, "main")
    assert (run.code, REFUSED in run.stderr) == (1, True)
    assert "remote: " in run.stderr
    assert "npm" in run.stderr
    assert "config.ini" in run.stderr
    assert "2 new commits, pushed to 1 ref" in run.stderr
    assert LINE[8:20] not in run.stderr
    mine.git("reset", "--quiet", "--hard", "HEAD~2")
    mine.commit({"config.ini": "nothing\n"})
    assert server.push(mine, "main").code == 0
    assert server.repo.git("rev-parse", "main") == mine.git("rev-parse", "main")


def test_the_first_push_of_all_counts_as_a_whole(server: Server, tmp_path: Path) -> None:
    mine = Repo(tmp_path / "mine")
    mine.commit({"config.ini": LINE})
    mine.commit({"config.ini": None})
    assert REFUSED in server.push(mine, "main").stderr
    assert server.refs() == set()


def test_what_the_server_has_is_not_judged_again(server: Server, mine: Repo, home: Path) -> None:
    """Not on another branch, not under a tag, and not behind a force push."""
    mine.commit({"old.ini": LINE})
    (server.repo.gitdir / "hooks" / "pre-receive").rename(home / "hook")
    assert server.push(mine, "main").code == 0
    (home / "hook").rename(server.repo.gitdir / "hooks" / "pre-receive")
    mine.git("tag", "v1")
    mine.git("branch", "copy")
    assert server.push(mine, "copy", "v1").code == 0
    mine.commit({"new.txt": "x\n"})
    mine.git("commit", "--quiet", "--amend", "--message=other")
    assert server.push(mine, "+main").code == 0


def test_a_force_push_brings_what_no_ref_had(server: Server, mine: Repo) -> None:
    mine.commit({"a.txt": "a\n"})
    assert server.push(mine, "main").code == 0
    mine.git("reset", "--quiet", "--hard", "HEAD~1")
    mine.commit({"b.ini": OTHER})
    run = server.push(mine, "+main")
    assert REFUSED in run.stderr
    assert "1 new commit," in run.stderr


def test_removing_a_branch_is_nothing_to_judge(server: Server, mine: Repo) -> None:
    mine.git("branch", "side")
    assert server.push(mine, "side").code == 0
    run = server.push(mine, ":side")
    assert run.code == 0
    assert "only removes refs" in run.stderr
    assert server.refs() == {"refs/heads/main"}


def test_all_refs_of_a_push_are_judged(server: Server, mine: Repo) -> None:
    mine.commit({"a.txt": "a\n"})
    mine.git("switch", "--quiet", "--create", "side")
    mine.commit({"b.ini": OTHER})
    run = server.push(mine, "main", "side")
    assert (REFUSED in run.stderr, "b.ini" in run.stderr) == (True, True)
    assert server.refs() == {"refs/heads/main"}


def test_the_message_of_a_tag_counts(server: Server, mine: Repo) -> None:
    mine.git("tag", "--annotate", "v1", "--message", "fine")
    assert server.push(mine, "v1").code == 0
    mine.git("tag", "--annotate", "v2", "--message", LINE)
    run = server.push(mine, "v2")
    assert (REFUSED in run.stderr, "tag v2:1" in run.stderr) == (True, True)


def test_notes_and_other_namespaces_count(server: Server, mine: Repo) -> None:
    mine.git("notes", "add", "--message", LINE)
    assert REFUSED in server.push(mine, "refs/notes/commits").stderr
    mine.commit({"c.ini": OTHER})
    assert REFUSED in server.push(mine, "HEAD:refs/changes/01/1/1").stderr
    assert server.refs() == {"refs/heads/main"}


def test_a_ref_can_hold_a_blob_or_a_tree(server: Server, mine: Repo) -> None:
    blob = mine.blob(LINE)
    tree = mine.git("mktree", stdin=f"100644 blob {mine.blob(OTHER)}\tdeep.ini\n".encode())
    for oid, held in ((blob, blob), (tree, mine.blob(OTHER))):
        mine.git("update-ref", "refs/tags/odd", oid)
        run = server.push(mine, "refs/tags/odd")
        assert REFUSED in run.stderr
        assert f"blob {held[:7]}:1  token, only under a tag" in run.stderr
    mine.git("update-ref", "refs/tags/odd", mine.blob("harmless\n"))
    assert server.push(mine, "refs/tags/odd").code == 0


def test_a_shallow_pusher_is_judged_like_any_other(server: Server, mine: Repo, tmp_path: Path) -> None:
    mine.commit({"a.txt": "a\n"})
    assert server.push(mine, "main").code == 0
    mine.git("clone", "--quiet", "--depth=1", server.url, str(tmp_path / "shallow"))
    shallow = Repo(tmp_path / "shallow")
    shallow.commit({"b.txt": "b\n"})
    assert server.push(shallow, "main").code == 0
    shallow.commit({"b.ini": LINE})
    assert REFUSED in server.push(shallow, "main").stderr


def test_a_server_that_borrows_its_objects_is_read_whole(server: Server, mine: Repo, tmp_path: Path, home: Path) -> None:
    fork_path = tmp_path / "fork.git"
    mine.git("clone", "--quiet", "--bare", "--shared", str(server.repo.path), str(fork_path))
    fork = Server(fork_path, home, repo=Repo(fork_path, bare=True))
    assert (fork_path / "objects" / "info" / "alternates").exists()
    mine.commit({"a.txt": "a\n"})
    assert fork.push(mine, "main").code == 0
    mine.commit({"b.ini": LINE})
    assert REFUSED in fork.push(mine, "main").stderr


def test_a_repository_of_sha256_is_judged(tmp_path: Path, home: Path) -> None:
    server = Server(tmp_path / "new.git", home, object_format="sha256")
    mine = Repo(tmp_path / "mine", object_format="sha256")
    mine.commit({"a.txt": "a\n"})
    assert server.push(mine, "main").code == 0
    mine.commit({"b.ini": LINE})
    assert REFUSED in server.push(mine, "main").stderr


def test_the_configuration_is_that_of_the_branch_which_head_names(server: Server, mine: Repo) -> None:
    """Not what the push itself brings, and not a file that lies beside the repository."""
    mine.commit({"keytrail.toml": 'fail-on = "none"\n', "b.ini": LINE})
    assert REFUSED in server.push(mine, "main").stderr
    mine.git("reset", "--quiet", "--hard", "HEAD~1")
    mine.commit({"keytrail.toml": 'fail-on = "none"\n'})
    assert server.push(mine, "main").code == 0
    mine.commit({"b.ini": LINE})
    assert server.push(mine, "main:other").code == 0


def test_the_baseline_is_that_of_the_branch_which_head_names(server: Server, mine: Repo) -> None:
    mine.commit({"b.ini": LINE})
    made = keytrail("baseline", "create", ".", "-o", ".keytrail-baseline.toml", "--reason", "known", cwd=mine.path)
    assert made.code == 0, made.stderr
    baseline = (mine.path / ".keytrail-baseline.toml").read_text()
    mine.git("reset", "--quiet", "--hard", "HEAD~1")
    mine.commit({".keytrail-baseline.toml": baseline, "keytrail.toml": 'baseline = ".keytrail-baseline.toml"\n'})
    assert server.push(mine, "main").code == 0
    mine.commit({"b.ini": LINE})
    assert server.push(mine, "main").code == 0
    mine.commit({"c.ini": LINE})
    assert REFUSED in server.push(mine, "main").stderr


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "standard input is empty"),
        (["nonsense"], "line 1 of standard input is not `OLD NEW REF`"),
        ([f"{ZERO} HEAD refs/heads/x"], "line 1"),
        ([f"{ZERO} {ZERO} refs/heads/x", f"{ZERO} --output=x refs/heads/x"], "line 2"),
        ([f"{ZERO} {'1' * 64} refs/heads/x"], "ids of 40 digits"),
        ([f"{ZERO} {'1' * 40} refs/heads/a..b"], "line 1"),
        ([f"{ZERO} {'1' * 40} refs/heads/x"], "111111111111 is to be pushed, and not all of it"),
        ([f"{'1' * 40} {ZERO} refs/heads/x"], "111111111111 is to be replaced"),
    ],
)
def test_what_no_hook_is_told_is_one_line_and_no_pass(server: Server, mine: Repo, lines: list[str], said: str) -> None:
    assert mine.gitdir.exists()
    run = judge(server, *lines)
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert said in run.stderr


def test_a_hook_that_runs_when_the_refs_are_set_does_not_pass(server: Server, mine: Repo) -> None:
    """As post-receive it would find nothing new, ever."""
    tip = mine.git("rev-parse", "main")
    run = judge(server, f"{ZERO} {tip} refs/heads/main")
    assert (run.code, "the refs are set already" in run.stderr) == (2, True)


def test_a_push_is_no_change_beside_another(server: Server) -> None:
    run = keytrail("gate", "--pre-receive", "--staged", cwd=server.repo.path)
    assert (run.code, "name one change" in run.stderr) == (2, True)


def test_a_work_tree_can_be_pushed_to(home: Path, tmp_path: Path) -> None:
    """There the hook runs inside of `.git`."""
    target = Repo(tmp_path / "work")
    target.commit({"a.txt": "a\n"})
    target.git("config", "receive.denyCurrentBranch", "updateInstead")
    server = Server(target.path, home, repo=target)
    subprocess.run(["git", "clone", "--quiet", str(target.path), str(tmp_path / "mine")], env=environment(), check=True)
    mine = Repo(tmp_path / "mine")
    mine.commit({"b.ini": LINE})
    assert REFUSED in server.push(mine, "main").stderr
    mine.git("reset", "--quiet", "--hard", "HEAD~1")
    mine.commit({"b.ini": "fine\n"})
    assert server.push(mine, "main").code == 0


class TestPipelines:
    """Each branch of a push is compared by itself: with what it was, a new one with where it left the default branch."""

    FLOW = ".github/workflows/ship.yml"
    SHIP = "on: {push: {tags: ['v*']}}\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps: [{run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}]\n"

    def test_a_job_on_the_second_branch_is_found_beside_one_that_is_no_worse(self, server: Server, mine: Repo) -> None:
        mine.commit({self.FLOW: "on: push\njobs: {test: {runs-on: ubuntu-latest, steps: [{run: npm test}]}}\n"})
        mine.git("switch", "--quiet", "--create", "side", "main~1")
        mine.commit({self.FLOW: self.SHIP})
        run = server.push(mine, "main", "side")
        assert (REFUSED in run.stderr, "TB601" in run.stderr) == (True, True)
        assert server.push(mine, "main").code == 0

    def test_branches_that_bring_the_same_are_told_once(self, server: Server, mine: Repo) -> None:
        mine.commit({self.FLOW: self.SHIP})
        mine.git("switch", "--quiet", "--create", "side")
        mine.commit({"a.txt": "a\n"})
        run = server.push(mine, "main", "side")
        assert run.stderr.count("TB601") == 1

    def test_a_history_of_its_own_counts_as_new(self, server: Server, mine: Repo) -> None:
        mine.git("checkout", "--quiet", "--orphan", "pages")
        mine.commit({self.FLOW: self.SHIP})
        assert "TB601" in server.push(mine, "pages").stderr
        mine.git("commit", "--quiet", "--amend", "--message=none")
        mine.git("rm", "--quiet", self.FLOW)
        mine.git("commit", "--quiet", "--amend", "--allow-empty", "--message=none")
        assert server.push(mine, "pages").code == 0

    def test_what_a_branch_had_before_is_nothing_new(self, server: Server, mine: Repo, home: Path) -> None:
        """Not even where the default branch never had it."""
        hook = server.repo.gitdir / "hooks" / "pre-receive"
        mine.git("switch", "--quiet", "--create", "side")
        mine.commit({self.FLOW: self.SHIP})
        assert "TB601" in server.push(mine, "side").stderr
        hook.rename(home / "hook")
        assert server.push(mine, "side").code == 0
        (home / "hook").rename(hook)
        mine.commit({self.FLOW: f"# the same\n{self.SHIP}"})
        assert server.push(mine, "side").code == 0

    def test_a_branch_is_not_hidden_by_one_on_top_of_it(self, server: Server, mine: Repo) -> None:
        mine.commit({self.FLOW: self.SHIP})
        mine.git("switch", "--quiet", "--create", "side")
        mine.commit({self.FLOW: None})
        assert "TB601" in server.push(mine, "main", "side").stderr
        assert server.push(mine, "side").code == 0
