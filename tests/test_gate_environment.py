"""`keytrail gate` without the name of a change: what it makes of the environment, and what it says of that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.command import keytrail
from tests.support.forge import ZERO, Forge

LINE = f"token = {tokens.npm(7)}\n"


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


def test_a_pull_request_is_judged_and_told(forge: Forge) -> None:
    forge.advance({"theirs.ini": LINE})
    tip = forge.branch("topic", {"a.txt": "a\n"}, start=forge.first)
    merged = forge.merge("topic")
    clone = forge.checkout(merged, "main")
    run = keytrail("gate", cwd=clone.path, env=forge.pull(tip, merged))
    assert (run.code, run.stderr) == (0, "")
    assert f"The change: 2 commits, {forge.main[:12]}..{merged[:12]}, as GitHub's pull request says." in " ".join(run.stdout.split())
    tip = forge.branch("topic", {"b.ini": LINE})
    merged = forge.merge("topic")
    clone = forge.checkout(merged, "main", name="again")
    run = keytrail("gate", "--format", "json", cwd=clone.path, env=forge.pull(tip, merged))
    report = json.loads(run.stdout)
    assert (run.code, [place["commit"] for one in report["credentials"] for place in one["occurrences"]]) == (1, [tip])
    assert report["coverage"]["notes"][0].startswith("The change: 3 commits, ")


def test_nothing_new_passes_and_is_told(forge: Forge) -> None:
    clone = forge.checkout(forge.main, "main")
    run = keytrail("gate", cwd=clone.path, env=forge.pushed("topic", ZERO, forge.main))
    assert run.code == 0
    assert "The change: no new commits" in run.stdout


def test_more_is_told_to_whoever_asks(forge: Forge) -> None:
    tip = forge.branch("topic", {"a.txt": "a\n"})
    clone = forge.checkout(tip, "main")
    run = keytrail("gate", "--verbose", cwd=clone.path, env=forge.pushed("topic", ZERO, tip))
    assert f"{forge.main}..{tip}; the base is where it parted from refs/remotes/origin/main" in run.stderr


def test_what_cannot_be_seen_is_one_line_with_the_setting_of_the_system(forge: Forge) -> None:
    tip = forge.branch("topic", {"a.txt": "a\n"})
    merged = forge.merge("topic")
    clone = forge.checkout(merged, depth=1)
    run = keytrail("gate", cwd=clone.path, env=forge.pull(tip, merged))
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert f"`git fetch --unshallow origin {tip}` brings it; with actions/checkout set `fetch-depth: 0`" in run.stderr


@pytest.mark.parametrize(("env", "setting"), [({"GITLAB_CI": "true"}, 'GIT_DEPTH: "0"'), ({}, "fetch-depth: 0")])
def test_a_named_range_is_helped_too(forge: Forge, env: dict[str, str], setting: str) -> None:
    tip = forge.advance({"a.txt": "a\n"})
    forge.advance({"b.txt": "b\n"})
    clone = forge.checkout(forge.main, "main", depth=1)
    run = keytrail("gate", "--range", f"{tip}..HEAD", cwd=clone.path, env=env)
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert f"git fetch --unshallow origin {tip}" in run.stderr
    assert setting in run.stderr


def test_commits_whose_parents_a_shallow_clone_lacks_are_named(forge: Forge) -> None:
    lost = forge.branch("topic", {"a.txt": "a\n"})
    cut = forge.branch("topic", {"b.txt": "b\n"})
    clone = forge.checkout(cut, "main", depth=1)
    run = keytrail("gate", "--range", "origin/main..HEAD", cwd=clone.path)
    assert (run.code, run.stderr.count("\n")) == (2, 1)
    assert f"commit:{cut} (shallow); this shallow clone ends here and lacks {lost[:12]}: `git fetch --unshallow origin`" in run.stderr


def test_the_baseline_of_what_is_staged_is_that_of_the_index(forge: Forge) -> None:
    repo = forge.repo
    (repo.path / "b.ini").write_text(LINE)
    (repo.path / "keytrail.toml").write_text('baseline = ".keytrail-baseline.toml"\n')
    made = keytrail("baseline", "create", ".", "-o", ".keytrail-baseline.toml", "--reason", "known", cwd=repo.path)
    assert made.code == 0, made.stderr
    repo.commit({"keytrail.toml": 'baseline = ".keytrail-baseline.toml"\n'})
    repo.git("add", "b.ini")
    assert keytrail("gate", cwd=repo.path, env={"PRE_COMMIT": "1"}).code == 1
    repo.git("add", ".keytrail-baseline.toml")
    run = keytrail("gate", cwd=repo.path, env={"PRE_COMMIT": "1"})
    assert run.code == 0
    assert "The change: what is staged, since pre-commit runs us" in " ".join(run.stdout.split())


@pytest.mark.parametrize("env", [{}, {"CI": "true"}])
def test_where_nothing_says_which_change_the_names_are_listed(forge: Forge, env: dict[str, str]) -> None:
    run = keytrail("gate", cwd=forge.repo.path, env=env)
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "name one change: --staged, --range A..B, --since REF, --pre-receive or -" in run.stderr


def test_what_is_hostile_in_the_environment_is_one_line_without_it(forge: Forge) -> None:
    value = "--upload-pack=\x1b[31mtouch x"
    for name in ("CI_COMMIT_SHA", "CI_COMMIT_BEFORE_SHA", "CI_COMMIT_BRANCH", "CI_DEFAULT_BRANCH"):
        env = {
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": "push",
            "CI_COMMIT_SHA": forge.main,
            "CI_COMMIT_BEFORE_SHA": forge.first,
            name: value,
        }
        run = keytrail("gate", cwd=forge.repo.path, env=env)
        assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
        assert run.stderr.startswith(f"keytrail: {name} is not ")
        assert "upload-pack" not in run.stderr


def test_a_name_that_pre_commit_hands_on_is_no_option(forge: Forge) -> None:
    env = {"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": "--output=x\x1b[31m", "PRE_COMMIT_TO_REF": "HEAD"}
    run = keytrail("gate", cwd=forge.repo.path, env=env)
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "\x1b" not in run.stderr
    assert not (forge.repo.path / "x").exists()
