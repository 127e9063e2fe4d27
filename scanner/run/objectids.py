"""Hexadecimal digits that look like a token of the old form and are the name of a commit: git knows which, so git is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scanner.contract import Check, Sort
from scanner.engine import Found
from scanner.sources.history import ObjectReader

_NAME = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_MOST = 4096
"""Questions in one process. A text with such digits in the place of a token is rare; a repository of nothing else must not take for ever."""


class ObjectIds:
    """Knows the names of the objects in the store that was turned to."""

    def __init__(self) -> None:
        self._store: ObjectReader | None = None
        self._known: dict[str, bool] = {}
        self._asked = 0

    def turn_to(self, store: ObjectReader | None) -> None:
        """What is asked from now on; None where no repository is read."""
        if store != self._store:
            self._store, self._known = store, {}

    def without(self, found: Sequence[Found]) -> list[Found]:
        """What was found, without the names of objects. What carries its own proof is none."""
        names = {number: name for number, one in enumerate(found) if self._store is not None and (name := _name(one)) is not None}
        self._ask({name for name in names.values() if name not in self._known})
        return [one for number, one in enumerate(found) if not self._known.get(names.get(number, ""), False)]

    def _ask(self, names: Iterable[str]) -> None:
        if not names or self._store is None or self._asked == _MOST:
            return
        self._asked += 1
        there = self._store.among(names)
        self._known |= {name: name in there for name in names}


def _name(found: Found) -> str | None:
    """The value, where it has the form of an object's name."""
    reading = found.reading
    if reading.check is not Check.NONE or reading.sort is not Sort.VALUE or len(reading.secret) not in {40, 64}:
        return None
    value = reading.secret.reveal()
    return value.decode() if _NAME.fullmatch(value) else None
