"""What conditions of GitHub Actions say about who can start a job.

Only what leaves no doubt counts. Each way in which a workflow may be started is put into the condition, and goes where the condition is false
for it whatever else is the case. Source: "Evaluate expressions in workflows and actions" and "Contexts reference" of GitHub's documentation.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from scanner.model import Trust
from scanner.pipelines.definition import TriggerDefinition
from scanner.pipelines.systems.github_expressions import OPEN, Kind, Token, path_at, tokens
from scanner.records import dataclass

_LONGEST = 2_000
"""Characters of a condition that is understood."""
_DEEPEST = 24
"""Parentheses in parentheses."""
_MOST_WAYS = 16
_MOST_WORK = 1_500
"""Words of a condition, times the ways in which they are read: a file may hold a condition for each of its jobs."""

_BRANCH, _TAG, _PULL = "refs/heads/", "refs/tags/", "refs/pull/"
_PULLED = frozenset({"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"})
_REFS = {
    "push": (_BRANCH, _TAG),
    "push:branches": (_BRANCH,),
    "push:tags": (_TAG,),
    "workflow_dispatch": (_BRANCH, _TAG),
    "create": (_BRANCH, _TAG),
    "release": (_TAG,),
    "pull_request": (_PULL, _BRANCH),
    "pull_request_review": (_PULL, _BRANCH),
    "pull_request_review_comment": (_PULL, _BRANCH),
    **dict.fromkeys(("pull_request_target", "workflow_run", "repository_dispatch", "schedule", "merge_group"), (_BRANCH,)),
    **dict.fromkeys(("issues", "issue_comment", "discussion", "discussion_comment"), (_BRANCH,)),
}
"""How the ref of a run may begin. A pull request that was merged has the ref of its branch."""
_PAYLOAD = {
    "pull_request": _PULLED,
    "workflow_run": frozenset({"workflow_run"}),
    "release": frozenset({"release"}),
    "issue": frozenset({"issues", "issue_comment"}),
    "comment": frozenset({"issue_comment", "discussion_comment", "pull_request_review_comment"}),
    "discussion": frozenset({"discussion", "discussion_comment"}),
    "review": frozenset({"pull_request_review"}),
    "client_payload": frozenset({"repository_dispatch"}),
    "inputs": frozenset({"workflow_dispatch"}),
    "schedule": frozenset({"schedule"}),
    "merge_group": frozenset({"merge_group"}),
    "ref": frozenset({"push", "create", "delete", "workflow_dispatch"}),
}
"""Parts of `github.event`, and the events that have them."""
_SAME = frozenset({"gitea", "forgejo", "forge"})
"""What Gitea and Forgejo call the context `github`."""
_OF_A_REF = frozenset({"push", "create"})
"""Events that come with the ref they are about."""
_WHOLE_REF = frozenset({"push", "workflow_dispatch"})
"""Events whose `github.event.ref` is `github.ref`; of a branch or tag that is created or deleted it is the bare name."""
_PUSHED = {_BRANCH: ("branches", Trust.CONTRIBUTOR), _TAG: ("tags", Trust.MAINTAINER)}

Constant = str | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class _Value:
    """What is known of what an expression comes to."""

    truth: bool | None
    """Whether it counts as true; None where that is not known."""
    constant: Constant = None
    is_constant: bool = False
    prefix: str | None = None
    """How a text begins of which no more is known."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way in which a workflow is started."""

    event: str
    ref: str
    """How the ref begins."""


_UNKNOWN = _Value(None)


class _DoubtError(Exception):
    """The condition is not understood."""


def narrowed(triggers: Sequence[TriggerDefinition], condition: str | None) -> tuple[TriggerDefinition, ...]:
    """The triggers for which a condition can be true; all of them where it is not understood, or can never be true."""
    everything = tuple(triggers)
    if condition is None or len(condition) > _LONGEST or OPEN in condition:
        return everything
    ways = dict.fromkeys(way for trigger in everything for way in _ways(trigger))
    if len(ways) > _MOST_WAYS:
        return everything
    words = tuple(tokens(condition, 0, len(condition)))
    if len(words) * len(ways) > _MOST_WORK:
        return everything
    try:
        possible = {way for way in ways if _Parser(words, way).result().truth is not False}
    except _DoubtError:
        return everything
    return tuple(one for trigger in everything for one in _kept(trigger, possible)) or everything


