"""A report is the same whether packs are read here or by git, and with however many workers."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scanner.sources.history import packs
from tests.support import tokens
from tests.support.command import keytrail
from tests.support.repos import Repo

pytestmark = pytest.mark.skipif(not packs.AVAILABLE, reason="there is no compiler")

WAYS = [(compiled, jobs) for compiled in (True, False) for jobs in (1, 2)]
FILES = (".npmrc", "deploy/release.sh", "notes.md")
COMMITS = 60


def _line(chance: random.Random, number: int) -> str:
    """A line of a file: mostly words, now and then a token or what looks like one."""
    token = chance.choice((tokens.npm, tokens.ghp, tokens.pypi, tokens.github_pat))(chance.randrange(6))
    spellings = (
        f"token={token}",
        f"data: {b64encode(token.encode()).decode()}",
        f"token={tokens.spoiled(tokens.npm(number))}",
        f'x = "{token[:20]}" + "{token[20:]}"',
    )
    return chance.choice(spellings) if chance.random() < 0.2 else f"line {number} {chance.random()}"


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history in which tokens come, move, change their neighbours, go and come back; in deep chains, with some loose objects."""
    chance = random.Random(11)
    repo = Repo(tmp_path_factory.mktemp("grown"))
    texts = {name: [f"# {name} {line} {chance.random()}" for line in range(150)] for name in FILES}
    for number in range(COMMITS):
        if number in {20, 40}:
            repo.git("checkout", "--quiet", "-b", f"side-{number}", f"HEAD~{number // 10}")
        lines = texts[chance.choice(FILES)]
        for _ in range(3):
            lines.pop(chance.randrange(len(lines)))
            lines.insert(chance.randrange(len(lines)), _line(chance, number))
        lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
        repo.commit({name: "\n".join(text) for name, text in texts.items()})
    repo.git("merge", "--quiet", "--strategy=ours", "--no-edit", "main", "side-20")
    repo.git("repack", "-adfq", "--depth=250", "--window=50")
    repo.commit({"later.env": f"NODE_AUTH_TOKEN={tokens.npm(3)}\n"})
    return repo.path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home, so that ids are made with one key."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def reports(grown: Path, home: Path) -> dict[tuple[bool, int], str]:
    arguments = ("scan", "--format", "json", "--fail-on", "none")
    runs = {
        (compiled, jobs): keytrail(*arguments, "--jobs", str(jobs), ".", cwd=grown, home=home, compiled=compiled) for compiled, jobs in WAYS
    }
    assert {(run.code, run.stderr) for run in runs.values()} == {(0, "")}
    return {way: run.stdout for way, run in runs.items()}


@pytest.mark.parametrize("way", WAYS[1:], ids=lambda way: f"{'packs' if way[0] else 'git'}-{way[1]}")
def test_the_whole_report_is_the_same(reports: dict[tuple[bool, int], str], way: tuple[bool, int]) -> None:
    assert reports[way] == reports[WAYS[0]]


def test_the_report_has_tokens_that_came_and_went(reports: dict[tuple[bool, int], str]) -> None:
    report: dict[str, Any] = json.loads(reports[WAYS[0]])
    kinds = Counter(one["kind"] for one in report["credentials"])
    assert len(kinds) == 4
    assert report["coverage"]["status"] == "complete"
    places = [place for one in report["credentials"] for place in one["occurrences"]]
    assert {place["removed_commit"] is None for place in places} == {True, False}
    assert any(place["encoding"] == ["base64"] for place in places)


def test_the_history_is_stored_in_deep_chains(grown: Path) -> None:
    (pack,) = (grown / ".git/objects/pack").glob("*.idx")
    told = Repo(grown).git("verify-pack", "-v", str(pack))
    assert "chain length = 8:" in told


@pytest.mark.parametrize(("compiled", "said"), [(True, "read directly"), (False, "read through git")])
def test_the_two_ways_are_two(tmp_path: Path, *, compiled: bool, said: str) -> None:
    assert said in keytrail("--version", cwd=tmp_path, compiled=compiled).stdout
