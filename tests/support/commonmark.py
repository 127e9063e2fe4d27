"""What a parser of CommonMark with GitHub's tables makes of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("gfm-like", {"linkify": False})
_MADE_LATER = re.compile(r"@\w|\bwww\.|\w:/|\w@|(?<!\w)[#!]\w|:\w+:", re.IGNORECASE)
"""What forges make links, mentions or pictures of after the Markdown is read, wherever it stands in text that is no code."""
_PLAIN = frozenset({"text", "code_inline", "softbreak", "strong_open", "strong_close"})


def blocks(page: str) -> list[Token]:
    return _PARSER.parse(page)


def markup(page: str) -> list[str]:
    """Everything in the text of a page that is more than words, code and our own bold ones."""
    inner = [token for block in blocks(page) for token in block.children or ()]
    raw = [
        block.type
        for block in blocks(page)
        if block.type.startswith("html") or block.type in {"fence", "code_block", "hr", "blockquote_open"}
    ]
    strange = [token.type for token in inner if token.type not in _PLAIN]
    return [*raw, *strange, *(token.content for token in inner if token.type == "text" and _MADE_LATER.search(token.content))]


def rows(page: str) -> list[list[str]]:
    """The cells of every row of the tables of a page, head first, as they are shown."""
    made: list[list[str]] = []
    cell = False
    for token in blocks(page):
        if token.type == "tr_open":
            made.append([])
        cell = token.type in {"td_open", "th_open"} or (cell and token.type == "inline")
        if token.type == "inline" and cell:
            made[-1].append("".join(child.content for child in token.children or ()))
    return made


def headings(page: str) -> Iterator[str]:
    """The headings of a page, as they are shown."""
    after = False
    for token in blocks(page):
        if token.type == "inline" and after:
            yield "".join(child.content for child in token.children or ())
        after = token.type == "heading_open"
