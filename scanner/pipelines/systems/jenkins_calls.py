"""Calls in Groovy: what is called, with which arguments, and which blocks it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import Mention, Named, Setting, Text
from scanner.pipelines.systems.jenkins_groovy import Group, Node, Source, Statement, Token
from scanner.records import dataclass, field

_NO_CALLS = frozenset(
    {"def", "return", "new", "else", "try", "finally", "final", "static", "throw", "import", "package", "assert", "in", "instanceof"}
)
_INSIDE = re.compile(
    r"\$\{\s{0,20}([A-Za-z_][A-Za-z0-9_]{0,127}+(?:\.[A-Za-z_][A-Za-z0-9_]{0,127}+){0,4}+)(?:\s{0,20}\}|[^{}\n]{0,200}\})"
    r"|\$([A-Za-z_][A-Za-z0-9_]{0,127}+(?:\.[A-Za-z_][A-Za-z0-9_]{0,127}+){0,4}+)"
)
_PREDEFINED = re.compile(
    r"(?:BUILD|JOB|NODE|GIT|SVN|CHANGE|TAG|BRANCH|JENKINS|STAGE|EXECUTOR|WORKSPACE|RUN|HUDSON)(?:_[A-Z_]{1,40})?|PATH|HOME|CI|USER|SHELL"
)
_ESCAPED = re.compile(r"\\([$\"'\\])")
_CREDENTIAL = re.compile(
    r"(?i)(?:[a-z]{0,30}credentials?(?:Id|s)?|tokenCredentialId|mavenSettingsConfig|globalMavenSettingsConfig|fileId|serverId|nexusInstanceId"
    r"|[a-z]{0,20}CredentialsIds?)"
)
_POSITIONS = {
    "docker.withRegistry": ("url", "credentialsId"),
    "sshagent": ("credentials",),
    "credentials": ("credentialsId",),
    "build": ("job",),
    "withSonarQubeEnv": ("installationName",),
    "junit": ("testResults",),
    "archiveArtifacts": ("artifacts",),
    "git": ("url",),
    "checkout": ("scm",),
}
_MOST_INSIDE = 1000
_LONGEST = 200
_LEVELS = 3


@dataclass(frozen=True, slots=True)
class Call:
    """A word that is followed by arguments or a block."""

    name: str
    at: int
    arguments: tuple[Node, ...] = field(default=(), repr=False)
    blocks: tuple[Group, ...] = ()
    is_head: bool = True
    """Whether its statement begins with it."""


def calls(statement: Statement) -> Iterator[Call]:
    """The calls of a statement, those within arguments not included; groups that belong to none are calls without a name.

    The block of an `else` is one that is called so.
    """
    at, chained = 0, ""
    while at < len(statement):
        node = statement[at]
        if isinstance(node, Group):
            name = "else" if _follows(statement, at, "else") else ""
            yield Call(name, node.at, () if node.kind == "{" else node.nodes, (node,) if node.kind == "{" else (), is_head=False)
        if not isinstance(node, Token) or node.kind != "word" or node.text in _NO_CALLS:
            at, chained = at + 1, chained if isinstance(node, Token) and node.text == "." else ""
            continue
        name = f"{chained}.{node.text}" if chained and len(chained) < _LONGEST else node.text
        is_head = at == 0 or bool(chained) or _follows(statement, at, "=", "return")
        end, given = _arguments(statement, at + 1, is_head)
        blocks = []
        while end < len(statement) and isinstance(block := statement[end], Group) and block.kind == "{":
            blocks.append(block)
            end += 1
        if end > at + 1 and not _follows(statement, at, "new"):
            yield Call(name, node.at, given, tuple(blocks), is_head)
        chained, at = name if end > at + 1 else "", end


def _follows(statement: Statement, at: int, *signs: str) -> bool:
    before = statement[at - 1] if at else None
    return isinstance(before, Token) and before.text in signs


def _arguments(statement: Statement, at: int, is_head: bool) -> tuple[int, tuple[Node, ...]]:
    """The arguments of the word before a place, and where they end: those in brackets, or all to the end where none are."""
    node = statement[at] if at < len(statement) else None
    word = statement[at - 1]
    if node is None or not isinstance(word, Token):
        return at, ()
    if isinstance(node, Group):
        if node.kind == "(":
            return at + 1, node.nodes
        is_index = node.at == word.at + len(word.text)
        return (len(statement), statement[at:]) if node.kind == "[" and is_head and not is_index else (at, ())
    is_typed = node.kind == "word" and at + 1 < len(statement) and _follows(statement, at + 2, "=")
    if not is_head or is_typed or node.kind == "sign" or node.text in _NO_CALLS:
        return at, ()
    return len(statement), statement[at:]


def assigned(statement: Statement) -> tuple[Token, tuple[Node, ...]] | None:
    """The name and value of `X = value`."""
    for at, node in enumerate(statement[:4]):
        if isinstance(node, Token) and node.kind == "sign" and node.text == "=":
            before = statement[at - 1] if at else None
            after = statement[at + 1] if at + 1 < len(statement) else None
            if isinstance(before, Token) and before.kind in {"word", "string"} and not (isinstance(after, Token) and after.text == "="):
                return before, statement[at + 1 :]
    return None


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; `name` is empty where it has none."""

    name: str
    at: int
    nodes: tuple[Node, ...] = field(repr=False)


