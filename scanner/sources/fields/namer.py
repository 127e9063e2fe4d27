"""Naming the values of one text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Protocol

from scanner.records import replace
from scanner.sources.fields.formats import Format, format_of, tool_of
from scanner.sources.fields.lines import name_on_line
from scanner.sources.fields.named import Named, cleaned
from scanner.sources.fields.nested import NESTED, Nested
from scanner.sources.fields.netrc import Netrc
from scanner.sources.fields.nuget import NuGet
from scanner.sources.fields.sections import Sections


class _Reader(Protocol):
    """A text that has been read in its format."""

    def name(self, start: int, end: int, /) -> Named | None:
        """What the format calls the value there; None where it has no name for it."""


class Namer:
    """Names any number of values in one text, which is read at most once, and only when the first value is named."""

    def __init__(self, path: str, text: bytes, *, whole: bool = True) -> None:
        """`path` is that of the file whose text this is; empty for text that was found inside another.

        Of a text that is not `whole` only lines are read: it begins and ends in the midst of its format.
        """
        self._path = path
        self._whole = whole
        self._text = text
        self._tool = tool_of(path)

    def name(self, start: int, end: int) -> Named:
        """What the place of the value in `text[start:end]` is called. Never raises."""
        start = min(max(start, 0), len(self._text))
        end = min(max(end, start), len(self._text))
        named = self._reader.name(start, end) if self._reader else None
        named = named or name_on_line(self._text, start, end)
        return replace(cleaned(named, self._text[start:end]), tool=self._tool or named.tool)

    @cached_property
    def _reader(self) -> _Reader | None:
        format_ = format_of(self._path, self._text) if self._whole else Format.LINES
        if format_ is Format.LINES:
            return None
        if format_ in NESTED:
            return Nested(self._text, format_, self._tool)
        if format_ in _READERS:
            return _READERS[format_](self._text)
        return _seldom(format_, self._text) or Sections(self._text, format_, self._tool)


_READERS: Mapping[Format, Callable[[bytes], _Reader]] = {Format.NETRC: Netrc, Format.NUGET: NuGet}


def _seldom(format_: Format, text: bytes) -> _Reader | None:
    """The reader of a format that few files have, and that is loaded with the first of them."""
    if format_ is Format.UNIT:
        from scanner.sources.fields.units import Units  # noqa: PLC0415 - see above

        return Units(text)
    if format_ is Format.SVN:
        from scanner.sources.fields.svn import Svn  # noqa: PLC0415 - see above

        return Svn(text)
    if format_ is Format.REG:
        from scanner.sources.fields.registry import Registry  # noqa: PLC0415 - see above

        return Registry(text)
    if format_ is Format.KEYRING:
        from scanner.sources.fields.python_keyring import PythonKeyring  # noqa: PLC0415 - see above

        return PythonKeyring(text)
    return None


def name_place(path: str, text: bytes, start: int, end: int) -> Named:
    """What the place of the value in `text[start:end]` is called, in a file called `path`. Never raises.

    For several values of one text, `Namer` reads it once.
    """
    return Namer(path, text).name(start, end)
