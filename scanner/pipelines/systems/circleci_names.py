"""Which uses of CircleCI's jobs are one job, and what it is called.

A job is called by its key, whatever a workflow calls a use of it. Uses under one name with the same parameters are one job, and so are uses
under several names that get the same contexts and either the same parameters or the same triggers and approvals: then it does what all of
them do, as a matrix does. Others are jobs of their own, numbered after the key (`publish/2`); the plain key is that of uses that no workflow
calls otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.circleci_workflows import Use
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, entries
from scanner.records import replace

Arguments = tuple[tuple[str, ...], ...]
"""What a use and the others of its matrix are given, as texts."""
_Group = tuple[Arguments, list[Use]]


def grouped(uses: Iterable[Use], budget: Budget) -> dict[str, list[Use]]:
    """The uses of each job, asking for others by the names that these have as jobs."""
    by_key: dict[str, dict[tuple[str, Arguments], list[Use]]] = {}
    for use in uses:
        said = arguments(use, budget)
        by_key.setdefault(use.job.value, {}).setdefault((use.name, said), []).append(use)
    found: dict[str, list[Use]] = {}
    for key, alike in by_key.items():
        groups = _joined([(said, listed) for (_, said), listed in alike.items()], budget)
        ordered = sorted(groups, key=lambda one: all(use.is_renamed for use in one))
        numbered = (name for count in range(2, len(ordered) + len(by_key) + 1) if (name := f"{key}/{count}") not in by_key)
        found |= zip((key, *islice(numbered, len(ordered) - 1)), ordered, strict=True)
    called: dict[tuple[str, str], dict[str, None]] = {}
    for name, listed in found.items():
        for use in listed:
            called.setdefault((use.workflow, use.name), {})[name] = None
    budget.spend(len(found))
    return {name: [_asking(use, called, budget) for use in listed] for name, listed in found.items()}


def arguments(use: Use, budget: Budget) -> Arguments:
    """What makes uses do the same."""
    return tuple(tuple(_texts(one, budget)) for one in (use.arguments, *use.variants))


def _joined(groups: list[_Group], budget: Budget) -> list[list[Use]]:
    """The uses of a job, those together that are one."""
    by_arguments: dict[tuple[Arguments, frozenset[str]], list[Use]] = {}
    for said, listed in groups:
        by_arguments.setdefault((said, frozenset(_contexts(listed))), []).extend(listed)
    found: dict[tuple[object, ...], list[Use]] = {}
    for (_, contexts), listed in by_arguments.items():
        budget.spend(len(listed))
        starts = frozenset((one.event, one.trust, one.filters) for use in listed for one in use.triggers)
        held = frozenset(frozenset(gate.evidence for gate in use.gates) for use in listed)
        found.setdefault((contexts, starts, held), []).extend(listed)
    return list(found.values())


def _contexts(listed: Iterable[Use]) -> Iterator[str]:
    yield from (mention.name for use in listed for mention in use.contexts)


def _asking(use: Use, called: dict[tuple[str, str], dict[str, None]], budget: Budget) -> Use:
    budget.spend(len(use.needs))
    return replace(use, needs=tuple(dict.fromkeys(name for need in use.needs for name in called.get((use.workflow, need), (need,)))))


def _texts(node: Node, budget: Budget) -> Iterator[str]:
    """All that a tree says, with its form."""
    waiting: list[Node | str] = [node]
    while waiting:
        one = waiting.pop()
        budget.spend()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Scalar):
            yield one.value
        elif isinstance(one, Items):
            waiting += ["]", *reversed(one.items), "["]
        elif isinstance(one, Entries):
            waiting.append("}")
            for key, value in reversed(tuple(entries(one))):
                waiting += [value, key]
            waiting.append("{")
