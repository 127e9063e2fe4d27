"""KeePass' exports in XML, read within bounds: no document type, no entity of its own, no depth or length without an end."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from scanner.records import dataclass, field
from scanner.sources.ci_exports import jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.discreet import discreet
from scanner.sources.ci_exports.sealed import flaw
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, listed

_DEEPEST = 64
"""Elements in each other; KeePass lets groups nest, and nobody nests as many."""
_PUBLIC = frozenset({"Title", "UserName", "URL", "Notes"})
_MOST = 500_000
"""Fields of all entries."""
_FIRST = {"password": "Password", "title": "Title", "group": "Group"}
"""Elements of KeePass 1, and the fields that they are."""


class _Stop(Exception):  # noqa: N818 - it ends the parser, and what was read stays read
    """Nothing more is read."""


@dataclass(slots=True)
class _Field:
    """A field of an entry."""

    key: str = ""
    value: str = field(default="", repr=False)
    line: int = 0
    is_sealed: bool = False


@dataclass(slots=True)
class _Vaulted:
    """An entry that is still open."""

    group: str | None
    fields: list[_Field] = field(default_factory=list)


def read(content: Content) -> Listing:
    """The entries of all groups up to the first mistake, and that."""
    reading = _Reading(content)
    return listed(reading.items())


class _Reading:
    """Goes over the elements of one document."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._tags: list[str] = []
        self._groups: list[str] = []
        self._entries: list[_Vaulted] = []
        self._field = _Field()
        self._text: list[str] = []
        self._found: list[Item] = []
        self._count = 0
        self._has_sealed = False
        self._mistake: str | None = None
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def items(self) -> Iterator[Item]:
        """All that the document says."""
        try:
            self._parser.Parse(self._content.text, True)
        except expat.ExpatError as error:
            self._mistake = f"{self._place(error.lineno, error.offset)}: expected XML"
        except _Stop:
            pass
        yield from self._found
        if self._has_sealed:
            yield flaw()
        if self._mistake is not None:
            yield Flaw(self._mistake)
        yield Loose()

    def _place(self, line: int, column: int) -> str:
        return f"line {line + self._content.first_line - 1}, column {column + 1}"

    def _stop(self, expected: str) -> NoReturn:
        place = self._place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)
        self._mistake = f"{place}: expected {expected}"
        raise _Stop

    def _doctype(self, *_: object) -> None:
        self._stop("no document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._tags) >= _DEEPEST:
            self._stop(f"at most {_DEEPEST} elements in each other")
        self._tags.append(tag)
        self._text.clear()
        if tag == "Group":
            self._groups.append("")
        elif tag in {"Entry", "pwentry"}:
            self._entries.append(_Vaulted(self._groups[-1] if self._groups else None))
        elif tag == "String":
            self._field = _Field()
            self._count += 1
            if self._count > _MOST:
                self._stop(f"at most {_MOST} fields")
        elif tag == "Value":
            self._field.is_sealed = attributes.get("Protected", "").lower() == "true"
        if tag == "Value" or tag in _FIRST:
            self._field.line = self._parser.CurrentLineNumber

    def _end(self, tag: str) -> None:
        self._tags.pop()
        text = "".join(self._text)
        self._text.clear()
        above = self._tags[-1] if self._tags else ""
        if tag == "Group":
            self._groups.pop()
        elif tag in {"Entry", "pwentry"}:
            self._told(self._entries.pop())
        elif tag == "Name" and above == "Group":
            self._groups[-1] = text
        elif above == "String" and tag in {"Key", "Value"}:
            self._field.key, self._field.value = (text, self._field.value) if tag == "Key" else (self._field.key, text)
        elif tag == "String" and self._entries:
            self._entries[-1].fields.append(self._field)
        elif above == "pwentry" and tag in _FIRST:
            self._entries[-1].fields.append(_Field(_FIRST[tag], text, self._field.line))

    def _told(self, entry: _Vaulted) -> None:
        """The secrets of an entry that is complete."""
        title = next((field.value for field in entry.fields if field.key == "Title"), None)
        group = next((field.value for field in entry.fields if field.key == "Group"), entry.group)
        told: list[Item] = []
        for one in entry.fields:
            if one.key in _PUBLIC or one.key == "Group" or not one.value:
                continue
            is_sealed = one.is_sealed and _is_base64(one.value)
            self._has_sealed = self._has_sealed or is_sealed
            line = one.line + self._content.first_line - 1 if "\n" not in one.value else None
            value = None if is_sealed else jsontext.secret(one.value)
            encoding = ("xml",) if value is not None and any(sign in one.value for sign in "&<>\"'") else ()
            told.append(Entry(one.key, value, line, encoding=encoding, environment_scope=title or None, group=group or None))
        self._found += discreet(told)


def _is_base64(value: str) -> bool:
    """Whether a protected value may be encrypted: some programs leave the mark at values that they have opened."""
    try:
        return bool(b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return False
