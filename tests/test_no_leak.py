"""No piece of a value in anything that keytrail says or keeps: every report, every format, errors, crashes, caches and keys."""

from __future__ import annotations

import base64
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import story, tokens
from tests.support.command import environment, keytrail

REPORTS = [
    ["--format", "text"],
    ["--format", "text", "--all-places", "--show-suppressed", "--show-unscanned"],
    ["--format", "json"],
    ["--format", "json", "-v", "--jobs", "2"],
    ["--no-history"],
    ["--quiet"],
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> story.Story:
    return story.build(tmp_path_factory.mktemp("leak"), seed=7)


def encoded(piece: str) -> Iterator[str]:
    """A piece as it might leave in disguise."""
    yield piece
    yield piece.encode().hex()
    yield base64.b64encode(piece[:6].encode()).decode()


def leaks(world: story.Story, said: str) -> list[str]:
    return [piece for piece in world.pieces() if any(form in said for form in encoded(piece))]


def kept(home: Path) -> str:
    """Everything that a run left in its home."""
    files = (path for path in home.rglob("*") if path.is_file())
    return "".join(path.read_bytes().decode("latin-1") for path in files)


@pytest.mark.parametrize("options", REPORTS, ids=" ".join)
def test_no_report_and_no_file_of_ours_holds_a_piece(world: story.Story, tmp_path: Path, options: list[str]) -> None:
    run = keytrail("scan", *world.arguments(), *options, cwd=world.root, home=tmp_path)
    assert run.code == 1, run.stderr
    assert leaks(world, run.stdout + run.stderr + kept(tmp_path)) == []


def test_a_written_report_holds_no_piece(world: story.Story, tmp_path: Path) -> None:
    file = tmp_path / "report"
    keytrail("scan", *world.arguments(), "-o", str(file), "-o", f"json:{file}.json", cwd=world.root)
    assert leaks(world, file.read_text() + Path(f"{file}.json").read_text()) == []


def test_a_value_as_argument_is_refused_and_not_repeated(world: story.Story) -> None:
    for arguments in (["scan", world.token], ["scan", f"--format={world.token}"], ["scan", f"--{world.token}"], [world.token]):
        run = keytrail(*arguments, cwd=world.root)
        assert run.code == 2
        assert leaks(world, run.stdout + run.stderr) == []


def test_a_value_in_a_path_or_a_setting_is_not_repeated(tmp_path: Path) -> None:
    world = story.Story(tmp_path, tokens.npm(3), "")
    (tmp_path / "keytrail.toml").write_text(f'fail-on = "{world.token}"\n')
    run = keytrail("scan", "--config", "keytrail.toml", cwd=tmp_path)
    assert run.code == 2
    assert leaks(world, run.stdout + run.stderr) == []


def test_a_malformed_export_holds_no_piece(tmp_path: Path) -> None:
    world = story.Story(tmp_path, tokens.npm(4), "")
    (tmp_path / "vars.json").write_text('[{"key": "A", "value": "' + world.token + '"')
    run = keytrail("scan", "--ci-export", "gitlab-project:vars.json", "--show-unscanned", cwd=tmp_path)
    assert run.code == 1
    assert "malformed" in run.stdout
    assert leaks(world, run.stdout + run.stderr) == []


CRASH = """
import sys
from scanner.cli import main
import scanner.identity.fingerprint as fingerprint, scanner.run.examine as examine
def boom(*arguments, **named):
    raise RuntimeError(repr(arguments) + str([getattr(a, 'secret', a) for a in arguments]) + sys.argv[-1])
examine.Examiner._sighting = boom
sys.argv = ['keytrail', *sys.argv[1:]]
main()
"""


def test_a_crash_names_the_place_and_not_the_value(world: story.Story, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH, "scan", "infra", "web", "home"],
        cwd=world.root,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 70
    assert "internal error: RuntimeError" in done.stderr
    assert leaks(world, done.stdout + done.stderr) == []


def test_the_pieces_would_be_noticed(world: story.Story) -> None:
    assert leaks(world, world.token)
    assert leaks(world, world.token.encode().hex())
    assert list(itertools.islice(encoded("x"), 1)) == ["x"]
    assert os.sep not in world.token
