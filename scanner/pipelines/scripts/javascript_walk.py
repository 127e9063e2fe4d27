"""What stands where in a program of JavaScript: its functions, what each of them names and calls, what it takes from other files."""

from __future__ import annotations

import re

from tree_sitter import Node

from scanner.pipelines.scripts.javascript_tree import arguments, bare, field, pairs, text_of
from scanner.pipelines.scripts.javascript_words import Known
from scanner.pipelines.scripts.nouns import Import
from scanner.pipelines.scripts.text import MOST
from scanner.records import dataclass
from scanner.records import field as later

_MOST_NODES = 200_000
_MOST_NAMES = 20_000
"""That all functions name."""
_LONGEST_NAME = 200
_MODIFIERS = 3
"""Words before a function that is exported."""
_LONGEST_CONDITION = 400
_TOLD = re.compile(
    r"(?i)(?<![a-z])(?:argv|args?|flags?|opts?|options|values|cli|(?:is_?|no_?|skip_?)?dry(?:_?run)?|dryrun|rehearsal)(?![a-z])"
)
"""How programs call what they are told as they start."""
_DRY = re.compile(r"(?i)dry|rehears|skip")
_NOT = re.compile(r"!(?!=)|!==?[ ]{0,4}true|===?[ ]{0,4}false")
_TYPES = frozenset({"interface_declaration", "type_alias_declaration", "type_annotation", "type_arguments", "type_parameters", "comment"})
_FUNCTIONS = frozenset(
    {
        *("function_declaration", "generator_function_declaration", "function_expression", "generator_function"),
        *("arrow_function", "method_definition", "function"),
    }
)
_NAMING = {
    "variable_declarator": ("name", "value"),
    "pair": ("key", "value"),
    "assignment_expression": ("left", "right"),
    "public_field_definition": ("name", "value"),
    "field_definition": ("property", "value"),
}
"""Where the name of a function stands that has none itself."""
_CHOICES = {
    "if_statement": ("condition", "consequence", "alternative"),
    "ternary_expression": ("condition", "consequence", "alternative"),
    "binary_expression": ("left", "right", ""),
}
"""What is decided, and what then or else is done."""
_EXPORTS = re.compile(r"(?:module\.)?exports(?:\.(?P<name>[\w$]{1,200}))?")


@dataclass(frozen=True, slots=True)
class Call:
    """A call, and where it stands."""

    node: Node
    unit: str
    """The function of the program; empty for what is done as it starts."""
    parameters: frozenset[str]
    """Of the nearest function that has a name, and that name."""
    function: str
    is_doubtful: bool


@dataclass(slots=True)
class Survey:
    """What a whole program was asked once."""

    units: dict[str, tuple[int, dict[str, bool]]] = later(default_factory=lambda: {"": (1, {})})
    """Functions with the line of each and what they name, and whether only if the program is told to."""
    calls: list[Call] = later(default_factory=list)
    imports: list[Import] = later(default_factory=list)
    modules: dict[str, tuple[str, str]] = later(default_factory=dict)
    """What is taken of packages: the package and what it calls it."""
    values: list[tuple[str, Node]] = later(default_factory=list)
    """What variables are set to."""
    known: Known = later(default_factory=Known)
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    unit: str = ""
    function: str = ""
    parameters: frozenset[str] = frozenset()
    is_doubtful: bool = False
    is_exported: bool = False
    """Whether it is only handed on to other files."""


def survey(root: Node) -> Survey:
    """What stands where in a program."""
    walk = _Walk()
    waiting = [(root, _Place())]
    for _ in range(_MOST_NODES):
        if not waiting:
            break
        node, place = waiting.pop()
        waiting += reversed(walk.inside(node, place))
    walk.found.is_cut = bool(waiting) or walk.left <= 0
    return walk.found


