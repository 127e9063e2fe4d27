"""Makefiles and justfiles: targets, what they need, and their recipes.

Of make's language only what is set plainly is expanded (`X = y`, `X := y`, once, no functions); conditionals are not followed, so all
branches count. Source: the manual of GNU make, just's book.
"""

from __future__ import annotations

import re
from dataclasses import field

from scanner.pipelines.definition import Setting, Text
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import MOST, Lines
from scanner.records import dataclass

_MOST_LINES = 20_000
_LONGEST_VALUE = 2_000
_ASSIGNED = re.compile(
    r"[ ]{0,16}+(?P<kept>(?:export[ \t]{1,8}+|override[ \t]{1,8}+){0,2}+)(?P<name>[A-Za-z_][\w.-]{0,127}+)[ \t]{0,64}+(?P<sign>::?:?=|\?=|\+=|!=|=)[ \t]{0,64}+(?P<value>.{0,8192}+)"
)
_RULE = re.compile(
    r"(?P<names>[^\s:=#][^:=#\n]{0,2048}?)[ \t]{0,16}&?::?(?![=:])(?P<needs>[^=;#\n]{0,4096}+)(?:;(?P<recipe>[^\n]{0,8192}+))?"
)
_REFERENCE = re.compile(r"\$(?:\((?P<round>[A-Za-z_][\w.-]{0,127})\)|\{(?P<curly>[A-Za-z_][\w.-]{0,127})\}|(?P<twice>\$))")
_PREFIX = re.compile(r"[@+-]{0,3}+[ \t]{0,16}+[@+-]{0,3}+")
_DIRECTIVE = re.compile(
    r"[ \t]{0,64}+(?:ifeq|ifneq|ifdef|ifndef|else|endif|include|-include|sinclude|define|endef|vpath|unexport|undefine)\b"
)


@dataclass(slots=True)
class _Open:
    """A target whose recipe is being read."""

    name: str
    line: int
    needs: tuple[str, ...]
    texts: list[Text] = field(default_factory=list)
    env: list[Setting] = field(default_factory=list)


