"""What a short run imports and makes: a gate runs at every commit, and is waited for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import environment
from tests.support.repos import Repo

CODE = """
import dataclasses, json, os, sys
made, dataclass, end = [], dataclasses.dataclass, os._exit
sys.modules["keyring"] = None  # as where the optional package is not installed

def counted(cls=None, /, **options):
    if cls is None:
        return lambda defined: counted(defined, **options)
    made.extend([cls.__module__] if options.get("init", True) else [])
    return dataclass(cls, **options)

def told(code):
    json.dump([code, sorted(sys.modules), made], open("told.json", "w"))
    end(code)

dataclasses.dataclass, os._exit, sys.argv[0] = counted, told, "keytrail"
from scanner.cli import main
main()
"""
HOOK = """
import json, os, sys
end = os._exit

def told(code):
    json.dump([code, sorted(sys.modules), []], open("told.json", "w"))
    end(code)

os._exit, sys.argv[0] = told, "keytrail"
from scanner.cli import main
main()
"""
"""The same, where nothing else loads `dataclasses`."""
SELDOM = {
    *(
        "alembic",
        "asyncio",
        "bcrypt",
        "concurrent",
        "cryptography",
        "ctypes",
        "detect_secrets",
        "dotenv",
        "email",
        "git",
        "http",
        "logging",
    ),
    *("multiprocessing", "pathspec", "pydantic", "requests", "rich", "socket", "sqlalchemy", "sqlite3", "tomllib", "typer", "yaml"),
    *(
        "scanner.cli.app",
        "scanner.cli.options",
        "scanner.correlate",
        "scanner.engine.workers",
        "scanner.identity.publickey",
        "scanner.plugins",
    ),
    *(
        "scanner.policies",
        "scanner.reports.json",
        "scanner.reports.sarif",
        "scanner.run.manner",
        "scanner.run.gate",
        "scanner.run.patched",
        "scanner.run.scan",
    ),
    *("scanner.pipelines.repository", "scanner.pipelines.systems", "tree_sitter", "tree_sitter_bash"),
    *("tree_sitter_go", "tree_sitter_javascript", "tree_sitter_typescript"),
    *("scanner.sources.mirrors", "scanner.sources.workstation.catalogue", "scanner.store", "scanner.sweep"),
}
"""Modules that take some time to load, and that only some runs need."""
COMMANDS = {
    ("gate", "--staged"): {"scanner.run.gate"},
    ("gate", "-"): {"scanner.run.gate", "scanner.run.patched"},
    ("gate", "--range", "HEAD~1..HEAD", "--fail-on", "high"): {"scanner.run.gate"},
    ("gate", "--staged", "--exit-code", "1"): {"scanner.run.gate", "scanner.cli.app", "scanner.cli.options", "typer"},
    ("scan", "../folder"): {
        *("scanner.cli.app", "scanner.cli.options", "typer"),
        *("scanner.run.scan", "scanner.run.manner", "scanner.correlate", "scanner.store", "sqlite3"),
    },
}
"""Which of them these need."""
PATCH = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
"""What is on standard input."""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with five files staged that hold nothing, beside a folder with the same."""
    repo = Repo(tmp_path / "repo")
    repo.commit({"older.txt": "line\n"})
    repo.commit({"old.txt": "line\n"})
    (tmp_path / "folder").mkdir()
    for number in range(5):
        for folder in (repo.path, tmp_path / "folder"):
            (folder / f"{number}.txt").write_text(f"line {number}\n")
    repo.git("add", "-A")
    return repo


def ran(repo: Repo, command: tuple[str, ...], home: Path, code: str = CODE) -> tuple[int, set[str], list[str]]:
    """Exit code of the command, every module that it loaded, and of which module's classes `dataclasses` wrote the constructors."""
    subprocess.run(
        [sys.executable, "-c", code, *command], cwd=repo.path, env=environment(home), input=PATCH, capture_output=True, check=True
    )
    told: list[Any] = json.loads((repo.path / "told.json").read_text())
    return told[0], set(told[1]), told[2]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_short_run_loads_only_what_it_needs(repo: Repo, tmp_path: Path, command: tuple[str, ...]) -> None:
    ran(repo, command, tmp_path)  # for the caches
    code, loaded, made = ran(repo, command, tmp_path)
    assert code == 0
    assert loaded & SELDOM <= COMMANDS[command]
    assert [name for name in loaded if name.startswith("detectors")] == []
    assert [module for module in made if module.startswith(("scanner", "detectors"))] == []


def test_a_hook_that_finds_nothing_loads_no_more_than_that_takes(repo: Repo, tmp_path: Path) -> None:
    repo.commit({".github/workflows/ci.yml": "on: push\njobs: {one: {runs-on: ubuntu-latest, steps: [{run: make}]}}\n"})
    (repo.path / "helper.py").write_text("pass\n")
    repo.git("add", "-A")
    ran(repo, ("gate", "--staged"), tmp_path, HOOK)  # for the caches
    code, loaded, _ = ran(repo, ("gate", "--staged"), tmp_path, HOOK)
    assert code == 0
    assert loaded & {"dataclasses", "inspect", "keyring", "scanner.model.codec", "scanner.reports.text_credential"} == set()
    assert loaded & {"scanner.run.ends", "scanner.sources.history.packs.reader"} == set()
