"""Templates of Azure Pipelines: what expressions in `${{ }}` put into a definition before it runs.

Values of parameters and of loops are put in place as text or as what they are; of `if`, `elseif` and `else` every body is read, since what
they ask is known only later. How often anything is put anywhere is bounded for a definition.
Source: Azure Pipelines' documentation, "Templates", "Template expressions".
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import islice

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.systems.system import Files
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, entries, items, parse, text
from scanner.records import dataclass, field

DEEPEST = 20
"""Templates below templates."""
_MOST = 300_000
"""Nodes that a definition may come to with all its templates and loops."""
_MOST_TEMPLATES = 2_000
_HOPS = 12
"""Parameters that are handed on by parameters."""
_DEARER = 256
"""Characters that are put in place count as a node."""
_LONGEST = 1 << 16
"""Characters of a text into which something is put."""

_PATH = r"[A-Za-z_][A-Za-z0-9_]{0,127}+(?:\.[A-Za-z_][A-Za-z0-9_-]{0,127}+|\['[^'\n]{1,128}'\]){0,9}+"
_WHOLE = re.compile(r"\s{0,99}\$\{\{\s{0,99}(" + _PATH + r")\s{0,99}\}\}\s{0,99}")
_INSIDE = re.compile(r"\$\{\{\s{0,99}(" + _PATH + r")\s{0,99}\}\}")
_DIRECTIVE = re.compile(r"\s{0,99}\$\{\{\s{0,99}(if|elseif|else|insert|each)\b")
_EACH = re.compile(
    r"\s{0,99}\$\{\{\s{0,99}each\s{1,99}([A-Za-z_][A-Za-z0-9_]{0,127}+)\s{1,99}in\s{1,99}(" + _PATH + r")\s{0,99}\}\}\s{0,99}"
)
_GIVEN = re.compile(rb"(?i)task\.setvariable[ \t]{1,9}variable=([A-Za-z_][A-Za-z0-9_.-]{0,127}+)")
_NAMED = re.compile(rb"(?m)^[ \t-]{0,99}+name:[ \t]{1,9}+([A-Za-z_][A-Za-z0-9_]{0,127}+)[ \t\r]{0,9}+$")
_PART = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]{0,127}+)|\['([^'\n]{1,128})'\]")


@dataclass(frozen=True, slots=True)
class Scope:
    """The file in which something stands, and what its parameters and loops are."""

    file: str
    """Empty for the definition itself."""
    path: str
    """Of the same file, from the top of the repository."""
    bound: Mapping[str, Placed] = field(default_factory=dict, repr=False)
    chain: tuple[str, ...] = ()
    """The files through which it was reached."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A node and where it was written."""

    node: Node
    scope: Scope


@dataclass(frozen=True, slots=True)
class Member:
    """A key of a mapping, as it is when all is put in place, and its value."""

    key: Scalar
    value: Placed


@dataclass(frozen=True, slots=True)
class Call:
    """A template that is asked for."""

    target: Scalar
    """Its path, and `@` with the name of the repository where it is of another one."""
    scope: Scope
    arguments: tuple[Member, ...] = ()

    @property
    def path(self) -> str | None:
        """Where it lies in the repository; None where it lies in another or is only known when it runs."""
        name, _, repository = self.target.value.strip().partition("@")
        if repository not in {"", "self"} or "$" in name or not name:
            return None
        joined = name.lstrip("/") if name.startswith("/") else posixpath.join(posixpath.dirname(self.scope.path), name)
        normal = posixpath.normpath(joined)
        return None if normal.startswith("..") else normal


