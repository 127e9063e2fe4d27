"""What the gate, the sweep and pipelines cost, against limits that are measured in the same run.

usage: python -m tests.bench.uses KEYTRAIL

Commands take turns, so that a busy machine is busy for all of them; of each the fastest round counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.workflows import workflows
from tests.support.command import environment
from tests.support.repos import Repo

ROUNDS = 11
FILES = 5
COMMITS = 100
CLONES = 40
WORKFLOWS = 1_000
GATE_LIMIT, CLONE_LIMIT, WORKFLOWS_LIMIT = 0.3, 0.1, 10.0
"""Seconds above `python -c pass`, for one unchanged clone of a sweep, and for a thousand workflows."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The commands, and where they run."""

    keytrail: str
    root: Path

    def fastest(self, folder: Path, *commands: Sequence[str], rounds: int = ROUNDS) -> list[float]:
        """Seconds of the fastest round of each command."""
        best = [float("inf")] * len(commands)
        for _ in range(rounds):
            for number, command in enumerate(commands):
                begun = time.perf_counter()
                self.run(folder, command)
                best[number] = min(best[number], time.perf_counter() - begun)
        return best

    def run(self, folder: Path, command: Sequence[str]) -> None:
        """An error where the command fails."""
        env = {name: value for name, value in environment(self.root).items() if name not in {"PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS"}}
        subprocess.run(command, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)


def gate(bench: Bench) -> None:
    """Five staged files, and a range of a hundred commits."""
    repo = Repo(bench.root / "gate")
    for number in range(COMMITS + 1):
        repo.commit({f"src/{number % 9}.py": f"x = {number}\n" * 50})
    for number in range(FILES):
        (repo.path / f"new{number}.py").write_text(f"y = {number}\n")
    repo.git("add", ".")
    nothing, staged, ranged = bench.fastest(
        repo.path,
        [sys.executable, "-c", "pass"],
        [bench.keytrail, "gate", "--staged"],
        [bench.keytrail, "gate", "--range", f"HEAD~{COMMITS}..HEAD"],
    )
    _say("python -c pass", nothing)
    _say(f"gate --staged, {FILES} files, above that", staged - nothing, GATE_LIMIT)
    _say(f"gate --range, {COMMITS} commits, above that", ranged - nothing)


def sweep(bench: Bench) -> None:
    """Forty clones in which nothing is new."""
    clones = bench.root / "clones"
    for number in range(CLONES):
        repo = Repo(clones / f"r{number:02}")
        for commit in range(5):
            repo.commit({f"{commit}.txt": f"{number} {commit}\n" * 20})
    command = [bench.keytrail, "sweep", str(clones), "--store", str(bench.root / "store.db")]
    begun = time.perf_counter()
    bench.run(bench.root, command)
    cold = time.perf_counter() - begun
    (warm,) = bench.fastest(bench.root, command)
    _say(f"sweep of {CLONES} clones, the first time, each", cold / CLONES)
    _say("the same again with nothing new, each", warm / CLONES, CLONE_LIMIT)


def pipelines(bench: Bench) -> None:
    """A thousand workflows, beside the same files where they are nobody's, and beside libyaml; and one workflow among many other files."""
    read, unread, few, none = (bench.root / name for name in ("read", "unread", "few", "none"))
    for folder in (read / ".github" / "workflows", unread / "vendor" / "workflows"):
        folder.mkdir(parents=True)
        for name, text in workflows(WORKFLOWS):
            (folder / name).write_text(text)
    for folder in (few, none):
        folder.mkdir()
        for number in range(WORKFLOWS):
            (folder / f"{number}.py").write_text(f"x = {number}\n" * 50)
    name, text = next(workflows(1))
    (few / ".github" / "workflows").mkdir(parents=True)
    (few / ".github" / "workflows" / name).write_text(text)
    scan = [bench.keytrail, "scan", "--jobs", "1", "--format", "json", "--fail-on", "none"]
    load = "import sys, yaml, pathlib\nfor path in pathlib.Path(sys.argv[1]).iterdir(): yaml.load(path.read_bytes(), yaml.CSafeLoader)"
    folders = [str(read / ".github" / "workflows")]
    with_, without, one, nothing, libyaml = bench.fastest(
        bench.root,
        *([*scan, str(folder)] for folder in (read, unread, few, none)),
        [sys.executable, "-c", load, *folders],
        rounds=3,
    )
    _say(f"scan of {WORKFLOWS} workflows", with_, WORKFLOWS_LIMIT)
    _say("of it reading them as pipelines", with_ - without)
    _say(f"yaml.load with libyaml, to which that is {(with_ - without) / libyaml:.1f} times", libyaml)
    _say(f"scan of {WORKFLOWS} files without a workflow", nothing)
    _say("what one workflow among them adds", one - nothing)


def _say(what: str, seconds: float, limit: float | None = None) -> None:
    against = "" if limit is None else f"   {seconds / limit:5.0%} of {limit * 1000:.0f} ms"
    sys.stdout.write(f"{what:<50} {seconds * 1000:7.1f} ms{against}\n")
    sys.stdout.flush()


def main(parts: Sequence[Callable[[Bench], None]] = (gate, sweep, pipelines)) -> None:
    """Run all parts in a folder of their own."""
    keytrail = os.path.abspath(sys.argv[1])  # noqa: PTH100 - a link into the virtual environment must stay one
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            part(Bench(keytrail, Path(folder)))


if __name__ == "__main__":
    main()
