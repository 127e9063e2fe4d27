"""What a command leaves for those after it: variables, results, and files that clients of registries read.

Sources: GitHub's workflow commands (`GITHUB_ENV`, `GITHUB_OUTPUT`), CircleCI's "Set an environment variable" (`BASH_ENV`), Azure's logging
commands (`task.setvariable`), and the manuals of npm, Yarn, twine, gem, cargo and docker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from scanner.pipelines.commands import Command
from scanner.pipelines.definition import Mention, Named, Setting, Via
from scanner.pipelines.results import is_called_credential
from scanner.pipelines.scope import Layer, Origin, Scope, as_mentions, expanded
from scanner.records import replace

_ENVIRONMENT = re.compile(r"\$(?:(?i:env:)|\{)?(?:GITHUB_ENV|GITEA_ENV|FORGEJO_ENV|BASH_ENV)\}?")
_RESULTS = re.compile(r"\$(?:(?i:env:)|\{)?(?:GITHUB_OUTPUT|GITEA_OUTPUT|FORGEJO_OUTPUT)\}?")
_RESULT = re.compile(r"\s{0,8}(?P<name>[A-Za-z_][A-Za-z0-9_-]{0,255})=(?P<value>.{0,4096})", re.DOTALL)
_OPENED = re.compile(r"\s{0,8}(?P<name>[A-Za-z_][A-Za-z0-9_-]{0,255})<<(?P<end>.{1,200})", re.DOTALL)
"""The first line of a result of several: `name<<EOF`."""
_SAID = re.compile(r"::set-output name=(?P<name>[A-Za-z_][A-Za-z0-9_-]{0,255})::(?P<value>.{0,4096})", re.DOTALL)
_PAIR = re.compile(r"\s{0,8}(?:export\s{1,8})?(?P<name>[A-Za-z_][A-Za-z0-9_]{0,255})=(?P<value>.{0,4096})", re.DOTALL)
_GIVEN = re.compile(
    r"##vso\[task\.setvariable variable=(?P<name>[A-Za-z_][A-Za-z0-9_.-]{0,127})[^\]]{0,200}\](?P<value>.{0,4096})",
    re.DOTALL | re.IGNORECASE,
)
_CLIENTS = (
    (re.compile(r"(?:.{0,4096}/)?\.npmrc", re.DOTALL), "NODE_AUTH_TOKEN"),
    (re.compile(r"(?:.{0,4096}/)?\.yarnrc\.yml", re.DOTALL), "YARN_NPM_AUTH_TOKEN"),
    (re.compile(r"(?:.{0,4096}/)?\.pypirc", re.DOTALL), "TWINE_PASSWORD"),
    (re.compile(r".{0,4096}\.gem/credentials", re.DOTALL), "GEM_HOST_API_KEY"),
    (re.compile(r".{0,4096}\.cargo/credentials(?:\.toml)?", re.DOTALL), "CARGO_REGISTRY_TOKEN"),
    (re.compile(r".{0,4096}\.docker/config\.json", re.DOTALL), "DOCKER_AUTH_CONFIG"),
)
"""Files that hold a credential, and the variable that their client would take it from as well."""
_OF_NPM = re.compile(r"[^=]{0,500}_(?:authToken|auth|password)(?:=.{0,4096})?", re.DOTALL)
_NPM = ((("config", "set"), _OF_NPM, "NODE_AUTH_TOKEN"), (("set",), _OF_NPM, "NODE_AUTH_TOKEN"))
_SETTINGS = {
    "npm": _NPM,
    "pnpm": _NPM,
    "yarn": ((("config", "set"), re.compile(r"[^=]{0,500}npmAuthToken"), "YARN_NPM_AUTH_TOKEN"),),
    "poetry": (
        (("config",), re.compile(r"pypi-token\.[A-Za-z0-9_.-]{1,100}"), "POETRY_PYPI_TOKEN_PYPI"),
        (("config",), re.compile(r"http-basic\.[A-Za-z0-9_.-]{1,100}"), "POETRY_HTTP_BASIC_PYPI_PASSWORD"),
    ),
}
"""By program: the words of a command that keeps a setting, what settings are credentials, and the variable that says the same."""

_MOST = 200
"""Variables that are remembered of what commands leave for later ones."""


class Left:
    """What the commands of a job have left so far for those after them."""

    def __init__(self) -> None:
        self._settings: dict[str, Setting] = {}
        self._layer = Layer(Via.JOB_ENV, ())
        self._open = ("", "")
        """The result of which the lines are being written, and the line that ends it."""

    def below(self, scope: Scope) -> Scope:
        """A scope with what was left, below all that the definition sets."""
        return replace(scope, layers=(self._layer, *scope.layers)) if self._settings else scope

    def take(self, command: Command, scope: Scope, mentions: Sequence[Mention], local: Mapping[str, str]) -> None:
        """Remembers what slots a command leaves, and under which name; those of results with the results of the scope.

        `local` are the variables that its script has set so far, as they are written.
        """
        for name, text in left(command):
            slots = as_mentions(scope.origins_in(text, mentions))
            if slots and len(self._settings) < _MOST:
                self._settings[name] = Setting(name, "", 0, 0, slots)
                self._layer = Layer(Via.JOB_ENV, tuple(self._settings.values()))
        for name, text in given(command):
            if found := scope.origins_in(text, mentions):
                scope.outputs.give(name, as_mentions(found))
        for name, text in self._results(command):
            origins, is_run = _behind(text, scope, mentions, local)
            if not is_run and (origins or not ("$" in text or "%" in text)):
                scope.outputs.write(name, as_mentions(origins))
            elif origins and is_called_credential(name):
                scope.outputs.write(name, as_mentions(replace(one, made=one.made or "minted") for one in origins))

    def _results(self, command: Command) -> Iterator[tuple[str, str]]:
        """The results of its step that a command writes, each with the text that it is made from; it may hold a credential."""
        words = (*command.argv[1:], *command.fed[1:])
        yield from ((match["name"], match["value"]) for match in map(_SAID.search, words) if match is not None)
        if not any(_RESULTS.fullmatch(place) for place in command.writes):
            return
        for word in words:
            name, end = self._open
            if name and word == end:
                self._open = ("", "")
            elif name:
                yield name, word
            elif (opened := _OPENED.fullmatch(word)) is not None:
                self._open = (opened["name"], opened["end"])
            elif (match := _RESULT.fullmatch(word)) is not None:
                yield match["name"], " ".join(words) if "%s" in match["value"] else match["value"]


def _behind(text: str, scope: Scope, mentions: Sequence[Mention], local: Mapping[str, str]) -> tuple[tuple[Origin, ...], bool]:
    """The slots that a text is made from over variables of its script, and whether they are rather handed to a command that makes it."""
    waiting, met, is_run, found = [text], set[str](), False, dict[Origin, None]()
    while waiting:
        one = waiting.pop()
        is_run = is_run or "$(" in one or "`" in one
        found |= dict.fromkeys(scope.origins_in(one, mentions))
        for name in expanded(one):
            if name in local and name not in met:
                met.add(name)
                waiting.append(local[name])
    return tuple(found), is_run


def left(command: Command) -> Iterator[tuple[str, str]]:
    """Names of variables that later commands have, each with the text that it is made from; it may hold a credential."""
    words = (*command.argv[1:], *command.fed[1:])
    for place in command.writes:
        if _ENVIRONMENT.fullmatch(place) is not None:
            yield from ((match["name"], match["value"]) for match in map(_PAIR.fullmatch, words) if match is not None)
        for path, name in _CLIENTS:
            if path.fullmatch(place) is not None:
                yield from ((name, word) for word in (*words, *(f"${one}" for one in command.names)))
    yield from _configured(command)


def _configured(command: Command) -> Iterator[tuple[str, str]]:
    """What a client is told to keep in its own file."""
    words = [word for word in command.argv[1:] if not word.startswith("-")]
    for first, pattern, name in _SETTINGS.get(command.program, ()):
        if words[: len(first)] == list(first) and len(words) > len(first) and pattern.fullmatch(words[len(first)]) is not None:
            yield from ((name, word) for word in words[len(first) :])


def given(command: Command) -> Iterator[tuple[str, str]]:
    """Variables of Azure that a command sets for the steps after its own, likewise."""
    found = (_GIVEN.search(word) for word in command.argv[1:] if word.startswith("##vso["))
    yield from ((match["name"], match["value"]) for match in found if match is not None)


def assigned(command: Command, mentions: Sequence[Mention], line: int, column: int) -> tuple[Setting, ...]:
    """Variables that are set for one command; `mentions` are the expressions of its text."""
    settings = []
    for name, value in command.assigned:
        said = tuple(mention for mention in mentions if mention.name in value)
        names = {mention.name for mention in said} | {name}
        others = tuple(Mention(one, Named.ENV, line, column) for one in expanded(value) if one not in names)
        settings.append(Setting(name, value, line, column, (*said, *others)))
    return tuple(settings)
