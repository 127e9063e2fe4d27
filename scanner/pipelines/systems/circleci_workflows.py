"""Workflows of CircleCI: which jobs run, after which others, with which contexts, and who can start them.

Source: CircleCI's configuration reference, "workflows" and "jobs in workflows".
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Trust
from scanner.pipelines.definition import GateDefinition, GateKind, Mention, Named, TriggerDefinition
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.circleci_matrix import Round, arguments, ending, rounds, written
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, items, text, texts
from scanner.records import dataclass, replace

_EVERYTHING = frozenset({"/.*/", "/.+/", "/^.*$/", "/^.*/", "/.*$/", "/^.+$/"})
_FALSE = frozenset({"", "false", "no", "off", "False", "FALSE"})
_OWN_WORDS = frozenset(
    {"context", "filters", "matrix", "name", "post-steps", "pre-steps", "requires", "serial-group", "override-with", "type", "when"}
)
"""Keys of a job in a workflow that are no parameters."""
_MOST = 5_000
"""Uses of jobs in workflows."""


@dataclass(frozen=True, slots=True)
class Use:
    """A job in a workflow."""

    job: Scalar
    """The key of the job, where the workflow names it."""
    name: str
    """What the workflow calls it."""
    arguments: Entries
    needs: tuple[str, ...]
    contexts: tuple[Mention, ...]
    triggers: tuple[TriggerDefinition, ...]
    is_approval: bool
    condition: str | None
    before: Node | None
    after: Node | None
    gates: tuple[GateDefinition, ...] = ()
    variants: tuple[Entries, ...] = ()
    """What else a matrix uses it with, in jobs that get the same contexts."""
    called: tuple[str, ...] = ()
    """What others may ask for it as."""
    workflow: str = ""
    """The key of the workflow: names of uses hold there alone."""

    @property
    def is_renamed(self) -> bool:
        """Whether the workflow calls it by another name than its key."""
        return self.name != self.job.value


def uses(root: Entries, budget: Budget) -> tuple[Use, ...]:
    """All jobs of all workflows, in order. An approval holds what directly asks for it."""
    found: list[Use] = []
    for key, workflow in entries(root.get("workflows")):
        if not isinstance(workflow, Entries):
            continue
        own = _asking(list(_of_workflow(root, workflow, budget)))
        approvals = {use.name: use.job for use in own if use.is_approval}
        for use in own:
            budget.spend(1 + len(use.needs))
            held = [(name, approvals[name]) for name in use.needs if name in approvals] or (
                [(use.name, use.job)] if use.is_approval else []
            )
            gates = tuple(GateDefinition(GateKind.APPROVAL, f"approval {name}", job.line, job.column) for name, job in held)
            found.append(replace(use, gates=gates, workflow=key.value))
    return tuple(found[:_MOST])


def _of_workflow(root: Entries, workflow: Entries, budget: Budget) -> Iterator[Use]:
    starts = _scheduled(workflow)
    condition = _condition(workflow, budget)
    by_api = _asks_api(root, workflow)
    for item in items(workflow.get("jobs")):
        budget.spend()
        for job, said in [(item, None)] if isinstance(item, Scalar) and not item.is_null else list(entries(item)):
            node = said if isinstance(said, Entries) else Entries((), job.line, job.column)
            own = Entries(tuple((key, value) for key, value in entries(node) if key.value not in _OWN_WORDS), node.line, node.column)
            use = Use(
                job,
                text(at(node, "matrix", "alias")) or text(node.get("name")) or job.value,
                own,
                _needs(node.get("requires")),
                (),
                starts or ((by_api,) if by_api is not None else filtered(node.get("filters"), job)),
                text(node.get("type")) == "approval",
                condition,
                node.get("pre-steps"),
                node.get("post-steps"),
            )
            yield from _of_matrix(use, node, budget)


def _of_matrix(use: Use, node: Entries, budget: Budget) -> Iterator[Use]:
    """The jobs that a matrix makes: one for all that get the same contexts, under its own name only where there are no others."""
    named = text(node.get("name"))
    by_contexts: dict[tuple[Mention, ...], list[Round]] = {}
    for one in rounds(node.get("matrix"), budget):
        contexts = tuple(Mention(written(said.value, one), Named.GROUP, said.line, said.column) for said in texts(node.get("context")))
        budget.spend(1 + len(contexts))
        by_contexts.setdefault(contexts, []).append(one)
    for contexts, found in by_contexts.items():
        names = [written(named, one) if named is not None and "<<" in named else f"{named or use.job.value}{ending(one)}" for one in found]
        first, *others = (arguments(use.arguments, one, budget) for one in found)
        needs = dict.fromkeys(written(name, one) for one in found for name in use.needs)
        yield replace(
            use,
            name=use.name if len(by_contexts) == 1 else names[0],
            arguments=first,
            variants=tuple(others),
            needs=tuple(needs),
            contexts=contexts,
            called=tuple(dict.fromkeys((use.name, *names))),
        )


def _asking(own: list[Use]) -> list[Use]:
    """The jobs of a workflow, each asking for others by the names that they have here."""
    known: dict[str, dict[str, None]] = {}
    for use in own:
        for name in use.called:
            known.setdefault(name, {})[use.name] = None
    return [replace(use, needs=tuple(dict.fromkeys(real for name in use.needs for real in known.get(name, {name: None})))) for use in own]


def _needs(node: Node | None) -> tuple[str, ...]:
    """Jobs by their names, or by names with the states that are asked for."""
    found: list[str] = []
    for item in items(node):
        found += [item.value] if isinstance(item, Scalar) else [key.value for key, _ in entries(item)]
    return tuple(dict.fromkeys(found))


def filtered(node: Node | None, place: Scalar) -> tuple[TriggerDefinition, ...]:
    """What filters leave of pushes: every branch and no tag, where they say nothing."""
    branches, tags = at(node, "branches"), at(node, "tags")
    found = []
    if not (_matches_all(at(branches, "ignore")) or (branches is None and isinstance(node, Scalar) and "pipeline.git.tag" in node.value)):
        spot = branches or place
        found.append(TriggerDefinition("push:branches", Trust.CONTRIBUTOR, spot.line, spot.column, _filters(branches)))
    if (tags is not None or isinstance(node, Scalar)) and not _matches_all(at(tags, "ignore")):
        spot = tags or node or place
        found.append(TriggerDefinition("push:tags", Trust.MAINTAINER, spot.line, spot.column, _filters(tags)))
    return tuple(found)


def _filters(node: Node | None) -> tuple[str, ...]:
    said = node.get("only") if isinstance(node, Entries) else node
    return tuple(one.value for one in texts(said))


def _matches_all(node: Node | None) -> bool:
    return any(one.value in _EVERYTHING for one in texts(node))


def _scheduled(workflow: Entries) -> tuple[TriggerDefinition, ...]:
    """A workflow with a schedule is started by nothing else."""
    found = []
    for item in items(workflow.get("triggers")):
        schedule = at(item, "schedule")
        if schedule is not None:
            branches = _filters(at(schedule, "filters", "branches"))
            found.append(TriggerDefinition("schedule", Trust.TIMER, schedule.line, schedule.column, branches))
    return tuple(found)


def _condition(workflow: Entries, budget: Budget) -> str | None:
    for key in ("when", "unless"):
        node = workflow.get(key)
        if isinstance(node, Scalar):
            budget.spend_text(node.value)
            return node.value[:200] if key == "when" else f"not {node.value[:200]}"
    return None


def _asks_api(root: Entries, workflow: Entries) -> TriggerDefinition | None:
    """A workflow that runs only with a parameter that is off by default: whoever calls the API turns it on. A setup could, too."""
    when = workflow.get("when")
    if not isinstance(when, Scalar):
        return None
    words = when.value.removeprefix("<<").removesuffix(">>").strip()
    name = words.removeprefix("pipeline.parameters.")
    parameter = at(root, "parameters", name) if name != words else None
    default = at(parameter, "default")
    if parameter is None or not isinstance(default, Scalar) or default.value not in _FALSE:
        return None
    return TriggerDefinition("api", Trust.REMOTE, when.line, when.column, (name,))
