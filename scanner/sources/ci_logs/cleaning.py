r"""What CI systems and terminals put between the characters of a log, taken out, so that no value is hidden by it.

- Times at the beginning of lines: RFC 3339 with a blank (GitHub, Azure Pipelines), followed by `00O ` (GitLab, see below), in brackets or
  as `12:00:00` with two blanks (Jenkins' Timestamper), `ESC _bk;t=1700000000000 BEL` anywhere (Buildkite), BuildKit's `#8 0.123 `.
- Job and step in columns before the time, as `gh run view --log` prints them.
- Control sequences of ECMA-48. What one of them carries as text (a link, a title, a note of Jenkins) is read too, see `asides`.
- A carriage return begins a line of its own: what was overwritten is still in the log.

Sources: GitLab Runner's documentation of `FF_TIMESTAMPS` (after the time two digits for the stream, `O` or `E`, and `+` where the line goes on
with what the stream's last one has, see `streams`); `hudson.console.ConsoleNote` of Jenkins; Timestamper's documentation; Buildkite's terminal-to-html;
ECMA-48, 5.4 and 5.6.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Protocol

from scanner.contract import Rx, rx
from scanner.records import dataclass
from scanner.sources.ci_logs.chunks import GOES_ON, Pull, Width, chunks
from scanner.sources.ci_logs.streams import in_order

_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2} (?: [.,][0-9]{1,9}+ )?+ (?: Z | [+-][0-9]{2}:?[0-9]{2} )"
_STAMP = rf"(?: {_TIME} (?: [ ] | (?= [\r\n] | \Z ) ) | \[ {_TIME} \][ ] )"
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2} (?: [.,][0-9]{1,6} )? [ ]{2}"
_BUILDKIT = r"\#[0-9]{1,5} [ ] [0-9]{1,7}\.[0-9]{1,3} [ ]"
_MARK = r"\xef\xbb\xbf"
_BEHIND = rf"(?: (?= [0-9\[\#] ) (?: {_STAMP} )?+ (?: {_BUILDKIT} )?+ )?+"
_COLUMNS = rf"(?P<job> [^\t\r\n]{{1,256}}+ ) \t (?P<step> [^\t\r\n]{{1,1024}}+ ) \t (?: {_MARK} )?+ (?= {_TIME} )"

_LEAD = rf"\n (?: {_STAMP} (?: [0-9a-f]{{2}}[EO][ ] )?+ {_BEHIND} | {_CLOCK} | {_BUILDKIT} | {_MARK} (?: {_STAMP} )?+ )"
_LEADS = rx(_LEAD)
_STREAMS = rx(rf"\n {_TIME} [ ] (?P<stream> [0-9a-f]{{2}}[EO] ) (?P<more> [ +] ) {_BEHIND} | {_LEAD}")
_IN_COLUMNS = rx(rf"\n (?: {_MARK} )?+ (?: {_COLUMNS} )?+ {_STAMP} {_BEHIND}")
_FIRST_COLUMNS = rx(rf"\A (?: {_MARK} )? {_COLUMNS}")
_TIMED = rx(rf"\A (?: {_MARK} )? {_TIME} (?: [ ] | [\r\n] | \Z )")
_NOTE = b"\x1b[8mha:"
_NOTED = r"\x1b \[8mha: (?P<note> [A-Za-z0-9+/=]{1,65536}+ ) \x1b \[0m"
_NOTES = rx(_NOTED)
_TIME_SIGN = b"\x1b_bk;t="
_TIMES = rx(r"\x1b_bk;t=[0-9]{1,20}\x07")
_COLOURS = rx(r"\x1b \[ [0-9;]{0,32}+ [mK]")
_LINE_ENDS = rx(r"\r\n")
_WORD = r"[0-9A-Za-z_.:~+/=-]{11,1024}"
_SIGNED = rf"""
    \x1b \[ [0-?]{{0,64}}+ [ -/]{{0,8}}+ (?: [mKJHABCDG] | (?= (?P<final> [@-~] {_WORD} ) ) [@-~] | [@-~] )
    | \x1b_bk;t=[0-9]{{1,20}} \x07
    | \x1b [\]_PX^] (?P<text> [^\x07\x1b\n]{{0,4096}}+ ) (?: \x07 | \x1b \\ )
    | \x1b (?: (?= (?P<escaped> [0-~] {_WORD} ) ) [0-~] | [ -/]{{0,4}}+ [0-~] )?
    | \r{{1,64}}+ (?= \n | \Z ) | (?P<over> \r )
