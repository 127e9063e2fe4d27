"""Where detectors looked, and where that is in what is made from it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from scanner.contract import SIGHT, Anchor, Kind, Reading, RegexDetector, Secret, Window
from scanner.engine import Looked, build, carried
from scanner.engine.looked import joined
from tests.scanner.engine.fakes import PASSWORD, TOKEN, engine, kind
from tests.support import tokens

SPANS = st.lists(st.tuples(st.integers(-5, 40), st.integers(1, 12)).map(lambda span: (span[0], span[0] + span[1])), max_size=4)
PIECES = st.lists(st.one_of(st.tuples(st.integers(0, 29), st.integers(1, 30)), st.none()), max_size=5)
BASE = list(range(30))
OUTSIDE, NEW = 1000, 1001


def runs(pieces: list[tuple[int, int] | None]) -> tuple[bytes, list[int]]:
    """What is copied by these pieces of which None is new, as the reader of packs says it, and the text that comes of it."""
    numbers, child = array("Q"), list[int]()
    for piece in pieces:
        if piece is None:
            child.append(NEW)
            continue
        start, length = piece[0], min(piece[1], len(BASE) - piece[0])
        if numbers and numbers[-3] + numbers[-1] == len(child) and numbers[-2] + numbers[-1] == start:
            numbers[-1] += length
        else:
            numbers.extend((len(child), start, length))
        child += BASE[start : start + length]
    return numbers.tobytes(), child


def shown(text: list[int], span: tuple[int, int]) -> list[int]:
    return [text[at] if 0 <= at < len(text) else OUTSIDE for at in range(*span)]


@given(SPANS, PIECES)
@example([(-3, 4)], [(2, 28)])
@example([(-3, 4)], [None, (0, 30)])
@example([(26, 34)], [(0, 30), None])
@example([(26, 34)], [(0, 30), (0, 3)])
@example([(3, 9), (12, 20)], [(0, 30), (3, 6)])
def test_what_is_carried_shows_the_same_and_nothing_is_forgotten(
    spans: list[tuple[int, int]], pieces: list[tuple[int, int] | None]
) -> None:
    looked = joined(span for span in spans if span[1] > 0 and span[0] < len(BASE))
    assert looked is not None
    copied, child = runs(pieces)
    there = carried(looked, copied, len(BASE), len(child))
    if there is None:
        assert not all(whole(looked, copied, len(child)))
        return
    assert all(whole(looked, copied, len(child)))
    before = [shown(BASE, span) for span in looked]
    assert all(shown(child, span) in before for span in there)
    seen = {at for span in looked for at in range(*span)}
    assert all(any(start <= at < end for start, end in there) for at, what in enumerate(child) if what in seen)
    assert all(one[1] <= other[0] for one, other in pairwise(sorted(there)))


def whole(looked: Looked, copied: bytes, size: int) -> list[bool]:
    """Of all spans that a run holds a byte of, whether it holds all."""
    numbers, answers = array("Q", copied), list[bool]()
    for to, start, length in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
        for first, last in looked:
            if {*range(first, last)} & {*range(start, start + length)}:
                lowest = -(10**6) if to == start == 0 else start
                highest = 10**6 if start + length == len(BASE) and to + length == size else start + length
                answers.append(lowest <= first and last <= highest)
    return answers


@given(st.lists(st.tuples(st.integers(-9, 90), st.integers(-9, 90)).map(lambda span: (min(span), max(span) + 1)), max_size=20))
def test_spans_that_meet_are_one(spans: list[tuple[int, int]]) -> None:
    found = joined(spans)
    assert found is not None
    assert {at for span in found for at in range(*span)} == {at for span in spans for at in range(*span)}
    assert all(one[1] < other[0] for one, other in pairwise(found))


def test_of_too_many_spans_nothing_is_remembered() -> None:
    spans = [(3 * number, 3 * number + 1) for number in range(65)]
    assert joined(spans) is None
    assert joined(spans[:64]) == tuple(spans[:64])
    assert joined((0, number) for number in range(1, 1000)) == ((0, 999),)


ENGINE = engine(TOKEN, PASSWORD)
FAR = b"." * 5000


def test_a_text_without_anchors_was_looked_at_nowhere() -> None:
    assert ENGINE.examine(FAR).looked == ()


def test_what_a_detector_was_given_is_where_it_looked() -> None:
    before, after = TOKEN.reach
    assert ENGINE.examine(FAR + b"npm_ " + FAR).looked == ((5000 - before - SIGHT, 5004 + after + SIGHT),)
    assert ENGINE.examine(b"npm_").looked == ((-before - SIGHT, 4 + after + SIGHT),)


def test_where_something_is_found_or_decoded_it_is_not_told() -> None:
    value = tokens.npm(1).encode()
    for text in (value, b"bnBtX25wbV9ucG1f", b"n\0p\0m\0_\0" * 3, rb'{"npm_\u0041": 1}', b"npm_" + b"a" * 36):
        assert ENGINE.examine(FAR + text + FAR).looked is None, text


def test_a_detector_that_sees_all_says_nothing_of_what_is_made_from_a_text() -> None:
    whole_text = RegexDetector("all", "all", (kind("all"),), (Anchor(b"word"),), TOKEN.pattern, TOKEN.judge, sight=None)
    assert engine(whole_text).examine(FAR + b"word" + FAR).looked is None
    assert engine(RegexDetector("any", "any", (kind("any"),), (), TOKEN.pattern, TOKEN.judge)).examine(FAR).looked is None


@dataclass(frozen=True)
class Recorder:
    """Remembers what it was given, and reads every `x` of its window."""

    seen: list[bytes]
    id: str = "recorder"
    title: str = ""
    kinds: tuple[Kind, ...] = (kind("recorder"),)
    anchors: tuple[Anchor, ...] = (Anchor(b"word"),)
    reach: tuple[int, int] = (10, 20)
    sight: int | None = 30

    def read(self, window: Window) -> list[Reading]:
        """What is in the window, and nothing of what is beside it."""
        self.seen.append(window.text)
        places = (at for at in range(window.start, window.end) if window.text[at : at + 1] == b"x")
        return [Reading(at, at + 1, "recorder", Secret(b"x")) for at in places]


@given(st.integers(0, 100), st.integers(0, 100), st.integers(-8, 18))
def test_a_detector_is_given_its_sight_and_places_are_those_of_the_text(before: int, after: int, at: int) -> None:
    recorder = Recorder([])
    text = bytearray(b"-" * before + b"word" + b"-" * after)
    place = before + at if at < 0 else before + 4 + at
    if 0 <= place < len(text):
        text[place : place + 1] = b"x"
    found = build((recorder,), cache=None).examine(bytes(text)).found
    assert recorder.seen == [bytes(text[max(0, before - 40) : before + 4 + 20 + 30])]
    assert [(one.reading.start, one.reading.end) for one in found] == ([(place, place + 1)] if 0 <= place < len(text) else [])
