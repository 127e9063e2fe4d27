"""`keytrail baseline update`, `prune` and `audit` from outside: what is accepted follows what is there, and nothing unseen is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support import story, tokens
from tests.support.baselines import FILE, Baseline
from tests.support.repos import Repo

TOKEN, OTHER, THIRD = (tokens.npm(seed) for seed in (51, 52, 53))
LINE, OTHER_LINE = f"token = {TOKEN}\n", f"token = {OTHER}\n"
SCAN = ("scan", "--baseline", FILE)
OLD = ("--reason", "old", "--until", "2999-12-31")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Repo:
    """A token in HEAD, another in the history only, and a baseline that accepts both."""
    repo = Repo(tmp_path_factory.mktemp("made") / "web")
    repo.commit({"config.ini": LINE, "past.ini": OTHER_LINE})
    repo.commit({"past.ini": None})
    assert Baseline(repo.path, home)("create", *OLD).code == 0
    repo.git("add", FILE)
    repo.commit(message="baseline")
    return repo


@pytest.fixture
def repo(made: Repo, tmp_path: Path) -> Repo:
    shutil.copytree(made.path, tmp_path / "web")
    return Repo(tmp_path / "web")


@pytest.fixture
def baseline(repo: Repo, home: Path) -> Baseline:
    return Baseline(repo.path, home)


@pytest.fixture
def folder(tmp_path: Path, home: Path) -> Baseline:
    """A baseline of a plain folder."""
    app = tmp_path / "app"
    app.mkdir()
    (app / "config.ini").write_text(LINE)
    (app / "more.ini").write_text(OTHER_LINE)
    outside = Baseline(app, home)
    assert outside("create", *OLD).code == 0
    return outside


def audited(baseline: Baseline, *arguments: str) -> dict[str, Any]:
    run = baseline("audit", "--format", "json", *arguments)
    assert run.code == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def states(report: dict[str, Any]) -> dict[str, str]:
    return {place["path"]: place["state"] for entry in report["entries"] for place in entry["places"]}


class TestUpdate:
    def test_what_is_new_is_added_and_said_and_what_is_there_keeps_its_reason(self, repo: Repo, baseline: Baseline) -> None:
        (repo.path / "copy.ini").write_text(LINE + f"third = {THIRD}\n")
        run = baseline("update", "--reason", "new", "--until", "2998-01-01")
        assert (run.code, run.stderr) == (0, f"{FILE}: 2 paths added\n")
        assert [line.split()[0] + " " + line.split()[-1] for line in run.stdout.splitlines()] == ["added copy.ini"] * 2
        assert sorted(baseline.entries()) == [
            (("config.ini",), "old", "2999-12-31"),
            (("copy.ini",), "new", "2998-01-01"),
            (("copy.ini",), "new", "2998-01-01"),
            (("past.ini",), "old", "2999-12-31"),
        ]
        assert baseline.run(*SCAN).code == 0

    def test_places_with_one_reason_are_one_entry(self, repo: Repo, baseline: Baseline) -> None:
        (repo.path / "copy.ini").write_text(LINE)
        baseline.done("update", *OLD)
        assert (("config.ini", "copy.ini"), "old", "2999-12-31") in baseline.entries()

    def test_nothing_new_leaves_the_file_alone(self, baseline: Baseline) -> None:
        baseline.write("# mine\n" + baseline.text)
        before = baseline.text
        run = baseline("update", "--reason", "new")
        assert (run.code, run.stdout, run.stderr) == (0, "", f"{FILE}: nothing to add\n")
        assert baseline.text == before

    @pytest.mark.parametrize("staged", [True, False])
    def test_a_renamed_file_joins_the_entry_before_it_is_committed(self, repo: Repo, baseline: Baseline, staged: bool) -> None:
        (repo.path / "config.ini").rename(repo.path / "settings.ini")
        if staged:
            repo.git("add", "--all")
        assert baseline.done("update", "--reason", "new") == ["added npm token settings.ini (moved from config.ini)"]
        assert (("config.ini", "settings.ini"), "old", "2999-12-31") in baseline.entries()

    def test_files_that_were_renamed_twice_join_their_entry(self, repo: Repo, baseline: Baseline) -> None:
        repo.git("mv", "config.ini", "one.ini")
        repo.commit({"one.ini": f"[more]\n{LINE}"})
        repo.git("mv", "one.ini", "two.ini")
        repo.commit(message="again")
        note = " ".join(baseline.run(*SCAN).stdout.split())
        assert "moved: npm token" in note
        assert "from config.ini to one.ini (keytrail baseline update)" in note
        assert baseline.done("update") == [
            "added npm token one.ini (moved from config.ini)",
            "added npm token two.ini (moved from one.ini)",
        ]
        assert baseline.run(*SCAN).code == 0

    def test_a_folder_of_copies_that_moves_is_a_move(self, repo: Repo, baseline: Baseline) -> None:
        repo.commit({"a/x.ini": LINE, "a/y.ini": LINE})
        baseline.done("update", "--reason", "copies")
        repo.git("mv", "a", "b")
        repo.commit(message="move")
        assert baseline.done("update", "--reason", "new") == [
            "added npm token b/x.ini (moved from a/x.ini)",
            "added npm token b/y.ini (moved from a/y.ini)",
        ]
        assert (("a/x.ini", "a/y.ini", "b/x.ini", "b/y.ini"), "copies", "") in baseline.entries()

    def test_a_commit_that_moves_and_copies_is_no_move(self, repo: Repo, baseline: Baseline) -> None:
        repo.commit({"config.ini": None, "one.ini": LINE, "two.ini": LINE})
        assert baseline.done("update") == ["added npm token one.ini", "added npm token two.ini"]

    def test_a_copy_is_no_move(self, repo: Repo, baseline: Baseline) -> None:
        repo.commit({"copy.ini": LINE})
        assert baseline.done("update") == ["added npm token copy.ini"]

    def test_what_expired_stays_expired(self, baseline: Baseline) -> None:
        baseline.write(baseline.text.replace("2999-12-31", "2020-01-31"))
        before = baseline.text
        run = baseline("update", "--until", "2999-01-01")
        assert run.stderr == f"{FILE}: nothing to add; 2 paths expired, whose entries stay as they are\n"
        assert baseline.text == before

    def test_what_vanished_is_counted(self, folder: Baseline) -> None:
        (folder.folder / "more.ini").unlink()
        assert folder("update").stderr == f"{FILE}: nothing to add; 1 path vanished (keytrail baseline prune)\n"

    def test_what_a_marker_allows_needs_no_entry(self, repo: Repo, baseline: Baseline) -> None:
        repo.commit({"more.ini": f"token = {THIRD}  # gitleaks:allow\n"})
        assert baseline.done("update") == []

    def test_no_key_is_shared(self, repo: Repo, baseline: Baseline) -> None:
        (repo.path / "copy.ini").write_text(LINE)
        assert baseline("update", *OLD, env={"KEYTRAIL_KEY": "cd" * 32}).code == 0
        assert (("config.ini", "copy.ini"), "old", "2999-12-31") in baseline.entries()
        assert baseline.run(*SCAN, env={"KEYTRAIL_KEY": "ef" * 32}).code == 0


class TestPrune:
    def test_what_vanished_is_taken_out_and_said(self, folder: Baseline) -> None:
        (folder.folder / "more.ini").write_text("nothing\n")
        run = folder("prune")
        assert (run.code, run.stderr) == (0, f"{FILE}: 1 path removed; 1 entry left\n")
        assert run.stdout.split() == ["removed", "npm", "token", "more.ini"]
        assert folder.entries() == [(("config.ini",), "old", "2999-12-31")]

    def test_an_entry_loses_the_places_that_are_gone(self, folder: Baseline) -> None:
        (folder.folder / "copy.ini").write_text(LINE)
        folder.done("update", *OLD)
        (folder.folder / "config.ini").unlink()
        assert folder.done("prune") == ["removed npm token config.ini"]
        assert folder.entries() == [(("copy.ini",), "old", "2999-12-31"), (("more.ini",), "old", "2999-12-31")]

    def test_what_only_the_history_holds_stays(self, baseline: Baseline) -> None:
        before = baseline.text
        run = baseline("prune")
        assert (run.stdout, run.stderr) == ("", f"{FILE}: nothing to remove; 2 entries left\n")
        assert baseline.text == before

    def test_what_left_the_history_goes(self, repo: Repo, home: Path, tmp_path: Path) -> None:
        repo.git("checkout", "--quiet", "--orphan", "clean")
        repo.commit({"config.ini": LINE})
        repo.git("branch", "-D", "main")
        repo.git("clone", "--quiet", "--no-local", "--branch", "clean", str(repo.path), str(tmp_path / "clone"))
        clone = Baseline(tmp_path / "clone", home)
        assert clone.done("prune") == ["removed npm token past.ini"]

    def test_an_expired_entry_stays_as_long_as_its_credential_is_there(self, folder: Baseline) -> None:
        folder.write(folder.text.replace("2999-12-31", "2020-01-31"))
        (folder.folder / "more.ini").unlink()
        assert folder.done("prune") == ["removed npm token more.ini"]
        assert folder.entries() == [(("config.ini",), "old", "2020-01-31")]

    def test_without_the_history_nothing_is_taken_out(self, baseline: Baseline) -> None:
        before = baseline.text
        assert baseline.done("prune", "--no-history") == ["kept npm token past.ini (the history was not read)"]
        assert baseline.text == before

    def test_in_a_shallow_clone_nothing_is_taken_out(self, repo: Repo, home: Path, tmp_path: Path) -> None:
        repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "clone"))
        clone = Baseline(tmp_path / "clone", home)
        before = clone.text
        (kept,) = clone.done("prune")
        assert kept.startswith("kept npm token past.ini (")
        assert kept.endswith("could not be read (shallow))")
        assert clone.text == before

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            (["--exclude", "more.ini"], "the settings leave it out"),
            (["--include", "config.*"], "the settings leave it out"),
            (["--no-detector", "npm-token"], "no detector of this kind ran"),
            (["--max-blob-size", "60"], "more.ini could not be read (too-large)"),
        ],
    )
    def test_what_the_run_did_not_read_stays(self, folder: Baseline, options: list[str], why: str) -> None:
        (folder.folder / "config.ini").write_text(LINE)
        (folder.folder / "more.ini").write_text(OTHER_LINE + "x" * 100)
        kept = folder.done("prune", *options)
        assert f"kept npm token more.ini ({why})" in kept
        assert not [line for line in kept if line.startswith("removed")]

    def test_what_could_not_be_opened_keeps_what_was_in_it_and_nothing_else(self, folder: Baseline) -> None:
        folder.write(folder.text.replace('"more.ini"', '"a.zip!/b/more.ini"').replace('"config.ini"', '"gone.ini"'))
        (folder.folder / "a.zip").write_bytes(b"PK\x03\x04" + b"\0" * 40 + b"PK\x05\x06" + b"\xff" * 18)
        said = folder.done("prune")
        assert [line for line in said if line.startswith("removed")] == ["removed npm token gone.ini"]
        assert said[1].startswith("kept npm token a.zip!/b/more.ini (a.zip could not be read")


class TestAudit:
    def test_every_entry_is_told(self, folder: Baseline) -> None:
        (folder.folder / "more.ini").unlink()
        run = folder("audit")
        assert (run.code, run.stderr) == (0, "")
        said = folder.done("audit")
        assert said == [
            f"{FILE}: 2 entries for 2 paths: 1 vanished, 1 live",
            "",
            "VANISHED npm token old, until 2999-12-31",
            "vanished more.ini",
            "",
            "LIVE npm token old, until 2999-12-31",
            "live config.ini",
        ]

    def test_what_only_the_history_holds_is_told_apart(self, baseline: Baseline) -> None:
        assert "history past.ini" in baseline.done("audit")
        places = [place for entry in audited(baseline)["entries"] for place in entry["places"]]
        assert {place["path"]: place["current"] for place in places} == {"config.ini": True, "past.ini": False}

    def test_a_move_says_where_to(self, repo: Repo, baseline: Baseline) -> None:
        repo.git("mv", "config.ini", "settings.ini")
        repo.commit(message="move")
        report = audited(baseline)
        assert states(report) == {"config.ini": "moved", "past.ini": "live"}
        assert report["entries"][0]["places"][0]["moved_to"] == ["settings.ini"]

    @pytest.mark.parametrize(
        ("day", "state"), [("2026-01-01", "live"), ("2026-05-02", "expiring"), ("2026-06-01", "expiring"), ("2026-06-02", "expired")]
    )
    def test_ends_are_told_by_the_day(self, folder: Baseline, day: str, state: str) -> None:
        folder.write(folder.text.replace("2999-12-31", "2026-06-01"))
        report = audited(folder, "--as-of", day)
        assert report["counts"][state] == 2
        assert states(report) == {"config.ini": "live", "more.ini": "live"}

    def test_what_could_not_be_seen_says_why(self, baseline: Baseline) -> None:
        report = audited(baseline, "--no-history")
        assert states(report) == {"config.ini": "live", "past.ini": "unseen"}
        assert "unseen past.ini the history was not read" in baseline.done("audit", "--no-history")

    def test_nothing_is_written_and_the_same_is_said_twice(self, baseline: Baseline) -> None:
        before = baseline.text
        assert baseline("audit", "--format", "json").stdout == baseline("audit", "--format", "json").stdout
        assert baseline.text == before

    def test_what_is_in_the_file_is_shown_as_it_may_be(self, folder: Baseline) -> None:
        """Control characters are escaped; a reason, a kind and a path that hold a credential are not repeated."""
        text = folder.text.replace('"old"', f'"look at {OTHER} \\u001b[2J"').replace('"more.ini"', f'"{THIRD}/more\\u001b.ini"')
        folder.write(text.replace('kind = "npm-token"', f'kind = "{TOKEN}"', 1))
        for form in ("text", "json"):
            said = folder("audit", "--format", form).stdout
            assert not [token for token in (TOKEN, OTHER, THIRD) if token[8:24] in said]
            assert "\x1b" not in said

    def test_another_format_is_refused(self, folder: Baseline) -> None:
        refused = folder("audit", "--format", "sarif")
        assert (refused.code, refused.stderr.count("\n")) == (2, 1)


class TestRefusals:
    @pytest.mark.parametrize("command", ["update", "prune", "audit"])
    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda text: text.replace("[[known]]", "<<<<<<< HEAD\n[[known]]", 1), "a merge left conflict markers (line 6)"),
            (lambda text: text + "SECRETSECRET", "not valid TOML"),
            (lambda text: text.replace("kind =", "SECRETSECRET =", 1), "[[known]] block 1: unknown key"),
            (lambda text: text.replace("salt", "# salt"), "`salt` must be a string of hex digits"),
            (lambda text: text.replace('salt = "', 'salt = "ab'), "its salt is not that of this repository"),
        ],
        ids=["conflict", "no TOML", "unknown", "no salt", "another salt"],
    )
    def test_a_file_that_is_no_baseline_of_this_is_left_alone(self, baseline: Baseline, command: str, spoil: Any, said: str) -> None:  # noqa: ANN401 - a function of the parameters
        baseline.write(spoil(baseline.text))
        before = baseline.text
        refused = baseline(command)
        assert (refused.code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
        assert said in refused.stderr
        assert "SECRET" not in refused.stderr
        assert baseline.text == before

    @pytest.mark.parametrize("command", ["update", "prune", "audit"])
    @pytest.mark.parametrize("target", ["part", "part/b.ini"])
    def test_a_part_of_the_repository_is_not_what_it_is_about(self, repo: Repo, baseline: Baseline, command: str, target: str) -> None:
        repo.commit({"part/b.ini": LINE})
        before = baseline.text
        refused = baseline(command, target)
        assert refused.code == 2
        assert refused.stderr == f"keytrail: {FILE} is the baseline of the repository around {target}, not of this part of it\n"
        assert baseline.text == before

    def test_another_repository_is_not_what_it_is_about(self, baseline: Baseline, tmp_path: Path) -> None:
        """Even if it has the same credential somewhere else."""
        other = Repo(tmp_path / "other")
        other.commit({"elsewhere.ini": LINE})
        refused = baseline("prune", str(other.path))
        assert (refused.code, refused.stderr.count("\n")) == (2, 1)
        assert "its salt is not that of this repository" in refused.stderr

    @pytest.mark.parametrize("command", ["update", "prune", "audit"])
    def test_one_that_is_not_there_is_said(self, baseline: Baseline, command: str) -> None:
        refused = baseline(command, "--baseline", "none.toml")
        assert (refused.code, refused.stderr) == (2, "keytrail: the baseline none.toml cannot be read: No such file or directory\n")

    def test_a_credential_as_reason_is_refused(self, folder: Baseline) -> None:
        (folder.folder / "third.ini").write_text(f"a = {THIRD}\n")
        before = folder.text
        refused = folder("update", "--reason", f"like {OTHER}")
        assert (refused.code, OTHER[8:24] in refused.stderr) == (2, False)
        assert folder.text == before

    def test_the_configured_baseline_is_the_one(self, folder: Baseline) -> None:
        (folder.folder / FILE).rename(folder.folder / "known.toml")
        (folder.folder / "mine.toml").write_text('baseline = "known.toml"\n')
        assert folder.done("audit", "--config", "mine.toml")[0].endswith("known.toml: 2 entries for 2 paths: 2 live")


def test_no_command_says_a_piece_of_a_value(tmp_path: Path, home: Path) -> None:
    (tmp_path / "world").mkdir()
    world = story.build(tmp_path / "world", seed=9)
    web = Baseline(world.root / "web", home)
    assert web("create", "-o", FILE).code == 0
    web.write(web.text.partition("[[known]]")[0])
    runs = [web("update"), web("audit"), web("audit", "--format", "json"), web("prune", "-v"), web("prune", "--no-history")]
    assert [run.code for run in runs] == [0] * len(runs)
    assert web.entries()
    said = "".join(run.stdout + run.stderr for run in runs) + web.text
    assert [piece for piece in world.pieces() if piece in said] == []
