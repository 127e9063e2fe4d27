"""Which job and which step write the lines of a log, as far as the log says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from scanner.contract import Rx
from scanner.sources.ci_logs.cleaning import Clean

Told = tuple[str | None, str | None]
"""Job and step; None where the log does not say."""


class Course(Protocol):
    """What one system's log has said so far."""

    @property
    def told(self) -> Told:
        """Whose the next line is."""
        ...

    def meet(self, marker: re.Match[bytes]) -> None:
        """Takes a line that marks the beginning or the end of something."""
        ...


class Tracker:
    """Follows the markers of a log, chunk by chunk."""

    def __init__(self, course: Course | None = None, markers: Rx | None = None) -> None:
        """`markers` match on lines of the clean text, from the line break before them on; without them each line may say whose it is."""
        self._course = course
        self._markers = markers
        self._clean: Clean | None = None
        self._coming: Iterator[re.Match[bytes]] = iter(())
        self._next: re.Match[bytes] | None = None
        self._row: tuple[tuple[bytes, bytes] | None, Told] = (None, (None, None))

    def enter(self, clean: Clean) -> None:
        """Goes to the beginning of the next chunk."""
        self._clean = clean
        if self._markers is not None:
            self._coming = self._markers.finditer(clean.text)
            self._next = next(self._coming, None)

    def at(self, place: int) -> Told:
        """Whose a place in the chunk is; to be asked in the order of places."""
        while self._next is not None and self._next.start() <= place:
            self._meet(self._next)
        if self._course is not None:
            return self._course.told
        row = self._clean.columns(place) if self._clean is not None else None
        if row is not None and row != self._row[0]:
            self._row = row, (text_of(row[0]), text_of(row[1]))
        return self._row[1]

    def leave(self) -> None:
        """Takes what is left of the chunk."""
        while self._next is not None:
            self._meet(self._next)

    def _meet(self, marker: re.Match[bytes]) -> None:
        if self._course is not None:
            self._course.meet(marker)
        self._next = next(self._coming, None)


def text_of(raw: bytes | None) -> str | None:
    """A name as a log has it; None for an empty one."""
    return (raw or b"").decode("utf-8", "replace").strip() or None
