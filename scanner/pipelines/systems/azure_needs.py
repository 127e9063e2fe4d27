"""Names of jobs of Azure Pipelines, and what they wait for, once all stages are known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from scanner.pipelines.definition import JobDefinition
from scanner.pipelines.systems.azure_jobs import Raw, Stage
from scanner.records import replace

_LONGEST = 200
"""Characters of a stage's name that is put before those of its jobs."""
_MOST_NEEDS = 200
"""Jobs of earlier stages that one job is said to wait for."""


def settled(raws: tuple[Raw, ...], stages: tuple[Stage, ...]) -> Iterator[JobDefinition]:
    """The jobs, each with a name of its own and the names of the jobs that it waits for.

    A job is called by its key; where jobs of several stages have the same, by its stage and key.
    """
    counts: dict[str, int] = {}
    for raw in raws:
        counts[_name(raw)] = counts.get(_name(raw), 0) + 1
    names = tuple(_unique(raws, stages, counts))
    of_stage: dict[int, list[str]] = {}
    keys: dict[tuple[int, str], str] = {}
    for raw, name in zip(raws, names, strict=True):
        of_stage.setdefault(raw.stage, []).append(name)
        keys.setdefault((raw.stage, raw.job.name), name)
    before = tuple(_before(stages, of_stage))
    for raw, name in zip(raws, names, strict=True):
        own = tuple(keys[raw.stage, wait] for wait in raw.waits if (raw.stage, wait) in keys)
        outer = before[raw.stage] if 0 <= raw.stage < len(before) else ()
        yield replace(raw.job, name=name, needs=(*own, *outer))


def _name(raw: Raw) -> str:
    return raw.written or raw.job.name


def _unique(raws: tuple[Raw, ...], stages: tuple[Stage, ...], counts: dict[str, int]) -> Iterator[str]:
    taken: dict[str, int] = {}
    for raw in raws:
        name = _name(raw)
        stage = stages[raw.stage].name if 0 <= raw.stage < len(stages) else None
        if counts[name] > 1 and stage is not None and len(stage) < _LONGEST:
            name = f"{stage}/{name}"
        taken[name] = taken.get(name, 0) + 1
        yield name if taken[name] == 1 else f"{name}/{taken[name]}"


def _before(stages: tuple[Stage, ...], of_stage: dict[int, list[str]]) -> Iterator[tuple[str, ...]]:
    """For each stage the jobs that all of its jobs wait for."""
    numbers: dict[str, int] = {}
    told: list[tuple[str, ...]] = []
    for number, stage in enumerate(stages):
        default = [number - 1] if number else []
        earlier = default if stage.waits is None else [numbers[wait] for wait in stage.waits if wait in numbers]
        if stage.name is not None:
            numbers[stage.name] = number
        jobs = (name for one in earlier[:_MOST_NEEDS] for name in (of_stage.get(one) or told[one])[:_MOST_NEEDS])
        told.append(tuple(islice(jobs, _MOST_NEEDS)))
    yield from told
