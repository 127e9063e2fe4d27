"""YAML of CI definitions as a tree that knows where everything stands.

Put together from the parser's events, within bounds: a tag is a name and makes nothing, what an alias repeats counts each time, and depth,
number and length end in an error. Scalars stay the text that is in the file: `on` is a key like any other, whatever YAML 1.1 makes of it.
Merge keys (`<<`) are followed. Source: YAML 1.2 and the merge key type of YAML 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import dataclass, field

LARGEST = 1 << 20
"""Bytes of a definition that is read by meaning. GitHub takes 512 KiB, GitLab 1 MiB with all includes."""
MOST = 100_000
"""Nodes of a file, those that aliases repeat counted again."""
_CHARACTERS = 32
"""Of a scalar that an alias repeats: so many count as a node."""
DEEPEST = 64
"""Levels, those below an alias included."""
_MOST_DIRECTIVES = 100
"""libyaml compares each `%TAG` line with all before it."""

_STRAY = re.compile(r"\r\n?|[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINES = {"\r\n": "\n", "\r": "\n", "\x85": " ", "\u2028": " ", "\u2029": " "}

_PROPERTY = re.compile(r"[&!]\S{0,4096}+|[ \t]{1,4096}+")
"""An anchor, a tag, or what is between them."""

_MERGE = "<<"
_STANDARD = "tag:yaml.org,2002:"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, with the line and column (from 1) at which its own characters begin."""

    value: str
    line: int
    column: int
    style: str = ""
    """`|`, `>`, `'`, `"`, or nothing for a plain one."""
    tag: str | None = None
    """A tag of the file's own, as `!reference`; None for none and for those of YAML."""

    @property
    def is_null(self) -> bool:
        """Whether YAML means nothing by it."""
        return not self.style and self.value in _NULLS


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping, in the order of the file; of a key that stands there twice the last one counts."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int
    tag: str | None = None

    def get(self, name: str) -> Node | None:
        """What stands under a key; None where there is no such key."""
        for key, node in reversed(self.entries):
            if key.value == name:
                return node
        return None


Node = Scalar | Items | Entries


def text(node: Node | None) -> str | None:
    """The text of a scalar that is not null; None for anything else."""
    return node.value if isinstance(node, Scalar) and not node.is_null else None


def texts(node: Node | None) -> tuple[Scalar, ...]:
    """The scalars of a list, or the one that stands where a list could."""
    if isinstance(node, Items):
        return tuple(item for item in node.items if isinstance(item, Scalar) and not item.is_null)
    return (node,) if isinstance(node, Scalar) and not node.is_null else ()


def items(node: Node | None) -> tuple[Node, ...]:
    """What is in a list, or the one thing that stands where a list could."""
    if isinstance(node, Items):
        return node.items
    return () if node is None or (isinstance(node, Scalar) and node.is_null) else (node,)


