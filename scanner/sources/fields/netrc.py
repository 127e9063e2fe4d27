"""netrc: `machine HOST login USER password VALUE`, in any order after the host and over any number of lines.

The format is that of ftp(1) as curl reads it: words are separated by any white space, may be quoted with backslash escapes, `default`
stands for a machine without a name, and a `macdef` runs to the next empty line. `#` begins a comment where a key could stand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from scanner.records import dataclass, field
from scanner.sources.fields.named import Named, host_of, text_of, user_of

_WORD = re.compile(rb'"(?:[^"\\\n]|\\.){0,4096}"|[^\s]{1,4096}')
_BLANK_LINE = re.compile(rb"\n[ \t\r]{0,64}\n")
_LINE_END = re.compile(rb"\n")
_SKIPPED_TO = {b"macdef": _BLANK_LINE, b"#": _LINE_END}
_USERS = frozenset({b"login", b"user"})
_KEYS = _USERS | {b"password", b"passwd", b"account", b"port"}


@dataclass(slots=True)
class _Entry:
    """One machine."""

    host: str | None = None
    login: str | None = None
    values: list[tuple[int, int, str]] = field(default_factory=list)
    """Start, end and key of each value."""


class Netrc:
    """The values of a netrc file and what they are called."""

    def __init__(self, text: bytes) -> None:
        self._values = [(start, end, entry, key) for entry in _entries(text) for start, end, key in entry.values]
        self._starts = [start for start, *_ in self._values]

    def name(self, start: int, _end: int) -> Named | None:
        """What the entry around `start` calls the word there; None outside entries."""
        index = bisect_right(self._starts, start) - 1
        if index < 0:
            return None
        _, end, entry, key = self._values[index]
        return Named(key, service=entry.host, account=entry.login) if start < end else None


def _entries(text: bytes) -> Iterator[_Entry]:
    entry = _Entry()
    position = 0
    while (word := _WORD.search(text, position)) is not None:
        position = word.end()
        skipped = _SKIPPED_TO.get(b"#" if word[0].startswith(b"#") else word[0])
        if skipped is not None:
            end = skipped.search(text, word.start())
            position = end.end() if end else len(text)
        elif word[0] in {b"machine", b"default"}:
            yield entry
            host = _WORD.search(text, position) if word[0] == b"machine" else None
            entry = _Entry(host_of(text_of(_unquoted(host[0]))) if host else None)
            position = host.end() if host else position
        elif word[0] in _KEYS and (value := _WORD.search(text, position)) is not None:
            position = value.end()
            entry.values.append((value.start(), value.end(), text_of(word[0])))
            entry.login = user_of(_unquoted(value[0])) if word[0] in _USERS else entry.login
    yield entry


def _unquoted(word: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", word[1:-1]) if word.startswith(b'"') and len(word) > 1 else word
