"""HCL's attributes, as files of Terraform's variables have them: names and values, and no blocks.

Source: the specification of HCL's native syntax. Strings with their escapes, heredocs with and without indentation, numbers, `true`, `false`,
`null`, lists, objects and comments are read; nothing is expanded, so that `${…}` and `%{…}` stay as they are written. Anything else (a
function, a reference, a block) ends the reading with a mistake: it belongs into no such file. Every byte is looked at a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.contract import Secret
from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass
from scanner.sources.ci_exports.replacing import replaced

MOST_DEEP = 32
"""Lists, objects and templates in one another."""
MOST_LINES = 1_000_000
"""Of a heredoc whose indentation is taken away."""
LONGEST_PATH = 512
"""Characters of what leads to a value that are kept: more than are ever shown, and few enough for a hundred thousand values below one name."""

_SPACES = re.compile(rb"(?: [ \t\r\n]++ | (?P<comment> \#[^\n]*+ | //[^\n]*+ | /\*(?:[^*]|\*(?!/))*+\*/ ) )", re.VERBOSE)
_SPACES_OF_LINE = re.compile(rb"(?: [ \t]++ | \r(?=\n) | (?P<comment> \#[^\n]*+ | //[^\n]*+ | /\*(?:[^*]|\*(?!/))*+\*/ ) )", re.VERBOSE)
_NAME = re.compile(rb"[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff-]{0,255}+")
_NUMBER = re.compile(rb"-?[0-9]{1,4096}+(?:\.[0-9]{1,4096}+)?(?:[eE][+-]?[0-9]{1,9}+)?(?![A-Za-z0-9_.])")
_HEREDOC = re.compile(rb"<<(?P<indented>-?)(?P<mark>[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff-]{0,255}+)[ \t]{0,256}+\r?\n")
_PLAIN = re.compile(rb"""[^"\\$%\n{}]++""")
_ESCAPE = re.compile(
    rb"""\\ (?: (?P<letter> [nrt"\\] ) | u (?P<short> [0-9A-Fa-f]{4} ) | U (?P<long> [0-9A-Fa-f]{8} ) ) | (?P<sign> [$%] ) (?P=sign) \{ """,
    re.VERBOSE,
)
_DOUBLED = re.compile(rb"(?P<sign>[$%])(?P=sign)\{")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b'"': b'"', b"\\": b"\\"}
_WORDS = {b"true": b"true", b"false": b"false", b"null": None}
_LAST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is neither list nor object."""

    path: str
    """The attribute's name, and what leads to the value in it: `.key` and `[0]`."""
    value: Secret | None
    """None for null."""
    line: int
    offset: int | None
    """Where the text has exactly the value's bytes."""


class _Mistake(Exception):  # noqa: N818 - it ends the reading, and says where and what was expected
    """The text is none of HCL's attributes."""

    def __init__(self, at: int, expected: str) -> None:
        super().__init__(expected)
        self.at = at
        self.expected = expected


def leaves(text: bytes, first_line: int = 1) -> Iterator[Leaf | None]:
    """The values in `text` in their order, and None for each comment; lines count from `first_line`.

    Raises `UnreadableError` at the first mistake.
    """
    reading = _Reading(text, first_line)
    try:
        yield from reading.attributes()
    except _Mistake as mistake:
        line = first_line + text.count(b"\n", 0, mistake.at)
        column = mistake.at - text.rfind(b"\n", 0, mistake.at)
        raise UnreadableError(Reason.MALFORMED, f"line {line}, column {column}: expected {mistake.expected}") from None


