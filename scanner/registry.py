"""From entry points to checked, sorted detectors.

Built-in detectors come through the same door as those of outsiders: the entry-point group `keytrail.detectors`, whose entries name
packages. Every public module of such a package has a tuple `DETECTORS`. Only installed distributions are asked, so nothing in a tree
that is scanned can name code.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from types import ModuleType
from typing import Protocol

from scanner.contract import Detector
from scanner.errors import PluginError, UsageError
from scanner.installed import entry_points as installed_points
from scanner.records import dataclass

GROUP = "keytrail.detectors"
SHORTEST = 4
"""Bytes of an anchor's literal below which its author must say why it is cheap enough."""


class EntryPoint(Protocol):
    """What is asked of an entry point; `importlib.metadata.EntryPoint` is one."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def dist(self) -> Distribution | None: ...


class Distribution(Protocol):
    """What is asked of a distribution."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A detector, and where it comes from."""

    detector: Detector
    module: ModuleType
    owner: str
    """The distribution that brings it."""


@cache
def installed() -> tuple[Detector, ...]:
    """Every installed detector, sorted by id; looked up once in a process. Raises what `load` raises."""
    return load()


def load(entry_points: Iterable[EntryPoint] | None = None) -> tuple[Detector, ...]:
    """Every installed detector, sorted by id; `entry_points` stands in for what is installed. Raises what `entries` raises."""
    return tuple(entry.detector for entry in entries(entry_points))


def entries(entry_points: Iterable[EntryPoint] | None = None) -> tuple[Entry, ...]:
    """Every installed detector with its origin, sorted by id; `entry_points` stands in for what is installed.

    Raises PluginError, which names the distribution, where one cannot be imported, a module has no tuple `DETECTORS`, an id is taken
    twice or an anchor is too short without a reason.
    """
    given = points() if entry_points is None else entry_points
    found = sorted((entry for point in given for entry in _entries(point)), key=lambda entry: entry.detector.id)
    for name, claims in groupby(found, key=lambda entry: entry.detector.id):
        owners = [entry.owner for entry in claims]
        if len(owners) > 1:
            message = f"{' and '.join(sorted(owners))}: the detector id {name} is taken twice"
            raise PluginError(message)
    return tuple(found)


def points() -> Iterable[EntryPoint]:
    """What is installed and names packages with detectors."""
    found: Iterable[EntryPoint] = installed_points(GROUP)
    if not found:  # not even our own: we are installed in a way that only the library knows
        from importlib.metadata import entry_points  # noqa: PLC0415 - see `scanner.installed`

        found = entry_points(group=GROUP)
    return found


def select(detectors: Sequence[Detector], only: Iterable[str] = (), without: Iterable[str] = ()) -> tuple[Detector, ...]:
    """The detectors with an id in `only` and none in `without`, in their order.

    Where `only` is empty, that is all of them but those without anchors, which would read every text: they must be named. Raises UsageError for an id that no detector has.
    """
    wanted, unwanted = frozenset(only), frozenset(without)
    unknown = (wanted | unwanted) - {detector.id for detector in detectors}
    if unknown:
        message = f"no such detector: {', '.join(sorted(unknown))} (keytrail detectors list)"
        raise UsageError(message)
    return tuple(one for one in detectors if (one.id in wanted if wanted else one.anchors) and one.id not in unwanted)


def _owner(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.name


def _entries(point: EntryPoint) -> Iterator[Entry]:
    for module in _modules(point):
        detectors = getattr(module, "DETECTORS", None)
        if not isinstance(detectors, tuple):
            message = f"{_owner(point)}: {module.__name__} has no tuple DETECTORS"
            raise PluginError(message)
        for detector in detectors:
            yield Entry(_checked(detector, module, point), module, _owner(point))


def _modules(point: EntryPoint) -> Iterator[ModuleType]:
    """The public modules of the package that `point` names."""
    package = _imported(point.value, point)
    if not hasattr(package, "__path__"):
        message = f"{_owner(point)}: {point.value} is not a package"
        raise PluginError(message)
    for found in pkgutil.iter_modules(package.__path__):
        if not found.name.startswith("_"):
            yield _imported(f"{point.value}.{found.name}", point)


def _imported(name: str, point: EntryPoint) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        message = f"{_owner(point)}: {name} cannot be imported: {type(error).__name__}: {error}"
        raise PluginError(message) from error


def _checked(detector: object, module: ModuleType, point: EntryPoint) -> Detector:
    if not isinstance(detector, Detector):
        message = f"{_owner(point)}: {module.__name__} has something in DETECTORS that is no detector"
        raise PluginError(message)
    for anchor in detector.anchors:
        if len(anchor.literal) < SHORTEST and not anchor.reason:
            message = f"{_owner(point)}: an anchor of {detector.id} has fewer than {SHORTEST} bytes and no reason for that"
            raise PluginError(message)
    return detector
