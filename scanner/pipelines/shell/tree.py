"""The parser of POSIX shells, and what is asked of its trees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser, Tree

from scanner.pipelines.parsing import tried
from scanner.pipelines.shell.source import Source
from scanner.pipelines.shell.words import word
from scanner.records import dataclass

JOINS = frozenset({"&&", "||", "|", "|&"})
_COMPOSED = frozenset({"list", "pipeline"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,255}")
_DEEP = 64
_JOINT = re.compile(rb"\|\|?|[;&]|\n(?![ \t\n])")
_LONGEST_CHAIN = 64
"""Pipes in one pipeline: the parser takes time and memory by the square of their number where it has no end."""
_FORGIVING = frozenset({"true", ":", "echo", "printf"})
_ENDING = frozenset({"exit", "return"})
_REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_HERE_STRINGS = re.compile(rb"(?:<<<[^\n<]{0,1024}+){8,64}")
"""More texts fed into commands on one line than in any script; each doubles what the parser has to consider."""


@cache
def _parser() -> Parser:
    """The parser, made once for each process like a compiled pattern: its grammar never changes, and to load it takes long."""
    return Parser(Language(tree_sitter_bash.language()))


def parse(source: Source) -> tuple[Tree, int]:
    """The tree of a text, and up to which byte it was parsed; where it is no shell, there are nodes of errors in it."""
    return tried(_parser(), _HERE_STRINGS.sub(_blank, _without_chains(source.masked)))


def _without_chains(text: bytes) -> bytes:
    """The text with longer pipelines cut into several."""
    chain = 0
    cuts: list[int] = []
    for found in _JOINT.finditer(text):
        chain = (
            chain + 1 if found[0] == b"|" else chain if found[0] == b"\n" and text[max(0, found.start() - 1) : found.start()] == b"|" else 0
        )
        if chain > _LONGEST_CHAIN:
            cuts.append(found.start())
            chain = 0
    cut = bytearray(text)
    for at in cuts:
        cut[at] = ord(";")
    return bytes(cut)


def _blank(found: re.Match[bytes]) -> bytes:
    return re.sub(rb"[^\n]", b" ", found[0])


@dataclass(frozen=True, slots=True)
class Survey:
    """What a whole tree was asked once."""

    variables: tuple[tuple[int, str], ...]
    """Those that are expanded, by the byte at which they are."""
    functions: tuple[Node, ...]
    errors: tuple[tuple[int, int], ...]
    """Bytes that the parser made nothing of."""


def survey(tree: Tree, source: Source) -> Survey:
    """What is expanded, defined and not understood."""
    variables: list[tuple[int, str]] = []
    functions: list[Node] = []
    errors: list[tuple[int, int]] = []
    cursor = tree.walk()
    while True:
        node = cursor.node
        kind = node.type if node is not None else ""
        if node is None:
            pass
        elif kind in {"simple_expansion", "expansion"}:
            if (name := _expanded(node, source)) is not None:
                variables.append((node.start_byte, name))
        elif kind == "function_definition":
            functions.append(node)
        elif kind == "ERROR":
            errors.append((node.start_byte, node.end_byte))
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return Survey(tuple(variables), tuple(functions), tuple(errors))


def _expanded(node: Node, source: Source) -> str | None:
    """The variable that an expansion is of; None for arguments and the shell's own."""
    for child in node.named_children[:2]:
        named = child.child_by_field_name("name") if child.type == "subscript" else child
        if named is not None and named.type == "variable_name":
            found = source.text(named.start_byte, named.end_byte)
            return found if _NAME.fullmatch(found) else None
    return None


@dataclass(frozen=True, slots=True)
class Unit:
    """A command of a list, simple or not, as it stands between `&&`, `||` and `|`."""

    join: str
    """What stands before it; empty for the first."""
    node: Node
    redirects: tuple[Node, ...] = ()


def units(node: Node) -> list[Unit]:
    """The commands of a list or pipeline, one after the other as they are written, whatever the parser nests."""
    found: list[Unit] = []
    waiting: list[tuple[Node, tuple[Node, ...]]] = [(node, ())]
    join = ""
    while waiting:
        part, redirects = waiting.pop()
        if part.type in JOINS:
            join = part.type
        elif part.type in _COMPOSED:
            parts = [child for child in part.children if (child.is_named and child.type != "comment") or child.type in JOINS]
            waiting += [(child, redirects if index == 0 else ()) for index, child in enumerate(reversed(parts))]
        elif part.type == "redirected_statement":
            own = tuple(child for child in part.named_children if child.type in _REDIRECTS)
            body = part.child_by_field_name("body")
            following = [child for redirect in own if redirect.type == "heredoc_redirect" for child in _following(redirect)]
            waiting += [(child, ()) for child in reversed(following)]
            if body is not None:
                waiting.append((body, (*own, *redirects)))
            else:
                found.append(Unit(join, part, (*own, *redirects)))
        else:
            found.append(Unit(join, part, redirects))
    return found


def _following(heredoc: Node) -> Iterator[Node]:
    """What stands on the line of a here document behind it: further commands, and what joins them."""
    right = heredoc.child_by_field_name("right")
    for child in heredoc.children:
        if child.type == "pipeline" or child.type in JOINS or child == right:
            yield child


def last_command(node: Node) -> Node | None:
    """The simple command that a compound one ends with."""
    for _ in range(_DEEP):
        if node.type in {"command", "declaration_command", "variable_assignment"}:
            return node
        inner = [child for child in node.named_children if child.type not in _REDIRECTS and child.type != "comment"]
        if not inner:
            return None
        node = inner[-1]
    return None


def is_forgiving(node: Node, source: Source) -> bool:
    """Whether what runs after a failure makes good for it."""
    last = last_command(node)
    if last is None or last.type != "command":
        return False
    words: Sequence[str] = [word(child, source) for child in last.named_children[:4]]
    return bool(words) and (words[0] in _FORGIVING or (words[0] in _ENDING and words[1:2] == ["0"]))


def forgiven(found: list[Unit], source: Source) -> list[bool]:
    """For each unit whether its failure is passed over by what stands behind the next `||`."""
    marks = [False] * len(found)
    after = False
    start_of_element = [unit.join in {"", "&&", "||"} for unit in found]
    end = len(found)
    for index in range(len(found) - 1, -1, -1):
        marks[index] = after
        if start_of_element[index]:
            if found[index].join == "||":
                after = is_forgiving(found[end - 1].node, source)
            end = index
    return marks
