"""tox, nox, setuptools' settings: environments and sessions with their commands. Nothing of them is run.

Sources: tox's configuration reference, nox's documentation of sessions, setuptools' `[upload]`.
"""

from __future__ import annotations

import ast
import re
import tomllib

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import Setting, Text
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import LARGEST, MOST, Lines

_SECTION = re.compile(r"\[(?P<name>[^\]\n]{1,256}+)\]")
_KEY = re.compile(r"(?P<name>[A-Za-z_][\w.-]{0,127}+)[ \t]{0,16}+[=:][ \t]{0,16}+(?P<value>[^\n]{0,16384}+)")
_SET = re.compile(r"[ \t]{0,64}+(?P<name>[A-Za-z_]\w{0,127}+)[ \t]{0,16}+=[ \t]{0,16}+(?P<value>[^\n]{0,16384}+)")
_COMMANDS = ("commands_pre", "commands", "commands_post")
_SUBSTITUTION = re.compile(r"\{(?:envpython|env_python)\}")
_ENVIRONMENT = re.compile(r"\{env:([A-Za-z_]\w{0,127}+)(?::[^{}]{0,256}+)?\}")


def _command(row: str) -> str:
    """A command of tox as a shell's text: `{env:X}` is a variable, a `-` before it forgives."""
    bare = _ENVIRONMENT.sub(r"${\1}", _SUBSTITUTION.sub("python", row.strip()))
    return f"{bare[1:].lstrip()} || true" if bare.startswith("-") else bare.removeprefix("!").lstrip()


def _ini(file: str, data: bytes) -> ScriptFile:
    """A file of settings in which tox's are those of sections `testenv` or `tox:testenv`."""
    lines = Lines(data)
    return ScriptFile(file, "tox", _environments(lines.text.split("\n"), 1))


def _environments(rows: list[str], first: int) -> tuple[Target, ...]:
    found: list[Target] = []
    name: str | None = None
    line, key = 0, ""
    texts: list[Text] = []
    env: list[Setting] = []
    for number, row in enumerate([*rows, "[end]"], first):
        if (section := _SECTION.match(row)) is not None:
            if name is not None and len(found) < MOST:
                found.append(Target(name, line, 1, _joined(texts), (), tuple(env)))
            title = section["name"].removeprefix("tox:")
            name = title.removeprefix("testenv").removeprefix(":") if title.split(":")[0] == "testenv" else None
            line, key, texts, env = number, "", [], []
        elif name is None or not row.strip() or row.lstrip().startswith(("#", ";")):
            continue
        elif row[:1] not in {" ", "\t"}:
            named = _KEY.match(row)
            key = named["name"].lower() if named is not None else ""
            if named is not None and named["value"].strip():
                _take(key, named["value"], (number, named.start("value") + 1), texts, env)
        else:
            _take(key, row.strip(), (number, len(row) - len(row.lstrip()) + 1), texts, env)
    return tuple(found)


def _take(key: str, value: str, place: tuple[int, int], texts: list[Text], env: list[Setting]) -> None:
    if key in _COMMANDS:
        texts.append(Text(value, *place))
    elif key == "setenv" and (pair := _SET.match(value)) is not None:
        env.append(Setting(pair["name"], pair["value"], *place))


def _joined(rows: list[Text]) -> tuple[Text, ...]:
    """Rows of commands, those that go on with a backslash as one."""
    found: list[Text] = []
    open_value: list[str] = []
    for row in rows:
        open_value.append(row.value)
        if not row.value.endswith("\\"):
            first = rows[rows.index(row) - len(open_value) + 1] if len(open_value) > 1 else row
            found.append(Text(_command("\n".join(open_value)), first.line, first.column))
            open_value = []
    return tuple(found)


def _pyproject(file: str, data: bytes) -> ScriptFile:
    """Own tables of tox in `pyproject.toml`, or its old settings as one text there, and scripts that other tools name."""
    lines = Lines(data)
    root = _toml(data)
    tox = _table(_table(root, "tool"), "tox")
    old = tox.get("legacy_tox_ini")
    targets: list[Target] = []
    if isinstance(old, str):
        at = max(0, lines.text.find("legacy_tox_ini"))
        targets += _environments(old.split("\n"), lines.place(at)[0] + 1)
    environments = {"": _table(tox, "env_run_base"), **{name: one for name, one in _table(tox, "env").items() if isinstance(one, dict)}}
    for name, one in environments.items():
        texts = [text for key in _COMMANDS for text in _rows(one.get(key), lines)]
        if texts:
            targets.append(Target(name, texts[0].line, 1, tuple(texts)))
    for group in ("pdm", "poe", "hatch", "taskipy", "rye", "pixi"):
        targets += _scripts(_table(_table(root, "tool"), group), lines)
    return ScriptFile(file, "tox", tuple(targets[:MOST]))