class _Walk:
    """Goes through a program in its order."""

    def __init__(self) -> None:
        self.found = Survey()
        self.left = _MOST_NAMES

    def inside(self, node: Node, place: _Place) -> list[tuple[Node, _Place]]:
        """What is looked at below a node."""
        kind = node.type
        if kind in _FUNCTIONS:
            return self._function(node, text_of(node.child_by_field_name("name")), place)
        if kind in _NAMING:
            return self._set(node, place)
        if kind in _CHOICES and (kind != "binary_expression" or text_of(field(node, "operator")) == "&&"):
            return _branches(node, place, *_CHOICES[kind])
        if kind in {"import_statement", "export_statement"}:
            return self._statement(node, place)
        self._note(node, place)
        return [] if kind in _TYPES else [(one, place) for one in node.named_children]

    def _note(self, node: Node, place: _Place) -> None:
        """What a node names or calls."""
        if node.type in {"identifier", "shorthand_property_identifier"}:
            self._name(text_of(node), place)
        elif node.type == "member_expression" and (whole := field(node, "object")) is not None and whole.type == "identifier":
            self._name(f"{text_of(whole)}.{text_of(field(node, 'property'))}", place)
        elif node.type in {"call_expression", "new_expression"}:
            self.found.calls.append(Call(node, place.unit, place.parameters, place.function, place.is_doubtful))
            if (method := field(node, "function", "property")) is not None:
                self._name(f".{text_of(method)}", place)

    def _statement(self, node: Node, place: _Place) -> list[tuple[Node, _Place]]:
        """What is taken from other files, or handed on to them."""
        source, value = (node.child_by_field_name(name) for name in ("source", "value"))
        path = text_of(source).strip("'\"")
        if node.type == "import_statement":
            self._imported(node, path)
        elif source is not None:
            self._handed_on(node, path)
        elif value is not None and value.type not in _FUNCTIONS:
            return self._exported("default", value)
        else:
            return [(one, place) for one in node.named_children if one.type != "export_clause"]
        return []

    def _name(self, name: str, place: _Place) -> None:
        if place.is_exported or len(name) > _LONGEST_NAME or self.left <= 0:
            return
        names = self.found.units[place.unit][1]
        self.left -= name not in names
        names[name] = names.get(name, True) and place.is_doubtful

    def _function(self, node: Node, name: str, place: _Place) -> list[tuple[Node, _Place]]:
        """A function: at the top of a program it is one of its own, deeper it is part of that."""
        if not name and node.parent is not None and node.parent.type == "export_statement":
            name = "default"
        body = node.child_by_field_name("body")
        if body is None:
            return []
        if not name or len(name) > _LONGEST_NAME:
            return [(body, _Place(place.unit, place.function, place.parameters, place.is_doubtful))]
        unit = place.unit or name
        if unit not in self.found.units and len(self.found.units) < MOST:
            self.found.units[unit] = (node.start_point[0] + 1, {})
            if node.parent is not None and any(one.type == "default" for one in node.parent.children[:_MODIFIERS]):
                self.found.units.setdefault("default", (node.start_point[0] + 1, {name: False}))
        unit = unit if unit in self.found.units else place.unit
        return [(body, _Place(unit, name, _parameters(node), place.is_doubtful and unit == place.unit))]

    def _set(self, node: Node, place: _Place) -> list[tuple[Node, _Place]]:
        """Something that is given a name: a function, what another file is, or a value."""
        key, value = (node.child_by_field_name(name) for name in _NAMING[node.type])
        value = bare(value)
        if key is None or value is None:
            return []
        name = text_of(key) if key.end_byte - key.start_byte < _LONGEST_NAME else ""
        exports = _EXPORTS.fullmatch(name) if node.type == "assignment_expression" else None
        if value.type in _FUNCTIONS:
            return self._function(value, (exports["name"] or "default") if exports is not None else name, place)
        if node.type == "variable_declarator":
            if (path := _required(value)) is not None:
                self._take(key, path)
                return []
            if key.type == "identifier":
                self.found.known.take(name, value)
                self.found.values.append((name, value))
        if exports is not None:
            return self._exported(exports["name"] or "default", value)
        return [(value, place), *([(key, place)] if node.type == "assignment_expression" else [])]

    def _exported(self, name: str, value: Node) -> list[tuple[Node, _Place]]:
        """What is only handed on to other files, be it under another name."""
        if value.type == "identifier" and name != text_of(value) and len(self.found.units) < MOST:
            self.found.units.setdefault(name, (value.start_point[0] + 1, {text_of(value): False}))
        return [(value, _Place(is_exported=True))]

    def _take(self, key: Node, path: str) -> None:
        """`const a = require('b')`, `const {a} = require('b')`."""
        if key.type == "identifier":
            self._import(text_of(key), "*", path)
        for of, name in pairs(key) if key.type == "object_pattern" else ():
            self._import(text_of(name), of, path)

    def _import(self, name: str, of: str, path: str) -> None:
        if path.startswith((".", "/")):
            self.found.imports.append(Import(name, of, path))
        else:
            self.found.modules[name] = (path.removeprefix("node:").removeprefix("npm:"), of)

    def _imported(self, node: Node, path: str) -> None:
        clause = next((one for one in node.named_children if one.type == "import_clause"), None)
        if clause is None:
            self._import("", "*", path)
        for one in () if clause is None else clause.named_children:
            if one.type == "identifier":
                self._import(text_of(one), "default", path)
            elif one.type == "namespace_import":
                self._import(text_of(one.named_children[-1]), "*", path)
            elif one.type == "named_imports":
                for part in one.named_children:
                    of = text_of(part.child_by_field_name("name"))
                    self._import(text_of(part.child_by_field_name("alias")) or of, of, path)

    def _handed_on(self, node: Node, path: str) -> None:
        """`export {a as b} from 'c'`, `export * from 'c'`."""
        clause = next((one for one in node.named_children if one.type == "export_clause"), None)
        for part in () if clause is None else clause.named_children:
            of = text_of(part.child_by_field_name("name"))
            self._import(text_of(part.child_by_field_name("alias")) or of, of, path)
        if clause is None:
            self._import("*", "*", path)


