"""What GitLab's `if` says about each way in which a pipeline can begin: yes, no, or who knows.

A regular expression of a definition is never run: what it says is unknown, but that a variable without a value matches none.
Source: GitLab's "CI/CD variable expressions" and "Predefined CI/CD variables reference".
"""

from __future__ import annotations

import re

from scanner.model import Trust
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.yamltree import Scalar
from scanner.records import dataclass

_LONGEST = 4096
_TOKEN = re.compile(
    r"""
    [ \t\r\n]{0,4096}+ (?:
        \$ (?P<name> [A-Za-z_][A-Za-z0-9_]{0,255}+ )
      | (?P<text> "[^"]{0,4096}+" | '[^']{0,4096}+' )
      | (?P<pattern> / (?: [^/\\] | \\. ){1,4096}+ / [a-z]{0,3} )
      | (?P<null> null \b )
      | (?P<operator> == | != | =~ | !~ | && | \|\| | \( | \) )
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_COMPARED = frozenset({"==", "!=", "=~", "!~"})
_BINDS = {"||": 1, "&&": 2, "==": 3, "!=": 3, "=~": 3, "!~": 3}
_REFS = frozenset({"CI_COMMIT_BRANCH", "CI_COMMIT_TAG", "CI_COMMIT_REF_NAME", "CI_COMMIT_REF_SLUG", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"})
_TRIGGERED = "CI_PIPELINE_TRIGGERED"
_REQUESTS = (("merge_request_event", "CI_MERGE_REQUEST_"), ("external_pull_request_event", "CI_EXTERNAL_PULL_REQUEST_"))
_ALWAYS = frozenset({"CI_DEFAULT_BRANCH", "CI_COMMIT_REF_NAME", "CI_COMMIT_REF_SLUG", "CI_COMMIT_SHA"})


@dataclass(frozen=True, slots=True)
class Value:
    """What a variable is, as far as that is known: a text, nothing, something, or who knows."""

    text: str | None = None
    is_null: bool = False
    is_some: bool = False
    is_pattern: bool = False

    @property
    def truth(self) -> bool | None:
        """What it is as a condition."""
        if self.text is not None:
            return self.text != ""
        return False if self.is_null else True if self.is_some else None


_NULL, _SOME, _ANY = Value(is_null=True), Value(is_some=True), Value()


@dataclass(frozen=True, slots=True)
class Start:
    """A way in which a pipeline begins."""

    event: str
    trust: Trust
    source: str
    keyword: str
    """What `only` and `except` call it."""
    ref: str = ""
    """`branch` or `tag`; empty where it may be either, or is neither."""
    is_protected: bool | None = None
    is_said: bool = False
    """Whether it counts only where a definition names it: who may start a pipeline so is a setting of the project."""

    def value(self, name: str) -> Value:
        """What a variable is in such a pipeline."""
        known = {
            "CI": Value("true"),
            "GITLAB_CI": Value("true"),
            "CI_PIPELINE_SOURCE": Value(self.source),
            "CI_COMMIT_REF_PROTECTED": _ANY if self.is_protected is None else Value(str(self.is_protected).lower()),
            "CI_COMMIT_BRANCH": self._of_ref("branch"),
            "CI_COMMIT_TAG": self._of_ref("tag"),
            _TRIGGERED: _SOME if self.source == "trigger" else _NULL,
        }
        if name in known:
            return known[name]
        for source, prefix in _REQUESTS:
            if name.startswith(prefix):
                return _NULL if self.source != source else _SOME if name.endswith("_IID") or name == f"{prefix}ID" else _ANY
        return _SOME if name in _ALWAYS else _ANY

    def _of_ref(self, ref: str) -> Value:
        if self.source in {source for source, _ in _REQUESTS}:
            return _NULL
        return _SOME if self.ref == ref else _NULL if self.ref else _ANY


STARTS = (
    Start("push:branches", Trust.CONTRIBUTOR, "push", "branches", "branch", is_protected=False),
    Start("push:branches", Trust.MAINTAINER, "push", "branches", "branch", is_protected=True),
    Start("push:tags", Trust.MAINTAINER, "push", "tags", "tag"),
    Start("merge_request_event", Trust.CONTRIBUTOR, "merge_request_event", "merge_requests", is_protected=False),
    Start("external_pull_request_event", Trust.CONTRIBUTOR, "external_pull_request_event", "external_pull_requests", is_said=True),
    Start("schedule", Trust.TIMER, "schedule", "schedules", is_said=True),
    Start("web", Trust.MAINTAINER, "web", "web", is_said=True),
    Start("api", Trust.REMOTE, "api", "api", is_said=True),
    Start("trigger", Trust.REMOTE, "trigger", "triggers", is_said=True),
    Start("pipeline", Trust.REMOTE, "pipeline", "pipelines", is_said=True),
    Start("chat", Trust.REMOTE, "chat", "chat", is_said=True),
    Start("parent_pipeline", Trust.UNKNOWN, "parent_pipeline", "parent_pipeline", is_said=True),
)
"""Source of the names: GitLab's `CI_PIPELINE_SOURCE` predefined variable and `only:refs`."""


@dataclass(frozen=True, slots=True)
class _Operand:
    name: str | None
    value: Value


_Token = str | _Operand


class Condition:
    """An `if`, ready to be asked."""

    def __init__(self, scalar: Scalar, budget: Budget) -> None:
        budget.spend_text(scalar.value)
        self.text = scalar.value
        self._budget = budget
        self._tokens = _tokens(scalar.value)
        self._order = _postfix(self._tokens) if self._tokens is not None else None

    def says(self, start: Start) -> bool | None:
        """Whether it holds for pipelines that begin so; None where that is not known."""
        if self._order is None:
            return None
        self._budget.spend(1 + len(self._order))
        stack: list[Value | bool | None] = []
        for token in self._order:
            if isinstance(token, _Operand):
                stack.append(start.value(token.name) if token.name is not None else token.value)
                continue
            if len(stack) < len(("left", "right")):
                return None
            right, left = stack.pop(), stack.pop()
            stack.append(_compared(token, left, right) if token in _COMPARED else _joined(token, _truth(left), _truth(right)))
        return _truth(stack[0]) if len(stack) == 1 else None

    def names(self, start: Start) -> bool:
        """Whether it spells out the source of such pipelines, or asks for what only they have."""
        operands = [token for token in self._tokens or () if isinstance(token, _Operand)]
        words = {word for one in operands if one.value.text for word in re.split(r"\W", one.value.text)}
        return start.source in words or (start.source == "trigger" and any(one.name == _TRIGGERED for one in operands))

    def refs(self) -> tuple[str, ...]:
        """Branches and tags that it compares with, as written."""
        tokens = self._tokens or []
        found = []
        for left, operator, right in zip(tokens, tokens[1:], tokens[2:], strict=False):
            if operator in {"==", "=~"} and isinstance(left, _Operand) and left.name in _REFS and isinstance(right, _Operand):
                found.append(f"${right.name}" if right.name is not None else right.value.text or "")
        return tuple(one for one in found if one)


def _tokens(text: str) -> list[_Token] | None:
    """The words of an expression; None where one is none of GitLab's."""
    found: list[_Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or end > _LONGEST:
            return None
        position = match.end()
        if match["operator"] is not None:
            found.append(match["operator"])
        elif match["name"] is not None:
            found.append(_Operand(match["name"], _ANY))
        elif match["text"] is not None:
            found.append(_Operand(None, Value(match["text"][1:-1])))
        elif match["pattern"] is not None:
            found.append(_Operand(None, Value(match["pattern"], is_pattern=True)))
        else:
            found.append(_Operand(None, _NULL))
    return found


def _postfix(tokens: list[_Token]) -> list[_Token] | None:
    """The same with operators after what they join; None where parentheses do not match."""
    out: list[_Token] = []
    waiting: list[str] = []
    for word in tokens:
        if isinstance(word, _Operand):
            out.append(word)
        elif word == "(":
            waiting.append(word)
        elif word == ")":
            while waiting and waiting[-1] != "(":
                out.append(waiting.pop())
            if not waiting:
                return None
            waiting.pop()
        else:
            while waiting and _BINDS.get(waiting[-1], 0) >= _BINDS[word]:
                out.append(waiting.pop())
            waiting.append(word)
    if "(" in waiting:
        return None
    return out + waiting[::-1]


def _truth(value: Value | bool | None) -> bool | None:
    return value.truth if isinstance(value, Value) else value


def _compared(operator: str, left: Value | bool | None, right: Value | bool | None) -> bool | None:
    if not isinstance(left, Value) or not isinstance(right, Value):
        return None
    if operator in {"=~", "!~"}:
        return (operator == "!~") if left.is_null else None
    same = _same(left, right)
    return same if same is None or operator == "==" else not same


def _same(left: Value, right: Value) -> bool | None:
    if left.is_pattern or right.is_pattern:
        return None
    if left.text is not None and right.text is not None:
        return left.text == right.text
    if left.is_null or right.is_null:
        other = right if left.is_null else left
        return True if other.is_null else False if other.is_some or other.text is not None else None
    return False if (left.is_some and right.text == "") or (right.is_some and left.text == "") else None


def _joined(operator: str, left: bool | None, right: bool | None) -> bool | None:
    if operator == "&&":
        return False if left is False or right is False else True if left and right else None
    return True if left or right else False if left is False and right is False else None
