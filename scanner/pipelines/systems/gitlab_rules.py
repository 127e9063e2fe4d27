"""When a job of GitLab runs: what `rules`, `only`, `except`, `when` and `allow_failure` leave of all ways in which a pipeline begins.

Source: GitLab's CI/CD YAML syntax reference, `rules`, `when`, `workflow` and `only`.
"""

from __future__ import annotations

from scanner.model import Trust
from scanner.pipelines.definition import TriggerDefinition
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.gitlab_conditions import STARTS, Condition, Start
from scanner.pipelines.systems.gitlab_merge import Config
from scanner.pipelines.yamltree import Entries, Node, Scalar, text
from scanner.records import dataclass

_REF_KEYWORDS = frozenset({start.keyword for start in STARTS} | {"pushes"})
_WEAKEST_FIRST = (Trust.UNTRUSTED, Trust.CONTRIBUTOR, Trust.REMOTE, Trust.TIMER, Trust.UNKNOWN, Trust.MAINTAINER)
_PATHS = ("changes", "exists")
_MOST_REFS = 100
"""Entries of `only` that are looked at."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `rules`."""

    node: Entries
    condition: Condition | None
    has_paths: bool
    """Whether it also asks for files, which nobody knows here."""
    when: str
    may_fail: bool
    line: int
    column: int

    def says(self, start: Start) -> bool | None:
        """Whether it applies to pipelines that begin so."""
        said = True if self.condition is None else self.condition.says(start)
        return None if said and self.has_paths else said


@dataclass(frozen=True, slots=True)
class Chosen:
    """A start that is left, and the rules of which one decides about it."""

    start: Start
    rules: tuple[Rule, ...]


def rules_of(config: Config, node: Node | None, when: str | None, may_fail: bool, budget: Budget) -> tuple[Rule, ...]:
    """The entries of a `rules`; what the job says counts where an entry does not."""
    found = []
    for item in config.items(node):
        if not isinstance(item, Entries):
            continue
        said = config.get(item, "if")
        condition = Condition(said, budget) if isinstance(said, Scalar) and not said.is_null else None
        place = said if isinstance(said, Scalar) else item
        allowed = text(config.get(item, "allow_failure"))
        found.append(
            Rule(
                item,
                condition,
                any(config.get(item, name) is not None for name in _PATHS),
                text(config.get(item, "when")) or when or "on_success",
                may_fail if allowed is None else allowed == "true",
                place.line,
                place.column,
            )
        )
    return tuple(found)


def chosen(rules: tuple[Rule, ...], within: frozenset[Start] | None = None) -> tuple[Chosen, ...]:
    """The starts for which a job or pipeline runs, or may run; `within` are those that its pipeline has."""
    left = []
    for start in STARTS:
        if within is not None and start not in within and not start.is_said:
            continue
        applying: list[Rule] = []
        for rule in rules:
            said = rule.says(start)
            if said is False:
                continue
            if rule.when != "never":
                applying.append(rule)
            if said:
                break
        named = tuple(rule for rule in applying if not start.is_said or _is_named(rule, start) or (within is not None and start in within))
        if named:
            left.append(Chosen(start, named))
    return tuple(left)


def _is_named(rule: Rule, start: Start) -> bool:
    return rule.condition is not None and rule.condition.names(start)


def triggers(all_chosen: tuple[Chosen, ...]) -> tuple[TriggerDefinition, ...]:
    """What starts a job: each event once, as its weakest start has it."""
    events: dict[str, list[Chosen]] = {}
    for one in all_chosen:
        events.setdefault(one.start.event, []).append(one)
    return tuple(
        TriggerDefinition(event, _weakest(several), several[0].rules[0].line, several[0].rules[0].column, _refs(several))
        for event, several in events.items()
    )


def _weakest(several: list[Chosen]) -> Trust:
    return min((one.start.trust for one in several), key=_WEAKEST_FIRST.index)


def _refs(several: list[Chosen]) -> tuple[str, ...]:
    """Branches and tags; none where one of the rules asks for none."""
    rules = {id(rule): rule for one in several for rule in one.rules}
    refs = [rule.condition.refs() if rule.condition is not None else () for rule in rules.values()]
    return tuple(dict.fromkeys(name for names in refs for name in names)) if all(refs) else ()


@dataclass(frozen=True, slots=True)
class Refs:
    """An `only` or `except`."""

    names: tuple[str, ...] | None
    """None where it says nothing of refs."""
    conditions: tuple[Condition, ...]

    def matches(self, start: Start) -> bool | None:
        """Whether one of its refs covers such pipelines; None where it covers some of them."""
        answers = [_covers(name.partition("@")[0] if not name.startswith("/") else name, start) for name in self.names or ()]
        return True if True in answers else None if None in answers else False


def refs_of(config: Config, node: Node | None, budget: Budget) -> Refs | None:
    """What an `only` or `except` says; None where there is none."""
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return None
    listed = config.get(node, "refs") if isinstance(node, Entries) else node
    names = None if listed is None else tuple(one.value for one in config.items(listed) if isinstance(one, Scalar))[:_MOST_REFS]
    variables = config.items(config.get(node, "variables")) if isinstance(node, Entries) else iter(())
    conditions = tuple(Condition(one, budget) for one in variables if isinstance(one, Scalar))
    return Refs(names, conditions)


def _covers(name: str, start: Start) -> bool | None:
    """A name is a branch's; a pattern may mean branches and tags."""
    if name == start.keyword:
        return True
    if name == "pushes":
        return start.source == "push"
    if name in {"branches", "tags"}:
        return None if start.is_said else False
    if name in _REF_KEYWORDS:
        return False
    is_pattern = name.startswith("/")
    return None if start.source == "push" and (is_pattern or start.ref == "branch") else False


def by_refs(only: Refs | None, other: Refs | None, node: Node, budget: Budget) -> tuple[TriggerDefinition, ...]:
    """What `only` and `except` leave. GitLab's default for `only` is branches and tags."""
    names = only.names if only is not None and only.names is not None else ("branches", "tags")
    asked = Refs(names, only.conditions if only is not None else ())
    left: dict[str, TriggerDefinition] = {}
    for start in STARTS:
        budget.spend(len(names) + 1)
        said = asked.matches(start)
        if said is False or (start.is_said and start.keyword not in names):
            continue
        if only is not None and only.conditions and all(one.says(start) is False for one in only.conditions):
            continue
        if other is not None and _is_excluded(other, start):
            continue
        filters = tuple(name for name in names if name not in _REF_KEYWORDS) if said is None else ()
        if start.event not in left:
            left[start.event] = TriggerDefinition(start.event, start.trust, node.line, node.column, filters)
    return tuple(left.values())


def _is_excluded(other: Refs, start: Start) -> bool:
    """Each key of `except` excludes by itself."""
    if other.names is not None and other.matches(start):
        return True
    return any(one.says(start) is True for one in other.conditions)
