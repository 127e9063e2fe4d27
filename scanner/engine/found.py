"""What the engine hands out, and the bounds it keeps to."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.contract import Reading
from scanner.engine.looked import Looked
from scanner.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on the work that one blob can ask for."""

    depth: int = 5
    """Encodings undone one inside the other."""
    ratio: int = 4
    """Decoded bytes for each byte of the blob, over all its decoded texts together."""
    spare: int = 1 << 20
    """Decoded bytes on top of that, so that a small blob is decoded to its end."""
    toll: int = 128
    """Bytes that every decoded text is charged beside its own, so that a million tiny ones are no way around `ratio`."""
    found: int = 100_000
    """Values in one blob that are reported; nobody asks for the next one."""
    width: int = 256
    """Bytes that the widest anchor may match, with what it wants before and after itself."""

    def budget(self, size: int) -> int:
        """Decoded bytes that a blob of `size` bytes may lead to."""
        return self.ratio * size + self.spare


@dataclass(frozen=True, slots=True)
class Layer:
    """One text on the way from the blob to the value, outermost first."""

    text: bytes = field(repr=False)
    start: int
    end: int
    """Span of the encoded bytes that hold the value; in the last layer, of the value as it is written there."""
    encoding: str | None
    """The step that leads from this layer to the next; None for the last."""


@dataclass(frozen=True, slots=True)
class Found:
    """One value that a detector recognised, and the way to it."""

    detector: str
    """Detector id."""
    reading: Reading
    """Its spans are those of the innermost layer."""
    layers: tuple[Layer, ...]
    dummy: str | None = None
    """Why this is no real credential although it looks like one; a sentence without the value."""

    @property
    def encoding(self) -> tuple[str, ...]:
        """Everything that was undone to read the value, outermost first."""
        steps = tuple(layer.encoding for layer in self.layers if layer.encoding is not None)
        return steps + self.reading.steps

    @property
    def span(self) -> tuple[int, int]:
        """The stretch of the blob that holds the value."""
        return self.layers[0].start, self.layers[0].end


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything in one blob, in the order of places, and what was left aside."""

    found: tuple[Found, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Counts of what was left aside: `decode-depth`, `decode-budget`, `too-many`."""
    mail: bool = False
    """Whether mail in quoted-printable begins in it."""
    looked: Looked | None = None
    """Where detectors looked, of a text in which nothing was found and nothing was decoded; None where more was done."""


NOTHING = Examined(looked=())
"""Of a text that no anchor is in: the same object each time, so that whoever reads a million such texts can tell at once."""