def _scripts(tool: dict[str, object], lines: Lines) -> list[Target]:
    """What pdm, poe and others let a project name: `scripts` or `tasks` of commands."""
    found: list[Target] = []
    for key in ("scripts", "tasks"):
        for name, one in list(_table(tool, key).items())[:MOST]:
            said = one.get("cmd", one.get("shell", "")) if isinstance(one, dict) else one
            value = " ".join(map(str, said)) if isinstance(said, list) else said
            if isinstance(value, str) and value:
                at = max(0, lines.text.find(value[:64]))
                found.append(Target(name, lines.place(at)[0], 1, (Text(value, *lines.place(at), is_block=False),)))
    return found


def _rows(value: object, lines: Lines) -> list[Text]:
    """Commands of a table: lists of words."""
    found: list[Text] = []
    for one in value[:MOST] if isinstance(value, list) else ():
        words = [word for word in one if isinstance(word, str)] if isinstance(one, list) else []
        if words:
            at = max(0, lines.text.find(words[0]))
            found.append(Text(_command(" ".join(words)), *lines.place(at), is_block=False))
    return found


def _table(node: dict[str, object], name: str) -> dict[str, object]:
    found = node.get(name)
    return found if isinstance(found, dict) else {}


def _toml(data: bytes) -> dict[str, object]:
    if len(data) > LARGEST:
        raise UnreadableError(Reason.TOO_LARGE, f"more than {LARGEST} bytes")
    try:
        return tomllib.loads(data.decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError):
        raise UnreadableError(Reason.MALFORMED, "no TOML") from None


def _nox(file: str, data: bytes) -> ScriptFile:
    """Sessions of nox, out of the program's syntax tree."""
    if len(data) > LARGEST:
        raise UnreadableError(Reason.TOO_LARGE, f"more than {LARGEST} bytes")
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnreadableError(Reason.MALFORMED, "no Python") from None
    targets = tuple(_session(one) for one in tree.body if isinstance(one, ast.FunctionDef) and _is_session(one))
    return ScriptFile(file, "nox", targets[:MOST])


def _is_session(function: ast.FunctionDef) -> bool:
    names = (one.func if isinstance(one, ast.Call) else one for one in function.decorator_list)
    return any((one.attr if isinstance(one, ast.Attribute) else one.id if isinstance(one, ast.Name) else "") == "session" for one in names)


def _session(function: ast.FunctionDef) -> Target:
    name = function.name
    for one in function.decorator_list:
        for keyword in one.keywords if isinstance(one, ast.Call) else ():
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                name = keyword.value.value
    texts: list[Text] = []
    needs: list[str] = []
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if node.func.attr in {"run", "run_always", "run_install"} and words:
                texts.append(Text(" ".join(map(_quoted, words)), node.lineno, node.col_offset + 1, is_block=False))
            elif node.func.attr in {"install", "conda_install"}:
                texts.append(Text(" ".join(("pip install", *map(_quoted, words))), node.lineno, node.col_offset + 1, is_block=False))
            elif node.func.attr == "notify" and words:
                needs.append(words[0])
        waiting += reversed(list(ast.iter_child_nodes(node)))
    return Target(name, function.lineno, 1, tuple(texts[:MOST]), tuple(needs))


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w./:=@%+,~-]{1,4096}", word) else "'" + word.replace("'", "'\\''") + "'"


READERS = (
    ScriptReader("tox", re.compile(r"(?s:(?:.{0,4096}/)?)(?:tox\.ini|setup\.cfg)"), _ini),
    ScriptReader("tox", re.compile(r"(?s:(?:.{0,4096}/)?)pyproject\.toml"), _pyproject),
    ScriptReader("nox", re.compile(r"(?s:(?:.{0,4096}/)?)noxfile\.py"), _nox),
)
