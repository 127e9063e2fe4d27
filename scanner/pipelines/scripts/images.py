"""Dockerfiles and Earthfiles: what they run while an image is built. Sources: Docker's and Earthly's references."""

from __future__ import annotations

import re

from scanner.pipelines.definition import Mention, Named, Text
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import MOST, Lines

_MOST_LINES = 20_000
_INSTRUCTION = re.compile(r"[ \t]{0,64}+(?P<name>[A-Za-z]{2,16}+)[ \t]{1,64}+(?P<rest>[^\n]{0,16384}+)")
_OPTIONS = re.compile(r"(?:(?:--secret[ \t]{1,16}+[A-Za-z_]\w{0,127}+|--[\w-]{1,64}+(?:=[^\s]{0,1024}+)?)\s{1,64}+){0,32}+")
_SECRET = re.compile(r"(?i)(?:token|secret|passw(?:or)?d|passphrase|api_?key|private_?key|credential|_auth|_pat\b)")
_SET = re.compile(r"([A-Za-z_]\w{0,127}+)")
_MOUNTED = re.compile(r"--mount=type=secret[^\s]{0,512}?\b(?:id|env)=([\w.-]{1,128})|--secret[ =]([A-Za-z_]\w{0,127})")
_TARGET = re.compile(r"(?P<name>[A-Za-z][\w.-]{0,127}+):[ \t]{0,16}+$")
_NEED = re.compile(r"(?:\bBUILD|\bFROM|\bCOPY)[ \t]{1,16}+(?:--[\w-]{1,32}+(?:=[^\s]{0,256}+)?[ \t]{1,16}+){0,8}+\+([\w.-]{1,128})")


def _docker(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    texts: list[Text] = []
    mentions: list[Mention] = []
    for number, value in _logical(lines.text.split("\n")):
        texts += _run(value, number)
        mentions += _mentions(value, number)
    target = Target("", 1, 1, tuple(texts[:MOST]))
    return ScriptFile(file, "docker", (target,), "", mentions=tuple(mentions[:MOST]))


def _logical(rows: list[str]) -> list[tuple[int, str]]:
    """Instructions with the number of their first line; comments between lines that go on are blank."""
    found: list[tuple[int, str]] = []
    number = 0
    rows = rows[:_MOST_LINES]
    while number < len(rows):
        first = number
        parts = [rows[number]]
        while parts[-1].rstrip().endswith("\\") and number + 1 < len(rows):
            number += 1
            parts.append("\\" if rows[number].lstrip().startswith("#") else rows[number].rstrip())
        number += 1
        if not parts[0].lstrip().startswith("#"):
            found.append((first + 1, "\n".join(parts)))
    return found


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
    for number, value in [*_logical(rows), (len(rows) + 1, "end:")]:
        if (found := _TARGET.fullmatch(value)) is not None:
            if (name or texts) and len(targets) < MOST:
                targets.append(Target(name, line, 1, tuple(texts), tuple(dict.fromkeys(needs))))
            name, line, texts, needs = found["name"], number, [], []
            continue
        texts += _run(value, number)
        needs += _NEED.findall(value)
        mentions += _mentions(value, number)
    return ScriptFile(file, "earthly", tuple(targets), mentions=tuple(mentions[:MOST]))


READERS = (
    ScriptReader(
        "docker", re.compile(r"(?s:(?:.{0,4096}/)?)(?:(?:Docker|Container)file(?:\.[\w.-]{1,128})?|[\w.-]{1,128}\.[Dd]ockerfile)"), _docker
    ),
    ScriptReader("earthly", re.compile(r"(?s:(?:.{0,4096}/)?)Earthfile"), _earth),
)
