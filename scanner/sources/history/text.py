"""How bytes that the repository chose become text that may be shown."""

from __future__ import annotations

import re

from scanner.sources.files import shown

_OBJECT_ID = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_LONGEST_WORD = 20
_LONGEST_LINE = 200


def printable(text: str) -> str:
    r"""`text` with everything that a terminal would obey or hide written as `\xNN` or `\uNNNN`."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def complaint(stderr: bytes) -> str:
    """The first line of what git said, fit to be reported.

    git quotes the input in its messages and names our temporary folder. So words that hold a slash or are long enough for a credential
    become an ellipsis; object ids stay, for they say what is broken.
    """
    for line in stderr.splitlines():
        if words := shown(line).split():
            return printable(" ".join(_plain(word) for word in words))[:_LONGEST_LINE]
    return ""


def _plain(word: str) -> str:
    core = word.strip("'\"(),.:;")
    if "/" in word or "\\" in word or (len(core) > _LONGEST_WORD and not _OBJECT_ID.match(core)):
        return "…"
    return word
