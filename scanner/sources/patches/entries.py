"""Mails and log entries: what a patch says beside its differences, and which commit the differences are from."""

from __future__ import annotations

import re
from binascii import Error
from enum import Enum

from scanner.records import dataclass, field
from scanner.sources.patches.cursor import Cursor
from scanner.sources.patches.mails import HEADER, SEPARATOR, is_head
from scanner.sources.patches.nouns import FileDiff, Message, Span

_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LOG = re.compile(rb"commit ([0-9a-f]{7,64})(?: .*)?")
_TAGS = re.compile(rb"\s*\[(?:[^]]{0,80} )?PATCH(?: [^]]{0,80})?\]\s*")
_HEAD = re.compile(rb"[A-Z][A-Za-z ]{2,20}:[ \t].*|(?:tree|parent|author|committer|encoding|gpgsig|mergetag) .*")
"""A line between the first one of a log entry and its message."""
_MOST_HEADS = 8
"""Parts of a mail's headers that are kept."""
_BODY = 3
"""The line of a commit's message on which its body begins."""


class _Sort(Enum):
    BARE = 0
    MAIL = 1
    LOG = 2


@dataclass(slots=True)
class _Entry:
    """One mail, one entry of a log, or what comes before any."""

    sort: _Sort = _Sort.BARE
    commit: str | None = None
    subject: bytes = b""
    place: int = 1
    """The line of the subject."""
    begins: int = 0
    """The number of the line that is the first one of the message; 0 where lines are those of the input."""
    heads: list[Span] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    diffs: list[FileDiff] = field(default_factory=list)


class Entries:
    """All entries so far."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._all = [_Entry()]
        self.count = 0
        """Of differences and entries."""

    @property
    def in_message(self) -> bool:
        """Whether what is at hand is what somebody wrote to go with a change, and no difference of it has come yet."""
        entry = self._all[-1]
        return entry.sort is not _Sort.BARE and not entry.diffs

    def add(self, diff: FileDiff) -> None:
        """Takes a difference."""
        entry = self._all[-1]
        diff.commit = entry.commit
        entry.diffs.append(diff)
        self.count += 1

    def say(self, end: int) -> None:
        """Takes the lines up to `end` as part of the text around differences."""
        entry, cursor = self._all[-1], self._cursor
        line = cursor.number - entry.begins + 1 if entry.begins else cursor.place
        _extend(entry.spans, Span(cursor.at, end, line))
        cursor.move(end, cursor.text.count(b"\n", cursor.at, end))

    def mail_begins(self, line: bytes) -> bool:
        """Whether a mail begins at hand, with `line`; its headers are behind us then."""
        separator = SEPARATOR.match(line)
        if separator is None:
            return False
        self._cursor.step()
        self.mail(separator[1].decode("ascii") if _ID.fullmatch(separator[1]) and separator[1].strip(b"0") else None)
        return True

    def mail(self, commit: str | None) -> None:
        """A mail begins whose headers are at hand."""
        cursor, entry = self._cursor, self._open(_Sort.MAIL, commit)
        subject = b""
        name = b""
        has_head = is_head(cursor.text, cursor.at)
        while has_head and not cursor.ended:
            start, number, line = cursor.at, cursor.number, cursor.line()
            cursor.step()
            if not line:
                break
            match = HEADER.fullmatch(line)
            name = match[1].lower() if match and line[:1] not in b" \t" else name
            if name == b"subject":
                entry.place = entry.place if commit else cursor.lines.of(number)
                subject += match[2] if match and not subject else line
            elif name == b"from" and len(entry.heads) < _MOST_HEADS:
                _extend(entry.heads, Span(start, cursor.at, 1 if commit else cursor.lines.of(number)))
        while not cursor.ended and not cursor.line():
            cursor.step()
        entry.subject = _decoded(subject)
        if commit is not None:
            entry.begins = cursor.number - _BODY + 1

    def log_begins(self, line: bytes) -> bool:
        """Whether an entry of a log begins at hand, with `line`; its headers are behind us then. In the message of a mail none does."""
        match = _LOG.fullmatch(line)
        if match is None or (self.in_message and self._all[-1].sort is _Sort.MAIL):
            return False
        cursor, entry = self._cursor, self._open(_Sort.LOG, match[1].decode("ascii"))
        cursor.step()
        while not cursor.ended:
            start, line = cursor.at, cursor.line()
            if line and not _HEAD.fullmatch(line):
                break
            cursor.step()
            if not line:
                break
            _extend(entry.heads, Span(start, cursor.at, 1))
        entry.begins = cursor.number
        return True

    def close(self) -> tuple[tuple[FileDiff, ...], tuple[Message, ...]]:
        """Every difference, ancestors first, and every message. A log begins with its newest entry."""
        entries = self._all
        if all(entry.sort is _Sort.LOG for entry in entries if entry.diffs):
            entries = entries[::-1]
        diffs: list[FileDiff] = []
        for entry in entries:
            for number, diff in enumerate(entry.diffs):
                last = entry.diffs[number - 1] if number else None
                if last is not None and last.deleted and diff.created and last.path == diff.path:
                    diff.replaces = len(diffs) - 1
                diffs.append(diff)
        return tuple(diffs), tuple(message for entry in entries for message in _messages(entry))

    def _open(self, sort: _Sort, commit: str | None) -> _Entry:
        entry = _Entry(sort, commit)
        self._all.append(entry)
        self.count += 1
        return entry


def _extend(spans: list[Span], more: Span) -> None:
    """Adds a span, to the last one where it goes on there."""
    if spans and spans[-1].end == more.start:
        spans[-1] = Span(spans[-1].start, more.end, spans[-1].line)
    else:
        spans.append(more)


def _messages(entry: _Entry) -> list[Message]:
    indent = entry.sort is _Sort.LOG
    found = [Message(entry.commit, tuple(entry.spans), indent, entry.subject, entry.place)] if entry.spans or entry.subject else []
    return [*found, Message(entry.commit, tuple(entry.heads))] if entry.heads else found


def _decoded(subject: bytes) -> bytes:
    """A subject as it was written: without the tags in front of it that mails carry, and decoded (RFC 2047)."""
    if b"=?" in subject:
        from email.errors import HeaderParseError  # noqa: PLC0415 - few subjects are encoded, and a gate starts sooner without
        from email.header import decode_header  # noqa: PLC0415 - as above

        try:
            parts = decode_header(subject.decode("latin-1"))
            subject = b"".join(part if isinstance(part, bytes) else part.encode("latin-1") for part, _ in parts)
        except (HeaderParseError, Error, ValueError):
            pass
    tags = _TAGS.match(subject)
    return subject[tags.end() :] if tags else subject
