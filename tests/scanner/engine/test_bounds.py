"""What a blob may cost, however hostile it is, and what is said when that is not enough."""

from __future__ import annotations

import gzip
import sys
from base64 import b64encode
from collections.abc import Callable
from functools import reduce

import pytest

from scanner.engine import Engine, Limits, build
from tests.scanner.engine.fakes import TOKEN, engine, secrets
from tests.support import tokens

ENGINE = engine()
VALUE = tokens.npm(7).encode()


class Counting:
    """Wraps an engine's matcher and adds up what is scanned."""

    def __init__(self, inner: Engine) -> None:
        self._matcher = inner._matcher  # noqa: SLF001 - what it costs cannot be seen from outside
        self.bytes = self.texts = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._matcher, name)

    def scan(self, text: bytes) -> object:
        self.bytes += len(text)
        self.texts += 1
        return self._matcher.scan(text)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "one anchor": lambda: b"npm_" * 100_000,
    "one anchor with escapes": lambda: b"-----BEGIN \\n" * 20_000,
    "strings with escapes": lambda: b'{"a":[' + b'"-----BEGIN \\n",' * 20_000,
    "one needle": lambda: b"bnBtX" * 100_000,
    "needles in lines": lambda: (b"bnBtX" * 10 + b"\n") * 5_000,
    "needles in short lines": lambda: (b"bnBtX" * 5 + b"\n\n") * 10_000,
    "needles between blanks": lambda: b"bnBtXaaaaaaaaaaaaaaaa " * 20_000,
    "the alphabet of base64 in one line": lambda: bytes(n * n * 31 % 26 + 65 for n in range(400_000)),
    "base64 twenty times": lambda: reduce(lambda text, _: b64encode(text), range(20), b"npm_" * 100),
    "base64 of itself repeated": lambda: b64encode(b64encode(b"npm_" * 50) * 200) * 5,
    "NULs": lambda: bytes(1_000_000),
    "hexadecimal": lambda: b"6e706d5f" * 50_000,
    "a list of numbers": lambda: b"6e 70 6d 5f " * 20_000,
    "UTF-16": lambda: b"\xff\0\0" + b"n\0p\0m\0_\0\0\0\0" * 20_000,
    "escapes": lambda: b"npm\\u005f" * 40_000,
    "escapes in lines": lambda: b"npm\\u005f\n" * 20_000,
    "backslashes": lambda: b"npm_" + b"\\" * 400_000 + b"npm\\_",
    "quotes": lambda: b"'" * 200_000 + b"npm\\_x" + b'"' * 200_000,
    "percent signs": lambda: b"npm%5f" * 50_000,
    "elements": lambda: b"<npm&#95;aaaaaaaa>" * 20_000,
    "escaped slashes in base64": lambda: b"bnBtX" + b"\\/" * 200_000,
    "values": lambda: (VALUE + b"\n") * 2_000,
    "encoded values": lambda: (b64encode(VALUE) + b"\n") * 2_000,
    "UTF-32": lambda: b"\xff" + b"n\0\0\0p\0\0\0m\0\0\0_\0\0\0\0" * 10_000,
    "pieces": lambda: b'npm_a" + "' * 30_000,
    "pieces without an end": lambda: b'npm_a" + "' + b'a" + "' * 60_000,
    "lines that may be pieces": lambda: b"npm_a\n" * 60_000,
    "escaped seams": lambda: b'"npm_a\\"' * 30_000,
    "mail": lambda: b"encoding: quoted-printable\n=3D\n" * 10_000,
    "mail in one part": lambda: b"encoding: quoted-printable\n" + b"npm_=\n=3D" * 40_000,
    "a bomb": lambda: b64encode(gzip.compress(bytes(50_000_000), mtime=0)),
    "a bomb in a bomb": lambda: b64encode(gzip.compress(gzip.compress(bytes(50_000_000), mtime=0), mtime=0)),
    "streams": lambda: b64encode(gzip.compress(b"npm_" * 40, mtime=0) * 3_000),
    "beginnings of streams": lambda: b64encode(b"\x1f\x8b\x08\0" * 80_000),
    "dumps": lambda: b"\n00000010: 6e70 6d5f  npm_" * 15_000,
}


def counted(data: bytes) -> Counting:
    """What examining `data` costs."""
    inner = engine()
    counting = Counting(inner)
    inner._matcher = counting  # type: ignore[assignment]  # noqa: SLF001 - a fake in its place
    inner.examine(data)
    return counting


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_hostile_blob_costs_is_bounded_by_its_size(name: str) -> None:
    data = HOSTILE[name]()
    counting, limits = counted(data), Limits()
    assert counting.bytes <= len(data) + limits.budget(len(data))
    assert counting.texts <= 1 + limits.budget(len(data)) // limits.toll


SLACK = 2_000
"""Calls that do not depend on the input."""


def calls(data: bytes) -> int:
    """Calls of functions, ours and the library's, while `data` is examined."""
    inner, count = engine(), 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        inner.examine(data)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_input_is_at_most_twice_the_work(name: str) -> None:
    data = HOSTILE[name]()
    part = data[: len(data) // 200]
    for work in (lambda text: counted(text).bytes, calls):
        assert work(part * 16) <= 2 * work(part * 8) + 2 * work(part) + SLACK


def test_encodings_are_undone_to_a_bounded_depth_and_that_is_said() -> None:
    text = reduce(lambda inner, _: b64encode(b"npm_ " + inner), range(8), VALUE)
    examined = ENGINE.examine(text)
    assert examined.skipped == {"decode-depth": 1}
    assert examined.found == ()
    assert secrets(build((TOKEN,), cache=None, limits=Limits(depth=8)).examine(text).found) == [VALUE]


def test_decoding_ends_with_the_budget_and_that_is_said() -> None:
    data = (b64encode(VALUE) + b" \n") * 50
    small = build((TOKEN,), cache=None, limits=Limits(ratio=0, spare=10 * (40 + 128) + 100))
    examined = small.examine(data)
    assert len(examined.found) == 10
    assert examined.skipped == {"decode-budget": 1}


def test_more_values_than_anybody_reads_are_not_reported_and_that_is_said() -> None:
    few = build((TOKEN,), cache=None, limits=Limits(found=3))
    examined = few.examine((VALUE + b"\n" + b"." * 700) * 8)
    assert len(examined.found) == 3
    assert examined.skipped == {"too-many": 1}


def test_of_a_stream_that_is_too_long_the_beginning_is_read_and_that_is_said() -> None:
    stream = b64encode(gzip.compress(VALUE + b" " + bytes(20_000_000), mtime=0))
    examined = ENGINE.examine(stream)
    assert (secrets(examined.found), examined.skipped) == ([VALUE], {"decode-budget": 1})
