r"""Erlang's terms as an outline: pairs `{Key, Value}` and maps `#{Key => Value}`, as hex, rebar and releases keep them (file:consult/1).

Source: the Erlang reference manual on data types. A pair that begins with an atom, a string or a binary of text is a member of what it stands in.
"""

from __future__ import annotations

import re

from scanner.sources.fields.named import text_of
from scanner.sources.fields.outline import LARGEST, Outline

_NAME = (
    rb"""(?:<<\s{0,16}"((?:[^"\\]|\\.){0,1024})"[^>]{0,16}>>|"((?:[^"\\]|\\.){0,1024})"|'((?:[^'\\]|\\.){0,1024})'|([a-z][\w@]{0,255}))"""
)
_TOKEN = re.compile(
    rb"""%[^\n]*|"(?P<text>(?:[^"\\]|\\.)*)"?|'(?P<atom>(?:[^'\\]|\\.)*)'?|(?P<word>[\w@]{1,1024})|(?P<open>\#\{|[\[{])|(?P<close>[\]}])|(?P<next>[,.])""",
    re.DOTALL,
)
_PAIR = re.compile(rb"\s{0,256}" + _NAME + rb"\s{0,256},", re.DOTALL)


def read_erlang(text: bytes, outline: Outline) -> None:
    """Tells `outline` the texts and atoms of all terms in `text`. Never raises; what makes no sense is passed over."""
    if len(text) <= LARGEST:
        outline.open(mapping=True)
        _Reading(text, outline).read()


class _Reading:
    """The state of one text."""

    def __init__(self, text: bytes, outline: Outline) -> None:
        self._text = text
        self._outline = outline
        self._keys: list[str | None] = [None]
        """For each mapping that is open, the key whose value comes, or goes on: a long text is written in pieces, one after the other."""
        self._members: list[bool] = []
        """For each bracket that is open, whether it is a pair that is a member of what it stands in, and so no mapping of its own."""

    def read(self) -> None:
        at = 0
        while not self._outline.full and (token := _TOKEN.search(self._text, at)) is not None:
            at = token.end()
            kind = token.lastgroup
            if kind == "open":
                at = self._open(token[0] == b"{", at)
            elif kind == "close" and self._members:
                self._close()
            elif kind == "next":
                self._outline.comma()
                self._keys[-1] = None
            elif kind in {"text", "atom", "word"}:
                self._scalar(token, text_of(token[kind][:1024]))

    def _scalar(self, token: re.Match[bytes], text: str) -> None:
        self._outline.scalar(token.start(), token.end(), text)
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = text
        else:
            self._outline.name(key)

    def _open(self, tuple_: bool, at: int) -> int:
        """A bracket opens; returns where reading goes on."""
        pair = _PAIR.match(self._text, at) if tuple_ else None
        member = pair is not None and self._keys[-1] is None
        self._members.append(member)
        if not member:
            self._outline.open(mapping=True)
            self._keys.append(None)
        if pair is None:
            return at
        key = text_of(next(filter(None, pair.groups()), b""))
        self._keys[-1] = key
        self._outline.name(key)
        return pair.end()

    def _close(self) -> None:
        if self._members.pop():
            self._outline.comma()
        else:
            self._outline.close()
            self._keys.pop()
        self._keys[-1] = None
