"""PowerShell and batch files split into commands: by tokens, tolerant, without their grammar.

Statements, pipes, groups, quotes and variables are known; `$(Name)`, which Azure puts a value in place of, is a word. What is an expression and no command (`$x.Trim()`, `[IO.File]::Read($p)`) is
passed over. Sources: the language specification of PowerShell, the help of `cmd /?`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scanner.pipelines.commands import Command
from scanner.pipelines.shell.invoked import invoked
from scanner.pipelines.shell.peel import Peeled, peel
from scanner.pipelines.shell.source import masked
from scanner.records import dataclass, field, replace

MOST = 20_000
"""Commands of a text."""
MOST_WORDS = 4_000
"""Of one command."""
_LONGEST_BLOCK = 20_000
"""Characters in which the end of a block is looked for."""
MOST_NAMES = 100
"""Variables that are told of one command."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_POWERSHELL = re.compile(
    r"""
    (?P<blank> (?: [ \t\r] | ` \r?\n ){1,65536}+ )
    | (?P<comment> <\# (?: [^\#] | \# (?!>) ){0,262144}+ \#> | \# [^\n]{0,65536}+ )
    | (?P<here> @' \r?\n (?: [^\n] | \n (?!'@) ){0,262144}+ \n'@ | @" \r?\n (?: [^\n] | \n (?!"@) ){0,262144}+ \n"@ )
    | ' (?P<single> (?: [^'] | '' ){0,65536}+ ) '
    | " (?P<double> (?: [^"`] | ` [\s\S] | "" ){0,65536}+ ) "
    | (?P<writes> [1*]?>>?(?!&) )
    | (?P<other> [0-9*]>&[0-9] | [2-6]>>? | < )
    | (?P<join> && | \|\| | \| )
    | (?P<end> [\n;] )
    | (?P<macro> \$\( [A-Za-z_][\w.]{0,127}+ \) )
    | (?P<open> @\{ | [({] | \$\( | @\( )
    | (?P<close> [)}] )
    | (?P<call> & )
    | (?P<bare> ` [\s\S] | \$\{ [\w:]{1,128}+ \} | [^\s`'"|;&(){}<>]{1,65536}+ )
    """,
    re.VERBOSE,
)
_BATCH = re.compile(
    r"""
    (?P<blank> (?: [ \t\r,] | \^ \r?\n ){1,65536}+ )
    | " (?P<double> [^"\n]{0,65536}+ ) "?
    | (?P<writes> 1?>>?(?!&) )
    | (?P<other> [0-9]>&[0-9] | [2-9]>>? | < )
    | (?P<join> && | \|\| | \| )
    | (?P<end> [\n&] )
    | (?P<open> \( )
    | (?P<close> \) )
    | (?P<bare> \^ [\s\S] | % [^%\s"]{1,256}+ % | [^\s"^|&()<>%,]{1,65536}+ | % )
    """,
    re.VERBOSE,
)
_POWERSHELL_NAME = re.compile(r"\$\{?(?:env:|(?:global|script|local|private|using):)?([A-Za-z_]\w{0,127}+)\}?(?!:)", re.IGNORECASE)
_BATCH_NAME = re.compile(r"%([A-Za-z_][\w.()-]{0,127}+)(?::[^%\n]{0,256}+)?%|!([A-Za-z_]\w{0,127}+)(?::[^!\n]{0,256}+)?!")
_AUTOMATIC = _set(
    "_ true false null args input this matches error host home pwd pid psitem psscriptroot pscommandpath lastexitcode myinvocation psversiontable"
    " erroractionpreference progresspreference psnativecommanduseerroractionpreference iswindows islinux ismacos"
)
_KEYWORDS = _set(
    "if elseif else for foreach while do until switch try catch finally function filter param return throw begin process end trap in class enum"
    " using"
)
_ASSIGNED = re.compile(r"\$\{?(?P<env>env:)?(?P<name>[A-Za-z_]\w{0,127}+)\}?", re.IGNORECASE)
_NAMING = _set("function filter param class enum using catch")
"""Behind these stands no command."""
_COMMAND = re.compile(r"[A-Za-z_./\\~X%{]")
"""How the name of a command begins; what begins otherwise is an expression."""
_COVERAGE = ("dotnet coverage", "dotnet-coverage")
"""What measures a command that it is given as one word or several."""
_ROUNDS = 16
_BATCH_CONDITION = frozenset({"exist", "defined", "errorlevel", "cmdextversion"})
_COMPARISONS = frozenset({"==", "equ", "neq", "lss", "leq", "gtr", "geq"})
_FORGIVING = frozenset({"true", "$true", "echo", "write-host", "rem", "ver"})


@dataclass(slots=True)
class _Word:
    """A word, as it was written and without its quotes."""

    at: int
    raw: str = field(default="", repr=False)
    value: str = field(default="", repr=False)