"""
_SIGNS = rx(_SIGNED)
"""What ends a control sequence may also be the first letter of a value that stands behind a broken one; then both are read."""
_ALL = rx(rf"{_NOTED} | {_SIGNED}")
_ASIDES = frozenset({"note", "text", "final", "escaped"})

By = bytes | Callable[[re.Match[bytes]], bytes]
"""What stands in the clean text for what is taken out."""


class Step(Protocol):
    """Something that is done to a text, once after the other."""

    def clean(self, text: bytes) -> bytes:
        """The text afterwards."""
        ...

    def stretches(self, text: bytes) -> Iterator[tuple[bytes, int]]:
        """The same in parts, each with the place in the text that it comes from."""
        ...


class Kept:
    """The stretches of a text that a step kept, in order."""

    def __init__(self) -> None:
        self._starts = array("Q")
        self._before = array("Q")

    def add(self, start: int, before: int) -> None:
        """One more, which begins at `start` and began at `before` until something was taken out."""
        self._starts.append(start)
        self._before.append(before)

    def origin(self, place: int) -> int:
        """Where what is at `place` was before."""
        at = max(0, bisect_right(self._starts, place) - 1)
        return self._before[at] + place - self._starts[at] if self._starts else place


@dataclass(frozen=True, slots=True)
class Manner:
    """How a log is written, told from its beginning."""

    width: Width | None = None
    columns: bool = False
    """Whether job and step stand before the time of each line."""


class Clean:
    """A chunk without what was taken out, and the way back, which is worked out when it is first asked for: few chunks hold anything."""

    def __init__(self, text: bytes, chunk: bytes, ways: Callable[[], list[Kept]]) -> None:
        """`ways` are those back from one step of cleaning to the one before it, the last step first."""
        self.text = text
        self.chunk = chunk
        self._ways_back = ways

    @cached_property
    def _ways(self) -> list[Kept]:
        return self._ways_back()

    def origin(self, place: int) -> int:
        """Where in the chunk stood what is at `place` in the text."""
        for kept in self._ways:
            place = kept.origin(place)
        return place

    def columns(self, place: int) -> tuple[bytes, bytes] | None:
        """Job and step before the time of the line at `place` in the text; None where they are not there."""
        line = self.chunk.rfind(b"\n", 0, self.origin(place))
        row = _IN_COLUMNS.match(self.chunk, line) if line >= 0 else None
        return None if row is None or row["job"] is None else (row["job"], row["step"])


class Cleaner:
    """Cleans the chunks of one log, one after the other."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._stream: bytes | None = None
        """Of GitLab, that wrote the last line."""
        self.carries = False
        """Whether any control sequence so far carried a text."""

    def clean(self, pull: Pull) -> Pull:
        """The whole log, clean."""
        return _pulled(clean.text for clean in self.traced(pull))

    def carried(self, pull: Pull) -> Pull:
        """What control sequences carry as text, a line for each."""
        return _pulled(clean.text for clean in self.asides(pull))

    def traced(self, pull: Pull) -> Iterator[Clean]:
        """The clean log chunk by chunk, with the way back; here the first one begins with the line break that the log does not have."""
        for chunk in chunks(pull, self._manner.width):
            yield self._cleaned(chunk)

    def asides(self, pull: Pull) -> Iterator[Clean]:
        """What is carried likewise, the line break before each line."""
        for chunk in chunks(pull, self._manner.width):
            parts: list[bytes] = []
            kept = Kept()
            size = 0
            for taken in _ALL.finditer(chunk):
                group = taken.lastgroup or ""
                if group in _ASIDES and taken[group]:
                    kept.add(size, taken.start())
                    kept.add(size + 1, taken.start(group))
                    parts.append(b"\n" + taken[group].replace(b"\r", b" "))
                    size += len(parts[-1])
            yield Clean(b"".join(parts), chunk, partial(_one, kept))

    def _cleaned(self, chunk: bytes) -> Clean:
        steps: list[Step] = []
        text = chunk
        for chosen in (self._notes, self._leads, _times, _colours, _line_ends, self._signs):
            step = chosen(text)
            if step is not None:
                steps.append(step)
                text = step.clean(text)
        last = _STREAMS.match(chunk, chunk.rfind(b"\n"))
        self._stream = last["stream"] if last is not None else None
        return Clean(text, chunk, lambda: _led_back(chunk, steps))

    def _notes(self, text: bytes) -> Step | None:
        return _Taking(_NOTES, self._sign) if _NOTE in text else None

    def _leads(self, text: bytes) -> Step:
        if self._manner.columns:
            return _Taking(_IN_COLUMNS, b"\n")
        if (b"O+" in text or b"E+" in text) and GOES_ON.search(text):
            return _Gathering(self._stream)
        return _Taking(_LEADS, b"\n")

    def _signs(self, text: bytes) -> Step | None:
        return _Taking(_SIGNS, self._sign) if b"\x1b" in text or b"\r" in text else None

    def _sign(self, taken: re.Match[bytes]) -> bytes:
        if taken.lastgroup == "over":
            return b"\n"
        if taken.lastgroup in _ASIDES:
            self.carries = True
        return b""


