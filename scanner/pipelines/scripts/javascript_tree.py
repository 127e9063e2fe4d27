"""The syntax tree of a program of JavaScript or TypeScript, which is read and never run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.parsing import tried

_LARGEST = 1 << 18
"""Bytes of a program that somebody has written as a script."""
_MOST_ANGLES = 2_000
"""Each `<` may begin types, and the parser of TypeScript takes the square of those that it cannot decide."""
_WRAPPING = frozenset({"await_expression", "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"})
_DEEP = 16


@cache
def _parser(ending: str) -> Parser:
    """The parser for files with an ending, made once for each process."""
    if ending == "tsx":
        return Parser(Language(tree_sitter_typescript.language_tsx()))
    return Parser(Language(tree_sitter_typescript.language_typescript() if "t" in ending else tree_sitter_javascript.language()))


def tree_of(file: str, data: bytes) -> tuple[Node, bool]:
    """The tree, and whether it is that of the whole program. Raises `UnreadableError`."""
    ending = file.rpartition(".")[2]
    if len(data) > _LARGEST or ("t" in ending and data.count(b"<") > _MOST_ANGLES):
        raise UnreadableError(Reason.TOO_LARGE, f"more than {_LARGEST} bytes, or {_MOST_ANGLES} angle brackets")
    tree, end = tried(_parser(ending), data)
    return tree.root_node, end >= len(data)


def text_of(node: Node | None) -> str:
    """What stands there, as it is written; empty where there is nothing."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def bare(node: Node | None) -> Node | None:
    """What is waited for, cast or put in parentheses."""
    for _ in range(_DEEP):
        if node is None or node.type not in _WRAPPING or not node.named_children:
            break
        node = node.named_children[0]
    return node


def field(node: Node, *names: str) -> Node | None:
    """What stands in the field of a field of a node."""
    found: Node | None = node
    for name in names:
        found = None if found is None else found.child_by_field_name(name)
    return found


def arguments(call: Node) -> list[Node]:
    """What a call is given, in order; a template that it is put before counts as one."""
    found = call.child_by_field_name("arguments")
    if found is None or found.type == "template_string":
        return [] if found is None else [found]
    return [one for one in found.named_children if one.type != "comment"]


def pairs(node: Node) -> Iterator[tuple[str, Node]]:
    """The members of an object that are written out."""
    for one in node.named_children:
        key, value = one.child_by_field_name("key"), one.child_by_field_name("value")
        if one.type in {"pair", "pair_pattern"} and key is not None and value is not None:
            yield text_of(key).strip("'\""), value
        elif one.type in {"shorthand_property_identifier", "shorthand_property_identifier_pattern"}:
            yield text_of(one), one
