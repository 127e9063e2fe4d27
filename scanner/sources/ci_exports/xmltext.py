"""XML as servers store their settings: elements with their attributes, and where the text of each stands.

The standard library's parser (expat) says what is well-formed; what it must not do with hostile text is decided here. A document may name its
type, and what it defines for itself is an error, as entities made of entities cost more than any document is worth. Depth and the number
of elements are bounded. To the parser every byte that is no printable ASCII is an underscore, and so is every reference to a character, so that places are those of
the file and Jenkins' XML 1.1, which refers to control characters, is read like 1.0; texts are taken from the file itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NoReturn
from xml.parsers import expat

from scanner.records import dataclass, field
from scanner.sources.ci_exports.replacing import replaced

MOST_ELEMENTS = 400_000
"""Elements, comments and the like; each can cost half a kilobyte of memory."""
MOST_QUOTES = 1_000_000
"""Twice as many as attributes at most; each of those can cost as much."""
MOST_DEEP = 200

_DECLARATION = re.compile(rb"\s{0,256}<\?xml\s[^<>]{0,512}\?>")
_ROOT = re.compile(
    rb"""
    (?: \s++ | <\? (?: [^?] | \? (?!>) ){0,1024}+ \?> | <!-- (?: [^-] | - (?!->) ){0,65536}+ --> ){0,16}+
    < (?: !DOCTYPE \s{1,256} )? ( [A-Za-z_] [^\s/>]{0,255} )
    """,
    re.VERBOSE,
)
_TAG = re.compile(rb"<[^\s/>]{1,1024}+")
_ATTRIBUTE = re.compile(rb"\s{1,65536}+([^\s=/>]{1,1024}+)\s{0,1024}+=\s{0,1024}+(?:\"([^\"]{0,16777216}+)\"|'([^']{0,16777216}+)')")
_SAFE = frozenset(b"\t\n\r").union(range(0x20, 0x7F))
_PLAIN = bytes(byte if byte in _SAFE else 0x5F for byte in range(256))
_CHARACTER = re.compile(rb"&#[0-9A-Fa-fx]{1,16};")
_MARKUP = re.compile(
    rb"""
    <!-- .*? --> | <\? .*? \?>
    | <!\[CDATA\[ (?P<data> .*? ) \]\]>
    | &\#x (?P<hex> [0-9A-Fa-f]{1,14} ) ;
    | &\# (?P<decimal> [0-9]{1,14} ) ;
    | & (?P<name> lt | gt | amp | quot | apos ) ;
    | (?P<line> \r\n? )
    """,
    re.VERBOSE | re.DOTALL,
)
_NAMED = {b"lt": b"<", b"gt": b">", b"amp": b"&", b"quot": b'"', b"apos": b"'"}
_LAST_CODE_POINT = 0x10FFFF
_EXPECTED = {
    "mismatched tag": "the end tag of the element that is open",
    "no element found": "an element or the end tag of the one that is open",
    "unclosed token": "the end of the tag that begins here",
    "unclosed CDATA section": "the end of the CDATA section",
    "undefined entity": "one of the entities that XML has itself",
    "junk after document element": "nothing after the root element",
    "duplicate attribute": "each attribute once",
}


class _Stop(Exception):  # noqa: N818 - it ends the parser, and says where in the document and why
    """Nothing more can be read."""


@dataclass(frozen=True, slots=True)
class Span:
    """A text where it stands in the document."""

    value: bytes = field(repr=False)
    """With references and CDATA undone."""
    start: int
    end: int
    line: int

    @property
    def offset(self) -> int | None:
        """Where the document has exactly these bytes; None where something was undone."""
        return self.start if len(self.value) == self.end - self.start else None

    @property
    def text(self) -> str:
        """The same as text; bytes that are no UTF-8 survive as lone surrogates."""
        return self.value.decode("utf-8", "surrogateescape")


@dataclass(slots=True)
class Element:
    """An element."""

    tag: str
    attributes: tuple[tuple[str, Span], ...]
    source: bytes = field(repr=False)
    """The whole document."""
    begin: int
    """Of what is in it."""
    line: int
    """That `begin` is on."""
    end: int
    """Just past what is in it."""
    closed: bool = False
    children: list[Element] = field(default_factory=list)

    @property
    def content(self) -> Span:
        """What is in it, where that is text: comments are gone, elements stay as they are written."""
        raw = self.source[self.begin : self.end]
        return Span(_undone(raw), self.begin, self.end, self.line)

    @property
    def is_leaf(self) -> bool:
        """Whether it was read to its end and has no elements in it."""
        return self.closed and not self.children

    def attribute(self, name: str) -> Span | None:
        """The attribute `name`."""
        return next((span for known, span in self.attributes if known == name), None)

    def word(self, name: str) -> str:
        """The same as text, empty where it is not there."""
        span = self.attribute(name)
        return "" if span is None else span.text

    def child(self, *tags: str) -> Element | None:
        """The first element in it that is called one of `tags`."""
        return next((child for child in self.children if child.tag in tags), None)

    def said(self, tag: str) -> str:
        """The text of the first element in it of that name, without blanks around it; empty where there is none."""
        child = self.child(tag)
        return child.content.text.strip() if child is not None and child.is_leaf else ""

    def walk(self) -> Iterator[Element]:
        """The element and everything in it, in order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)


