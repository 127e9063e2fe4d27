"""Gates as hooks and CI call them, which are understood without typer, beside the same commands with an option that changes nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.cli.change import understood
from tests.support import tokens
from tests.support.command import MAIN, environment, keytrail
from tests.support.repos import Repo

HOOK = ("gate", "--staged")
SAME = ("--exit-code", "1")
"""What typer has to read, and what is so anyway."""
BOTH = (HOOK, (*HOOK, *SAME))
LINES = [
    ("--range", "HEAD~1..HEAD"),
    ("--range", "nowhere..HEAD", "--format", "json"),
    ("--since", "HEAD~1", "--fail-on", "critical"),
    ("--since", "HEAD~1", "--fail-on", "worst"),
    ("--range", "HEAD~1..HEAD", "-o", "json:a.json", "--output", "-", "--no-inline-allow"),
    ("--range", "HEAD~1..HEAD", "-o", "none/a.json"),
    ("--staged", "--baseline", "none.toml"),
    ("--staged", "--config", "none.toml"),
    ("--staged", "--since", "HEAD"),
    ("--range", "--staged"),
    ("--range",),
    ("--since", "-x"),
    ("--format", "odd"),
    ("--staged", "--staged"),
    (),
    ("-", "-"),
]


def nothing(folder: Path) -> None:
    Repo(folder).commit({"a.txt": "line\n"})


def token(folder: Path) -> Repo:
    repo = Repo(folder)
    repo.commit({"a.txt": "line\n"})
    (folder / ".npmrc").write_text(f"//h.example/:_authToken={tokens.npm()}\n")
    (folder / "é.txt").write_text(f"TOKEN={tokens.npm(1)}\n")
    repo.git("add", "-A")
    return repo


def configured(folder: Path) -> None:
    repo = token(folder)
    (folder / "keytrail.toml").write_text('format = "sarif"\nfail-on = "none"\n')
    repo.git("add", "-A")


def no_repository(folder: Path) -> None:
    folder.mkdir()


def misconfigured(folder: Path) -> None:
    nothing(folder)
    (folder / "keytrail.toml").write_text("colour = true\n")


@pytest.mark.parametrize("make", [nothing, token, configured, no_repository, misconfigured], ids=lambda make: make.__name__)
@pytest.mark.parametrize("env", [{}, {"PYTHONIOENCODING": "ascii"}, {"KEYTRAIL_FAIL_ON": "critical"}], ids=str)
def test_the_hook_says_what_the_command_says(tmp_path: Path, make: Callable[[Path], object], env: dict[str, str]) -> None:
    make(tmp_path / "repo")
    home = tmp_path / "home"
    home.mkdir()
    runs = [keytrail(*command, cwd=tmp_path / "repo", home=home, env={**env, "PYTHONUTF8": "0"}) for command in BOTH]
    said = [(run.code, re.sub(r"in [0-9.]+ s|\"[a-z]*[sS]econds\": [0-9.]+", "", run.stdout), run.stderr) for run in runs]
    assert said[0] == said[1]


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_what_ci_writes_says_what_the_command_says(tmp_path: Path, line: tuple[str, ...]) -> None:
    said = []
    for number, more in enumerate(((), SAME)):
        repo = token(tmp_path / f"{number}" / "repo")
        repo.git("commit", "--quiet", "--message=one")
        run = keytrail("gate", *more, *line, cwd=repo.path, home=tmp_path)
        said.append((run.code, re.sub(r"in [0-9.]+ s", "", run.stdout), run.stderr, sorted(path.name for path in repo.path.iterdir())))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("line", "is_ours"),
    [
        (("gate",), True),
        (("gate", "--range", "a..b", "-o", "sarif:x.sarif", "-o", "-"), True),
        (("gate", "--pre-receive"), True),
        (("gate", "-"), True),
        (("gate", "--range=a..b"), False),
        (("gate", "--staged", "--since", "a"), False),
        (("gate", "--verbose"), False),
        (("gate", "--help"), False),
        (("scan",), False),
        ((), False),
    ],
)
def test_only_what_hooks_and_ci_write_is_understood_here(line: tuple[str, ...], is_ours: bool) -> None:
    assert (understood(line) is not None) == is_ours


@pytest.mark.parametrize("command", BOTH, ids=" ".join)
def test_a_report_that_nobody_takes_is_no_success(tmp_path: Path, command: tuple[str, ...]) -> None:
    nothing(tmp_path / "repo")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *command],
        cwd=tmp_path / "repo",
        env=environment(tmp_path),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")
