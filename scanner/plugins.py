"""Distributions that the user names: their modules, which bring detectors of another tool.

A distribution is code, so only a person names one, and never one that lies in what is scanned: a path that leads there, an editable
installation or a virtual environment inside it would let the tree name code after all.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from scanner.contract import Detector
from scanner.errors import PluginError, UsageError

if TYPE_CHECKING:
    from importlib.metadata import Distribution


@runtime_checkable
class Host(Detector, Protocol):
    """A detector that asks those of another tool."""

    def with_plugins(self, modules: Iterable[ModuleType], *, own: bool) -> Host:
        """The same with the detectors that these modules define, beside its own or alone. Raises ValueError where they define none."""
        ...


def check(names: Iterable[str], targets: Iterable[str | Path]) -> None:
    """Raises UsageError for a distribution that is not installed, or of which anything lies in a target."""
    roots = tuple(Path(os.path.realpath(target)) for target in targets)
    for name in names:
        for place in _places(_distribution(name)):
            if any(place.is_relative_to(root) for root in roots):
                message = f"the plugin {name} lies in what is scanned, from where no code is run"
                raise UsageError(message)


def extended(detectors: Sequence[Detector], names: Sequence[str], chosen: Sequence[Detector]) -> tuple[Detector, ...]:
    """The chosen detectors and those of the distributions with these names, sorted by id.

    What hosts them is one of `detectors`; where it was not chosen itself, only what is added to it runs. Raises UsageError for what is not
    installed, PluginError for what cannot be imported or brings nothing.
    """
    if not names:
        return tuple(chosen)
    host = next((one for one in detectors if isinstance(one, Host)), None)
    if host is None:
        message = f"nothing that is installed can run {', '.join(names)}"
        raise PluginError(message)
    own = any(one.id == host.id for one in chosen)
    for name in names:
        host = _hosting(host, name, own=own)
    return tuple(sorted((*(one for one in chosen if one.id != host.id), host), key=lambda one: one.id))


def _hosting(host: Host, name: str, *, own: bool) -> Host:
    try:
        return host.with_plugins(tuple(_modules(name)), own=own)
    except Exception as error:
        message = f"{name}: {error}" if isinstance(error, ValueError) else f"{name} cannot be used: {type(error).__name__}: {error}"
        raise PluginError(message) from error


def _modules(name: str) -> Iterator[ModuleType]:
    """Every module of the distribution, imported."""
    for top in _top_levels(_distribution(name)):
        package = import_module(top)
        yield package
        for found in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{top}."):
            yield import_module(found.name)


def _distribution(name: str) -> Distribution:
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415 - see `scanner.installed`

    try:
        return distribution(name)
    except (PackageNotFoundError, ValueError):
        message = f"no distribution called {name} is installed"
        raise UsageError(message) from None


def _top_levels(distribution: Distribution) -> tuple[str, ...]:
    """The names under which the distribution is imported: as it says, else as its files lie."""
    said = distribution.read_text("top_level.txt")
    if said is not None:
        return tuple(sorted(name for name in said.split() if name.isidentifier()))
    files = (file for file in distribution.files or () if file.suffix == ".py")
    return tuple(sorted({name for file in files if (name := file.parts[0].removesuffix(".py")).isidentifier()}))


def _places(distribution: Distribution) -> Iterator[Path]:
    """Where the distribution lies: what was recorded of it, and what an import would load."""
    yield Path(os.path.realpath(str(distribution.locate_file(""))))
    for name in _top_levels(distribution):
        spec = find_spec(name)
        if spec is not None:
            for place in (spec.origin, *(spec.submodule_search_locations or ())):
                if place is not None:
                    yield Path(os.path.realpath(place))
