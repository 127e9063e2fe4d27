"""The tables of signatures as a page shows them: their keys, and the words that rows choose from."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from functools import cache

from scanner.pipelines import checks
from scanner.pipelines.signatures import rows, words

_ROWS = {
    "action": "SignatureRow",
    "command": "SignatureRow",
    "program": "ProgramRow",
    "runner": "RunnerRow",
    "sink": "SinkRow",
    "registry": "RegistryRow",
    "registry accepts": "Accepts",
    "registry endings": "Ending",
    "name": "NameRow",
    "remark": "RemarkRow",
    "normal": "Normal",
}
_TYPES = {
    "str": "text",
    "bool": "true or false",
    "int": "number",
    "date | None": "date",
    "tuple[str, ...]": "texts",
    "tuple[tuple[str, str], ...]": "table",
}
_ONLY = {"action": {"programs", "words", "goals", "goals_not", "check"}, "command": {"uses", "platforms", "refs_not"}}
"""Keys of one class that one of its two tables has no use for."""
_WORDS: Mapping[str, frozenset[str]] = {
    "role": words.ROLES,
    "target": words.TARGETS,
    "platforms, ci": words.PLATFORMS,
    "family of a remark": words.FAMILIES,
    "mark": words.MARKS,
    "check": frozenset(checks.CHECKS),
}


def columns(table: str) -> str:
    """The keys of the rows of one table."""
    return "| key | is | what it says |\n|---|---|---|\n" + "".join(_columns(table))


def choices() -> str:
    """The words that rows choose from."""
    told = (f"| {name} | {' '.join(f'`{word}`' for word in sorted(known))} |\n" for name, known in _WORDS.items())
    return "| key | words |\n|---|---|\n" + "".join(told)


def _columns(table: str) -> Iterator[str]:
    fields = _classes()[_ROWS[table]]
    usual = _classes()["SignatureRow"]
    for name, (kind, default, told) in fields.items():
        if name not in _ONLY.get(table, ()):
            needed = ", needed" if default is None and name != "mark" else ""
            said = told or usual.get(name, (kind, default, ""))[2]
            yield f"| `{name}` | {_TYPES.get(kind, 'tables')}{needed} | {said.replace('|', '&#124;')} |\n"


@cache
def _classes() -> Mapping[str, Mapping[str, tuple[str, str | None, str]]]:
    """Type, default and words of every field, by the name of its class."""
    tree = ast.parse(inspect.getsource(rows))
    return {node.name: dict(_fields(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, tuple[str, str | None, str]]]:
    for place, one in enumerate(node.body):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            after = node.body[place + 1] if place + 1 < len(node.body) else None
            told = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            yield one.target.id, (ast.unparse(one.annotation), ast.unparse(one.value) if one.value else None, str(told))
