"""`keytrail baseline create` from outside, and what every command makes of the file: what is accepted is quiet, and nothing else is."""

from __future__ import annotations

import base64
import json
import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scanner import hosts
from tests.support import tokens
from tests.support.command import Run, keytrail
from tests.support.repos import Repo

TOKEN, OTHER = tokens.npm(31), tokens.npm(32)
LINE, OTHER_LINE = f"token = {TOKEN}\n", f"token = {OTHER}\n"
PASSWORD = "tulip-harbour-91"  # noqa: S105 - protects nothing
FILE = ".keytrail-baseline.toml"
HERE, ELSEWHERE = {"KEYTRAIL_KEY": "ab" * 32}, {"KEYTRAIL_KEY": "cd" * 32}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A token in HEAD and another one in the history only."""
    made = Repo(tmp_path / "web")
    made.commit({"config.ini": LINE, "past.ini": OTHER_LINE})
    made.commit({"past.ini": None})
    return made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


class Keytrail:
    """The command in one folder and one home."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home

    def __call__(self, *arguments: str, env: dict[str, str] = HERE) -> Run:
        return keytrail(*arguments, cwd=self._folder, env=env, home=self._home)

    def create(self, *arguments: str, env: dict[str, str] = HERE) -> dict[str, Any]:
        """What is in the baseline that was made, by default of the folder."""
        run = self("baseline", "create", *arguments, env=env)
        assert (run.code, run.stdout) == (0, ""), run.stderr
        return written(self._folder / FILE)

    def open(self, *arguments: str, env: dict[str, str] = HERE) -> list[str]:
        """The paths of every open place that a command reports."""
        run = self(*arguments, "--format", "json", env=env)
        report = json.loads(run.stdout)
        return sorted({o["path"] for one in report["credentials"] for o in one["occurrences"] if not o["suppression"]})


def written(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text())


def places(baseline: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(known["kind"], known["places"]) for known in baseline.get("known", [])]


@pytest.fixture
def run(repo: Repo, home: Path) -> Keytrail:
    return Keytrail(repo.path, home)


SCAN = ("scan", "--baseline", FILE)


