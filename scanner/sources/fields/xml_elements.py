"""XML as an outline: elements are keys, and so are attributes.

Two habits of writing settings in XML are understood: an element that names its `value` in another attribute, as Ant, TeamCity and .NET have it,
and Apple's property lists, where the element before a value has its name (plist(5)).

What a document defines for itself is never read: entities that are made of entities cost more than any document is worth. To the parser every
byte that is no printable ASCII is an underscore, so that places are those of the file and no stray byte stops it; what is told is what stands there.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from xml.parsers import expat

from scanner.records import dataclass, field
from scanner.sources.fields.named import text_of
from scanner.sources.fields.outline import LARGEST, Outline

_TAG = re.compile(rb"<([^\s/>]{1,1024})")
_ATTRIBUTE = re.compile(rb"\s{1,256}([^\s=/>]{1,256})\s{0,16}=\s{0,16}(?:\"([^\"]{0,65536})\"|'([^']{0,65536})')")
_SAFE = frozenset(b"\t\n\r").union(range(0x20, 0x7F))
_PLAIN = bytes(byte if byte in _SAFE else 0x5F for byte in range(256))
_NAMING = ("key", "name", "id")
"""Attributes that name the one called `value`, in lower case, most telling first."""
_LONGEST = 4096
"""Characters of one text that are kept, for what stands beside a value."""


class _Stop(Exception):  # noqa: N818 - it ends the parser, and is no error
    """Nothing more is wanted."""


@dataclass(slots=True)
class _Element:
    """An element that is still open."""

    tag: str
    name: str
    """What it is called: in a property list not by its tag."""
    begin: int
    """Where its content begins."""
    opened: bool = False
    """Whether it is a mapping already."""
    named: bool = False
    """Whether its value was one of its attributes."""
    parent: bool = False
    """Whether there are elements in it."""
    key: str = ""
    """In a property list, what the next element in it is called."""
    text: list[str] = field(default_factory=list)
    room: int = _LONGEST


def read_xml(text: bytes, outline: Outline) -> None:
    """Tells `outline` the attributes and texts of all elements in `text`, up to the first error. Never raises."""
    if len(text) > LARGEST:
        return
    parser = expat.ParserCreate("us-ascii")
    parser.buffer_text = True
    mark = len(codecs.BOM_UTF8) if text.startswith(codecs.BOM_UTF8) else 0
    reading = _Reading(text, outline, lambda: parser.CurrentByteIndex + mark)
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    try:
        parser.Parse(text[mark:].translate(_PLAIN), True)
    except (expat.ExpatError, ValueError, _Stop):
        return


class _Reading:
    """The state of one document."""

    def __init__(self, text: bytes, outline: Outline, place: Callable[[], int]) -> None:
        """`place` says where in the text the parser is."""
        self._text = text
        self._outline = outline
        self._place = place
        self._line: list[_Element] = []
        outline.open(mapping=True)

    def doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        """A type may be named, and not be defined."""
        if internal:
            raise _Stop

    def start(self, _name: str, _attributes: object) -> None:
        """An element begins; it is read where it stands, since the parser does not say where its attributes are."""
        if self._outline.full:
            raise _Stop
        begin = self._place()
        tag, spans, end = self._tag(begin)
        element = _Element(tag, self._called(tag), end)
        self._line.append(element)
        plain = {key.lower(): self._text[start:stop] for key, start, stop in spans}
        naming = next((key for key in _NAMING if plain.get(key)), None)
        if naming is not None and "value" in plain:
            element.named = True
            self._tell(text_of(plain[naming]), *next(span[1:] for span in spans if span[0].lower() == "value"))
        elif spans:
            self._open(element)
            for span in spans:
                self._tell(*span)

    def end(self, _name: str) -> None:
        """An element ends: with a text it is a value, with elements in it a mapping."""
        element = self._line.pop()
        if element.opened:
            self._outline.close()
        end = self._place()
        text = "".join(element.text).strip()
        if element.parent or element.named or not text:
            return
        raw = self._text[element.begin : end].strip()
        if b"&" not in raw and b"<" not in raw:
            text = text_of(raw[:_LONGEST])
        if element.tag == "key" and self._line and self._line[-1].tag == "dict":
            self._line[-1].key = text
            return
        self._outline.name(element.name)
        self._outline.scalar(element.begin, end, text)

    def characters(self, text: str) -> None:
        """A piece of the text of the innermost element."""
        element = self._line[-1]
        if element.room:
            element.text.append(text[: element.room])
            element.room -= len(element.text[-1])

    def _open(self, element: _Element) -> None:
        self._outline.name(element.name)
        self._outline.open(mapping=True)
        element.opened = True

    def _tell(self, name: str, start: int, end: int) -> None:
        self._outline.name(name)
        self._outline.scalar(start, end, text_of(self._text[start:end]))

    def _called(self, tag: str) -> str:
        """What the next element, which has this tag, is called in the one around it; that becomes a mapping."""
        above = self._line[-1] if self._line else None
        if above is None:
            return tag
        above.parent = True
        if not above.opened:
            self._open(above)
        name, above.key = above.key or tag, ""
        return name

    def _tag(self, begin: int) -> tuple[str, list[tuple[str, int, int]], int]:
        """The tag that begins at `begin`, the names of its attributes with where their values stand, and where it ends."""
        found: list[tuple[str, int, int]] = []
        tag = _TAG.match(self._text, begin)
        at = tag.end() if tag is not None else begin
        while (match := _ATTRIBUTE.match(self._text, at)) is not None:
            found.append((text_of(match[1]), *match.span(match.lastindex or 0)))
            at = match.end()
        return text_of(tag[1]) if tag is not None else "", found, self._text.find(b">", at) + 1 or len(self._text)
