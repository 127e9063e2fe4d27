"""Detector fixtures, and a detector by itself: what the engine does for one text, without the engine."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path

from scanner.contract import Anchor, Detector, Fact, Reading, Window
from tests.support.templates import expand

BUILTIN = EntryPoint("builtin", "detectors", "keytrail.detectors")
"""The entry point of the built-in detectors, also where the project is not installed."""
FOLDER = Path(__file__).parents[2] / "fixtures" / "detectors"
_OPEN, _CLOSE = "«".encode(), "»".encode()


@dataclass(frozen=True, slots=True)
class Case:
    """One text and what a detector must say of it. Every value is marked `«…»` in the fixture."""

    name: str
    detector: str
    text: str = field(repr=False)
    """Not expanded, so that collecting tests makes no keys."""
    kind: str = ""
    """Empty where nothing must be found."""
    check: str | None = None
    confidence: str | None = None
    steps: tuple[str, ...] | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    attributes: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def expanded(self) -> tuple[bytes, tuple[tuple[int, int], ...]]:
        """The text, and the spans of the values in it."""
        return unmarked(expand(self.text))


def cases() -> Iterator[Case]:
    """All cases of all fixture files."""
    for path in sorted(FOLDER.glob("*.toml")):
        tables = tomllib.loads(path.read_text())
        for sort in ("match", "clean"):
            for number, table in enumerate(tables.get(sort, ())):
                yield _case(f"{path.stem}-{sort}-{number}-{table.pop('name', table['detector'])}", table, clean=sort == "clean")


def _case(name: str, table: dict[str, object], *, clean: bool) -> Case:
    why = table.pop("why", "")
    if clean and not why:
        message = f"{name}: a clean case says why"
        raise ValueError(message)
    steps = table.pop("steps", None)
    known = {key: table.pop(key) for key in ("kind", "check", "confidence", "facts") if key in table}
    detector, text = table.pop("detector"), table.pop("text")
    return Case(name, str(detector), str(text), steps=tuple(steps) if isinstance(steps, list) else None, attributes=table, **known)  # type: ignore[arg-type]  # TOML has no types; a wrong one fails the case


def unmarked(text: bytes) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """The text without its marks, and the spans they marked."""
    plain, spans = b"", []
    for part in re.split(b"(" + _OPEN + b"(?:[^\xc2]|\xc2(?!\xbb))*" + _CLOSE + b")", text):
        if part.startswith(_OPEN):
            value = part.removeprefix(_OPEN).removesuffix(_CLOSE)
            spans.append((len(plain), len(plain) + len(value)))
            plain += value
        else:
            plain += part
    return plain, tuple(spans)


def read(detector: Detector, text: bytes) -> list[Reading]:
    """What the detector says of a text, each value once, in the order of places: anchors first, then a look at the windows around them."""
    found: dict[tuple[int, int, str, bytes], Reading] = {}
    for start, end in windows(detector, text):
        for reading in detector.read(Window(text, start, end)):
            found[reading.start, reading.end, reading.kind, reading.secret.reveal()] = reading
    return [found[key] for key in sorted(found)]


def windows(detector: Detector, text: bytes) -> Iterator[tuple[int, int]]:
    """The stretches that its anchors point at."""
    before, after = detector.reach
    if not detector.anchors:
        yield 0, len(text)
    for anchor in detector.anchors:
        for match in _compiled(anchor).finditer(text):
            yield max(0, match.start("literal") - before), min(len(text), match.end("literal") + after)


@cache
def _compiled(anchor: Anchor) -> re.Pattern[bytes]:
    pattern = b"(?:%b)(?P<literal>%b)(?=%b)" % (anchor.before, re.escape(anchor.literal), anchor.then)
    return re.compile(pattern, re.IGNORECASE if anchor.caseless else 0)
