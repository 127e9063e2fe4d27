"""What a call of make is for where its targets can be read: what they do, not what make itself is known for."""

from __future__ import annotations

from scanner.pipelines.commands import Command, Match
from scanner.pipelines.follow import Followed
from scanner.pipelines.opaque import COMPILED
from scanner.pipelines.understood import Understood

_MOST_COMMANDS = 500
"""Commands of the targets of one call that are looked at."""


def without_read(matches: tuple[Match, ...], command: Command, found: tuple[Followed, ...], understood: Understood) -> tuple[Match, ...]:
    """What a command is known for, but for the build of a make whose targets can be read and are called no build."""
    if not any(match.signature.startswith("C45") for match in matches) or not command.program.endswith("make"):
        return matches
    if not found or not all(_is_read(one, understood) and "build" not in understood.signatures.names(one.name) for one in found):
        return matches
    return tuple(match for match in matches if match.role != "build")


def _is_read(one: Followed, understood: Understood) -> bool:
    """Whether a target and those that it needs have commands, each with a program that is more than a variable or is compiled first."""
    if one.target is None or one.file is None or one.file.type != "make":
        return False
    count = 0
    for target in understood.library.chain(one.file, one.target):
        for text in target.texts:
            for command in understood.commands(text.value, text.shell, one.file.file):
                count += 1
                if count > _MOST_COMMANDS or command.program.startswith("$") or command.wrappers[-1:] == (COMPILED,):
                    return False
    return count > 0
