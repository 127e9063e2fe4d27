"""The bar itself, drawn by rich. It refreshes when told to, without a thread: workers are forked beside it."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from types import TracebackType
from typing import Self, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as RichProgress

from scanner.cli.progress import printable
from scanner.run.request import Progress

REFRESH = 0.1
"""Seconds between two drawings."""
SETTLED = 1.0
"""Seconds of reading after which the time that is left can be told."""
LABEL = 36
"""Columns for what is being read; of a longer path the end is shown."""


class Bar(Progress):
    """Draws what the run says; gone from the terminal when the run ends."""

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        console = Console(file=stream, no_color=not color, highlight=False, markup=False, emoji=False)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[told]}", markup=False),
            TextColumn("{task.fields[left]}", markup=False),
        )
        self._rich = RichProgress(*columns, console=console, auto_refresh=False, transient=True)
        self._task = self._rich.add_task("starting", total=None, told="", left="")
        self._label = _label("", "starting")
        self._begun = time.monotonic()
        self._first: float | None = None
        """When the first bytes were read: before that, programs and detectors were loaded."""
        self._drawn = 0.0
        self._blobs = self._bytes = self._expected = 0
        self._files = self._files_expected = self._files_bytes = 0
        self._before = 0
        """Bytes that came with the first answer, which says nothing about speed."""

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._rich.stop()

    def search(self, folders: int, repositories: int) -> None:
        self._label = _label("", f"looking for repositories: {repositories:,}")
        self._draw(f"{folders:,} folders")

    def begin(self, what: str, number: int = 0, among: int = 0) -> None:
        self._label = _label(f"repository {number:,} of {among:,}: " if among else "", what)
        self._draw(at_once=True)

    def aside(self, what: str) -> None:
        kept, self._label = self._label, _label("", what)
        self._draw(at_once=True)
        self._label = kept

    def expect(self, size: int, files: int = 0) -> None:
        self._expected += size
        self._files_expected += files

    def advance(self, blobs: int, size: int, files: int = 0) -> None:
        if self._first is None:
            self._first = time.monotonic()
            self._before = size
        self._blobs += blobs
        self._bytes += size
        if files:
            self._files += files
            self._files_bytes += size
        self._draw()

    @property
    def total(self) -> float:
        """Bytes that there will have been: what is left of the files is taken for as large as those that were read."""
        left = max(self._files_expected - self._files, 0)
        return self._expected + self._files_bytes + left * self._files_bytes / max(self._files, 1)

    def _left(self, now: float) -> str:
        """The time that is left, as far as the whole is known: rich forgets its own estimate each time that the whole changes."""
        took = 0.0 if self._first is None else now - self._first
        read = self._bytes - self._before
        if took < SETTLED or read <= 0 or self.total <= self._bytes:
            return ""
        return str(timedelta(seconds=round((self.total - self._bytes) * took / read)))

    def _counts(self) -> str:
        files = f"{self._files:,} of {self._files_expected:,} files" if self._files < self._files_expected else ""
        return files or f"{self._blobs:,} blobs"

    def _draw(self, told: str = "", *, at_once: bool = False) -> None:
        now = time.monotonic()
        if not at_once and now - self._drawn < REFRESH:
            return
        self._drawn = now
        speed = self._bytes / max(now - self._begun, 0.001) / 1e6
        told = told or f"{self._counts()}, {self._bytes / 1e6:,.0f} MB, {speed:,.0f} MB/s"
        self._rich.update(
            self._task, description=self._label, completed=self._bytes, total=self.total or None, told=told, left=self._left(now)
        )
        self._rich.refresh()


def _label(before: str, what: str) -> str:
    """Both on exactly so many columns, the home as `~`, and nothing in it that a terminal would obey."""
    home = os.path.expanduser("~")  # noqa: PTH111 - Path raises where there is no home
    short = f"~{what.removeprefix(home)}" if what == home or what.startswith((f"{home}/", f"{home}:")) else what
    shown = printable(short)
    room = LABEL - cell_len(before)
    if cell_len(shown) > room:
        shown = shown[-room:]
        while cell_len(shown) > room - 1:
            shown = shown[1:]
        shown = f"…{shown}"
    return set_cell_size(before + shown, LABEL)
