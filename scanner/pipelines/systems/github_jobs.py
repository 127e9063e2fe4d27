"""Jobs of GitHub Actions.

Source: "Workflow syntax" and "Reuse workflows" of GitHub's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import (
    CallDefinition,
    GateDefinition,
    GateKind,
    Grant,
    JobDefinition,
    Mention,
    Named,
    Pin,
    Via,
)
from scanner.pipelines.systems.github_expressions import Source, mentions, paths_in, spans
from scanner.pipelines.systems.github_steps import Defaults, action, condition, leaves, runs_after_failure, settings, steps
from scanner.pipelines.systems.github_values import of_matrix
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, text, texts

_HOSTED = re.compile(r"(?:ubuntu|windows|macos)-(?:latest|slim|\d{1,4}(?:\.\d{1,2})?)(?:-[a-z0-9-]{1,30})?")
_DIMENSION = re.compile(r"matrix(?:\.[\w-]{1,100}){1,4}", re.IGNORECASE)
_MOST_LABELS = 8
_SELF_HOSTED = "self-hosted"
_CONTAINERS = ("container", "services")
_ELSEWHERE = ("name", "outputs", "strategy", "runs-on", "concurrency", "continue-on-error", "timeout-minutes", "environment", "snapshot")
"""Keys of a job that may name what is secret, and stand nowhere else in what is told of it."""
_STEP_ELSEWHERE = ("name", "if", "shell", "working-directory", "continue-on-error", "timeout-minutes")
_VALUES = frozenset({Named.SECRET, Named.ALL, Named.JOB_TOKEN})
_CHOSEN = frozenset({"event", "head_ref"})
"""What of the context `github` whoever starts a job can choose."""


def job(source: Source, key: Scalar, node: Entries, defaults: Defaults) -> JobDefinition:
    """What a job says."""
    labels = _labels(node)
    own = condition(node.get("if"))
    shell = "pwsh" if labels and all("windows" in one for one in labels) else defaults.system
    environment = _environment(node)
    return JobDefinition(
        name=key.value,
        line=key.line,
        column=key.column,
        steps=steps(source, node.get("steps"), Defaults(defaults.shell, defaults.folder, shell).within(node)),
        env=settings(source, node.get("env")),
        mentions=tuple(_mentions(source, node)),
        needs=tuple(one.value for one in texts(node.get("needs"))),
        environment=environment.value if environment is not None else None,
        gates=(_gate(source, environment),) if environment is not None else (),
        grant=grant(node),
        runner=_machine(source, node, labels),
        call=_call(source, node),
        condition=own,
        ignores_failure=(text(node.get("continue-on-error")) or "").lower() == "true",
        always=runs_after_failure(own),
        outputs=settings(source, node.get("outputs")),
        values=of_matrix(node),
    )


def grant(node: Entries) -> Grant:
    """What `permissions` of a job or workflow say."""
    for key, said in entries(node):
        if key.value != "permissions":
            continue
        if isinstance(said, Entries):
            pairs = tuple(sorted((name.value, value.value) for name, value in entries(said) if isinstance(value, Scalar)))
            return Grant(("id-token", "write") in pairs, (), pairs, key.line, key.column)
        level = (text(said) or "").removesuffix("-all")
        if level in {"read", "write"}:
            return Grant(level == "write", (), (("*", level),), key.line, key.column)
    return Grant()


def _labels(node: Entries) -> tuple[str, ...]:
    """The labels of a job's machine, in lower case; where a dimension of its matrix names it, all that there are."""
    said = node.get("runs-on")
    labels = texts(said.get("labels")) if isinstance(said, Entries) else texts(said)
    found = (one for label in labels[:_MOST_LABELS] for one in (_of_matrix(node, label) or (label,)))
    return tuple(one.value.strip().lower() for one in found)


def _of_matrix(node: Entries, label: Scalar) -> tuple[Scalar, ...]:
    bare = condition(label) or ""
    if _DIMENSION.fullmatch(bare) is None:
        return ()
    first, *others = bare.lower().split(".")[1:]
    matrix = at(node, "strategy", "matrix")
    chosen = ((row, others) for row in items(_folded(matrix, first)))
    included = ((row, [first, *others]) for row in items(_folded(matrix, "include")))
    found: list[Scalar] = []
    for row, path in (*chosen, *included):
        value: Node | None = row
        for name in path:
            value = _folded(value, name)
        found += texts(value)
    return tuple(found)


