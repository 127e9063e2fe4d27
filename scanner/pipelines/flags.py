"""Flags of a command that a variable holds which the definition sets: `docker buildx build $ARGS` with `ARGS: --push`."""

from __future__ import annotations

import re
from dataclasses import replace

from scanner.pipelines.commands import Command
from scanner.pipelines.scope import Scope

_VARIABLE = re.compile(
    r"\$(?:(?P<bare>[A-Za-z_]\w{0,127})|\{(?P<braced>[A-Za-z_]\w{0,127})\}|\{\{ {0,4}env\.(?P<expression>[A-Za-z_]\w{0,127}) {0,4}\}\})"
)
_LATER = re.compile(r"[$%`{}]")
"""What makes a value one that only a run tells."""
_LONGEST = 1_000
_MOST_WORDS = 100


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
