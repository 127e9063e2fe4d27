"""Inputs of GitLab's definitions: `$[[ inputs.name ]]` becomes what whoever includes a file gives, else the default of its header.

An input that is nobody's stays as it is written. A value that is a list or a mapping stands for itself; one inside a text is put into the text.
Source: GitLab's documentation of CI/CD inputs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries

_INPUT = re.compile(r"\$\[\[[ \t]{0,16}+inputs\.(?P<name>[\w-]{1,200}+)[ \t]{0,16}+(?P<through>(?:\|[^\]|\n]{1,200}+){0,3}+)\]\]")
_TRUNCATED = re.compile(r"truncate\([ \t]{0,8}+(\d{1,6}+)[ \t]{0,8}+,[ \t]{0,8}+(\d{1,6}+)[ \t]{0,8}+\)")
_LONGEST = 1 << 16
"""Characters of a text into which something is put."""

Values = Mapping[str, Node]


def values(header: Node | None, given: Node | None, by: int, budget: Budget) -> Values:
    """What the inputs of a file are: defaults, which stand `by` lines below, and what is given for names that the header has."""
    found: dict[str, Node] = {}
    handed = {key.value: node for key, node in entries(given)}
    for key, node in entries(at(header, "spec", "inputs")):
        budget.spend()
        default = at(node, "default")
        if key.value in handed:
            found[key.value] = handed[key.value]
        elif default is not None:
            found[key.value] = placed(default, by, {}, budget)
    return found


def placed(root: Node, by: int, inputs: Values, budget: Budget) -> Node:
    """The same tree some lines below, with inputs put in."""
    made: list[Node] = []
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, is_ready = waiting.pop()
        if isinstance(node, Scalar):
            made.append(_put_in(_lower(node, by), inputs, budget))
            continue
        children = node.items if isinstance(node, Items) else tuple(value for _, value in node.entries)
        if not is_ready:
            budget.spend(1 + len(children))
            waiting.append((node, True))
            waiting += ((child, False) for child in children)
            continue
        parts = made[len(made) - len(children) :][::-1]
        del made[len(made) - len(children) :]
        if isinstance(node, Items):
            made.append(Items(tuple(parts), node.line + by, node.column, node.tag))
        else:
            keys = [_written(_lower(key, by), inputs, budget) for key, _ in node.entries]
            made.append(Entries(tuple(zip(keys, parts, strict=True)), node.line + by, node.column, node.tag))
    return made[0]


def _put_in(scalar: Scalar, inputs: Values, budget: Budget) -> Node:
    """What a value is with its inputs: the input itself where it is all of it."""
    whole = _INPUT.fullmatch(scalar.value.strip()) if inputs and "$[[" in scalar.value else None
    if whole is not None and not whole["through"] and whole["name"] in inputs:
        return inputs[whole["name"]]
    return _written(scalar, inputs, budget)


def _written(scalar: Scalar, inputs: Values, budget: Budget) -> Scalar:
    """A text with the inputs that are texts put in."""
    if not inputs or "$[[" not in scalar.value:
        return scalar
    pieces, end, size = [], 0, len(scalar.value)
    for found in _INPUT.finditer(scalar.value):
        node = inputs.get(found["name"])
        if not isinstance(node, Scalar):
            continue
        value = _through(node.value, found["through"])
        size += len(value)
        if size > _LONGEST:
            break
        pieces += [scalar.value[end : found.start()], value]
        end = found.end()
    if not pieces:
        return scalar
    value = "".join([*pieces, scalar.value[end:]])
    budget.spend_text(value)
    style = scalar.style if scalar.value.count("\n") == value.count("\n") else ">"
    return Scalar(value, scalar.line, scalar.column, style or '"', scalar.tag)


def _through(value: str, functions: str) -> str:
    """A value cut as `truncate` does; the other functions leave what it names as it is."""
    for found in _TRUNCATED.finditer(functions):
        start, length = int(found[1]), int(found[2])
        value = value[start : start + length]
    return value


def _lower(scalar: Scalar, by: int) -> Scalar:
    return Scalar(scalar.value, scalar.line + by, scalar.column, scalar.style, scalar.tag)
