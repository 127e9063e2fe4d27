"""The engine: a blob in, everything that any detector recognises in it out, however it is encoded.

A text is passed once; detectors look where their anchors are; what is encoded around an anchor becomes a text of its own and is examined
before the outer one goes on. There is no recursion, and what a blob may cost is bounded by `Limits`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from scanner.contract import Check, Detector, Reading, Window
from scanner.engine import database, escapes
from scanner.engine.decoding import Unescaper, decoded, stream
from scanner.engine.dumps import dump_begun
from scanner.engine.filters import dummy_reason
from scanner.engine.form import WIDEST, Via
from scanner.engine.found import NOTHING, Examined, Found, Layer, Limits
from scanner.engine.joints import Joined
from scanner.engine.matcher import Cluster, Hits, Matcher
from scanner.engine.overlap import settle
from scanner.engine.packed import unpacked, whole_packed
from scanner.engine.runs import Wide, whole_wide
from scanner.engine.samples import sample_reason
from scanner.engine.spans import Run, Spans
from scanner.errors import PluginError
from scanner.records import dataclass, field, replace


def build(detectors: Sequence[Detector], *, cache: Path | None, limits: Limits | None = None) -> Engine:
    """An engine for these detectors. `cache` is a folder, made if need be, that keeps what is slow to prepare; None keeps nothing.

    Raises PluginError, which names the detector, for an anchor that is empty, too wide or no expression.
    """
    bounds = limits or Limits()
    return Engine(detectors, Matcher(database.load(detectors, cache=cache, width=bounds.width), detectors, bounds.width), bounds)


class Engine:
    """Examines blobs, one at a time; two threads need two engines. Made by `build`."""

    def __init__(self, detectors: Sequence[Detector], matcher: Matcher, limits: Limits) -> None:
        self._detectors = tuple(detectors)
        self._matcher = matcher
        self._limits = limits

    @property
    def most(self) -> int:
        """How many values of one blob are reported."""
        return self._limits.found

    @property
    def reach(self) -> int:
        """How many bytes on either side of a place can have part in an anchor that is there."""
        return max(self._matcher.width, WIDEST) + 1

    def inherits(self, data: bytes, fresh: bytes) -> bool:
        """Whether `examine` is certain to find nothing in `data`, if it found nothing in what all of it but `fresh` was copied from.

        `fresh` are the parts that were not, one after the other, each with `reach` bytes around it. What detectors looked at has to be
        among what was copied (`looked.carried`). Cheap.
        """
        return not self._matcher.touches(fresh) and whole_wide(data) is None

    def touches(self, data: bytes) -> bool:
        """Whether any anchor is in `data`, plain or encoded: if not, `examine` finds nothing. Cheap."""
        if self._matcher.touches(data):
            return True
        wide = whole_wide(data)
        return wide is not None and self._matcher.touches(wide.text)

    def examine(self, data: bytes, *, hint: str = "", before: Preceding | None = None) -> Examined:
        """Every value that a detector recognises in `data`, in the order of places.

        `hint` is the path of the blob, which tells whose backslashes are in it; `before` is for a part of a larger text. Raises
        PluginError when a detector fails.
        """
        hits = self._matcher.scan(data)
        wide = whole_wide(data) if before is None else before.wide_run(data)
        if before is not None and before.cut and (at := dump_begun(data)) is not None:
            hits.put(Via.HEX_LIST, at)
        if not hits and wide is None:
            return NOTHING
        return _Examination(self._detectors, self._matcher, self._limits, len(data)).of(_Text(data, hint, before=before), hits, wide)


@dataclass(frozen=True, slots=True)
class Preceding:
    """What stands before a part of a text, as far as it matters for what the part means."""

    opening: bytes = field(repr=False)
    """How the whole text begins; of one in wide characters how it begins in UTF-8."""
    wide: Wide | None = None
    """What the whole text is written in, where that is wide characters; `begin` is that of the part."""
    cut: bool = False
    """Whether anything stands before the part at all."""
    mail: bool = False
    """Whether somewhere before mail in quoted-printable begins."""

    def wide_run(self, part: bytes) -> Run | None:
        """The part in one piece, where the whole text is in wide characters."""
        return None if self.wide is None else self.wide.run(part)


@dataclass(frozen=True, slots=True, eq=False)
class _Text:
    """A text on the way, and how it came out of another one."""

    data: bytes
    hint: str = ""
    depth: int = 0
    origin: tuple[_Text, Run] | None = None
    before: Preceding | None = None

    @property
    def language(self) -> str | None:
        """Whose escapes are in it."""
        return escapes.dialect(self.hint, self.data if self.before is None else self.before.opening)


class _Examination:
    """The state of one `Engine.examine`: what was found so far, and what may still be decoded."""

    def __init__(self, detectors: Sequence[Detector], matcher: Matcher, limits: Limits, size: int) -> None:
        self._detectors = detectors
        self._matcher = matcher
        self._limits = limits
        self._left = limits.budget(size)
        self._found: list[Found] = []
        self._doubtful: list[tuple[_Text, Cluster, Via, Found]] = []
        self._through: defaultdict[tuple[_Text, str], Spans] = defaultdict(Spans)
        """Where in a text something was found by undoing an encoding: for each detector and, under an empty name, for all of them."""
        self._joined: defaultdict[int, Spans] = defaultdict(Spans)
        """Where in a text values were put together from pieces, by the identity of its bytes."""
        self._skipped: Counter[str] = Counter()
        self._mail = False
        self._plain = True
        """Whether detectors were asked, and that is all that was done."""

    def of(self, text: _Text, hits: Hits, wide: Run | None) -> Examined:
        """Everything in `text` and in what is encoded in it."""
        self._plain = not hits.coded and wide is None and text.before is None
        ways = [self._inner(text, hits, wide)]
        while ways:
            inner = next(ways[-1], None)
            if inner is None:
                ways.pop()
                continue
            hits, whole = self._matcher.scan(inner.data), whole_wide(inner.data) or whole_packed(inner.data, self._room())
            if hits or whole is not None:
                ways.append(self._inner(inner, hits, whole))
        ends: dict[tuple[_Text, str], int] = {}
        for outer, cluster, via, found in self._doubtful:
            if cluster.start >= ends.get((outer, found.detector), 0):
                ends[outer, found.detector] = self._read_meaning(outer, cluster, via)
            if not self._through[outer, "" if via is Via.QUOTED else found.detector].meet(found.reading.start, found.reading.end):
                self._found.append(found)
        told = settle(found for found in self._found if not self._is_piece(found))
        looked = None if self._found or self._skipped or not self._plain else self._matcher.looked(hits)
        return Examined(told, dict(self._skipped), self._mail, looked)

    def _is_piece(self, found: Found) -> bool:
        """Whether this is a piece of a value that was put together from several."""
        inside = self._joined.get(id(found.layers[-1].text))
        return inside is not None and found.reading.check is not Check.PASSED and inside.meet(found.reading.start, found.reading.end)

    def _inner(self, text: _Text, hits: Hits, whole: Run | None) -> Iterator[_Text]:
        """Reads what stands in `text`; then what is encoded in it, one after the other: each is examined before the next is asked for.

        `whole` is the text in one piece, where all of it is in one encoding.
        """
        language = text.language
        hidden, garbled = self._read(text, hits, language)
        self._plain = self._plain and not hidden and not garbled
        streams = hits.coded.pop(Via.PACKED, ())
        if text.origin is not None and isinstance(text.origin[1], Joined):
            hits.coded.pop(Via.JOINED, None)
        if text.depth == self._limits.depth:
            self._skipped.update({"decode-depth": 1} if hits.coded or whole else {})
            return
        if whole is not None:
            for via in (Via.UTF_16LE, Via.UTF_16BE, Via.UTF_32):
                hits.coded.pop(via, None)
            yield from self._entered(text, whole, text.hint, text.before)
        yield from self._unpacked(text, streams, whole, hits)
        unescaper = Unescaper(text.data, language)
        again = (run for via, places in garbled.items() for run in unescaper.strings(places, via))
        around = (run for cluster in hidden for run in unescaper.around(self._matcher, cluster))
        for step in chain(decoded(text.data, hits, unescaper, self._matcher), again, around):
            if isinstance(step, Run):
                yield from self._entered(text, step)
            elif not self._through[text, ""].meet(step.start, step.end):
                yield from self._entered(text, step.run())
            if not self._left:
                return

    def _unpacked(self, text: _Text, places: Iterable[int], whole: Run | None, hits: Hits) -> Iterator[_Text]:
        """The compressed streams that begin somewhere in `text`. One that is a file, or in a file, its source has opened.

        What looks like an anchor in base64 of such a stream is there by chance, and no longer in `hits`.
        """
        end = whole.end if whole is not None else 0
        for hit in places:
            at, coded = divmod(hit, 4)
            run = None
            if at >= end and coded:
                run = stream(text.data, at)
            elif at >= end and text.depth:
                run = unpacked(text.data, at, self._room())
            if run is not None:
                end = run.end
                if coded:
                    hits.leave_out(Via.BASE64, run.start, run.end)
                yield from self._entered(text, run)

    def _room(self) -> int:
        """Bytes that one more decoded text may have."""
        return max(0, self._left - self._limits.toll)

    def _entered(self, text: _Text, run: Run, hint: str = "", before: Preceding | None = None) -> Iterator[_Text]:
        cost = len(run.text) + self._limits.toll
        if run.step == "gzip" and cost == self._left:  # it was cut off there
            self._skipped["decode-budget"] = 1
        if cost > self._left:
            self._skipped["decode-budget"] = 1
            self._left = 0
            return
        self._left -= cost
        yield _Text(run.text, hint, text.depth + 1, (text, run), before)

    def _read(self, text: _Text, hits: Hits, language: str | None) -> tuple[list[Cluster], dict[Via, list[int]]]:
        """Asks the detectors, and returns where escapes may have kept one of them from reading what is meant.

        That is clusters without any reading, and the places of readings with escapes inside.
        """
        hidden: list[Cluster] = []
        garbled: defaultdict[Via, list[int]] = defaultdict(list)
        mail = hits.coded[Via.QUOTED][0] >> 2 if Via.QUOTED in hits.coded else len(text.data)
        self._mail = self._mail or (Via.QUOTED in hits.coded and (text.depth == 0 or text.before is not None))
        if text.before is not None and text.before.mail:
            mail = -1
        pieces = text.origin[1] if text.origin is not None else None
        for cluster in hits.clusters():
            silent = True
            window, offset = self._matcher.sight(text.data, cluster)
            for seen in self._readings(cluster.detector, window):
                reading = replace(seen, start=seen.start + offset, end=seen.end + offset) if offset else seen
                silent = False
                if isinstance(pieces, Joined) and not pieces.vouches(reading):
                    continue
                found = self._made(text, self._detectors[cluster.detector].id, reading)
                via = escapes.meant(text.data, reading.start, reading.end, language)
                if via is None and reading.start > mail and escapes.mailed(text.data, reading.start, reading.end):
                    via = Via.QUOTED
                if via is not None:
                    garbled[via].append(reading.start)
                    self._doubtful.append((text, replace(cluster, start=reading.start, end=reading.end), via, found))
                else:
                    self._found.append(found)
            if silent and self._detectors[cluster.detector].anchors and escapes.hindering(text.data, cluster.start, cluster.end):
                hidden.append(cluster)
        return hidden, {via: sorted(places) for via, places in garbled.items()}

    def _read_meaning(self, text: _Text, value: Cluster, via: Via) -> int:
        """Asks the detector again, with the string around `value` put in as its language means it; returns where the string ends.

        That is for values which only what stands before their string tells. Readings of anything else around it do not count.
        """
        part = escapes.region(text.data, value.start, via, text.language, 0)
        run = escapes.undone(text.data, part, via)
        detector = self._detectors[value.detector].id
        if run is None or self._through[text, detector].meet(value.start, value.end):
            return part.end
        around = self._matcher.window(text.data, replace(value, start=run.start, end=run.end))
        reach = around.end - run.end
        before, after = text.data[max(0, around.start - reach) : run.start], text.data[run.end : around.end]
        inside = _Text(run.text, "", text.depth + 1, (text, run))
        whole = before + run.text + after
        for reading in self._readings(value.detector, Window(whole, 0, len(whole))):
            start, end = reading.start - len(before), reading.end - len(before)
            if start >= 0 and end <= len(run.text):
                self._found.append(self._made(inside, detector, replace(reading, start=start, end=end)))
        return part.end

    def _readings(self, number: int, window: Window) -> Iterator[Reading]:
        detector = self._detectors[number]
        if "too-many" in self._skipped:
            return
        try:
            for reading in detector.read(window):
                if len(self._found) + len(self._doubtful) == self._limits.found:
                    self._skipped["too-many"] = 1
                    self._left = 0
                    return
                yield reading
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises may quote what it read
            message = f"detector {detector.id} failed: {type(error).__name__}"
            raise PluginError(message) from None

    def _made(self, text: _Text, detector: str, reading: Reading) -> Found:
        """The reading with all layers above it."""
        start, end = reading.start, reading.end
        layers = [Layer(text.data, start, end, None)]
        joined = False
        while text.origin is not None:
            text, run = text.origin
            start, end = run.locate(start, end)
            layers.append(Layer(text.data, start, end, run.step))
            joined = joined or isinstance(run, Joined)
            if joined:
                self._joined[id(text.data)].add(start, end)
            self._through[text, ""].add(start, end)
            self._through[text, detector].add(start, end)
        if reading.sample is None and (sample := sample_reason(reading, layers[0].text, reading.start)) is not None:
            reading = replace(reading, sample=sample)
        return Found(detector, reading, tuple(reversed(layers)), reading.dummy or dummy_reason(reading))
