"""Where a text of a shell is damaged, and which of its lines are to be read anew because of that.

The parser goes on after most mistakes by itself. A quote that is never closed takes everything behind it along: then the lines behind the one
in which the damage begins are read as a text of their own, as they would be had it been mended. What a here document without an end takes
along stays its own, as the shell has it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from tree_sitter import Node, Tree

from scanner.pipelines.shell.source import Source

_COMMANDS = frozenset({"command", "declaration_command", "variable_assignment"})
_QUOTES = frozenset({'"', "'", "`", "$'", '$"'})
_TORN = frozenset({"string_content", *_QUOTES})
_DEEP = 64


def lost(tree: Tree, source: Source, read: int, rows: Sequence[int]) -> Iterator[range]:
    """Bytes of the lines of which nothing was understood; `rows` are those in which commands were found, `read` ends what was parsed."""
    known = sorted(rows)
    done = 0
    for begin, end in _damages(tree):
        start = source.line_after(begin)
        if start < done or start >= end:
            continue
        first, last = source.place(start)[0], source.place(end)[0]
        if bisect_right(known, last) == bisect_left(known, first):
            done = end if end < read else len(source.raw)
            yield range(start, done)
    start = source.line_after(read - 1)
    if done < read < len(source.raw) and start < len(source.raw):
        yield range(start, len(source.raw))


def _damages(tree: Tree) -> Iterator[tuple[int, int]]:
    """Where damage begins, and where the parser has found its way again."""
    cursor = tree.walk()
    while True:
        node = cursor.node
        if node is not None and node.is_missing and node.type in _QUOTES:
            yield _command(node).start_byte, node.end_byte
        elif node is not None and node.is_error and (torn := _torn(node)) is not None:
            yield torn, node.end_byte
        if node is not None and (node.has_error or node.is_error) and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _torn(error: Node) -> int | None:
    """Where the quote is that an error begins with: by its tokens, or where nothing at all was made of it."""
    for child in error.children:
        if child.type in _TORN:
            return child.start_byte
    return error.start_byte if not error.named_child_count else None


def _command(node: Node) -> Node:
    """The outermost command around a quote, within a few levels: earlier quotes of it may have been paired wrongly."""
    found = node
    here: Node | None = node
    for _ in range(_DEEP):
        if here is None:
            break
        if here.type in _COMMANDS:
            found = here
            break
        here = here.parent
    return found
