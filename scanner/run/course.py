"""The course of a run: tasks out, answers in, and each source brought to its end as soon as all of it is read.

A repository is read twice, and between the two it is asked where its hits lay. That happens for one repository while others are still
read, and what it took is given back at once: a home with five hundred clones needs the memory of the largest, not of all.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator

from scanner.run.assemble import Assembly, Memory, Placed, place_tasks, remember
from scanner.run.plan import Plan, Read
from scanner.run.request import Progress
from scanner.run.work import Answer, Task, by_place


class Course:
    """What of a plan was handed out, answered and assembled so far."""

    def __init__(self, plan: Plan, progress: Progress, assembly: Assembly) -> None:
        self._plan = plan
        self._progress = progress
        self._assembly = assembly
        self._steps = plan.steps()
        self._said: set[int] = set()
        """Sources of which every task of the first reading was handed out."""
        self._open: Counter[int] = Counter()
        """Tasks of each source that are not answered yet."""
        self._again: deque[Task] = deque()
        """The second reading, as far as it can begin."""
        self._memories: dict[int, Memory] = {}
        self._placed: dict[int, Placed] = {}

    @property
    def unfinished(self) -> bool:
        """Whether answers brought more tasks after `tasks` had come to its end."""
        return bool(self._again)

    def tasks(self) -> Iterator[Task]:
        """Everything that can be done by now, of the plan and of second readings."""
        yield from self._second()
        for step in self._steps:
            if isinstance(step, Read):
                self._said.add(step.number)
                self._settle(step)
            else:
                self._open[step.source] += 1
                yield step
            yield from self._second()

    def take(self, answer: Answer) -> None:
        """Keeps what came of a task; the last one of a source ends that."""
        read = self._plan.reads[answer.source]
        if answer.source in self._memories:
            placed = self._placed.setdefault(answer.source, {})
            by_place(answer.hits, placed)
            for hit in answer.hits:
                self._assembly.see(hit.sightings)
        else:
            read.take(answer)
            self._assembly.pairs.hear(read, answer)
        self._progress.advance(answer.blobs, answer.bytes)
        self._open[answer.source] -= 1
        self._settle(read)

    def _second(self) -> Iterator[Task]:
        while self._again:
            yield self._again.popleft()

    def _settle(self, read: Read) -> None:
        """A source whose tasks are all answered goes on to its second reading, or becomes occurrences."""
        number = read.number
        if number not in self._said or self._open[number]:
            return
        if read.repository is not None and number not in self._memories:
            self._progress.aside(f"{read.target}: where and when")
            memory = self._memories[number] = remember(read, self._assembly.pairs.known(self._assembly.identified, read.hits))
            again = list(place_tasks(number, read, memory))
            if again:
                self._open[number] = len(again)
                self._again += again
                return
        self._assembly.add(read, self._memories.pop(number, None), self._placed.pop(number, {}))
        self._said.discard(number)
        read.forget()
