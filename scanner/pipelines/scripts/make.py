"""Makefiles and justfiles: targets, what they need, and their recipes.

Of make's language what is set plainly is expanded (`X = y`, `X := y`; the first of several that says anything), with those functions that only
change texts (`make_functions`), and what is set for one target alone is a variable of its commands; conditionals are not followed, so all
branches count. What a command line or, for `?=`, the environment gives instead is put in where a target is run (`overruled`). Source: the
manual of GNU make, just's book.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from scanner.pipelines.definition import Mention, Setting, Text
from scanner.pipelines.scripts.make_functions import called
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import MOST, Lines
from scanner.records import dataclass, field, replace

_MOST_LINES = 20_000
_CUT = f"more than {_MOST_LINES} lines; the rest was not read by meaning"
_ROOM, _GROWS = 8_192, 16
"""Characters that the values of variables may make of a file, and for each of its bytes."""
_GROWN = "its variables make too much of it; the rest was read as written"
_DEEPEST = 4
"""Variables in variables."""
_MOST_PATTERNS = 100
"""Rules with a `%` that are looked at for one name."""
_LONGEST_VALUE = 2_000
_LONGEST_TEXT = 1 << 14
"""Characters by which variables make a text longer."""
_DEEPEST = 4
"""Variables in the values of others."""
_ASSIGNED = re.compile(
    r"[ ]{0,16}+(?P<kept>(?:export[ \t]{1,8}+|override[ \t]{1,8}+){0,2}+)(?P<name>[A-Za-z_][\w.-]{0,127}+)[ \t]{0,64}+(?P<sign>::?:?=|\?=|\+=|!=|=)[ \t]{0,64}+(?P<value>.{0,8192}+)"
)
_RULE = re.compile(
    r"(?P<names>[^\s:=#][^:=#\n]{0,2048}?)[ \t]{0,16}&?::?(?![=:])(?P<needs>[^=;#\n]{0,4096}+)(?:;(?P<recipe>[^\n]{0,8192}+))?"
)
_REFERENCE = re.compile(r"\$(?:\((?P<round>[A-Za-z_][\w.-]{0,127})\)|\{(?P<curly>[A-Za-z_][\w.-]{0,127})\}|(?P<twice>\$))")
_PREFIX = re.compile(r"[@+-]{0,3}+[ \t]{0,16}+[@+-]{0,3}+")
_LEFT = re.compile(r"\$\{([A-Za-z_]\w{0,127})\}")
_STEM = re.compile(r"\$(?:\{[@*](?P<braced>:[^{}=\n]{0,80}%[^{}=\n]{0,80}=%)?\}|[@*])")
_DIRECTIVE = re.compile(
    r"[ \t]{0,64}+(?:ifeq|ifneq|ifdef|ifndef|else|endif|include|-include|sinclude|define|endef|vpath|unexport|undefine)\b"
)
_INCLUDE = re.compile(r"[ ]{0,16}+[-s]?include[ \t]{1,16}+(?P<files>[^#\n]{1,2048}+)")


@dataclass(slots=True)
class Room:
    """How many characters may still be made of what is expanded."""

    left: int


@dataclass(slots=True)
class _Open:
    """A target whose recipe is being read."""

    name: str
    line: int
    needs: list[str]
    texts: list[Text] = field(default_factory=list)
    env: list[Setting] = field(default_factory=list)


def _make(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    every = lines.text.split("\n")
    rows = every[:_MOST_LINES]
    values, room = _values(rows), Room(_ROOM + _GROWS * len(data))
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
                target.texts.append(_recipe(line, first + 1, values, room))
            continue
        if _ASSIGNED.match(line) or _INCLUDE.match(line):
            opened = []
            continue
        if not line.strip() or line.startswith("#") or _DIRECTIVE.match(line):
            continue
        rule = _RULE.match(line.replace("\\\n", "  "))
        if rule is not None:
            opened = _opened(rule, first + 1, values, room)[: MOST - len(found)]
            found += opened
    one_shell = any(target.name == ".ONESHELL" for target in found)
    default = next((target.name for target in found if not target.env and not target.name.startswith(".") and "%" not in target.name), None)
    joined = _joined(found)
    targets = tuple(_target(target, one_shell) for target in (*joined, *_forwarded(joined)))[:MOST]
    included = tuple(name for row in rows if (said := _INCLUDE.match(row)) for name in _expanded(said["files"], values, room).split())
    return ScriptFile(
        file,
        "make",
        targets,
        default,
        includes=included[:MOST],
        sets=tuple(values.items()),
        defaults=_defaults(rows),
        cut=_CUT if len(every) > len(rows) else _GROWN if room.left <= 0 else "",
    )


def set_by(files: Iterable[ScriptFile]) -> dict[str, str]:
    """What files set that are read as one: of several, what the first of them says."""
    values: dict[str, str] = {}
    for file in files:
        for name, value in file.sets:
            values.setdefault(name, value)
    return values


def settled(values: Mapping[str, str], room: Room) -> dict[str, str]:
    """Variables with what others of them say put in."""
    return {name: _expanded(value, values, room, _LONGEST_VALUE) if "$" in value else value for name, value in values.items()}


def with_values(target: Target, values: Mapping[str, str], file: str, room: Room) -> Target:
    """A target of a file that includes others or is included, with what all of them set; `values` are settled."""
    texts = tuple(replace(text, value=_put_in(text.value, values, room), file=text.file or file) for text in target.texts)
    return replace(target, texts=texts, needs=tuple(_put_in(" ".join(target.needs), values, room).split())[:MOST])


def with_given(target: Target, values: Mapping[str, str], given: Mapping[str, str], mentions: tuple[Mention, ...]) -> Target:
    """A target whose variables are what `given` says, and only else what its files say; `mentions` are expressions in what is given.

    What make is given on its command line, each make that it starts is given as well.
    """
    words = (f'{name}="{value}"' for name, value in given.items() if '"' not in value)
    room = Room(_ROOM)
    known = {**values, **given, "MAKE": " ".join(("make", *words))}
    texts = (
        replace(text, value=_expanded(text.written, known, room), mentions=(*text.mentions, *mentions)) if text.written else text
        for text in target.texts
    )
    return replace(target, texts=tuple(texts))


def _put_in(text: str, values: Mapping[str, str], room: Room) -> str:
    """A text in which variables that are left over are what another file sets them to."""
    if room.left <= 0:
        return text
    budget = _Budget(_LONGEST_TEXT)
    made = called(_LEFT.sub(lambda found: budget.take(values[found[1]], found[0]) if found[1] in values else found[0], text))
    room.left -= len(made)
    return made


class _Budget:
    """Characters by which a text may grow where variables are put in; what would be too much stays as it is written."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, value: str, written: str) -> str:
        self._left -= len(value)
        return value if self._left >= 0 else written


