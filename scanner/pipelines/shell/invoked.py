"""What PowerShell's `Invoke-Expression` runs, where its text is literal or made of variables that are set once to literal text.

Source: PowerShell's documentation of `Invoke-Expression` and of the operator `-f`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

NAMES = frozenset({"invoke-expression", "iex"})
"""The command and its alias, in lower case."""

_LITERAL = re.compile(
    r"""(?m)^[ \t]{0,64}+\$(?P<name>\w{1,80}+)[ \t]{0,8}+=[ \t]{0,8}+(?P<quote>["'])(?P<value>[^"'`\n]{1,400}+)(?P=quote)"""
    r"""[ \t]{0,8}+(?:-f[ \t]{1,8}(?P<given>[\$\w.-]{1,80}+(?:[ \t]{0,8}+,[ \t]{0,8}+[\$\w.-]{1,80}+){0,8}+)[ \t]{0,8}+)?\r?$"""
)
_SET = re.compile(r"\$(\w{1,80}+)[ \t]{0,8}+[+-]?=(?!=)")
_VARIABLE = re.compile(r"\$(?:(\w{1,80}+)|\{(\w{1,80}+)\})")
_PLACE = re.compile(r"\{(\d)\}")
_ROUNDS = 3
_LONGEST = 4_000


def invoked(words: Sequence[str], text: str) -> str | None:
    """The text that a command runs as commands, of a script with this text; None where only a run tells it, or where it is none of `NAMES`."""
    if not words or words[0].lower() not in NAMES:
        return None
    given = [word for word in words[1:] if word.lower() != "-command"]
    if len(given) != 1:
        return None
    literals = _literals(text) if "$" in given[0] else {}
    said = given[0]
    for _ in range(_ROUNDS):
        said = _VARIABLE.sub(lambda found: literals.get((found[1] or found[2]).lower(), found[0]), said[:_LONGEST])
    begins = said.lstrip()
    again = any(name in said.lower() for name in NAMES)
    return None if not begins or begins[0] in "$&({[" or again else said


def _literals(text: str) -> dict[str, str]:
    """Variables that a text sets once, to a literal."""
    times: dict[str, int] = {}
    for found in _SET.finditer(text):
        times[found[1].lower()] = times.get(found[1].lower(), 0) + 1
    told = {}
    for found in _LITERAL.finditer(text):
        if times.get(found["name"].lower()) == 1:
            given = [one.strip() for one in (found["given"] or "").split(",")]
            told[found["name"].lower()] = _PLACE.sub(lambda place, given=given: _at(given, int(place[1])) or place[0], found["value"])
    return told


def _at(given: Sequence[str], place: int) -> str:
    return given[place] if place < len(given) else ""
