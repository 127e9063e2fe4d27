"""Whether the gate says the same of a patch as of the index that git wrote it from.

With all context it does, word for word. With less it never misses a value that stands on one line, and what it says beyond is a second copy
of what HEAD has at that path, where the patch does not show it.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.config import Settings, load
from scanner.model import Outcome
from scanner.run.gate import Asked, gate
from scanner.run.patched import gate_patch
from scanner.run.request import Progress
from tests.support import tokens
from tests.support.command import CACHE
from tests.support.repos import Repo

SECRETS = [tokens.npm(1), tokens.npm(2), tokens.ghp(3)]
LINES = st.lists(
    st.sampled_from([*(f"token = {value}" for value in SECRETS), *(f"  - {value}" for value in SECRETS), "a", "b", "", "[c]"]), max_size=14
)
FILES = st.dictionaries(st.sampled_from(["one.ini", "d/two.txt", "with blank.yaml", "caf\u00e9"]), LINES.map("\n".join), max_size=3)
Found = set[tuple[str | None, str, int | None]]
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _cached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Compiled detectors are where the tests of commands have them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(CACHE))
    monkeypatch.setenv("HOME", str(tmp_path))


def configure(reviewed: object) -> Settings:
    assert reviewed == ()
    return load({"jobs": 1}, config=None, environ={}, targets=(Path(),))


def found(outcome: Outcome) -> Found:
    return {(one.fingerprint, one.path, one.spot.line) for credential in outcome.credentials for one in credential.occurrences}


def judged(data: bytes) -> Found:
    with patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(data))):
        return found(gate_patch(configure, {}, Progress()))


@contextmanager
def staged(old: dict[str, str], new: dict[str, str]) -> Iterator[Repo]:
    """A repository with `old` in HEAD and `new` in the index, as the folder that we are in."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo(Path(folder, "repo"))
        repo.commit({"README": "x\n", **old})
        for name in old.keys() - new.keys():
            repo.git("rm", "--quiet", "--", name)
        for name, text in new.items():
            (repo.path / name).parent.mkdir(exist_ok=True)
            (repo.path / name).write_text(text)
            repo.git("add", "--force", "--", name)
        os.chdir(repo.path)
        try:
            yield repo
        finally:
            os.chdir(before)


def written(repo: Repo, *options: str) -> bytes:
    repo.git("diff", "--cached", "--text", "--output=../out", *options)
    return (repo.path / ".." / "out").read_bytes()


@QUICK
@given(old=FILES, new=FILES)
def test_with_all_context_both_say_the_same(old: dict[str, str], new: dict[str, str]) -> None:
    with staged(old, new) as repo:
        if data := written(repo, "-U99999"):
            assert judged(data) == found(gate(Asked(staged=True), configure, {}, Progress()))


@QUICK
@given(old=FILES, new=FILES, options=st.sampled_from([["-U0"], ["-U1"], ["-U3", "--no-prefix"], ["--color=always"]]))
def test_with_less_context_nothing_is_missed(old: dict[str, str], new: dict[str, str], options: list[str]) -> None:
    with staged(old, new) as repo:
        if not (data := written(repo, *options)):
            return
        of_patch, of_index = judged(data), found(gate(Asked(staged=True), configure, {}, Progress()))
        assert of_index <= of_patch
        for _, path, line in of_patch - of_index:
            text = new[path].split("\n")[(line or 0) - 1]
            assert any(value in text and any(value in one for one in old.values()) for value in SECRETS)
