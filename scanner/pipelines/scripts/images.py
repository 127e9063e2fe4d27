"""Dockerfiles and Earthfiles: what they run while an image is built.

A here-document of `RUN` is the script itself where nothing but it is run, and the input of a command otherwise; those of `COPY` and `ADD`
are contents of files. Sources: Docker's reference, its section on here-documents, and Earthly's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from scanner.pipelines.definition import Mention, Named, Text
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import MOST, Lines
from scanner.records import dataclass

_MOST_LINES = 20_000
_CUT = f"more than {_MOST_LINES} lines; the rest was not read by meaning"
_INSTRUCTION = re.compile(r"[ \t]{0,64}+(?P<name>[A-Za-z]{2,16}+)[ \t]{1,64}+(?P<rest>[^\n]{0,16384}+)")
_OPTIONS = re.compile(r"(?:(?:--secret[ \t]{1,16}+[A-Za-z_]\w{0,127}+|--[\w-]{1,64}+(?:=[^\s]{0,1024}+)?)\s{1,64}+){0,32}+")
_SECRET = re.compile(r"(?i)(?:token|secret|passw(?:or)?d|passphrase|api_?key|private_?key|credential|_auth|_pat\b)")
_SET = re.compile(r"([A-Za-z_]\w{0,127}+)")
_MOUNTED = re.compile(r"--mount=type=secret[^\s]{0,512}?\b(?:id|env)=([\w.-]{1,128})|--secret[ =]([A-Za-z_]\w{0,127})")
_TARGET = re.compile(r"(?P<name>[A-Za-z][\w.-]{0,127}+):[ \t]{0,16}+$")
_DOCUMENT = re.compile(r"(?<!\S)\d{0,2}+<<(?P<dash>-?)(?P<quote>[\"']?)(?P<name>[A-Za-z_][\w.-]{0,127}+)(?P=quote)(?!\S)")
_QUOTED = re.compile(r"\\.|'[^']{0,16384}+'|\"(?:[^\"\\]|\\.){0,16384}+\"", re.DOTALL)
_MARKER = re.compile(r"<<-?[\"']\Z")
_TAKES_DOCUMENTS = frozenset({"RUN", "COPY", "ADD"})
_SHEBANG = re.compile(r"#![ \t]{0,8}+[^\n]{0,128}?\b(?P<shell>(?:ba|da|a|z|k)?sh|python|node|perl|ruby|pwsh)[0-9.]{0,8}+\b")
_BREAK = re.compile(r"[;&|)]")
_JOINT = re.compile(r"&&|\|\||;")
_MOST_DOCUMENTS = 20
_NEED = re.compile(r"(?:\bBUILD|\bFROM|\bCOPY)[ \t]{1,16}+(?:--[\w-]{1,32}+(?:=[^\s]{0,256}+)?[ \t]{1,16}+){0,8}+\+([\w.-]{1,128})")


def _docker(file: str, data: bytes) -> ScriptFile:
    rows = Lines(data).text.split("\n")
    cut = _CUT if len(rows) > _MOST_LINES else ""
    rows = rows[:_MOST_LINES]
    texts: list[Text] = []
    mentions: list[Mention] = []
    after, ends = 0, _Ends(rows)
    for number, value in _logical(rows):
        if number <= after:
            continue
        documents = _documents(value, ends, number + value.count("\n"))
        after = documents[-1].end if documents else 0
        texts += _run_with(documents, value, number, rows) if documents else _run(value, number)
        mentions += _mentions(value, number)
    target = Target("", 1, 1, tuple(texts[:MOST]))
    return ScriptFile(file, "docker", (target,), "", mentions=tuple(mentions[:MOST]), cut=cut)


def _logical(rows: list[str]) -> Iterator[tuple[int, str]]:
    """Instructions with the number of their first line; comments between lines that go on are blank."""
    number = 0
    while number < len(rows):
        first = number
        parts = [rows[number]]
        while parts[-1].rstrip().endswith("\\") and number + 1 < len(rows):
            number += 1
            parts.append("\\" if rows[number].lstrip().startswith("#") else rows[number].rstrip())
        number += 1
        if not parts[0].lstrip().startswith("#"):
            yield first + 1, "\n".join(parts)


@dataclass(frozen=True, slots=True)
class _Document:
    """A here-document: its marker in the instruction, the number of its first line and that of the line which ends it."""

    marker: tuple[int, int]
    begin: int
    end: int
    is_indented: bool
    """Whether tabs before its lines are no part of it."""


class _Ends:
    """Where here-documents may end: lines by what they say, each looked at once."""

    def __init__(self, rows: list[str]) -> None:
        self._rows: dict[bool, dict[str, list[int]]] = {False: {}, True: {}}
        for number, row in enumerate(rows, 1):
            plain = row.rstrip("\r")
            self._rows[False].setdefault(plain, []).append(number)
            self._rows[True].setdefault(plain.lstrip("\t"), []).append(number)

    def after(self, begin: int, name: str, *, is_indented: bool) -> int | None:
        """The first line from `begin` on that says nothing but the name."""
        found = self._rows[is_indented].get(name, [])
        at = bisect_left(found, begin)
        return found[at] if at < len(found) else None


def _documents(value: str, ends: _Ends, last: int) -> list[_Document]:
    """The here-documents of an instruction whose last line is `last`; none where one has no end, which Docker refuses."""
    instruction = _INSTRUCTION.match(value)
    if "<<" not in value or instruction is None or instruction["name"].upper() not in _TAKES_DOCUMENTS:
        return []
    quoted = [found.span() for found in _QUOTED.finditer(value) if not _MARKER.search(value[: found.start() + 1][-4:])]
    found: list[_Document] = []
    begin = last + 1
    for marker in list(_DOCUMENT.finditer(value))[:_MOST_DOCUMENTS]:
        if any(start < marker.start() < end for start, end in quoted):
            continue
        is_indented = bool(marker["dash"])
        end = ends.after(begin, marker["name"], is_indented=is_indented)
        if end is None:
            return []
        found.append(_Document(marker.span(), begin, end, is_indented))
        begin = end + 1
    return found


def _run_with(documents: list[_Document], value: str, number: int, rows: list[str]) -> list[Text]:
    """The script that a here-document of `RUN` is, or the command with all that it is fed."""
    plain = _run(value, number)
    if not plain:
        return []
    first = documents[0]
    if not _DOCUMENT.sub("", plain[0].value).strip(" \t\\\n"):
        body = "\n".join(row.lstrip("\t") if first.is_indented else row for row in rows[first.begin - 1 : first.end - 1])
        shebang = _SHEBANG.match(body)
        shell = shebang["shell"] if shebang is not None and not shebang["shell"].endswith("sh") else "bash"
        return [Text(body, first.begin, 1, shell=shell)]
    command = _fed_last(value, len(value) - len(plain[0].value), documents)
    if len(documents) == 1:
        return [Text("\n".join((command, *rows[first.begin - 1 : first.end])), plain[0].line, plain[0].column)]
    return list(_apart(command, documents, plain[0], rows))


def _apart(command: str, documents: list[_Document], plain: Text, rows: list[str]) -> Iterator[Text]:
    """The parts of a command with several here-documents, each with its own. Their lines are right, of the parts only the first one's."""
    left = list(documents)
    for part in _JOINT.split(command):
        count = sum(1 for _ in _DOCUMENT.finditer(part))
        own, left = left[:count], left[count:]
        if own:
            yield Text("\n".join((part.strip(), *rows[own[0].begin - 1 : own[-1].end])), own[0].begin - 1, 1)
        else:
            yield Text(part, plain.line, plain.column)


