"""Joining of GitLab's mappings: a file over what it includes, a job over what it extends, and references into other jobs.

Mappings are joined key by key, everything else is replaced. Source: GitLab's CI/CD YAML syntax reference, `extends` and `!reference` tags.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, texts
from scanner.records import dataclass, field

_DEEPEST = 11
"""Levels of `extends`; GitLab takes as many."""
_DEEPEST_REFERENCE = 10
_REFERENCE = "!reference"


@dataclass(slots=True)
class _Pair:
    """Two mappings that are being joined."""

    key: Scalar | None
    over: Entries
    members: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    both: list[tuple[Scalar, Entries, Entries]] = field(default_factory=list)


def merged(base: Entries, over: Entries, budget: Budget) -> Entries:
    """One mapping over another. Raises `UnreadableError` where it comes to too much."""
    opened = [_pair(None, base, over, budget)]
    while True:
        top = opened[-1]
        if top.both:
            opened.append(_pair(*top.both.pop(), budget))
            continue
        opened.pop()
        node = Entries(tuple(top.members.values()), top.over.line, top.over.column)
        if not opened:
            return node
        if top.key is not None:
            opened[-1].members[top.key.value] = (top.key, node)


def _pair(key: Scalar | None, base: Entries, over: Entries, budget: Budget) -> _Pair:
    budget.spend(1 + len(base.entries) + len(over.entries))
    pair = _Pair(key, over, {own.value: (own, node) for own, node in entries(base)})
    for own, node in entries(over):
        known = pair.members.get(own.value)
        if known is not None and isinstance(known[1], Entries) and isinstance(node, Entries):
            pair.both.append((own, known[1], node))
        else:
            pair.members[own.value] = (own, node)
    return pair


class Config:
    """A whole configuration: jobs with all that they extend, and nodes with references followed."""

    def __init__(self, root: Entries, budget: Budget) -> None:
        self._budget = budget
        self._raw = {key.value: (key, node) for key, node in entries(root)}
        self._done: dict[str, Node] = {}
        for name in self._raw:
            self._extend(name)

    def members(self) -> Iterator[tuple[Scalar, Node]]:
        """All keys at the top, in their order, jobs with what they extend."""
        for name, (key, _) in self._raw.items():
            yield key, self._done[name]

    def top(self, name: str) -> Node | None:
        """What stands under a key at the top."""
        return self._follow(self._done.get(name))

    def get(self, node: Node | None, name: str) -> Node | None:
        """What stands under a key of a mapping, references followed."""
        node = self._follow(node)
        if not isinstance(node, Entries):
            return None
        self._budget.spend(1 + len(node.entries) // 8)
        return self._follow(node.get(name))

    def entries(self, node: Node | None) -> Iterator[tuple[Scalar, Node]]:
        """The members of a mapping, references followed; those that lead nowhere are left out."""
        for key, value in entries(self._follow(node)):
            self._budget.spend()
            if (found := self._follow(value)) is not None:
                yield key, found

    def items(self, node: Node | None) -> Iterator[Node]:
        """What is in a list, lists in it and references taken apart; the one thing that stands where a list could."""
        waiting: list[tuple[Node | None, int]] = [(node, 0)]
        while waiting:
            one, depth = waiting.pop()
            self._budget.spend()
            if isinstance(one, Items) and one.tag == _REFERENCE:
                if depth < _DEEPEST_REFERENCE:
                    waiting.append((self._referred(one), depth + 1))
            elif isinstance(one, Items):
                waiting += ((item, depth) for item in reversed(one.items))
            elif one is not None and not (isinstance(one, Scalar) and one.is_null):
                yield one

    def _follow(self, node: Node | None) -> Node | None:
        for _ in range(_DEEPEST_REFERENCE):
            if not isinstance(node, Items) or node.tag != _REFERENCE:
                return node
            node = self._referred(node)
        return None

    def _referred(self, reference: Items) -> Node | None:
        self._budget.spend(1 + len(reference.items))
        path = [name.value for name in texts(reference)]
        return at(self._done.get(path[0]), *path[1:]) if path else None

    def _extend(self, name: str) -> None:
        """Joins a job with all that it extends, the farthest first; what would go round is left out."""
        opened = [name]
        while opened:
            current = opened[-1]
            node = self._raw[current][1]
            parents = [] if current in self._done else self._parents(node, opened)
            missing = next((parent for parent in parents if parent not in self._done), None)
            if missing is not None and len(opened) < _DEEPEST:
                opened.append(missing)
                continue
            opened.pop()
            if current not in self._done:
                self._done[current] = self._over(parents, node)

    def _parents(self, node: Node, opened: list[str]) -> list[str]:
        named = texts(node.get("extends")) if isinstance(node, Entries) else ()
        self._budget.spend(1 + len(named))
        return [name.value for name in named if name.value in self._raw and name.value not in opened]

    def _over(self, parents: list[str], node: Node) -> Node:
        base: Entries | None = None
        for parent in parents:
            known = self._done.get(parent)
            if isinstance(known, Entries):
                base = known if base is None else merged(base, known, self._budget)
        return merged(base, node, self._budget) if base is not None and isinstance(node, Entries) else node
