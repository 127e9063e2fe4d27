"""Words of a command that a variable holds: flags (`docker buildx build $ARGS` with `ARGS: --push`), what a script was called with, a program."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanner.pipelines.commands import Command
from scanner.pipelines.scope import Scope
from scanner.records import replace

_VARIABLE = re.compile(
    r"\$(?:(?P<bare>[A-Za-z_]\w{0,127})|\{(?P<braced>[A-Za-z_]\w{0,127})\}|\{\{ {0,4}env\.(?P<expression>[A-Za-z_]\w{0,127}) {0,4}\}\})"
)
_LATER = re.compile(r"[$%`{}]")
"""What makes a value one that only a run tells."""
_OWN = re.compile(r"\$(?:[@*]|\{[@*]\}|(?P<bare>[1-9])|\{(?P<curly>[1-9])\})")
"""What a script was called with: all of it, or the word at one place."""
_MOVED = re.compile(r"(?m)(?:^|[;&|\s])(?:shift|set[ \t]{1,8}--)(?![\w-])")
_LONGEST = 1_000
_MOST_WORDS = 100


def with_words(command: Command, words: tuple[str, ...] | None, text: str) -> Command:
    """The command with what its script was called with in the place of `"$@"` and `$1`; as it is where the script moves its words (`shift`)."""
    if not words or command.function is not None or not any(_OWN.fullmatch(word) for word in command.argv[:_MOST_WORDS]):
        return command
    if _MOVED.search(text) is not None:
        return command
    argv = [part for word in command.argv[:_MOST_WORDS] for part in _called_with(word, words)]
    return replace(command, argv=(*argv, *command.argv[_MOST_WORDS:]))


def _called_with(word: str, words: tuple[str, ...]) -> tuple[str, ...]:
    found = _OWN.fullmatch(word)
    if found is None:
        return (word,)
    place = found["bare"] or found["curly"]
    return words[:_MOST_WORDS] if place is None else words[int(place) - 1 : int(place)] or (word,)


def with_program(command: Command, variables: Mapping[str, str]) -> Command:
    """The command with its program in the place of the variable that the same script plainly sets to it: `CLI=./cosign`, then `$CLI sign`."""
    found = _VARIABLE.fullmatch(command.argv[0]) if command.argv else None
    value = variables.get(found[found.lastgroup or 0], "")[:_LONGEST] if found is not None else ""
    program = value.split() if _LATER.search(value) is None else []
    return replace(command, argv=(*program, *command.argv[1:])) if program else command


def with_flags(command: Command, scope: Scope) -> Command:
    """The command with such words put in the place of the variable that holds them, where all of it is plain text that begins with a flag."""
    if not any(word.startswith("$") for word in command.argv[1:_MOST_WORDS]):
        return command
    argv = [part for word in command.argv[1:_MOST_WORDS] for part in _words(word, scope)]
    return replace(command, argv=(*command.argv[:1], *argv, *command.argv[_MOST_WORDS:]))


def _words(word: str, scope: Scope) -> list[str]:
    if (found := _VARIABLE.fullmatch(word)) is not None and (setting := scope.variable(found[found.lastgroup or 0])) is not None:
        value = setting.value[:_LONGEST].strip()
        if value.startswith("-") and not setting.mentions and _LATER.search(value) is None:
            return value.split()
    return [word]
