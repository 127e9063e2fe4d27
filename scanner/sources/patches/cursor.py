"""Where in the text of a patch its reader is."""

from __future__ import annotations

from scanner.records import dataclass, field
from scanner.sources.patches.mails import Lines
from scanner.sources.patches.nouns import BrokenPatchError


@dataclass(slots=True)
class Cursor:
    """At the beginning of a line, or at the end."""

    text: bytes = field(repr=False)
    lines: Lines
    at: int = 0
    number: int = 1
    """Of the line that begins at `at`."""

    @property
    def ended(self) -> bool:
        """Whether there are no more lines."""
        return self.at >= len(self.text)

    @property
    def place(self) -> int:
        """The line of the input."""
        return self.lines.of(self.number)

    def line(self) -> bytes:
        """The line at hand, without its end."""
        end = self.text.find(b"\n", self.at)
        return self.text[self.at : len(self.text) if end < 0 else end].removesuffix(b"\r")

    @property
    def next(self) -> int:
        """Where the next line begins."""
        end = self.text.find(b"\n", self.at)
        return len(self.text) if end < 0 else end + 1

    def step(self) -> None:
        """Goes on to the next line."""
        self.at = self.next
        self.number += 1

    def back(self, at: int, number: int) -> None:
        """Returns to a line."""
        self.at, self.number = at, number

    def move(self, at: int, lines: int) -> None:
        """Goes on to `at`, which is so many lines away."""
        self.at = at
        self.number += lines

    def broken(self, why: str, line: int | None = None) -> BrokenPatchError:
        """What to raise about a line of the text, that at hand if no other is named."""
        return BrokenPatchError(self.lines.of(self.number if line is None else line), why)
