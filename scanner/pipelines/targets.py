"""The targets of a script or build file by the names that commands and other targets have for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from scanner.pipelines.scripts import of_pattern
from scanner.pipelines.scripts.nouns import Target

_MOST_PATTERNS = 50
"""Targets of a file that are patterns and are looked at."""
_MOST_KEPT = 20_000
"""Names of which is kept what they mean."""


class Targets:
    """Targets of one file, with those that it includes; of those with the same name, the first."""

    def __init__(self, found: Iterable[Target]) -> None:
        self._by_name = {one.name: one for one in reversed(tuple(found))}
        patterns = islice((name for name, one in self._by_name.items() if "%" in name and (name != "%" or one.texts)), _MOST_PATTERNS)
        self._patterns = {name: self._by_name[name] for name in sorted(patterns, key=lambda name: (-len(name), name))}
        """Targets of make that are patterns, the closest first."""
        self._made: dict[str, Target | None] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def all(self) -> tuple[Target, ...]:
        """Every target, by its own name."""
        return tuple(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def get(self, name: str) -> Target | None:
        """The target that has exactly this name."""
        return self._by_name.get(name)

    def named(self, name: str) -> Target | None:
        """The target that a name means, be it over a pattern."""
        if (found := self._by_name.get(name)) is not None or not self._patterns:
            return found
        if name not in self._made:
            if len(self._made) >= _MOST_KEPT:
                self._made.clear()
            self._made[name] = of_pattern(self._patterns, name) or self._called(name)
        return self._made[name]

    def _called(self, name: str) -> Target | None:
        """The target whose pattern fits a name that is put together by what is known of its text."""
        return next((target for pattern, target in self._patterns.items() if _fits(name, pattern)), None)


def _fits(name: str, pattern: str) -> bool:
    before, _, after = pattern.partition("%")
    return name.partition("$")[0].startswith(before) and name.rpartition("}")[2].endswith(after) and len(name) > len(pattern) - 1
