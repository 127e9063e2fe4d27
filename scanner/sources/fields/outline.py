"""Which keys lead to which bytes of a nested document.

A reader of a format (`yaml_events`, `json_tokens`) tells an `Outline` what it meets, in order; the outline keeps one entry for each
scalar and shares the path above it, so that its size is bounded by the number of scalars and not by their depth.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from scanner.records import dataclass

DEEPEST = 128
"""Levels. Readers stop there; no file that a tool reads nests as deep."""

MOST = 250_000
"""Scalars and containers. Readers stop there."""

LARGEST = 2_097_152
"""Bytes of text that are read as a nested document; the rule for single lines names values in larger ones."""


@dataclass(slots=True)
class _Frame:
    """A container that is still open."""

    node: int
    mapping: bool
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where a byte stands in a document."""

    keys: tuple[str, ...]
    beside: Mapping[str, str]
    """Scalars of the same mapping, by lower-case key, for the keys that were asked for."""
    above: Mapping[str, str]
    """Those of the mapping that this one is a value of."""


class Outline:
    """The scalars of a document, in order."""

    def __init__(self, wanted: frozenset[str]) -> None:
        """`wanted` are the lower-case keys whose values `Found.beside` tells."""
        self._wanted = wanted
        self._nodes: list[tuple[int, str | None]] = [(-1, None)]
        self._beside: dict[int, dict[str, str]] = {}
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._owners: list[int] = []
        self._frames = [_Frame(0, mapping=False)]

    @property
    def full(self) -> bool:
        """Whether a reader should stop."""
        return len(self._frames) > DEEPEST or len(self._starts) + len(self._nodes) > MOST

    def open(self, *, mapping: bool) -> None:
        """A mapping or a list begins."""
        above = self._frames[-1]
        self._nodes.append((above.node, above.key))
        self._frames.append(_Frame(len(self._nodes) - 1, mapping))

    def close(self) -> None:
        """The innermost container ends; one that never began is passed over."""
        if len(self._frames) > 1:
            self._frames.pop()
            self._passed(self._frames[-1])

    def reset(self) -> None:
        """A new document begins."""
        del self._frames[1:]

    def name(self, text: str) -> None:
        """A key without quotes, where the container waits for one."""
        frame = self._frames[-1]
        if text and frame.mapping and frame.key is None:
            frame.key = text

    def comma(self) -> None:
        """A new member begins, whatever was left out of the last one."""
        self._frames[-1].key = None

    def scalar(self, start: int, end: int, text: str) -> None:
        """A scalar `text`, written at `start` to `end`: a key where the container waits for one, else a value."""
        frame = self._frames[-1]
        if frame.mapping and frame.key is None:
            frame.key = text
            self._note(start, end, frame.node)
            return
        if frame.key is None:
            self._note(start, end, frame.node)
            return
        self._nodes.append((frame.node, frame.key))
        self._note(start, end, len(self._nodes) - 1)
        if frame.key.lower() in self._wanted:
            self._beside.setdefault(frame.node, {}).setdefault(frame.key.lower(), text)
        frame.key = None

    def _passed(self, frame: _Frame) -> None:
        """A value of `frame` is complete; a container in the place of a key leaves an unnamed one."""
        frame.key = "" if frame.mapping and frame.key is None else None

    def _note(self, start: int, end: int, owner: int) -> None:
        self._starts.append(start)
        self._ends.append(end)
        self._owners.append(owner)

    def find(self, position: int) -> Found | None:
        """The scalar that holds the byte at `position`; for a key, the mapping that it is in."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or position >= self._ends[index]:
            return None
        owner = self._owners[index]
        mapping = self._nodes[owner][0]
        return Found(self._keys(owner), self._beside.get(mapping, {}), self._above(mapping))

    def mappings(self, *keys: str) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
        """What was asked for of every mapping that `keys` lead to, and of the mapping that it is a value of."""
        for node, beside in self._beside.items():
            if self._nodes[node][1] == keys[-1] and self._keys(node) == keys:
                yield beside, self._above(node)

    def _above(self, node: int) -> Mapping[str, str]:
        return self._beside.get(self._nodes[node][0], {}) if node > 0 else {}

    def _keys(self, node: int) -> tuple[str, ...]:
        keys: list[str] = []
        while node > 0:
            node, key = self._nodes[node]
            if key:
                keys.append(key)
        return tuple(reversed(keys))
