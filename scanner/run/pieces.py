"""A text that is larger than a window, in pieces that are examined one after the other.

Each piece is handed over with what stands around it, and has for its own what begins between `start` and `end`: so everything is found
once, as long as it, and what tells what it is, is no longer than what is handed over on either side. That is more than any detector looks at,
also where the value is in base64 inside wide characters.

Two things are undone only as far as a piece goes: a compressed stream in base64 that is longer, and wide characters in the midst of something
else, whose lines are counted from where the piece begins. Names of places are those of their lines, which holds for every text of this size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanner.engine import Preceding, Wide, wide_of
from scanner.records import dataclass, field

Pull = Callable[[int], bytes]
"""Gives at most so many of the next bytes, and none at the end."""

_ALIGNED = 4
"""Bytes of the widest character: every piece of wide characters begins between two of them."""
_OPENING = 4096
"""Bytes of the beginning that are kept for what it tells of the whole."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """In bytes; all of them multiples of four."""

    window: int = 14 << 20
    """What a piece has for its own. With what is around it a piece has no more than is looked at for public keys, 16 MiB."""
    behind: int = 256 << 10
    """What it is given before that, at least half of it where a line begins there: as much as a column is counted over, in four bytes a character."""
    ahead: int = 1 << 20
    """What it is given after that: the longest look of a detector (a PKCS #12 store, 256 KiB) in base64 and UTF-16 takes 700 KiB."""


USUAL = Sizes()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, with what stands around it."""

    data: bytes = field(repr=False)
    start: int
    """Where in `data` begins what is the piece's own."""
    end: int
    lines: int
    """Ends of lines in the whole text before `data`."""
    wide_lines: int
    """The same, where the text is in wide characters."""
    before: Preceding


def pieces(pull: Pull, sizes: Sizes | None = None) -> Iterator[Piece]:
    """All pieces of a text, in order; at least one. `Piece.before.mail` is never set: only who examines them knows."""
    sizes = sizes or USUAL
    held, ended = _filled(b"", pull, sizes.window + sizes.ahead)
    wide = wide_of(held[:_OPENING])
    opening = held[:_OPENING] if wide is None else wide.run(held[:_OPENING]).text
    start = lines = wide_lines = 0
    while True:
        end = len(held) if ended else start + sizes.window
        yield Piece(held, start, end, lines, wide_lines, Preceding(opening, wide, cut=start > 0))
        if ended:
            return
        cut = _cut(held, end, sizes.behind, wide)
        gone = held[:cut]
        lines += gone.count(b"\n")
        if wide is not None and cut:
            wide_lines += wide.run(gone).text.count(b"\n")
            wide = wide._replace(begin=0)
        start = end - cut
        rest = held[cut:]
        del gone, held
        held, ended = _filled(rest, pull, start + sizes.window + sizes.ahead)


def _filled(held: bytes, pull: Pull, size: int) -> tuple[bytes, bool]:
    """What is held with what follows, `size` bytes or one more, and whether that is all."""
    parts = [held]
    have = len(held)
    while have <= size:
        part = pull(size + 1 - have)
        if not part:
            return b"".join(parts), True
        parts.append(part)
        have += len(part)
    return b"".join(parts), False


def _cut(held: bytes, end: int, behind: int, wide: Wide | None) -> int:
    """Where what is handed over with the next piece begins, which has for its own what begins at `end`: at a line, if one is near."""
    cut = end - behind
    if cut <= 0:
        return 0
    if wide is not None:
        return cut - cut % _ALIGNED
    return held.find(b"\n", cut, cut + behind // 2) + 1 or cut
