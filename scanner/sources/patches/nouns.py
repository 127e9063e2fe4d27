"""What a patch is made of, as spans of its text: contents are put together when they are read."""

from __future__ import annotations

from scanner.errors import IncompleteError
from scanner.model import Unscanned
from scanner.records import dataclass, field

MOST = 500_000
"""Files that a patch may be about, and mails and log entries that it may be made of."""
MOST_HUNKS = 1_000_000
"""Hunks that it may have."""


class BrokenPatchError(IncompleteError):
    """What was given is no patch, or not a whole one; the message names the line of the input."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line} of the patch: {why}")
        self.line = line
        self.why = why


class LargePatchError(IncompleteError):
    """A patch has more parts than are kept in memory."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the patch has more than {what}: judge its commits with --range")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the patch's text."""

    start: int
    end: int
    line: int
    """Where it begins in the file or message that it is a part of."""


@dataclass(slots=True)
class FileDiff:
    """One file, from one state to the next."""

    path: str
    """In the repository, as it is shown; nothing is ever opened by it."""
    commit: str | None = None
    """Id of the commit that the patch says it is from."""
    origin: str | None = None
    """The path that it was renamed from."""
    created: bool = False
    """Whether it is not there before: what the patch shows of the state before does not count then."""
    deleted: bool = False
    parents: int = 1
    """How many states before there are: more than one in what git shows of a merge."""
    start: int = 0
    end: int = 0
    """Where its hunks lie in the text; both equal where it has none."""
    literal: bool = False
    """Whether these are binary hunks."""
    ids: tuple[str, str] | None = None
    """The whole names that git gave the contents of a binary file before and after the change."""
    replaces: int | None = None
    """Number of the difference just before, which takes away a file at the same path: a file becomes a link so."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one mail or log entry says beside its differences."""

    commit: str | None
    spans: tuple[Span, ...]
    indented: bool = False
    """Whether four blanks stand in front of its lines that do not belong to them."""
    subject: bytes = field(default=b"", repr=False)
    """The first line, where that stands in a header."""
    line: int = 1
    """Where the subject stands, see `Span`."""


@dataclass(frozen=True, slots=True)
class Patch:
    """All of a patch."""

    text: bytes = field(repr=False)
    """Without colours and with mails decoded."""
    diffs: tuple[FileDiff, ...]
    """In their order, ancestors before descendants."""
    messages: tuple[Message, ...]
    unscanned: tuple[Unscanned, ...]
