"""YAML as the same things that JSON holds, so that one reader knows both.

Built from the parser's events, within bounds: no tag makes anything of ours, what aliases repeat counts each time it is repeated, and
neither depth nor number can grow beyond what is bearable. A scalar stays the text that it is in the file, except that `null`, `~` and nothing
are None. A node with a tag of its own is an object of one member, called as the tag is (`!Ref`, `!vault`). Merge keys (`<<`) are followed.
Source: YAML 1.1 and 1.2, and the merge key type of YAML 1.1.
"""

from __future__ import annotations

from typing import Protocol

import yaml

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass, field
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.placed import placed
from scanner.sources.fields.yaml_events import events, has_many_directives, written

LARGEST = 64 << 20
"""Bytes. A cluster's Secrets come to some megabytes, releases of Helm included."""
MOST = 500_000
"""Scalars, lists and mappings, those that aliases repeat counted again, and then a scalar once more for each so many characters."""
_CHARACTERS = 32
DEEPEST = 128
"""Levels, those below an alias included."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_STANDARD = "tag:yaml.org,2002:"
_MERGE = "<<"
_EXPECTED = {
    "could not find expected ':'": "a colon",
    "did not find expected key": "a key",
    "did not find expected '-' indicator": "a dash",
    "did not find expected ',' or ']'": "a comma or the end of the list",
    "did not find expected ',' or '}'": "a comma or the end of the mapping",
    "mapping values are not allowed in this context": "no colon here",
    "found unexpected end of stream": "the closing quote",
    "did not find expected node content": "a value",
    "found character that cannot start any token": "a value",
    "found a tab character that violates indentation": "blanks instead of a tab",
}
"""What the parser's complaints mean; they quote nothing, and are not shown all the same."""


class _Mark(Protocol):
    """A position; the types of PyYAML know several."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Spot:
    """A position that no parser told."""

    index: int = 0
    line: int = 0
    column: int = 0


_NOWHERE: _Mark = _Spot()


@dataclass(frozen=True, slots=True)
class _Node:
    """A value with what it comes to."""

    value: Json = field(repr=False)
    size: int = 1
    """What it counts for where an alias repeats it."""
    height: int = 0


@dataclass(slots=True)
class _Frame:
    """A collection that is still open."""

    mapping: bool
    tag: str | None
    anchor: str | None
    items: list[Json] = field(default_factory=list, repr=False)
    members: list[tuple[str, Json]] = field(default_factory=list, repr=False)
    merged: list[tuple[str, Json]] = field(default_factory=list, repr=False)
    key: str | None = None
    size: int = 1
    height: int = 0


def parse(text: bytes, first_line: int, start: int | None = 0) -> tuple[tuple[Json, ...], str | None]:
    """The documents in `text`, and why reading ended before its end; `text` begins on `first_line` and at the byte `start` of the content.

    Without a `start` no scalar knows where it stands.

    Bytes that are no UTF-8 survive as lone surrogates (`surrogateescape`). Never raises.
    """
    if len(text) > LARGEST or has_many_directives(text):
        return (), f"expected at most {LARGEST} bytes and few directives of YAML"
    builder = _Builder(text, first_line, start)
    try:
        for event in events(text):
            builder.take(event)
    except UnreadableError as error:
        return tuple(builder.documents), error.detail
    except yaml.YAMLError as error:
        return tuple(builder.documents), _mistake(error, text, first_line)
    return tuple(builder.documents), None


def _mistake(error: yaml.YAMLError, text: bytes, first_line: int) -> str:
    mark: _Mark | None = getattr(error, "problem_mark", None)
    expected = f"expected {_EXPECTED.get(str(getattr(error, 'problem', '')), 'YAML')}"
    if mark is None:
        return expected
    if mark.index < len(text):
        return f"{_place(mark, first_line)}: {expected}"
    last = _Spot(len(text), text.count(b"\n"), len(text) - text.rfind(b"\n") - 1)
    return f"{_place(last, first_line)}: {expected}"


def _place(mark: _Mark, first_line: int) -> str:
    return f"line {mark.line + first_line}, column {mark.column + 1}"


class _Builder:
    """Puts documents together, one event after the other."""

    def __init__(self, text: bytes, first_line: int, start: int | None) -> None:
        self.documents: list[Json] = []
        self._text = text
        self._first_line = first_line
        self._start = start
        self._frames: list[_Frame] = []
        self._anchors: dict[str, _Node] = {}
        self._count = 0
        """Of all that was met so far."""

    def take(self, event: yaml.Event) -> None:
        """Goes on by one event. Raises `UnreadableError`."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()
        elif isinstance(event, yaml.ScalarEvent):
            if self._awaits_key():
                self._frames[-1].key = written(event.value).decode("utf-8", "surrogateescape")
                self._anchor(event.anchor, _Node(self._frames[-1].key, 1 + len(event.value) // _CHARACTERS))
            else:
                self._counted(1, event)
                size = 1 + len(event.value) // _CHARACTERS
                self._add(_Node(_tagged(event.tag, self._scalar(event)), size), event.anchor, event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)

    def _awaits_key(self) -> bool:
        return bool(self._frames) and self._frames[-1].mapping and self._frames[-1].key is None

    def _alias(self, event: yaml.AliasEvent) -> None:
        node = self._anchors.get(event.anchor or "")
        if node is None:
            raise self._error(event, "an anchor before its alias")
        if not self._awaits_key():
            self._counted(node.size, event)
            self._add(node, None, event)
        elif isinstance(node.value, str):
            self._frames[-1].key = node.value
        else:
            raise self._error(event, "a text as key")

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if self._awaits_key():
            raise self._error(event, "a text as key")
        if len(self._frames) >= DEEPEST:
            raise self._error(event, f"at most {DEEPEST} levels")
        self._counted(1, event)
        self._frames.append(_Frame(isinstance(event, yaml.MappingStartEvent), event.tag, event.anchor))

    def _close(self, event: yaml.Event) -> None:
        frame = self._frames.pop()
        value: Json = frame.items
        if frame.mapping:
            merged = dict(reversed(frame.merged)) if frame.merged else {}
            own = {name for name, _ in frame.members} if merged else set()
            value = Record((*frame.members, *((name, said) for name, said in reversed(merged.items()) if name not in own)))
        self._add(_Node(_tagged(frame.tag, value), frame.size, frame.height + 1), frame.anchor, event)

    def _add(self, node: _Node, anchor: str | None, event: yaml.Event) -> None:
        """A complete value takes its place."""
        self._anchor(anchor, node)
        if not self._frames:
            self.documents.append(node.value)
            return
        frame = self._frames[-1]
        frame.size += node.size
        frame.height = max(frame.height, node.height)
        if len(self._frames) + node.height > DEEPEST:
            raise self._error(event, f"at most {DEEPEST} levels")
        if not frame.mapping:
            frame.items.append(node.value)
            return
        name, frame.key = frame.key or "", None
        if name == _MERGE and (more := _merged(node.value)) is not None:
            frame.merged += more
        else:
            frame.members.append((name, node.value))

    def _counted(self, size: int, event: yaml.Event) -> None:
        self._count += size
        if self._count > MOST:
            raise self._error(event, f"at most {MOST} things")

    def _anchor(self, anchor: str | None, node: _Node) -> None:
        if anchor is not None:
            self._anchors[anchor] = node

    def _scalar(self, event: yaml.ScalarEvent) -> Json:
        """A scalar with its place, where its lines are those of the file."""
        raw = written(event.value)
        if not event.style and event.tag is None and event.value in _NULLS:
            return None
        if self._start is None:
            return placed(raw.decode("utf-8", "surrogateescape"), None, None)
        start, end = _marks(event)
        begin, line = start.index, start.line + self._first_line
        if event.style in {"|", ">"}:
            is_kept, line = event.style == "|", line + 1
        else:
            begin += 1 if event.style else 0
            is_kept = start.line == end.line and b"\n" not in raw
        same = self._text.startswith(raw, begin) and begin + len(raw) <= end.index
        offset = self._start + begin if same and event.style not in {"|", ">"} else None
        return placed(raw.decode("utf-8", "surrogateescape"), line if is_kept or b"\n" not in raw.rstrip() else None, offset)

    def _error(self, event: yaml.Event, expected: str) -> UnreadableError:
        start, _ = _marks(event)
        return UnreadableError(Reason.MALFORMED, f"{_place(start, self._first_line)}: expected {expected}")


def _marks(event: yaml.Event) -> tuple[_Mark, _Mark]:
    """Where an event of the parser begins and ends; only events that nobody parsed have no place."""
    return event.start_mark or _NOWHERE, event.end_mark or _NOWHERE


def _tagged(tag: str | None, value: Json) -> Json:
    """The value, in an object with its tag where that is none of YAML's own."""
    if tag is None or tag == "!" or tag.startswith(_STANDARD):
        return value
    return Record(((written(tag).decode("utf-8", "replace"), value),))


def _merged(value: Json) -> list[tuple[str, Json]] | None:
    """The members that a merge key brings, the ones that count first; None where it names no mapping."""
    sources = value if isinstance(value, list) else [value]
    if not all(isinstance(source, Record) for source in sources):
        return None
    return [member for source in sources if isinstance(source, Record) for member in source.members]
