"""Files that only their path tells, from outside: what was in one that a repository deleted is found like what is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import keytrail
from tests.support.fleet import Fleet, lives, places
from tests.support.repos import Repo
from tests.support.templates import expand

KEY = expand("<p_hex:32>").decode()
TOKEN = expand("s.<base62:24>\n").decode()


@pytest.mark.parametrize("packed", [False, True])
def test_a_key_that_only_its_path_tells_is_found_in_the_past(tmp_path: Path, *, packed: bool) -> None:
    web = Repo(tmp_path)
    added = web.commit({"app/config/master.key": KEY, "README.md": "web\n"})
    removed = web.commit({"app/config/master.key": None})
    if packed:
        web.pack()
    run = keytrail("scan", ".", "--format", "json", cwd=tmp_path)
    (credential,) = json.loads(run.stdout)["credentials"]
    (place,) = credential["occurrences"]
    assert credential["kind"] == "rails-master-key"
    assert (place["path"], place["line"], place["commit"], place["removed_commit"]) == ("app/config/master.key", 1, added, removed)


def test_the_same_text_under_another_name_is_none(tmp_path: Path) -> None:
    Repo(tmp_path).commit({"app/config/other.key": KEY, "master.key": KEY, "vault-token": TOKEN})
    assert keytrail("scan", ".", cwd=tmp_path).stdout.startswith("No credentials found")


def test_a_folder_of_such_a_name_is_no_file(tmp_path: Path) -> None:
    Repo(tmp_path).commit({"config/master.key/README": "none\n", "x.token/y": "none\n"})
    assert keytrail("scan", ".", cwd=tmp_path).stdout.startswith("No credentials found")


def test_a_sweep_that_reads_nothing_new_still_knows_it(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    web = fleet.repo("web")
    web.commit({".vault-token": TOKEN})
    web.commit({".vault-token": None})
    for expected in ("new", "open"):
        report = fleet.sweep()
        assert places(report) == [("web", ".vault-token", "branch")]
        assert set(lives(report).values()) == {expected}
