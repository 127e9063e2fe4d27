"""Parts of statements of Jenkins: functions of a file, shared libraries, blocks as arguments."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.pipelines.definition import CallDefinition
from scanner.pipelines.systems.jenkins_calls import Call, Values, arguments
from scanner.pipelines.systems.jenkins_groovy import Group, Node, Statement, Token


def is_block(nodes: tuple[Node, ...]) -> bool:
    """Whether a block is among them."""
    return any(isinstance(node, Group) and node.kind == "{" for node in nodes)


def directives(block: Group) -> tuple[Node, ...]:
    """The lines of a block as if they were named arguments."""
    told: list[Node] = []
    for statement in block.statements:
        told += (statement[0], Token("sign", ":", block.at), *statement[1:], Token("sign", ",", block.at))
    return tuple(told)


def function(statement: Statement) -> Iterator[tuple[str, Group]]:
    """The name and body of a function, where the statement makes one."""
    for at in range(1, min(len(statement) - 2, 6)):
        before, word, brackets, body = statement[at - 1], statement[at], statement[at + 1], statement[at + 2]
        if not isinstance(word, Token) or not isinstance(before, Token) or before.kind != "word" or word.kind != "word":
            continue
        if isinstance(brackets, Group) and brackets.kind == "(" and isinstance(body, Group) and body.kind == "{":
            yield word.text, body
            return


def library(call: Call, values: Values) -> Iterator[CallDefinition]:
    """The shared libraries that a call brings in."""
    for one in arguments(tuple(node for arg in call.arguments for node in (arg.nodes if isinstance(arg, Group) else (arg,)))):
        name, _, ref = values.text(one.nodes).partition("@")
        if name and one.name in {"", "identifier", "value"}:
            place = values.source.place(one.at)
            yield CallDefinition(name, is_local=False, line=place[0], column=place[1], ref=ref or None)