def _parameters(function: Node) -> frozenset[str]:
    """The names of what a function is given."""
    found = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
    waiting = [] if found is None else [found]
    names: list[str] = []
    while waiting and len(names) < MOST:
        node = waiting.pop()
        if node.type in {"identifier", "shorthand_property_identifier_pattern"}:
            names.append(text_of(node))
        elif node.type not in _TYPES:
            waiting += node.named_children
    return frozenset(names)


def _required(value: Node) -> str | None:
    """What `require('a')` or `import('a')` asks for."""
    called = value if value.type == "call_expression" else None
    function = text_of(field(called, "function")) if called is not None and called.end_byte - called.start_byte < _LONGEST_CONDITION else ""
    given = arguments(called) if called is not None and function in {"require", "import"} else []
    return text_of(given[0]).strip("'\"") if given and given[0].type == "string" else None


def _branches(node: Node, place: _Place, condition: str, then: str, otherwise: str) -> list[tuple[Node, _Place]]:
    """What depends on what the program is told is not certain, but for what it does unless it is told to rehearse."""
    asked, *ways = (node.child_by_field_name(name) if name else None for name in (condition, then, otherwise))
    written = text_of(asked) if asked is not None and asked.end_byte - asked.start_byte < _LONGEST_CONDITION else ""
    is_told, is_dry, is_not = (one.search(written) is not None for one in (_TOLD, _DRY, _NOT))
    doubts = (is_told and not (is_dry and is_not), is_told and (is_not or not is_dry))
    found = [] if asked is None else [(asked, place)]
    for way, is_doubtful in zip(ways, doubts, strict=True):
        if way is not None:
            parts = _Place(place.unit, place.function, place.parameters, place.is_doubtful or is_doubtful, place.is_exported)
            found.append((way, parts))
    return found
