"""What one command takes: seconds, processor time, and memory of it and everything that it starts."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PAUSE = 0.1
"""Seconds between two looks at memory."""
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of some processes together."""

    shared: int = 0
    """Their proportional set size: a page that several hold counts once, pages of mapped files too."""
    own: int = 0
    """What of it is no file's."""

    def __or__(self, other: Memory) -> Memory:
        """The larger of each."""
        return Memory(max(self.shared, other.shared), max(self.own, other.own))

    def __add__(self, other: Memory) -> Memory:
        return Memory(self.shared + other.shared, self.own + other.own)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds in user and system mode, of all processes that were waited for."""
    peak: int
    own: int
    """The highest `Memory.shared` and `Memory.own` of its tree that was seen."""
    code: int
    """What it ended with."""


def measured(command: Sequence[str], env: Mapping[str, str], cwd: Path, out: Path, err: Path, *, pause: float = PAUSE) -> Usage:
    """Runs `command` to its end, with its outputs in files, and looks at its memory every `pause` seconds. Raises OSError where it cannot be started."""
    with out.open("wb") as stdout, err.open("wb") as stderr:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        watch = _Watch(process.pid, pause)
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = watch.stop()
    return Usage(wall, used.ru_utime + used.ru_stime, peak.shared, peak.own, process.returncode)


class _Watch(threading.Thread):
    """Looks at the memory of a tree of processes now and then."""

    def __init__(self, root: int, pause: float) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._pause = pause
        self._ended = threading.Event()
        self._peak = Memory()

    def run(self) -> None:
        while True:
            self._peak |= memory(self._root)
            if self._ended.wait(self._pause):
                return

    def stop(self) -> Memory:
        """The most that was seen."""
        self._ended.set()
        self.join()
        return self._peak


def memory(root: int, proc: Path = PROC) -> Memory:
    """What a process and everything below it take now; processes that end meanwhile count as nothing."""
    return sum((_memory(proc / str(pid)) for pid in tree(root, proc)), Memory())


def tree(root: int, proc: Path = PROC) -> Iterator[int]:
    """A process and everything below it."""
    pending, met = [root], set[int]()
    while pending:
        pid = pending.pop()
        if pid in met:
            continue
        met.add(pid)
        yield pid
        with suppress(OSError):  # it may end at any moment, and then has no folder
            for task in os.listdir(proc / str(pid) / "task"):  # noqa: PTH208 - `glob` looks first and lists then
                with suppress(OSError):
                    pending += map(int, (proc / str(pid) / "task" / task / "children").read_text().split())


def _memory(process: Path) -> Memory:
    """Of one process (proc_pid_smaps_rollup(5), in KiB)."""
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return Memory()
    rows = dict(line.split(":", 1) for line in lines[1:])
    return Memory(_bytes(rows, "Pss"), _bytes(rows, "Pss_Anon"))


def _bytes(rows: Mapping[str, str], name: str) -> int:
    return int(rows.get(name, "0 kB").split()[0]) * 1024


def forget(repository: Path) -> None:
    """Asks the system to drop what it holds of a repository's packs, so that the next reader takes them from the disk."""
    for path in repository.glob("objects/pack/*"):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def remember(repository: Path) -> None:
    """Reads a repository's packs once, so that the next reader takes them from memory."""
    for path in repository.glob("objects/pack/*"):
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass
