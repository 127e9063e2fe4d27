"""YAML as an outline, from the parser's events: nothing is built, and no alias is expanded.

Characters and bytes are made the same before parsing: every byte that is no printable ASCII becomes one character that YAML takes for
a letter. So positions in the event stream are positions in the file, whatever its encoding, and no stray byte stops the parser.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Protocol

import yaml

from scanner.sources.fields.named import text_of
from scanner.sources.fields.outline import LARGEST, Outline

_SHIFT = 0xE000
"""Into a range that Unicode leaves to private use, and that YAML takes for letters."""
_SAFE = frozenset(b"\t\n\r").union(range(0x20, 0x7F))
_LETTERS = "".join(chr(byte if byte in _SAFE else byte + _SHIFT) for byte in range(256))
_BYTES = {_SHIFT + byte: byte for byte in range(256)}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_DIRECTIVES = 100
"""libyaml compares each `%TAG` line with all before it."""


class _Mark(Protocol):
    """A position in the event stream; the types of PyYAML know several."""

    @property
    def index(self) -> int: ...


def read_yaml(text: bytes, outline: Outline) -> None:
    """Tells `outline` the scalars of all documents in `text`, up to the first error. Never raises."""
    if len(text) > LARGEST or has_many_directives(text):
        return
    offset = len(_BYTE_ORDER_MARK) if text.startswith(_BYTE_ORDER_MARK) else 0
    try:
        for event in events(text[offset:]):
            _tell(outline, event, offset)
            if outline.full:
                return
    except yaml.YAMLError:
        return


def has_many_directives(text: bytes) -> bool:
    """Whether reading the directives of `text` would take a time that grows with the square of it."""
    return text.count(b"%TAG") > _MOST_DIRECTIVES


def events(text: bytes) -> Iterator[yaml.Event]:
    """What the parser meets in `text`, which has no byte order mark. Raises `yaml.YAMLError`."""
    return yaml.parse(codecs.charmap_decode(text, "strict", _LETTERS)[0], Loader=yaml.CSafeLoader)


def written(value: str) -> bytes:
    """The letters of an event's `value` as the bytes that they stand for."""
    return value.encode() if value.isascii() else b"".join(_written(letter) for letter in value)


def _tell(outline: Outline, event: yaml.Event, offset: int) -> None:
    if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
        text = _spelled(event.value) if isinstance(event, yaml.ScalarEvent) else ""
        outline.scalar(_position(event.start_mark) + offset, _position(event.end_mark) + offset, text)
    elif isinstance(event, yaml.CollectionStartEvent):
        outline.open(mapping=isinstance(event, yaml.MappingStartEvent))
    elif isinstance(event, yaml.CollectionEndEvent):
        outline.close()
    elif isinstance(event, yaml.DocumentStartEvent):
        outline.reset()


def _position(mark: _Mark | None) -> int:
    return 0 if mark is None else mark.index


def _spelled(value: str) -> str:
    """The letters of `value` as the bytes that they stand for, read as UTF-8."""
    return value if value.isascii() else text_of(written(value))


def _written(letter: str) -> bytes:
    byte = _BYTES.get(ord(letter))
    return letter.encode("utf-8", "replace") if byte is None else bytes((byte,))
