"""Formats as users ask for them: names that are the same on every runner, and one end whatever is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.config import FORMATS
from tests.support import tokens
from tests.support.command import keytrail
from tests.support.repos import Repo
from tests.test_no_leak import reports

GUESSABLE = "hunter2" + tokens.npm(7)[-3:]
NAMES = ("sarif", "codequality", "gitlab")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with a token, a password that could be guessed, and one commit more."""
    made = Repo(tmp_path / "web")
    made.commit({"README.md": "web\n"})
    made.commit({"a.ini": f"token = {tokens.npm(7)}\npassword = {GUESSABLE}\n", "b/c.ini": f"\n\ntoken = {tokens.npm(7)}\n"})
    return made


def names(folder: Path) -> dict[str, list[str]]:
    """What each format calls its entries, but for what a shallow clone lacks."""
    told: dict[str, Any] = {form: json.loads((folder / form).read_text()) for form in NAMES}
    return {
        "sarif": sorted(one["partialFingerprints"]["keytrail/v1"] for one in told["sarif"]["runs"][0]["results"]),
        "codequality": sorted(one["fingerprint"] for one in told["codequality"] if one["check_name"] != "unscanned"),
        "gitlab": sorted(one["id"] for one in told["gitlab"]["vulnerabilities"]),
    }


def test_names_are_the_same_in_a_shallow_clone_in_another_folder_and_under_another_key(repo: Repo, tmp_path: Path) -> None:
    shallow = tmp_path / "runner" / "work"
    repo.git("clone", "--quiet", "--depth", "1", f"file://{repo.path}", str(shallow))
    told = []
    for number, (cwd, target) in enumerate(((repo.path, "."), (shallow.parent, "work"), (tmp_path, str(shallow)))):
        folder = tmp_path / f"reports-{number}"
        folder.mkdir()
        assert keytrail("scan", target, *reports(folder), cwd=cwd).code == 1
        told.append(names(folder))
    assert told[0] == told[1] == told[2]
    assert {form: (len(found), len(set(found))) for form, found in told[0].items()} == {
        "sarif": (3, 3),
        "codequality": (3, 3),
        "gitlab": (3, 3),
    }


def test_a_gate_ends_the_same_whatever_it_writes(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"d.ini": f"token = {tokens.ghp(3)}\n"})
    assert {keytrail("gate", "--range", "HEAD~1..HEAD", "--format", form, cwd=repo.path).code for form in ("github", "junit")} == {1}
    run = keytrail("gate", "--range", "HEAD~1..HEAD", *reports(tmp_path), cwd=repo.path)
    assert (run.code, run.stderr) == (1, "")
    assert {form for form in FORMATS if "d.ini" in (tmp_path / form).read_text()} == set(FORMATS)


def test_a_report_made_of_a_json_report_is_the_one_that_was_made_at_once(repo: Repo, tmp_path: Path) -> None:
    now, later = tmp_path / "now", tmp_path / "later"
    now.mkdir()
    later.mkdir()
    options = ("--show-suppressed", "--as-of", "2026-11-25")
    assert keytrail("scan", repo.path.name, *reports(now), *options, cwd=tmp_path).code == 1
    assert keytrail("report", str(now / "json"), *reports(later), "--show-suppressed", cwd=tmp_path).code == 0
    different = [form for form in FORMATS if (now / form).read_text() != (later / form).read_text()]
    assert different == ["text", "gitlab"]  # a report holds neither how long the run took nor its day
