"""Copies that are labelled as samples, from outside: they do not count where they lie, and speak for no other place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import keys
from tests.support.command import keytrail
from tests.support.repos import Repo

KEY = keys.pem("rsa2048", "pkcs1")
SAMPLE = KEY.replace("PRIVATE", "TESTING")
WHY = {"by": "dummy", "reason": "its label says that it is for tests"}


def scan(folder: Path) -> dict[str, Any]:
    run = keytrail("scan", ".", "--detector", "private-key", "--show-suppressed", "--format", "json", cwd=folder)
    (credential,) = json.loads(run.stdout)["credentials"]
    return {"code": run.code, **credential}


def suppressed(credential: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {(one["zone"], one["path"]): one["suppression"] for one in credential["occurrences"]}


@pytest.mark.parametrize("first", ["sample", "live"])
def test_a_sample_does_not_hide_the_same_key_elsewhere(tmp_path: Path, first: str) -> None:
    web = Repo(tmp_path / "web")
    for name in (first, "live" if first == "sample" else "sample"):
        web.commit({f"{name}.pem": SAMPLE if name == "sample" else KEY})
    found = scan(tmp_path / "web")
    assert (found["code"], found["suppression"]) == (1, None)
    assert {(path, bool(why)) for (_, path), why in suppressed(found).items()} == {("sample.pem", True), ("live.pem", False)}


def test_what_lies_in_samples_only_is_suppressed(tmp_path: Path) -> None:
    Repo(tmp_path / "web").commit({"sample.pem": SAMPLE, "more/sample.pem": SAMPLE})
    found = scan(tmp_path / "web")
    assert (found["code"], found["suppression"]) == (0, WHY)
    assert set(map(str, suppressed(found).values())) == {str(WHY)}


def test_a_sample_that_became_real_in_its_own_file_is_open(tmp_path: Path) -> None:
    web = Repo(tmp_path / "web")
    web.commit({"key.pem": SAMPLE})
    web.commit({"key.pem": KEY})
    assert scan(tmp_path / "web")["suppression"] is None
