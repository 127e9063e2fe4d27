"""From the forms that a pass met in a text to the texts that they are encoded in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.engine import escapes, runs
from scanner.engine.form import Via
from scanner.engine.glance import promising
from scanner.engine.joints import joined
from scanner.engine.matcher import Cluster, Hits, Matcher
from scanner.engine.packed import may_begin
from scanner.engine.spans import Run
from scanner.engine.strands import BASE64, HEX, Strand, strand
from scanner.records import dataclass

_LEAST = 12
"""Bytes of a decoded text that may hold a credential."""
_PEEKED = 128
"""Characters of base64 that tell whether a stream begins there."""
_STRANDS = {Via.BASE64: (BASE64, runs.from_base64), Via.HEX: (HEX, runs.from_hex)}


@dataclass(frozen=True, slots=True)
class Chance:
    """A second try for an anchor whose run may have hidden the value: its line alone."""

    start: int
    end: int
    """The line; the try is worthless when something was found in it."""
    via: Via
    strand: Strand
    skip: int

    def run(self) -> Run:
        """The line decoded."""
        return _STRANDS[self.via][1](self.strand, self.skip)


class Unescaper:
    """Undoes escapes in one text, each string, line or element once."""

    def __init__(self, text: bytes, language: str | None) -> None:
        """`language` is whose escapes are in `text`, if that is known."""
        self._text = text
        self._language = language
        self._done: set[tuple[Via, int]] = set()

    def strings(self, places: Iterable[int], via: Via) -> Iterator[Run]:
        """What stands around `places`, which come in order, without the escapes of one sort."""
        end = 0
        for at in places:
            if at >= end:
                part = escapes.region(self._text, at, via, self._language, end)
                end = max(part.end, at + 1)
                yield from self._undone(part, via)

    def continues(self, seam: tuple[int, int]) -> bool:
        """Whether it takes the text's own language to say what the end of a line within a value means."""
        return escapes.continues(self._text, *seam, self._language)

    def around(self, matcher: Matcher, cluster: Cluster) -> Iterator[Run]:
        """What stands around the anchors of a cluster, without the escapes that are near to them."""
        ends = dict.fromkeys(escapes.ESCAPES, 0)
        latest = 0
        for at in matcher.places(self._text, cluster):
            if at < latest:
                continue
            for via in escapes.hindering(self._text, at, at):
                if at >= ends[via]:
                    part = escapes.region(self._text, at, via, self._language, ends[via])
                    ends[via] = max(part.end, at + 1)
                    yield from self._undone(part, via)
            latest = min(ends.values())

    def _undone(self, part: escapes.Region, via: Via) -> Iterator[Run]:
        if part.end - part.start < _LEAST or (via, part.start) in self._done:
            return
        self._done.add((via, part.start))
        run = escapes.undone(self._text, part, via)
        if run is not None and len(run.text) >= _LEAST:
            yield run


def decoded(text: bytes, hits: Hits, unescaper: Unescaper, matcher: Matcher) -> Iterator[Run | Chance]:
    """Everything encoded that the forms in `hits` point at, each once, and what may be tried where that held nothing."""
    for number, packed in sorted(hits.coded.items()):
        via = Via(number)
        if via in _STRANDS:
            places = ((hit >> 2, hit & 3) for hit in packed)
            yield from _strands(text, via, promising(text, places, matcher) if via is Via.BASE64 else places)
        elif via in escapes.ESCAPES:
            strings = (hit >> 2 for hit in packed)
            yield from unescaper.strings(strings if via is not Via.QUOTED else (text.find(b"\n", at - 1) + 1 for at in strings), via)
        elif via is Via.JOINED:
            yield from _joined(text, [hit >> 2 for hit in packed], unescaper)
        else:
            yield from _others(text, via, (divmod(hit, 4) for hit in packed))


def stream(text: bytes, at: int) -> Run | None:
    """The base64 that begins at `at`, where it seems to say a compressed stream."""
    head = BASE64.run.match(text, at, at + _PEEKED)
    if head is None or not may_begin(runs.from_base64(Strand(text, (head.span(),), BASE64), 0).text):
        return None
    return runs.from_base64(strand(text, at, BASE64, at), 0)


def _strands(text: bytes, via: Via, places: Iterable[tuple[int, int]]) -> Iterator[Run | Chance]:
    alphabet, decode = _STRANDS[via]
    whole: Strand | None = None
    phases: set[tuple[int, int]] = set()
    """Where decoding began, for the whole run and for single lines: once for each is enough."""
    for at, offset in places:
        if whole is None or not whole.start <= at < whole.end:
            whole = strand(text, at, alphabet, whole.end if whole is not None and at >= whole.end else 0)
            phases.clear()
            patched = whole.unmarked() if alphabet is BASE64 else None
            whole = patched if patched is not None and not patched.skip(at, offset) else whole
        skip = whole.skip(at, offset)
        start, end = whole.line(at)
        if (start, skip) in phases or end - start < _LEAST:
            continue
        if (-1, skip) not in phases:
            run = decode(whole, skip)
            if len(run.text) >= _LEAST:
                yield run
        phases |= {(start, skip), (-1, skip)}
        alone = whole.alone(at, offset)
        if alone is not None:
            yield Chance(start, end, via, alone, alone.skip(at, offset))


def _others(text: bytes, via: Via, places: Iterable[tuple[int, int]]) -> Iterator[Run]:
    end = 0
    for at, detail in places:
        if at >= end:
            run = runs.from_list(text, at, end, detail) if via is Via.HEX_LIST else runs.from_wide(text, at, via, end)
            end = max(run.end, at + 1)
            if len(run.text) >= _LEAST:
                yield run


def _joined(text: bytes, places: Iterable[int], unescaper: Unescaper) -> Iterator[Run]:
    floor = 0
    for end in places:
        tries = joined(text, end, floor) if end > floor else []
        if tries:
            floor = tries[0].stop
            yield from unescaper.strings([end], Via.BACKSLASH) if unescaper.continues(tries[0].seam) else tries
