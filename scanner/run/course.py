"""The course of a run: tasks out, answers in, and each source brought to its end as soon as all of it is read.

A repository is read twice, and between the two it is asked where its hits lay, by workers if there is much to ask. That happens for one
repository while others are still read, and what it took is given back at once: a home with five hundred clones needs the memory of the
largest, not of all.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from itertools import chain

from scanner.run.assemble import Assembly, Memory, Placed, Question, ask, place_tasks, remember
from scanner.run.plan import Plan, Step
from scanner.run.read import Read
from scanner.run.request import Progress
from scanner.run.work import Answer, Task, by_place
from scanner.sources.history import Changed


class Course:
    """What of a plan was handed out, answered and assembled so far."""

    def __init__(self, plan: Plan, progress: Progress, assembly: Assembly) -> None:
        self._plan = plan
        self._progress = progress
        self._assembly = assembly
        self._steps: Iterator[Step] = plan.steps()
        self._said: set[int] = set()
        """Sources of which every task of the first reading was handed out."""
        self._open: Counter[int] = Counter()
        """Tasks of each source that are not answered yet."""
        self._again: deque[Task] = deque()
        """Questions and second readings, as far as they can begin."""
        self._questions: dict[int, Question] = {}
        """What repositories are being asked."""
        self._found: defaultdict[int, dict[int, Changed | None]] = defaultdict(dict)
        """What came of that so far."""
        self._recalled: list[Read] = []
        """Repositories of which an account is taken, if it still holds when all credentials are known."""
        self._memories: dict[int, Memory] = {}
        self._placed: dict[int, Placed] = {}

    @property
    def unfinished(self) -> bool:
        """Whether answers brought more tasks after `tasks` had come to its end."""
        return bool(self._again)

    def conclude(self) -> bool:
        """Once everything was read: whether more is to be read after all, because the account of a repository does not hold."""
        recalled, self._recalled = self._recalled, []
        sought = self._assembly.pairs.known(self._assembly.identified)
        doubted = [read for read in recalled if not self._assembly.recall(read, sought)]
        self._steps = chain.from_iterable(map(self._plan.afresh, doubted))
        return bool(doubted)

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
        if answer.changes is not None:
            number, part = answer.changes
            self._found[answer.source][number] = part
        elif answer.source in self._memories:
            placed = self._placed.setdefault(answer.source, {})
            by_place(answer.hits, placed)
            for hit in answer.hits:
                self._assembly.see(hit.sightings)
        else:
            read.take(answer)
            self._assembly.pairs.hear(read, answer)
        self._plan.clear(answer)
        self._progress.advance(answer.blobs, answer.bytes, answer.files)
        self._open[answer.source] -= 1
        self._settle(read)

    def _second(self) -> Iterator[Task]:
        while self._again:
            yield self._again.popleft()

    def _settle(self, read: Read) -> None:
        """A source whose tasks are all answered is asked about its past, goes on to its second reading, or becomes occurrences."""
        number = read.number
        if number not in self._said or self._open[number]:
            return
        if read.account is not None:
            self._said.discard(number)
            self._recalled.append(read)
            self._assembly.believe(read.account)
            self._progress.advance(read.account.blobs, read.account.bytes)
            return
        if read.repository is not None and number not in self._memories:
            if number not in self._questions:
                self._progress.aside(f"{read.target}: where and when")
                question = self._questions[number] = ask(read, self._assembly.pairs.known(self._assembly.identified, read.hits))
                if self._wait_for(number, question.tasks(number)):
                    return
            memory = self._memories[number] = remember(
                read, self._questions.pop(number), [part for _, part in sorted(self._found.pop(number, {}).items())]
            )
            if self._wait_for(number, tuple(place_tasks(number, read, memory))):
                return
        placed = self._placed.pop(number, {})
        extent = self._assembly.extent
        self._assembly.add(read, self._memories.pop(number, None), placed)
        self._plan.account(read, self._assembly, extent, placed)
        self._said.discard(number)
        read.forget()

    def _wait_for(self, number: int, more: tuple[Task, ...]) -> bool:
        """Whether a source goes on only when these tasks are done."""
        self._open[number] = len(more)
        self._again += more
        return bool(more)
