"""Jobs of GitLab, from their keys.

Source: GitLab's CI/CD YAML syntax reference, "Job keywords".
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.pipelines.definition import (
    CallDefinition,
    GateDefinition,
    GateKind,
    Grant,
    JobDefinition,
    Mention,
    Named,
    Setting,
    StepDefinition,
    StepKind,
    TriggerDefinition,
    Via,
)
from scanner.pipelines.systems.ambient import Names
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.gitlab_conditions import Start
from scanner.pipelines.systems.gitlab_files import Places
from scanner.pipelines.systems.gitlab_includes import called, local_path
from scanner.pipelines.systems.gitlab_merge import Config
from scanner.pipelines.systems.gitlab_rules import Rule, by_refs, chosen, refs_of, rules_of, triggers
from scanner.pipelines.systems.gitlab_steps import PREDEFINED, TOKENS, Here, Parts, images, matrix, steps, variables
from scanner.pipelines.systems.pins import pin_of
from scanner.pipelines.yamltree import Entries, Node, Scalar, text
from scanner.records import dataclass, replace

_MOST_CONDITIONS = 50
"""Conditions that are written down for people."""
_FALSE = "false"


@dataclass(frozen=True, slots=True)
class Whole:
    """What all jobs of a pipeline share."""

    config: Config
    places: Places
    budget: Budget
    variables: frozenset[str]
    """Names of the variables that the whole pipeline has."""
    starts: frozenset[Start] | None
    """Those that `workflow` leaves; None where it says nothing."""


def job(whole: Whole, key: Scalar, node: Entries) -> JobDefinition:
    """One job, or one that others extend."""
    return _Job(whole, key, node).read()


class _Job:
    """Reads one job. It has what its methods share."""

    def __init__(self, whole: Whole, key: Scalar, node: Entries) -> None:
        self._whole = whole
        self._config = whole.config
        self._node = node
        self._key = key
        self._file = whole.places.file(key.line)
        self._line = whole.places.line(key.line)
        self._is_template = key.value.startswith(".")
        self._defaults = self._inherited("default")
        self._may_fail = self._text("allow_failure") == "true"
        self._rules = rules_of(self._config, self._get("rules"), self._text("when"), self._may_fail, whole.budget)
        self._chosen = chosen(self._rules, whole.starts)
        self._names = self._all_names()
        self._here = Here(self._config, whole.places, self._names, whole.budget)

    def read(self) -> JobDefinition:
        """The job as its file says it."""
        has_script = self._get("trigger") is None
        needs = self._get("needs")
        env = self._env()
        return JobDefinition(
            self._key.value,
            self._line,
            self._key.column,
            (*self._starting(), *steps(self._here, self._parts(has_script=has_script))),
            env,
            self._mentions(),
            self._needs(needs),
            self._text("stage") or ("test" if not self._is_template else None),
            self._environment(),
            self._gates(),
            self._triggers(),
            self._grant(),
            call=self._call(env),
            condition=" || ".join(dict.fromkeys(rule.condition.text for rule in self._running() if rule.condition))[:1000] or None,
            ignores_failure=all(rule.may_fail for rule in self._running()) if self._running() else self._may_fail,
            always=any(when in {"always", "on_failure"} for when in self._whens()),
            restores_cache=self._restores_cache(),
            is_template=self._is_template,
            file=self._file,
            starts_at_once=needs is not None and not any(True for _ in self._config.items(needs)),
            said=tuple(one for one in (self._key.value, self._text("stage")) if one),
        )

    def _get(self, name: str) -> Node | None:
        return self._config.get(self._node, name)

    def _text(self, name: str) -> str | None:
        return text(self._get(name))

    def _inherited(self, name: str) -> frozenset[str] | None:
        """The names that a job takes over from what is meant for all; None for every one."""
        said = self._config.get(self._get("inherit"), name)
        if said is None or text(said) == "true":
            return None
        return frozenset(one.value for one in self._config.items(said) if isinstance(one, Scalar) and one.value != _FALSE)

    def _or_default(self, name: str) -> Node | None:
        """What the job says, else what `default` or the top of the file says for all jobs."""
        own = self._get(name)
        if (own is not None and not (isinstance(own, Scalar) and own.is_null)) or self._is_template:
            return own
        if self._defaults is not None and name not in self._defaults:
            return None
        said = self._config.get(self._config.top("default"), name)
        return said if said is not None else self._config.top(name) if name in _AT_TOP else None

    def _all_names(self) -> Names:
        wanted = self._inherited("variables")
        wide = self._whole.variables if wanted is None else self._whole.variables & wanted
        config = self._config
        own = {key.value for key, _ in config.entries(self._get("variables"))}
        own |= {key.value for rule in self._rules for key, _ in config.entries(config.get(rule.node, "variables"))}
        own |= {key.value for one in config.items(config.get(self._get("parallel"), "matrix")) for key, _ in config.entries(one)}
        tokens = {key.value for key, _ in config.entries(self._or_default("id_tokens"))}
        stored = {key.value for key, _ in config.entries(self._get("secrets"))}
        return Names(PREDEFINED, TOKENS | tokens, wide | own, frozenset(stored))

    def _env(self) -> tuple[Setting, ...]:
        found = {one.name: one for one in matrix(self._here, self._get("parallel"))}
        for rule in self._running():
            found |= {one.name: one for one in variables(self._here, self._config.get(rule.node, "variables")) if one.name not in found}
        return tuple((found | {one.name: one for one in variables(self._here, self._get("variables"))}).values())

    def _mentions(self) -> tuple[tuple[Via, Mention], ...]:
        has_image = self._get("trigger") is None
        nodes = (self._or_default(name) for name in ("image", "services")) if has_image else ()
        named = [(Via.CONTAINER, one) for one in images(self._here, *nodes)]
        for key, _ in self._config.entries(self._get("secrets")):
            named.append((Via.JOB_ENV, Mention(key.value, Named.SECRET, *self._within(key))))
        return tuple(named)

    def _parts(self, *, has_script: bool) -> Parts:
        pages = self._get("pages")
        is_site = (self._key.value == "pages" or pages is not None) and text(pages) != _FALSE
        return Parts(
            self._or_default("hooks") if has_script else None,
            self._or_default("before_script") if has_script else None,
            self._get("script"),
            self._get("run"),
            self._get("release"),
            self._or_default("after_script") if has_script else None,
            self._config.get(self._config.get(self._get("artifacts"), "reports"), "dotenv"),
            (pages or self._key) if is_site and not self._is_template else None,
        )

    def _within(self, node: Node) -> tuple[int, int]:
        """Where something stands in the job's own file; the job itself where it stands in another."""
        return self._spot(node.line, node.column)

    def _spot(self, line: int, column: int) -> tuple[int, int]:
        places = self._whole.places
        return (places.line(line), column) if places.file(line) == self._file else (self._line, self._key.column)

    def _needs(self, node: Node | None) -> tuple[str, ...]:
        """Jobs of the same pipeline that it waits for."""
        found = []
        for item in self._config.items(node):
            elsewhere = any(self._config.get(item, name) is not None for name in ("project", "pipeline"))
            name = text(item) if isinstance(item, Scalar) else text(self._config.get(item, "job"))
            if name is not None and not elsewhere:
                found.append(name)
        return tuple(dict.fromkeys(found))

    def _environment(self) -> str | None:
        node = self._get("environment")
        return text(node) if isinstance(node, Scalar) else text(self._config.get(node, "name"))

    def _gates(self) -> tuple[GateDefinition, ...]:
        found = []
        node, name = self._get("environment"), self._environment()
        if node is not None and name is not None:
            said = {key: text(self._config.get(node, key)) for key in ("action", "deployment_tier")}
            words = "".join(f", {key} {value}" for key, value in said.items() if value is not None)
            chosen_outside = isinstance(node, Scalar | Entries) and self._is_by_input(node)
            found.append(GateDefinition(GateKind.ENVIRONMENT, f"environment {name}{words}", *self._within(node), by_input=chosen_outside))
        whens = self._whens()
        if whens in ({"manual"}, {"delayed"}):
            kind = GateKind.MANUAL if whens == {"manual"} else GateKind.WAIT
            place = self._get("when") or self._get("rules") or self._key
            is_blocking = not any(rule.may_fail for rule in self._running()) if self._rules else self._text("allow_failure") == _FALSE
            found.append(GateDefinition(kind, f"when: {min(whens)}", *self._within(place), kind is GateKind.WAIT or is_blocking))
        return tuple(found)

    def _is_by_input(self, node: Scalar | Entries) -> bool:
        """Whether what nobody here sets chooses the environment."""
        name = node if isinstance(node, Scalar) else self._config.get(node, "name")
        return isinstance(name, Scalar) and any(one.named in {Named.VARIABLE, Named.INPUT} for one in self._here.mentions(name))

    def _running(self) -> tuple[Rule, ...]:
        """The rules under which the job runs."""
        return tuple({id(rule): rule for one in self._chosen for rule in one.rules}.values())[:_MOST_CONDITIONS] if self._rules else ()

    def _whens(self) -> set[str]:
        if self._rules:
            return {rule.when for rule in self._running()}
        return {self._text("when") or "on_success"}

    def _triggers(self) -> tuple[TriggerDefinition, ...] | None:
        budget = self._whole.budget
        if self._get("rules") is not None:
            found = triggers(self._chosen)
        else:
            only, other = (refs_of(self._config, self._get(name), budget) for name in ("only", "except"))
            if only is None and other is None:
                return None
            found = by_refs(only, other, self._get("only" if only is not None else "except") or self._key, budget)
        placed = ((one, self._spot(one.line, one.column)) for one in found)
        return tuple(replace(one, line=line, column=column) for one, (line, column) in placed)

    def _grant(self) -> Grant:
        node = self._or_default("id_tokens")
        tokens = tuple(self._config.entries(node))
        if node is None or not tokens:
            return Grant(oidc=False)
        said = [one for _, token in tokens for one in self._config.items(self._config.get(token, "aud")) if isinstance(one, Scalar)]
        line, column = self._within(node)
        return Grant(oidc=True, audiences=tuple(dict.fromkeys(one.value for one in said)), line=line, column=column)

    def _restores_cache(self) -> bool:
        caches = [one for one in self._config.items(self._or_default("cache")) if isinstance(one, Entries) and one.entries]
        return any(text(self._config.get(one, "policy")) != "push" for one in caches)

    def _starting(self) -> Iterator[StepDefinition]:
        """What a job does that starts another pipeline in place of a script."""
        if (node := self._get("trigger")) is not None:
            yield StepDefinition(StepKind.TASK, *self._within(node), uses="trigger")

    def _call(self, env: tuple[Setting, ...]) -> CallDefinition | None:
        """The child or downstream pipeline that the job starts; of several files the first."""
        node = self._get("trigger")
        if node is None or self._is_template:
            return None
        call = self._called(node)
        forward = self._config.get(node, "forward")
        handed = env if text(self._config.get(forward, "yaml_variables")) != _FALSE else ()
        inputs = variables(self._here, self._config.get(node, "inputs"))
        inherits = text(self._config.get(forward, "pipeline_variables")) == "true"
        return None if call is None else replace(call, secrets=handed, inputs=(*call.inputs, *inputs), inherits=inherits)

    def _called(self, node: Node) -> CallDefinition | None:
        place = self._within(node)
        project = text(node) if isinstance(node, Scalar) else text(self._config.get(node, "project"))
        if project is not None:
            ref = text(self._config.get(node, "branch"))
            return CallDefinition(project, False, *place, ref, pin_of(ref))
        for entry in self._config.items(self._config.get(node, "include")):
            path = local_path(entry)
            found = called(Scalar(path, *place), *place) if path is not None else called(entry, *place)
            if found:
                return found[0]
        return None


_AT_TOP = frozenset({"after_script", "before_script", "cache", "image", "services"})
"""Keys that stood at the top of a file before there was `default`."""
