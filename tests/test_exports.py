"""All kinds of exports in one scan: every value is found in its slot, and no piece of one is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import FIXTURES, filled
from tests.support import story, tokens
from tests.support.command import keytrail


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for path in FIXTURES.iterdir():
        (folder / path.name).write_bytes(filled(path.name))
    return folder


def arguments(folder: Path) -> list[str]:
    return [word for path in sorted(folder.iterdir()) for word in ("--ci-export", path.name)]


def pieces(folder: Path) -> list[str]:
    values = [make(seed) for make in (tokens.npm, tokens.ghp) for seed in range(1, 9)]
    return [piece for value in values for piece in story.Story(folder, value, "").pieces()]


@pytest.mark.parametrize("options", [["--format", "text", "--all-places", "--show-unscanned"], ["--format", "json"], ["--format", "sarif"]])
def test_no_report_of_exports_holds_a_piece_of_a_value(folder: Path, options: list[str]) -> None:
    run = keytrail("scan", *arguments(folder), *options, cwd=folder)

    assert run.code == 1, run.stderr
    assert [piece for piece in pieces(folder) if piece in run.stdout + run.stderr] == []


def test_every_export_that_shows_the_token_has_it_in_a_slot(folder: Path) -> None:
    run = keytrail("scan", *arguments(folder), "--format", "json", cwd=folder)

    filling = {slot["container"].partition(":")[2] for slot in json.loads(run.stdout)["slots"] if slot["credentials"]}
    assert sorted(path.name for path in folder.iterdir() if tokens.npm(1).encode() in path.read_bytes() and path.name not in filling) == []
