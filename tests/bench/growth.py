"""How keytrail's time grows with a history: the oldest eighth, quarter and half of one, and all of it.

usage: python -m tests.bench.growth [--rounds N] [--results FILE] KEYTRAIL REPOSITORY

Each part is a bare repository with one branch for every commit that nothing in it follows, packed anew by git with its defaults.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench import results
from tests.bench.history import CACHE, RESULTS, ROUNDS, Bench, name_of
from tests.bench.results import Point
from tests.bench.tools import ours

PARTS = (0.125, 0.25, 0.5, 1.0)


def cut(repository: Path, part: float, place: Path) -> None:
    """A bare repository at `place` with that part of the commits that HEAD reaches, parents before children."""
    commits = _git(repository, "rev-list", "--reverse", "--topo-order", "--parents", "HEAD").splitlines()
    chosen = [line.split() for line in commits[: max(1, round(len(commits) * part))]]
    followed = {parent for _, *parents in chosen for parent in parents}
    tips = [commit for commit, *_ in chosen if commit not in followed]
    subprocess.run(["git", "init", "-q", "--bare", str(place)], check=True)
    borrowed = place / "objects" / "info" / "alternates"
    borrowed.write_text(f"{_git(repository, 'rev-parse', '--absolute-git-dir').strip()}/objects\n")
    _git(place, "update-ref", "--stdin", said="".join(f"create refs/heads/b{number} {tip}\n" for number, tip in enumerate(tips)))
    _git(place, "symbolic-ref", "HEAD", f"refs/heads/b{len(tips) - 1}")
    _git(place, "pack-objects", "-q", "--revs", "--no-reuse-delta", str(place / "objects" / "pack" / "pack"), said="\n".join(tips) + "\n")
    borrowed.unlink()


def _git(repository: Path, *arguments: str, said: str = "") -> str:
    return subprocess.run(["git", "-C", str(repository), *arguments], input=said, check=True, capture_output=True, text=True).stdout


def grown(keytrail: Path, repository: Path, rounds: int) -> tuple[Point, ...]:
    """What each part takes, warm: the median of rounds that take turns."""
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        parts = {part: Path(folder, f"{part}.git") for part in PARTS}
        for part, place in parts.items():
            cut(repository, part, place)
        bench = Bench(CACHE, 1, cold=False)
        runs = [[bench.history(place, ours(keytrail)[:1]) for place in parts.values()] for _ in range(rounds)]
    return tuple(
        Point(part, of[0].objects, median(one.rows[0].wall for one in of), median(one.rows[0].cpu for one in of))
        for part, of in zip(PARTS, zip(*runs, strict=True), strict=True)
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures, and keeps it."""
    parser = argparse.ArgumentParser(description="Measure keytrail on a history that grows.")
    parser.add_argument("keytrail", type=Path)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    CACHE.mkdir(parents=True, exist_ok=True)
    points = grown(options.keytrail.absolute(), options.repository, options.rounds)
    results.save(options.results, results.load(options.results).with_growth(name_of(options.repository), points))
    sys.stderr.write("".join(f"  {point.part:5.3f} {point.objects:8} objects {point.wall:6.2f} s {point.cpu:6.2f} s\n" for point in points))


if __name__ == "__main__":
    main()
