"""A definition of GitLab with the files that it includes from its own repository, put together as GitLab does.

What is included comes first and the file that includes it on top, mappings joined key by key, inputs put in. A file that is given inputs may
be included more than once. So that every piece still knows where it
stands, the lines of the n-th file are counted from n times `_STRIDE`; `Places` leads back from them.
Source: GitLab's CI/CD YAML syntax reference, `include`, and "Use CI/CD configuration from other files".
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.pipelines.definition import CallDefinition, Pin
from scanner.pipelines.systems.budget import Budget
from scanner.pipelines.systems.gitlab_includes import called, component_paths, local_path, matching, wildcard
from scanner.pipelines.systems.gitlab_inputs import placed, values
from scanner.pipelines.systems.gitlab_merge import merged
from scanner.pipelines.systems.system import Files, known
from scanner.pipelines.yamltree import Entries, Node, at, entries, items, parse
from scanner.records import dataclass

_DEEPEST = 6
_MOST_FILES = 150
"""As many as GitLab takes."""
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
    documents = parse(data)
    root, inputs = _document(documents)
    if root is None:
        return None
    join = _Join(file, files, budget)
    join.run(join.with_inputs(root, documents[0], None))
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
    rest: Iterator[tuple[str | None, Node]]
    """Its includes: the path of a file of the repository, and the entry that says so."""
    path: str
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
        opened = [_Open(root, self._asked(root), self.names[0], None)]
        while opened:
            top = opened[-1]
            path, entry = next(top.rest, (None, None))
            if entry is None:
                opened.pop()
                self.root = merged(self.root, top.root, self._budget)
                continue
            self._budget.spend()
            place = top.at or (entry.line, entry.column)
            if path is None:
                self.calls += called(entry, *place)
                continue
            found = self._included(path, at(entry, "inputs"), opened)
            if found is not None:
                opened.append(_Open(found, self._asked(found), path, place))
            else:
                is_optional = at(entry, "rules") is not None
                self.calls.append(CallDefinition(path, True, *place, pin=Pin.LOCAL, is_optional=is_optional))

    def with_inputs(self, root: Entries, header: Node, given: Node | None) -> Entries:
        """The mapping of the file that was met last, its lines shifted and its inputs put in."""
        by = (len(self.names) - 1) * _STRIDE
        inputs = values(header, given, by, self._budget)
        made = placed(root, by, inputs, self._budget) if by or inputs else root
        return made if isinstance(made, Entries) else root

    def _asked(self, root: Entries) -> Iterator[tuple[str | None, Node]]:
        """The entries of `include`, one for each file of the repository that they name."""
        for entry in items(root.get("include")):
            if (paths := component_paths(entry)) is not None:
                yield next((path for path in paths if self._files(path) is not None), paths[0]), entry
            elif (pattern := wildcard(entry)) is not None:
                yield from ((path, entry) for path in matching(pattern, known(self._files), self._budget) or (pattern,))
            else:
                yield local_path(entry), entry

    def _included(self, path: str, given: Node | None, opened: list[_Open]) -> Entries | None:
        """The mapping of a file that was not met yet, or is given inputs."""
        is_met = path in {one.path for one in opened} or (path in self.names and not isinstance(given, Entries))
        if is_met or len(opened) > _DEEPEST or len(self.names) > _MOST_FILES or not _OUTSIDE.isdisjoint(path.split("/")):
            return None
        data = self._files(path)
        if data is None:
            return None
        try:
            documents = parse(data)
        except UnreadableError:
            return None
        root, _ = _document(documents)
        if root is None:
            return None
        self.names.append(path)
        return self.with_inputs(root, documents[0], given)