def arguments(nodes: tuple[Node, ...]) -> tuple[Argument, ...]:
    """The arguments that commas divide. One that is a map in brackets alone is the map's members."""
    told: list[Argument] = []
    part: list[Node] = []
    for node in (*nodes, None):
        if node is None or (isinstance(node, Token) and node.kind == "sign" and node.text == ","):
            if part:
                told.append(_argument(tuple(part)))
            part = []
        else:
            part.append(node)
    return tuple(told)


def _argument(nodes: tuple[Node, ...]) -> Argument:
    first = nodes[0]
    second = nodes[1] if len(nodes) > 1 else None
    if isinstance(first, Token) and first.kind in {"word", "string"} and isinstance(second, Token) and second.text == ":":
        return Argument(first.text, first.at, nodes[2:])
    return Argument("", first.at, nodes)


class Values:
    """What values of a source say, and where."""

    def __init__(self, source: Source, known: frozenset[str]) -> None:
        self.source = source
        self._known = known

    def mentions(self, nodes: tuple[Node, ...]) -> tuple[Mention, ...]:
        """The variables that strings and words of an expression name."""
        told: list[Mention] = []
        for node in nodes:
            if isinstance(node, Token) and node.kind == "string" and node.is_open and "$" in node.text:
                for match in _INSIDE.finditer(node.text):
                    if match.start() and node.text[match.start() - 1] == "\\":
                        continue
                    told += self._mention(match[1] or match[2], node.at + match.start())
                    if len(told) > _MOST_INSIDE:
                        return tuple(told)
            elif isinstance(node, Token) and node.kind == "word":
                told += self._mention(node.text, node.at) if "." in node.text or node.text in self._known else ()
        return tuple(told)

    def _mention(self, name: str, at: int) -> Iterator[Mention]:
        line, column = self.source.place(at)
        head, _, rest = name.partition(".")
        if head == "params" and rest:
            yield Mention(rest.partition(".")[0], Named.INPUT, line, column)
        elif head == "env" and rest:
            bare = rest.partition(".")[0]
            if bare in self._known or not _PREDEFINED.fullmatch(bare):
                yield Mention(bare, Named.ENV if bare in self._known else Named.VARIABLE, line, column)
        elif head in self._known:
            yield Mention(head, Named.ENV, line, column)

    def text(self, nodes: tuple[Node, ...]) -> str:
        """The text of an expression: strings without quotes, words as what Groovy would put there."""
        if len(nodes) == 1 and isinstance(nodes[0], Token):
            return nodes[0].text if nodes[0].kind != "string" else _ESCAPED.sub(r"\1", nodes[0].text)
        pieces = []
        for node in nodes:
            if isinstance(node, Token) and node.kind == "string":
                pieces.append(_ESCAPED.sub(r"\1", node.text))
            elif isinstance(node, Token) and node.kind == "word":
                pieces.append(f"${{{node.text}}}")
        return "".join(pieces)

    def script(self, nodes: tuple[Node, ...], shell: str) -> Text | None:
        """The script that a step is given."""
        if not nodes:
            return None
        value, at = self.text(nodes), nodes[0].at
        line, column = self.source.place(at)
        if value.startswith("\n"):
            return Text(value[1:], line + 1, 1, len(nodes) == 1, shell, self.mentions(nodes))
        return Text(value, line, column, "\n" not in value, shell, self.mentions(nodes))

    def setting(self, call: str, argument: Argument, number: int) -> Setting:
        """An argument of a step; an id of stored credentials is a slot."""
        names = _POSITIONS.get(call, ())
        name = argument.name or (names[number] if number < len(names) else str(number + 1))
        line, column = self.source.place(argument.nodes[0].at if argument.nodes else argument.at)
        mentions = self.ids(argument.nodes) if _CREDENTIAL.fullmatch(name) else self.mentions(argument.nodes)
        return Setting(name, self.text(argument.nodes), line, column, mentions)

    def ids(self, nodes: tuple[Node, ...]) -> tuple[Mention, ...]:
        """The ids of stored credentials in a value. One that is put together when it runs is one all the same, and called as it is written."""
        told = []
        waiting = [(nodes, 0)]
        while waiting:
            listed, level = waiting.pop()
            if any(isinstance(node, Token) and node.kind == "sign" and node.text == "+" for node in listed):
                told.append(Mention(self.text(listed)[:_LONGEST], Named.SECRET, *self.source.place(listed[0].at)))
                continue
            for node in listed:
                if isinstance(node, Group):
                    waiting += ((one.nodes, level + 1) for one in arguments(node.nodes) if level < _LEVELS)
                elif node.kind in {"string", "word"} and node.text not in {"", "null", "true", "false"}:
                    name = node.text if node.kind == "string" else f"${{{node.text}}}"
                    told.append(Mention(name, Named.SECRET, *self.source.place(node.at)))
        return tuple(sorted(told, key=lambda one: (one.line, one.column)))

    def settings(self, call: str, nodes: tuple[Node, ...]) -> tuple[Setting, ...]:
        """The arguments of a step, those in maps and in calls within them under their own names."""
        told: list[Setting] = []
        waiting = [nodes]
        while waiting:
            number, below = 0, []
            for argument in arguments(waiting.pop()):
                inner = [node.nodes for node in argument.nodes if isinstance(node, Group) and node.kind in {"(", "["}]
                below += inner
                if not inner or argument.name:
                    told.append(self.setting(call, argument, number))
                number += not argument.name
            waiting += reversed(below)
        return tuple(told)
