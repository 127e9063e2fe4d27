"""Names in scripts of systems that give every job all variables of the project: a script just names them.

What shells, PowerShell and cmd would expand counts, in single quotes too, because such text is often given to another program that expands
it. What the script itself sets before is no variable of the project.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from scanner.pipelines.definition import Mention, Named, Text
from scanner.pipelines.systems.budget import MADE, Budget
from scanner.pipelines.yamltree import Scalar
from scanner.records import dataclass

_NAMED = re.compile(
    r"""
    (?<! \$ ) \$ (?:
        \{ [#!]? (?:env:)? (?P<braced> [A-Za-z_][A-Za-z0-9_]{0,255}+ )
      | (?:env:)? (?P<plain> [A-Za-z_][A-Za-z0-9_]{0,255}+ )
    )
  | % (?P<windows> [A-Z_][A-Z0-9_]{2,255}+ ) %
    """,
    re.VERBOSE,
)
"""`%Y%m%d` of a date is no variable: cmd's are asked to be three capitals long."""

_SET = re.compile(
    r"""
    (?: ^ | [;&|({] | \b (?: then | do | else | export | local | readonly | declare | typeset ) [ ] ) [ \t]{0,64}+
    (?: (?P<name> [A-Za-z_][A-Za-z0-9_]{0,255}+ ) [+]?=
      | for [ ]{1,8}+ (?P<each> [A-Za-z_][A-Za-z0-9_]{0,255}+ ) [ ]{1,8}+ in \b
      | read [ ]{1,8}+ (?: -[a-z]{1,4} [ ]{1,8}+ ){0,4}+ (?P<read> [A-Za-z_][A-Za-z0-9_]{0,255}+ )
      | (?P<sigil> \$ ) (?P<powershell> [A-Za-z_][A-Za-z0-9_]{0,255}+ ) [ ]{0,8}+ = (?! = )
    )
    """,
    re.VERBOSE | re.MULTILINE,
)

_NEXT = re.compile(r";|&&")
"""What a command of a line ends with."""

_SHELL_OWN = re.compile(
    r"""
    BASH (?: PID | _ENV | _REMATCH | _SOURCE | _VERSION )? | EUID | FUNCNAME | GID | HOME | HOSTNAME | IFS | LANG | LC_ALL | LINENO | LOGNAME | NF | NR
    | OLDPWD | OPTARG | OPTIND | OSTYPE | PATH | PIPESTATUS | PPID | PS4 | PWD | RANDOM | REPLY | SECONDS | SHELL | SHLVL | TEMP | TERM | TMP
    | TMPDIR | TZ | UID | USER | USERNAME | USERPROFILE | ErrorActionPreference | LASTEXITCODE | PSScriptRoot | ProgressPreference | _
    """,
    re.VERBOSE,
)
"""What shells, awk and operating systems set by themselves."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a name in a script of a job means."""

    predefined: re.Pattern[str]
    """Matches what the system sets in every job and is no credential."""
    tokens: frozenset[str]
    """What it sets and is one: gone when the job ends."""
    own: frozenset[str] = frozenset()
    """What the definition itself sets."""
    stored: frozenset[str] = frozenset()
    """What the definition takes from a managed store."""

    def of(self, name: str) -> Named | None:
        """What a name is; None where it is nothing that anybody keeps."""
        if name in self.tokens:
            return Named.JOB_TOKEN
        if name in self.stored:
            return Named.SECRET
        if name in self.own:
            return Named.ENV
        if _SHELL_OWN.fullmatch(name) is not None or self.predefined.fullmatch(name) is not None:
            return None
        return Named.VARIABLE


class Session:
    """One shell after the other, as the texts of a job come: what one sets, the next ones know."""

    def __init__(self, names: Names, budget: Budget, known: Iterable[str] = ()) -> None:
        self._names = names
        self._budget = budget
        self._seen: set[str] = set()
        self._set = set(known)

    @property
    def known(self) -> frozenset[str]:
        """What the texts have set."""
        return frozenset(self._set)

    def text(self, scalar: Scalar, line: int, file: str = "", shell: str = "bash", others: tuple[Mention, ...] = ()) -> Text:
        """A script with what it names; `line` is that of the scalar in its file, `others` what else is known to stand in it."""
        self._budget.spend_text(scalar.value)
        mentions = sorted((*others, *self._mentions(scalar, line)), key=_place)
        return Text(scalar.value, line, scalar.column, is_block(scalar), shell, tuple(mentions), file)

    def _mentions(self, scalar: Scalar, line: int) -> Iterator[Mention]:
        """What a text names. `export X=${X:-none}` still hands on the project's `X`."""
        for number, row in enumerate(scalar.value.split("\n")):
            sets = list(_SET.finditer(row))
            ends = [match.start() for match in _NEXT.finditer(row)] if sets else []
            sigils = {match.start("sigil") for match in sets}
            known = {_name_set(match): _end_of_command(ends, match.end()) for match in reversed(sets)}
            for match in _NAMED.finditer(row):
                name = match[match.lastgroup or 0]
                end = known.get(name)
                is_set = name in self._set or (end is not None and end < match.start())
                if match.start() in sigils or (is_set and name not in self._seen):
                    continue
                self._seen.add(name)
                self._budget.spend(MADE)
                if (named := self._names.of(name)) is not None:
                    yield Mention(name, named, *_spot(scalar, line, number, match.start()))
            self._set |= known.keys() - self._seen


def _name_set(match: re.Match[str]) -> str:
    return match["name"] or match["each"] or match["read"] or match["powershell"] or ""


def _end_of_command(ends: list[int], start: int) -> int | None:
    """Where the next command of a line begins; None where there is none."""
    index = bisect_left(ends, start)
    return ends[index] if index < len(ends) else None


def mentions(scalar: Scalar, line: int, names: Names, budget: Budget) -> tuple[Mention, ...]:
    """What a value that is no script names: of an image, a setting, a variable."""
    budget.spend_text(scalar.value)
    found = []
    for match, row, column in spots(_NAMED, scalar, line):
        name = match[match.lastgroup or 0]
        budget.spend(MADE)
        if (named := names.of(name)) is not None:
            found.append(Mention(name, named, row, column))
    return tuple(found)


def spots(pattern: re.Pattern[str], scalar: Scalar, line: int) -> Iterator[tuple[re.Match[str], int, int]]:
    """What a pattern matches in each row of a scalar that begins at a line, with line and column."""
    for number, row in enumerate(scalar.value.split("\n")):
        for match in pattern.finditer(row):
            yield match, *_spot(scalar, line, number, match.start())


def _spot(scalar: Scalar, line: int, number: int, start: int) -> tuple[int, int]:
    """Line and column of a character of a row; where folding hides the line, those of the beginning."""
    if number and scalar.style != "|":
        return line, scalar.column
    return line + number, scalar.column + start


def is_block(scalar: Scalar) -> bool:
    """Whether the lines of a scalar are lines of the file, each from its column on."""
    return scalar.style == "|" or "\n" not in scalar.value


def _place(mention: Mention) -> tuple[int, int]:
    return mention.line, mention.column
