"""Running what templates of CI systems run, with the keytrail that is being tested in place of an installed one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.command import MAIN, Run, environment

ROOT = Path(__file__).parents[2]


def installed(folder: Path) -> Path:
    """A `keytrail` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "keytrail"
    script.write_text(f"#!{sys.executable}\n" + MAIN.replace("; ", "\n") + "\n")
    script.chmod(0o755)
    return script


def bash(script: str, cwd: Path, home: Path, env: Mapping[str, str]) -> Run:
    """How a script of a job ends, with `home` in front of the path; as systems start it."""
    known = environment(home, env)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=cwd,
        env={**known, "PATH": f"{home}:{known['PATH']}"},
        capture_output=True,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
