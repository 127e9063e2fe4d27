"""What keytrail's time on a history goes into: processor time of one process by what it was doing, and that of the gits it asked.

usage: python -m tests.bench.stages [--results FILE] REPOSITORY...

The parts that take the time are wrapped, which itself takes a few hundredths; with one job everything happens in one process. Time inside
two of them counts for the inner one.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import deflate

from scanner.config import Settings
from scanner.engine.matcher import Matcher
from scanner.run import scan
from scanner.run.examine import Examiner
from scanner.run.request import Progress, Request
from scanner.sources.history import ChangeBatch, Repository
from scanner.sources.history.packs import _delta, unpack
from scanner.sources.history.packs.reader import PackReader
from tests.bench import results
from tests.bench.history import CACHE, RESULTS, name_of
from tests.support.command import environment, warm

REST = "the rest of Python"
GIT = "git, asked what is missing and where hits lay"


class Clock:
    """Adds up processor time by stages; of two that are entered, the inner one is at work."""

    def __init__(self, now: Callable[[], float] = time.process_time) -> None:
        self._now = now
        self._stack = [REST]
        self._since = now()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, whose time counts for `stage`."""

        def inner(*arguments: object, **options: object) -> Any:  # noqa: ANN401 - whatever it returns
            self._turn()
            self._stack.append(stage)
            try:
                return function(*arguments, **options)
            finally:
                self._turn()
                self._stack.pop()

        return inner

    def seconds(self) -> dict[str, float]:
        """By stage, so far."""
        self._turn()
        return dict(self._seconds)

    def _turn(self) -> None:
        now = self._now()
        self._seconds[self._stack[-1]] += now - self._since
        self._since = now


def stages(repository: Path) -> dict[str, float]:
    """Seconds by stage of one scan with one job."""
    clock = Clock()
    parts: list[tuple[Any, str, str]] = [
        (PackReader, "inventory", "headers, indexes and families"),
        (Matcher, "scan", "match, and what is met"),
        (Matcher, "touches", "match"),
        (Examiner, "__init__", "detectors loaded"),
        (Examiner, "examine", "decode, read and identify"),
        (Repository, "graph", "graph, walk and places"),
        (Repository, "past", "graph, walk and places"),
        (ChangeBatch, "read", "graph, walk and places"),
    ]
    inflater = SimpleNamespace(zlib_decompress=clock.timed("inflate", deflate.zlib_decompress), DeflateError=deflate.DeflateError)
    applier = SimpleNamespace(apply=clock.timed("delta", _delta.apply))
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    with ExitStack() as stack, tempfile.TemporaryDirectory() as home:
        stack.enter_context(patch.object(unpack, "deflate", inflater))
        stack.enter_context(patch.object(unpack, "_delta", applier))
        warm(Path(home))
        stack.enter_context(patch.dict(os.environ, environment(Path(home)), clear=True))
        for owner, name, stage in parts:
            stack.enter_context(patch.object(owner, name, clock.timed(stage, getattr(owner, name))))
        scan.run(Request(targets=(str(repository),)), Settings(jobs=1, fail_on="none"), os.environ, Progress())
        seconds = clock.seconds()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds[GIT] = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
    return seconds


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures each repository twice, of which the faster one counts, and keeps it."""
    parser = argparse.ArgumentParser(description="Say what keytrail's time on a history goes into.")
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    CACHE.mkdir(parents=True, exist_ok=True)
    for repository in options.repositories:
        best = min((stages(repository) for _ in range(2)), key=lambda seconds: sum(seconds.values()))
        results.save(options.results, results.load(options.results).with_stages(name_of(repository), best))
        for stage, seconds in sorted(best.items(), key=lambda item: -item[1]):
            sys.stderr.write(f"  {stage:<48} {seconds:6.2f} s\n")


if __name__ == "__main__":
    main()
