"""Tasks are answered, in this process or in several."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from itertools import chain

from scanner.config import Settings
from scanner.run.defined import Defined
from scanner.run.examine import Setup
from scanner.run.work import Answer, Changes, Files, Logs, Task, Worker

FEW = 8 << 20
"""Bytes up to which starting worker processes costs more than they bring."""
COMMIT_WEIGHT = 16 << 10
"""Bytes that could be examined in the time that git takes to compare a commit with its parents."""
FILE_WEIGHT = 16 << 10
"""Bytes that a file is taken for before it is opened, when it is decided whether workers are worth starting."""


def answers(tasks: Iterator[Task], setup: Setup, settings: Settings) -> Iterator[Answer]:
    """The answers to all tasks, in no order; worker processes are started only for what is worth it."""
    first: list[Task] = []
    heavy = 0
    for task in tasks:
        first.append(task)
        heavy += _weight(task)
        if heavy > FEW:
            break
    if not first:
        return
    jobs = settings.jobs or len(os.sched_getaffinity(0))
    if jobs == 1 or heavy <= FEW:
        yield from map(Worker(setup), chain(first, tasks))
        return
    from scanner.engine.workers import deal  # noqa: PLC0415 - a short run has one process, and starts sooner without what more of them take

    setup.budget.share()
    yield from deal(chain(first, tasks), partial(Worker, setup), jobs=jobs)


def _weight(task: Task) -> int:
    """Bytes that a task is worth, roughly."""
    match task:
        case Files():
            return len(task.refs) * FILE_WEIGHT
        case Logs():
            return task.bytes
        case Changes():
            return task.batch.count * COMMIT_WEIGHT
        case Defined():
            return (len(task.refs) + len(task.paths)) * FILE_WEIGHT
    return task.batch.bytes
