"""Bitbucket Pipelines.

A job is a step, called by where it stands: `default/2`, `branches/main/1`, `custom/release/1`. Steps of parallel groups and stages are
counted through. A step waits for the one before it, or for all of the group before it; so a manual step holds all that come after it.
Stages hand their deployment and their trigger to their steps. Steps that only `definitions` have are no jobs. A pipeline that is imported is
a job without steps. Custom pipelines are started by people who may write, as buttons are.
Source: Bitbucket's "Bitbucket Pipelines configuration reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.errors import UnreadableError
from scanner.model import Reason, Trust
from scanner.pipelines.definition import CallDefinition, GateDefinition, GateKind, JobDefinition, PipelineDefinition, TriggerDefinition
from scanner.pipelines.systems.bitbucket_steps import Reader, Shared, grant
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.pins import pin_of
from scanner.pipelines.systems.system import Files, System, named_like
from scanner.pipelines.yamltree import Entries, Node, Scalar, at, entries, items, parse, text, texts
from scanner.records import dataclass

_FILES = re.compile(r"(?:.{0,4096}/)?bitbucket-pipelines\.ya?ml")
_BEGINS = {
    "default": ("push:branches", Trust.CONTRIBUTOR),
    "branches": ("push:branches", Trust.CONTRIBUTOR),
    "bookmarks": ("push:branches", Trust.CONTRIBUTOR),
    "tags": ("push:tags", Trust.MAINTAINER),
    "pull-requests": ("pull_request", Trust.CONTRIBUTOR),
    "custom": ("custom", Trust.MAINTAINER),
}
"""A pull request of a fork starts no pipeline of the repository that it is meant for."""
_EVENTS = {"repository-push": "push:branches", "pullrequest-push": "pull_request", "pullrequest-created": "pull_request"}


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """One of the pipelines of a file."""

    name: str
    key: Scalar
    node: Node
    triggers: tuple[TriggerDefinition, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """A step with what its stage says."""

    key: Scalar
    node: Entries
    group: int
    """Which of the groups that follow each other it belongs to."""
    stage: Entries | None = None


def read(path: str, data: bytes, _files: Files) -> tuple[PipelineDefinition, ...]:
    """What a definition says. Raises `UnreadableError` where it is none or comes to too much."""
    documents = parse(data)
    root = documents[0] if documents else None
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no mapping of pipelines")
    shared = Shared(root.get("image"), at(root, "definitions", "services"), at(root, "options", "runs-on"), Budget())
    pipelines = tuple(_pipelines(root, shared.budget))
    imports = {key.value: value.value for key, value in entries(at(root, "definitions", "imports")) if isinstance(value, Scalar)}
    return (
        PipelineDefinition(
            platform="bitbucket",
            file=path,
            jobs=tuple(job for pipeline in pipelines for job in _jobs(pipeline, shared, imports)),
            triggers=tuple(dict.fromkeys(trigger for pipeline in pipelines for trigger in pipeline.triggers)),
            is_reusable=text(root.get("export")) == "true",
            ambient=True,
        ),
    )


def _pipelines(root: Entries, budget: Budget) -> Iterator[_Pipeline]:
    more = _events(root, budget)
    for section, node in entries(root.get("pipelines")):
        event, trust = _BEGINS.get(section.value, (section.value, Trust.UNKNOWN))
        if section.value == "default":
            yield _Pipeline("default", section, node, (TriggerDefinition(event, trust, section.line, section.column),))
            continue
        for key, pipeline in entries(node):
            budget.spend()
            filters = () if section.value == "custom" else (key.value,)
            trigger = TriggerDefinition(event, trust, key.line, key.column, filters)
            others = more.get(key.value, ()) if section.value == "custom" else ()
            yield _Pipeline(f"{section.value}/{key.value}", key, pipeline, (trigger, *others))


def _events(root: Entries, budget: Budget) -> dict[str, tuple[TriggerDefinition, ...]]:
    """What starts custom pipelines besides people."""
    found: dict[str, tuple[TriggerDefinition, ...]] = {}
    for event, rules in entries(root.get("triggers")):
        name = _EVENTS.get(event.value, event.value)
        for rule in items(rules):
            for pipeline in texts(at(rule, "pipelines")):
                known = found.get(pipeline.value, ())
                budget.spend(1 + len(known))
                found[pipeline.value] = (*known, TriggerDefinition(name, Trust.CONTRIBUTOR, event.line, event.column))
    return found


def _jobs(pipeline: _Pipeline, shared: Shared, imports: Mapping[str, str]) -> Iterator[JobDefinition]:
    if (imported := at(pipeline.node, "import")) is not None:
        call = _imported(imported, imports)
        yield JobDefinition(pipeline.name, pipeline.key.line, pipeline.key.column, triggers=pipeline.triggers, call=call)
        return
    steps = tuple(_steps(pipeline.node, shared.budget))
    own = frozenset(one.value for item in items(_variables(pipeline)) if isinstance(one := at(item, "name"), Scalar))
    before: tuple[str, ...] = ()
    now: list[str] = []
    for number, step in enumerate(steps):
        if number and step.group != steps[number - 1].group:
            before, now = tuple(now), []
        name = f"{pipeline.name}/{number + 1}"
        now.append(name)
        shared.budget.spend(1 + len(before) + len(items(pipeline.node)))
        yield _job(name, step, before, pipeline, Reader(shared, own))


def _steps(node: Node, budget: Budget) -> Iterator[_Step]:
    """All steps of a pipeline, in order. Groups stand in lists and in mappings with `steps`."""
    group = 0
    waiting: list[tuple[Node, Entries | None, int | None]] = [(item, None, None) for item in reversed(items(node))]
    while waiting:
        item, stage, within = waiting.pop()
        budget.spend()
        for key, value in entries(item):
            group += 1
            if key.value == "step" and isinstance(value, Entries):
                yield _Step(key, value, within if within is not None else group, stage)
            elif key.value == "parallel":
                inner = value.get("steps") if isinstance(value, Entries) else value
                waiting += ((one, stage, group) for one in reversed(items(inner)))
            elif key.value == "stage" and isinstance(value, Entries):
                waiting += ((one, value, None) for one in reversed(items(value.get("steps"))))


def _job(name: str, step: _Step, needs: tuple[str, ...], pipeline: _Pipeline, reader: Reader) -> JobDefinition:
    deployment = step.node.get("deployment") or (step.stage.get("deployment") if step.stage is not None else None)
    condition = step.node.get("condition")
    paths = texts(at(condition, "changesets", "includePaths"))
    return JobDefinition(
        name,
        step.key.line,
        step.key.column,
        reader.steps(step.node),
        reader.variables(_variables(pipeline)),
        reader.containers(step.node),
        needs,
        text(step.stage.get("name")) if step.stage is not None else None,
        text(deployment),
        _gates(step, deployment),
        pipeline.triggers,
        grant(step.node),
        reader.runner(step.node),
        condition=" ".join(one.value for one in paths)[:200] or None,
        ignores_failure=text(at(step.node, "on-fail", "strategy")) == "ignore",
        restores_cache=bool(texts(step.node.get("caches"))),
    )


def _variables(pipeline: _Pipeline) -> Node | None:
    """What whoever starts a custom pipeline may say."""
    return next((found for item in items(pipeline.node) if (found := at(item, "variables")) is not None), None)


def _gates(step: _Step, deployment: Node | None) -> tuple[GateDefinition, ...]:
    found = []
    if deployment is not None and (name := text(deployment)) is not None:
        found.append(GateDefinition(GateKind.ENVIRONMENT, f"environment {name}", deployment.line, deployment.column))
    for node in (step.node, step.stage):
        trigger = node.get("trigger") if node is not None else None
        if trigger is not None and text(trigger) == "manual":
            found.append(GateDefinition(GateKind.MANUAL, "trigger: manual", trigger.line, trigger.column))
            break
    return tuple(found)


def _imported(node: Node, imports: Mapping[str, str]) -> CallDefinition:
    """`repository:ref:pipeline`, or `name:pipeline` with the repository and ref among the definitions."""
    said = text(node) or ""
    first, _, pipeline = said.partition(":")
    whole = f"{imports[first]}:{pipeline}" if first in imports else said
    repository, _, rest = whole.partition(":")
    ref, _, name = rest.partition(":")
    target = f"{repository}/{name.replace(':', '/')}" if name else repository
    return CallDefinition(target, False, node.line, node.column, ref or None, pin_of(ref or None))


def _claims(root: Node) -> bool:
    """Whether a document is Bitbucket's: pipelines under the names that only it gives them."""
    pipelines = root.get("pipelines") if isinstance(root, Entries) else None
    keys = {key.value for key, _ in entries(pipelines)}
    return bool(keys) and keys <= _BEGINS.keys()


SYSTEM = System("bitbucket", _FILES, read, _claims, named_like("bitbucket"))
