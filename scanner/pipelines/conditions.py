"""What conditions of GitHub Actions say about who can start a job.

Only what leaves no doubt counts. Each way in which a workflow may be started is put into the condition, and goes where the condition is false
for it whatever else is the case. What anybody can start is put in a second time, as a stranger's: a pull request that nobody has merged, from a fork,
of an author whom no file names. Names of actors count for nothing there: who acts last is not who wrote.

Source: "Evaluate expressions in workflows and actions", "Contexts reference" and "Webhook events and payloads" of GitHub's documentation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from scanner.model import Trust
from scanner.pipelines.condition_values import BRANCH, PULL, TAG, UNKNOWN, Value, Way, both, call, constant, either, looked_up, number, same
from scanner.pipelines.definition import TriggerDefinition
from scanner.pipelines.systems.github_expressions import OPEN, Kind, Token, path_at, tokens

_LONGEST = 2_000
"""Characters of a condition that is understood."""
_DEEPEST = 24
"""Parentheses in parentheses."""
_MOST_WAYS = 16
_MOST_WORK = 1_500
"""Words of a condition, times the ways in which they are read: a file may hold a condition for each of its jobs."""

_REFS = {
    "push": (BRANCH, TAG),
    "push:branches": (BRANCH,),
    "push:tags": (TAG,),
    "workflow_dispatch": (BRANCH, TAG),
    "create": (BRANCH, TAG),
    "release": (TAG,),
    "pull_request": (PULL, BRANCH),
    "pull_request_review": (PULL, BRANCH),
    "pull_request_review_comment": (PULL, BRANCH),
    **dict.fromkeys(("pull_request_target", "workflow_run", "repository_dispatch", "schedule", "merge_group"), (BRANCH,)),
    **dict.fromkeys(("issues", "issue_comment", "discussion", "discussion_comment"), (BRANCH,)),
}
"""How the ref of a run may begin. A pull request that was merged has the ref of its branch."""
_OF_A_REF = frozenset({"push", "create"})
"""Events that come with the ref they are about."""
_PUSHED = {BRANCH: ("branches", Trust.CONTRIBUTOR), TAG: ("tags", Trust.MAINTAINER)}


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
        possible = {way for way in ways if _is_possible(words, way)}
        left = tuple(one for trigger in everything for one in _kept(trigger, possible)) or everything
        return tuple(_by_whom(trigger, words) for trigger in left)
    except _DoubtError:
        return everything


def _is_possible(words: Sequence[Token], way: Way) -> bool:
    return _Parser(words, way).result().truth is not False


def _by_whom(trigger: TriggerDefinition, words: Sequence[Token]) -> TriggerDefinition:
    """A trigger that anybody can set off, as one of those who may write where the condition lets no stranger through."""
    ways = [dataclasses.replace(way, is_strangers=True) for way in _ways(trigger)]
    if trigger.trust is not Trust.UNTRUSTED or not ways or any(_is_possible(words, way) for way in ways):
        return trigger
    return dataclasses.replace(trigger, trust=Trust.CONTRIBUTOR)


def _ways(trigger: TriggerDefinition) -> Iterator[Way]:
    yield from (Way(trigger.event.partition(":")[0], ref) for ref in _REFS.get(trigger.event, ()))


def _kept(trigger: TriggerDefinition, possible: set[Way]) -> Iterator[TriggerDefinition]:
    """A trigger, or what is left of it. Of events that are not known here nothing is taken away: `workflow_call` has those of its callers."""
    ways = tuple(_ways(trigger))
    left = tuple(way for way in ways if way in possible)
    if left == ways or (left and trigger.event not in _OF_A_REF):
        yield trigger
        return
    for way in left:
        kind, trust = _PUSHED[way.ref]
        yield dataclasses.replace(trigger, event=f"{trigger.event}:{kind}", trust=trust)


class _Parser:
    """Reads a condition once, for one way, and says what is known of it. Raises `_DoubtError`."""

    def __init__(self, words: Sequence[Token], way: Way) -> None:
        self._words, self._way = words, way
        self._place = 0
        self._depth = 0

    def result(self) -> Value:
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

    def _any(self) -> Value:
        value = self._all()
        while self._takes("||"):
            value = either(value, self._all())
        return value

    def _all(self) -> Value:
        value = self._equal()
        while self._takes("&&"):
            value = both(value, self._equal())
        return value

    def _equal(self) -> Value:
        value = self._ordered()
        while (mark := self._takes("==", "!=")) is not None:
            is_same = same(value, self._ordered())
            value = UNKNOWN if is_same is None else constant(is_same is (mark == "=="))
        return value

    def _ordered(self) -> Value:
        value = self._negated()
        while self._takes("<", ">", "<=", ">="):
            self._negated()
            value = UNKNOWN
        return value

    def _negated(self) -> Value:
        count = 0
        while self._takes("!"):
            count += 1
        value = self._primary()
        if not count:
            return value
        return UNKNOWN if value.truth is None else constant(value.truth is (count % 2 == 0))

    def _primary(self) -> Value:
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
            return constant(word.text)
        if word.kind is Kind.NUMBER:
            return constant(number(word.text))
        if word.kind is not Kind.NAME:
            raise _DoubtError
        if self._takes("("):
            return self._followed(call(word.text.lower(), self._arguments()))
        path, self._place = path_at(self._words, self._place - 1)
        return self._followed(looked_up(tuple(name.lower() for name in path), self._way))

    def _inside(self) -> Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _DoubtError
        value = self._any()
        self._depth -= 1
        return value

    def _arguments(self) -> tuple[Value, ...]:
        if self._takes(")"):
            return ()
        found = [self._inside()]
        while self._takes(","):
            found.append(self._inside())
        if not self._takes(")"):
            raise _DoubtError
        return tuple(found)

    def _followed(self, value: Value) -> Value:
        """A value, or what is taken out of it by an index, of which nothing is known."""
        while (mark := self._takes(".", "[")) is not None:
            value = UNKNOWN
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