def _folded(node: Node | None, name: str) -> Node | None:
    """What stands under a key, in whatever case it is written."""
    return next((value for key, value in entries(node) if key.value.lower() == name), None)


def _machine(source: Source, node: Entries, labels: tuple[str, ...]) -> str:
    if _SELF_HOSTED in labels:
        return "self_hosted"
    in_group = at(node, "runs-on", "group") is not None
    is_hosted = source.dialect.has_hosted and not in_group and bool(labels) and all(map(_HOSTED.fullmatch, labels))
    return "hosted" if is_hosted else "unknown"


def _environment(node: Entries) -> Scalar | None:
    said = node.get("environment")
    name = said.get("name") if isinstance(said, Entries) else said
    return name if isinstance(name, Scalar) and not name.is_null else None


def _gate(source: Source, name: Scalar) -> GateDefinition:
    return GateDefinition(
        GateKind.ENVIRONMENT,
        f"environment {name.value}",
        name.line,
        name.column,
        is_blocking=source.dialect.has_environments,
        by_input=_is_chosen(source, name.value),
    )


def _is_chosen(source: Source, written: str) -> bool:
    """Whether whoever starts the job chooses what an expression comes to, or has a part in it."""
    paths = tuple(path for begin, end in spans(written) for path in paths_in(written, begin, end))
    return any(path[0] == "inputs" or (path[0] in source.dialect.contexts and path[1:2] and path[1] in _CHOSEN) for path in paths)


def _call(source: Source, node: Entries) -> CallDefinition | None:
    uses = node.get("uses")
    if not isinstance(uses, Scalar) or uses.is_null:
        return None
    name, ref, pin = action(uses.value)
    handed = node.get("secrets")
    return CallDefinition(
        target=name.removeprefix("./"),
        is_local=pin is Pin.LOCAL,
        line=uses.line,
        column=uses.column,
        ref=ref,
        pin=pin,
        inherits=text(handed) == "inherit",
        secrets=settings(source, handed),
        inputs=settings(source, node.get("with")),
    )


def _mentions(source: Source, node: Entries) -> Iterator[tuple[Via, Mention]]:
    """What is named in a job but in its variables, its steps' and what it hands to another workflow."""
    for key, value in entries(node):
        if key.value in _CONTAINERS:
            yield from ((Via.CONTAINER, one) for one in everywhere(source, value))
        elif key.value in _ELSEWHERE:
            yield from ((Via.WITH_INPUT, one) for one in everywhere(source, value) if one.named in _VALUES)
        elif key.value == "if" and isinstance(value, Scalar):
            yield from ((Via.WITH_INPUT, one) for one in mentions(source, value, whole=True) if one.named in _VALUES)
        elif key.value == "env" and isinstance(value, Scalar):
            yield from ((Via.JOB_ENV, one) for one in mentions(source, value))
        elif key.value == "secrets" and isinstance(value, Scalar):
            yield from ((Via.CALLED, one) for one in mentions(source, value))
    yield from _of_steps(source, node.get("steps"))


def _of_steps(source: Source, node: Node | None) -> Iterator[tuple[Via, Mention]]:
    """What steps name in other places than their variables, inputs and scripts."""
    waiting = [node] if node is not None else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, Items):
            waiting += reversed(one.items)
        elif isinstance(one, Entries):
            for key in _STEP_ELSEWHERE:
                found = one.get(key)
                if isinstance(found, Scalar):
                    yield from ((Via.WITH_INPUT, named) for named in mentions(source, found, whole=key == "if") if named.named in _VALUES)
            for key, via in (("env", Via.STEP_ENV), ("with", Via.WITH_INPUT)):
                found = one.get(key)
                if isinstance(found, Scalar):
                    yield from ((via, named) for named in mentions(source, found))
            if (parallel := one.get("parallel")) is not None:
                waiting.append(parallel)


def everywhere(source: Source, node: Node | None) -> Iterator[Mention]:
    """What is named in a node, however it is built."""
    if isinstance(node, Scalar):
        yield from mentions(source, node)
    elif isinstance(node, Items):
        for item in node.items:
            yield from (one for scalar in texts(item) for one in mentions(source, scalar))
            yield from (one for _, _, value in leaves(item) for one in mentions(source, value))
    else:
        yield from (one for _, _, value in leaves(node) for one in mentions(source, value))
