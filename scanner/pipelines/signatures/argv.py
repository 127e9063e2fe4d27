"""The words of a command, told apart: which are flags, which are their values, which name what it shall do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from scanner.pipelines.commands import Command
from scanner.pipelines.signatures.rows import ProgramRow
from scanner.records import dataclass, field

_ENDINGS = (".cmd", ".bat", ".exe", ".ps1")
_VERSION = re.compile(r"(?<=.)@[^@/]{1,60}\Z", re.DOTALL)
_SCRIPT = re.compile(r"(?<=.)\.[cm]?js\Z", re.DOTALL)
_BUNDLE = re.compile(r"-[A-Za-z0-9]{2,20}\Z")
_SLASHED = re.compile(r"/[A-Za-z]{1,12}(?::.{0,4000})?\Z", re.DOTALL)
_ASSIGNS = re.compile(r"(?:\$env:)?([A-Za-z_][A-Za-z0-9_]{0,200})=(.{0,4000})", re.DOTALL)
_SETTING = frozenset({"export", "declare", "typeset", "set", "setx", "env", "local", "readonly"})
_MOST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command that is no flag."""

    text: str = field(repr=False)
    doubtful: bool = False
    """Whether it may be the value of the flag before it."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command with its words told apart. Holds what `Command.argv` holds, so it is never shown either."""

    command: Command
    program: str
    words: tuple[Word, ...]
    flags: Mapping[str, tuple[str, ...]] = field(repr=False)
    """The values of each flag in their order; empty text where it was given none."""
    assigned: Mapping[str, str] = field(repr=False)
    """Variables that are set for it, and by it where it is `export`."""
    wrappers: tuple[str, ...]
    given: tuple[str, ...] = field(repr=False)
    """All that stands behind the program."""


class Programs:
    """What is known of how programs read their words."""

    def __init__(self, rows: Sequence[ProgramRow]) -> None:
        self._exact = {name: row for row in rows for name in row.names}
        self._patterns = [(name, row) for row in rows for name in row.names if "*" in name]
        self._unknown = ProgramRow(names=("",))

    def invocation(self, command: Command) -> Invocation:
        """The command, its words told apart."""
        program, words, wrappers = _started(command)
        row = self._row(program)
        found, flags = _Splitting(row).split(words[:_MOST_WORDS])
        found = _after_prefixes(found, row.prefixes)
        if (started := _starts(row, found)) is not None:
            at = words.index(started)
            program, words, wrappers = _tool(started), words[at + 1 :], (*wrappers, program)
            row = self._row(program)
            found, flags = _Splitting(row).split(words[:_MOST_WORDS])
        program = row.names[0] or program
        assigned = dict(command.assigned)
        if program in _SETTING:
            assigned |= {match[1]: match[2] for word in words[:_MOST_WORDS] if (match := _ASSIGNS.fullmatch(word))}
        return Invocation(command, program, found, flags, assigned, wrappers, tuple(words))

    def _row(self, program: str) -> ProgramRow:
        if (row := self._exact.get(program)) is not None:
            return row
        return next((row for pattern, row in self._patterns if fnmatchcase(program, pattern)), self._unknown)


def bare_name(program: str) -> str:
    """A program's name without the ending of Windows and the version that runners of packages take."""
    name = program[: -len(program.rpartition(".")[2]) - 1] if program.lower().endswith(_ENDINGS) else program
    return _VERSION.sub("", name)


def _tool(word: str) -> str:
    """The name of a tool that is named by itself or by the path of its program: `node ./bin/mocha.js`."""
    return bare_name(_SCRIPT.sub("", word.rpartition("/")[2] if not word.startswith("@") else word))


def _started(command: Command) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Program, words and wrappers, where Python is only asked to run a module."""
    program, words = bare_name(command.program), command.argv[1:]
    if re.fullmatch(r"(?:python|pypy)[0-9.]{0,6}|py", program):
        for index, word in enumerate(words[:20]):
            if word == "-m" and index + 1 < len(words):
                return words[index + 1], words[index + 2 :], (*command.wrappers, "python -m")
            if not word.startswith("-"):
                break
    return program, words, command.wrappers


def _starts(row: ProgramRow, words: Sequence[Word]) -> str | None:
    """The program that a runner of scripts is asked for by its name."""
    for word in words[:2]:
        if _tool(word.text) in row.starts:
            return word.text
        if word.text not in {"run", "exec"} and not _SCRIPT.search(word.text):
            return None
    return None


def _after_prefixes(words: tuple[Word, ...], prefixes: Sequence[str]) -> tuple[Word, ...]:
    """The words behind a prefix that says where, not what."""
    for prefix in prefixes:
        parts = prefix.split()
        if len(words) > len(parts) and all(fnmatchcase(word.text, part) for word, part in zip(words, parts, strict=False)):
            return words[len(parts) :]
    return words


class _Splitting:
    """The words of one command while they are told apart."""

    def __init__(self, row: ProgramRow) -> None:
        self._row = row
        self._valued = frozenset(row.valued)
        self._bare = frozenset(row.bare)
        self._flags: dict[str, list[str]] = {}
        self._words: list[Word] = []

    def split(self, given: Sequence[str]) -> tuple[tuple[Word, ...], Mapping[str, tuple[str, ...]]]:
        """What are words and what are flags."""
        index = 0
        while index < len(given):
            word = given[index]
            if word == "--":
                self._words += [Word(rest) for rest in given[index + 1 :]]
                break
            if word.startswith("-") and len(word) > 1:
                index += self._flag(word, given[index + 1] if index + 1 < len(given) else None)
            elif self._row.slashes and _SLASHED.match(word):
                index += self._slashed(word, given[index + 1] if index + 1 < len(given) else None)
            else:
                doubtful = index > 0 and self._may_take(given[index - 1])
                self._words.append(Word(word, doubtful))
                index += 1
        return tuple(self._words), {name: tuple(values) for name, values in self._flags.items()}

    def _may_take(self, flag: str) -> bool:
        """Whether nobody knows that `flag` takes no value."""
        return flag.startswith("-") and len(flag) > 1 and "=" not in flag and flag not in self._bare and not flag.startswith("--no-")

    def _flag(self, word: str, following: str | None) -> int:
        """Notes a flag; how many words it took."""
        name, equals, value = word.partition("=")
        if equals:
            return self._note(name, value)
        if name in self._valued:
            return self._note(name, following or "", 2 if following is not None else 1)
        if self._row.bundles and not name.startswith("--") and len(name) > 2:  # noqa: PLR2004 - a dash and more than one letter
            return self._bundle(name, following)
        return self._note(name, "")

    def _bundle(self, name: str, following: str | None) -> int:
        for place, letter in enumerate(name[1:], 1):
            flag = f"-{letter}"
            if flag in self._valued:
                attached = name[place + 1 :]
                return self._note(flag, attached or following or "", 1 if attached or following is None else 2)
            if not _BUNDLE.match(name):
                return self._note(name, "")
            self._note(flag, "")
        return 1

    def _slashed(self, word: str, following: str | None) -> int:
        name, colon, value = word.partition(":")
        if colon:
            return self._note(name.lower(), value)
        if name.lower() in self._valued:
            return self._note(name.lower(), following or "", 2 if following is not None else 1)
        return self._note(name.lower(), "")

    def _note(self, name: str, value: str, took: int = 1) -> int:
        self._flags.setdefault(name, []).append(value)
        return took
