"""Texts of files and where things stand in them."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import Mention, Named, Text
from scanner.pipelines.yamltree import Node, Scalar, parse

LARGEST = 1 << 20
"""Bytes of a file of settings or targets."""
MOST = 2_000
"""Targets, parts and mentions of one file."""

_HALF = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_BRACED = re.compile(r"\$\{(?:env[:.])?([A-Za-z_][\w.]{0,127}+)(?:[:?-][^{}\n]{0,256}+)?\}")
_PLAIN = re.compile(r"[\w./:=@%+,~-]{1,4096}")
_ENV = re.compile(r"\$\{env\.([A-Za-z_]\w{0,127}+)\}|%([A-Za-z_]\w{0,127}+)%")


def _before_rest(text: str) -> str:
    """The lines of a script before what it carries with it. Raises `UnreadableError` where there is none."""
    lines = text[: text.index("\0")].rpartition("\n")[0]
    if not lines:
        raise UnreadableError(Reason.MALFORMED, "no text")
    return lines


class Lines:
    """A text, and the line and column (from 1) of each character of it; of an archive that is a script as well, the script."""

    def __init__(self, data: bytes) -> None:
        """Raises `UnreadableError` for what is no text."""
        wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        decoded = data.removeprefix(codecs.BOM_UTF8)[:LARGEST].decode("utf-16" if wide else "utf-8", "replace")
        if "\0" in decoded:
            decoded = _before_rest(decoded)
        self.text = decoded.replace("\r\n", "\n")
        self._starts = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def place(self, at: int) -> tuple[int, int]:
        row = bisect_right(self._starts, at) - 1
        return row + 1, at - self._starts[row] + 1

    def cut(self, start: int, end: int, shell: str = "bash", *, is_block: bool = True) -> Text:
        """The text between two places. Its lines are those of the file only where it begins a line or is on one."""
        line, column = self.place(start)
        return Text(self.text[start:end], line, column, is_block=is_block, shell=shell)


def json(data: bytes) -> Node:
    """A JSON document as a tree with places. Raises `UnreadableError`."""
    documents = parse(_HALF.sub(rb"\\u003f", data))
    if not documents:
        raise UnreadableError(Reason.MALFORMED, "no JSON")
    return documents[0]


def of_scalar(scalar: Scalar, shell: str = "bash") -> Text:
    """The text that a scalar is."""
    return Text(scalar.value, scalar.line, scalar.column, is_block=scalar.style == "|", shell=shell)


def quoted(word: str) -> str:
    """A word as a shell's text has it; a variable stays one."""
    if _PLAIN.fullmatch(word) or (word.startswith("${") and word.endswith("}")):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def mentions(lines: Lines, *, is_env: bool = False) -> tuple[Mention, ...]:
    """The variables that a file of settings names: `${NAME}`, or only `${env.NAME}` and `%NAME%`."""
    found: list[Mention] = []
    for match in (_ENV if is_env else _BRACED).finditer(lines.text):
        found.append(Mention(match[match.lastindex or 0], Named.VARIABLE, *lines.place(match.start())))
        if len(found) >= MOST:
            break
    return tuple(found)
