"""The variables of the processes that a user runs, as Linux shows them (proc_pid_environ(5), proc_pid_stat(5)).

What is shown is the memory that a process was started with, so a program may have written anything there. Nothing but variables is read:
not the arguments of a command, whoever may see those.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.contract import Secret
from scanner.model import Reason, Unscanned
from scanner.records import dataclass
from scanner.sources.files import FILE_FLAGS, FOLDER_FLAGS, Skipped, shown
from scanner.sources.workstation.environment import ENVIRON, is_ours

PROCESSES = "processes"
"""The container of what is found there; the path in it is the name of a program."""
PROC = Path("/proc")
_MOST = 4 << 20
"""Bytes of the variables of one process. Linux starts none with more than 6 MiB of arguments and variables together, as a rule."""
_STATUS = 4096
"""Bytes of a line of status, and more than it has."""
_PARENT, _STARTED = 1, 19
"""Where these stand in that line, behind the program's name: the parent's number, and when the process was started."""
_NAME = re.compile(rb"[!-<>-~]{1,256}")
_GONE = frozenset({errno.ENOENT, errno.ESRCH, errno.ENOTDIR})


@dataclass(frozen=True, slots=True)
class Inherited:
    """A variable of a process."""

    program: str
    """The name of the program that the oldest process with this variable and value runs, as the kernel has it."""
    name: str
    value: Secret


@dataclass(frozen=True, slots=True)
class _Process:
    started: int
    number: int
    parent: int
    program: bytes


def are_shown(proc: Path = PROC) -> bool:
    """Whether this system shows the variables of processes."""
    return (proc / "self" / "environ").exists()


def inherited(environ: Mapping[str, str], proc: Path = PROC) -> Iterator[Inherited | Unscanned | Skipped]:
    """The variables of every process of our user but ourselves and our children, oldest first; each name with each value once.

    What is in `environ`, which is our own, is not told again. A process that ends meanwhile, or that the kernel guards, is skipped.
    """
    met = {_digest(os.fsencode(f"{name}={value}")) for name, value in environ.items()}
    processes: list[_Process] = []
    for number in sorted(int(entry.name) for entry in proc.iterdir() if entry.name.isdecimal()):
        process = _looked_at(proc, number)
        if isinstance(process, Skipped):
            yield process
        elif process is not None:
            processes.append(process)
    ours = _family(os.getpid(), processes)
    for process in sorted(processes, key=lambda one: (one.started, one.number)):
        if process.number in ours:
            continue
        data = _environ(proc, process)
        if not isinstance(data, bytes):
            yield data
            continue
        for entry in data.split(b"\0"):
            digest = _digest(entry)
            if entry and digest not in met:
                met.add(digest)
                variable = _variable(entry, shown(process.program))
                if not is_ours(variable.name):
                    yield variable


def _variable(entry: bytes, program: str) -> Inherited:
    """What an entry says; one that is no variable is told whole."""
    name, sign, value = entry.partition(b"=")
    if not sign or not _NAME.fullmatch(name):
        return Inherited(program, ENVIRON, Secret(entry))
    return Inherited(program, shown(name), Secret(value))


def _digest(entry: bytes) -> bytes:
    return hashlib.sha256(entry).digest()


def _looked_at(proc: Path, number: int) -> _Process | Skipped | None:
    """A process of our user; None for another's."""
    try:
        folder = os.open(proc / str(number), FOLDER_FLAGS)
    except OSError as error:
        return _skipped(error)
    try:
        if os.fstat(folder).st_uid != os.geteuid():
            return None
        return _parsed(number, _read(folder, "stat", _STATUS))
    except OSError as error:
        return _skipped(error)
    finally:
        os.close(folder)


def _parsed(number: int, status: bytes) -> _Process | None:
    """A process by its line of status, in which the program's name may be anything; None for what is no such line."""
    before, _, after = status.rpartition(b")")
    fields = after.split()
    if len(fields) <= _STARTED or not fields[_PARENT].isdigit() or not fields[_STARTED].isdigit():
        return None
    return _Process(int(fields[_STARTED]), number, int(fields[_PARENT]), before.partition(b"(")[2])


def _family(number: int, processes: list[_Process]) -> set[int]:
    """A process and all that it started, directly or not."""
    children: dict[int, list[int]] = {}
    for process in processes:
        children.setdefault(process.parent, []).append(process.number)
    family: set[int] = set()
    waiting = [number]
    while waiting:
        one = waiting.pop()
        if one not in family:
            family.add(one)
            waiting += children.get(one, ())
    return family


def _environ(proc: Path, process: _Process) -> bytes | Unscanned | Skipped:
    """The variables of the very process that was looked at before."""
    try:
        folder = os.open(proc / str(process.number), FOLDER_FLAGS)
    except OSError as error:
        return _skipped(error)
    try:
        now = _parsed(process.number, _read(folder, "stat", _STATUS))
        if now is None or now.started != process.started:
            return Skipped(PROCESSES, "", "process-ended")
        data = _read(folder, "environ", _MOST + 1)
    except OSError as error:
        return _skipped(error)
    finally:
        os.close(folder)
    if len(data) > _MOST:
        return Unscanned(PROCESSES, shown(process.program), Reason.TOO_LARGE, f"variables of more than {_MOST} bytes")
    return data


def _read(folder: int, name: str, most: int) -> bytes:
    handle = os.open(name, FILE_FLAGS, dir_fd=folder)
    try:
        pieces: list[bytes] = []
        while most > 0 and (piece := os.read(handle, most)):
            pieces.append(piece)
            most -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(handle)


def _skipped(error: OSError) -> Skipped:
    return Skipped(PROCESSES, "", "process-ended" if error.errno in _GONE else "process-unreadable")
