"""What expressions of GitHub Actions can come to, as far as a file says it: dimensions of a matrix, inputs with a default or a choice.

Source: "Running variations of jobs in a workflow" and "Workflow syntax" of GitHub's documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.pipelines.definition import Values
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, text

_MOST = 256
"""Values of one name, and names: GitHub runs no more jobs of a matrix."""
_DEEPEST = 4
_LONGEST = 1_000
"""Characters of a value."""


def of_matrix(job: Entries) -> Values:
    """Each dimension of a job's matrix with all its values, those of the rows that are included among them."""
    matrix = at(job, "strategy", "matrix")
    found: dict[str, dict[str, None]] = {}
    for key, node in entries(matrix):
        name = key.value.lower()
        if name == "exclude":
            continue
        path = "matrix" if name == "include" else f"matrix.{name}"
        for row in items(node)[:_MOST]:
            for place, value in _leaves(path, row):
                if len(found) < _MOST or place in found:
                    found.setdefault(place, {})[value] = None
    return tuple((name, tuple(values)[:_MOST]) for name, values in found.items())


def _leaves(path: str, row: Node, depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(row, Scalar):
        yield path, "" if row.is_null else row.value[:_LONGEST]
    elif not isinstance(row, Items) and depth < _DEEPEST:
        for key, node in entries(row):
            yield from _leaves(f"{path}.{key.value.lower()}", node, depth + 1)


def of_inputs(inputs: Node | None) -> Values:
    """Inputs with what they come to where nobody gives them a value, or whoever starts it may choose one of several."""
    found = []
    for key, said in entries(inputs):
        default = text(at(said, "default"))
        choices = [one.value[:_LONGEST] for one in items(at(said, "options"))[:_MOST] if isinstance(one, Scalar)]
        values = dict.fromkeys((*((default[:_LONGEST],) if default is not None else ()), *choices))
        if values:
            found.append((f"inputs.{key.value.lower()}", tuple(values)))
    return tuple(found[:_MOST])