def _ways(trigger: TriggerDefinition) -> Iterator[_Way]:
    yield from (_Way(trigger.event.partition(":")[0], ref) for ref in _REFS.get(trigger.event, ()))


def _kept(trigger: TriggerDefinition, possible: set[_Way]) -> Iterator[TriggerDefinition]:
    """A trigger, or what is left of it. Of events that are not known here nothing is taken away: `workflow_call` has those of its callers."""
    ways = tuple(_ways(trigger))
    left = tuple(way for way in ways if way in possible)
    if left == ways or (left and trigger.event not in _OF_A_REF):
        yield trigger
        return
    for way in left:
        kind, trust = _PUSHED[way.ref]
        yield dataclasses.replace(trigger, event=f"{trigger.event}:{kind}", trust=trust)


def _constant(value: Constant) -> _Value:
    return _Value(bool(value) or isinstance(value, tuple), value, is_constant=True)


class _Parser:
    """Reads a condition once, for one way, and says what is known of it. Raises `_DoubtError`."""

    def __init__(self, words: Sequence[Token], way: _Way) -> None:
        self._words, self._way = words, way
        self._place = 0
        self._depth = 0

    def result(self) -> _Value:
        value = self._any()
        if self._place != len(self._words):
            raise _DoubtError
        return value

    def _takes(self, *marks: str) -> str | None:
        """The mark that comes next, if it is one of these; it is passed then."""
        if self._place < len(self._words):
            word = self._words[self._place]
            if word.kind is Kind.MARK and word.text in marks:
                self._place += 1
                return word.text
        return None

    def _any(self) -> _Value:
        value = self._all()
        while self._takes("||"):
            value = _either(value, self._all())
        return value

    def _all(self) -> _Value:
        value = self._equal()
        while self._takes("&&"):
            value = _both(value, self._equal())
        return value

    def _equal(self) -> _Value:
        value = self._ordered()
        while (mark := self._takes("==", "!=")) is not None:
            same = _same(value, self._ordered())
            value = _UNKNOWN if same is None else _constant(same is (mark == "=="))
        return value

    def _ordered(self) -> _Value:
        value = self._negated()
        while self._takes("<", ">", "<=", ">="):
            self._negated()
            value = _UNKNOWN
        return value

    def _negated(self) -> _Value:
        count = 0
        while self._takes("!"):
            count += 1
        value = self._primary()
        if not count:
            return value
        return _UNKNOWN if value.truth is None else _constant(value.truth is (count % 2 == 0))

    def _primary(self) -> _Value:
        if self._takes("("):
            value = self._inside()
            if not self._takes(")"):
                raise _DoubtError
            return self._followed(value)
        if self._place >= len(self._words):
            raise _DoubtError
        word = self._words[self._place]
        self._place += 1
        if word.kind is Kind.STRING:
            return _constant(word.text)
        if word.kind is Kind.NUMBER:
            return _constant(_number(word.text))
        if word.kind is not Kind.NAME:
            raise _DoubtError
        if self._takes("("):
            return self._followed(_call(word.text.lower(), self._arguments()))
        path, self._place = path_at(self._words, self._place - 1)
        return self._followed(_looked_up(tuple(name.lower() for name in path), self._way))

    def _inside(self) -> _Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _DoubtError
        value = self._any()
        self._depth -= 1
        return value

    def _arguments(self) -> tuple[_Value, ...]:
        if self._takes(")"):
            return ()
        found = [self._inside()]
        while self._takes(","):
            found.append(self._inside())
        if not self._takes(")"):
            raise _DoubtError
        return tuple(found)

    def _followed(self, value: _Value) -> _Value:
        """A value, or what is taken out of it by an index, of which nothing is known."""
        while (mark := self._takes(".", "[")) is not None:
            value = _UNKNOWN
            if mark == "[":
                if not self._takes("*"):
                    self._inside()
                if not self._takes("]"):
                    raise _DoubtError
            elif not self._takes("*"):
                if self._place >= len(self._words) or self._words[self._place].kind is not Kind.NAME:
                    raise _DoubtError
                self._place += 1
        return value