class TestCreate:
    def test_everything_is_accepted_with_its_history(self, run: Keytrail) -> None:
        baseline = run.create()
        assert places(baseline) == [("npm-token", ["config.ini"]), ("npm-token", ["past.ini"])]
        assert run.open(*SCAN) == []
        assert run(*SCAN).code == 0

    def test_what_was_done_is_said(self, run: Keytrail) -> None:
        assert run("baseline", "create").stderr == f"{FILE}: 2 credentials accepted at 2 paths\n"
        assert run("baseline", "create", "-o", "quiet.toml", "--quiet").stderr == ""

    def test_without_the_history(self, run: Keytrail) -> None:
        assert places(run.create("--no-history")) == [("npm-token", ["config.ini"])]
        assert run.open(*SCAN) == ["past.ini"]

    def test_a_folder_has_a_salt_of_its_own(self, tmp_path: Path, home: Path) -> None:
        (tmp_path / "app").mkdir()
        (tmp_path / "app" / "config.ini").write_text(LINE)
        outside = Keytrail(tmp_path, home)
        first = outside.create("app")
        assert places(first) == [("npm-token", ["config.ini"])]
        assert outside.open("scan", "app", "--baseline", FILE) == []
        (tmp_path / FILE).unlink()
        assert outside.create("app")["salt"] != first["salt"]

    def test_nothing_to_accept(self, tmp_path: Path, home: Path) -> None:
        (tmp_path / "app").mkdir()
        baseline = Keytrail(tmp_path, home).create("app")
        assert baseline.keys() == {"version", "salt"}

    def test_the_file_can_be_named(self, run: Keytrail, repo: Repo, tmp_path: Path) -> None:
        assert run("baseline", "create", ".", "-o", str(tmp_path / "known.toml")).code == 0
        assert len(written(tmp_path / "known.toml")["known"]) == 2
        assert not (repo.path / FILE).exists()
        assert run.open("scan", "--baseline", str(tmp_path / "known.toml")) == []

    def test_a_file_that_exists_stays_as_it_is(self, run: Keytrail, repo: Repo) -> None:
        (repo.path / FILE).write_text("mine\n")
        made = run("baseline", "create")
        assert (made.code, made.stderr) == (2, f"keytrail: {FILE} exists; remove it to begin anew\n")
        assert (repo.path / FILE).read_text() == "mine\n"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--until", "soon"], "--until must be a date such as 2027-01-31"),
            (["nowhere"], "cannot read nowhere: No such file or directory"),
            (["-o", "nowhere/known.toml"], "cannot write nowhere/known.toml: No such file or directory"),
            (["-o", "-"], "-o needs the name of a file: a baseline is kept"),
            (["-o", ""], "-o needs the name of a file: a baseline is kept"),
            (["--detector", "nothing"], "nothing"),
        ],
    )
    def test_what_cannot_be_done_is_one_line(self, run: Keytrail, repo: Repo, arguments: list[str], said: str) -> None:
        made = run("baseline", "create", *arguments)
        assert (made.code, made.stdout, made.stderr.count("\n")) == (2, "", 1)
        assert said in made.stderr
        assert sorted(one.name for one in repo.path.iterdir()) == [".git", "config.ini"]

    def test_reason_and_end_stand_with_every_entry(self, run: Keytrail) -> None:
        baseline = run.create("--reason", 'rotation "soon"\nreally', "--until", "2999-12-31")
        assert {known["reason"] for known in baseline["known"]} == {'rotation "soon"\nreally'}
        assert {str(known["until"]) for known in baseline["known"]} == {"2999-12-31"}
        assert run.open(*SCAN) == []

    def test_a_configured_baseline_has_no_say_in_a_new_one(self, run: Keytrail, repo: Repo) -> None:
        """Neither one that is to be made now, nor one that accepts something already."""
        (repo.path / "mine.toml").write_text(f'baseline = "{FILE}"\n')
        first = run.create("--config", "mine.toml")
        assert len(first["known"]) == 2
        assert run("baseline", "create", "--config", "mine.toml", "-o", "again.toml").code == 0
        assert written(repo.path / "again.toml") == first

    def test_what_a_marker_allows_needs_no_entry(self, run: Keytrail, repo: Repo) -> None:
        repo.commit({"config.ini": f"token = {TOKEN}  # keytrail:allow an example\n"})
        assert places(run.create("--no-history")) == []

    def test_what_was_not_read_is_said(self, run: Keytrail, repo: Repo) -> None:
        (repo.path / "big.txt").write_text("x" * 300_000)
        made = run("baseline", "create", "--max-blob-size", "200K")
        assert made.stderr == f"{FILE}: 2 credentials accepted at 2 paths; 1 unread (keytrail scan --show-unscanned)\n"

    def test_a_path_that_is_no_text(self, tmp_path: Path, home: Path) -> None:
        repo = Repo(tmp_path / "odd")
        raw = os.fsencode(repo.path) + b"/caf\xe9.ini"
        Path(os.fsdecode(raw)).write_text(LINE)
        repo.git("add", "--all")
        repo.commit(message="odd")
        odd = Keytrail(repo.path, home)
        assert places(odd.create()) == [("npm-token", ["caf\\xe9.ini"])]
        assert odd.open(*SCAN) == []

    def test_a_password_is_known_again(self, tmp_path: Path, home: Path) -> None:
        """One that could be guessed, so that its name takes a while to compute."""
        pair = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
        repo = Repo(tmp_path / "auth")
        repo.commit({".npmrc": f"//{hosts.spell(hosts.NPM)}/:_auth={pair}\n"})
        auth = Keytrail(repo.path, home)
        assert places(auth.create()) == [("npm-basic-auth", [".npmrc"])]
        assert auth.open(*SCAN, env=ELSEWHERE) == []
        repo.commit({"copy/.npmrc": (repo.path / ".npmrc").read_text()})
        assert auth.open(*SCAN, env=ELSEWHERE) == ["copy/.npmrc"]


