"""Names that hold a token: no report, no store's answer and no message shows it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scanner.run.names import Names
from tests.support import tokens
from tests.support.command import DETECTORS, keytrail
from tests.support.repos import Repo

TOKEN, OTHER = tokens.npm(41), tokens.ghp(41)
NAMES = Names(DETECTORS)


def paths(report: str) -> set[str]:
    found = json.loads(report)
    return {place["path"] for credential in found["credentials"] for place in credential["occurrences"]}


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_file_that_is_called_by_its_token(tmp_path: Path, form: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / f".npmrc.{TOKEN}").write_text(f"_authToken={TOKEN}\n")
    run = keytrail("scan", "--home", str(home), "--format", form, "--all-places", cwd=tmp_path)
    assert run.code == 1
    assert TOKEN not in run.stdout + run.stderr
    assert ".npmrc.…" in run.stdout or ".npmrc.\\u2026" in run.stdout or ".npmrc.%E2%80%A6" in run.stdout


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_file_that_a_link_leads_to_and_a_folder_around_it(tmp_path: Path, form: str) -> None:
    kept = tmp_path / "home" / f"kept-{OTHER}"
    kept.mkdir(parents=True)
    (kept / f"{TOKEN}.txt").write_text(f"_authToken={TOKEN}\n")
    (kept / f"{TOKEN}.txt").chmod(0o644)
    kept.chmod(0o777)
    (tmp_path / "home" / ".npmrc").symlink_to(kept / f"{TOKEN}.txt")
    run = keytrail("scan", "--home", str(tmp_path / "home"), "--format", form, cwd=tmp_path)
    assert "TB705" in run.stdout
    assert TOKEN not in run.stdout + run.stderr
    assert OTHER not in run.stdout + run.stderr


def test_files_tags_and_people_of_a_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.git("config", "user.name", f"Ada {OTHER}")
    repo.commit({f"keys/{TOKEN}/a.env": f"A={TOKEN}\n"}, message="keys")
    repo.commit({f"keys/{TOKEN}/a.env": None, f"{OTHER}.txt": f"token {OTHER}"}, message="others")
    repo.git("tag", "-a", f"v-{TOKEN}", "-m", f"with {OTHER}")
    for command in (("scan", "repo"), ("sweep", str(tmp_path)), ("report",)):
        for form in ("text", "json"):
            run = keytrail(*command, "--format", form, cwd=tmp_path, home=tmp_path)
            assert run.code in {0, 1}, run.stderr
            assert TOKEN not in run.stdout + run.stderr, command
            assert OTHER not in run.stdout + run.stderr, command
    assert "keys/…/a.env" in paths(keytrail("scan", "repo", "--format", "json", cwd=tmp_path).stdout)


def test_what_could_not_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(folder / f"{TOKEN}.fifo")
    (folder / f"{TOKEN}.zip").write_bytes(b"PK\x03\x04" + bytes(40))
    for form in ("text", "json"):
        run = keytrail("scan", "folder", "--show-unscanned", "--format", form, cwd=tmp_path)
        assert TOKEN not in run.stdout + run.stderr
        assert ".zip" in run.stdout


def test_the_gate(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a"})
    (tmp_path / f"x-{TOKEN}.env").write_text(f"T={TOKEN}\n")
    repo.git("add", ".")
    run = keytrail("gate", "--staged", cwd=tmp_path)
    assert run.code == 1
    assert TOKEN not in run.stdout + run.stderr
    assert "x-….env" in run.stdout


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("src/app.py", "src/app.py"),
        (f"a/{TOKEN}", "a/…"),
        (f"{TOKEN}/{OTHER}", "…/…"),
        ("private-keys-v1.d/896AB72DE5FDB4FDEC9B5F164EC091AE476090A1.key",) * 2,
        ("blobs/sha256/" + "3f" * 32,) * 2,
        ("a_very_long_name_of_a_test_that_says_what_it_tests.py",) * 2,
        (f"\udcff{TOKEN}\udcfe", "\udcff…\udcfe"),
    ],
)
def test_only_what_is_a_credential_is_left_out(name: str, shown: str) -> None:
    assert NAMES.shown(name) == shown
