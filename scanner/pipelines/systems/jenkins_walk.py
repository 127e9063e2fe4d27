"""The stages of a definition of Jenkins and their steps, in the order in which they stand.

A stage is a job, stages in it are jobs of their own, and what stands in none is the job `pipeline`. A stage without a block, as they were
written at first, goes on to the next one or to the end of the block that it stands in. What is asked for outside of stages holds what
follows it in the same branch. What a function of the file does is done
by the stage that calls it. Source: Jenkins' documentation, "Pipeline Syntax".
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import (
    CallDefinition,
    GateDefinition,
    GateKind,
    JobDefinition,
    Mention,
    Setting,
    StepDefinition,
    StepKind,
    TriggerDefinition,
    Via,
)
from scanner.pipelines.systems import jenkins_names
from scanner.pipelines.systems.jenkins_calls import Call, Values, arguments, calls
from scanner.pipelines.systems.jenkins_groovy import Group, Node, Statement, Token
from scanner.pipelines.systems.jenkins_parts import directives, function, is_block, library
from scanner.records import dataclass, field, replace

WHOLE = "pipeline"
_MOST = 300_000
_MOST_STEPS = 20_000
_DEEPEST = 6
"""Functions that functions call."""
_LONGEST = 500
"""Characters of a condition that are shown."""
_LONGEST_NAME = 200
_PREFIXES = ("steps.", "script.", "this.")
_MOST_NEEDS = 50
_MOST_GATES = 20


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a step."""

    path: tuple[str, ...] = ()
    base: tuple[str, ...] | None = None
    """The stages around one without a block, which ends where another one begins."""
    branch: int = 0
    """Of an `if` or `else`."""
    parallel: tuple[str, ...] | None = None
    """The outermost stage whose branches run beside each other."""
    is_declarative: bool = False
    """Whether directives stand here, and not steps."""
    is_nested: bool = False
    """Whether it is within the arguments of a step."""
    env: tuple[Setting, ...] = ()
    """Of the stages."""
    bound: tuple[Setting, ...] = ()
    """Of the steps around."""
    gates: tuple[GateDefinition, ...] = ()
    triggers: tuple[TriggerDefinition, ...] | None = None
    condition: str | None = None
    folder: str | None = None
    always: bool = False
    forgives: bool = False
    functions: tuple[str, ...] = ()
    """Those of the file that led here."""


@dataclass(slots=True)
class Job:
    """A stage that is being read."""

    context: Context
    line: int
    column: int
    steps: list[StepDefinition] = field(default_factory=list)
    gates: list[GateDefinition] = field(default_factory=list)
    call: CallDefinition | None = None


