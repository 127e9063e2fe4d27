"""What a command was given, whoever has read the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from scanner.cli.output import Destination, destinations
from scanner.cli.progress import watcher
from scanner.config import Settings, load
from scanner.records import dataclass
from scanner.run.request import Progress

_OURS = frozenset({"home", "ci_export", "ci_log", "output", "config", "verbose", "no_color", "no_cache"})
"""What commands look at themselves; everything else is a setting."""


@dataclass(frozen=True, slots=True)
class Given:
    """The shared options as they were given; None is what was not."""

    values: Mapping[str, Any]

    def many(self, name: str) -> tuple[Any, ...]:
        """The values of an option that can be given several times."""
        return tuple(self.values.get(name) or ())

    def settings(self, targets: tuple[str, ...] = (), *, reviewed: Sequence[tuple[str, bytes]] = (), **defaults: object) -> Settings:
        """The settings of this run; `defaults` are those of the command, `reviewed` are contents of configuration files to obey.

        Raises ConfigError for what cannot be meant.
        """
        flags = {name: value for name, value in self.values.items() if name not in _OURS}
        if self.values.get("no_cache"):
            flags["cache"] = False
        paths = tuple(Path(target) for target in targets if target != "-")
        return load(flags, config=self.values.get("config"), environ=os.environ, targets=paths, defaults=defaults, reviewed=reviewed)

    @property
    def color(self) -> bool:
        """Whether colour is welcome where there is a terminal."""
        return not self.values.get("no_color")

    def destinations(self, settings: Settings) -> tuple[Destination, ...]:
        """Where reports go."""
        return destinations(self.many("output"), settings.format)

    def watcher(self, settings: Settings) -> AbstractContextManager[Progress]:
        """Whoever is told how far the run is."""
        return watcher(quiet=settings.quiet, verbose=bool(self.values.get("verbose")), color=self.color, stream=sys.stderr)
