"""Tasks over processes. A worker is made once in each process and then answers one task after the other.

Hand-made rather than one of the library's executors: a task is handed out only when a process is free for it, so that nothing piles up,
and an interrupt ends every process at once.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Generic, NoReturn, TypeVar, cast

from scanner.errors import KeytrailError

T = TypeVar("T")
R = TypeVar("R")

_PATIENCE = 2.0
"""Seconds that a process has to end before it is killed."""


def deal(tasks: Iterable[T], factory: Callable[[], Callable[[T], R]], *, jobs: int) -> Iterator[R]:
    """The answers to all tasks, as they come.

    With one job everything happens in this process; with more, `factory` makes one worker in each of as many processes (they are forked
    where that is safe; elsewhere `factory` must be something that can be pickled). What a worker raises is raised here, with its type.
    Raises KeytrailError when a process dies. However the iteration ends, no process is left.
    """
    if jobs <= 1:
        yield from map(factory(), tasks)
        return
    pool: _Pool[T, R] = _Pool(factory)
    try:
        yield from pool.answers(iter(tasks), jobs)
    finally:
        pool.close()


class _Pool(Generic[T, R]):
    """Processes, each with a pipe to it and at most one task: so neither side ever waits for the other to read."""

    def __init__(self, factory: Callable[[], Callable[[T], R]]) -> None:
        self._factory = factory
        self._forks = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin" and threading.active_count() == 1
        self._processes: list[tuple[BaseProcess, Connection]] = []
        self._busy: set[Connection] = set()

    def answers(self, tasks: Iterator[T], jobs: int) -> Iterator[R]:
        """See `deal`. A process has its next task before its last answer is handed out."""
        for task in tasks:
            self._hand(self._started(), task)
            if len(self._processes) == jobs:
                break
        while self._busy:
            ready = wait(self._busy)
            for pipe in [pipe for pipe in self._busy if pipe in ready]:
                answer = self._answer(pipe)
                for task in islice(tasks, 1):
                    self._hand(pipe, task)
                yield answer

    def close(self) -> None:
        """Ends all processes, at once."""
        for process, pipe in self._processes:
            process.terminate()
            pipe.close()
        for process, _ in self._processes:
            process.join(_PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def _started(self) -> Connection:
        """The pipe to one more process."""
        ours, theirs = multiprocessing.Pipe()
        arguments = (self._factory, theirs, ours if self._forks else None)
        process: BaseProcess
        if self._forks:
            process = multiprocessing.get_context("fork").Process(target=_work, args=arguments, daemon=True)
        else:
            process = multiprocessing.get_context("spawn").Process(target=_work, args=arguments, daemon=True)
        process.start()
        theirs.close()
        self._processes.append((process, ours))
        return ours

    def _hand(self, pipe: Connection, task: T) -> None:
        self._busy.add(pipe)
        with suppress(BrokenPipeError, ConnectionResetError):  # it failed or died; reading from it says which
            pipe.send(task)

    def _answer(self, pipe: Connection) -> R:
        self._busy.discard(pipe)
        try:
            good, answer = pickle.loads(pipe.recv_bytes())  # noqa: S301 - written by our own child
        except (EOFError, ConnectionResetError):
            message = "a worker process died"
            raise KeytrailError(message) from None
        if good:
            return cast("R", answer)
        raise answer


def _work(factory: Callable[[], Callable[[T], R]], pipe: Connection, inherited: Connection | None) -> None:
    """The life of a worker process: until the pipe ends, or the factory fails. Interrupts are the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    if inherited is not None:
        inherited.close()  # or the pipe would not end with the parent
    try:
        worker = factory()
    except Exception as error:  # noqa: BLE001 - raised again in the parent
        pipe.send_bytes(_failure(error))
        return
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pipe.send_bytes(_attempt(worker, pipe.recv()))


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Unwinds the task, so that what it started ends with it, and its files go."""
    raise SystemExit(128 + number)


def _attempt(worker: Callable[[T], R], task: T) -> bytes:
    try:
        return pickle.dumps((True, worker(task)))
    except Exception as error:  # noqa: BLE001 - raised again in the parent
        return _failure(error)


def _failure(error: Exception) -> bytes:
    """The error for the parent, with its traceback as a note; its type alone where it cannot travel."""
    error.add_note("".join(traceback.format_tb(error.__traceback__)))
    try:
        message = pickle.dumps((False, error))
        pickle.loads(message)  # noqa: S301 - what was just written
    except Exception:  # noqa: BLE001 - an exception may do anything when it is copied
        return pickle.dumps((False, KeytrailError(f"a worker process failed: {type(error).__name__}")))
    return message
