"""Processes as a made `/proc` shows them: which are ours, which variables are told, and what may be wrong with any of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scanner.model import Reason, Unscanned
from scanner.sources.files import Skipped
from scanner.sources.workstation import Inherited, are_shown, inherited, processes
from scanner.sources.workstation.processes import PROC

Unprivileged = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    folder = tmp_path / "proc"
    folder.mkdir()
    process(folder, os.getpid(), "keytrail", b"OWN=1\0")
    return folder


def process(proc: Path, number: int, program: str, environ: bytes, *, parent: int = 1, started: int = 0) -> None:
    """A process as the kernel shows it; by default older ones have lower numbers."""
    folder = proc / str(number)
    folder.mkdir()
    fields = ["S", str(parent), *["0"] * 17, str(started or number), *["0"] * 30]
    (folder / "stat").write_bytes(f"{number} ({program}) {' '.join(fields)}\n".encode())
    (folder / "environ").write_bytes(environ)


def told(proc: Path, environ: dict[str, str] | None = None) -> list[tuple[str, str, bytes]]:
    met = inherited(environ or {}, proc)
    return [(one.program, one.name, one.value.reveal()) for one in met if isinstance(one, Inherited)]


def others(proc: Path) -> list[Unscanned | Skipped]:
    return [one for one in inherited({}, proc) if not isinstance(one, Inherited)]


def test_each_variable_with_each_value_is_the_oldest_process(proc: Path) -> None:
    process(proc, 300, "node", b"TOKEN=a\0PORT=80\0", started=30)
    process(proc, 20, "late", b"TOKEN=a\0TOKEN2=a\0", started=40)
    process(proc, 400, "bash", b"PORT=81\0", started=10)
    assert told(proc) == [("bash", "PORT", b"81"), ("node", "TOKEN", b"a"), ("node", "PORT", b"80"), ("late", "TOKEN2", b"a")]


def test_ourselves_our_children_and_what_we_inherited_are_left_out(proc: Path) -> None:
    process(proc, 100_001, "worker", b"CHILD=1\0", parent=os.getpid())
    process(proc, 100_002, "git", b"GRANDCHILD=1\0", parent=100_001)
    process(proc, 100_003, "bash", b"PATH=/bin\0PATH=/sbin\0")
    assert told(proc, {"PATH": "/bin"}) == [("bash", "PATH", b"/sbin")]


def test_our_own_key_is_not_told(proc: Path) -> None:
    process(proc, 100_003, "bash", b"KEYTRAIL_KEY=00\0A=1\0")
    assert told(proc) == [("bash", "A", b"1")]


@pytest.mark.parametrize("program", ["a b", "(sd-pam)", "a) S 1 (b", ")", "(", "", "\x1b[1m"])
def test_a_program_may_be_called_anything(proc: Path, program: str) -> None:
    process(proc, 100_003, program, b"A=1\0")
    assert told(proc) == [(program, "A", b"1")]


@pytest.mark.parametrize(
    ("entry", "name", "value"),
    [
        (b"A=", "A", b""),
        (b"A=b=c", "A", b"b=c"),
        (b"BASH_FUNC_f%%=() { :\n}", "BASH_FUNC_f%%", b"() { :\n}"),
        (b"nginx: worker process", "environ", b"nginx: worker process"),
        (b"=x", "environ", b"=x"),
        (b"a b=c", "environ", b"a b=c"),
        (b"\xff=c", "environ", b"\xff=c"),
        (b"N" * 300 + b"=c", "environ", b"N" * 300 + b"=c"),
    ],
)
def test_what_is_no_variable_is_told_whole(proc: Path, entry: bytes, name: str, value: bytes) -> None:
    process(proc, 100_003, "bash", b"\0\0" + entry)
    assert told(proc) == [("bash", name, value)]


def test_arguments_are_never_opened(proc: Path) -> None:
    process(proc, 100_003, "bash", b"A=1\0")
    os.mkfifo(proc / "100003" / "cmdline")
    assert told(proc) == [("bash", "A", b"1")]


@pytest.mark.parametrize("status", [b"", b"7", b"7 (x) S", b"7 (x) S a " + b"0 " * 40, b"7 (x) S 1 " + b"x " * 40, b"\xff" * 9000])
def test_what_is_no_status_is_no_process(proc: Path, status: bytes) -> None:
    process(proc, 7, "x", b"A=1\0")
    (proc / "7" / "stat").write_bytes(status)
    assert (told(proc), others(proc)) == ([], [])


def test_a_process_that_has_ended_is_counted(proc: Path) -> None:
    process(proc, 7, "x", b"A=1\0")
    (proc / "7" / "environ").unlink()
    (proc / "8").symlink_to("nowhere")
    (proc / "9").mkdir()
    assert told(proc) == []
    assert sorted(one.reason for one in others(proc)) == ["process-ended"] * 3


def test_a_number_that_another_process_has_now_is_counted_as_ended(proc: Path) -> None:
    process(proc, 7, "x", b"A=1\0")
    process(proc, 8, "y", b"B=1\0")
    met = inherited({}, proc)
    assert isinstance(next(met), Inherited)
    process(proc, 9, "z", b"", started=99)
    (proc / "8" / "stat").write_bytes((proc / "9" / "stat").read_bytes())
    assert list(met) == [Skipped("processes", "", "process-ended")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of others")
def test_processes_of_others_are_not_mentioned_and_guarded_ones_are_counted(reachable: Path, unprivileged: Unprivileged) -> None:
    process(reachable, 7, "root", b"A=1\0")
    reachable.chmod(0o777)
    with unprivileged():
        assert list(inherited({}, reachable)) == []
        process(reachable, 8, "mine", b"B=1\0")
        (reachable / "8" / "environ").chmod(0)
        assert list(inherited({}, reachable)) == [Skipped("processes", "", "process-unreadable")]


def test_variables_without_end_are_unread(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_MOST", 100)
    process(proc, 7, "x", b"A=" + b"1" * 98)
    process(proc, 8, "y", b"B=" + b"1" * 99)
    assert [name for _, name, _ in told(proc)] == ["A"]
    assert others(proc) == [Unscanned("processes", "y", Reason.TOO_LARGE, "variables of more than 100 bytes")]


def test_a_system_without_them(tmp_path: Path) -> None:
    assert not are_shown(tmp_path)


@pytest.mark.skipif(not are_shown(), reason="this system does not show them")
def test_a_real_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: -1)  # or it would be our own child
    with subprocess.Popen([sys.executable, "-c", "input()", "--secret=x"], stdin=subprocess.PIPE, env={"KT_MARK": "found"}) as child:
        assert child.stdin is not None
        name = ""
        while "python" not in name:  # until it is the program and no copy of ours any more
            time.sleep(0.01)
            name = (PROC / str(child.pid) / "comm").read_text()
        met = [one for one in inherited({}) if isinstance(one, Inherited) and one.name == "KT_MARK"]
        child.stdin.close()
    assert [(one.program, one.value.reveal()) for one in met] == [(name.strip(), b"found")]
