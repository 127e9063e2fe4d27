"""What was measured, kept between runs, so that a page can be written from several of them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.measure import Usage


@dataclass(frozen=True, slots=True)
class Row:
    """One tool on one target."""

    tool: str
    version: str
    warm: tuple[Usage, ...]
    cold: tuple[Usage, ...] = ()
    counted: Mapping[str, int] = field(default_factory=dict)
    """What it said it read."""
    whole: bool = True
    """Whether it ended as one that has read everything."""

    @property
    def wall(self) -> float:
        """Seconds, the median of the warm rounds, like all below."""
        return median(one.wall for one in self.warm)

    @property
    def fastest(self) -> float:
        """Seconds of the round in which the machine was least busy with something else."""
        return min(one.wall for one in self.warm)

    @property
    def cpu(self) -> float:
        return median(one.cpu for one in self.warm)

    @property
    def peak(self) -> float:
        return median(one.peak for one in self.warm)

    @property
    def own(self) -> float:
        return median(one.own for one in self.warm)

    @property
    def from_disk(self) -> float | None:
        """Seconds of a cold run, if there was one."""
        return median(one.wall for one in self.cold) if self.cold else None


@dataclass(frozen=True, slots=True)
class Target:
    """A history or a tree, and what all took for it."""

    name: str
    objects: int
    bytes: int
    """Of its packs; of the files of a tree."""
    day: str
    load: tuple[float, float]
    """Processes that wanted a processor when it began and when it ended, on average over a minute."""
    rows: tuple[Row, ...]

    def row(self, tool: str) -> Row | None:
        """What a tool took."""
        return next((row for row in self.rows if row.tool == tool), None)


@dataclass(frozen=True, slots=True)
class Point:
    """A part of a history."""

    part: float
    """Of its commits."""
    objects: int
    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Results:
    """All of it."""

    histories: tuple[Target, ...] = ()
    trees: tuple[Target, ...] = ()
    growth: tuple[str, tuple[Point, ...]] = ("", ())
    """Of what history, and how it grew."""
    stages: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By history: seconds of one process by what they went into."""
    micro: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Seconds of one round (the median), and the bytes that it goes through."""
    short: tuple[str, Mapping[str, tuple[float, float]]] = ("", {})
    """Of what history, and seconds and bytes of memory of each short run."""

    def with_history(self, target: Target) -> Results:
        """The same, and that history as measured last."""
        return replace(self, histories=_other(self.histories, target))

    def with_tree(self, target: Target) -> Results:
        """The same, and that tree as measured last."""
        return replace(self, trees=_other(self.trees, target))

    def with_growth(self, name: str, points: tuple[Point, ...]) -> Results:
        """The same, with another curve."""
        return replace(self, growth=(name, points))

    def with_stages(self, name: str, seconds: Mapping[str, float]) -> Results:
        """The same, with what the time on a history went into."""
        return replace(self, stages={**self.stages, name: seconds})

    def with_micro(self, micro: Mapping[str, tuple[float, float]]) -> Results:
        """The same, with other benchmarks of single parts."""
        return replace(self, micro=micro)

    def with_short(self, name: str, taken: Mapping[str, tuple[float, float]]) -> Results:
        """The same, with other short runs."""
        return replace(self, short=(name, taken))


def _other(targets: Sequence[Target], target: Target) -> tuple[Target, ...]:
    return (*(one for one in targets if one.name != target.name), target)


def load(path: Path) -> Results:
    """What the file has; nothing where there is none."""
    return made(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else Results()


def save(path: Path, results: Results) -> None:
    """The file has these, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".new")
    half.write_text(json.dumps(asdict(results), indent=1), encoding="utf-8")
    half.replace(path)


def made(data: Mapping[str, Any]) -> Results:
    """Results of plain data, as `asdict` makes it."""
    name, points = data["growth"]
    data = {"short": ("", {}), **data}
    return Results(
        tuple(map(_target, data["histories"])),
        tuple(map(_target, data["trees"])),
        (name, tuple(Point(**point) for point in points)),
        data["stages"],
        _pairs(data["micro"]),
        (data["short"][0], _pairs(data["short"][1])),
    )


def _pairs(data: Mapping[str, Sequence[float]]) -> dict[str, tuple[float, float]]:
    return {name: (first, second) for name, (first, second) in data.items()}


def _target(data: Mapping[str, Any]) -> Target:
    begun, ended = data["load"]
    return Target(**{**data, "load": (begun, ended), "rows": tuple(map(_row, data["rows"]))})


def _row(data: Mapping[str, Any]) -> Row:
    return Row(**{**data, "warm": _usages(data["warm"]), "cold": _usages(data["cold"])})


def _usages(data: Sequence[Mapping[str, Any]]) -> tuple[Usage, ...]:
    return tuple(Usage(**usage) for usage in data)


def today() -> str:
    """The day, in UTC."""
    return datetime.now(UTC).date().isoformat()


def machine() -> str:
    """Processors, memory, system and Python, in a line."""
    cpus = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in cpus if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
