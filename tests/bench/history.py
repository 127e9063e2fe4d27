"""keytrail, its peers, git and the floor on the same histories and trees.

usage: python -m tests.bench.history [--rounds N] [--no-cold] [--without TOOL] [--results FILE] [--tree] KEYTRAIL REPOSITORY...

Everybody takes turns, so that a busy machine is busy for all of them, and medians count. In the warm rounds the packs are in memory, in the
cold one, where the system lets go of them, on the disk. No scanner asks anybody whether what it finds is valid, all use their own rules,
and nothing that they print is kept but the numbers of what they read.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import results
from tests.bench.measure import Usage, forget, measured, remember
from tests.bench.results import Row, Target
from tests.bench.tools import Tool, limits, ours, peers
from tests.support.command import environment

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "keytrail-bench")
"""Where the peers are installed and results are kept: outside of the repository, whose tests look at all that is in it."""
RESULTS = CACHE / "results.json"
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Bench:
    """Where tools run, and how often."""

    folder: Path
    rounds: int
    cold: bool

    def history(self, repository: Path, tools: Iterable[Tool]) -> Target:
        """All tools on one history."""
        count = subprocess.run(["git", "-C", str(repository), "count-objects", "-v"], check=True, capture_output=True, text=True).stdout
        numbers = {name: int(number) for name, _, number in (line.partition(": ") for line in count.splitlines()) if number.isdigit()}
        commands = [(tool, tool.history(str(repository))) for tool in tools if tool.history]
        begun = os.getloadavg()[0]
        rows = self._rows(commands, repository)
        load = (begun, os.getloadavg()[0])
        return Target(name_of(repository), numbers["in-pack"] + numbers["count"], numbers["size-pack"] << 10, results.today(), load, rows)

    def tree(self, repository: Path, tools: Iterable[Tool]) -> Target:
        """All tools on the files of HEAD."""
        with tempfile.TemporaryDirectory(dir=self.folder) as top:
            with subprocess.Popen(["git", "-C", str(repository), "archive", "HEAD"], stdout=subprocess.PIPE) as archive:
                subprocess.run(["tar", "-x", "-C", top], stdin=archive.stdout, check=True)
            sizes = [path.stat().st_size for path in Path(top).rglob("*") if path.is_file() and not path.is_symlink()]
            commands = [(tool, tool.tree(top)) for tool in tools if tool.tree]
            begun = os.getloadavg()[0]
            rows = self._rows(commands, None)
            return Target(name_of(repository), len(sizes), sum(sizes), results.today(), (begun, os.getloadavg()[0]), rows)

    def _rows(self, commands: Sequence[tuple[Tool, Sequence[str]]], repository: Path | None) -> tuple[Row, ...]:
        """What each tool took."""
        warm: list[list[Usage]] = [[] for _ in commands]
        cold: list[list[Usage]] = [[] for _ in commands]
        texts = ["" for _ in commands]
        whole = [True for _ in commands]
        if repository and self.cold:
            for place, (tool, command) in enumerate(commands):
                forget(repository)
                cold[place].append(self._run(tool, command)[0])
        for _ in range(self.rounds):
            if repository:
                remember(repository)
            for place, (tool, command) in enumerate(commands):
                usage, texts[place] = self._run(tool, command)
                warm[place].append(usage)
                whole[place] &= tool.finished(usage.code, texts[place])
        return tuple(
            Row(
                tool.name,
                tool.version,
                tuple(warm[place]),
                tuple(cold[place]),
                tool.counted(texts[place]),
                whole[place],
            )
            for place, (tool, _) in enumerate(commands)
        )

    def begin(self, tools: Iterable[Tool]) -> None:
        """Everybody has read one small file, and compiled for it what is kept between runs."""
        with tempfile.TemporaryDirectory(dir=self.folder) as top:
            Path(top, "file.txt").write_text("nothing\n")
            for tool in tools:
                if tool.tree:
                    self._run(tool, tool.tree(top))

    def _run(self, tool: Tool, command: Sequence[str]) -> tuple[Usage, str]:
        """What one run took, and what it printed, which is gone from the disk."""
        dropped = {"PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS"} | (set() if tool.name.startswith(("keytrail", "floor")) else {"PYTHONPATH"})
        home = self.folder / "home"
        (home / ".cache").mkdir(parents=True, exist_ok=True)
        for kept in () if tool.again else (home / ".cache" / "keytrail").glob("clean-*"):
            kept.unlink()
        env = {name: value for name, value in environment(home).items() if name not in dropped}
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            out = Path(os.devnull) if tool.quiet else Path(scratch, "out")
            err = Path(scratch, "err")
            usage = measured(command, env, self.folder, out, err)
            text = "" if tool.quiet else out.read_text(errors="replace") + err.read_text(errors="replace")
        sys.stderr.write(f"  {tool.name:<24} {usage.wall:8.2f} s {usage.cpu:8.2f} s {usage.peak >> 20:6} MiB  {usage.code}\n")
        return usage, text


def name_of(repository: Path) -> str:
    """How a repository is called in tables: by its folder, or the one above where that only says what it is."""
    name = next((part for part in reversed(repository.resolve().parts) if part not in {".git", "repo"}), "repository")
    return name.removesuffix(".git").replace("+", "/")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description="Measure keytrail and its peers on whole histories.")
    parser.add_argument("keytrail", type=Path)
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--no-cold", dest="cold", action="store_false")
    parser.add_argument("--without", action="append", default=[], metavar="TOOL", help="leave this one out; repeatable")
    parser.add_argument("--tree", action="store_true", help="the files of each HEAD instead")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args(arguments)


def main() -> None:
    """Measures one repository after the other and keeps what came of it at once."""
    options = parsed(sys.argv[1:])
    keytrail = Path(os.path.abspath(options.keytrail))  # noqa: PTH100 - a link into the virtual environment must stay one
    CACHE.mkdir(parents=True, exist_ok=True)
    tools = [tool for tool in (*ours(keytrail), *peers(CACHE), *limits()) if tool.name not in options.without]
    bench = Bench(CACHE, options.rounds, options.cold)
    bench.begin(tools)
    for repository in options.repositories:
        sys.stderr.write(f"{name_of(repository)}\n")
        if options.tree:
            tree = bench.tree(repository, tools)
            results.save(options.results, results.load(options.results).with_tree(tree))
        else:
            target = bench.history(repository.resolve(), tools)
            results.save(options.results, results.load(options.results).with_history(target))


if __name__ == "__main__":
    main()
