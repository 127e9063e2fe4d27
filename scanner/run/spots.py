"""Where in a text something is, and what that place is called."""

from __future__ import annotations

from scanner.engine import Layer
from scanner.sources.fields import Named, Namer, name_place

_WHOLE_TEXT = frozenset({"utf-16le", "utf-16be", "utf-32"})
"""Encodings of a whole file: its lines and keys are those of the decoded text."""
_WIDEST = 65_536
"""Bytes of a line that a column is counted over; further right it counts from there."""


def from_text(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The layers from the first that is text for people: an UTF-16 file is its text, a base64 run is not."""
    first = next((n for n, layer in enumerate(layers) if layer.encoding not in _WHOLE_TEXT), len(layers) - 1)
    return layers[first:]


class Spots:
    """Line, column and name of places in one file, whose text is read for that at most once."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._text: bytes | None = None
        self._namer: Namer | None = None
        self._known = (0, 1)

    def of(self, layers: tuple[Layer, ...]) -> tuple[int, int, Named]:
        """Line and column, both from 1, a column counting characters, and what the place is called."""
        layers = from_text(layers)
        outer = layers[0]
        if self._namer is None or outer.text is not self._text:
            self._text, self._namer, self._known = outer.text, Namer(self._path, outer.text), (0, 1)
        return *self._position(outer.text, outer.start), _named(self._namer, layers)

    def _position(self, text: bytes, start: int) -> tuple[int, int]:
        base, line = self._known if self._known[0] <= start else (0, 1)
        line += text.count(b"\n", base, start)
        self._known = (start, line)
        begin = max(text.rfind(b"\n", 0, start) + 1, start - _WIDEST)
        return line, len(text[begin:start].decode("utf-8", "replace")) + 1


def _named(namer: Namer, layers: tuple[Layer, ...]) -> Named:
    """What the outermost text calls the place, with the keys of nested formats inside it, and what only an inner text says."""
    named = namer.name(layers[0].start, layers[0].end)
    field_path, service, account, tool = named.field_path, named.service, named.account, named.tool
    for layer in layers[1:]:
        inner = name_place("", layer.text, layer.start, layer.end)
        field_path += inner.field_path
        service, account, tool = service or inner.service, account or inner.account, tool or inner.tool
    return Named(named.field, field_path, service, account, tool)