def entries(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    """The members of a mapping, each key once, the last one counting; nothing for anything else."""
    if isinstance(node, Entries):
        last = {key.value: (key, value) for key, value in node.entries}
        yield from last.values()


def at(node: Node | None, *path: str) -> Node | None:
    """What stands at the end of a path of keys; None where the path leads nowhere."""
    for name in path:
        node = node.get(name) if isinstance(node, Entries) else None
    return node


def parse(data: bytes) -> tuple[Node, ...]:
    """The documents of a file. Raises `UnreadableError` (`too-large`, `too-deep`, `malformed`), whose detail quotes nothing of it."""
    return documents_and_lines(data)[0]


def documents_and_lines(data: bytes) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The documents of a file, and the lines that their places are in, without blanks at their ends. Raises as `parse`."""
    if len(data) > LARGEST:
        raise UnreadableError(Reason.TOO_LARGE, f"a definition of more than {LARGEST} bytes")
    if data.count(b"%TAG") > _MOST_DIRECTIVES:
        raise UnreadableError(Reason.MALFORMED, "more directives of YAML than any definition has")
    clean = _STRAY.sub(_harmless, data.decode("utf-8", "replace").removeprefix("\ufeff"))
    lines = clean.split("\n")
    builder = _Builder(lines)
    try:
        next_event = yaml.CSafeLoader(clean).get_event
        while (event := next_event()) is not None:
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
        raise UnreadableError(Reason.MALFORMED, f"{where}no YAML") from None
    return tuple(builder.documents), tuple(line.rstrip(" \t") for line in lines)


def _harmless(stray: re.Match[str]) -> str:
    """What stands for a character that no YAML may contain, so that one stray byte does not hide a file, or that ends a line only in YAML."""
    return _LINES.get(stray.group(), "?")


@dataclass(frozen=True, slots=True)
class _Sized:
    """A node with what it comes to where an alias repeats it."""

    node: Node
    size: int
    height: int


@dataclass(slots=True)
class _Frame:
    """A collection that is still open."""

    is_mapping: bool
    tag: str | None
    anchor: str | None
    line: int
    column: int
    items: list[Node] = field(default_factory=list)
    members: list[tuple[Scalar, Node]] = field(default_factory=list)
    merged: list[tuple[Scalar, Node]] = field(default_factory=list)
    key: Scalar | None = None
    size: int = 1
    height: int = 0

    def closed(self) -> Node:
        if not self.is_mapping:
            return Items(tuple(self.items), self.line, self.column, self.tag)
        if not self.merged:
            return Entries(tuple(self.members), self.line, self.column, self.tag)
        merged = dict(reversed([(key.value, (key, node)) for key, node in self.merged]))
        return Entries((*reversed(merged.values()), *self.members), self.line, self.column, self.tag)


class _Builder:
    """Puts documents together, one event after the other."""

    def __init__(self, lines: list[str]) -> None:
        self.documents: list[Node] = []
        self._lines = lines
        self._frames: list[_Frame] = []
        self._anchors: dict[str, _Sized] = {}
        self._count = 0

    def take(self, event: yaml.Event) -> None:
        """Goes on by one event. Raises `UnreadableError`."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(_scalar(event, self._lines), event)
        elif isinstance(event, yaml.CollectionEndEvent):
            frame = self._frames.pop()
            self._add(frame.closed(), frame.size, frame.height + 1, frame.anchor)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors.clear()

    def _scalar(self, scalar: Scalar, event: yaml.ScalarEvent) -> None:
        size = 1 + len(scalar.value) // _CHARACTERS
        self._counted(1)
        if not self._awaits_key():
            self._add(scalar, size, 0, event.anchor)
            return
        self._frames[-1].key = scalar
        if event.anchor is not None:
            self._anchors[event.anchor] = _Sized(scalar, size, 0)

    def _awaits_key(self) -> bool:
        return bool(self._frames) and self._frames[-1].is_mapping and self._frames[-1].key is None

    def _alias(self, event: yaml.AliasEvent) -> None:
        known = self._anchors.get(event.anchor or "")
        if known is None:
            raise UnreadableError(Reason.MALFORMED, f"line {_line(event)}: an alias without its anchor")
        self._counted(known.size)
        if not self._awaits_key():
            self._add(known.node, known.size, known.height, None)
        elif isinstance(known.node, Scalar):
            self._frames[-1].key = known.node
        else:
            raise UnreadableError(Reason.MALFORMED, f"line {_line(event)}: a key that is no text")

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if self._awaits_key():
            raise UnreadableError(Reason.MALFORMED, f"line {_line(event)}: a key that is no text")
        if len(self._frames) >= DEEPEST:
            raise UnreadableError(Reason.TOO_DEEP, f"more than {DEEPEST} levels")
        self._counted(1)
        line, column = _start(event)
        self._frames.append(_Frame(isinstance(event, yaml.MappingStartEvent), _own_tag(event.tag), event.anchor, line, column))

    def _add(self, node: Node, size: int, height: int, anchor: str | None) -> None:
        """A complete node takes its place."""
        if anchor is not None:
            self._anchors[anchor] = _Sized(node, size, height)
        if not self._frames:
            self.documents.append(node)
            return
        frame = self._frames[-1]
        frame.size += size
        frame.height = max(frame.height, height)
        if len(self._frames) + height > DEEPEST:
            raise UnreadableError(Reason.TOO_DEEP, f"more than {DEEPEST} levels")
        if not frame.is_mapping or frame.key is None:
            frame.items.append(node)
            return
        key, frame.key = frame.key, None
        if key.value == _MERGE and not key.style:
            frame.merged += (member for one in items(node) if isinstance(one, Entries) for member in one.entries)
        else:
            frame.members.append((key, node))

    def _counted(self, size: int) -> None:
        self._count += size
        if self._count > MOST:
            raise UnreadableError(Reason.TOO_LARGE, f"more than {MOST} nodes, those that aliases repeat included")


def _scalar(event: yaml.ScalarEvent, lines: list[str]) -> Scalar:
    line, column = _start(event)
    style, value = event.style or "", event.value
    if (event.anchor is not None or event.tag is not None) and (value or style):
        line, column = _after_properties(lines, line, column)
    if style in {"'", '"'}:
        column += 1
    elif style in {"|", ">"}:
        line, column = line + 1, _indent(value, lines, line)
    return Scalar(value, line, column, style, _own_tag(event.tag))


def _after_properties(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """Where a scalar begins whose anchor and tag begin at a place."""
    row, place = line - 1, column - 1
    while (found := _PROPERTY.match(lines[row], place)) is not None or row + 1 < len(lines):
        if found is not None:
            place = found.end()
        elif place < len(lines[row]) and lines[row][place] != "#":
            break
        else:
            row, place = row + 1, 0
    return row + 1, place + 1


def _indent(value: str, lines: list[str], first: int) -> int:
    """The column at which the lines of a block scalar begin, of which `lines[first]` is the first: what stands before the first one's text."""
    text = value.lstrip("\n")
    row = first + len(value) - len(text)
    if not text or row >= len(lines):
        return 1
    return _spaces(lines[row]) - _spaces(text) + 1


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _line(event: yaml.Event) -> int:
    return _start(event)[0]


def _own_tag(tag: str | None) -> str | None:
    return None if tag is None or tag == "!" or tag.startswith(_STANDARD) else tag
