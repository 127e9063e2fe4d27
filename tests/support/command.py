"""The command from outside, as a user runs it: its own process, its own home, no variables of ours."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAIN = "import sys; from scanner.cli import main; sys.argv[0] = 'keytrail'; main()"


@dataclass(frozen=True, slots=True)
class Run:
    """What a command ended with and said."""

    code: int
    stdout: str
    stderr: str


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a command sees: the caller's variables without git's and ours, another home, our code on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "KEYTRAIL_", "XDG_"))}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONWARNINGS": "error", **(extra or {})}


def keytrail(*arguments: str, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None, home: Path | None = None) -> Run:
    """Run `keytrail` with `arguments` in `cwd`; without `home` in a new, empty one that shares the cache of compiled detectors."""
    shared = {} if home else {"XDG_CACHE_HOME": f"{tempfile.gettempdir()}/keytrail-tests-{os.getuid()}"}
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *arguments],
            cwd=cwd,
            input=stdin,
            env=environment(home or Path(empty), {**shared, **(env or {})}),
            capture_output=True,
            check=False,
        )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