def of_pattern(targets: Mapping[str, Target], name: str) -> Target | None:
    """What a rule with a `%` makes of the name of a target: the one with the shortest stem."""
    found: list[tuple[int, Target, str]] = []
    for pattern, target in islice(((one, target) for one, target in targets.items() if "%" in one), _MOST_PATTERNS):
        before, _, after = pattern.partition("%")
        if len(name) > len(before) + len(after) and name.startswith(before) and name.endswith(after):
            stem = name[len(before) : len(name) - len(after)]
            found.append((len(stem), target, stem))
    if not found:
        return None
    _, target, stem = min(found, key=lambda one: one[0])
    texts = tuple(replace(text, value=_named(text.value, name, stem), written=_named(text.written, name, stem)) for text in target.texts)
    return replace(target, name=name, texts=texts, needs=tuple(need.replace("%", stem) for need in target.needs))


def _named(text: str, name: str, stem: str) -> str:
    """The recipe of a pattern for one name."""
    return _STEM.sub(lambda met: name if "@" in met[0] and not met["braced"] else stem, text)


def _forwarded(joined: list[_Open]) -> list[_Open]:
    """What a rule for every name (`%: common-%`) makes of the targets that it needs: one named without what the rule puts around it."""
    known = {target.name for target in joined}
    found: list[_Open] = []
    for need in next((target.needs for target in joined if target.name == "%" and not target.texts), ())[:1]:
        before, percent, after = need.partition("%")
        for target in joined if percent and (before or after) else ():
            name = target.name.removeprefix(before).removesuffix(after)
            if f"{before}{name}{after}" == target.name and name not in {*known, ""}:
                found.append(_Open(name, target.line, [target.name]))
    return found


def _defaults(rows: list[str]) -> tuple[str, ...]:
    """Variables that are first set where the environment does not."""
    signs: dict[str, str] = {}
    for assigned in _assigned(rows):
        signs.setdefault(assigned["name"], assigned["sign"])
    return tuple(name for name, sign in signs.items() if sign == "?=")


def _values(rows: list[str]) -> dict[str, str]:
    """Variables that are set plainly: the first thing that each is set to, but for nothing."""
    found: dict[str, str] = {}
    for assigned in _assigned(rows):
        value = assigned["value"].split(" #")[0].strip()
        plain = assigned["sign"] not in {"+=", "!="} and len(value) <= _LONGEST_VALUE and not value.endswith("\\")
        if plain and "$(shell" not in value and not found.get(assigned["name"]):
            found[assigned["name"]] = value
    return found


def _assigned(rows: list[str]) -> Iterator[re.Match[str]]:
    """Where variables are set. What a tab begins is a command only behind a rule."""
    is_in_rule = False
    for row in rows:
        assigned = _ASSIGNED.match(row if is_in_rule else row.lstrip("\t"))
        if row.startswith("\t") and is_in_rule:
            continue
        if assigned is None:
            is_in_rule = (is_in_rule or _RULE.match(row) is not None) and _INCLUDE.match(row) is None
            continue
        is_in_rule = False
        yield assigned


