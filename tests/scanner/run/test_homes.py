"""Whatever a home looks like: every regular file in it is read once in full depth, and counted once where it is not read."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.config import Settings
from scanner.run import here, scan
from scanner.run.plan import Plan
from scanner.run.request import Depth, Progress, Request
from scanner.run.work import Files
from scanner.sources.workstation import HomeFile

NAMES = st.sampled_from([".cache", "node_modules", "web", "src", ".npmrc", ".ssh", ".config", "git", "a"])
TREES = st.sets(st.lists(NAMES, min_size=1, max_size=5).map("/".join), max_size=20)
REPOSITORIES = st.sets(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=3)
LINKS = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=3).map("/".join), st.sampled_from(["..", "web", ".npmrc", "gone", "/"]), max_size=3
)


def grow(home: Path, files: set[str], repositories: set[str], links: dict[str, str]) -> None:
    """A tree with as much of that as can be there together."""
    for name in sorted(repositories):
        for folder in ("objects", "refs"):
            (home / name / ".git" / folder).mkdir(parents=True, exist_ok=True)
        (home / name / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    for name in sorted(files):
        try:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text("x")
        except OSError:
            continue
    for name, goal in sorted(links.items()):
        try:
            (home / name).symlink_to(goal)
        except OSError:
            continue


def met(home: Path, depth: Depth) -> tuple[Counter[str], Counter[str]]:
    """What a run opens, by where it really is, and what it counts instead."""
    with ExitStack() as stack:
        plan = Plan(Request(homes=(home,), below=(home,), depth=depth), Settings(), stack, Progress())
        refs = [ref.ref if isinstance(ref, HomeFile) else ref for step in plan.steps() if isinstance(step, Files) for ref in step.refs]
        read = Counter(os.path.realpath(os.path.join(ref.root, os.fsdecode(ref.raw))) for ref in refs)  # noqa: PTH118 - bytes
        return read, sum((one.skipped for one in plan.reads), Counter())


def inside(home: Path) -> set[str]:
    """Every regular file below a home that is not git's own."""
    walked = ((folder, name) for folder, _, names in os.walk(home) if ".git" not in Path(folder).parts for name in names)
    return {str(Path(folder, name)) for folder, name in walked if not Path(folder, name).is_symlink()}


@settings(max_examples=60, deadline=None)
@given(files=TREES, repositories=REPOSITORIES, links=LINKS)
def test_every_file_is_read_once(files: set[str], repositories: set[str], links: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.path.realpath(folder))
        grow(home, files, repositories, links)
        read, skipped = met(home, Depth.FULL)
        theirs = Counter({path: count for path, count in read.items() if "/.git/" not in path})
        assert theirs == Counter(inside(home))
        assert skipped["depth"] == skipped["unsearched"] == 0


@settings(max_examples=60, deadline=None)
@given(files=TREES, repositories=REPOSITORIES)
def test_every_file_outside_of_caches_is_read_or_counted_once(files: set[str], repositories: set[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.path.realpath(folder))
        grow(home, files, repositories, {})
        read, skipped = met(home, Depth.STANDARD)
        everything = inside(home)
        caches = sum(_in_a_cache(Path(path).relative_to(home).parts) and path not in read for path in everything)
        assert set(read.values()) <= {1}
        assert len(everything.intersection(read)) + skipped["depth"] + caches == len(everything)


def _in_a_cache(parts: tuple[str, ...]) -> bool:
    """Whether a path leads through a folder of caches before it leads into a repository; what a repository has was read."""
    return "node_modules" in parts[:-1] or (parts[0] == ".cache" and len(parts) > 1)


def test_a_system_that_shows_no_processes_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (here, scan):
        monkeypatch.setattr(module, "are_shown", lambda: False)
    request = Request(homes=(tmp_path,), processes=True)
    outcome = scan.run(request, Settings(jobs=1), {"KEYTRAIL_KEY": "ab" * 32}, Progress())
    assert outcome.coverage.notes == ("--processes: this system does not show the variables of processes",)
    assert [source.kind for source in outcome.coverage.sources] == ["home"]
