"""What a command leaves for those after it: variables that it writes where the platform reads them, and files that clients of registries read.

Sources: GitHub's workflow commands (`GITHUB_ENV`), CircleCI's "Set an environment variable" (`BASH_ENV`), Azure's logging commands
(`task.setvariable`), and the manuals of npm, Yarn, twine, gem, cargo and docker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scanner.pipelines.commands import Command
from scanner.pipelines.definition import Mention, Named, Setting, Via
from scanner.pipelines.scope import Layer, Scope, expanded

_ENVIRONMENT = re.compile(r"\$(?:env:|\{)?(?:GITHUB_ENV|GITEA_ENV|FORGEJO_ENV|BASH_ENV)\}?")
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

    def below(self, scope: Scope) -> Scope:
        """A scope with what was left, below all that the definition sets."""
        return replace(scope, layers=(self._layer, *scope.layers)) if self._settings else scope

    def take(self, command: Command, scope: Scope, mentions: Sequence[Mention], outputs: dict[str, tuple[str, ...]]) -> None:
        """Remembers what slots a command leaves, and under which name; those of results are put into `outputs`."""
        for name, text in left(command):
            slots = tuple(Mention(slot, Named.SECRET, 0, 0) for slot in scope.in_text(text, mentions))
            if slots and len(self._settings) < _MOST:
                self._settings[name] = Setting(name, "", 0, 0, slots)
                self._layer = Layer(Via.JOB_ENV, tuple(self._settings.values()))
        for name, text in given(command):
            if (found := scope.in_text(text, mentions)) and len(outputs) < _MOST:
                outputs[name.lower()] = found


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
