"""Rows by the names that they are about: of actions, tasks, plugins and the like, and of variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

from scanner.pipelines.signatures.rows import RemarkRow, RunnerRow, SignatureRow

_LONGEST = 500
"""Characters of a name that are compared."""
_MAGIC = frozenset("*?[")

Row = TypeVar("Row", SignatureRow, RemarkRow, RunnerRow)


class Patterns:
    """Patterns and what they stand for; one is compiled when a name begins as it does."""

    def __init__(self) -> None:
        self._known: list[tuple[str, str, int]] = []

    def add(self, pattern: str, place: int) -> None:
        """One more."""
        plain = next((index for index, letter in enumerate(pattern) if letter in _MAGIC), len(pattern))
        self._known.append((pattern[:plain], pattern, place))

    def of(self, name: str) -> Iterator[int]:
        """What the patterns stand for that fit a name."""
        return (place for start, pattern, place in self._known if name.startswith(start) and fnmatchcase(name, pattern))


class ByUse(Generic[Row]):
    """Rows that are asked for one name at a time: a repository has thousands of steps, and the tables hundreds of names."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows: tuple[Row, ...] = tuple(rows)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._loose = Patterns()
        for place, row in enumerate(rows):
            for use in row.uses:
                if _MAGIC & set(use):
                    self._loose.add(use.lower(), place)
                else:
                    self._exact[use.lower()].append(place)

    def rows(self, uses: str) -> list[Row]:
        """The rows that name it or have a pattern that fits, each once, in their order."""
        name = uses[:_LONGEST].lower()
        places = set(self._exact.get(name, ()))
        places.update(self._loose.of(name))
        return [self._rows[place] for place in sorted(places)]


class ByVariable:
    """Remarks that ask for variables, by their names: hardly any command sets one of them."""

    def __init__(self, rows: Sequence[RemarkRow]) -> None:
        self._rows = tuple(rows)
        conditions = [condition for row in rows for condition in row.env]
        self._names = frozenset(condition.removeprefix("env:").partition("=")[0] for condition in conditions)
        self._any = any(_MAGIC & set(name) for name in self._names) or any(condition.startswith("!") for condition in conditions)

    def rows(self, variables: Collection[str]) -> tuple[RemarkRow, ...]:
        """All rows, or none where no variable of these names decides about any."""
        return self._rows if self._any or not self._names.isdisjoint(variables) else ()


def is_use(patterns: Iterable[str], uses: str) -> bool:
    """Whether a name or version is one of the patterns, without regard to case."""
    return any(fnmatchcase(uses[:_LONGEST].lower(), pattern.lower()) for pattern in patterns)
