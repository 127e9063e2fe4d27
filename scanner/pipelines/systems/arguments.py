"""Words that a definition gives a program as a list, as the text of the command that they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from shlex import quote

from scanner.pipelines.definition import Text
from scanner.pipelines.systems.ambient import is_block
from scanner.pipelines.yamltree import Scalar

_SHELLS = frozenset({"bash", "sh", "dash", "ash", "zsh", "ksh"})
_VALUED = frozenset({"-O", "+O", "--rcfile", "--init-file"})
_DOUBLED = re.compile(r"\$\$(?=[A-Za-z_{(])")
_INTERPRETER = re.compile(r"#![ \t]{0,8}+(?:[^\s]{0,200}/)?(?:env[ \t]{1,8}+(?:-S[ \t]{1,8}+)?)?([^\s/]{1,100}+)")
_SPECIAL = re.compile(r'(["\\`])')
_INTERPRETERS = {"python": "python", "pwsh": "pwsh", "powershell": "pwsh"}


def script(scalar: Scalar) -> Text:
    """A script, in the shell that its first line names. `$$` is how systems that expand `$X` themselves write what is left to the shell."""
    told = _INTERPRETER.match(scalar.value)
    name = told[1] if told is not None else "bash"
    shell = "bash" if name in _SHELLS else _INTERPRETERS.get(name.rstrip("0123456789."), name)
    return Text(_DOUBLED.sub("$", scalar.value), scalar.line, scalar.column, is_block(scalar), shell)


def command(words: Sequence[Scalar]) -> Text | None:
    """What a list of words runs: the text that a shell is given with `-c`, else the words as a command; None where there are none."""
    if not words:
        return None
    if words[0].value.rpartition("/")[2] in _SHELLS and (given := _given_to_shell(words[1:])) is not None:
        return script(given)
    return Text(" ".join(_quoted(word.value) for word in words), words[0].line, words[0].column, is_block=False)


def _given_to_shell(words: Sequence[Scalar]) -> Scalar | None:
    """The text that follows `-c`; None where a file is run instead."""
    is_text = skips = False
    for word in words:
        value = word.value
        if skips:
            skips = False
        elif value.startswith(("-", "+")) and len(value) > 1:
            skips = value in _VALUED or (not value.startswith("--") and "o" in value)
            is_text = is_text or (not value.startswith(("--", "+")) and "c" in value)
        else:
            return word if is_text else None
    return None


def _quoted(value: str) -> str:
    """A word so that a shell reads it as one; what the system expands in it stays to be seen as expanded."""
    if "$" not in value or _DOUBLED.search(value) is not None:
        return quote(_DOUBLED.sub("$", value))
    return '"' + _SPECIAL.sub(r"\\\1", value) + '"'