class TestSharing:
    def test_no_key_is_shared(self, run: Keytrail) -> None:
        run.create(env=HERE)
        assert run.open(*SCAN, env=ELSEWHERE) == []

    def test_two_clones_begin_the_same_baseline(self, run: Keytrail, repo: Repo, tmp_path: Path, home: Path) -> None:
        repo.git("clone", "--quiet", "--no-local", str(repo.path), str(tmp_path / "clone"))
        repo.git("branch", "other", "HEAD~1")
        clone = Keytrail(tmp_path / "clone", home)
        run.create(env=HERE)
        clone.create(env=ELSEWHERE)
        assert (tmp_path / "clone" / FILE).read_bytes() == (repo.path / FILE).read_bytes()

    def test_it_holds_in_another_clone(self, run: Keytrail, repo: Repo, tmp_path: Path, home: Path) -> None:
        run.create()
        repo.git("add", FILE)
        repo.commit(message="baseline")
        repo.git("clone", "--quiet", "--no-local", str(repo.path), str(tmp_path / "clone"))
        assert Keytrail(tmp_path / "clone", home).open(*SCAN, env=ELSEWHERE) == []

    def test_work_that_goes_on_leaves_the_salt(self, run: Keytrail, repo: Repo) -> None:
        salt = run.create()["salt"]
        repo.commit({"more.txt": "more\n"})
        (repo.path / FILE).unlink()
        assert run.create()["salt"] == salt


