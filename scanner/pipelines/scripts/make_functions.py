"""Functions of make that change texts, in texts whose variables are put in already. Source: the manual of GNU make."""

from __future__ import annotations

import re

_CALL = re.compile(
    r"(?<!\$)\$\((?P<name>subst|patsubst|strip|filter|filter-out|sort|word|wordlist|firstword|lastword|dir|notdir|suffix|basename"
    r"|addprefix|addsuffix|foreach|shell)[ \t]{1,64}+(?P<words>[^()]{0,8192}+)\)"
)
"""A call that has no other call in it."""
_DEEPEST = 6
"""Calls in calls."""
_MOST_WORDS = 32
"""Of a list that is gone through."""
_LONGEST = 1 << 16


def called(text: str) -> str:
    """A text with what functions make of theirs, the innermost first; of what is cut out or put elsewhere, the whole text."""
    for _ in range(_DEEPEST):
        before = text
        text = _CALL.sub(_made, text)[:_LONGEST]
        if text == before:
            break
    return text


def _made(found: re.Match[str]) -> str:
    name, words = found["name"], found["words"]
    if name == "shell":
        return f"$$({words})"
    if name in {"addprefix", "addsuffix"}:
        added, _, listed = words.partition(",")
        return " ".join(added + word if name == "addprefix" else word + added for word in listed.split()[:_MOST_WORDS])
    if name == "foreach":
        return _each(words)
    return words.rpartition(",")[2].strip()


def _each(words: str) -> str:
    """The text for each word of the list; once, where the list is known only to a run."""
    variable, _, rest = words.partition(",")
    listed, _, body = rest.partition(",")
    if "$" in listed or not listed.strip():
        return body.strip().removeprefix("\\").strip()
    return " ".join(body.replace(f"${{{variable.strip()}}}", word) for word in listed.split()[:_MOST_WORDS])
