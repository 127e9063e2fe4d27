from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.bench.measure import Memory, forget, measured, memory, remember, tree
from tests.support.repos import Repo

MIB = 1 << 20
HOLDS = "import time; held = bytearray(b'x') * (48 << 20); time.sleep(0.6)"
"""Something that holds 48 MiB long enough to be seen."""


def process(proc: Path, pid: int, children: str, shared: int, own: int) -> None:
    """A process as /proc shows it."""
    (proc / str(pid) / "task" / str(pid)).mkdir(parents=True)
    (proc / str(pid) / "task" / str(pid) / "children").write_text(children)
    (proc / str(pid) / "smaps_rollup").write_text(f"00-ff ---p 0 [rollup]\nRss: 9999 kB\nPss: {shared} kB\nPss_Anon: {own} kB\n")


def test_a_tree_is_a_process_and_everything_below_it(tmp_path: Path) -> None:
    process(tmp_path, 7, "8 9 ", 1, 1)
    process(tmp_path, 8, "10 ", 1, 1)
    process(tmp_path, 9, "", 1, 1)
    process(tmp_path, 10, "", 1, 1)
    process(tmp_path, 11, "", 1, 1)
    assert sorted(tree(7, tmp_path)) == [7, 8, 9, 10]


def test_memory_is_that_of_all_of_them_together(tmp_path: Path) -> None:
    process(tmp_path, 7, "8 ", 100, 40)
    process(tmp_path, 8, "", 30, 5)
    assert memory(7, tmp_path) == Memory(130 * 1024, 45 * 1024)


def test_a_process_that_has_ended_takes_nothing(tmp_path: Path) -> None:
    process(tmp_path, 7, "8 ", 100, 40)
    assert memory(7, tmp_path) == Memory(100 * 1024, 40 * 1024)


def test_a_process_that_ends_while_it_is_looked_at_has_nothing_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process(tmp_path, 7, "8 ", 100, 40)
    process(tmp_path, 8, "9 ", 100, 40)
    listdir = os.listdir

    def ended(path: Path) -> list[str]:
        if path == tmp_path / "8/task":
            shutil.rmtree(tmp_path / "8")
        return listdir(path)

    monkeypatch.setattr(os, "listdir", ended)
    assert sorted(tree(7, tmp_path)) == [7, 8]


def test_the_peak_is_the_larger_of_each() -> None:
    assert Memory(5, 1) | Memory(3, 2) == Memory(5, 2)


def test_a_command_is_measured_with_what_it_starts(tmp_path: Path) -> None:
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS!r}]); print('out'); sys.exit(5)"
    out, err = tmp_path / "out", tmp_path / "err"
    used = measured([sys.executable, "-c", starts], os.environ, tmp_path, out, err)
    assert used.code == 5
    assert used.peak >= used.own >= 48 * MIB
    assert used.wall > 0.6
    assert used.cpu > 0
    assert out.read_text() == "out\n"


def test_packs_are_forgotten_and_remembered_unharmed(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    repo.commit({"a.txt": "a\n"})
    repo.git("gc", "-q")
    forget(repo.path / ".git")
    remember(repo.path / ".git")
    assert not repo.git("fsck", "--full").strip()