class Walk:
    """Goes through a file; afterwards `definitions` are its jobs, and the rest is what else it said."""

    def __init__(self, values: Values, root: Group) -> None:
        self.env: tuple[Setting, ...] = ()
        self.triggers: list[TriggerDefinition] = []
        self.inputs: list[str] = []
        self.includes: list[CallDefinition] = []
        self.mentions: list[tuple[Via, Mention]] = []
        self._values = values
        self._functions = {name: body for statement in root.statements for name, body in function(statement)}
        self._called: set[str] = set()
        self._jobs: dict[tuple[str, ...], Job] = {}
        self._waiting: list[tuple[Iterator[Statement], Context]] = []
        self._count = self._steps = self._branches = 0
        self._go((statement for statement in root.statements if not any(function(statement))), Context())
        for name, body in self._functions.items():
            if name not in self._called:
                self._go(iter(body.statements), Context())

    def _go(self, statements: Iterator[Statement], context: Context) -> None:
        self._waiting.append((statements, context))
        while self._waiting:
            one, around = self._waiting[-1]
            statement = next(one, None)
            if statement is None:
                self._waiting.pop()
                continue
            self._count += 1
            if self._count > _MOST:
                raise UnreadableError(Reason.TOO_LARGE, f"a definition of more than {_MOST} statements with its functions")
            inner: list[tuple[Iterator[Statement], Context]] = []
            for call in calls(statement):
                if (flat := self._flat(call, around)) is not None:
                    self._waiting[-1], around = (one, flat), flat
                    continue
                inner += self._directive(call, around) if around.is_declarative else self._step(call, around)
            self._waiting += reversed(inner)

    def _flat(self, call: Call, context: Context) -> Context | None:
        """What is around the statements that follow a stage without a block."""
        name = self._stage_name(call)
        blocks = (*call.blocks, *(node for node in call.arguments if isinstance(node, Group) and node.kind == "{"))
        if call.name != "stage" or not call.is_head or context.is_declarative or context.is_nested or not name or blocks:
            return None
        base = context.base if context.base is not None else context.path
        inner = replace(context, path=(*base, name), base=base)
        self._jobs.setdefault(inner.path, Job(inner, *self._values.source.place(call.at)))
        return inner

    def _stage_name(self, call: Call) -> str:
        named = next((one for one in arguments(call.arguments) if one.name in {"", "name"} and not is_block(one.nodes)), None)
        return self._values.text(named.nodes)[:_LONGEST_NAME] if named is not None else ""

    def _blocks(self, call: Call, context: Context) -> list[tuple[Iterator[Statement], Context]]:
        """What is in the blocks of a call, and in its arguments."""
        told = [(iter(block.statements), context) for block in call.blocks]
        direct = [node for node in call.arguments if isinstance(node, Group) and node.kind == "{"]
        told += ((iter(block.statements), context) for block in direct)
        others = tuple(node for node in call.arguments if not (isinstance(node, Group) and node.kind == "{"))
        if any(isinstance(node, Group) for node in others) or len(others) > 1:
            told.append((iter((others,)), replace(context, is_nested=True)))
        return told

    def _directive(self, call: Call, context: Context) -> list[tuple[Iterator[Statement], Context]]:
        """A directive of a declarative pipeline or stage."""
        if call.name == "stage":
            return self._stage(call, context)
        if call.name in {"stages", "matrix"}:
            return self._blocks(call, context)
        if call.name == "parallel":
            return self._blocks(call, replace(context, parallel=context.parallel or context.path))
        if call.name == "steps":
            return self._blocks(call, replace(context, is_declarative=False))
        if call.name == "post":
            return self._post(call, context)
        if not context.path:
            self._of_pipeline(call)
        return []

    def _of_pipeline(self, call: Call) -> None:
        for block in call.blocks:
            nodes = tuple(node for statement in block.statements for node in (*statement, Token("sign", ",", block.at)))
            if call.name == "triggers":
                self.triggers += (one for each in block.statements for one in jenkins_names.triggers(each, self._values))
            elif call.name == "parameters":
                self.inputs += jenkins_names.parameters(nodes, self._values)
            elif call.name == "libraries":
                self.includes += (one for each in block.statements for inner in calls(each) for one in library(inner, self._values))

    def _post(self, call: Call, context: Context) -> list[tuple[Iterator[Statement], Context]]:
        """What is done at the end, each part under the outcome that it is for."""
        told = []
        for block in call.blocks:
            for statement in block.statements:
                for part in calls(statement):
                    always = part.name in jenkins_names.ALWAYS
                    told += self._blocks(part, replace(context, is_declarative=False, always=always, gates=(), parallel=context.parallel))
        return told

    def _stage(self, call: Call, context: Context) -> list[tuple[Iterator[Statement], Context]]:
        name = self._stage_name(call)
        blocks = (*call.blocks, *(node for node in call.arguments if isinstance(node, Group) and node.kind == "{"))
        if not name or not blocks:
            return self._blocks(call, context)
        inner = replace(context, path=(*(context.path if context.base is None else context.base), name), base=None)
        line, column = self._values.source.place(call.at)
        told = []
        for block in blocks:
            if context.is_declarative:
                inner = self._surrounded(block, inner)
            self._jobs.setdefault(inner.path, Job(inner, line, column))
            told.append((iter(block.statements), inner))
        return told

    def _surrounded(self, block: Group, context: Context) -> Context:
        """The context within a pipeline or stage, with its variables, agent, gate and condition."""
        for statement in block.statements:
            for call in calls(statement):
                for body in call.blocks:
                    if call.name == "environment":
                        context = replace(context, env=(*context.env, *jenkins_names.environment(body, self._values)))
                    elif call.name == "when":
                        let_in = jenkins_names.when(body, self._values)
                        shown = " ".join(self._values.source.text[body.at + 1 : min(body.end - 1, body.at + _LONGEST)].split())
                        context = replace(context, triggers=let_in or context.triggers, condition=shown or context.condition)
                    elif call.name == "input":
                        context = replace(context, gates=(*context.gates, self._gate(call, directives(body))))
                    elif call.name == "agent":
                        self.mentions += ((Via.CONTAINER, mention) for mention in jenkins_names.container(body, self._values))
        return context

    def _gate(self, call: Call, nodes: tuple[Node, ...]) -> GateDefinition:
        said = {one.name: self._values.text(one.nodes) for one in arguments(nodes)}
        submitter = said.get("submitter", "")
        evidence = f"input, submitter {submitter}" if submitter else "input"
        return GateDefinition(GateKind.INPUT, evidence, *self._values.source.place(call.at), by_input="params." in submitter)

    def _step(self, call: Call, context: Context) -> list[tuple[Iterator[Statement], Context]]:
        name = call.name
        for prefix in _PREFIXES:
            name = name.removeprefix(prefix)
        if name == "pipeline" and not context.path:
            for block in call.blocks:
                outer = self._surrounded(block, Context())
                self.env = (*self.env, *outer.env)
            return self._blocks(call, Context(is_declarative=True))
        if name == "stage":
            return self._stage(call, context)
        if name == "parallel":
            return self._parallel(call, context)
        if name in jenkins_names.SHELLS:
            self._shell(call, name, context)
            return []
        return self._inlined(call, name, context) if name in self._functions else self._other(call, name, context)

    def _inlined(self, call: Call, name: str, context: Context) -> list[tuple[Iterator[Statement], Context]]:
        """What a function of the file does, once on every way that leads to it."""
        self._called.add(name)
        if name in context.functions or len(context.functions) >= _DEEPEST:
            return self._blocks(call, context)
        inner = replace(context, functions=(*context.functions, name), is_nested=False)
        return [*self._blocks(call, context), (iter(self._functions[name].statements), inner)]

    def _other(self, call: Call, name: str, context: Context) -> list[tuple[Iterator[Statement], Context]]:
        """A step that is no script: what it gives to the steps in its block, and whether it is one that does something."""
        if name in {"withCredentials", "configFileProvider"}:
            context = replace(context, bound=(*context.bound, *jenkins_names.bound(call, self._values)))
        elif name == "withEnv":
            context = replace(context, bound=(*context.bound, *jenkins_names.with_env(call, self._values)))
        elif name == "dir":
            context = replace(context, folder=self._values.text(call.arguments) or None)
        elif name in jenkins_names.FORGIVING:
            context = replace(context, forgives=True)
        elif name == "input" and not context.is_nested:
            self._held(call, context)
            return []
        elif name in {"if", "else"}:
            self._branches += 1
            context = replace(context, branch=self._branches)
        elif name == "properties" and not context.is_nested:
            self.triggers += jenkins_names.triggers(call.arguments, self._values)
        elif name in {"Library", "library"}:
            self.includes += library(call, self._values)
        elif jenkins_names.is_task(name) and call.is_head and not context.is_nested:
            self._task(call, name, context)
        return self._blocks(call, context)

    def _held(self, call: Call, context: Context) -> None:
        """Somebody is asked: of a stage, that holds it and what waits for it; outside of stages, what follows in the same branch."""
        gate = self._gate(call, call.arguments)
        if context.path:
            self._job(context, call).gates.append(gate)
            return
        for at, (statements, around) in enumerate(self._waiting):
            if around.branch == context.branch and not around.path and len(around.gates) < _MOST_GATES:
                self._waiting[at] = statements, replace(around, gates=(*around.gates, gate))

    def _parallel(self, call: Call, context: Context) -> list[tuple[Iterator[Statement], Context]]:
        """Branches beside each other, each a stage by its key."""
        around = replace(context, parallel=context.parallel if context.parallel is not None else context.path)
        told: list[tuple[Iterator[Statement], Context]] = []
        waiting = [call.arguments]
        while waiting:
            for one in arguments(waiting.pop()):
                for node in one.nodes:
                    if isinstance(node, Group) and node.kind == "{":
                        path = (*context.path, one.name[:_LONGEST_NAME]) if one.name else context.path
                        inner = replace(around, path=path)
                        told.append((iter(node.statements), inner))
                    elif isinstance(node, Group):
                        waiting.append(node.nodes)
        return told + [(iter(block.statements), around) for block in call.blocks]

    def _job(self, context: Context, call: Call) -> Job:
        found = self._jobs.get(context.path)
        if found is None:
            line, column = self._values.source.place(call.at)
            found = self._jobs[context.path] = Job(context, line, column)
        return found

    def _shell(self, call: Call, name: str, context: Context) -> None:
        given = arguments(call.arguments)
        said = {one.name: one.nodes for one in given}
        nodes = said.get("script") or next((one.nodes for one in given if not one.name), ())
        script = self._values.script(nodes, jenkins_names.SHELLS[name])
        label = self._values.text(said["label"]) if said.get("label") else None
        forgives = context.forgives or self._values.text(said.get("returnStatus", ())) == "true"
        step = self._bare(call, context)
        self._add(call, context, replace(step, title=label, script=script, ignores_failure=forgives))

    def _task(self, call: Call, name: str, context: Context) -> None:
        settings = self._values.settings(name, call.arguments)
        self._add(call, context, replace(self._bare(call, context), kind=StepKind.TASK, uses=name, settings=settings))
        target = next((one for one in settings if one.name == "job"), None) if name == "build" else None
        job = self._job(context, call)
        if target is not None and job.call is None:
            job.call = CallDefinition(target.value, is_local=False, line=target.line, column=target.column)

    def _bare(self, call: Call, context: Context) -> StepDefinition:
        line, column = self._values.source.place(call.at)
        return StepDefinition(
            StepKind.SCRIPT,
            line,
            column,
            env=context.bound,
            folder=context.folder,
            ignores_failure=context.forgives,
            always=context.always,
        )

    def _add(self, call: Call, context: Context, step: StepDefinition) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise UnreadableError(Reason.TOO_LARGE, f"a definition of more than {_MOST_STEPS} steps with its functions")
        job = self._job(context, call)
        job.steps.append(step)
        if not context.path:
            job.gates += (gate for gate in context.gates if gate not in job.context.gates and gate not in job.gates)

    def definitions(self) -> Iterator[JobDefinition]:
        """The jobs, each with those that it waits for: the one before it, or all branches before it."""
        parents = {path[:length] for path in self._jobs for length in range(1, len(path))}
        front: tuple[str, ...] = ()
        entry: tuple[str, ...] = ()
        branches: dict[str, str] = {}
        group: tuple[str, ...] | None = None
        for path, job in self._jobs.items():
            if path in parents and not job.steps and not job.gates:
                continue
            name = "/".join(path) or WHOLE
            parallel = job.context.parallel
            if parallel is None or path == parallel:
                front = tuple(branches.values())[:_MOST_NEEDS] or front
                branches, group = {}, None
                yield _definition(job, name, front)
                front = (name,)
                continue
            if parallel != group:
                entry, group = tuple(branches.values())[:_MOST_NEEDS] or front, parallel
                branches = {}
            branch = path[len(parallel)]
            yield _definition(job, name, (branches[branch],) if branch in branches else entry)
            branches[branch] = name


def _definition(job: Job, name: str, needs: tuple[str, ...]) -> JobDefinition:
    context = job.context
    return JobDefinition(
        name,
        job.line,
        job.column,
        tuple(job.steps),
        context.env,
        needs=needs,
        stage=context.path[0] if context.path else None,
        gates=(*context.gates, *job.gates),
        triggers=context.triggers,
        runner="self_hosted",
        call=job.call,
        condition=context.condition,
    )
