"""One pass of Hyperscan over a text: where detectors want to look, and where something is encoded.

Matches are folded as they come. A hostile text may hold one anchor millions of times; what is kept of that is a few bytes a match at
most, never an object.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby

import hyperscan as hs

from scanner.contract import Detector, Window
from scanner.engine.form import Via, unpack
from scanner.engine.looked import Looked, joined
from scanner.engine.marks import continued
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Cluster:
    """Anchors of one detector that are so near to each other that one look covers them all."""

    detector: int
    start: int
    end: int
    """From the first anchor's beginning to the last one's end."""


class _Track:
    """The clusters of one detector."""

    __slots__ = ("gap", "last", "starts", "stops")

    def __init__(self, gap: int) -> None:
        self.gap = gap
        self.starts = array("Q")
        self.stops = array("Q")
        self.last = -gap - 1
        """Where the newest cluster ends; it is not in `stops` yet."""


class Hits:
    """What one pass found in a text."""

    __slots__ = ("_gaps", "_tracks", "_width", "coded")

    def __init__(self, gaps: Sequence[int], width: int) -> None:
        self._gaps = gaps
        self._width = width
        self._tracks: dict[int, _Track] = {}
        self.coded: dict[int, array[int]] = {}
        """For each `Via` the forms met, in the order of their ends: four times the start, plus the place in a group of four."""

    def __bool__(self) -> bool:
        return bool(self._tracks or self.coded)

    def note(self, number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        """Takes one match from Hyperscan, which reports them in the order of their ends."""
        via, detail, length = unpack(number)
        if via:
            packed = self.coded.get(via)
            if packed is None:
                packed = self.coded[via] = array("Q")
            packed.append((end - length) * 4 + detail)
            return
        track = self._tracks.get(detail)
        if track is None:
            track = self._tracks[detail] = _Track(self._gaps[detail])
        start = max(0, end - (length or self._width))
        if not track.starts or start - track.last > track.gap:
            if track.starts:
                track.stops.append(track.last)
            track.starts.append(start)
        track.last = end

    def everything(self, detector: int, size: int) -> None:
        """Takes it that a detector wants to see a whole text of so many bytes."""
        track = self._tracks[detector] = _Track(0)
        track.starts.append(0)
        track.last = size

    def put(self, via: Via, at: int) -> None:
        """Takes it that a form of one sort is met at `at`, before all others of it."""
        self.coded.setdefault(via, array("Q")).insert(0, at * 4)

    def settle(self, text: bytes) -> None:
        """Keeps of the values that seem to be cut those which go on somewhere; called once the whole of `text` was passed."""
        cuts = self.coded.pop(Via.JOINED, ())
        ends = array("Q", (end * 4 for cut, _ in groupby(cuts) for end in continued(text, cut >> 2)))
        if ends:
            self.coded[Via.JOINED] = ends

    def leave_out(self, via: Via, start: int, end: int) -> None:
        """Forgets the forms of one sort that were met between `start` and `end`."""
        packed = self.coded.get(via)
        if packed is not None:
            self.coded[via] = array("Q", [hit for hit in packed if not start <= hit >> 2 < end])

    def clusters(self) -> Iterator[Cluster]:
        """The plain anchors, by detector and place."""
        for detector, track in sorted(self._tracks.items()):
            for start, end in zip(track.starts, (*track.stops, track.last), strict=True):
                yield Cluster(detector, start, end)


class _Places:
    """Collects where the plain anchors of one detector are: their first byte, or that of their literal where something is around it."""

    __slots__ = ("_detector", "_literals", "_text", "_width", "starts")

    def __init__(self, detector: int, literals: frozenset[bytes], text: bytes, width: int) -> None:
        """`literals` are in lower case; `text` is what is matched."""
        self._detector = detector
        self._literals = literals
        self._text = text
        self._width = width
        self.starts = array("Q")

    def note(self, number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        via, detail, length = unpack(number)
        if not via and detail == self._detector:
            self.starts.append(end - length if length else self._literal(end))

    def _literal(self, end: int) -> int:
        """Where the last literal before `end` begins."""
        start = max(0, end - self._width)
        near = self._text[start:end].lower()
        return start + max(0, *(near.rfind(literal) for literal in self._literals))


def _stop(number: int, _start: int, end: int, _flags: int, text: object) -> bool:
    """Whether the match is one: of values that seem to be cut only those that go on somewhere are."""
    return unpack(number)[0] != Via.JOINED or (isinstance(text, bytes) and bool(continued(text, end)))


class Matcher:
    """Scans texts, one at a time: Hyperscan's scratch memory belongs to it."""

    def __init__(self, database: hs.Database | None, detectors: Sequence[Detector], width: int) -> None:
        self._database = database
        self._reaches = tuple(detector.reach for detector in detectors)
        self._literals = tuple(frozenset(anchor.literal.lower() for anchor in detector.anchors) for detector in detectors)
        self._sights = tuple(detector.sight for detector in detectors)
        self._gaps = tuple(before + after for before, after in self._reaches)
        self.width = width
        """Bytes of the widest anchor with what must stand around it."""
        self._whole = tuple(number for number, detector in enumerate(detectors) if not detector.anchors)

    def scan(self, text: bytes) -> Hits:
        """Everything that an anchor, plain or encoded, points at in `text`, and all of it for detectors without anchors."""
        hits = Hits(self._gaps, self.width)
        for number in self._whole:
            hits.everything(number, len(text))
        if self._database is not None:
            self._database.scan(text, match_event_handler=hits.note)
            hits.settle(text)
        return hits

    def touches(self, text: bytes) -> bool:
        """Whether any anchor, plain or encoded, is in `text`. Ends at the first."""
        if self._database is None:
            return False
        try:
            self._database.scan(text, match_event_handler=_stop, context=text)
        except hs.ScanTerminated:
            return True
        return False

    def window(self, text: bytes, cluster: Cluster) -> Window:
        """What the cluster's detector wants to see."""
        before, after = self._reaches[cluster.detector]
        return Window(text, max(0, cluster.start - before), min(len(text), cluster.end + after))

    def sight(self, text: bytes, cluster: Cluster) -> tuple[Window, int]:
        """The same in what its detector is given to look at, and where in `text` that begins."""
        window = self.window(text, cluster)
        sight = self._sights[cluster.detector]
        if sight is None:
            return window, 0
        first = max(0, window.start - sight)
        return Window(text[first : window.end + sight], window.start - first, window.end - first), first

    def looked(self, hits: Hits) -> Looked | None:
        """What all detectors were given to look at, together; None where that is a whole text."""
        clusters = tuple(hits.clusters())
        if self._whole or any(self._sights[cluster.detector] is None for cluster in clusters):
            return None
        return joined(self._span(cluster) for cluster in clusters)

    def _span(self, cluster: Cluster) -> tuple[int, int]:
        before, after = self._reaches[cluster.detector]
        sight = self._sights[cluster.detector] or 0
        return cluster.start - before - sight, cluster.end + after + sight

    def places(self, text: bytes, cluster: Cluster) -> Iterator[int]:
        """Where the single anchors of a cluster begin, in order; where something is around their literal, where that begins."""
        part = text[cluster.start : cluster.end]
        collected = _Places(cluster.detector, self._literals[cluster.detector], part, self.width)
        if self._database is not None:
            self._database.scan(part, match_event_handler=collected.note)
        return (cluster.start + start for start in collected.starts)
