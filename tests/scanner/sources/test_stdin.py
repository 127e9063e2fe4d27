from __future__ import annotations

import io
from typing import cast

import pytest

from scanner.errors import UnreadableError
from scanner.model import Blob, Reason, Unscanned
from scanner.sources.stdin import LargeInput, read_stdin


class Dribble(io.RawIOBase):
    """Endless input, a little at a time; remembers how much was taken."""

    taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = b"x" * min(size, 1_000)
        self.taken += len(piece)
        return piece


class Broken(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - the interface has it
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("data", [b"", b"x", b"\0\xff" * 5])
def test_all_of_it_is_one_blob(data: bytes) -> None:
    assert read_stdin(io.BytesIO(data), 10) == Blob("stdin", "-", data)


def test_more_than_the_limit_is_too_large() -> None:
    assert read_stdin(io.BytesIO(b"x" * 11), 10) == Unscanned("stdin", "-", Reason.TOO_LARGE, "more than 10 bytes")


def test_endless_input_is_left_at_the_limit() -> None:
    stream = Dribble()
    assert read_stdin(cast("io.BufferedReader", stream), 5_000) == Unscanned("stdin", "-", Reason.TOO_LARGE, "more than 5000 bytes")
    assert stream.taken == 5_001


def test_input_that_breaks_is_unreadable() -> None:
    assert read_stdin(cast("io.BufferedReader", Broken()), 10) == Unscanned("stdin", "-", Reason.UNREADABLE, "Input/output error")


def test_what_cannot_be_held_is_read_when_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.large.HELD", 10)
    data = bytes(range(100))
    found = read_stdin(io.BytesIO(data), 100)
    assert isinstance(found, LargeInput)
    with found.opened() as flow:
        assert b"".join(iter(lambda: flow.pull(7), b"")) == data
    assert found.size == 100
    with pytest.raises(UnreadableError, match="an archive of 100 bytes is only opened from a file"), found.opened():
        pass


def test_more_than_the_limit_is_read_up_to_there_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.large.HELD", 10)
    found = read_stdin(io.BytesIO(b"x" * 101), 100)
    assert isinstance(found, LargeInput)
    with found.opened() as flow:
        assert b"".join(iter(lambda: flow.pull(7), b"")) == b"x" * 100
        assert flow.failure is not None
        assert flow.failure.reason is Reason.TOO_LARGE