def _expanded(text: str, values: Mapping[str, str], room: Room, most: int = _LONGEST_TEXT) -> str:
    """A text in which what the file sets is put in; what it does not set becomes a variable of the environment."""
    budget = _Budget(most)
    for _ in range(_DEEPEST):
        before = text
        if room.left <= 0:
            break
        text = _REFERENCE.sub(lambda found: budget.take(_value(found, values), found[0]), text)
        if text == before:
            break
        room.left -= len(text)
    return called(_REFERENCE.sub(_environment, text)).replace("$$", "$")


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    name = found["round"] or found["curly"]
    if name is None:
        return found[0]
    return values.get(name, "make" if name == "MAKE" else found[0])


def _environment(found: re.Match[str]) -> str:
    name = found["round"] or found["curly"]
    return found[0] if name is None else f"${{{name.replace('.', '_').replace('-', '_')}}}"


def _recipe(line: str, number: int, values: Mapping[str, str], room: Room) -> Text:
    """A line of a recipe as the shell gets it."""
    prefix = _PREFIX.match(line, 1)
    start = prefix.end() if prefix else 1
    written = line[start:].replace("\\\n\t", "\\\n")
    if prefix and "-" in prefix[0] and "\n" not in written and written.strip():
        written = f"{written} || true"
    return Text(_expanded(written, values, room), number, start + 1, written=written)


def _opened(rule: re.Match[str], number: int, values: Mapping[str, str], room: Room) -> list[_Open]:
    needs_text = rule["needs"]
    names = _expanded(rule["names"], values, room).split()[:64]
    pattern, colon, of_pattern = needs_text.partition(":")
    if colon and "%" in pattern and "=" not in needs_text:
        names, needs_text = pattern.split()[:1], of_pattern
    if (own := _ASSIGNED.match(rule.string[rule.start("needs") :].lstrip())) is not None:
        value = own["value"].split(" #")[0].strip()
        setting = Setting(own["name"], value, number, 1)
        return [] if "$" in value or own["sign"] in {"+=", "!="} else [_Open(name, number, [], env=[setting]) for name in names]
    needs = [one for one in _expanded(needs_text, values, room).split() if one != "|"][:MOST]
    opened = [_Open(name, number, list(needs)) for name in names]
    if rule["recipe"]:
        for target in opened:
            written = rule["recipe"].strip()
            target.texts.append(Text(_expanded(written, values, room), number, rule.start("recipe") + 1, written=written))
    return opened


def _joined(found: list[_Open]) -> list[_Open]:
    """Rules of one name as one target, where the first of them stands."""
    joined: dict[str, _Open] = {}
    for one in found:
        known = joined.get(one.name)
        if known is None:
            joined[one.name] = one
        else:
            known.needs += one.needs
            known.texts += one.texts
            known.env += one.env
    return list(joined.values())


def _target(target: _Open, one_shell: bool) -> Target:
    texts = tuple(target.texts)
    if one_shell and len(texts) > 1:
        value, written = ("\n".join(lines) for lines in zip(*((text.value, text.written) for text in texts), strict=True))
        texts = (Text(value, texts[0].line, texts[0].column, written=written),)
    return Target(target.name, target.line, 1, texts, tuple(dict.fromkeys(target.needs)), tuple(target.env))


_JUST_RULE = re.compile(r"@?(?P<name>[A-Za-z_][\w-]{0,127}+)(?P<rest>[^:\n]{0,2048}+):(?!=)(?P<needs>[^#\n]{0,4096}+)")
_JUST_NEED = re.compile(r"[A-Za-z_][\w-]{0,127}+")
_JUST_ARGUMENTS = re.compile(r"\([ \t]{0,8}+([A-Za-z_][\w-]{0,127}+)[^()\n]{0,1024}+\)")
_JUST_SHELL = re.compile(r"#![^\n]{0,256}?(?P<shell>bash|zsh|sh|python3?|node|pwsh|ruby|perl)\b")


def _just(file: str, data: bytes) -> ScriptFile:
    every = Lines(data).text.split("\n")
    rows = every[:_MOST_LINES]
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
    return ScriptFile(file, "just", tuple(targets), default, cut=_CUT if len(every) > len(rows) else "")


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
    ScriptReader(
        "make",
        re.compile(r"(?s:(?:.{0,4096}/)?)(?:(?:GNU)?[Mm]akefile(?:\.(?!(?:am|in|PL|txt|md)$)[\w.-]{1,80}+)?|[^/]{1,255}\.mk)"),
        _make,
    ),
    ScriptReader("just", re.compile(r"(?s:(?:.{0,4096}/)?)(?:\.?[Jj]ustfile|[^/]{1,255}\.just)"), _just),
)
