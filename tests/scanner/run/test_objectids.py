"""Digits behind the name of a token, in repositories that know them for something else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import keytrail
from tests.support.repos import Repo


def found(folder: Path, *arguments: str) -> list[str]:
    run = keytrail("scan", ".", "--format", "json", *arguments, cwd=folder)
    return [credential["kind"] for credential in json.loads(run.stdout)["credentials"]]


@pytest.mark.parametrize("arguments", [(), ("--no-history",)], ids=["history", "files only"])
def test_the_name_of_a_commit_a_tree_or_a_blob_is_no_token(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a.txt": "a"})
    names = [repo.git("rev-parse", what) for what in ("HEAD", "HEAD^{tree}", "HEAD:a.txt")]
    repo.commit({"pins.env": "".join(f"GITHUB_TOKEN={name}\n" for name in names)})
    (tmp_path / "more.env").write_text(f"GITHUB_TOKEN={names[0]}\n")
    assert found(tmp_path, *arguments) == []


def test_other_digits_are_one(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    first = repo.commit({"a.txt": "a"})
    other = first[1:] + ("0" if first[0] != "0" else "1")
    repo.commit({"ci.env": f"GITHUB_TOKEN={other}\n"})
    assert found(tmp_path) == ["github-legacy-token"]
