"""Compressed streams: what they say, where they end, and how much of them is read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.engine.packed import unpacked, whole_packed

TEXT = b"the value of this sentence is forty bytes" * 9
MOST = 1 << 20


@pytest.mark.parametrize("level", range(10))
@pytest.mark.parametrize("pack", [zlib.compress, lambda text, level: gzip.compress(text, level, mtime=0)])
def test_a_stream_says_what_was_packed(pack: Callable[[bytes, int], bytes], level: int) -> None:
    stream = pack(TEXT, level)
    run = whole_packed(stream, MOST)
    assert run is not None
    assert (run.step, run.text, run.locate(3, 9)) == ("gzip", TEXT, (0, len(stream)))


def test_a_stream_inside_something_ends_where_it_ends() -> None:
    stream = gzip.compress(TEXT, mtime=0)
    run = unpacked(b"head" + stream + b"tail" * 9000, 4, MOST)
    assert run is not None
    assert (run.text, run.start, run.end) == (TEXT, 4, 4 + len(stream))


@pytest.mark.parametrize("tail", [b"t", b"tail" * 9000])
@pytest.mark.parametrize("size", [1 << 16, (1 << 16) + 1, 200_000])
def test_a_stream_that_says_much_ends_where_it_ends(size: int, tail: bytes) -> None:
    stream = zlib.compress(bytes(size))
    run = unpacked(stream + tail, 0, MOST)
    assert run is not None
    assert (len(run.text), run.end) == (size, len(stream))


@given(st.integers(1, 500), st.integers(0, 400))
def test_no_more_comes_out_than_is_allowed(most: int, cut: int) -> None:
    stream = zlib.compress(TEXT)
    run = whole_packed(stream[: max(3, len(stream) - cut)], most)
    assert run is None or TEXT.startswith(run.text)
    assert run is None or len(run.text) <= most


def test_a_bomb_is_read_no_further_than_is_allowed() -> None:
    run = whole_packed(gzip.compress(bytes(10_000_000), mtime=0), 1000)
    assert run is not None
    assert run.text == bytes(1000)


@pytest.mark.parametrize("text", [b"", b"x", b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08", b"x^y and more", b"x\x9c", b"xx", b"x\xbb" + bytes(9)])
def test_other_texts_are_none(text: bytes) -> None:
    assert whole_packed(text, MOST) is None


@given(st.binary(max_size=60).map(lambda tail: b"x\x9c" + tail) | st.binary(max_size=60).map(lambda tail: b"\x1f\x8b\x08\0" + tail))
def test_nothing_raises_on_any_bytes(text: bytes) -> None:
    run = whole_packed(text, MOST)
    assert run is None or 0 < len(run.text) <= MOST
