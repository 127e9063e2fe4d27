from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from scanner.errors import UnreadableError
from scanner.model import Blob, Reason, Unscanned
from scanner.sources.files import FileRef, Skipped
from scanner.sources.large import Flow, LargeFile, take_file

HELD = 1000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.large.HELD", HELD)
    monkeypatch.setattr("scanner.sources.large._GULP", 300)


def _file(folder: Path, data: bytes, most: int = 1 << 20) -> LargeFile:
    (folder / "a").write_bytes(data)
    (folder / "a").chmod(0o640)
    found = take_file(FileRef("box", str(folder), "a", b"a"), most)
    assert isinstance(found, LargeFile)
    return found


def _read(flow: Flow, size: int = 512) -> bytes:
    return b"".join(iter(lambda: flow.pull(size), b""))


@pytest.mark.parametrize("size", [0, HELD])
def test_what_can_be_held_is_a_blob(tmp_path: Path, size: int) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    assert isinstance(take_file(FileRef("box", str(tmp_path), "a", b"a"), 1 << 20), Blob)


def test_a_larger_file_is_read_when_it_is_opened_and_each_time_from_its_beginning(tmp_path: Path) -> None:
    data = os.urandom(HELD + 1)
    found = _file(tmp_path, data)
    assert (found.size, found.mode) == (HELD + 1, 0o640)
    for _ in range(2):
        with found.opened() as flow:
            assert _read(flow) == data
            assert (flow.size, flow.failure) == (len(data), None)


@pytest.mark.parametrize("most", [HELD // 2, HELD, HELD + 500])
def test_a_file_above_the_limit_is_too_large(tmp_path: Path, most: int) -> None:
    (tmp_path / "a").write_bytes(b"x" * 2 * HELD)
    assert take_file(FileRef("box", str(tmp_path), "a", b"a"), most) == Unscanned("box", "a", Reason.TOO_LARGE, f"{2 * HELD} bytes")


def test_what_is_no_file_is_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    assert take_file(FileRef("box", str(tmp_path), "a", b"a"), 1 << 20) == Skipped("box", "a", "fifo")


def test_a_file_that_shrinks_is_what_could_be_read(tmp_path: Path) -> None:
    found = _file(tmp_path, b"x" * 2 * HELD)
    with found.opened() as flow:
        first = flow.pull(300)
        os.truncate(tmp_path / "a", 400)
        assert (first + _read(flow), flow.failure) == (b"x" * 400, None)


def test_a_file_that_grows_past_the_limit_is_read_up_to_there_and_says_so(tmp_path: Path) -> None:
    found = _file(tmp_path, b"x" * 2 * HELD, most=3 * HELD)
    with found.opened() as flow:
        first = flow.pull(300)
        with (tmp_path / "a").open("ab") as file:
            file.write(b"y" * 2 * HELD)
        rest = _read(flow)
        assert len(first + rest) == 3 * HELD
        assert flow.failure is not None
        assert (flow.failure.reason, flow.failure.detail) == (Reason.TOO_LARGE, f"grew past {3 * HELD} bytes")
        assert flow.pull(1) == b""


def test_a_file_that_went_away_or_is_another_thing_now_cannot_be_opened(tmp_path: Path) -> None:
    found = _file(tmp_path, b"x" * 2 * HELD)
    (tmp_path / "a").unlink()
    with pytest.raises(UnreadableError, match="vanished"), found.opened():
        pass
    os.mkfifo(tmp_path / "a")
    with pytest.raises(UnreadableError, match="not a regular file"), found.opened():
        pass
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to("/etc/passwd")
    with pytest.raises(UnreadableError, match="unreadable"), found.opened():
        pass


def _failing(error: Exception) -> Iterator[bytes]:
    yield b"begun"
    raise error


@pytest.mark.parametrize(
    ("error", "reason"),
    [(OSError(5, "Input/output error"), Reason.UNREADABLE), (UnreadableError(Reason.DAMAGED, "it is shorter"), Reason.DAMAGED)],
)
def test_what_ends_a_reading_is_kept_and_what_came_before_stays(error: Exception, reason: Reason) -> None:
    pieces = _failing(error)
    flow = Flow(lambda _: next(pieces), 100)
    assert _read(flow) == b"begun"
    assert flow.failure is not None
    assert flow.failure.reason is reason


def test_no_more_is_asked_for_than_was_asked() -> None:
    flow = Flow(BytesIO(b"x" * 1000).read, 2000)
    assert [len(flow.pull(size)) for size in (1, 200, 900)] == [1, 200, 300]
