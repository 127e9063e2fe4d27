"""Which jobs wait for which others, and what holds them by that."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.model import Gate, Job
from scanner.pipelines.jobs import Made
from scanner.pipelines.library import Library
from scanner.records import replace

_MOST_GATES = 100
"""Gates of other jobs that are kept of one."""
_GOES_ON = frozenset({"gitlab", "buildkite"})
"""Systems that leave a job out where its conditions do not hold and go on with those after it: its gate holds none of these then."""
_MOST_WAITED = 3_000_000
"""Jobs that others wait for, gone through for each of these anew."""
_FEW = 8
"""Jobs that are needed by hand rather than by stages."""

_Walk = tuple[tuple[Gate, ...], frozenset[str]]


def needed(made: Mapping[str, Made]) -> list[tuple[str, ...]]:
    """Ids of the jobs that each one waits for: what it names, and where stages follow each other, those of the stages before."""
    by_file: dict[tuple[str, str], dict[str, list[Made]]] = {}
    for one in made.values():
        key = (one.pipeline.platform, one.pipeline.file)
        by_file.setdefault(key, {}).setdefault(one.definition.name, []).append(one)
    result = []
    before: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for one in made.values():
        file, stage = (one.pipeline.platform, one.pipeline.file), one.definition.stage
        siblings = by_file[file]
        named = tuple(other.job.id for name in one.definition.needs for other in siblings.get(name, ()))
        if not named and one.pipeline.serial and not one.definition.starts_at_once and stage is not None:
            if (*file, stage) not in before:
                earlier = frozenset(one.pipeline.stages[: one.pipeline.stages.index(stage)] if stage in one.pipeline.stages else ())
                before[*file, stage] = tuple(
                    other.job.id for found in siblings.values() for other in found if earlier and other.definition.stage in earlier
                )
            result.append(before[*file, stage])
            continue
        result.append(tuple(dict.fromkeys(name for name in named if name != one.job.id)))
    return result


class Upstream:
    """What holds the jobs that each job waits for, and so holds it."""

    def __init__(self, jobs: Mapping[str, Job], library: Library) -> None:
        self._jobs = jobs
        self._library = library
        self._left = _MOST_WAITED
        self._known: dict[tuple[object, ...], _Walk] = {}
        """By what jobs need, what starts them and holds them already, with all that they wait for: jobs of one stage need the same."""

    def of(self, job: Job) -> tuple[Gate, ...]:
        """The gates of all that a job waits for, those that come first in what it needs last."""
        if len(job.needs) <= _FEW:
            return self._walked(job, {job.id: None})[0]
        key = job.needs, job.gates, _starts(job) if job.platform in _GOES_ON else None
        if key not in self._known:
            self._known[key] = self._walked(job, {})
        found, met = self._known[key]
        return found if job.id not in met else self._walked(job, {job.id: None})[0]

    def _walked(self, job: Job, met: dict[str, None]) -> _Walk:
        found: dict[Gate, None] = {}
        waiting, lists = list(job.needs), {id(job.needs)}
        starts, own = _starts(job), frozenset(job.gates)
        while waiting and len(found) < _MOST_GATES:
            name = waiting.pop()
            if name in met or name not in self._jobs:
                continue
            met[name] = None
            one = self._jobs[name]
            if job.platform not in _GOES_ON or starts <= _starts(one):
                found |= dict.fromkeys(replace(gate, is_upstream=True) for gate in one.gates if gate not in own)
            is_new = id(one.needs) not in lists
            self._left -= 1 + (len(one.needs) if is_new else 0)
            if self._left < 0:
                self._library.exceeds(job.file, "jobs wait for each other in too many ways to tell all that holds them")
                break
            if is_new:
                lists.add(id(one.needs))
                waiting += one.needs
        return tuple(found), frozenset(met)


def _starts(job: Job) -> frozenset[str]:
    return frozenset(trigger.event for trigger in job.triggers)