def _fed_last(value: str, start: int, documents: list[_Document]) -> str:
    """The command that begins at `start`, with markers behind the words of what they feed: Docker takes them before, too."""
    for one in reversed(documents):
        begin, end = one.marker
        before = value[start:begin].rstrip()
        if not before or before[-1] in ";&|(":
            after = _BREAK.search(value, end)
            stop = after.start() if after is not None else len(value)
            value = f"{value[:begin]}{value[end:stop].strip()} {value[begin:end]} {value[stop:]}".rstrip()
    return value[start:]


def _run(value: str, number: int) -> list[Text]:
    """The command of `RUN`, in either of its forms."""
    instruction = _INSTRUCTION.match(value)
    if instruction is None or instruction["name"].upper() != "RUN":
        return []
    start = instruction.start("rest")
    options = _OPTIONS.match(value.replace("\\\n", "  "), start)
    start = options.end() if options is not None else start
    body = value[start:]
    if body.startswith("["):
        words = re.findall(r'"((?:[^"\\]|\\.){0,8192}+)"', body)
        return [Text(" ".join("'" + word.replace("'", "'\\''") + "'" for word in words), number, start + 1, is_block=False)]
    return [Text(body, number, start + 1)] if "\n" not in value[:start] else [Text(body, number + value[:start].count("\n"), 1)]


def _mentions(value: str, number: int) -> list[Mention]:
    """Build arguments, variables and mounted secrets that are called like credentials."""
    found = [Mention(one[1] or one[2], Named.SECRET, number, 1) for one in _MOUNTED.finditer(value)]
    instruction = _INSTRUCTION.match(value)
    if instruction is not None and instruction["name"].upper() in {"ARG", "ENV"}:
        name = _SET.match(instruction["rest"].removeprefix("--required").lstrip())
        if name is not None and _SECRET.search(name[1]):
            found.append(Mention(name[1], Named.VARIABLE, number, instruction.start("rest") + 1))
    return found


def _earth(file: str, data: bytes) -> ScriptFile:
    rows = Lines(data).text.split("\n")
    targets: list[Target] = []
    mentions: list[Mention] = []
    name, line = "", 1
    texts: list[Text] = []
    needs: list[str] = []
    cut = _CUT if len(rows) > _MOST_LINES else ""
    rows = rows[:_MOST_LINES]
    for number, value in [*_logical(rows), (len(rows) + 1, "end:")]:
        if (found := _TARGET.fullmatch(value)) is not None:
            if (name or texts) and len(targets) < MOST:
                targets.append(Target(name, line, 1, tuple(texts), tuple(dict.fromkeys(needs))))
            name, line, texts, needs = found["name"], number, [], []
            continue
        texts += _run(value, number)
        needs += _NEED.findall(value)
        mentions += _mentions(value, number)
    return ScriptFile(file, "earthly", tuple(targets), mentions=tuple(mentions[:MOST]), cut=cut)


READERS = (
    ScriptReader(
        "docker", re.compile(r"(?s:(?:.{0,4096}/)?)(?:(?:Docker|Container)file(?:\.[\w.-]{1,128})?|[\w.-]{1,128}\.[Dd]ockerfile)"), _docker
    ),
    ScriptReader("earthly", re.compile(r"(?s:(?:.{0,4096}/)?)Earthfile"), _earth),
)
