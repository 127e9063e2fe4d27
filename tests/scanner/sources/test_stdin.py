from __future__ import annotations

import io
from typing import cast

import pytest

from scanner.model import Blob, Reason, Unscanned
from scanner.sources.stdin import read_stdin


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