@dataclass(slots=True)
class _Statement:
    """Words up to the end of a command."""

    words: list[_Word] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    is_fed: bool = False
    """Whether something is piped into it."""
    is_called: bool = False
    """Whether PowerShell's `&` says that the first word is a program."""


class _Splitter:
    """Goes through the tokens of a text and puts statements together."""

    def __init__(self, text: str, tokens: re.Pattern[str], escape: str) -> None:
        self._text = text
        self._escape = escape
        self._tokens = tokens
        self._statement = _Statement()
        self._word: _Word | None = None
        self._awaits_file = False

    def statements(self) -> Iterator[tuple[_Statement, str]]:
        """The statements with what ends each: a newline, `|`, `&&`, a bracket."""
        for found in self._tokens.finditer(masked(self._text)):
            kind = found.lastgroup or ""
            if kind in {"single", "double", "here", "bare", "macro"}:
                self._add(found, kind)
            elif (
                kind in {"open", "close"}
                and self._word is not None
                and (kind == "open" or self._word.raw.count("(") > self._word.raw.count(")"))
            ):
                self._add(found, "bare")
            elif kind in {"blank", "comment"}:
                self._close()
            elif kind in {"writes", "other"}:
                self._close()
                self._awaits_file = found[0] != "2>&1" and kind == "writes"
            else:
                self._close()
                statement, self._statement = self._statement, _Statement(is_fed=found[0] == "|", is_called=kind == "call")
                yield statement, found[0]
        self._close()
        yield self._statement, "\n"

    def _add(self, found: re.Match[str], kind: str) -> None:
        if self._word is None:
            self._word = _Word(found.start())
        raw = self._text[found.start() : found.end()]
        self._word.raw += raw
        start, end = found.span(kind)
        value = self._text[start:end]
        if kind == "here":
            value = value.partition("\n")[2].rpartition("\n")[0]
        elif kind == "single":
            value = value.replace("''", "'")
        elif self._escape in value and kind != "here":
            value = re.sub(re.escape(self._escape) + r"([\s\S])", r"\1", value)
        self._word.value += value

    def _close(self) -> None:
        word, self._word = self._word, None
        if word is None:
            return
        if self._awaits_file:
            self._statement.writes.append(word.value)
            self._awaits_file = False
        elif len(self._statement.words) < MOST_WORDS:
            self._statement.words.append(word)


