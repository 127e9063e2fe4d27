"""Asking git about many objects although it ends at the first that it cannot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import TypeVar

from scanner.model import Reason
from scanner.records import dataclass
from scanner.sources.history.git import Failure

Answer = TypeVar("Answer")
_PATIENCE = 60.0
"""Seconds after the last answer of each run that all runs together may take to fail: some objects cost git seconds before it ends."""


@dataclass(slots=True)
class Step:
    """How one run of git went."""

    done: int = 0
    """How many questions it answered."""
    failure: Failure | None = None
    certain: bool = False
    """Whether it was the very next question on which it failed, rather than one of the next."""


Attempt = Callable[[Sequence[bytes], Step, bool], Iterator[Answer]]
"""Answers questions from the first on and notes in the step how far it came; carefully, if asked to: one answer at a time."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A question that has no answer."""

    question: bytes
    failure: Failure


def persist(questions: Sequence[bytes], attempt: Attempt[Answer], restarts: int) -> Iterator[Answer | Broken]:
    """An answer to each of `questions`, in their order.

    Where git ends, it is asked again from there on, one answer at a time: so the question on which it ends twice is the one that it
    cannot answer, and it is asked the next. After `restarts` of these, or when they took too long, the rest is given up.
    """
    position = 0
    careful = False
    reason = Reason.DAMAGED
    lost = 0.0
    for _ in range(restarts + 1):
        if position == len(questions):
            return
        step = Step()
        last = monotonic()
        for answer in attempt(questions[position:], step, careful):
            yield answer
            last = monotonic()
        lost += monotonic() - last
        position += step.done
        if step.failure is None:
            return
        if careful or step.certain:
            yield Broken(questions[position], step.failure)
            position += 1
        careful = not (careful or step.certain)
        reason = step.failure.reason
        if reason is Reason.TIMEOUT or lost > _PATIENCE:
            break
    given_up = Failure(reason, "given up: too much before it is broken")
    yield from (Broken(question, given_up) for question in questions[position:])
