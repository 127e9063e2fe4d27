"""Programs of Python that call others: the calls of a script with words that are written out, and the tasks of invoke and fabric.

Nothing of them is run; what is put together while a program runs is a variable. Sources: the manual of Python (`subprocess`, `os.system`),
invoke's documentation of tasks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import islice

from scanner.pipelines.definition import Text
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.python_tree import tree_of
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import LARGEST, MOST, quoted

_CALLS = frozenset(
    {"run", "call", "check_call", "check_output", "Popen", "system", "popen", "getoutput", "getstatusoutput", "sudo", "local"}
)
_MODULES = frozenset({"subprocess", "sp", "os", "invoke", "c", "ctx", "context", "conn", "connection"})
"""What such a function is called on: a module, or what invoke hands a task."""
_MOST_NODES = 200_000
_MOST_WORDS = 256


def _read(file: str, data: bytes) -> ScriptFile:
    """One target that is the whole script, and one for each task."""
    tree = tree_of(data)
    helpers = _helpers(tree)
    tasks = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef) and _decorators(one)}
    targets = [_task(one, helpers, tasks) for one in islice(tasks.values(), MOST - 1)]
    return ScriptFile(file, "python", (Target("", 1, 1, _texts(tree, helpers)), *targets))


def _below(root: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, in their order."""
    waiting = [root]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        yield node
        waiting += reversed(list(ast.iter_child_nodes(node)))


def _helpers(tree: ast.Module) -> frozenset[str]:
    """Functions of the program that call others themselves."""
    found = (one for one in tree.body if isinstance(one, ast.FunctionDef))
    return frozenset(one.name for one in found if one.args.args or one.args.vararg if any(map(_is_call, _below(one))))


def _is_call(node: ast.AST) -> bool:
    """Whether something calls another program by a function of Python's or of invoke's."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in _CALLS:
        return False
    return isinstance(node.func.value, ast.Name) and node.func.value.id in _MODULES


def _texts(root: ast.AST, helpers: frozenset[str]) -> tuple[Text, ...]:
    found: list[Text] = []
    known: dict[str, ast.expr] = {}
    left = LARGEST
    for node in _below(root):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            known[node.targets[0].id] = node.value
        if not isinstance(node, ast.Call) or len(found) >= MOST or left < 0:
            continue
        is_named = isinstance(node.func, ast.Name) and node.func.id in {*helpers, *_CALLS}
        if (is_named or _is_call(node)) and (text := _command(node.args, known)):
            found.append(Text(text, node.lineno, node.col_offset + 1, is_block=False))
            left -= len(text)
    return tuple(found)


def _command(arguments: list[ast.expr], known: dict[str, ast.expr]) -> str:
    """The text of a shell, or the words, that a call is given; empty where its program is not written out."""
    first = arguments[0] if arguments else None
    if isinstance(first, ast.Name):
        first = known.get(first.id)
    if isinstance(first, ast.List | ast.Tuple):
        words = [_word(one) for one in first.elts[:_MOST_WORDS]]
    elif (text := None if first is None else _word(first)) is None:
        return ""
    elif len(arguments) == 1 or not _is_text(arguments[1]):
        return "" if text.startswith("$") else text
    else:
        words = [text, *(_word(one) for one in arguments[1:_MOST_WORDS])]
    program = words[0] if words else None
    if program is None or (program.startswith("$") and "/" not in program):
        return ""
    return " ".join("$words" if word is None else quoted(word) for word in words)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _word(node: ast.expr) -> str | None:
    """A word as a shell has it; None for what only a run knows."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_word(one) or "$words" for one in node.values)
    if isinstance(node, ast.FormattedValue):
        return f"${{{node.value.id}}}" if isinstance(node.value, ast.Name) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join" and node.args:
        last = node.args[-1]
        return f"${{folder}}/{last.value}" if isinstance(last, ast.Constant) and isinstance(last.value, str) else None
    if isinstance(node, ast.Attribute) and node.attr == "executable":
        return "python"
    return f"${{{node.id}}}" if isinstance(node, ast.Name) else None


def _decorators(function: ast.FunctionDef) -> list[ast.expr]:
    """Those that make a task of a function."""
    found = ((one, one.func if isinstance(one, ast.Call) else one) for one in function.decorator_list)
    return [one for one, name in found if (name.id if isinstance(name, ast.Name) else getattr(name, "attr", "")) == "task"]


def _task(function: ast.FunctionDef, helpers: frozenset[str], tasks: dict[str, ast.FunctionDef]) -> Target:
    """A task: what it calls, and the tasks before it or in it."""
    said = _decorators(function)[0]
    keywords = said.keywords if isinstance(said, ast.Call) else []
    named = [one.value.value for one in keywords if one.arg == "name" and isinstance(one.value, ast.Constant)]
    before = [*(said.args if isinstance(said, ast.Call) else ()), *(one.value for one in keywords if one.arg in {"pre", "post"})]
    inner = [node.func for node in _below(function) if isinstance(node, ast.Call)]
    names = [node.id for one in (*before, *inner) for node in islice(_below(one), _MOST_WORDS) if isinstance(node, ast.Name)]
    needs = dict.fromkeys(name.replace("_", "-") for name in names if name in tasks and name != function.name)
    name = str(named[0]) if named else function.name
    return Target(name.replace("_", "-"), function.lineno, 1, _texts(function, helpers), tuple(needs)[:MOST])


PYTHON = ScriptReader("python", re.compile(r"(?s:.{0,4096})\.py"), _read)
"""Asked for only where something runs such a file: a repository may be full of them."""
