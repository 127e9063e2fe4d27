"""An edition is visible whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.store import Mark, Memory, open_store
from scanner.store.edition import Edition
from tests.scanner.store.worlds import INFRA, KID, NIGHTS, WEB, finding, finish, holds, judge, night, occurrence, opened, places

ROOT = Path(__file__).parents[3]


class Stopped(BaseException):
    """As a signal handler raises it."""


@pytest.mark.parametrize("failure", [ValueError, OSError, KeyboardInterrupt, Stopped])
def test_an_edition_that_breaks_off_never_was(tmp_path: Path, failure: type[BaseException]) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence()), [finding("f")])
        store.remember("web", Memory("c", b"", b""))
        before = store.outcome()

        def break_off(edition: Edition) -> None:
            holds(occurrence("2", "bbbbbb"))(edition)
            judge(edition)
            raise failure

        with pytest.raises(failure):
            night(store, 2, break_off)
        assert store.outcome() == before
        assert store.memory("web") == Memory("c", b"", b"")
        night(store, 3, holds(occurrence("3")))
        after = store.outcome()
    assert after is not None
    assert after.started_at == NIGHTS[3]


def test_an_edition_that_was_not_finished_never_was(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        with pytest.raises(RuntimeError, match=r"ends with finish\(\)"), store.publish(NIGHTS[1]) as edition:
            edition.touch(WEB)
        assert store.targets() == ()


def test_readers_see_the_edition_before_until_the_next_is_whole(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store, open_store(str(tmp_path / "s.db"), kid=KID, write=False) as reader:
        night(store, 1, holds(occurrence()))
        before = reader.outcome()
        with store.publish(NIGHTS[2]) as edition:
            holds(occurrence("2", "bbbbbb"), target=INFRA)(edition)
            judge(edition)
            finish(edition)
            assert reader.outcome() == before
            assert store.outcome() == before
        after = reader.outcome()
    assert after is not None
    assert len(after.credentials) == 2


KILLED = """
import os, signal, sys
from scanner.store import Memory
from tests.scanner.store.worlds import NIGHTS, finish, holds, judge, occurrence, opened
store = opened(sys.argv[1])
store.remember("web", Memory("read before the kill", b"", b""))
with store.publish(NIGHTS[2]) as edition:
    holds(*(occurrence(f"{number:05}", f"{number:06}") for number in range(3_000)))(edition)
    judge(edition)
    finish(edition)
    print(os.path.getsize(sys.argv[1] + "-wal"), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_sweep_that_is_killed_leaves_the_edition_before_and_what_it_remembered(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with opened(path) as store:
        night(store, 1, holds(occurrence()))
        before = store.outcome()
    killed = subprocess.run([sys.executable, "-c", KILLED, path], cwd=ROOT, capture_output=True, check=False)
    assert (killed.returncode, killed.stderr) == (-signal.SIGKILL, b"")
    assert int(killed.stdout) > 500_000, "much of the edition had been written"
    with open_store(str(path), kid=KID, write=False) as store:
        assert store.outcome() == before
        assert store.remembered() == {"web": Mark("read before the kill", shown=False)}
    with opened(path) as store:
        night(store, 3, holds(occurrence("2")))
        assert list(places(store)) == ["2"]
