"""Situations that a gate meets, each in a repository made for it, and what the command says there. The docs have the same table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import keytrail
from tests.support.forge import Forge
from tests.support.situations import FILLER, OLD, SITUATIONS, UNSEEN, Situation


def shown(path: str) -> str:
    """A path without the id or the name of what a message belongs to."""
    kind, colon, _ = path.partition(":")
    return f"{kind}:" if colon else path


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_the_gate_ends_as_the_table_says(tmp_path: Path, situation: Situation) -> None:
    run = situation.make(Forge(tmp_path, {"old.ini": FILLER + OLD}))
    got = keytrail("gate", *run.arguments, "-o", f"json:{tmp_path / 'report.json'}", "--quiet", cwd=run.folder, env=run.env)
    assert (got.code, got.stdout, got.stderr.count("\n")) == (situation.verdict, "", int(situation.verdict == UNSEEN)), got.stderr
    report = tmp_path / "report.json"
    credentials = json.loads(report.read_text())["credentials"] if report.exists() else []
    places = [place["path"] for one in credentials for place in one["occurrences"] if place["suppression"] is None]
    assert tuple(map(shown, places)) == situation.places
