from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Reason
from scanner.sources.history.git import Failure
from scanner.sources.history.persist import Broken, Step, persist

DEAD = Failure(Reason.DAMAGED, "dead")


class Mortal:
    """Answers questions by repeating them, and ends at the bad ones. Answers that are still in its buffer then are lost."""

    def __init__(self, bad: set[bytes], buffer: int, reason: Reason = Reason.DAMAGED) -> None:
        self.bad = bad
        self.buffer = buffer
        self.failure = Failure(reason, "dead")
        self.runs = 0

    def __call__(self, questions: Sequence[bytes], step: Step, careful: bool) -> Iterator[bytes]:
        self.runs += 1
        good = next((number for number, question in enumerate(questions) if question in self.bad), None)
        if good is not None:
            step.failure = self.failure
            questions = questions[: good if careful else max(0, good - self.buffer)]
        for question in questions:
            step.done += 1
            yield question


@given(st.lists(st.booleans(), max_size=20), st.integers(0, 5))
def test_every_question_has_one_answer_in_its_place(good: list[bool], buffer: int) -> None:
    questions = [b"%d" % number for number in range(len(good))]
    bad = {question for question, is_good in zip(questions, good, strict=True) if not is_good}
    answers = list(persist(questions, Mortal(bad, buffer), 1000))
    assert answers == [Broken(question, DEAD) if question in bad else question for question in questions]


def test_a_sound_run_is_one_run() -> None:
    mortal = Mortal(set(), 0)
    assert list(persist([b"a", b"b"], mortal, 1000)) == [b"a", b"b"]
    assert mortal.runs == 1


def test_there_is_an_end_to_trying_again() -> None:
    mortal = Mortal({b"a", b"b", b"c"}, 0)
    answers = list(persist([b"a", b"b", b"c", b"d"], mortal, 3))
    assert mortal.runs == 4
    assert [answer.failure.detail for answer in answers if isinstance(answer, Broken)] == [
        "dead",
        "dead",
        *["given up: too much before it is broken"] * 2,
    ]


def test_failures_that_take_long_are_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count(step=11)
    monkeypatch.setattr("scanner.sources.history.persist.monotonic", lambda: next(seconds))
    mortal = Mortal({b"%d" % number for number in range(20)}, 0)
    answers = list(persist([b"%d" % number for number in range(20)], mortal, 1000))
    assert mortal.runs == 6
    assert [isinstance(answer, Broken) for answer in answers] == [True] * 20
    assert answers[-1] == Broken(b"19", Failure(Reason.DAMAGED, "given up: too much before it is broken"))


def test_what_takes_too_long_is_not_tried_again() -> None:
    mortal = Mortal({b"b"}, 0, Reason.TIMEOUT)
    answers = list(persist([b"a", b"b", b"c"], mortal, 1000))
    assert mortal.runs == 1
    assert [answer.failure.reason if isinstance(answer, Broken) else answer for answer in answers] == [b"a", Reason.TIMEOUT, Reason.TIMEOUT]


def test_no_questions_are_not_asked() -> None:
    mortal = Mortal(set(), 0)
    assert (list(persist([], mortal, 5)), mortal.runs) == ([], 0)
