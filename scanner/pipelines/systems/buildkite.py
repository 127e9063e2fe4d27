"""Buildkite: `.buildkite/pipeline.yml`, and whatever other pipelines lie in `.buildkite`.

A step is a job. All run at once, but for what they say they wait for, for `wait`, and for `block`, which both hold whatever comes after them
and says nothing itself: so every stretch between them is a stage. An `input` holds only what waits for it by name. Agents hand their own
variables to every command, which is how most secrets come in. What starts a pipeline is kept at the server and shown by no file.
Source: Buildkite's "Defining your pipeline steps", "Managing step dependencies", "Using conditionals", "Branch configuration".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from scanner.errors import UnreadableError
from scanner.model import Reason, Trust
from scanner.pipelines.definition import (
    CallDefinition,
    GateDefinition,
    GateKind,
    Grant,
    JobDefinition,
    PipelineDefinition,
    StepDefinition,
    StepKind,
    TriggerDefinition,
    Via,
)
from scanner.pipelines.systems.ambient import Names, Session
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.buildkite_conditions import narrowed
from scanner.pipelines.systems.buildkite_steps import fetched, plugins, scripts, stored, title, unpacked
from scanner.pipelines.systems.given import ambient, variables
from scanner.pipelines.systems.system import Files, System, named_like
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, parse, text, texts
from scanner.records import dataclass, replace

_PREDEFINED = re.compile(r"BUILDKITE(?!_API_TOKEN)(?:_[A-Z0-9_]{1,200})?|CI")
_TOKENS = frozenset({"BUILDKITE_AGENT_ACCESS_TOKEN", "BUILDKITE_AGENT_JOB_API_TOKEN"})
_ASKS = re.compile(r"buildkite-agent[ \t]{1,8}+oidc[ \t]{1,8}+request-token(?:[^\n]{0,300}?--audience[ =]{1,4}[\"']?([^\s\"']{1,200}))?")
_BY_IDENTITY = re.compile(r".{0,200}(?:oidc|web-identity|workload-identity).{0,200}")
_COMMANDS = frozenset({"command", "commands", "script", "plugins"})
_HOLDS = {"block": GateKind.APPROVAL, "manual": GateKind.APPROVAL, "input": GateKind.INPUT}
_WAITS = frozenset({"wait", "waiter"})
_KINDS = ("wait", "waiter", "block", "manual", "input", "trigger", "group")
_LONGEST = 200
_MOST = 5_000
"""Steps of a pipeline; Buildkite takes 500 at a time."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A step with its name, its group and the stretch between barriers in which it stands."""

    name: str
    kind: str
    node: Entries
    stage: int
    keys: tuple[str, ...]
    """What others may call it when they wait for it."""
    group: Entries | None


def _read(path: str, data: bytes, _files: Files) -> tuple[PipelineDefinition, ...]:
    root = next(iter(parse(data)), None)
    top = root if isinstance(root, Entries) else None
    listed = root if isinstance(root, Items) else at(root, "steps")
    if top is None and not isinstance(root, Items):
        raise UnreadableError(Reason.MALFORMED, "no definition of Buildkite")
    if listed is None:
        return ()
    budget = Budget()
    placed = tuple(islice(_placed(listed), _MOST + 1))
    if len(placed) > _MOST:
        raise UnreadableError(Reason.TOO_LARGE, f"a pipeline of more than {_MOST} steps")
    said = (*variables(at(top, "env")), *stored(at(top, "secrets")))
    own = frozenset(one.name for one in said)
    env = ambient(said, Names(_PREDEFINED, _TOKENS, own))
    everything = _triggers(listed)
    reader = _Reader(placed, everything, _runner(at(top, "agents")), own, budget)
    stages = tuple(str(number) for number in range(max((one.stage for one in placed), default=0) + 1))
    return (
        PipelineDefinition(
            "buildkite", path, tuple(map(reader.job, placed)), everything, env=env, ambient=True, serial=len(stages) > 1, stages=stages
        ),
    )


