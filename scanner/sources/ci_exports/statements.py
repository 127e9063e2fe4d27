"""What shells print to be read again: `export -p`, `declare -x`, `typeset -x`, and their lists without the command's name.

- bash: `declare -x NAME="value"`; with control characters `declare -x NAME=$'value'`
- dash, busybox and other POSIX shells: `export NAME='value'`
- ksh, mksh, zsh: `export NAME=value`, with quotes where they are needed
- zsh, for names that are tied to an array: `export -T PATH path=( a b )`
- zsh and ksh on `typeset -x`: `NAME='value'`
- all of them: the bare name of a variable without a value
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.contract import Secret
from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, listed
from scanner.sources.ci_exports.words import UnclosedError, read_word

_NAME = rb"[A-Za-z_][A-Za-z0-9_]{0,255}"
_COMMAND = re.compile(rb"(?:export|declare|typeset|readonly)(?=[ \t\r\n]|\Z)")
_FLAG = re.compile(rb"[-+][A-Za-z0-9-]{0,32}(?=[ \t\r\n]|\Z)")
_ASSIGNED = re.compile(rb"(?P<name>%b)(?P<mark>=\(|=|(?=[ \t\r\n;]|\Z))" % _NAME)
_ASSIGNED_ALONE = re.compile(rb"(?=%b=|[A-Z_][A-Z0-9_]{0,39}(?:[ \t\r\n]|\Z))%b" % (_NAME, _ASSIGNED.pattern))
"""Without a command before it: a bare name is then short and in capitals, unlike a line of base64 that got here by mistake."""
_INDEX = re.compile(rb"\[[^\]\r\n]{0,255}\]=")
_BLANKS = re.compile(rb"(?:[ \t\r]|\\\r?\n){1,4096}")
_GAPS = re.compile(rb"[ \t\r\n;]{1,4096}")
_FIRST_WORDS = re.compile(rb"[ \t\r\n]{0,256}(?:export|declare|typeset)[ \t]")
_QUOTED = re.compile(rb"""^%b=\$?['"]""" % _NAME, re.MULTILINE)

_MOST_MISTAKES = 1_000
_PATIENCE = 4
"""How many times the text may be searched to its end for a quote that is not there."""


def read_commands(content: Content) -> Listing | None:
    """Statements; None where the first line that is not empty does not begin with a command."""
    return listed(_Statements(content).items()) if content.is_lines and _FIRST_WORDS.match(content.text) else None


def read_list(content: Content) -> Listing | None:
    """Names with values that the shell quoted; None where nothing is quoted or anything else is there."""
    if not content.is_lines or not _QUOTED.search(content.text):
        return None
    listing = listed(_Statements(content).items())
    return listing if listing.entries and not listing.flaws and not listing.loose else None


class _Statements:
    """Goes over a text; holds where it is, on which line, and how often it was wrong."""

    def __init__(self, content: Content) -> None:
        self._text = content.text
        self._at = 0
        self._line = content.first_line
        self._counted = 0
        self._mistakes = 0
        self._in_vain = 0

    def items(self) -> Iterator[Item]:
        """All that the text says, in order. After a mistake it goes on with the next line, as long as they are few and cheap."""
        while self._more(_GAPS):
            line = self._line_here()
            try:
                yield from self._statement()
            except UnreadableError as error:
                yield Flaw(f"line {line}: {error.detail}", Reason(error.reason))
                self._mistakes += 1
                self._in_vain += len(self._text) - self._at if isinstance(error, UnclosedError) else 0
                if self._mistakes > _MOST_MISTAKES or self._in_vain > _PATIENCE * len(self._text):
                    yield Flaw(f"line {line}: too many mistakes to go on")
                    return
                self._skip_line()

    def _statement(self) -> Iterator[Item]:
        if self._text.startswith(b"#", self._at):
            self._skip_line()
            yield Loose()
            return
        command = _COMMAND.match(self._text, self._at)
        if command is None:
            yield from self._assignments(_ASSIGNED_ALONE)
            return
        self._at = command.end()
        flags = self._flags()
        if b"f" in flags:
            self._skip_line()
            yield Loose()
        else:
            yield from self._assignments(_ASSIGNED, self._name() if b"T" in flags else None)

    def _flags(self) -> bytes:
        """The letters of the flags that follow."""
        flags = b""
        while self._more(_BLANKS) and (flag := _FLAG.match(self._text, self._at)) is not None:
            flags = (flags + flag[0])[-64:]
            self._at = flag.end()
        return flags

    def _name(self) -> bytes | None:
        """The bare name that follows, if one does: zsh's scalar that is tied to the array after it."""
        name = _ASSIGNED.match(self._text, self._at)
        if name is None or name["mark"]:
            return None
        self._at = name.end()
        return name["name"]

    def _assignments(self, pattern: re.Pattern[bytes], tied: bytes | None = None) -> Iterator[Item]:
        """The names of one statement with what is assigned to them; elements of an array bear the name of the `tied` scalar."""
        while self._more(_BLANKS) and self._text[self._at : self._at + 1] not in {b"\n", b";"}:
            if self._text.startswith(b"#", self._at):
                self._skip_line()
                yield Loose()
                return
            assigned = pattern.match(self._text, self._at)
            if assigned is None:
                raise UnreadableError(Reason.MALFORMED, "expected a name, = and a value")
            line = self._line_here()
            name = assigned["name"] if tied is None else tied
            self._at = assigned.end()
            if assigned["mark"] == b"=(":
                yield from self._elements(name, line)
            elif assigned["mark"]:
                yield self._valued(name, line)
            else:
                yield Entry(name.decode(), None, line)

    def _elements(self, name: bytes, line: int) -> Iterator[Item]:
        while self._more(_GAPS) and not self._text.startswith(b")", self._at):
            index = _INDEX.match(self._text, self._at)
            before = self._at = index.end() if index else self._at
            entry = self._valued(name, line)
            if self._at == before and index is None:
                raise UnreadableError(Reason.MALFORMED, "expected an element or a closing parenthesis")
            yield entry
        self._at += 1

    def _valued(self, name: bytes, line: int) -> Entry:
        word = read_word(self._text, self._at)
        self._at = word.end
        encoding = ("shell",) if word.offset is None else ()
        return Entry(name.decode(), Secret(word.value), line, word.offset, encoding)

    def _more(self, gap: re.Pattern[bytes]) -> bool:
        """Whether anything follows after what `gap` describes, which is passed over."""
        while (passed := gap.match(self._text, self._at)) is not None:
            self._at = passed.end()
        return self._at < len(self._text)

    def _line_here(self) -> int:
        self._line += self._text.count(b"\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _skip_line(self) -> None:
        end = self._text.find(b"\n", self._at)
        self._at = len(self._text) if end < 0 else end
