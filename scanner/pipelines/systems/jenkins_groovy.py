"""Groovy as far as definitions of Jenkins need it: strings of all sorts, comments, brackets, statements.

No grammar: whatever is in brackets is a group, what stands between line ends in braces is a statement. A string that nobody ends goes to the
end of its line or of the text. Every character is looked at a bounded number of times.
Source: Apache Groovy's documentation, "Syntax".
"""

from __future__ import annotations

import re
from bisect import bisect_right

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass, field

LARGEST = 1 << 20
"""Bytes of a definition that is read by meaning."""
_MOST = 200_000
"""Words, strings and signs of a file."""
_DEEPEST = 100
_BACKSLASHES = 32

_SPACE = re.compile(r"(?:[ \t\r\f]|\\\r?\n){1,4096}+")
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,255}+(?:\??\.[A-Za-z_$][A-Za-z0-9_$]{0,255}+){0,15}+")
_NUMBER = re.compile(r"[0-9][A-Za-z0-9_.]{0,64}+")
_SINGLE = re.compile(r"'(?:[^'\\\n]|\\.){0,65535}+'?")
_DOUBLE = re.compile(r'"(?:[^"\\\n$]|\\.|\$\{[^{}\n]{0,500}+(?:\{[^{}\n]{0,200}+\}[^{}\n]{0,200}+){0,5}+\}|\$){0,65535}+"?')
_SLASHY = re.compile(r"/(?![/*])(?:[^/\\\n]|\\.){1,4096}+/")
_OPEN = {"{": "}", "(": ")", "[": "]"}
_GOES_ON = frozenset(",:=+?&|<>.~")
"""Signs after which a statement goes on in the next line."""
_BEFORE_SLASHY = frozenset("(,=~[{:;!&|?+\n")
_JOINING = frozenset({"else", "catch", "finally"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word (with its dots), a string without its quotes, a number or a sign."""

    kind: str
    """`word`, `string`, `number`, `sign`."""
    text: str = field(repr=False)
    """As written, without quotes."""
    at: int
    """Offset of its first character, behind the quotes."""
    is_open: bool = False
    """Whether it is a string in which Groovy puts values."""


@dataclass(frozen=True, slots=True)
class Group:
    """What is in brackets."""

    kind: str
    """The opening bracket."""
    at: int
    statements: tuple[tuple[Node, ...], ...]
    """Those of a block; of other brackets all is one."""
    end: int

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All in it, as one statement."""
        return tuple(node for statement in self.statements for node in statement)


Node = Token | Group
Statement = tuple[Node, ...]


@dataclass(slots=True)
class _Frame:
    kind: str
    at: int
    statements: list[Statement] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    ended: bool = False
    """Whether a line end was met after the last node."""

    def end_statement(self) -> None:
        if self.nodes:
            self.statements.append(tuple(self.nodes))
            self.nodes.clear()
        self.ended = False


class Source:
    """A text that knows its lines."""

    def __init__(self, data: bytes) -> None:
        if len(data) > LARGEST:
            raise UnreadableError(Reason.TOO_LARGE, f"a definition of more than {LARGEST} bytes")
        self.text = data.decode("utf-8", "replace").removeprefix("\ufeff")
        self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a character, from 1."""
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def parsed(self) -> Group:
        """All of it as a block. Raises `UnreadableError` (`too-deep`, `too-large`)."""
        return _Parser(self.text).parsed()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._frames = [_Frame("{", 0)]
        self._open = dict.fromkeys(_OPEN.values(), 0)
        """How many brackets of each sort are open, by what closes them."""
        self._count = 0
        self._last = "\n"
        """The sign that was read last, or `a` for anything else."""

    def parsed(self) -> Group:
        at = 0
        while at < len(self._text):
            at = self._next(at)
        while len(self._frames) > 1:
            self._close(len(self._text))
        return self._made(self._frames[0], len(self._text))

    def _next(self, at: int) -> int:
        """Takes what stands at a place; where the next thing stands."""
        letter = self._text[at]
        if letter in " \t\r\f\\":
            space = _SPACE.match(self._text, at)
            return space.end() if space is not None else at + 1
        if letter == "\n":
            self._frames[-1].ended = True
            self._last = "\n"
            return at + 1
        if letter in "/#":
            end = self._comment(at)
            if end is not None:
                return end
        string = self._string(at, letter)
        if string is not None:
            self._add(string[0])
            return string[1]
        for kind, pattern in (("word", _WORD), ("number", _NUMBER)):
            match = pattern.match(self._text, at)
            if match is not None:
                self._add(Token(kind, match[0], at))
                return match.end()
        self._sign(letter, at)
        return at + 1

    def _comment(self, at: int) -> int | None:
        """Where a comment ends."""
        if self._text.startswith("//", at) or (at == 0 and self._text.startswith("#!")):
            end = self._text.find("\n", at)
            return len(self._text) if end < 0 else end
        if self._text.startswith("/*", at):
            end = self._text.find("*/", at + 2)
            return len(self._text) if end < 0 else end + 2
        return None

    def _string(self, at: int, letter: str) -> tuple[Token, int] | None:
        """A string, and where the next thing stands."""
        for quotes, is_open in (("'''", False), ('"""', True)):
            if self._text.startswith(quotes, at):
                end = self._end_of(quotes, at + 3)
                return Token("string", self._text[at + 3 : end], at + 3, is_open), end + 3
        if self._text.startswith("$/", at):
            end = self._text.find("/$", at + 2)
            end = len(self._text) if end < 0 else end
            return Token("string", self._text[at + 2 : end], at + 2, is_open=True), end + 2
        pattern = {"'": _SINGLE, '"': _DOUBLE}.get(letter)
        if letter == "/" and self._last in _BEFORE_SLASHY:
            pattern = _SLASHY
        match = None if pattern is None else pattern.match(self._text, at)
        if match is None:
            return None
        body = match[0][1:-1] if len(match[0]) > 1 and match[0].endswith(letter) else match[0][1:]
        return Token("string", body, at + 1, is_open=letter != "'"), match.end()

    def _end_of(self, quotes: str, start: int) -> int:
        """Where a string of several lines ends; the end of the text where nothing ends it."""
        at = self._text.find(quotes, start)
        while at >= 0:
            before = self._text[max(start, at - _BACKSLASHES) : at]
            if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
                return at
            at = self._text.find(quotes, at + 1)
        return len(self._text)

    def _sign(self, letter: str, at: int) -> None:
        if letter in _OPEN:
            self._begin(is_block=letter == "{")
            self._counted()
            if len(self._frames) > _DEEPEST:
                raise UnreadableError(Reason.TOO_DEEP, f"more than {_DEEPEST} brackets in each other")
            self._frames.append(_Frame(letter, at))
            self._open[_OPEN[letter]] += 1
            self._last = letter
        elif letter in "})]":
            if self._open[letter]:
                while _OPEN[self._frames[-1].kind] != letter:
                    self._close(at)
                self._close(at + 1)
            self._last = "a"
        elif letter == ";" and self._frames[-1].kind == "{":
            self._frames[-1].end_statement()
            self._last = letter
        else:
            self._add(Token("sign", letter, at))
            self._last = letter

    def _close(self, end: int) -> None:
        group = self._made(self._frames.pop(), end)
        self._open[_OPEN[group.kind]] -= 1
        self._frames[-1].nodes.append(group)

    def _made(self, frame: _Frame, end: int) -> Group:
        frame.end_statement()
        return Group(frame.kind, frame.at, tuple(frame.statements), end)

    def _add(self, token: Token) -> None:
        self._counted()
        joins = token.text in _JOINING or (token.kind == "sign" and token.text in _GOES_ON)
        if joins:
            self._frames[-1].ended = False
        self._begin(is_block=False)
        self._frames[-1].nodes.append(token)
        self._last = "a"

    def _counted(self) -> None:
        self._count += 1
        if self._count > _MOST:
            raise UnreadableError(Reason.TOO_LARGE, f"more than {_MOST} words, signs and brackets")

    def _begin(self, is_block: bool) -> None:
        """Ends the statement before where a line end did so: not behind a sign that goes on, not between a call and its block."""
        frame = self._frames[-1]
        if not frame.ended or frame.kind != "{" or not frame.nodes:
            frame.ended = False
            return
        before = frame.nodes[-1]
        goes_on = isinstance(before, Token) and before.kind == "sign" and before.text in _GOES_ON
        takes_block = is_block and (isinstance(before, Token) or before.kind == "(")
        if goes_on or takes_block:
            frame.ended = False
        else:
            frame.end_statement()
