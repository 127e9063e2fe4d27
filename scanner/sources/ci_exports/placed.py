"""Text that knows where it stands in its file."""

from __future__ import annotations


class Placed(str):
    """A scalar of YAML: to whoever looks at it a text like those of JSON, of which no place is known."""

    __slots__ = ("line", "offset")

    line: int | None
    """Of the file, where the text begins; None where its lines are not those of the file."""
    offset: int | None
    """In the file's content, in bytes, where that has exactly the bytes of the text."""


def placed(text: str, line: int | None, offset: int | None) -> Placed:
    """The text with its place."""
    found = Placed(text)
    found.line, found.offset = line, offset
    return found
