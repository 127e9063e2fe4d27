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
from scanner.pipelines.scripts.python_tree import tree_of
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import LARGEST, MOST, Lines
from scanner.pipelines.scripts.tox import condition_of, expanded, names_in
from scanner.records import replace

_SECTION = re.compile(r"\[(?P<name>[^\]\n]{1,256}+)\]")
_KEY = re.compile(r"(?P<name>[A-Za-z_][\w.-]{0,127}+)[ \t]{0,16}+[=:][ \t]{0,16}+(?P<value>[^\n]{0,16384}+)")
_SET = re.compile(r"[ \t]{0,64}+(?P<name>[A-Za-z_]\w{0,127}+)[ \t]{0,16}+=[ \t]{0,16}+(?P<value>[^\n]{0,16384}+)")
_BARE_KEY = re.compile(r"(?P<name>[A-Za-z_][\w.-]{0,127}+)[ \t]{0,16}+[=:](?P<value>)[ \t]{0,16}+")
"""A key whose value is in the rows below it."""
_MOST_ROWS = 2_000
"""Of a file, in which environments are listed."""
_COMMANDS = ("commands_pre", "commands", "commands_post")
_SUBSTITUTION = re.compile(r"\{(?:envpython|env_python)\}")
_ENVIRONMENT = re.compile(r"\{env:([A-Za-z_]\w{0,127}+)(?::[^{}]{0,256}+)?\}")


def _command(row: str) -> str:
    """A command of tox as a shell's text: `{env:X}` is a variable, a `-` before it forgives."""
    bare = _ENVIRONMENT.sub(r"${\1}", _SUBSTITUTION.sub("python", row.strip()))
    return f"{bare[1:].lstrip()} || true" if bare.startswith("-") else bare.removeprefix("!").lstrip()


def _ini(file: str, data: bytes) -> ScriptFile:
    """A file of settings in which tox's are those of sections `testenv` or `tox:testenv`."""
    rows = Lines(data).text.split("\n")
    _check(rows)
    return ScriptFile(file, "tox", _environments(rows, 1), labels=_listed(rows))


def _check(rows: list[str]) -> None:
    """Raises `UnreadableError` for what no reader of such settings takes: anything before the first section, a heading or a line without an end."""
    in_section = False
    for number, row in enumerate(rows, 1):
        if not row.strip() or row.lstrip().startswith(("#", ";")):
            continue
        if (is_heading := row.startswith("[")) and _SECTION.match(row) is None:
            raise UnreadableError(Reason.MALFORMED, f"line {number}: a heading without an end")
        in_section = in_section or is_heading
        if not in_section:
            raise UnreadableError(Reason.MALFORMED, f"line {number}: nothing may stand before the first heading")


def _environments(rows: list[str], first: int) -> tuple[Target, ...]:
    found: list[Target] = []
    name: str | None = None
    line, key = 0, ""
    texts: list[Text] = []
    env: list[Setting] = []
    for number, row in enumerate([*rows, "[end]"], first):
        if (section := _SECTION.match(row)) is not None:
            if name is not None and len(found) < MOST:
                target = Target(name, line, 1, _joined(texts), (), tuple(env))
                found += (replace(target, name=one) for one in expanded(name)[: MOST - len(found)])
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


def _listed(rows: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The environments that tox's own section lists, with the labels that are given to them anywhere."""
    found: dict[str, tuple[str, ...]] = {}
    section = key = ""
    for row in rows[:_MOST_ROWS]:
        if (heading := _SECTION.match(row)) is not None:
            section, key = heading["name"].removeprefix("tox:"), ""
            continue
        if not row.strip() or row.lstrip().startswith(("#", ";")):
            continue
        value = row.strip()
        if row[:1] not in {" ", "\t"}:
            named = _KEY.match(row) or _BARE_KEY.match(row)
            key, value = (named["name"].lower(), named["value"].strip()) if named is not None else ("", "")
        if section == "tox" and key in {"envlist", "env_list"}:
            found = {**dict.fromkeys(names_in(value), ()), **found}
        elif section == "tox" and key == "labels" and (pair := _SET.match(value)) is not None:
            found |= {name: (*found.get(name, ()), pair["name"]) for name in names_in(pair["value"])}
        elif key == "labels" and section.startswith("testenv:"):
            found |= {name: (*found.get(name, ()), *names_in(value)) for name in expanded(section.removeprefix("testenv:"))}
    return tuple(found.items())[:MOST]


def _take(key: str, value: str, place: tuple[int, int], texts: list[Text], env: list[Setting]) -> None:
    if key in _COMMANDS:
        factors, start = condition_of(value)
        texts.append(Text(value[start:], place[0], place[1] + start, factors=factors))
    elif key in {"setenv", "set_env"} and (pair := _SET.match(value)) is not None:
        env.append(Setting(pair["name"], pair["value"], *place))


def _joined(rows: list[Text]) -> tuple[Text, ...]:
    """Rows of commands, those that go on with a backslash as one."""
    found: list[Text] = []
    open_value: list[str] = []
    for row in rows:
        open_value.append(row.value)
        if not row.value.endswith("\\"):
            first = rows[rows.index(row) - len(open_value) + 1] if len(open_value) > 1 else row
            found.append(Text(_command("\n".join(open_value)), first.line, first.column, factors=first.factors))
            open_value = []
    return tuple(found)


def _pyproject(file: str, data: bytes) -> ScriptFile:
    """Own tables of tox in `pyproject.toml`, or its old settings as one text there, and scripts that other tools name."""
    lines = Lines(data)
    root = _toml(data)
    tox = _table(_table(root, "tool"), "tox")
    old = tox.get("legacy_tox_ini")
    targets: list[Target] = []
    labels = _labels(tox)
    if isinstance(old, str):
        labels = _listed(old.split("\n"))
        at = max(0, lines.text.find("legacy_tox_ini"))
        targets += _environments(old.split("\n"), lines.place(at)[0] + 1)
    environments = {"": _table(tox, "env_run_base"), **{name: one for name, one in _table(tox, "env").items() if isinstance(one, dict)}}
    for name, one in environments.items():
        texts = [text for key in _COMMANDS for text in _rows(one.get(key), lines)]
        if texts:
            targets.append(Target(name, texts[0].line, 1, tuple(texts)))
    for group in ("pdm", "poe", "hatch", "taskipy", "rye", "pixi"):
        targets += _scripts(_table(_table(root, "tool"), group), lines)
    return ScriptFile(file, "tox", tuple(targets[:MOST]), labels=labels)


def _labels(tox: dict[str, object]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The environments that a table of tox lists, with their labels."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(_texts(tox.get("env_list")), ())
    for label, names in _table(tox, "labels").items():
        found |= {name: (*found.get(name, ()), label) for name in _texts(names)}
    for name in _table(tox, "env"):
        found[name] = (*found.get(name, ()), *_texts(_table(_table(tox, "env"), name).get("labels")))
    return tuple(found.items())[:MOST]


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


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
    tree = tree_of(data)
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