class _Reading:
    """The place in the text."""

    def __init__(self, text: bytes, first_line: int) -> None:
        self._text = text
        self._at = 0
        self._counted = 0
        self._line = first_line

    def attributes(self) -> Iterator[Leaf | None]:
        """Names, `=` and values to the end of the text, each pair on a line of its own."""
        yield from self._skip(_SPACES)
        while self._at < len(self._text):
            name = self._key("a name, = and a value")
            yield from self._skip(_SPACES_OF_LINE)
            self._take(b"=", "=")
            yield from self._skip(_SPACES_OF_LINE)
            yield from self._value(name, 0)
            yield from self._skip(_SPACES_OF_LINE)
            if self._at < len(self._text) and self._text[self._at - 1 : self._at] != b"\n":
                self._take(b"\n", "the end of the line")
            yield from self._skip(_SPACES)

    def _value(self, path: str, depth: int) -> Iterator[Leaf | None]:
        mark = self._text[self._at : self._at + 1]
        if mark in {b"[", b"{"}:
            if depth >= MOST_DEEP:
                raise _Mistake(self._at, f"at most {MOST_DEEP} lists and objects in one another")
            self._at += 1
            yield from self._list(path, depth) if mark == b"[" else self._object(path, depth)
        elif mark == b'"':
            yield self._string(path)
        elif self._text.startswith(b"<<", self._at):
            yield self._heredoc(path)
        else:
            yield self._word(path)

    def _list(self, path: str, depth: int) -> Iterator[Leaf | None]:
        yield from self._skip(_SPACES)
        number = 0
        while not self._took(b"]"):
            yield from self._value(f"{path}[{number}]"[:LONGEST_PATH], depth + 1)
            number += 1
            yield from self._skip(_SPACES)
            if not self._took(b","):
                self._take(b"]", "a comma or ]")
                return
            yield from self._skip(_SPACES)

    def _object(self, path: str, depth: int) -> Iterator[Leaf | None]:
        yield from self._skip(_SPACES)
        while not self._took(b"}"):
            name = self._key("a name or }")
            yield from self._skip(_SPACES_OF_LINE)
            if not self._took(b":"):
                self._take(b"=", "= or a colon")
            yield from self._skip(_SPACES_OF_LINE)
            yield from self._value(f"{path}.{name}"[:LONGEST_PATH], depth + 1)
            ended = self._text[self._at - 1 : self._at] == b"\n"
            yield from self._skip(_SPACES_OF_LINE)
            if self._at < len(self._text) and not ended and self._text[self._at : self._at + 1] not in {b"\n", b",", b"}"}:
                raise _Mistake(self._at, "a comma, the end of the line or }")
            self._took(b",")
            yield from self._skip(_SPACES)

    def _key(self, expected: str) -> str:
        """A name as it is, in quotes, or a number, which objects may have."""
        if self._text.startswith(b'"', self._at):
            found = self._string("").value
            return "" if found is None else found.reveal().decode("utf-8", "surrogateescape")[:LONGEST_PATH]
        name = _NAME.match(self._text, self._at) or _NUMBER.match(self._text, self._at)
        if name is None:
            raise _Mistake(self._at, expected)
        self._at = name.end()
        return name[0].decode("utf-8", "surrogateescape")

    def _word(self, path: str) -> Leaf:
        """A number, `true`, `false` or `null`."""
        line, at = self._line_here(), self._at
        name = _NAME.match(self._text, at)
        number = None if name else _NUMBER.match(self._text, at)
        found = name or number
        if found is None or (name and name[0] not in _WORDS) or self._text[found.end() : found.end() + 1] in {b"(", b"[", b"."}:
            raise _Mistake(at, "a value: a string, a number, a list or an object")
        self._at = found.end()
        value = _WORDS[found[0]] if name else found[0]
        return Leaf(path, None if value is None else Secret(value), line, None if value is None else at)

    def _string(self, path: str) -> Leaf:
        """A string in quotes on one line; what stands in a template may have strings of its own."""
        line, begin = self._line_here(), self._at
        end = self._end_of_string(begin)
        raw = self._text[begin + 1 : end]
        self._at = end + 1
        value = replaced(_ESCAPE, _unescaped, raw) if b"\\" in raw or b"{" in raw else raw
        return Leaf(path, Secret(value), line, begin + 1 if value == raw else None)

    def _end_of_string(self, begin: int) -> int:
        """Where the quote is that closes the string whose quote is at `begin`."""
        open_marks = [b'"']
        at = begin + 1
        while at < len(self._text):
            plain = _PLAIN.match(self._text, at)
            at = plain.end() if plain else at
            mark, two = self._text[at : at + 1], self._text[at : at + 2]
            in_string = open_marks[-1] == b'"'
            if mark in {b"", b"\n"}:
                break
            if in_string and (mark == b"\\" or (two in {b"$$", b"%%"} and self._text[at + 2 : at + 3] == b"{")):
                at += 2 if mark == b"\\" else 3
                continue
            if in_string and mark == b'"':
                open_marks.pop()
                if not open_marks:
                    return at
            elif two in {b"${", b"%{"} or (not in_string and mark in {b"{", b'"'}):
                open_marks.append(b"{" if mark != b'"' else b'"')
                if len(open_marks) > MOST_DEEP:
                    raise _Mistake(at, f"at most {MOST_DEEP} templates in one another")
                at += len(two) - 1 if mark in {b"$", b"%"} else 0
            elif not in_string and mark == b"}":
                open_marks.pop()
            at += 1
        raise _Mistake(begin, "the closing quote of the string that begins here")

    def _heredoc(self, path: str) -> Leaf:
        opening = _HEREDOC.match(self._text, self._at)
        if opening is None:
            raise _Mistake(self._at, "<< or <<-, a name and the end of the line")
        begin = opening.end()
        closing = re.compile(rb"^[ \t]*+" + re.escape(opening["mark"]) + rb"[ \t]*+\r?(?:\n|\Z)", re.MULTILINE).search(self._text, begin)
        if closing is None:
            raise _Mistake(self._at, "the name that ends the text that begins here")
        self._at = begin
        line = self._line_here()
        raw = self._text[begin : closing.start()]
        if opening["indented"] and raw.count(b"\n") > MOST_LINES:
            raise _Mistake(begin, f"at most {MOST_LINES} lines")
        value = _without_indent(raw) if opening["indented"] else raw
        value = replaced(_DOUBLED, lambda found: found["sign"] + b"{", value)
        self._at = closing.end()
        return Leaf(path, Secret(value), line, begin if value == raw else None)

    def _skip(self, spaces: re.Pattern[bytes]) -> Iterator[None]:
        """Goes on behind blanks, saying what is a comment."""
        while (found := spaces.match(self._text, self._at)) is not None:
            self._at = found.end()
            if found["comment"]:
                yield None

    def _took(self, mark: bytes) -> bool:
        if not self._text.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True

    def _take(self, mark: bytes, expected: str) -> None:
        if not self._took(mark):
            raise _Mistake(self._at, expected)

    def _line_here(self) -> int:
        self._line += self._text.count(b"\n", self._counted, self._at)
        self._counted = self._at
        return self._line


def _without_indent(raw: bytes) -> bytes:
    """The lines without the blanks that all of them begin with; lines of nothing but blanks do not count."""
    lines = raw.split(b"\n")
    least = min((_indent(line) for line in lines if line.strip()), default=0)
    return b"\n".join(line[min(least, _indent(line)) :] for line in lines)


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found["sign"]:
        return found["sign"] + b"{"
    if (letter := found["letter"]) is not None:
        return _LETTERS[letter]
    number = int(found["short"] or found["long"], 16)
    return chr(number).encode("utf-8", "surrogatepass") if number <= _LAST_CODE_POINT else found[0]
