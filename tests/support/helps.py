"""What `keytrail --help` says of every command, in 80 columns and without colour."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

from tests.support.command import keytrail

_COMMANDS = re.compile(r"^Commands:\n((?:  .*\n)+)", re.MULTILINE)
_NAME = re.compile(r"^  ([a-z-]+)", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


@cache
def help_of(command: str = "") -> str:
    """What `keytrail COMMAND --help` prints."""
    with tempfile.TemporaryDirectory() as folder:
        run = keytrail(*command.split(), "--help", cwd=Path(folder), env={"COLUMNS": "100", "NO_COLOR": "1"})
    if run.code:
        message = f"keytrail {command} --help: {run.stderr}"
        raise AssertionError(message)
    return run.stdout


@cache
def commands() -> tuple[str, ...]:
    """Every command in the order of the help; one of a group with the group's name: `baseline create`."""
    names = _below("")
    return tuple(full for name in names for full in ([f"{name} {inner}" for inner in _below(name)] or [name]))


def options(command: str) -> frozenset[str]:
    """Every option of a command, in all its spellings."""
    return frozenset(_OPTION.findall(help_of(command).partition("Options:")[2]))


def _below(group: str) -> list[str]:
    listed = _COMMANDS.search(help_of(group))
    return _NAME.findall(listed[1]) if listed else []
