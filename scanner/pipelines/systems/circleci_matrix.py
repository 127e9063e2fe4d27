"""Matrices of CircleCI: what the parameters of a job are in each of the jobs that a workflow makes of it.

Source: CircleCI's configuration reference, "matrix".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items

_MOST = 128
"""Jobs of one matrix; CircleCI takes as many."""
_VALUE = re.compile(r"<<[ ]{0,8}+matrix\.(?P<name>[A-Za-z0-9_-]{1,128}+)[ ]{0,8}+>>")
_LONGEST = 4096
"""Characters of a text with its values put in."""

Round = Mapping[str, Scalar]
"""What each parameter of a matrix is in one job."""


def rounds(matrix: Node | None, budget: Budget) -> tuple[Round, ...]:
    """The jobs of a matrix; one without any parameter where there is none."""
    axes = [(key.value, _scalars(node)) for key, node in entries(at(matrix, "parameters"))]
    axes = [(name, found) for name, found in axes if found]
    excluded = [
        {key.value: value.value for key, value in entries(one) if isinstance(value, Scalar)} for one in items(at(matrix, "exclude"))
    ]
    found: list[Round] = []
    for values in islice(product(*(values for _, values in axes)), _MOST):
        budget.spend(1 + len(axes) + len(excluded))
        one = {name: value for (name, _), value in zip(axes, values, strict=True)}
        if not any(_is(one, left_out) for left_out in excluded):
            found.append(one)
    return tuple(found) or ({},)


def ending(values: Round) -> str:
    """What the name of a job ends with that a matrix makes and nobody names."""
    return "".join(f"-{value.value[:_LONGEST]}" for value in values.values())


def written(text: str, values: Round) -> str:
    """A text with the values of a matrix put in."""
    if not values or "<<" not in text:
        return text
    pieces, end, size = [], 0, len(text)
    for found in _VALUE.finditer(text):
        value = values.get(found["name"])
        if value is not None:
            size += len(value.value)
            if size > _LONGEST:
                break
            pieces += [text[end : found.start()], value.value]
            end = found.end()
    return "".join([*pieces, text[end:]])


def arguments(node: Entries, values: Round, budget: Budget) -> Entries:
    """What a job is used with: its own arguments with the values of a matrix put in, and these."""
    own = [(key, _put_in(value, values, budget)) for key, value in node.entries] if values else list(node.entries)
    keys = [(Scalar(name, value.line, value.column), value) for name, value in values.items()]
    return Entries((*own, *keys), node.line, node.column)


def _put_in(node: Node, values: Round, budget: Budget) -> Node:
    if not isinstance(node, Scalar) or "<<" not in node.value:
        return node
    value = written(node.value, values)
    budget.spend_text(value)
    return Scalar(value, node.line, node.column, node.style, node.tag)


def _scalars(node: Node) -> Sequence[Scalar]:
    return [one for one in islice(_listed(node), _MOST) if isinstance(one, Scalar) and not one.is_null]


def _listed(node: Node) -> Iterator[Node]:
    yield from node.items if isinstance(node, Items) else ()


def _is(values: Round, left_out: Mapping[str, str]) -> bool:
    return bool(left_out) and all(name in values and values[name].value == value for name, value in left_out.items())