class TestWhatIsReported:
    def test_a_new_place_of_what_is_known(self, run: Keytrail, repo: Repo) -> None:
        run.create()
        (repo.path / "copy.ini").write_text(LINE)
        assert run.open(*SCAN) == ["copy.ini"]

    def test_a_new_credential_in_a_known_place(self, run: Keytrail, repo: Repo) -> None:
        run.create()
        (repo.path / "config.ini").write_text(LINE + f"other = {tokens.npm(33)}\n")
        assert run.open(*SCAN) == ["config.ini"]

    def test_a_place_that_moved_inside_its_file_is_known(self, run: Keytrail, repo: Repo) -> None:
        run.create()
        (repo.path / "config.ini").write_text(f"[section]\n\nelsewhere = {TOKEN}\n")
        assert run.open(*SCAN) == []

    def test_what_was_taken_out_of_the_baseline(self, run: Keytrail, repo: Repo) -> None:
        run.create()
        head, *blocks = (repo.path / FILE).read_text().split("[[known]]")
        (repo.path / FILE).write_text(head + "".join(f"[[known]]{block}" for block in blocks if "past.ini" not in block))
        assert run.open(*SCAN) == ["past.ini"]

    def test_everything_once_the_end_is_past(self, run: Keytrail) -> None:
        run.create("--until", "2020-01-31")
        assert run.open(*SCAN) == ["config.ini", "past.ini"]
        said = run(*SCAN)
        assert said.code == 1
        for path in ("config.ini", "past.ini"):
            assert f"in {path}" in said.stdout
        assert said.stdout.count("expired on 2020-01-31") == 2
        assert run.open(*SCAN, "--as-of", "2020-01-31") == []

    def test_everything_under_another_salt(self, run: Keytrail, repo: Repo) -> None:
        salt = run.create()["salt"]
        text = (repo.path / FILE).read_text()
        (repo.path / FILE).write_text(text.replace(salt, salt[::-1]))
        assert run.open(*SCAN) == ["config.ini", "past.ini"]

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (
                lambda text: "<<<<<<< HEAD\n" + text,
                "a merge left conflict markers (line 1); keep the entries of both sides and remove the markers",
            ),
            (
                lambda text: text.replace("version = 1", "version = 2"),
                "version 2 was written by a newer keytrail; this one reads version 1",
            ),
            (lambda text: text.replace('kind = "', 'SECRETSECRET = "'), "[[known]] block 1: unknown key"),
            (lambda text: text + "SECRETSECRET", "not valid TOML"),
            (lambda _: "a = " + "[" * 100_000, "not valid TOML"),
        ],
        ids=["conflict", "newer", "unknown", "no TOML", "deep"],
    )
    def test_a_file_that_is_no_baseline_is_refused_in_one_line(self, run: Keytrail, repo: Repo, spoil: Any, said: str) -> None:  # noqa: ANN401 - a function of the parameters
        run.create()
        (repo.path / FILE).write_text(spoil((repo.path / FILE).read_text()))
        repo.git("add", FILE)
        for arguments in (SCAN, ("gate", "--staged", "--baseline", FILE)):
            refused = run(*arguments)
            assert (refused.code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
            assert said in refused.stderr
            assert "SECRET" not in refused.stderr

    def test_a_baseline_that_is_not_there_is_said(self, run: Keytrail) -> None:
        refused = run(*SCAN)
        assert (refused.code, refused.stderr) == (2, f"keytrail: the baseline {FILE} cannot be read: No such file or directory\n")

    def test_a_large_baseline_is_no_obstacle(self, run: Keytrail, repo: Repo) -> None:
        run.create()
        text = (repo.path / FILE).read_text()
        block = '\n[[known]]\nid = "kb1:{}"\nkind = "npm-token"\nplaces = ["config.ini", "{}"]\n'
        many = "".join(
            block.format(tokens.base62(seed, 26).lower().translate(str.maketrans("0189", "2345")), seed) for seed in range(20_000)
        )
        (repo.path / FILE).write_text(text + many)
        assert run.open(*SCAN) == []


class TestGate:
    STAGED = ("gate", "--staged", "--baseline", FILE)
    RANGE = ("gate", "--range", "HEAD~1..HEAD", "--baseline", FILE)

    @pytest.fixture
    def accepting(self, repo: Repo, run: Keytrail) -> Repo:
        """A repository with a committed baseline that accepts `config.ini`, which has no token now."""
        run.create()
        repo.git("add", FILE)
        repo.commit({"config.ini": "nothing\n"})
        return repo

    def test_what_is_accepted_may_be_staged(self, accepting: Repo, run: Keytrail) -> None:
        (accepting.path / "config.ini").write_text(LINE)
        accepting.git("add", "config.ini")
        assert run("gate", "--staged").code == 1
        assert run(*self.STAGED).code == 0
        assert run(*self.STAGED, env=ELSEWHERE).code == 0

    def test_the_index_says_what_is_accepted_and_not_the_work_tree(self, accepting: Repo, run: Keytrail) -> None:
        (accepting.path / "config.ini").write_text(LINE)
        accepting.git("add", "config.ini")
        baseline = (accepting.path / FILE).read_text()
        (accepting.path / FILE).unlink()
        assert run(*self.STAGED).code == 0
        (accepting.path / FILE).write_text(baseline.partition("[[known]]")[0])
        accepting.git("add", FILE)
        (accepting.path / FILE).write_text(baseline)
        assert run(*self.STAGED).code == 1

    def test_what_is_accepted_may_be_in_a_range(self, accepting: Repo, run: Keytrail) -> None:
        accepting.commit({"config.ini": LINE})
        assert run("gate", "--range", "HEAD~1..HEAD").code == 1
        assert run(*self.RANGE).code == 0

    def test_a_change_cannot_accept_itself(self, accepting: Repo, run: Keytrail, tmp_path: Path) -> None:
        (accepting.path / "new.ini").write_text(OTHER_LINE)
        assert run("baseline", "create", "-o", str(tmp_path / "more.toml")).code == 0
        shutil.copy(tmp_path / "more.toml", accepting.path / FILE)
        accepting.git("add", "--all")
        accepting.commit(message="a token, and that it is fine")
        assert run.open(*self.RANGE) == ["new.ini"]
        assert run.open(*self.RANGE, "--trust-config") == []

    def test_one_outside_the_repository_is_taken_as_it_is(self, accepting: Repo, run: Keytrail, tmp_path: Path) -> None:
        (accepting.path / "new.ini").write_text(OTHER_LINE)
        outside = str(tmp_path / "more.toml")
        assert run("baseline", "create", "-o", outside).code == 0
        accepting.commit({"new.ini": OTHER_LINE})
        assert run.open("gate", "--range", "HEAD~1..HEAD", "--baseline", outside) == []

    def test_one_that_the_base_does_not_have_accepts_nothing_and_is_said(self, repo: Repo, run: Keytrail) -> None:
        repo.commit({"config.ini": "nothing\n"})
        run.create()
        repo.git("add", FILE)
        repo.commit({"config.ini": LINE})
        refused = run(*self.RANGE)
        assert refused.code == 1
        assert f"The baseline {FILE} is not in the base of the change" in " ".join(refused.stdout.split())


def test_a_workstation_has_one_too(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".npmrc").write_text(f"_authToken={TOKEN}\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / ".npmrc").write_text(f"_authToken={TOKEN}\n")
    outside = Keytrail(tmp_path, home)
    assert places(outside.create("app")) == [("npm-token", [".npmrc"])]
    (home / ".yarnrc.yml").write_text(f"npmAuthToken: {TOKEN}\n")
    assert outside.open("workstation", "--baseline", FILE) == [".yarnrc.yml"]
