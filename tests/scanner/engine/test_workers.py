"""Tasks over processes: every answer once, every failure told, no process left."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner.engine.workers import deal
from scanner.errors import KeytrailError, UnreadableError
from scanner.model import Reason

ROOT = Path(__file__).parents[3]


def squares() -> Callable[[int], int]:
    return lambda number: number * number


def whereabouts() -> Callable[[int], int]:
    return lambda _task: os.getpid()


def counting() -> Callable[[int], tuple[int, int]]:
    calls = iter(range(10**6))
    return lambda _task: (os.getpid(), next(calls))


def failing() -> Callable[[int], int]:
    def work(number: int) -> int:
        if number == 5:
            raise UnreadableError(Reason.DAMAGED, "at five")
        return number

    return work


def dying() -> Callable[[int], int]:
    def work(number: int) -> int:
        if number == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    return work


def stillborn() -> Callable[[int], int]:
    message = "cannot be made"
    raise ValueError(message)


class StubbornError(Exception):
    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one}{other}")


def stubborn() -> Callable[[int], int]:
    def work(_number: int) -> int:
        raise StubbornError(1, 2)

    return work


def unspeakable() -> Callable[[int], object]:
    return lambda _task: threading.Lock()


def large() -> Callable[[bytes], bytes]:
    return lambda task: task * 2


def no_children() -> bool:
    return not multiprocessing.active_children()


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_every_task_is_answered_once(jobs: int, count: int) -> None:
    assert sorted(deal(range(count), squares, jobs=jobs)) == [number * number for number in range(count)]
    assert no_children()


def test_one_job_stays_in_this_process() -> None:
    assert set(deal(range(3), whereabouts, jobs=1)) == {os.getpid()}


def test_more_jobs_are_other_processes_and_no_more_than_there_are_tasks() -> None:
    assert os.getpid() not in set(deal(range(20), whereabouts, jobs=2))
    assert len(set(deal(range(1), whereabouts, jobs=4))) == 1


def test_a_worker_is_made_once_in_a_process() -> None:
    answers = list(deal(range(20), counting, jobs=2))
    for process in {pid for pid, _ in answers}:
        calls = [call for pid, call in answers if pid == process]
        assert sorted(calls) == list(range(len(calls)))


def test_tasks_and_answers_may_be_larger_than_a_pipe() -> None:
    tasks = [bytes((number,)) * 1_000_000 for number in range(6)]
    assert sorted(deal(tasks, large, jobs=2)) == [task * 2 for task in tasks]


def test_tasks_are_made_as_they_are_needed() -> None:
    made: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    answers = deal(tasks(), squares, jobs=2)
    next(answers)
    assert len(made) <= 4
    answers.close()  # type: ignore[attr-defined]  # a generator
    assert no_children()


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_worker_raises_is_raised_here(jobs: int) -> None:
    with pytest.raises(UnreadableError, match="at five"):
        list(deal(range(10), failing, jobs=jobs))
    assert no_children()


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_making_a_worker_raises_is_raised_here(jobs: int) -> None:
    with pytest.raises(ValueError, match="cannot be made"):
        list(deal(range(10), stillborn, jobs=jobs))
    assert no_children()


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_making_tasks_raises_is_raised_here(jobs: int) -> None:
    def tasks() -> Iterator[int]:
        yield 1
        message = "no more"
        raise LookupError(message)

    with pytest.raises(LookupError, match="no more"):
        list(deal(tasks(), squares, jobs=jobs))
    assert no_children()


@pytest.mark.parametrize("factory", [stubborn, unspeakable])
def test_what_cannot_travel_is_named_by_its_type(factory: Callable[[], Callable[[int], object]]) -> None:
    with pytest.raises((KeytrailError, TypeError), match=r"StubbornError|lock"):
        list(deal(range(2), factory, jobs=2))
    assert no_children()


def test_an_error_tells_where_in_the_worker_it_came_from() -> None:
    with pytest.raises(UnreadableError) as raised:
        list(deal(range(10), failing, jobs=2))
    assert "test_workers.py" in "".join(raised.value.__notes__)


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(KeytrailError, match="a worker process died"):
        list(deal(range(10), dying, jobs=2))
    assert no_children()


def test_beside_another_thread_processes_are_made_afresh() -> None:
    waiting = threading.Event()
    other = threading.Thread(target=waiting.wait)
    other.start()
    try:
        assert sorted(deal(range(3), _Square, jobs=2)) == [0, 1, 4]
    finally:
        waiting.set()
        other.join()


class _Square:
    """A worker that a fresh process can import."""

    def __call__(self, number: int) -> int:
        return number * number


INTERRUPTED = r"""
import os, signal, sys, threading, time
from scanner.engine.workers import deal

def factory():
    def work(task):
        os.write(1, b"%d\n" % os.getpid())  # in one piece: two workers share the pipe
        time.sleep(60)
    return work

try:
    for _ in deal(range(10), factory, jobs=2):
        pass
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


STARTING = INTERRUPTED.replace(
    """
        os.write(1, b"%d\\n" % os.getpid())  # in one piece: two workers share the pipe
        time.sleep(60)
""",
    """
        child = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            os.write(1, b"%d\\n" % child.pid)
            child.wait()
        finally:
            child.kill()
            child.wait()
""",
).replace("import os,", "import os, subprocess,")
"""The same, with a process that each task has started."""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupt_ends_all_processes() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True
    )
    assert run.stdout is not None
    workers = [int(run.stdout.readline()) for _ in range(2)]
    os.killpg(run.pid, signal.SIGINT)
    output, errors = run.communicate()
    assert (output, errors, run.returncode) == (b"interrupted\n", b"", 0)
    assert not [worker for worker in workers if _alive(worker)]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupt_ends_what_a_task_has_started() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", STARTING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True
    )
    assert run.stdout is not None
    children = [int(run.stdout.readline()) for _ in range(2)]
    os.kill(run.pid, signal.SIGINT)
    output, errors = run.communicate()
    assert (output, errors, run.returncode) == (b"interrupted\n", b"", 0)
    assert not [child for child in children if _alive(child)]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_workers_do_not_outlive_a_parent_that_is_killed() -> None:
    lively = INTERRUPTED.replace("time.sleep(60)", "time.sleep(0.2)")
    run = subprocess.Popen([sys.executable, "-c", lively], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True)
    assert run.stdout is not None
    run.stdout.readline()
    run.kill()
    run.communicate()  # ends when the last process that holds the pipe has ended
    assert run.returncode == -signal.SIGKILL


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
