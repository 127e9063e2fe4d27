from __future__ import annotations

import os
import pickle
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scanner.model import Blob, Reason, Unscanned
from scanner.sources.files import FileRef, Skipped, read_file, shown, special

Unprivileged = Callable[[], AbstractContextManager[None]]


def ref(root: Path, raw: bytes, *, seen: tuple[int, int] | None = None) -> FileRef:
    return FileRef("box", str(root), shown(raw), raw, seen)


def identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o4755])
def test_a_file_is_its_bytes_and_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"one\0two")
    file.chmod(mode)
    assert read_file(ref(tmp_path, b"a"), 100) == Blob("box", "a", b"one\0two", mode=mode)


def test_an_empty_file_is_an_empty_blob(tmp_path: Path) -> None:
    (tmp_path / "a").touch(0o600)
    assert read_file(ref(tmp_path, b"a"), 0) == Blob("box", "a", b"", mode=0o600)


@pytest.mark.parametrize("size", [99, 100])
def test_a_file_up_to_the_limit_is_read(tmp_path: Path, size: int) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    assert isinstance(read_file(ref(tmp_path, b"a"), 100), Blob)


def test_a_file_above_the_limit_is_too_large_and_says_how_large(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 101)
    assert read_file(ref(tmp_path, b"a"), 100) == Unscanned("box", "a", Reason.TOO_LARGE, "101 bytes")


def test_a_sparse_file_of_a_terabyte_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate(1 << 40)
    assert read_file(ref(tmp_path, b"a"), 100) == Unscanned("box", "a", Reason.TOO_LARGE, f"{1 << 40} bytes")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs a file whose size is not what it says")
def test_a_file_that_says_it_is_empty_is_read_to_its_end() -> None:
    blob = read_file(ref(Path("/proc/self"), b"status"), 1_000_000)
    assert isinstance(blob, Blob)
    assert blob.data.count(b"\n") > 20


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs a file whose size is not what it says")
def test_a_file_that_is_longer_than_it_says_is_bounded() -> None:
    assert read_file(ref(Path("/proc/self"), b"status"), 10) == Unscanned("box", "status", Reason.TOO_LARGE, "grew past 10 bytes")


def test_a_file_that_went_away_has_vanished(tmp_path: Path) -> None:
    assert read_file(ref(tmp_path, b"a"), 100) == Unscanned("box", "a", Reason.VANISHED, "No such file or directory")


def test_a_folder_that_became_a_file_has_vanished(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert read_file(ref(tmp_path, b"a/b"), 100) == Unscanned("box", "a/b", Reason.VANISHED, "Not a directory")


def test_a_refused_file_is_unreadable(reachable: Path, unprivileged: Unprivileged) -> None:
    (reachable / "a").touch(0o000)
    with unprivileged():
        assert read_file(ref(reachable, b"a"), 100) == Unscanned("box", "a", Reason.UNREADABLE, "Permission denied")


def test_a_refused_folder_makes_its_files_unreadable(reachable: Path, unprivileged: Unprivileged) -> None:
    (reachable / "a").mkdir()
    (reachable / "a" / "b").touch()
    (reachable / "a").chmod(0o000)
    with unprivileged():
        assert read_file(ref(reachable, b"a/b"), 100) == Unscanned("box", "a/b", Reason.UNREADABLE, "Permission denied")


def test_a_fifo_is_skipped_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    assert read_file(ref(tmp_path, b"a"), 100) == Skipped("box", "a", "fifo")


def test_a_socket_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("a")
        assert read_file(ref(tmp_path, b"a"), 100) == Skipped("box", "a", "socket")


def test_a_device_is_skipped() -> None:
    assert read_file(ref(Path("/dev"), b"zero"), 100) == Skipped("box", "zero", "device")


def test_a_folder_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert read_file(ref(tmp_path, b"a"), 100) == Skipped("box", "a", "folder")


@pytest.mark.parametrize("goal", ["b", "/etc/passwd", "nowhere", "a"])
def test_a_link_is_not_followed(tmp_path: Path, goal: str) -> None:
    (tmp_path / "b").touch()
    (tmp_path / "a").symlink_to(goal)
    assert read_file(ref(tmp_path, b"a"), 100) == Skipped("box", "a", "link")


@pytest.mark.parametrize("met", [True, False])
def test_a_folder_that_became_a_link_is_not_entered(tmp_path: Path, met: bool) -> None:
    outside, target = tmp_path / "outside", tmp_path / "target"
    (target / "a").mkdir(parents=True)
    (target / "a" / "b").write_bytes(b"inside")
    seen = identity(target / "a" / "b") if met else None
    outside.mkdir()
    (outside / "b").write_bytes(b"secret")
    (target / "a").rename(tmp_path / "kept")
    (target / "a").symlink_to(outside)
    assert read_file(ref(target, b"a/b", seen=seen), 100) == Unscanned("box", "a/b", Reason.VANISHED, "Not a directory")


def test_a_file_that_was_replaced_since_it_was_met_is_read_as_it_is_now(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    seen = identity(tmp_path / "a")
    (tmp_path / "b").write_bytes(b"new")
    (tmp_path / "b").rename(tmp_path / "a")
    assert read_file(ref(tmp_path, b"a", seen=seen), 100) == Blob("box", "a", b"new", mode=0o644)


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to("real")
    assert isinstance(read_file(ref(tmp_path / "link", b"a"), 100), Blob)


@pytest.mark.parametrize("raw", [b"new\nline", b"\x1b[31mred", b"\xff\xfe", "ж".encode(), b" ", b"-rf"])
def test_any_name_can_be_opened(tmp_path: Path, raw: bytes) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + raw)).write_bytes(b"x")
    blob = read_file(ref(tmp_path, raw), 100)
    assert isinstance(blob, Blob)
    assert blob.path == raw.decode("utf-8", "backslashreplace")


def test_no_handle_stays_open(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a").write_bytes(b"x" * 200)
    os.mkfifo(tmp_path / "d" / "fifo")
    before = os.open(tmp_path, os.O_RDONLY)
    os.close(before)
    for raw in (b"d/a", b"d/none", b"none/a", b"d/fifo", b"d", b"d/a/b"):
        read_file(ref(tmp_path, raw), 100)
        read_file(ref(tmp_path, raw, seen=(1, 1)), 1_000)
    after = os.open(tmp_path, os.O_RDONLY)
    os.close(after)
    assert after == before


def test_a_ref_travels_to_a_worker(tmp_path: Path) -> None:
    original = ref(tmp_path, b"\xff", seen=(1, 2))
    assert pickle.loads(pickle.dumps(original)) == original  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (0o100644, None),
        (0o120777, "link"),
        (0o010644, "fifo"),
        (0o140755, "socket"),
        (0o040755, "folder"),
        (0o020666, "device"),
        (0o060660, "device"),
    ],
)
def test_special_kinds(mode: int, reason: str | None) -> None:
    assert special(mode) == reason