def _either(left: _Value, right: _Value) -> _Value:
    if left.truth is None:
        return _Value(True if right.truth else None)
    return left if left.truth else right


def _both(left: _Value, right: _Value) -> _Value:
    if left.truth is None:
        return _Value(False if right.truth is False else None)
    return right if left.truth else left


def _number(value: Constant) -> float:
    """What a constant is as a number, where it is compared with one of another type."""
    if value is None or value == "":
        return 0.0
    try:
        return float(value) if isinstance(value, str | float | bool) else float("nan")
    except ValueError:
        return float("nan")


def _same(left: _Value, right: _Value) -> bool | None:
    if left.is_constant and right.is_constant:
        one, other = left.constant, right.constant
        if isinstance(one, str) and isinstance(other, str):
            return one.lower() == other.lower()
        if isinstance(one, tuple) or isinstance(other, tuple):
            return None
        return _number(one) == _number(other)
    known, text = (left, right) if left.prefix is None else (right, left)
    if text.prefix is None or not known.is_constant or not isinstance(known.constant, str):
        return None
    return None if known.constant.lower().startswith(text.prefix) else False


def _call(name: str, arguments: tuple[_Value, ...]) -> _Value:
    known = _FUNCTIONS.get(name)
    if name == "always":
        return _constant(value=True)
    if name == "fromjson" and len(arguments) == 1:
        return _list(arguments[0])
    if known is None or len(arguments) != 2:  # noqa: PLR2004 - a text and what is looked for in it
        return _UNKNOWN
    text, sought = arguments
    if not sought.is_constant or not isinstance(sought.constant, str):
        return _UNKNOWN
    found = known(text, sought.constant.lower())
    return _UNKNOWN if found is None else _constant(found)


def _list(argument: _Value) -> _Value:
    """A list of texts that stands in the condition."""
    if not isinstance(argument.constant, str):
        return _UNKNOWN
    try:
        found = json.loads(argument.constant)
    except (ValueError, RecursionError):
        return _UNKNOWN
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return _UNKNOWN
    return _constant(tuple(found))


def _starts(text: _Value, sought: str) -> bool | None:
    if text.prefix is not None:
        return True if text.prefix.startswith(sought) else None if sought.startswith(text.prefix) else False
    return text.constant.lower().startswith(sought) if isinstance(text.constant, str) else None


def _ends(text: _Value, sought: str) -> bool | None:
    return text.constant.lower().endswith(sought) if isinstance(text.constant, str) else None


def _contains(text: _Value, sought: str) -> bool | None:
    if text.prefix is not None:
        return True if sought in text.prefix else None
    if isinstance(text.constant, tuple):
        return sought in {one.lower() for one in text.constant}
    return sought in text.constant.lower() if isinstance(text.constant, str) else None


_FUNCTIONS: Mapping[str, Callable[[_Value, str], bool | None]] = {"startswith": _starts, "endswith": _ends, "contains": _contains}
_WORDS = {"true": _constant(value=True), "false": _constant(value=False), "null": _constant(None)}
_REF_TYPES = {_BRANCH: "branch", _TAG: "tag"}


def _looked_up(path: tuple[str, ...], way: _Way) -> _Value:
    """What is known of a context's value in one way; a path in lower case."""
    if len(path) == 1:
        return _WORDS.get(path[0], _UNKNOWN)
    path = ("github", *path[1:]) if path[:1] and path[0] in _SAME else path
    if path[:2] == ("github", "event"):
        if path[2:] == ("ref",) and way.event in _WHOLE_REF:
            return _of_github("ref", way)
        events = _PAYLOAD.get(path[2]) if len(path) > len(("github", "event")) else None
        return _UNKNOWN if events is None or way.event in events or "*" in path else _constant(None)
    return _of_github(path[1], way) if path[0] == "github" and len(path) == len(("github", "ref")) else _UNKNOWN


def _of_github(name: str, way: _Way) -> _Value:
    if name == "event_name":
        return _constant(way.event)
    if name == "ref":
        return _Value(truth=True, prefix=way.ref)
    if name == "ref_type" and way.ref in _REF_TYPES:
        return _constant(_REF_TYPES[way.ref])
    return _constant("") if name in {"head_ref", "base_ref"} and way.event not in _PULLED | {"merge_group"} else _UNKNOWN
