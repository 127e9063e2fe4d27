"""Markers of other scanners, as people meet them: counted, listed on request, said by the gate, and turned off by one option."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.command import keytrail
from tests.support.repos import Repo

TOKEN = tokens.npm(41)
FILE = f"""\
a = {TOKEN}  # gitleaks:allow made up for the docs
# pragma: allowlist nextline secret
b = {tokens.npm(42)}
c = {tokens.npm(43)}  # trufflehog:ignored
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "web")
    made.commit({"a.txt": "a\n"})
    (made.path / "config.ini").write_text(FILE)
    made.git("add", "config.ini")
    return made


def test_a_gate_passes_them_and_says_each(repo: Repo) -> None:
    run = keytrail("gate", "--staged", "--format", "json", cwd=repo.path)
    report = json.loads(run.stdout)
    why = {o["line"]: o["suppression"] and o["suppression"]["reason"] for one in report["credentials"] for o in one["occurrences"]}
    assert why == {1: "made up for the docs (gitleaks:allow)", 3: "allowed in place (pragma: allowlist nextline secret)", 4: None}
    said = " ".join(keytrail("gate", "--staged", cwd=repo.path).stdout.split())
    assert said.count("allowed in this change") == 2
    assert "in config.ini:1 (made up for the docs (gitleaks:allow))" in said
    assert "2 suppressed" in said


def test_none_counts_where_they_are_turned_off(repo: Repo) -> None:
    run = keytrail("gate", "--staged", "--no-inline-allow", "--format", "json", cwd=repo.path)
    assert [o["suppression"] for one in json.loads(run.stdout)["credentials"] for o in one["occurrences"]] == [None] * 3


def test_a_scan_lists_them_on_request(repo: Repo) -> None:
    assert "gitleaks" not in keytrail("scan", cwd=repo.path).stdout
    listed = " ".join(keytrail("scan", "--show-suppressed", cwd=repo.path).stdout.split())
    assert "made up for the docs (gitleaks:allow)" in listed
    assert "allowed in place (pragma: allowlist nextline secret)" in listed