def _make(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    rows = lines.text.split("\n")[:_MOST_LINES]
    values = _values(rows)
    found: list[_Open] = []
    opened: list[_Open] = []
    number = 0
    while number < len(rows):
        first = number
        while rows[number].endswith("\\") and number + 1 < len(rows):
            number += 1
        number += 1
        line = "\n".join(rows[first:number])
        if line.startswith("\t"):
            for target in opened:
                target.texts.append(_recipe(line, first + 1, values))
            continue
        if not line.strip() or line.startswith("#") or _DIRECTIVE.match(line) or _ASSIGNED.match(line):
            continue
        rule = _RULE.match(line.replace("\\\n", "  "))
        if rule is not None:
            opened = _opened(rule, first + 1, values)[: MOST - len(found)]
            found += opened
    one_shell = any(target.name == ".ONESHELL" for target in found)
    targets = tuple(_target(target, one_shell) for target in _joined(found))
    default = next((target.name for target in targets if not target.name.startswith((".", "%"))), None)
    return ScriptFile(file, "make", targets, default)


def _values(rows: list[str]) -> dict[str, str]:
    """Variables that are set once and plainly."""
    found: dict[str, str] = {}
    for row in rows:
        assigned = _ASSIGNED.match(row)
        if assigned is None or row.startswith("\t") or assigned["sign"] in {"+=", "!="}:
            continue
        value = assigned["value"].split(" #")[0].strip()
        if len(value) <= _LONGEST_VALUE and not value.endswith("\\") and "$(shell" not in value:
            found.setdefault(assigned["name"], value)
    return found


def _expanded(text: str, values: dict[str, str], depth: int = 4) -> str:
    """A text in which what the file sets is put in; what it does not set becomes a variable of the environment."""
    for _ in range(depth):
        before = text
        text = _REFERENCE.sub(lambda found: _value(found, values), text)[: 1 << 16]
        if text == before:
            break
    return _REFERENCE.sub(_environment, text)


def _value(found: re.Match[str], values: dict[str, str]) -> str:
    name = found["round"] or found["curly"]
    if name is None:
        return found[0]
    return values.get(name, "make" if name == "MAKE" else found[0])


def _environment(found: re.Match[str]) -> str:
    name = found["round"] or found["curly"]
    return "$" if name is None else f"${{{name.replace('.', '_').replace('-', '_')}}}"


def _recipe(line: str, number: int, values: dict[str, str]) -> Text:
    """A line of a recipe as the shell gets it."""
    prefix = _PREFIX.match(line, 1)
    start = prefix.end() if prefix else 1
    bare = _expanded(line[start:].replace("\\\n\t", "\\\n"), values)
    if prefix and "-" in prefix[0] and "\n" not in bare and bare.strip():
        bare = f"{bare} || true"
    return Text(bare, number, start + 1)


def _opened(rule: re.Match[str], number: int, values: dict[str, str]) -> list[_Open]:
    needs_text = rule["needs"]
    if _ASSIGNED.match(needs_text.lstrip()):
        return []
    needs = tuple(one for one in _expanded(needs_text, values).split() if one != "|")[:MOST]
    names = _expanded(rule["names"], values).split()[:64]
    opened = [_Open(name, number, needs) for name in names]
    if rule["recipe"]:
        for target in opened:
            target.texts.append(Text(_expanded(rule["recipe"].strip(), values), number, rule.start("recipe") + 1))
    return opened


def _joined(found: list[_Open]) -> list[_Open]:
    """Rules of one name as one target, where the first of them stands."""
    joined: dict[str, _Open] = {}
    for one in found:
        known = joined.get(one.name)
        if known is None:
            joined[one.name] = one
        else:
            known.needs = tuple(dict.fromkeys((*known.needs, *one.needs)))
            known.texts += one.texts
    return list(joined.values())


def _target(target: _Open, one_shell: bool) -> Target:
    texts = tuple(target.texts)
    if one_shell and len(texts) > 1:
        texts = (Text("\n".join(text.value for text in texts), texts[0].line, texts[0].column),)
    return Target(target.name, target.line, 1, texts, target.needs)


_JUST_RULE = re.compile(r"@?(?P<name>[A-Za-z_][\w-]{0,127}+)(?P<rest>[^:\n]{0,2048}+):(?!=)(?P<needs>[^#\n]{0,4096}+)")
_JUST_NEED = re.compile(r"[A-Za-z_][\w-]{0,127}+")
_JUST_ARGUMENTS = re.compile(r"\([ \t]{0,8}+([A-Za-z_][\w-]{0,127}+)[^()\n]{0,1024}+\)")
_JUST_SHELL = re.compile(r"#![^\n]{0,256}?(?P<shell>bash|zsh|sh|python3?|node|pwsh|ruby|perl)\b")


def _just(file: str, data: bytes) -> ScriptFile:
    rows = Lines(data).text.split("\n")[:_MOST_LINES]
    targets: list[Target] = []
    number = 0
    while number < len(rows) and len(targets) < MOST:
        rule = _JUST_RULE.match(rows[number])
        number += 1
        if rule is None or rule["name"] in {"set", "export", "alias", "import", "mod"}:
            continue
        first = number
        while number < len(rows) and (rows[number][:1] in {" ", "\t"} or not rows[number]):
            number += 1
        needs = tuple(_JUST_NEED.findall(_JUST_ARGUMENTS.sub(r"\1 ", rule["needs"])))
        targets.append(Target(rule["name"], first, 1, _just_texts(rows[first:number], first + 1), needs))
    default = targets[0].name if targets else None
    return ScriptFile(file, "just", tuple(targets), default)


def _just_texts(rows: list[str], number: int) -> tuple[Text, ...]:
    """A recipe's lines, each a text of its own; a recipe that names its interpreter is one."""
    while rows and not rows[-1].strip():
        rows = rows[:-1]
    if not rows:
        return ()
    if (script := _JUST_SHELL.match(rows[0].strip())) is not None:
        indent = len(rows[0]) - len(rows[0].lstrip())
        shell = "bash" if script["shell"] in {"bash", "zsh", "sh"} else script["shell"].rstrip("3")
        return (Text("\n".join(row[indent:] for row in rows), number, indent + 1, shell=shell),)
    texts: list[Text] = []
    index = 0
    while index < len(rows):
        first = index
        while rows[index].endswith("\\") and index + 1 < len(rows):
            index += 1
        index += 1
        bare = rows[first].lstrip().lstrip("@-")
        if bare.strip() and not bare.startswith("#"):
            column = len(rows[first]) - len(bare) + 1
            texts.append(Text("\n".join((bare, *rows[first + 1 : index])), number + first, column))
    return tuple(texts)


READERS = (
    ScriptReader("make", re.compile(r"(?s:(?:.{0,4096}/)?)(?:(?:GNU)?[Mm]akefile|[^/]{1,255}\.mk)"), _make),
    ScriptReader("just", re.compile(r"(?s:(?:.{0,4096}/)?)(?:\.?[Jj]ustfile|[^/]{1,255}\.just)"), _just),
)
