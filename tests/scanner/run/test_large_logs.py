"""Logs that are not held, and those that are gone before they were read again."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.run import pieces
from scanner.run.examine import Examiner
from scanner.run.inside import Text
from scanner.run.logs import LogReader
from scanner.run.pieces import Sizes
from scanner.run.work import Worker
from scanner.sources import large
from scanner.sources.large import Flow
from tests.scanner.run.logworld import SETUP, found, read, unread
from tests.scanner.sources.ci_logs import shapes
from tests.scanner.sources.ci_logs.shapes import SHAPES
from tests.support import archives, tokens

TOKEN, OTHER = tokens.npm(1), tokens.ghp(2)
WORDS = ["words and more"] * 4000


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker(SETUP)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little is held, and little looked at at once."""
    monkeypatch.setattr(large, "HELD", 20_000)
    monkeypatch.setattr(pieces, "USUAL", Sizes(8192, 2048, 4096))


@pytest.mark.parametrize("shape", ["github", "gh", "gitlab_timed", "jenkins", "buildkite", "plain"])
@pytest.mark.usefixtures("small")
def test_a_large_log_is_read_to_its_end_with_its_lines(worker: Worker, tmp_path: Path, shape: str) -> None:
    log = SHAPES[shape]([*WORDS, f"a = {TOKEN}", *WORDS, "\x1b[1m", f"b = {OTHER}", *WORDS])
    lines = log.encode().split(b"\n")
    answer = read(worker, tmp_path, {"a.log": log})
    expected = [next(n for n, line in enumerate(lines, 1) if value.encode() in line) for value in (TOKEN, OTHER)]
    assert [line for _, _, line, *_ in found(answer)] == expected
    assert (answer.blobs, answer.bytes, answer.unscanned) == (1, len(log.encode()), [])


@pytest.mark.usefixtures("small")
def test_a_large_log_that_is_compressed_is_one_too(worker: Worker, tmp_path: Path) -> None:
    noise = [tokens.base62(n, 60) for n in range(900)]
    packed = gzip.compress(shapes.github([*noise, TOKEN]).encode())
    assert len(packed) > large.HELD
    answer = read(worker, tmp_path, {"job.log.gz": packed})
    assert found(answer) == [("npm-token", "job.log.gz!/job.log", 904, None, "Run npm publish")]


class Vanishing:
    """A large log that can be opened so many times."""

    def __init__(self, data: bytes, times: int) -> None:
        self.size = len(data)
        self._data = data
        self._times = times

    @contextmanager
    def opened(self) -> Iterator[Flow]:
        self._times -= 1
        if self._times < 0:
            raise UnreadableError(Reason.VANISHED, "gone")
        yield Flow(BytesIO(self._data).read, self.size)


@pytest.mark.parametrize(("times", "line"), [(2, None), (3, 4), (9, 4)])
def test_what_was_found_in_a_log_that_is_gone_by_then_is_said_without_a_line(times: int, line: int | None) -> None:
    log = Vanishing(shapes.github([f"\x1b]0;title\x07{TOKEN}"]).encode(), times)
    (text,) = LogReader(Examiner(SETUP)).found("box", "a.log", log, None)
    assert isinstance(text, Text)
    assert [one.spot.line for one in text.examination.sightings] == [line]


@pytest.mark.usefixtures("small")
def test_a_zip_that_is_not_held_is_said(worker: Worker, tmp_path: Path) -> None:
    data = archives.zipped({"build/1_a.txt": "".join(map(str, range(20_000))).encode()}, archives.STORED)
    assert unread(read(worker, tmp_path, {"logs.zip": data})) == [("logs.zip", Reason.TOO_LARGE)]
