"""Names that hold a token, in every report there is: of files, folders, targets, people, jobs, exports, and of what could not be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.config import FORMATS
from tests.support import tokens
from tests.support.command import keytrail
from tests.support.repos import Repo
from tests.test_no_leak import EVERYTHING, reports, written

TOKEN, OTHER = tokens.npm(41), tokens.ghp(41)
TAILS = (TOKEN[8:20], TOKEN[-12:], OTHER[8:20], OTHER[-12:])
"""Pieces of the tokens, of which none may be told, in whatever spelling."""
WORKFLOW = f"""
on: push
jobs:
  {TOKEN}:
    runs-on: ubuntu-latest
    steps:
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}
"""


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository, a home and two exports in which everything is called by a token."""
    repo = Repo(tmp_path / f"web-{OTHER}")
    repo.git("config", "user.name", f"Ada {OTHER}")
    repo.commit({f"keys/{TOKEN}/a.env": f"A={tokens.npm(60)}\n", ".github/workflows/ci.yml": WORKFLOW}, message=f"keys {OTHER}")
    repo.commit({f"keys/{TOKEN}/a.env": None, f"{OTHER}.txt": f"token {tokens.npm(61)}"})
    (repo.path / f"{TOKEN}.zip").write_bytes(b"PK\x03\x04" + bytes(40))
    home = tmp_path / "home"
    home.mkdir()
    (home / f".npmrc.{TOKEN}").write_text(f"_authToken={tokens.npm(60)}\n")
    (tmp_path / f"{OTHER}.json").write_text(json.dumps([{"key": "NPM_TOKEN", "value": tokens.npm(60)}]))
    (tmp_path / f"{TOKEN}.json").write_text("[{")
    return tmp_path


def test_no_report_shows_a_name_that_holds_a_token(top: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("reports")
    exports = [word for name in (OTHER, TOKEN) for word in ("--ci-export", f"gitlab-project:{name}.json")]
    run = keytrail("scan", f"web-{OTHER}", "--home", "home", *exports, *reports(folder), *EVERYTHING, cwd=top)
    assert run.code == 1, run.stderr
    assert [piece for piece in TAILS if piece in written(folder) + run.stdout + run.stderr] == []
    assert "TB" in run.stdout


def test_every_report_tells_of_the_places_all_the_same(top: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("reports")
    assert keytrail("scan", f"web-{OTHER}", *reports(folder), "--all-places", cwd=top).code == 1
    shown = {"keys/…/a.env", "keys/\\u2026/a.env", "keys/%E2%80%A6/a.env"}
    assert [form for form in FORMATS if not any(name in (folder / form).read_text() for name in shown)] == []