def has_columns(head: bytes) -> bool:
    """Whether the first line of a log is one of `gh run view --log`."""
    return _FIRST_COLUMNS.match(head) is not None


def _one(kept: Kept) -> list[Kept]:
    return [kept]


def begins_with_time(head: bytes) -> bool:
    """Whether a log's first line has the time before it."""
    return _TIMED.match(head) is not None


def _times(text: bytes) -> Step | None:
    return _Taking(_TIMES, b"") if _TIME_SIGN in text else None


def _colours(text: bytes) -> Step | None:
    return _Taking(_COLOURS, b"") if b"\x1b" in text else None


def _line_ends(text: bytes) -> Step | None:
    return _Taking(_LINE_ENDS, b"\n") if b"\r\n" in text else None


class _Taking:
    """Takes out what a pattern matches."""

    def __init__(self, pattern: Rx, by: By) -> None:
        self._pattern = pattern
        self._by = by

    def clean(self, text: bytes) -> bytes:
        return self._pattern.sub(self._by, text)

    def stretches(self, text: bytes) -> Iterator[tuple[bytes, int]]:
        at = 0
        for taken in self._pattern.finditer(text):
            start, end = taken.span()
            yield text[at:start], at
            yield self._by if isinstance(self._by, bytes) else self._by(taken), start
            at = end
        yield text[at:], at


class _Gathering:
    """Puts lines together that were written in several goes."""

    def __init__(self, before: bytes | None) -> None:
        self._before = before

    def clean(self, text: bytes) -> bytes:
        return b"".join(text[start:end] for start, end in in_order(text, _STREAMS, self._before))

    def stretches(self, text: bytes) -> Iterator[tuple[bytes, int]]:
        return ((text[start:end], start) for start, end in in_order(text, _STREAMS, self._before))


def _led_back(text: bytes, steps: list[Step]) -> list[Kept]:
    """The ways back through some steps, the last one first."""
    ways: list[Kept] = []
    for step in steps:
        kept, left = Kept(), bytearray()
        for part, start in step.stretches(text):
            if part:
                kept.add(len(left), start)
                left += part
        text = bytes(left)
        ways.append(kept)
    return ways[::-1]


def _pulled(texts: Iterator[bytes]) -> Pull:
    """The texts one after the other without the line break before the first. How much is asked for is a wish: a text comes as it is."""
    first = True

    def pull(_: int) -> bytes:
        nonlocal first
        for text in texts:
            rest, first = (text.removeprefix(b"\n") if first else text), first and not text
            if rest:
                return rest
        return b""

    return pull