class _Rows:
    """Rows and columns of places that are asked for in their order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._row = self._start = self._last = 0

    def place(self, at: int) -> tuple[int, int]:
        if at < self._last:
            return self._text.count("\n", 0, at), at - self._text.rfind("\n", 0, at) - 1
        self._row += self._text.count("\n", self._last, at)
        self._start = max(self._start, self._text.rfind("\n", self._last, at) + 1)
        self._last = at
        return self._row, at - self._start


def powershell(text: str) -> tuple[Command, ...]:
    """The commands of a text of PowerShell, with those of texts that it runs as commands; never raises."""
    return tuple(one for command in _of_powershell(text) for one in _invoked(command, text))


def _of_powershell(text: str) -> tuple[Command, ...]:
    return _commands(text, _Splitter(text, _POWERSHELL, "`"), _powershell_words, _powershell_names)


def _invoked(command: Command, text: str) -> tuple[Command, ...]:
    said = invoked(command.argv, text)
    inner = _of_powershell(said) if said is not None else ()
    return tuple(replace(one, row=command.row, column=command.column, names=command.names) for one in inner) or (command,)


def block_end(text: str, at: int, pair: str = "{}") -> int | None:
    """Behind the bracket that closes what begins at a place in a text of PowerShell; None where none near it does."""
    depth = 1
    for found in _POWERSHELL.finditer(text, at, at + _LONGEST_BLOCK):
        depth += (found[0][-1] == pair[0]) if found.lastgroup == "open" else -(found[0] == pair[1] and found.lastgroup == "close")
        if not depth:
            return found.end()
    return None


def batch(text: str) -> tuple[Command, ...]:
    """The commands of a batch file; never raises."""
    return _commands(text, _Splitter(text, _BATCH, "^"), _batch_words, _batch_names)


def powershell_variables(text: str) -> Iterator[tuple[str, int]]:
    """The variables that a text of PowerShell names, and where."""
    for found in _POWERSHELL_NAME.finditer(masked(text)):
        if found[1].lower() not in _AUTOMATIC:
            yield found[1], found.start()


def batch_variables(text: str) -> Iterator[tuple[str, int]]:
    """The variables that a batch file names, and where."""
    for found in _BATCH_NAME.finditer(masked(text)):
        yield found[1] or found[2], found.start()


def _powershell_names(raw: str) -> Iterator[str]:
    return (name for name, _ in powershell_variables(raw))


def _batch_names(raw: str) -> Iterator[str]:
    return (name for name, _ in batch_variables(raw))


Words = tuple[list[_Word], tuple[tuple[str, str], ...]]
"""The words of the command in a statement, and variables that it sets."""


def _commands(
    text: str, splitter: _Splitter, words_of: Callable[[list[_Word]], Words], names_of: Callable[[str], Iterator[str]]
) -> tuple[Command, ...]:
    found: list[Command] = []
    rows = _Rows(text)
    names: dict[str, None] = {}
    fed: tuple[str, ...] = ()
    before = ""
    is_list = False
    for statement, end in splitter.statements():
        words, assigned = (statement.words, ()) if statement.is_called or is_list else words_of(statement.words)
        if is_list:
            words = []
        is_list = end == "(" and [word.value.lower() for word in statement.words[:1]] == ["for"]
        own = dict.fromkeys(name for word in statement.words for name in names_of(word.raw))
        own = {name: None for name in own if name not in dict(assigned)}
        names = {**names, **own} if statement.is_fed else own
        if before == "||" and found and (statement.words[0].value.lower() if statement.words else "") in _FORGIVING:
            found[-1] = replace(found[-1], is_forgiven=True)
        before = end
        if not words and not assigned:
            fed = fed if end == "|" and statement.is_fed else ()
            continue
        peeled = peel(tuple(word.value for word in words)) if words else Peeled(0, "")
        given = tuple(word.value for word in words[peeled.first + 1 :])
        if peeled.text is not None and peeled.wrappers[-1].startswith(_COVERAGE) and peeled.text.split():
            given = tuple(peeled.text.split())
            peeled, given = replace(peeled, program=given[0]), given[1:]
        elif peeled.text is not None:
            peeled, given = Peeled(0, words[0].value), tuple(word.value for word in words[1:])
        argv = (peeled.program, *given) if words else ()
        row, column = rows.place(words[peeled.first].at if words else statement.words[0].at)
        found.append(
            Command(
                argv=argv,
                row=row,
                column=column,
                assigned=(*assigned, *peeled.assigned),
                names=tuple(names)[:MOST_NAMES],
                wrappers=peeled.wrappers,
                fed=fed if statement.is_fed else (),
                has_input=statement.is_fed,
                writes=tuple(statement.writes),
            )
        )
        fed = argv
        if len(found) >= MOST:
            break
    return tuple(found)


def _powershell_words(words: list[_Word]) -> Words:
    """Without keywords and what a variable is set to by a command; nothing where the statement is an expression."""
    while words and words[0].raw.lower() in _KEYWORDS:
        words = [] if words[0].raw.lower() in _NAMING else words[1:]
    if len(words) > 1 and words[1].raw in {"=", "+="} and (variable := _ASSIGNED.fullmatch(words[0].raw)) is not None:
        rest, assigned = _powershell_words(words[2:])
        if rest:
            return rest, assigned
        return [], ((variable["name"], " ".join(word.value for word in words[2:])),)
    if words and words[0].raw in {".", "!"}:
        return words[1:], ()
    if len(words) > 1 and words[1].raw in {"=", "+=", "-eq"}:
        return [], ()
    if not words or "(" in words[0].raw or not _COMMAND.match(words[0].raw):
        return [], ()
    return words, ()


def _batch_words(words: list[_Word]) -> Words:
    """Without `@`, conditions and what calls another batch file."""
    for _ in range(_ROUNDS):
        if not words:
            break
        first = words[0].value.lower().lstrip("@")
        if first in {"rem", "goto", "endlocal", "setlocal"} or first.startswith(":"):
            return [], ()
        if first in {"call", "else", "do", "start", "@", ""}:
            words = words[1:]
        elif first == "if":
            words = words[_condition(words) :]
        elif first == "for":
            return [], ()
        elif first == "cmd" and len(words) > 2 and words[1].value.lower() in {"/c", "/k"}:  # noqa: PLR2004 - the words of `cmd /c x`
            words = words[2:]
        else:
            if words[0].value.startswith("@"):
                words = [_Word(words[0].at + 1, words[0].raw[1:], words[0].value.lstrip("@")), *words[1:]]
            break
    return words, ()


def _condition(words: list[_Word]) -> int:
    """How many words `if` and its condition take."""
    at = 1
    while at < len(words) and words[at].value.lower() in {"not", "/i"}:
        at += 1
    if at >= len(words):
        return at
    if words[at].value.lower() in _BATCH_CONDITION:
        return at + 2
    if "==" in words[at].raw.strip("="):
        return at + 1
    if at + 1 < len(words) and words[at + 1].value.lower() in _COMPARISONS:
        return at + 3
    return at + 2 if at + 1 < len(words) and words[at + 1].raw.startswith("==") else at + 1
