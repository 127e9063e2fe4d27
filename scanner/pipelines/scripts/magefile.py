"""Magefiles: functions of Go that mage runs by their names, and the commands that they start. Nothing of them is run.

Sources: mage's documentation of targets, dependencies and its package `sh`; that of Go's `os/exec`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

import tree_sitter_go
from tree_sitter import Language, Node, Parser

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import Text
from scanner.pipelines.parsing import tried
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import LARGEST, MOST, quoted
from scanner.records import dataclass
from scanner.records import field as later

_LARGEST = 1 << 18
_MOST_NODES = 100_000
_MOST_WORDS = 256
_CALLS = {
    **dict.fromkeys(("sh.Run", "sh.RunV", "sh.Output", "sh.RunCmd", "sh.OutCmd", "exec.Command"), 0),
    **dict.fromkeys(("sh.RunWith", "sh.RunWithV", "sh.OutputWith", "exec.CommandContext"), 1),
    "sh.Exec": 3,
}
"""Functions that start a program, and how many words stand before it."""
_NEEDS = re.compile(r"mg\.(?:Serial)?(?:Ctx)?Deps|mg\.F")
_NAMED = re.compile(r"[A-Za-z_]\w{0,127}(?:\.[A-Za-z_]\w{0,127}|\{\}\.[A-Za-z_]\w{0,127})?")
_BRANCHES = frozenset({"if_statement", "for_statement", "expression_switch_statement", "select_statement", "func_literal"})
_LITERALS = frozenset({"interpreted_string_literal", "raw_string_literal"})


@dataclass(slots=True)
class _Function:
    """What is known of a function so far."""

    line: int
    texts: list[Text] = later(default_factory=list)
    names: list[str] = later(default_factory=list)
    lists: dict[str, list[str]] = later(default_factory=dict)


@cache
def _parser() -> Parser:
    """The parser, made once for each process."""
    return Parser(Language(tree_sitter_go.language()))


def _text(node: Node | None) -> str:
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def _read(file: str, data: bytes) -> ScriptFile:
    if len(data) > _LARGEST:
        raise UnreadableError(Reason.TOO_LARGE, f"more than {_LARGEST} bytes")
    tree, end = tried(_parser(), data)
    functions: dict[str, _Function] = {}
    default = None
    budget = iter(range(_MOST_NODES))
    for node in tree.root_node.named_children:
        if node.type in {"function_declaration", "method_declaration"} and len(functions) < MOST:
            functions.setdefault(_name(node), _function(node, budget))
        elif node.type == "var_declaration" and default is None:
            said = (one for one in node.named_children if one.type == "var_spec" and _text(one.child_by_field_name("name")) == "Default")
            default = next((_target(_text(one.child_by_field_name("value"))) for one in said), None)
    targets = tuple(_made(name, one, functions) for name, one in functions.items())
    cut = (
        "" if end >= len(data) and next(budget, None) is not None else "more of it than is read, or no Go; the rest was not read by meaning"
    )
    return ScriptFile(file, "mage", targets, default, cut=cut)


def _name(node: Node) -> str:
    """How mage calls a function: without regard to case, and with the namespace that it is a method of."""
    receiver = node.child_by_field_name("receiver")
    kinds = [] if receiver is None else [_text(one.child_by_field_name("type")) for one in receiver.named_children]
    return ":".join(part.lstrip("*").lower() for part in (*kinds, _text(node.child_by_field_name("name"))))


def _target(written: str) -> str:
    """`Docs.Publish` and `Docs{}.Publish` as mage calls them."""
    return written.replace("{}", "").replace(".", ":").lower()


def _made(name: str, function: _Function, functions: dict[str, _Function]) -> Target:
    needs = (need for one in function.names if (need := _target(one)) in functions and need != name)
    return Target(name, function.line, 1, tuple(function.texts[:MOST]), tuple(dict.fromkeys(needs))[:MOST])


def _function(node: Node, budget: Iterator[int]) -> _Function:
    """The commands of a function, and the functions that it calls or waits for, in their order."""
    found = _Function(node.start_point[0] + 1)
    body = node.child_by_field_name("body")
    waiting = [] if body is None else [(body, False)]
    left = LARGEST
    while waiting and next(budget, None) is not None:
        one, is_branch = waiting.pop()
        if one.type in {"short_var_declaration", "assignment_statement", "var_spec"}:
            _set(one, found, is_branch=is_branch)
        elif one.type == "call_expression":
            text = _called(one, found)
            if text and left > 0:
                found.texts.append(Text(text, one.start_point[0] + 1, one.start_point[1] + 1, is_block=False))
                left -= len(text)
        branch = is_branch or one.type in _BRANCHES
        waiting += ((child, branch and child != one.child_by_field_name("initializer")) for child in reversed(one.named_children))
    return found


def _set(node: Node, found: _Function, *, is_branch: bool) -> None:
    """A list of words that is made or added to; what only a run decides of it is left out."""
    left, right = (node.child_by_field_name(name) for name in (("name", "value") if node.type == "var_spec" else ("left", "right")))
    value = right.named_children[0] if right is not None and len(right.named_children) == 1 else None
    if value is None or is_branch:
        return
    name = _text(left)
    if value.type == "composite_literal" and _text(value.child_by_field_name("type")) == "[]string":
        body = value.child_by_field_name("body")
        members = [] if body is None else [part for one in body.named_children[:_MOST_WORDS] for part in one.named_children[:1]]
        found.lists[name] = [_word(one) for one in members]
    elif value.type == "call_expression" and _text(value.child_by_field_name("function")) == "append":
        given = _given(value)
        if given and _text(given[0]) == name:
            found.lists[name] = [*found.lists.get(name, ()), *_words(given[1:], found)][:_MOST_WORDS]


def _given(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    return [] if arguments is None else [one for one in arguments.named_children[: _MOST_WORDS + 4] if one.type != "comment"]


def _words(nodes: list[Node], found: _Function) -> list[str]:
    words: list[str] = []
    for one in nodes:
        if one.type == "variadic_argument" and one.named_children:
            words += found.lists.get(_text(one.named_children[0]), ["$words"])
        else:
            words.append(_word(one))
    return words[:_MOST_WORDS]


def _word(node: Node) -> str:
    """A word as a shell has it."""
    if node.type in _LITERALS:
        return quoted(_text(node)[1:-1])
    return f"${{{_text(node)}}}" if node.type == "identifier" else "$words"


def _called(call: Node, found: _Function) -> str:
    """The command that a call starts; what it names instead is remembered."""
    function = call.child_by_field_name("function")
    name = _text(function) if function is not None and function.end_byte - function.start_byte < _MOST_WORDS else ""
    if name in _CALLS:
        words = _words(_given(call)[_CALLS[name] :], found)
        return "" if not words or words[0].startswith("$") else " ".join(words)
    given = _given(call) if _NEEDS.fullmatch(name) else []
    found.names += islice((one for one in (name, *map(_text, given)) if _NAMED.fullmatch(one)), _MOST_WORDS)
    return ""


READERS = (ScriptReader("mage", re.compile(r"(?s:(?:.{0,4096}/)?)(?:magefile\.go|magefiles/[^/]{1,255}\.go)"), _read),)
