"""Dotenv files, in python-dotenv's dialect; nothing is expanded, so `${NAME:-default}` stays as it is.

A key pasted without quotes runs over several lines; that dialect would take its lines for names. Here it is one value.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scanner.contract import Secret
from scanner.records import dataclass, field
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, System, listed

if TYPE_CHECKING:  # most runs read no dotenv file, and start sooner without
    from dotenv.parser import Binding

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,255}")
_FILE_NAME = re.compile(r"(?: [^/]{0,255} \. )? env | \.env [._-] [^/]{1,255} | \.envrc | \.flaskenv | \.dev\.vars", re.VERBOSE)
_EQUALS = re.compile(r"=[^\S\r\n]{0,128}")
_QUOTED = re.compile(rb'^[A-Za-z_][A-Za-z0-9_.-]{0,255}[ \t]{0,8}=[ \t]{0,8}"', re.MULTILINE)
_ANSI_C = re.compile(rb"^[A-Za-z_][A-Za-z0-9_]{0,255}=\$'", re.MULTILINE)
_LONG_BLANK = re.compile(r"[^\S\r\n]{128}")
"""python-dotenv looks for comments in a time that grows with the square of such a run."""
LARGEST = 1_048_576
"""Bytes of a file that python-dotenv gets: a long quoted value costs it a hundred times its length in memory."""
_QUOTES = ("'", '"')
_BEGIN, _END = "-----BEGIN ", "-----END "
_MARK = "\ufeff"
"""A byte order mark; python-dotenv takes it off."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """A binding and where it is."""

    binding: Binding = field(repr=False)
    offset: int
    """Of its first character, in bytes."""
    line: int
    """Of its first character that is no blank."""

    @property
    def raw(self) -> str:
        """As the file has it."""
        return self.binding.original.string

    @property
    def value_start(self) -> int:
        """Where, in `raw`, the value begins, or its opening quote."""
        equals = _EQUALS.search(self.raw, self.raw.index(self.binding.key or ""))
        return equals.end() if equals else len(self.raw)


def _recognise(content: Content) -> Listing | None:
    """By the file's name, else where values are between double quotes as only this dialect has them."""
    if _FILE_NAME.fullmatch(content.name):
        return _read(content)
    if not _QUOTED.search(content.text) or _ANSI_C.search(content.text):
        return None
    listing = _read(content)
    return None if listing is None or listing.flaws else listing


def _read(content: Content) -> Listing | None:
    if not content.is_lines or len(content.text) > LARGEST:
        return None
    text = content.text.decode("utf-8", "surrogateescape")
    if _LONG_BLANK.search(text):
        return None
    listing = listed(_items(_statements(text, content.first_line)))
    return listing if listing.entries or not listing.flaws else None


def _statements(text: str, line: int) -> Iterator[_Statement]:
    from dotenv.parser import parse_stream  # noqa: PLC0415 - see above

    offset = len(_MARK.encode()) if text.startswith(_MARK) else 0
    for binding in parse_stream(io.StringIO(text)):
        raw = binding.original.string
        blank = len(raw) - len(raw.lstrip())
        yield _Statement(binding, offset, line + raw.count("\n", 0, blank))
        offset += len(_bytes(raw))
        line += raw.count("\n")


def _items(statements: Iterator[_Statement]) -> Iterator[Item]:
    """What the statements say; those that are lines of a key without quotes are one."""
    armor: list[_Statement] = []
    for statement in statements:
        if armor and not _begins(statement):
            armor.append(statement)
            if _END in statement.raw:
                yield _armored(armor)
                armor = []
            continue
        if armor:
            yield _armored(armor)
        armor = [statement] if _opens_armor(statement) else []
        if not armor:
            yield from _said(statement)
    if armor:
        yield _armored(armor)


def _begins(statement: _Statement) -> bool:
    """Whether this assigns something, unlike a line of base64 with its padding."""
    key, value, _, _ = statement.binding
    return key is not None and value not in {None, "", "="} and _NAME.fullmatch(key) is not None


def _opens_armor(statement: _Statement) -> bool:
    value = statement.binding.value
    return value is not None and _BEGIN in value and _END not in value and statement.raw[statement.value_start] not in _QUOTES


def _armored(armor: list[_Statement]) -> Entry:
    first = armor[0]
    raw = "".join(statement.raw for statement in armor)
    value = raw[first.value_start :].rstrip("\r\n")
    offset = first.offset + len(_bytes(raw[: first.value_start]))
    return Entry(first.binding.key or "", Secret(_bytes(value)), first.line, offset)


def _said(statement: _Statement) -> Iterator[Item]:
    key, value, _, error = statement.binding
    if error or (key is not None and not _NAME.fullmatch(key)):
        yield Flaw(f"line {statement.line}: expected a name, = and a value")
    elif key is None:
        if statement.raw.strip():
            yield Loose()
    elif value is not None:
        yield from _assigned(statement, key, value)
    elif statement.raw.lstrip().startswith("export"):
        yield Entry(key, None, statement.line)
    else:
        yield Flaw(f"line {statement.line}: expected = after a name")


def _assigned(statement: _Statement, key: str, value: str) -> Iterator[Item]:
    raw, start = statement.raw, statement.value_start
    quote = raw[start : start + 1] if raw[start : start + 1] in _QUOTES else ""
    start += len(quote)
    same = raw.startswith(value + quote, start)
    offset = statement.offset + len(_bytes(raw[:start])) if same else None
    yield Entry(key, Secret(_bytes(value)), statement.line, offset, () if same else ("shell",))
    if raw[start + len(value) + len(quote) :].strip() if same else "#" in raw[start:]:
        yield Loose()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


SYSTEM = System(platform="dotenv", levels={}, expects="a dotenv file", recognise=_recognise, read=_read)