def _triggers(place: Node) -> tuple[TriggerDefinition, ...]:
    """All that Buildkite's settings may let start a pipeline."""
    told = {
        "push:branches": Trust.CONTRIBUTOR,
        "pull_request": Trust.CONTRIBUTOR,
        "push:tags": Trust.MAINTAINER,
        "ui": Trust.MAINTAINER,
        "api": Trust.REMOTE,
        "trigger_job": Trust.REMOTE,
        "schedule": Trust.TIMER,
    }
    return tuple(TriggerDefinition(event, trust, place.line, place.column) for event, trust in told.items())


def _kind(step: Node) -> str:
    """What kind of step it is, told by its key."""
    if isinstance(step, Scalar):
        return step.value if step.value in _KINDS else "command"
    said = text(at(step, "type"))
    keys = {key.value for key, _ in entries(step)}
    return said if said in _KINDS else next((kind for kind in _KINDS if kind in keys), "command")


def _placed(listed: Node) -> Iterator[_Placed]:
    """All steps in their order, those of groups in the place of their group; barriers count, and a `wait` is no step."""
    met: dict[str, int] = {}
    stage = 0
    for name, step, group in _steps(listed):
        kind = _kind(step)
        if kind in _WAITS:
            stage += 1
            continue
        holds = kind in {"block", "manual"}
        node = step if isinstance(step, Entries) else Entries((), step.line, step.column)
        met[name] = met.get(name, 0) + 1
        keys = tuple(key for one in (node, group) if one is not None and (key := _key(one)) is not None)
        stage += holds
        yield _Placed(name if met[name] == 1 else f"{name}/{met[name]}", kind, node, stage, keys, group)
        stage += holds


def _steps(listed: Node) -> Iterator[tuple[str, Node, Entries | None]]:
    """Each step with its name and its group."""
    for position, step in enumerate(items(listed), 1):
        if isinstance(step, Entries) and _kind(step) == "group":
            name = _name(step, "group") or str(position)
            for inner, below in enumerate(items(step.get("steps")), 1):
                if _is_step(below):
                    yield _name(below, _kind(below)) or f"{name}/{inner}", below, step
        elif _is_step(step):
            yield _name(step, _kind(step)) or str(position), step, None


def _is_step(node: Node) -> bool:
    return isinstance(node, Entries) or (isinstance(node, Scalar) and node.value in _KINDS)


def _name(step: Node, kind: str) -> str | None:
    if not isinstance(step, Entries):
        return None
    own = text(step.get(kind)) if kind in {"block", "input", "group", "manual"} else None
    return (_key(step) or title(step) or own or "")[:_LONGEST] or None


def _key(step: Entries) -> str | None:
    return text(step.get("key")) or text(step.get("id")) or text(step.get("identifier"))


class _Reader:
    """Makes jobs of the steps of one pipeline."""

    def __init__(
        self, placed: Sequence[_Placed], triggers: tuple[TriggerDefinition, ...], runner: str, own: frozenset[str], budget: Budget
    ) -> None:
        self._by_key: dict[str, list[str]] = {}
        for one in placed:
            for key in one.keys:
                self._by_key.setdefault(key, []).append(one.name)
        self._triggers, self._runner, self._own, self._budget = triggers, runner, own, budget

    def job(self, one: _Placed) -> JobDefinition:
        """What a step says."""
        step, waits = one.node, self._waits(one)
        conditions = [node for node in (step, one.group) if node is not None]
        own = self._triggers
        for node in conditions:
            own = narrowed(own, text(node.get("if")), texts(node.get("branches")))
        agents = step.get("agents")
        bare = JobDefinition(
            one.name,
            step.line,
            step.column,
            needs=waits or (),
            stage=str(one.stage),
            gates=tuple(_gates(one)),
            triggers=None if own == self._triggers else own,
            runner=self._runner if agents is None else _runner(agents),
            condition=" && ".join(said for node in conditions if (said := text(node.get("if"))) is not None) or None,
            ignores_failure=_is_soft(step.get("soft_fail")),
            always=text(step.get("allow_dependency_failure")) == "true",
            restores_cache=step.get("cache") is not None,
            starts_at_once=waits == (),
        )
        if one.kind == "trigger":
            starts = StepDefinition(StepKind.TASK, step.line, step.column, title=title(step), uses=one.kind)
            return replace(bare, call=_call(step), steps=(starts,))
        return bare if one.kind in _HOLDS else self._commanded(bare, step)

    def _waits(self, one: _Placed) -> tuple[str, ...] | None:
        """Names of the steps that a step or its group says it waits for; None where neither says anything."""
        said = [node for owner in (one.node, one.group) if owner is not None and (node := owner.get("depends_on")) is not None]
        if not said:
            return None
        found: dict[str, None] = {}
        for node in said:
            for name in dict.fromkeys(_waited(node)):
                steps = self._by_key.get(name, ())
                self._budget.spend(len(steps) + 1)
                found |= dict.fromkeys(steps)
        found.pop(one.name, None)
        return tuple(found)

    def _commanded(self, bare: JobDefinition, step: Entries) -> JobDefinition:
        """The job of a step that runs something."""
        given = step.get("plugins")
        env = (*variables(step.get("env")), *stored(step.get("secrets")), *fetched(given))
        if env:
            self._budget.spend(len(self._own))
        names = Names(_PREDEFINED, _TOKENS, own=self._own.union(one.name for one in env) if env else self._own)
        commands = (
            StepDefinition(StepKind.SCRIPT, one.line, one.column, title=title(step), script=one)
            for one in scripts(step, Session(names, self._budget))
        )
        steps = (*plugins(given, names), *commands)
        whole = tuple((Via.PLUGIN, one) for one in unpacked(given))
        return replace(bare, env=ambient(env, names), steps=steps, mentions=whole, grant=_grant(steps))