class Expansion:
    """Puts templates into one definition, within bounds."""

    def __init__(self, files: Files) -> None:
        self.given: set[str] = set()
        """Variables that scripts set for what follows them, in lower case."""
        self.named: set[str] = set()
        """What may be a step's name, in lower case."""
        self._files = files
        self._known: dict[str, Node | None] = {}
        self._spent = 0
        self._templates = 0

    def spend(self, count: int) -> None:
        """Counts what was put in place. Raises `UnreadableError` (`too-large`)."""
        self._spent += count
        if self._spent > _MOST:
            raise UnreadableError(Reason.TOO_LARGE, f"a definition of more than {_MOST} nodes with its templates")

    def parsed(self, data: bytes) -> Node | None:
        """The first document of a file. Raises `UnreadableError`."""
        self.given |= {match[1].decode().lower() for match in _GIVEN.finditer(data)}
        self.named |= {match[1].decode().lower() for match in _NAMED.finditer(data)}
        return next(iter(parse(data)), None)

    def opened(self, call: Call) -> Placed | None:
        """The template that a call asks for, with its parameters; None where it cannot be read or would call itself."""
        path = call.path
        if path is None or path in call.scope.chain or path == call.scope.path or len(call.scope.chain) >= DEEPEST:
            return None
        self._templates += 1
        if self._templates > _MOST_TEMPLATES:
            raise UnreadableError(Reason.TOO_LARGE, f"a definition with more than {_MOST_TEMPLATES} templates")
        root = self._opened(path)
        if root is None:
            return None
        scope = Scope(path, path, {}, (*call.scope.chain, call.scope.path))
        bound = {f"parameters.{name}": Placed(node, scope) for name, node in _declared(root) if node is not None}
        bound |= {f"parameters.{one.key.value}": one.value for one in call.arguments}
        return Placed(root, Scope(path, path, bound, scope.chain))

    def _opened(self, path: str) -> Node | None:
        if path not in self._known:
            data = self._files(path)
            try:
                self._known[path] = None if data is None else self.parsed(data)
            except UnreadableError:
                self._known[path] = None
        return self._known[path]

    def settled(self, placed: Placed) -> Placed:
        """What stands in place of a parameter that is the whole of a value."""
        for _ in range(_HOPS):
            node = placed.node
            whole = _WHOLE.fullmatch(node.value) if isinstance(node, Scalar) and "${{" in node.value else None
            found = None if whole is None else self._looked_up(whole[1], placed.scope)
            if found is None:
                break
            placed = found
        return placed

    def _looked_up(self, path: str, scope: Scope) -> Placed | None:
        head = re.match(r"[A-Za-z0-9_]{1,128}", path)
        names = [match[1] or match[2] for match in _PART.finditer(path)]
        first = head[0] if head is not None else ""
        if names and (first == "parameters" or f"{first}.{names[0]}" in scope.bound):
            first, names = f"{first}.{names[0]}", names[1:]
        placed = scope.bound.get(first)
        for name in names[:9]:
            if placed is None:
                return None
            placed = self.settled_once(placed)
            below = at(placed.node, name)
            placed = None if below is None else Placed(below, placed.scope)
        return placed

    def settled_once(self, placed: Placed) -> Placed:
        """One step of `settled`, for values on the way to another."""
        node = placed.node
        whole = _WHOLE.fullmatch(node.value) if isinstance(node, Scalar) and "${{" in node.value else None
        found = None if whole is None else placed.scope.bound.get(whole[1])
        return placed if found is None else found

    def written(self, scalar: Scalar, scope: Scope, hops: int = _HOPS) -> Scalar:
        """The scalar with the plain values of parameters and loops in place; what is not known stays as it was written."""
        if "${{" not in scalar.value or not hops:
            return scalar
        pieces, end, size = [], 0, 0
        for match in _INSIDE.finditer(scalar.value):
            found = self._looked_up(match[1], scope)
            if found is None or not isinstance(found.node, Scalar):
                continue
            value = self.written(found.node, found.scope, hops - 1).value if not found.node.is_null else ""
            size += len(value)
            self.spend(1 + len(value) // _DEARER)
            if size > _LONGEST:
                break
            pieces += [scalar.value[end : match.start()], value]
            end = match.end()
        if not pieces:
            return scalar
        value = "".join([*pieces, scalar.value[end:]])
        self.spend(len(value) // _DEARER)
        style = scalar.style if scalar.value.count("\n") == value.count("\n") else ">"
        return Scalar(value, scalar.line, scalar.column, style, scalar.tag)

    def said(self, placed: Placed | None) -> tuple[Scalar, str] | None:
        """The text of a value, all put in place, and the file that says so; None where it is no text."""
        if placed is None:
            return None
        placed = self.settled(placed)
        if not isinstance(placed.node, Scalar) or placed.node.is_null:
            return None
        return self.written(placed.node, placed.scope), placed.scope.file

    def text(self, placed: Placed | None) -> Scalar | None:
        """The text of a value, all put in place; None where it is none."""
        said = self.said(placed)
        return None if said is None else said[0]

    def listed(self, placed: Placed | None) -> Iterator[Placed]:
        """What is in a list, with the bodies of conditions and loops in place; the one thing that stands where a list could."""
        waiting = [] if placed is None else [placed]
        while waiting:
            one = self.settled(waiting.pop())
            self.spend(1)
            if isinstance(one.node, Items):
                waiting += (Placed(item, one.scope) for item in reversed(one.node.items))
            elif isinstance(one.node, Entries) and _is_directive(one.node):
                bodies = [body for key, value in one.node.entries for body in self._bodies(key, Placed(value, one.scope))]
                waiting += reversed(bodies)
            elif not (isinstance(one.node, Scalar) and one.node.is_null):
                yield one

    def members(self, placed: Placed | None) -> tuple[Member, ...]:
        """The members of a mapping, with the bodies of conditions and loops in place; nothing for anything else."""
        told: list[Member] = []
        waiting = [] if placed is None else [placed]
        while waiting:
            one = self.settled(waiting.pop())
            inner = []
            for key, value in one.node.entries if isinstance(one.node, Entries) else ():
                self.spend(1)
                if _DIRECTIVE.match(key.value):
                    inner += self._bodies(key, Placed(value, one.scope))
                else:
                    told.append(Member(self.written(key, one.scope), Placed(value, one.scope)))
            waiting += reversed(inner)
        return tuple(told)

    def _bodies(self, key: Scalar, body: Placed) -> list[Placed]:
        """A body, once for each value of its loop."""
        each = _EACH.fullmatch(key.value)
        if each is None:
            return [body]
        found = self._looked_up(each[2], body.scope)
        if found is None and each[2] != "parameters":
            return [body]
        values = _own_rounds(each[1], body.scope) if found is None else _rounds(each[1], self.settled(found))
        rounds = []
        for value in values:
            self.spend(1 + len(body.scope.bound) // 8)
            bound = {**body.scope.bound, **value}
            rounds.append(Placed(body.node, Scope(body.scope.file, body.scope.path, bound, body.scope.chain)))
        return rounds or [body]


_SHAPES = {
    "steps": frozenset({"script", "bash", "pwsh", "powershell", "task", "checkout", "download", "publish"}),
    "jobs": frozenset({"job", "deployment"}),
    "stages": frozenset({"stage"}),
}
_PEEKED = 3
_NESTED = 5


def handed_on(call: Call, kind: str, expansion: Expansion) -> list[Placed]:
    """Lists of steps, jobs or stages that a template is handed which cannot be read: it surely runs them."""
    told = []
    waiting = [(one.key.value, one.value, 0) for one in reversed(call.arguments)]
    while waiting:
        name, value, level = waiting.pop()
        placed = expansion.settled(value)
        expansion.spend(1)
        shape = _shape(name, placed, expansion)
        if shape == kind:
            told.append(placed)
        elif shape is None and level < _NESTED:
            below = [(one.key.value, one.value) for one in expansion.members(placed)]
            below += [(name, Placed(item, placed.scope)) for item in (placed.node.items if isinstance(placed.node, Items) else ())]
            waiting += ((inner, one, level + 1) for inner, one in reversed(below))
    return told


def _shape(name: str, placed: Placed, expansion: Expansion) -> str | None:
    """What a list is a list of; None for anything else. One of templates alone is told by its name."""
    if not isinstance(placed.node, Items):
        return None
    keys = {member.key.value for item in islice(expansion.listed(placed), _PEEKED) for member in expansion.members(item)}
    for kind, known in _SHAPES.items():
        if keys & known:
            return kind
    return next((kind for kind in _SHAPES if "template" in keys and kind[:-1] in name.lower()), None)


def pick(members: tuple[Member, ...], *names: str) -> Placed | None:
    """The value of one of some names; of a key that stands there twice the last one counts."""
    return next((one.value for one in reversed(members) if one.key.value in names), None)


def _is_directive(node: Entries) -> bool:
    return bool(node.entries) and all(_DIRECTIVE.match(key.value) for key, _ in node.entries)


def _rounds(name: str, found: Placed) -> Iterator[dict[str, Placed]]:
    """What a loop goes through: items, or pairs with `key` and `value`."""
    if isinstance(found.node, Items):
        yield from ({name: Placed(item, found.scope)} for item in found.node.items)
    for key, value in entries(found.node):
        yield {f"{name}.key": Placed(key, found.scope), f"{name}.value": Placed(value, found.scope)}


def _own_rounds(name: str, scope: Scope) -> Iterator[dict[str, Placed]]:
    """All parameters of a file, which it hands on as they are."""
    for path, value in scope.bound.items():
        if path.startswith("parameters."):
            key = Scalar(path.removeprefix("parameters."), value.node.line, value.node.column)
            yield {f"{name}.key": Placed(key, value.scope), f"{name}.value": value}


def _declared(root: Node) -> Iterator[tuple[str, Node | None]]:
    """The parameters of a file with what they are when nobody hands them over."""
    declared = at(root, "parameters")
    for key, value in entries(declared):
        yield key.value, value
    for one in items(declared) if isinstance(declared, Items) else ():
        name = text(at(one, "name"))
        if name is not None:
            yield name, at(one, "default")


def parameters(root: Node) -> tuple[str, ...]:
    """The names of a file's parameters."""
    return tuple(name for name, _ in _declared(root))
