"""A sweep that is killed, at whatever moment, leaves a store from which the next one goes on as if nothing had happened.

`KEYTRAIL_KILLS` says how often it is killed (10 unless said).
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.command import MAIN, environment
from tests.support.fleet import Fleet, counts, line, places, states
from tests.support.repos import Repo

KILLS = int(os.environ.get("KEYTRAIL_KILLS", "10"))
TOKEN, OTHER = tokens.npm(41), tokens.npm(42)
CLONES = ("ant", "bee", "cat", "dog", "eel", "fox")
Rows = list[tuple[object, ...]]


class World:
    """Six clones, a remote that is mirrored, an export of CI variables; and what becomes of them, step by step."""

    def __init__(self, root: Path) -> None:
        self.fleet = Fleet(root)
        self.repos = {name: self.fleet.repo(name) for name in CLONES}
        self.remote = Repo(root / "remote")
        for number, repo in enumerate((*self.repos.values(), self.remote)):
            repo.commit({"README.md": f"{number}\n", "a.env": line(TOKEN)})
            repo.commit({"a.env": None if number % 2 else line(TOKEN, "OTHER_NAME")})
        self.fleet.export("web.json", {"NPM_TOKEN": TOKEN})
        rows = "".join(f'[[targets]]\npath = "clones/{name}"\n' for name in CLONES)
        self.targets = self.fleet.listing(
            f'{rows}[[targets]]\nurl = "file://{self.remote.path}"\nci_exports = ["gitlab-project:web.json"]\n'
        )
        self.changes: Iterator[Callable[[], object]] = iter(
            (
                lambda: self.repos["ant"].commit({"b.env": line(OTHER)}),
                lambda: self.remote.commit({"deep/c.env": line(OTHER)}),
                lambda: self.fleet.export("web.json", {"NPM_TOKEN": OTHER}),
                lambda: self.repos["bee"].git("gc", "--quiet"),
                self._rewrite,
                lambda: self.repos["cat"].commit({"a.env": line(TOKEN)}),
            )
        )

    def _rewrite(self) -> None:
        """The last commit is thrown away, and forgotten."""
        repo = self.repos["dog"]
        repo.git("reset", "--quiet", "--hard", "HEAD~1")
        repo.git("reflog", "expire", "--expire=now", "--all")
        repo.git("gc", "--quiet", "--prune=now")


def start(fleet: Fleet, targets: Path, *options: str) -> subprocess.Popen[bytes]:
    """A sweep that goes on beside us, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "sweep", str(targets), "--store", str(fleet.store), *options],
        cwd=fleet.root,
        env=environment(fleet.home, {"TMPDIR": str(fleet.root)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    )


def tables(store: Path) -> dict[str, Rows]:
    """What a fleet is, without times and numbers of runs, and without what holds for the last run only."""
    queries = {
        "credentials": "SELECT id, tail, places, document FROM credentials ORDER BY id",
        "occurrences": "SELECT target, id, credential, reachability, lost_run IS NULL, document FROM occurrences ORDER BY target, id",
        "findings": "SELECT id, CASE life WHEN 'new' THEN 'open' WHEN 'reopened' THEN 'open' ELSE life END, document FROM findings ORDER BY id",
        "slots": "SELECT target, id, document FROM slots ORDER BY target, id",
        "statements": "SELECT target, credential, document FROM statements ORDER BY target, credential, document",
        "targets": "SELECT name, listing, kind, state IN ('ok', 'rewritten'), public FROM targets ORDER BY name",
    }
    with closing(sqlite3.connect(store)) as link:
        assert link.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {name: link.execute(query).fetchall() for name, query in queries.items()}


def kill_after(world: World, delay: float) -> None:
    """A sweep is killed then, if it has not ended by itself."""
    with start(world.fleet, world.targets) as process:
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def timed(world: World, store: Path) -> float:
    """How many seconds an undisturbed sweep takes."""
    world.fleet.store = store
    began = time.monotonic()
    world.fleet.sweep(targets=world.targets)
    return time.monotonic() - began


def test_a_sweep_that_was_killed_again_and_again_ends_where_an_undisturbed_one_does(tmp_path: Path) -> None:
    world = World(tmp_path)
    killed, undisturbed = tmp_path / "killed.db", tmp_path / "undisturbed.db"
    chance = random.Random(20240229)
    whole = timed(world, undisturbed)
    world.fleet.store = killed
    for number in range(KILLS // 2):  # none of these may have come to its end
        kill_after(world, whole * (number + chance.random()) / (KILLS // 2))
    timed(world, killed)
    assert tables(killed) == tables(undisturbed)
    for change in world.changes:
        change()
        whole = timed(world, undisturbed)
        world.fleet.store = killed
        for _ in range(max(KILLS // 10, 1)):
            kill_after(world, whole * chance.random())
    timed(world, killed)
    timed(world, undisturbed)
    assert tables(killed) == tables(undisturbed)


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    """Three clones, each with more than one process reads by itself; the first lacks a blob."""
    fleet = Fleet(tmp_path)
    for name in ("one", "three", "two"):
        repo = fleet.repo(name)
        repo.commit({"large": name.encode() * (3 << 20), "a.env": line(TOKEN), "lost": f"{name}\n"})
        if name == "one":
            repo.loose(repo.git("rev-parse", "HEAD:lost")).unlink()
    return fleet


@contextmanager
def half_way(fleet: Fleet) -> Iterator[subprocess.Popen[bytes]]:
    """A sweep that has finished the first of three clones and begun the second."""
    with start(fleet, fleet.clones, "-v", "--jobs", "2") as process:
        assert process.stderr is not None
        for said in iter(process.stderr.readline, b""):
            if b"2 of 3" in said:
                break
        yield process


def goes_on(fleet: Fleet) -> None:
    """The next sweep does not read the first clone again, and says what could not be read of it."""
    report = fleet.sweep()
    assert counts(report)["one"] == (0, 2)
    assert [(entry["target"], entry["reason"]) for entry in report["coverage"]["unscanned"]] == [("one", "missing")]
    assert set(states(report).values()) == {"ok"}
    assert places(report) == [(name, "a.env", "head") for name in ("one", "three", "two")]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_keeps_what_it_finished_and_leaves_nothing_else(fleet: Fleet, number: int, code: int) -> None:
    with half_way(fleet) as process:
        process.send_signal(number)
        stdout, _ = process.communicate()
    assert (process.returncode, stdout) == (code, b"")
    assert _living(process.pid) == []
    assert list(fleet.root.glob("keytrail-*")) == []
    goes_on(fleet)


def test_killed_it_goes_on_where_it_was(fleet: Fleet) -> None:
    with half_way(fleet) as process:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    goes_on(fleet)


def test_two_sweeps_cannot_use_one_store(fleet: Fleet) -> None:
    with half_way(fleet) as process:
        os.killpg(process.pid, signal.SIGSTOP)
        second = fleet.run()
        os.killpg(process.pid, signal.SIGCONT)
        process.communicate()
    assert process.returncode == 0
    assert (second.code, second.stdout, second.stderr) == (2, "", f"keytrail: another sweep is using the store {fleet.store}\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_store_is_refused(fleet: Fleet) -> None:
    fleet.sweep()
    fleet.store.chmod(0o400)
    run = fleet.run()
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)


def test_a_store_whose_folder_cannot_be_made_is_refused(fleet: Fleet) -> None:
    fleet.store = fleet.clones / "one" / "large" / "store.db"
    run = fleet.run()
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_on_a_full_disk_the_edition_before_is_whole(tmp_path: Path, small_disk: Path) -> None:
    fleet = Fleet(tmp_path)
    fleet.store = small_disk / "store.db"
    repo = fleet.repo("web")
    repo.commit({"a.env": line(TOKEN)})
    fleet.sweep()
    before = tables(fleet.store)
    repo.commit({f"{number}.env": line(tokens.npm(number)) for number in range(1500)})
    run = fleet.run()
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "the disk is full" in run.stderr
    assert tables(fleet.store) == before


def _living(group: int) -> list[str]:
    """What still runs of a process group: not what has ended, and only waits for somebody to take note of it."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, facts = place.read_text().rpartition(")")
            state, _, of = facts.split()[:3]
            if int(of) == group and state != "Z":
                found.append(name)
    return found
