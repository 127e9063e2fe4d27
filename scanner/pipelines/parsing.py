"""Texts that tree-sitter parses: no more of one than it makes something of."""

from __future__ import annotations

from tree_sitter import Parser, Tree

_TRIED = 2_048
"""Bytes that are always parsed."""
_MOST_ERRORS = 48
"""Nodes of errors in a text that is read on; scripts with templates in them have a few."""


def tried(parser: Parser, text: bytes) -> tuple[Tree, int]:
    """The tree of a text, and up to which byte it was parsed; where the text is not of the parser's language, there are nodes of errors in it.

    What is another language altogether takes a parser time and memory by the square of its length. So a text is tried from its beginning, a
    piece four times as long each time, and one that is full of errors is read no further.
    """
    tree = parser.parse(text[:_TRIED])
    length = _TRIED
    while length < len(text) and _errors(tree) <= _MOST_ERRORS:
        length *= 4
        tree = parser.parse(text[:length])
    return tree, min(length, len(text))


def _errors(tree: Tree) -> int:
    """How many nodes are no part of the language, counted up to one more than are borne."""
    cursor = tree.walk()
    count = 0
    while count <= _MOST_ERRORS:
        node = cursor.node
        count += node is not None and node.is_error
        if node is not None and node.has_error and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return count
    return count
