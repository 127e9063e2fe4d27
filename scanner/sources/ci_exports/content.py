"""From the bytes of a file to text that a reader can take: byte order marks, UTF-16, a line of prose before the export."""

from __future__ import annotations

import codecs
import re
from functools import cached_property

from scanner.records import dataclass, field
from scanner.sources.ci_exports.jsontext import Json, parse
from scanner.sources.ci_exports.neighbours import Neighbours

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", ()),
    (codecs.BOM_UTF32_LE, "utf-32-le", ("utf-32",)),
    (codecs.BOM_UTF32_BE, "utf-32-be", ("utf-32",)),
    (codecs.BOM_UTF16_LE, "utf-16-le", ("utf-16le",)),
    (codecs.BOM_UTF16_BE, "utf-16-be", ("utf-16be",)),
)
"""Byte order mark, Python's codec, the report's word. UTF-32's mark in little endian begins with that of UTF-16."""

_SAMPLE = 64
"""Bytes that decide about UTF-16 without a mark."""

_GLAB = re.compile(rb"\s{0,8}Exporting variables from the \S{1,1024} (?P<level>project|group):[ \t]{0,8}\r?\n")
"""What `glab variable export` says before the variables."""
_OPENING = re.compile(rb"\s{0,256}(?!\[[A-Za-z_][^\[\]{}\",\r\n]{0,255}\][ \t]{0,64}[\r\n])[\[{]")
"""JSON begins; not the name of a section, as inventories have it."""
_PROSE_THEN_JSON = re.compile(rb"\s{0,8}(?![\[{]|---)[^\r\n=]{1,1024}\r?\n(?=%b)" % _OPENING.pattern)
_BETWEEN = re.compile(rb"^---(?:[ \t\r]|$)", re.MULTILINE)
"""Stands between documents of YAML, which may be JSON themselves."""


class Yaml:
    """The text as YAML, parsed when somebody asks, and once."""

    def __init__(self, text: bytes, first_line: int = 1, start: int | None = None) -> None:
        """`text` begins on `first_line` and at the byte `start` of the content; None where it was found in a value, and has no place there."""
        self._text = text
        self._first_line = first_line
        self._start = start

    @cached_property
    def parsed(self) -> tuple[tuple[Json, ...], str | None]:
        """The documents up to the first mistake, and that."""
        from scanner.sources.ci_exports import yamltext  # noqa: PLC0415 - few exports are YAML, and most runs start sooner without it

        return yamltext.parse(self._text, self._first_line, self._start)


@dataclass(frozen=True, slots=True)
class Content:
    """A file's content, ready to be read."""

    name: str
    """The file's name."""
    text: bytes = field(repr=False)
    """UTF-8 as far as the file was text at all; without byte order mark and prose."""
    shift: int | None = 0
    """Bytes of the file before `text`; None where the file has other bytes than `text`."""
    first_line: int = 1
    """The line of the file that `text` begins on."""
    encoding: tuple[str, ...] = ()
    """What was undone to get `text`, in the report's words."""
    announced: str | None = None
    """The level that glab's line of prose names."""
    documents: tuple[Json, ...] | None = field(default=None, repr=False)
    """The JSON documents up to the first mistake; None where `text` does not begin as JSON."""
    flaw: str | None = None
    """The first mistake in the JSON."""
    yaml: Yaml | None = field(default=None, repr=False, compare=False)

    @property
    def trees(self) -> tuple[Json, ...]:
        """The documents of JSON or of YAML that are not empty, up to the first mistake; none where the text is neither."""
        found = self.documents if self.documents is not None else self._as_yaml[0]
        return tuple(document for document in found if document is not None)

    @property
    def tree_flaw(self) -> str | None:
        """The first mistake in the YAML; None for JSON, whose own is `flaw`."""
        return None if self.documents is not None else self._as_yaml[1]

    @property
    def _as_yaml(self) -> tuple[tuple[Json, ...], str | None]:
        return self.yaml.parsed if self.yaml is not None and self.is_lines else ((), None)

    def mentions(self, *words: bytes) -> bool:
        """Whether one of `words` is in the text: cheap, so that of a large answer only those look at every item who may know it."""
        return any(word in self.text for word in words)

    beside: Neighbours = Neighbours()
    """What lies in the file's folder."""

    @property
    def is_lines(self) -> bool:
        """Whether the text may be a dump by lines."""
        return self.documents is None and b"\0" not in self.text


def content_of(name: str, data: bytes) -> Content:
    """What the file `name` with these bytes says. Never raises."""
    text, shift, encoding = _decoded(data)
    prose = _GLAB.match(text)
    skipped = prose.end() if prose else _prose_before_json(text)
    first_line = 1 + text.count(b"\n", 0, skipped)
    rest = text[skipped:]
    announced = prose["level"].decode() if prose else None
    documents, flaw = parse(rest, first_line) if _OPENING.match(rest) else (None, None)
    if flaw is not None and _BETWEEN.search(rest):
        documents = flaw = None
    place = None if shift is None else shift + skipped
    return Content(name, rest, place, first_line, encoding, announced, documents, flaw, Yaml(rest, first_line, 0))


def _prose_before_json(text: bytes) -> int:
    prose = _PROSE_THEN_JSON.match(text)
    return prose.end() if prose else 0


def _decoded(data: bytes) -> tuple[bytes, int | None, tuple[str, ...]]:
    """The text as UTF-8, how many bytes of the file precede it (None where it was converted), and from what it was converted."""
    for mark, codec, words in _MARKS:
        if data.startswith(mark):
            return (data[len(mark) :], len(mark), ()) if codec == "utf-8" else (_converted(data[len(mark) :], codec), None, words)
    sample = data[: min(_SAMPLE, len(data) & ~1)]
    if sample and not any(sample[1::2]) and all(sample[::2]):
        return _converted(data, "utf-16-le"), None, ("utf-16le",)
    if sample and not any(sample[::2]) and all(sample[1::2]):
        return _converted(data, "utf-16-be"), None, ("utf-16be",)
    return data, 0, ()


def _converted(data: bytes, codec: str) -> bytes:
    return data.decode(codec, "replace").encode()