def root_of(text: bytes) -> str:
    """What the root element of `text` is called, as the tag or the document's type has it; empty where this is no XML.

    Quick: no more than the beginning is looked at.
    """
    found = _ROOT.match(text)
    return found[1].decode("utf-8", "replace") if found else ""


def parse(text: bytes, first_line: int = 1) -> tuple[Element | None, str | None]:
    """The root of the document in `text`, with what was read before the first mistake, and the mistake; lines count from `first_line`.

    Never raises.
    """
    if text.count(b"<") > 2 * MOST_ELEMENTS:
        return None, f"more than {2 * MOST_ELEMENTS} tags"
    if text.count(b'"') + text.count(b"'") > MOST_QUOTES:
        return None, f"more than {MOST_QUOTES} quotes"
    declaration = _DECLARATION.match(text)
    skipped = declaration.end() if declaration else 0
    plain = replaced(_CHARACTER, lambda found: b"_" * len(found[0]), text.translate(_PLAIN))
    plain = re.sub(rb"[^\n]", b" ", plain[:skipped]) + plain[skipped:]
    parser = expat.ParserCreate("us-ascii")
    reading = _Reading(text, first_line, lambda: _Place(parser.CurrentByteIndex, parser.CurrentLineNumber, parser.CurrentColumnNumber))
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    try:
        parser.Parse(plain, True)
    except expat.ExpatError as error:
        expected = _EXPECTED.get(expat.ErrorString(error.code), "well-formed XML")
        return reading.root, f"line {error.lineno + first_line - 1}, column {error.offset + 1}: expected {expected}"
    except _Stop as stop:
        return reading.root, str(stop)
    return reading.root, None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the text the parser is."""

    byte: int
    line: int
    column: int


class _Reading:
    """The state of one document."""

    def __init__(self, text: bytes, first_line: int, place: Callable[[], _Place]) -> None:
        self._text = text
        self._first_line = first_line
        self._place = place
        self._open: list[Element] = []
        self._number = 0
        self.root: Element | None = None

    def doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        """A type may be named, and not be defined."""
        if internal:
            self._stop("expected no definitions in the document type")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; its attributes are read where they stand."""
        self._number += 1
        if self._number > MOST_ELEMENTS:
            self._stop(f"more than {MOST_ELEMENTS} elements")
        if len(self._open) >= MOST_DEEP:
            self._stop("nested too deeply")
        place = self._place()
        spans, end, line = self._attributes(place.byte, place.line + self._first_line - 1)
        if len(spans) != len(attributes):
            self._stop("expected shorter attributes")
        element = Element(tag, spans, self._text, end, line, end)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _tag: str) -> None:
        """An element ends; one that is empty ends where it begins."""
        element = self._open.pop()
        element.end, element.closed = max(element.begin, self._place().byte), True

    def _stop(self, why: str) -> NoReturn:
        place = self._place()
        message = f"line {place.line + self._first_line - 1}, column {place.column + 1}: {why}"
        raise _Stop(message)

    def _attributes(self, at: int, line: int) -> tuple[tuple[tuple[str, Span], ...], int, int]:
        """The attributes of the tag at this place, where it ends, and on which line."""
        found: list[tuple[str, Span]] = []
        tag = _TAG.match(self._text, at)
        at = tag.end() if tag else at
        while (match := _ATTRIBUTE.match(self._text, at)) is not None:
            start, end = match.span(match.lastindex or 0)
            line += self._text.count(b"\n", at, start)
            value = _undone(self._text[start:end])
            found.append((match[1].decode("utf-8", "replace"), Span(value, start, end, line)))
            line += self._text.count(b"\n", start, match.end())
            at = match.end()
        end = self._text.find(b">", at) + 1 or len(self._text)
        return tuple(found), end, line + self._text.count(b"\n", at, end)


def _undone(raw: bytes) -> bytes:
    return replaced(_MARKUP, _plain, raw) if b"&" in raw or b"<" in raw or b"\r" in raw else raw


def _plain(found: re.Match[bytes]) -> bytes:
    """What a piece of markup stands for."""
    if (data := found["data"]) is not None:
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if (name := found["name"]) is not None:
        return _NAMED[name]
    if found["line"] is not None:
        return b"\n"
    digits = found["hex"] or found["decimal"]
    if digits is None:
        return b""
    number = int(digits, 16 if found["hex"] else 10)
    return chr(number).encode("utf-8", "surrogatepass") if number <= _LAST_CODE_POINT else found[0]
