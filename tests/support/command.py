"""The command from outside, as a user runs it: its own process, its own home, no variables of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.engine import Limits, cache, database
from scanner.identity import OrgKey, StretchBudget
from scanner.run.examine import Setup
from scanner.run.listen import listeners
from scanner.sources.changes.systems import SYSTEMS

MAIN = "import sys; sys.modules['keyring'] = None; from scanner.cli import main; sys.argv[0] = 'keytrail'; main()"
"""As where the package for the keyring of the operating system is not installed, which is optional: tests are asked for no key of their own."""
UNCOMPILED = "from scanner.sources.history import packs; packs.AVAILABLE = False; "
APART = "from scanner.cli import workstation; workstation.MACHINE = None; "
"""Before `MAIN`: `workstation` reads nothing of the machine that tests run on but a home."""
CACHE = Path(tempfile.gettempdir(), f"keytrail-tests-{os.getuid()}")
"""What homes without a cache of their own share: detectors take seconds to compile."""
DETECTORS = CACHE / "keytrail"
"""Where compiled detectors are in it."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a command ended with and said."""

    code: int
    stdout: str
    stderr: str


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a command sees: the caller's variables without git's, ours and what tells the CI system, another home, our code on the path."""
    told = {system.variable for system in SYSTEMS}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "KEYTRAIL_", "XDG_")) and name not in told}
    shared = {} if (home / ".cache").is_dir() else {"XDG_CACHE_HOME": str(CACHE)}
    ours = {"HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONWARNINGS": "error"}
    return {**kept, **ours, **shared, **(extra or {})}


def warm(home: Path) -> None:
    """Gives a home a cache of its own, in which the detectors are compiled already."""
    own = home / ".cache" / "keytrail"
    if own.exists():
        return
    own.mkdir(mode=0o700, parents=True)
    detectors = (*Setup(OrgKey(bytes(32), "", None), StretchBudget(), (), (), None).detectors(), *listeners())
    database.load(detectors, cache=DETECTORS, width=Limits().width)
    compiled = cache.place(detectors, DETECTORS, Limits().width)
    assert compiled is not None, f"nobody else may write to {DETECTORS}"
    shutil.copy2(compiled, own)


def keytrail(
    *arguments: str,
    cwd: Path,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    home: Path | None = None,
    compiled: bool = True,
    machine: Path | None = None,
) -> Run:
    """Run `keytrail` with `arguments` in `cwd`; without `home` in a new, empty one; not `compiled` as where there was no compiler.

    `machine` is the root of the file system in which `workstation` looks outside of homes; without it it does not.
    """
    code = MAIN if compiled else UNCOMPILED + MAIN
    if arguments[:1] == ("workstation",):
        code = APART + code
        if machine is not None:
            code = f"from pathlib import Path; {code}".replace("MACHINE = None", f"MACHINE = Path({str(machine)!r})")
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=cwd,
            input=stdin,
            env=environment(home or Path(empty), env),
            capture_output=True,
            check=False,
        )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
