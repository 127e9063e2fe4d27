r"""HashiCorp's language as an outline: attributes are keys, and so are the type and the labels of a block.

Source: the specification of HCL's native syntax. Expressions are not understood: a text anywhere in the expression of an attribute is named by
the attribute. A document in `<<NAME` ends at a line with that name.
"""

from __future__ import annotations

import re

from scanner.sources.fields.named import text_of
from scanner.sources.fields.outline import LARGEST, Outline

_TOKEN = re.compile(
    rb"""(?:\#|//)[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?|"(?P<text>(?:[^"\\\n]|\\.)*)"?|<<[-~]?(?P<here>[A-Za-z_][\w-]{0,63})[ \t]{0,16}\r?\n"""
    rb"""|(?P<word>[A-Za-z_][\w.-]{0,255})|(?P<open>[\[{(])|(?P<close>[\]})])|(?P<set>[=:])(?![=>])|(?P<next>[,\n])""",
)
_MOST_LABELS = 8


def read_hcl(text: bytes, outline: Outline) -> None:
    """Tells `outline` the texts of all attributes in `text`. Never raises; what makes no sense is passed over."""
    if len(text) <= LARGEST:
        outline.open(mapping=True)
        _Reading(text, outline).read()


class _Reading:
    """The state of one text."""

    def __init__(self, text: bytes, outline: Outline) -> None:
        self._text = text
        self._outline = outline
        self._words: list[str] = []
        """What stands since the last break: a key, or the type and the labels of a block."""
        self._key = ""
        self._valued = False
        """Whether what comes is the value of the attribute of this key: all texts in its expression."""
        self._levels: list[tuple[bytes, int]] = []
        """Brackets that are open, with the mappings that each of them began."""

    def read(self) -> None:
        at = 0
        while not self._outline.full and (token := _TOKEN.search(self._text, at)) is not None:
            at = self._heredoc(token) if token["here"] else token.end()
            match token.lastgroup:
                case "open":
                    self._open(token[0])
                case "close":
                    self._close()
                case "set" if not self._valued and self._words:
                    self._key, self._valued = self._words[-1], True
                    self._outline.name(self._key)
                case "next":
                    self._break(token[0])
                case "text" | "word":
                    self._said(token)

    def _said(self, token: re.Match[bytes]) -> None:
        """A word or a text: what an attribute is, or what something is called."""
        text = token["text"]
        said = text_of((token["word"] if text is None else text)[:1024])
        listed = bool(self._levels) and self._levels[-1][0] != b"{"
        if text is not None and (self._valued or listed):
            self._outline.scalar(token.start(), token.end(), said)
            self._outline.name(self._key)
        elif not self._valued and len(self._words) <= _MOST_LABELS:
            self._words.append(said)

    def _open(self, bracket: bytes) -> None:
        names = [] if self._valued or bracket != b"{" else self._words
        mappings = 0
        if bracket != b"(":
            for name in names:
                self._outline.name(name)
                self._outline.open(mapping=True)
                mappings += 1
            if not names:
                self._outline.open(mapping=bracket == b"{")
                mappings = 1
        self._levels.append((bracket, mappings))
        self._words, self._valued = [], bracket == b"(" and self._valued

    def _close(self) -> None:
        if not self._levels:
            return
        bracket, mappings = self._levels.pop()
        for _ in range(mappings):
            self._outline.close()
        if bracket != b"(":
            self._words, self._valued = [], False

    def _break(self, sign: bytes) -> None:
        """A comma or the end of a line: an attribute ends, but in parentheses, and in lists it goes on over lines."""
        bracket = self._levels[-1][0] if self._levels else b"{"
        if bracket == b"{" or (bracket == b"[" and sign == b","):
            self._outline.comma()
            self._words, self._valued = [], False

    def _heredoc(self, token: re.Match[bytes]) -> int:
        """A document as the value of an attribute; returns where its last line begins."""
        last = re.compile(rb"^[ \t]{0,256}" + re.escape(token["here"]) + rb"[ \t]{0,16}\r?$", re.MULTILINE).search(self._text, token.end())
        end = len(self._text) if last is None else last.start()
        if self._valued:
            self._outline.scalar(token.end(), end, "")
        return end if last is None else last.end()
