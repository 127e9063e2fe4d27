"""A definition of GitLab with the files that it includes from its own repository, put together as GitLab does.

What is included comes first and the file that includes it on top, mappings joined key by key. So that every piece still knows where it
stands, the lines of the n-th file are counted from n times `_STRIDE`; `Places` leads back from them.
Source: GitLab's CI/CD YAML syntax reference, `include`, and "Use CI/CD configuration from other files".
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.pipelines.definition import CallDefinition, Pin
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.gitlab_includes import called, local_path
from scanner.pipelines.systems.gitlab_merge import merged
from scanner.pipelines.systems.system import Files
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, parse
from scanner.records import dataclass

_DEEPEST = 6
_MOST_FILES = 100
_STRIDE = 1 << 21
"""More lines than a definition can have."""
_OUTSIDE = frozenset({"", ".", ".."})
"""Parts of a path that may lead out of the repository, or to a file under a second name."""


@dataclass(frozen=True, slots=True)
class Places:
    """Leads from the lines of joined files to those of each."""

    files: tuple[str, ...]
    """The definition itself first."""

    def line(self, line: int) -> int:
        """A line in its own file."""
        return line % _STRIDE

    def file(self, line: int) -> str:
        """The file of a line; empty for the definition itself."""
        index = line // _STRIDE
        return self.files[index] if 0 < index < len(self.files) else ""


@dataclass(frozen=True, slots=True)
class Joined:
    """A definition with what it includes."""

    root: Entries
    places: Places
    includes: tuple[CallDefinition, ...]
    """What lies elsewhere, or could not be read."""
    inputs: tuple[str, ...]
    """Names of what the definition itself asks of whoever includes it."""


def joined(file: str, data: bytes, files: Files, budget: Budget) -> Joined | None:
    """A definition with its local includes; None where it is none. Raises `UnreadableError`."""
    root, inputs = _document(parse(data))
    if root is None:
        return None
    join = _Join(file, files, budget)
    join.run(root)
    met = set(join.names)
    unread = dict.fromkeys(call for call in join.calls if not call.is_local or call.target not in met)
    return Joined(join.root, Places(tuple(join.names)), tuple(unread), inputs)


def _document(documents: tuple[Node, ...]) -> tuple[Entries | None, tuple[str, ...]]:
    """The mapping that defines jobs, and the inputs of the header before it."""
    if not documents:
        return None, ()
    header = documents[0]
    inputs = tuple(key.value for key, _ in entries(at(header, "spec", "inputs")))
    if len(documents) > 1 and isinstance(header, Entries) and header.get("spec") is not None:
        body = documents[1]
        return (body if isinstance(body, Entries) else header), inputs
    return (header if isinstance(header, Entries) else None), inputs


@dataclass(frozen=True, slots=True)
class _Open:
    """A file whose includes are still being read."""

    root: Entries
    rest: Iterator[Node]
    at: tuple[int, int] | None
    """Where the definition itself leads to it; None for the definition."""


class _Join:
    """Reads one file after the other, those that are included before those that include them."""

    def __init__(self, file: str, files: Files, budget: Budget) -> None:
        self.root = Entries((), 1, 1)
        self.names = [file]
        self.calls: list[CallDefinition] = []
        self._files = files
        self._budget = budget

    def run(self, root: Entries) -> None:
        """Joins a definition and all that it includes."""
        opened = [_Open(root, iter(items(root.get("include"))), None)]
        while opened:
            top = opened[-1]
            entry = next(top.rest, None)
            if entry is None:
                opened.pop()
                self.root = merged(self.root, top.root, self._budget)
                continue
            self._budget.spend()
            place = top.at or (entry.line, entry.column)
            path = local_path(entry)
            if path is None:
                self.calls += called(entry, *place)
                continue
            found = self._included(path, len(opened))
            if found is not None:
                opened.append(_Open(found, iter(items(found.get("include"))), place))
            else:
                self.calls.append(CallDefinition(path, True, *place, pin=Pin.LOCAL))

    def _included(self, path: str, depth: int) -> Entries | None:
        """The mapping of a file that was not met yet, its lines shifted."""
        if depth > _DEEPEST or len(self.names) > _MOST_FILES or path in self.names or not _OUTSIDE.isdisjoint(path.split("/")):
            return None
        data = self._files(path)
        if data is None:
            return None
        try:
            root, _ = _document(parse(data))
        except UnreadableError:
            return None
        if root is None:
            return None
        self.names.append(path)
        shifted = _shifted(root, (len(self.names) - 1) * _STRIDE, self._budget)
        return shifted if isinstance(shifted, Entries) else None


def _shifted(root: Node, by: int, budget: Budget) -> Node:
    """The same tree some lines below."""
    made: list[Node] = []
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, is_ready = waiting.pop()
        if isinstance(node, Scalar):
            made.append(_lower(node, by))
            continue
        children = node.items if isinstance(node, Items) else tuple(value for _, value in node.entries)
        if not is_ready:
            budget.spend(1 + len(children))
            waiting.append((node, True))
            waiting += ((child, False) for child in children)
            continue
        parts = made[len(made) - len(children) :][::-1]
        del made[len(made) - len(children) :]
        if isinstance(node, Items):
            made.append(Items(tuple(parts), node.line + by, node.column, node.tag))
        else:
            keys = [_lower(key, by) for key, _ in node.entries]
            made.append(Entries(tuple(zip(keys, parts, strict=True)), node.line + by, node.column, node.tag))
    return made[0]


def _lower(scalar: Scalar, by: int) -> Scalar:
    return Scalar(scalar.value, scalar.line + by, scalar.column, scalar.style, scalar.tag)
