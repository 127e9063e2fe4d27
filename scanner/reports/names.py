"""Containers and paths as they are shown: short where they fit in no other way, and never so that two look the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scanner.reports.escape import shown
from scanner.reports.layout import take, width

ELLIPSIS = "…"


class Names:
    """Shortens what is among `names`; knows all of them, so that what it shortens stays distinguishable."""

    def __init__(self, names: Iterable[str], home: str = "") -> None:
        self._home = home.rstrip("/\\")
        self._all = frozenset(self._homely(name) for name in names)
        self._taken: dict[int, Counter[str]] = {}

    def fit(self, name: str, room: int) -> str:
        """`name` with `~` for the home directory, cut in the middle where it needs more than `room` columns.

        Whole, however long, where another name would look the same.
        """
        whole = self._homely(name)
        if width(whole) <= room:
            return whole
        if room not in self._taken:
            self._taken[room] = Counter(cut(other, room) for other in self._all if width(other) > room)
        short = cut(whole, room)
        others = self._taken[room][short] - (whole in self._all)
        return whole if others or short in self._all else short

    def _homely(self, name: str) -> str:
        if self._home and name.startswith(self._home) and name[len(self._home) :][:1] in {"", "/", "\\"}:
            name = "~" + name[len(self._home) :]
        return shown(name)


def cut(name: str, room: int) -> str:
    """`name`, or its beginning and, longer, its end: a file is known by its name rather than by its root."""
    if width(name) <= room:
        return name
    head = take(name, max(room // 3, 1))
    tail = take(name[::-1], max(room - width(head) - 1, 1))[::-1]
    return head + ELLIPSIS + tail
