"""What a script leaves out because of the words that it is called with: `./release.sh test` runs nothing of its branch for `publish`.

Source: the Bash reference manual, "Conditional Constructs" and "Positional Parameters".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from scanner.pipelines.shell.source import Source
from scanner.pipelines.shell.tree import parse

Place = tuple[int, int]
"""Row and column, from 0."""
Tests = tuple[tuple[str, str], ...]
"""Variables and values that are asked for: what stands behind them is run when one has its value."""
Way = tuple[Tests, Place, Place]
"""What is run only after such tests, from a place up to another."""
Known = Mapping[str, frozenset[str]]
"""What a variable may be, by its name; `1` for the first word."""

_CONDITIONAL = re.compile(r"\b(?:if|case)[ \t][^\n]{0,400}\$")

_FROM_ARGUMENT = re.compile(r"\b([A-Za-z_]\w{0,60})=[\"']?\$\{?1\b")
_DEFAULT = re.compile(r"\$\{1:?[-=]([\w.-]{1,60})\}")
_SET = re.compile(r"(?m)^[ \t]{0,64}([A-Za-z_]\w{0,60})=[\"']?([\w.-]{1,60})[\"']?[ \t]{0,64}(?:#|;|$)")
_VALUE = r"[\"']?\$\{?(\w{1,60})(?::?[-=][^}\s]{0,60})?\}?[\"']?"
_TEST = re.compile(rf"\[\[?[ \t]{{1,8}}{_VALUE}[ \t]{{1,8}}={{1,2}}[ \t]{{1,8}}[\"']?([\w.-]{{1,60}})[\"']?[ \t]{{1,8}}\]\]?")
_JOINED = re.compile(r"[ \t]{0,8}(?:\|\|[ \t]{0,8})?")
_ASKED = re.compile(_VALUE)
_LITERAL = re.compile(r"[\"']?([\w.-]{1,60})[\"']?")
_SETS = re.compile(r"\b(\w{1,60})=")
_OPEN = ("$", "`", "{{", "*")
_MOST = 20_000
"""Nodes that are looked at."""


def has_branches(text: str) -> bool:
    """Whether a script has conditions that ask for variables."""
    return _CONDITIONAL.search(text) is not None


class Branches:
    """The conditions of one script."""

    def __init__(self, text: str) -> None:
        source = Source(text)
        tree, _ = parse(source)
        nodes, functions = _conditionals(tree.root_node)
        ways = (way for node in nodes for way in (_cases if node.type == "case_statement" else _branch)(node, source))
        self._ways = sorted(ways, key=lambda way: way[1:])
        outside = _without(source, functions)
        self._names = frozenset(found[1] for found in _FROM_ARGUMENT.finditer(outside))
        self._defaults = frozenset(_defaults(outside, self._names))
        self._sets = frozenset(_SETS.findall(text))

    @property
    def size(self) -> int:
        """How many there are to look at for each call."""
        return len(self._ways)

    def left_out(self, words: tuple[str, ...] | None, settled: Mapping[str, str]) -> tuple[tuple[Place, Place], ...]:
        """The parts of the script, each from a place up to another, that are not run when it is called with these words and variables.

        Nothing where only a run tells: which words it gets, or a variable that it sets itself.
        """
        known = {name: frozenset({value}) for name, value in settled.items() if name not in self._sets}
        if words is not None and not any(sign in word for word in words for sign in _OPEN):
            given = frozenset(part for word in words for part in (word, word.partition("=")[2]) if part)
            known |= dict.fromkeys((*self._names, "1"), given or self._defaults)
        if not known:
            return ()
        found: list[tuple[Place, Place]] = []
        for tests, start, end in self._ways:
            if not all(name in known and value not in known[name] for name, value in tests):
                continue
            if found and start <= found[-1][1]:
                found[-1] = (found[-1][0], max(end, found[-1][1]))
            else:
                found.append((start, end))
        return tuple(found)


def _conditionals(root: Node) -> tuple[list[Node], list[Node]]:
    """The conditionals of a script, and its functions: in these, `$1` is something else."""
    found: list[Node] = []
    functions: list[Node] = []
    waiting = [root]
    for _ in range(_MOST):
        if not waiting:
            break
        node = waiting.pop()
        if node.type == "function_definition":
            functions.append(node)
            continue
        waiting += node.named_children
        if node.type in {"if_statement", "elif_clause", "case_statement"}:
            found.append(node)
    return found, functions


def _without(source: Source, functions: list[Node]) -> str:
    """The text without its functions."""
    kept, at = [], 0
    for node in sorted(functions, key=lambda one: one.start_byte):
        kept.append(source.text(at, node.start_byte))
        at = node.end_byte
    return "".join((*kept, source.text(at, len(source.raw))))


def is_left_out(parts: tuple[tuple[Place, Place], ...], place: Place) -> bool:
    """Whether a place is in one of the parts, which follow each other."""
    after = bisect_right(parts, place, key=lambda part: part[0])
    return after > 0 and place < parts[after - 1][1]


def _defaults(text: str, names: frozenset[str]) -> Iterator[str]:
    """What stands in for a word that is not given."""
    yield from (found[1] for found in _DEFAULT.finditer(text))
    yield from (found[2] for found in _SET.finditer(text) if found[1] in names)


def _branch(node: Node, source: Source) -> Iterator[Way]:
    """What stands behind the `then` of a condition."""
    children = node.children
    then = next((place for place, child in enumerate(children) if child.type == "then"), None)
    if then is None:
        return
    condition = source.text(children[0].end_byte, children[then].start_byte).strip().rstrip(";").strip()
    if tests := _tests(condition):
        end = next((child for child in children[then:] if child.type in {"elif_clause", "else_clause", "fi"}), None)
        last = end.start_byte if end is not None else node.end_byte
        yield tests, source.place(children[then].end_byte), source.place(last)


def _tests(condition: str) -> Tests:
    """The values that a condition asks for, one of which suffices; nothing where it asks for anything else as well."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(condition):
        test = _TEST.match(condition, at)
        if test is None:
            return ()
        joined = _JOINED.match(condition, test.end())
        at = joined.end() if joined is not None else test.end()
        found.append((test[1], test[2]))
    return tuple(found)


def _cases(node: Node, source: Source) -> Iterator[Way]:
    value = node.child_by_field_name("value")
    asked = _ASKED.fullmatch(source.text(value.start_byte, value.end_byte)) if value is not None else None
    if asked is None:
        return
    for item in node.named_children:
        if item.type == "case_item":
            patterns = [_LITERAL.fullmatch(source.text(one.start_byte, one.end_byte)) for one in item.children_by_field_name("value")]
            literal = [one[1] for one in patterns if one is not None]
            if patterns and len(literal) == len(patterns):
                yield tuple((asked[1], one) for one in literal), source.place(item.start_byte), source.place(item.end_byte)
