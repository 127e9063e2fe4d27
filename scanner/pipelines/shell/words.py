"""Words of a POSIX shell out of the parser's tree: quotes gone, expansions as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from scanner.pipelines.shell.source import Source

LONGEST_WORD = 16_384
"""Bytes of a word that are kept."""

_BARE = re.compile(r"\\(\n|.)", re.DOTALL)
_QUOTED = re.compile(r"\\([\n$`\"\\])")
_ANSI = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_PARTED = frozenset({"concatenation", "command_name", "string", "translated_string"})


def word(node: Node, source: Source) -> str:
    """The word that a node is, cut after `LONGEST_WORD` bytes."""
    return "".join(_parts(node, source))


def torn(nodes: Sequence[Node], source: Source) -> list[int]:
    """Where among words one is torn, the last first: the parser reads `$A:$B-x` as `$A:$` and `B-x`, with nothing between them."""
    places = (place for place in range(len(nodes) - 1, 0, -1) if nodes[place - 1].end_byte == nodes[place].start_byte)
    return [place for place in places if source.text(nodes[place].start_byte - 1, nodes[place].start_byte) == "$"]


def _parts(node: Node, source: Source) -> Iterator[str]:
    waiting: list[Node | tuple[int, int, bool]] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            yield _plain(source, *part)
        elif part.type in _PARTED:
            waiting += reversed(_cut(part))
        elif part.type in {"word", "number", "extglob_pattern", "regex", "test_operator", "string_content"}:
            yield _plain(source, part.start_byte, part.end_byte, part.type == "string_content")
        elif part.type == "raw_string":
            yield source.text(part.start_byte + 1, min(part.end_byte - 1, part.start_byte + LONGEST_WORD))
        elif part.type == "ansi_c_string":
            yield _ANSI.sub(_letter, source.text(part.start_byte + 2, min(part.end_byte - 1, part.start_byte + LONGEST_WORD)))
        else:
            yield source.text(part.start_byte, min(part.end_byte, part.start_byte + LONGEST_WORD))


def _cut(node: Node) -> list[Node | tuple[int, int, bool]]:
    """The named parts of a word, and what stands between them; quotes are no part of it."""
    is_quoted = node.type in {"string", "translated_string"}
    start, end = node.start_byte, node.end_byte
    if node.type == "string":
        start += 1
        end -= 1 if node.children and node.children[-1].type == '"' and not node.children[-1].is_missing else 0
    elif node.type == "translated_string":
        start += 1
    found: list[Node | tuple[int, int, bool]] = []
    limit = start + LONGEST_WORD
    for child in node.named_children:
        if child.start_byte > limit:
            return found
        if child.start_byte > start:
            found.append((start, child.start_byte, is_quoted))
        found.append(child)
        start = max(start, child.end_byte)
    if start < end:
        found.append((start, min(end, limit), is_quoted))
    return found


def _plain(source: Source, start: int, end: int, is_quoted: bool) -> str:
    rule = _QUOTED if is_quoted else _BARE
    pieces = source.pieces(start, min(end, start + LONGEST_WORD))
    return "".join(text if is_expression else rule.sub(_unescaped, text) for text, is_expression in pieces)


def _unescaped(found: re.Match[str]) -> str:
    return "" if found[1] == "\n" else found[1]


def _letter(found: re.Match[str]) -> str:
    if found[1] is not None:
        return chr(int(found[1], 16))
    if found[2] is not None:
        return chr(int(found[2], 8))
    return _ANSI_LETTERS.get(found[3], found[3])
