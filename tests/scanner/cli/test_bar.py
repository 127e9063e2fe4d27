"""The bar on a made terminal: what it counts, and what it takes for the whole."""

from __future__ import annotations

import io
import re
import time

import pytest

from scanner.cli import bar
from scanner.cli.bar import Bar

_SIGNS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Screen(io.StringIO):
    """A terminal that keeps everything that was ever drawn on it."""

    def isatty(self) -> bool:
        return True

    def last(self) -> str:
        """The last line, without what only a terminal reads."""
        return _SIGNS.sub("", self.getvalue()).replace("\r", "\n").rstrip("\n").rpartition("\n")[2]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setattr(bar, "REFRESH", 0.0)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TERM", "xterm")
    return Screen()


def test_files_are_counted_against_those_that_are_expected(screen: Screen) -> None:
    with Bar(screen, color=False) as drawn:
        drawn.begin("/home/ada")
        drawn.expect(0, 200_000)
        drawn.advance(128, 1_000_000, 128)
        assert "128 of 200,000 files, 1 MB" in screen.last()
        drawn.advance(50_000, 3_000_000, 49_872)
        assert "50,000 of 200,000 files, 4 MB" in screen.last()


def test_what_is_left_is_taken_for_as_large_as_what_was_read(screen: Screen) -> None:
    with Bar(screen, color=False) as drawn:
        drawn.expect(6_000_000, 100)
        drawn.advance(25, 1_000_000, 25)
        assert drawn.total == 6_000_000 + 4_000_000
        drawn.advance(10, 2_000_000)
        assert drawn.total == 10_000_000
        drawn.advance(75, 5_000_000, 75)
        assert drawn.total == 12_000_000


def test_more_files_than_were_expected_are_no_less_than_none(screen: Screen) -> None:
    with Bar(screen, color=False) as drawn:
        drawn.expect(0, 1)
        drawn.advance(5, 500, 5)
        assert drawn.total == 500
        assert "5 blobs" in screen.last()


def test_the_search_says_how_far_it_is(screen: Screen) -> None:
    with Bar(screen, color=False) as drawn:
        drawn.search(1234, 5)
        assert "looking for repositories: 5" in screen.last()
        assert "1,234 folders" in screen.last()


def test_the_time_that_is_left_follows_from_what_is_left(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with Bar(screen, color=False) as drawn:
        drawn.expect(0, 1000)
        drawn.advance(10, 1_000_000, 10)
        assert ":" not in screen.last()
        now[0] += 50
        drawn.advance(490, 49_000_000, 490)
        assert screen.last().rstrip().endswith("0:00:51")
        drawn.expect(0, 3_000_000)
        drawn.advance(0, 0)
        assert "days" in screen.last()
        drawn.advance(3_000_500, 0, 3_000_500)
        assert ":" not in screen.last()
