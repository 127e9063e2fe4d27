"""What each detector costs a scan: its part of the pass over a corpus, and the time that it reads.

What counts is what a pass saves where one detector is left out of the database of all, and that takes a compilation of seconds for each. What
its anchors add to a smaller database, the *ground*, takes less: the literals that all detectors' anchors become in encodings, nine tenths of
the whole. That says less than the truth of what shares its work with another's anchors, and Hyperscan chooses its algorithms for a database
as a whole: costs do not add up to the pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import hyperscan as hs

from scanner.contract import Anchor, Detector, Kind, Reading, Window
from scanner.engine import database, marks
from scanner.engine.anchors import forms, plain
from scanner.engine.engine import build
from scanner.engine.form import Form, Via
from scanner.engine.found import Limits
from scanner.model import Cost, Costs

_ROUNDS = 5
"""Passes with and without what is measured, in alternation; the fastest of each count."""
_TRIALS = 5
"""Comparisons of the ground with itself, which tell what is chance."""
_KIB = 1024


def measure(
    detectors: Sequence[Detector],
    asked: Iterable[str],
    texts: Sequence[bytes],
    *,
    cache: Path | None,
    leaving_out: bool = False,
    told: Callable[[str], None] = lambda _: None,
) -> Costs:
    """What those of `detectors` cost on `texts` whose ids are `asked`, by `leaving_out` each, or by adding each to the ground.

    `told` hears what is being measured. Raises PluginError as `build` does.
    """
    size = sum(map(len, texts))
    unit = 1e9 * _KIB / max(1, size)
    ground = tuple(form for form in forms(detectors) if leaving_out or (form.via is not Via.PLAIN and form.length))
    base = _compiled(ground)
    told("the ground")
    noise = max(abs(_added(base, _compiled(ground), texts)) for _ in range(_TRIALS)) * unit
    told("the reading")
    looked = _read(detectors, texts, cache)
    rows = []
    wanted = frozenset(asked)
    for number, detector in enumerate(detectors):
        if detector.id in wanted:
            told(detector.id)
            if leaving_out:
                added = -_added(base, _compiled(tuple(forms([*detectors[:number], *detectors[number + 1 :]]))), texts)
            else:
                added = _added(base, _compiled((*ground, *_own(detector, number))), texts)
            seen = looked[number]
            rows.append(Cost(detector.id, added * unit, seen.looks, seen.readings, seen.spent / 1e9 * unit))
    noise = max(noise, *(-row.passing for row in rows)) if rows else noise  # nothing that is added makes a pass shorter
    rows.sort(key=lambda row: (-max(row.passing, noise) - row.reading, row.detector))
    whole = database.load(detectors, cache=cache, width=Limits().width)
    passed = min(_pass(whole, texts) for _ in range(_ROUNDS)) * unit if whole is not None else 0.0
    grounded = None if leaving_out else min(_pass(base, texts) for _ in range(_ROUNDS)) * unit
    return Costs(len(texts), size, passed, grounded, noise, tuple(rows))


def _own(detector: Detector, number: int) -> Iterator[Form]:
    """What is searched for a detector alone: its anchors as they are, and where what follows them is cut or escaped."""
    for anchor in detector.anchors:
        yield plain(anchor, number)
        yield from marks.beside(anchor)


def _compiled(everything: Sequence[Form]) -> hs.Database:
    compiled = database.compiled(everything)
    compiled.scratch = hs.Scratch(compiled)
    return compiled


def _added(base: hs.Database, more: hs.Database, texts: Sequence[bytes]) -> float:
    """Seconds that a pass with `more` takes beyond one with `base`."""
    times = [(_pass(base, texts), _pass(more, texts)) for _ in range(_ROUNDS)]
    return min(after for _, after in times) - min(before for before, _ in times)


def _pass(searched: hs.Database, texts: Sequence[bytes]) -> float:
    """Seconds of CPU for one pass over everything."""
    begun = time.thread_time()
    for text in texts:
        searched.scan(text, match_event_handler=_ignored)
    return time.thread_time() - begun


def _ignored(_number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
    """Takes a match and does nothing with it."""


class _Timed:
    """A detector whose reading is timed."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.looks = self.readings = self.spent = 0

    @property
    def id(self) -> str:
        return self._detector.id

    @property
    def title(self) -> str:
        return self._detector.title

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return self._detector.kinds

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        return self._detector.anchors

    @property
    def reach(self) -> tuple[int, int]:
        return self._detector.reach

    @property
    def sight(self) -> int | None:
        return self._detector.sight

    def read(self, window: Window) -> Iterable[Reading]:
        """What the detector reads, all of it at once."""
        begun = time.thread_time_ns()
        readings = tuple(self._detector.read(window))
        self.spent += time.thread_time_ns() - begun
        self.looks += 1
        self.readings += len(readings)
        return readings


def _read(detectors: Sequence[Detector], texts: Sequence[bytes], cache: Path | None) -> list[_Timed]:
    """The detectors, once they have read everything that a scan of these texts shows them: a second time, when their patterns are compiled."""
    timed = [_Timed(detector) for detector in detectors]
    engine = build(timed, cache=cache)
    for _ in range(2):
        for one in timed:
            one.looks = one.readings = one.spent = 0
        for text in texts:
            engine.examine(text)
    return timed
