"""The bar itself, drawn by rich. It refreshes when told to, without a thread: workers are forked beside it."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

from scanner.run.request import Progress

REFRESH = 0.1
"""Seconds between two drawings."""
LABEL = 36
"""Columns for what is being read."""


class Bar(Progress):
    """Draws what the run says; gone from the terminal when the run ends."""

    def __init__(self, stream: TextIO, *, color: bool) -> None:
        console = Console(file=stream, no_color=not color, highlight=False, markup=False, emoji=False)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[told]}", markup=False),
            TimeRemainingColumn(),
        )
        self._rich = RichProgress(*columns, console=console, auto_refresh=False, transient=True)
        self._task = self._rich.add_task("starting", total=None, told="")
        self._begun = time.monotonic()
        self._drawn = 0.0
        self._blobs = self._bytes = self._expected = 0

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._rich.stop()

    def begin(self, what: str) -> None:
        shown = Text("".join(char if char.isprintable() else "?" for char in what))
        shown.truncate(LABEL, overflow="ellipsis", pad=True)
        self._rich.update(self._task, description=shown.plain)
        self._draw(at_once=True)

    def expect(self, size: int) -> None:
        self._expected += size

    def advance(self, blobs: int, size: int) -> None:
        self._blobs += blobs
        self._bytes += size
        self._draw()

    def _draw(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if not at_once and now - self._drawn < REFRESH:
            return
        self._drawn = now
        speed = self._bytes / max(now - self._begun, 0.001) / 1e6
        told = f"{self._blobs:,} blobs, {self._bytes / 1e6:,.0f} MB, {speed:,.0f} MB/s"
        self._rich.update(self._task, completed=self._bytes, total=self._expected or None, told=told)
        self._rich.refresh()
