"""Text of a shell as simple commands, without the wrappers that only start them.

POSIX shells are parsed by tree-sitter's grammar of bash, which goes on after a mistake; PowerShell and cmd are split by their own rules
(`windows`). Nothing is run or expanded. What a text gives another shell (`bash -c`, `eval`, a here document) is read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from scanner.pipelines.commands import Command
from scanner.pipelines.definition import Text
from scanner.pipelines.shell.posix import Reading
from scanner.pipelines.shell.source import LONGEST
from scanner.pipelines.shell.windows import batch, batch_variables, powershell, powershell_variables
from scanner.records import dataclass

POSIX = frozenset({"", "bash", "sh", "dash", "ash", "zsh", "ksh", "bash -e", "shell"})
"""Shells whose text is read as bash's."""
POWERSHELL = frozenset({"pwsh", "powershell", "ps", "ps1"})
BATCH = frozenset({"cmd", "bat", "batch"})

_FOREIGN = frozenset({"nu", "fish", "elvish", "xonsh"})
"""Shells of other languages, in which a program is called as anywhere."""
_PLAIN = re.compile(
    r"(?m)^(?:(?P<plain>[ \t]{0,64}+[A-Za-z][\w.-]{0,60}+(?:[ \t]{1,8}+[\w./:@=,+$-]{1,400}+){0,40}+[ \t\r]{0,64}+)|[^\n]{0,65536}+)$"
)

_TRACED = re.compile(r"#![^\n]{0,256}sh[ \t]{1,16}+-[a-wyz]{0,8}x")
_OTHERS = re.compile(
    r"""
    (?: \b environ (?: \.get \( | \[ ) | \b getenv \( | \b ENV (?: \.fetch \( | \[ ) | \$ENV\{ | \b env \[ ) \s{0,8}+ ["']? (?P<quoted> [A-Za-z_]\w{0,127}+ )
    | \b process \. env (?: \. (?P<member> [A-Za-z_]\w{0,127}+ ) | \[ \s{0,8}+ ["'`] (?P<index> [A-Za-z_]\w{0,127}+ ) )
    """,
    re.VERBOSE,
)
"""How programs of Python, Ruby, Perl and JavaScript name a variable of the environment."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable where a text expands it."""

    name: str
    row: int
    column: int
    """Both from 0."""


def commands(text: str, shell: str = "bash") -> tuple[Command, ...]:
    """The simple commands of a text in the order in which they stand. Never raises.

    Of a shell of another language those lines are commands that are words alone; none for what is no shell.
    """
    family = _family(shell)
    if family in POWERSHELL:
        return powershell(text[:LONGEST])
    if family in BATCH:
        return batch(text[:LONGEST])
    if family in _FOREIGN:
        return Reading(_PLAIN.sub(lambda found: found[0] if found["plain"] else " " * len(found[0]), text[:LONGEST])).commands
    return Reading(text).commands if family in POSIX else ()


def is_traced(text: str) -> bool:
    """Whether the first line of a script has its shell print each command with what its variables hold."""
    return _TRACED.match(text) is not None


def traces(command: Command, *, was: bool) -> bool:
    """Whether a shell prints its commands behind this one: `set -x` begins with it, `set +x` ends it."""
    if command.program != "set":
        return was
    words = command.argv[1:]
    said = [word[:1] == "-" for word in words if word[:1] in {"-", "+"} and word[1:2] not in {"-", "+"} and "x" in word[1:]]
    said += [flag == "-o" for flag, option in pairwise(words) if option == "xtrace" and flag in {"-o", "+o"}]
    return said[-1] if said else was


def variables(text: str, shell: str = "bash") -> tuple[Variable, ...]:
    """The variables that a text expands, each time it does; those of the environment only, where it is a program in another language."""
    family = _family(shell)
    text = text[:LONGEST]
    if family in POSIX:
        return tuple(Variable(*found) for found in Reading(text).variables)
    if family in POWERSHELL:
        found = powershell_variables(text)
    elif family in BATCH:
        found = batch_variables(text)
    else:
        found = _other_variables(text)
    return tuple(_placed(text, found))


def position(text: Text, row: int, column: int) -> tuple[int, int]:
    """The line and column, from 1, in the file of what stands at a row and column, from 0, of a text.

    Of a text whose lines are no lines of the file (a quoted or folded one) only the first line is known.
    """
    if row and not text.is_block:
        return text.line, text.column
    return text.line + row, text.column + column


def _family(shell: str) -> str:
    """The shell's name without its folder, ending and options: GitHub takes `bash -l {0}`."""
    name = shell.strip().replace("\\", "/").split(" ", 1)[0].rpartition("/")[2].lower()
    return name.removesuffix(".exe")


def _other_variables(text: str) -> Iterator[tuple[str, int]]:
    for found in _OTHERS.finditer(text):
        kind = found.lastgroup or ""
        yield found[kind], found.start(kind)


def _placed(text: str, found: Iterable[tuple[str, int]]) -> Iterator[Variable]:
    row = start = 0
    for name, at in found:
        skipped = text.count("\n", start, at)
        if skipped:
            row += skipped
            start = text.rfind("\n", 0, at) + 1
        yield Variable(name, row, at - start)
