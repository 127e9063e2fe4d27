"""The folder of compiled databases: runs beside each other, other versions, other owners."""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import hyperscan as hs
import pytest

from scanner.engine import cache, database
from tests.scanner.engine.fakes import PASSWORD, TOKEN

WIDTH = 256
FORK = multiprocessing.get_context("fork")
MONTH = 31 * 86400


def load(folder: Path) -> hs.Database:
    loaded = database.load((TOKEN,), cache=folder, width=WIDTH)
    assert loaded is not None
    return loaded


def finds(loaded: hs.Database) -> bool:
    ends: list[int] = []
    loaded.scan(b"an npm_ token", match_event_handler=lambda _number, _start, end, _flags, _context: ends.append(end))
    return bool(ends)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def aged(path: Path, seconds: float) -> Path:
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


def counted(log: Path, until: Callable[[], object]) -> Callable[..., hs.Database]:
    """Compiling that is written down, and takes until something is true."""
    compile_it: Callable[..., hs.Database] = database.compiled

    def compiled(*arguments: object) -> hs.Database:
        with log.open("a") as file:
            file.write("compiled\n")
        until()
        return compile_it(*arguments)

    return compiled


def test_runs_that_begin_at_once_compile_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, log = tmp_path / "cache", tmp_path / "log"
    monkeypatch.setattr(database, "compiled", counted(log, lambda: time.sleep(0.5)))
    begin, answers = FORK.Barrier(4), FORK.Queue()

    def run() -> None:
        begin.wait()
        answers.put(finds(load(folder)))

    runs = [FORK.Process(target=run) for _ in range(4)]
    for one in runs:
        one.start()
    assert [answers.get() for _ in runs] == [True] * 4
    for one in runs:
        one.join()
    assert log.read_text() == "compiled\n"
    assert len(names(folder)) == 1


def held(folder: Path) -> int:
    """A descriptor that holds the lock for the database of `load`."""
    place = cache.place((TOKEN,), folder, WIDTH)
    assert place is not None
    descriptor = os.open(place.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_PATIENCE", 0.05)
    descriptor = held(tmp_path)
    assert finds(load(tmp_path))
    os.close(descriptor)
    assert any(name.endswith(".hs") for name in names(tmp_path))


def test_a_killed_run_keeps_nobody_waiting(tmp_path: Path) -> None:
    ready = FORK.Event()

    def run() -> None:
        held(tmp_path)
        ready.set()
        signal.pause()

    one = FORK.Process(target=run)
    one.start()
    ready.wait()
    one.kill()
    one.join()
    assert finds(load(tmp_path))
    assert [Path(name).suffix for name in names(tmp_path)] == [".hs"]


@pytest.mark.parametrize("spoil", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("elsewhere")], ids=["a folder", "a FIFO", "a link"])
def test_what_is_no_lock_is_none(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    place = cache.place((TOKEN,), tmp_path, WIDTH)
    assert place is not None
    spoil(place.with_suffix(".lock"))
    assert finds(load(tmp_path))
    assert not (tmp_path / "elsewhere").exists()


def test_without_locks_everybody_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object) -> None:
        raise OSError(errno.ENOLCK, "no locks here")

    monkeypatch.setattr(fcntl, "flock", refused)
    assert finds(load(tmp_path))
    assert any(name.endswith(".hs") for name in names(tmp_path))


def test_who_reads_while_others_write_sees_a_whole_file(tmp_path: Path) -> None:
    load(tmp_path)
    (place,) = tmp_path.iterdir()
    content = load(tmp_path)

    def run() -> None:
        for _ in range(200):
            cache.write(place, content)

    writers = [FORK.Process(target=run) for _ in range(2)]
    for one in writers:
        one.start()
    seen = [cache.read(place) is not None for _ in range(200)]
    for one in writers:
        one.join()
    assert all(seen)
    assert names(tmp_path) == [place.name]


def test_after_an_upgrade_another_file_is_made_and_the_old_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(tmp_path)
    old = names(tmp_path)
    monkeypatch.setattr(cache, "version_of", lambda _name: "99")
    load(tmp_path)
    assert len(names(tmp_path)) == 2
    assert set(old) < set(names(tmp_path))


def test_what_nobody_used_for_a_month_goes_when_another_is_made(tmp_path: Path) -> None:
    stale = [aged(_touched(tmp_path / name), MONTH) for name in ("anchors-1.hs", "anchors-1.lock", ".anchors-x")]
    _touched(tmp_path / "anchors-2.hs")
    aged(_touched(tmp_path / "clean-1.db"), MONTH)
    load(tmp_path)
    assert not any(path.exists() for path in stale)
    assert {"anchors-2.hs", "clean-1.db"} < set(names(tmp_path))
    assert len(names(tmp_path)) == 3


def test_what_is_used_stays(tmp_path: Path) -> None:
    load(tmp_path)
    (used,) = tmp_path.iterdir()
    aged(used, MONTH)
    load(tmp_path)
    assert database.load((PASSWORD,), cache=tmp_path, width=WIDTH) is not None
    assert used.exists()


def test_a_file_that_is_used_every_day_is_not_written_to(tmp_path: Path) -> None:
    load(tmp_path)
    (used,) = tmp_path.iterdir()
    before = aged(used, 3600).stat().st_mtime_ns
    load(tmp_path)
    assert used.stat().st_mtime_ns == before


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: somebody)
    assert finds(load(tmp_path))
    assert names(tmp_path) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else_is_not_read(tmp_path: Path) -> None:
    load(tmp_path)
    (kept,) = tmp_path.iterdir()
    os.chown(kept, 12345, -1)
    assert cache.read(kept) is None
    load(tmp_path)
    assert kept.stat().st_uid == os.getuid()


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object, **_named: object) -> int:
        raise PermissionError

    monkeypatch.setattr(cache, "_opened", refused)
    monkeypatch.setattr(tempfile, "mkstemp", refused)
    assert finds(load(tmp_path))
    assert names(tmp_path) == []


def _touched(path: Path) -> Path:
    path.write_bytes(b"")
    return path
