"""What a script of PowerShell leaves out because of what its parameters are given: `./make.ps1 build` runs nothing of `if ($Target -eq 'test')`.

Source: PowerShell's documentation, "about_If", "about_Functions_Advanced_Parameters".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.pipelines.shell import block_end

_ASKED = r"\$\{?\w{1,80}+\}?[ \t]{1,8}+-i?eq[ \t]{1,8}+[\"']?[\w.-]{1,80}+[\"']?"
_TEST = rf"(?:\([ \t]{{0,8}}+{_ASKED}[ \t]{{0,8}}+\)|{_ASKED})[ \t]{{0,8}}+"
_IF = re.compile(rf"(?i)\b(?:else)?if[ \t]{{0,8}}+\((?P<tests>[ \t]{{0,8}}+{_TEST}(?:-or[ \t]{{0,8}}+{_TEST}){{0,8}}+)\)\s{{0,64}}+\{{")
_ONE = re.compile(r"(?i)\$\{?(?P<name>\w{1,80})\}?[ \t]{1,8}-i?eq[ \t]{1,8}[\"']?(?P<value>[\w.-]{1,80})")
_FUNCTION = re.compile(r"(?im)^[ \t]{0,64}+function[ \t]{1,8}+(?P<name>[\w-]{1,120}+)[ \t]{0,8}+(?:\([^()\n]{0,400}+\))?\s{0,64}\{")
_VISIBLE = re.compile(r"[^\s]")
_MOST = 100
_LONGEST = 200_000
"""Characters of a script of which branches are left out."""
_ROUNDS = 4


def without_branches(text: str, start: int, known: Mapping[str, str]) -> str:
    """A text with blanks where, behind `start`, what is there is not run with these parameters, by their names in lower case.

    Functions that only such branches name are blanked with them. Rows and columns stay what they are.
    """
    if len(text) > _LONGEST:
        return text
    fixed = {name: value.lower() for name, value in known.items() if not re.search(rf"(?i)\${re.escape(name)}[ \t]*[+-]?=", text[start:])}
    parts = list(_branches(text, start, fixed))
    gone = "\n".join(text[begin:end] for begin, end in parts)
    left = _blanked(text, parts)
    for _ in range(_ROUNDS if parts else 0):
        unused = [
            (found.start(), end)
            for found in _some(_FUNCTION.finditer(left))
            if (end := block_end(left, found.end())) is not None
            and _names(found["name"], gone)
            and not _names(found["name"], left[: found.start()] + left[end:])
        ]
        if not unused:
            break
        gone += "\n".join(left[begin:end] for begin, end in unused)
        left = _blanked(left, unused)
    return left


def _branches(text: str, start: int, known: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """The insides of the blocks of conditions that only ask for other values."""
    for found in _some(_IF.finditer(text, start)):
        asked = [(one["name"].lower(), one["value"].lower()) for one in _ONE.finditer(found["tests"])]
        if asked and all(name in known and known[name] != value for name, value in asked):
            end = block_end(text, found.end())
            if end is not None:
                yield found.end(), end - 1


def _some(found: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    yield from (one for _, one in zip(range(_MOST), found, strict=False))


def _names(name: str, text: str) -> bool:
    return re.search(rf"(?i)(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


def _blanked(text: str, parts: list[tuple[int, int]]) -> str:
    for begin, end in parts:
        text = text[:begin] + _VISIBLE.sub(" ", text[begin:end]) + text[end:]
    return text