def _waited(node: Node) -> Iterator[str]:
    """Keys of the steps that are waited for: one, a list, or mappings that say more."""
    for one in items(node):
        name = text(one.get("step")) if isinstance(one, Entries) else text(one)
        if name is not None:
            yield name


def _gates(one: _Placed) -> Iterator[GateDefinition]:
    kind = _HOLDS.get(one.kind)
    if kind is not None:
        yield GateDefinition(kind, f"{one.kind} step {one.name}", one.node.line, one.node.column)


def _call(step: Entries) -> CallDefinition:
    """The pipeline that a step starts, with the variables that it hands over."""
    given = variables(at(step, "build", "env"))
    return CallDefinition(text(step.get("trigger")) or "", is_local=False, line=step.line, column=step.column, inputs=given)


def _runner(agents: Node | None) -> str:
    """Queues are of one's own agents, but for those that Buildkite hosts, which are mostly called so."""
    if agents is None or (isinstance(agents, Scalar) and agents.is_null):
        return "unknown"
    queues = [text(at(agents, "queue")) or "", *(one.value.partition("queue=")[2] for one in texts(agents))]
    return "hosted" if any("hosted" in queue and "self" not in queue for queue in queues) else "self_hosted"


def _is_soft(node: Node | None) -> bool:
    """Whether any failure of a step is passed over."""
    return text(node) == "true" or any(text(at(one, "exit_status")) == "*" for one in items(node))


def _grant(steps: Sequence[StepDefinition]) -> Grant:
    """Every job may ask for an identity token; it counts where one does."""
    for step in steps:
        asks = _ASKS.search(step.script.value) if step.script is not None else None
        if asks is not None:
            return Grant(oidc=True, audiences=(asks[1],) if asks[1] else (), line=step.line, column=step.column)
        if step.script is None and step.uses is not None and _BY_IDENTITY.fullmatch(step.uses) is not None:
            return Grant(oidc=True, line=step.line, column=step.column)
    return Grant()


def claims(node: Node) -> bool:
    """Whether a document elsewhere is one: a list of steps of which one is a barrier, has agents or plugins."""
    listed = items(node if isinstance(node, Items) else at(node, "steps"))
    keys = {key.value for step in listed for key, _ in entries(step)}
    waits = any(isinstance(step, Scalar) and step.value in _WAITS for step in listed)
    return bool(keys & _COMMANDS) and (waits or bool(keys & {"wait", "block", "agents", "plugins", "soft_fail"}))


_FILES = re.compile(r"(?:.{0,4096}/)?(?:\.?buildkite|\.buildkite/(?:[^/]{1,255}/){0,4}[^/]{1,255})\.(?:ya?ml|json)")
SYSTEM = System("buildkite", _FILES, _read, claims, named_like("buildkite"))
