from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner.config import Settings
from scanner.identity import OrgKey, StretchBudget
from scanner.model import Occurrence
from scanner.run.assemble import Assembly
from scanner.run.course import Course
from scanner.run.examine import Setup
from scanner.run.plan import Plan
from scanner.run.request import Progress, Request
from scanner.run.work import Changes, Task, Worker
from tests.support import tokens
from tests.support.command import DETECTORS
from tests.support.repos import Repo

SETUP = Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS)
COUNT, COMMITS = 4, 3


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with some clones, each with a token of its own in its past."""
    for number in range(COUNT):
        repo = Repo(tmp_path / "home" / f"r{number}")
        repo.commit({"a.env": f"TOKEN={tokens.ghp(number)}\n"})
        repo.commit({"a.env": None})
        repo.commit({"b.env": "nothing\n"})
    return tmp_path / "home"


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which repositories are open."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


@pytest.fixture
def plan(home: Path) -> Iterator[Plan]:
    with ExitStack() as stack:
        yield Plan(Request(below=(home,)), Settings(), stack, Progress())


def test_a_repository_is_closed_and_forgotten_before_the_next_but_one_is_opened(plan: Plan, stand_ins: Path) -> None:
    assembly, worker = Assembly(), Worker(SETUP)
    course = Course(plan, Progress(), assembly)
    for task in course.tasks():
        assert len(list(stand_ins.iterdir())) <= 2
        course.take(worker(task))
    assert list(stand_ins.iterdir()) == []
    assert not course.unfinished
    assert [len(read.hits) + len(read.commits) for read in plan.reads] == [0] * (COUNT + 1)
    assert {occurrence.container[-2:] for occurrence in assembly.occurrences} == {f"r{number}" for number in range(COUNT)}


def test_answers_that_come_after_all_tasks_bring_more(plan: Plan) -> None:
    assembly, worker = Assembly(), Worker(SETUP)
    course = Course(plan, Progress(), assembly)
    rounds: list[list[Task]] = []
    while not rounds or course.unfinished:
        rounds.append(list(course.tasks()))
        for task in reversed(rounds[-1]):
            course.take(worker(task))
    assert len(rounds) == 2
    assert len(rounds[1]) == COUNT
    assert len(assembly.occurrences) == COUNT


def test_a_long_past_is_asked_in_parts_and_gives_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _course_of(home)
    monkeypatch.setattr("scanner.sources.history.repository._TOGETHER", 1)
    parts = _course_of(home)
    assert parts.occurrences == whole.occurrences != []
    assert (whole.parts, parts.parts) == ([], [True] * COMMITS * COUNT)


def test_parts_that_have_no_room_are_asked_again_as_a_whole(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _course_of(home)
    monkeypatch.setattr("scanner.sources.history.repository._TOGETHER", 1)
    monkeypatch.setattr("scanner.sources.history.parts.KEPT", 800)
    cramped = _course_of(home)
    assert cramped.occurrences == whole.occurrences != []
    assert sorted(cramped.parts) == [False] * (COMMITS - 1) * COUNT + [True] * COUNT


@dataclass
class Taken:
    """What came of a course: its occurrences, and of each part of a question whether it was answered."""

    occurrences: list[Occurrence]
    parts: list[bool]


def _course_of(home: Path) -> Taken:
    assembly, worker, parts = Assembly(), Worker(SETUP), []
    with ExitStack() as stack:
        course = Course(Plan(Request(below=(home,)), Settings(), stack, Progress()), Progress(), assembly)
        while tasks := list(course.tasks()):
            for task in reversed(tasks):
                answer = worker(task)
                if isinstance(task, Changes):
                    assert answer.changes is not None
                    parts.append(answer.changes[1] is not None)
                course.take(answer)
        assert not course.unfinished
    return Taken(sorted(assembly.occurrences, key=lambda one: one.id), parts)
