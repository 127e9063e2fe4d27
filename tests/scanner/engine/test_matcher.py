"""One pass: which stretches a detector is shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import hyperscan as hs
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.contract import Anchor, RegexDetector
from scanner.engine import database
from scanner.engine.form import Via
from scanner.engine.marks import ALONE, BODY, MORE, SEAM
from scanner.engine.matcher import Cluster, Matcher
from tests.scanner.engine.fakes import TOKEN

WIDTH = 32
NEAR = replace(TOKEN, reach=(3, 5))
WIDE = replace(TOKEN, anchors=(Anchor(b"key", before=b"<{1,4}", then=b"[0-9]{1,9}", encoded=False),), reach=(3, 5))


def matcher(*detectors: RegexDetector) -> Matcher:
    return Matcher(database.load(detectors, cache=None, width=WIDTH), detectors, WIDTH)


NEARLY = matcher(NEAR)
BOTH = matcher(NEAR, WIDE)


def clusters(text: bytes, by: Matcher = NEARLY) -> list[tuple[int, int, int]]:
    return [(cluster.detector, cluster.start, cluster.end) for cluster in by.scan(text).clusters()]


def test_a_window_reaches_as_far_around_an_anchor_as_its_detector_asks() -> None:
    text = b"0123456789npm_4567890123456789"
    window = NEARLY.window(text, Cluster(0, 10, 14))
    assert (window.text, window.start, window.end) == (text, 7, 19)


def test_a_window_ends_where_the_text_ends() -> None:
    window = NEARLY.window(b"npm_", Cluster(0, 0, 4))
    assert (window.start, window.end) == (0, 4)


def test_anchors_at_both_ends_of_a_text_are_met() -> None:
    assert clusters(b"npm_" + b"." * 20 + b"npm_") == [(0, 0, 4), (0, 24, 28)]


def test_anchors_whose_windows_meet_are_shown_together() -> None:
    assert clusters(b"npm_" + b"." * 8 + b"npm_") == [(0, 0, 16)]
    assert clusters(b"npm_" + b"." * 9 + b"npm_") == [(0, 0, 4), (0, 13, 17)]


def test_an_anchor_repeated_through_a_whole_text_is_one_stretch() -> None:
    assert clusters(b"npm_" * 250_000) == [(0, 0, 1_000_000)]


def test_an_anchor_of_several_lengths_is_shown_from_before_its_beginning() -> None:
    text = b"." * 40 + b"<<key123."
    ((_, start, end),) = clusters(text, matcher(WIDE))
    assert start <= 40
    assert end == 48


def at_once() -> hs.Database:
    """What finds the same cut values with one expression for all of a seam."""
    whole = hs.Database(mode=hs.HS_MODE_BLOCK)
    whole.compile(expressions=[ALONE + b"npm_" + BODY + SEAM + MORE], ids=[1], flags=[0])
    return whole


CUT, WHOLE = matcher(replace(TOKEN, anchors=(Anchor(b"npm_", then=b"[0-9a-z]{20}"),))), at_once()
PIECES = st.sampled_from(
    [*(b"%c" % byte for byte in b"a-_='`\\^\r\n \t#*/+.|,<\""), b"npm_", b"--", b"\r\n", b" + ", b"a" * 159, b" " * 63, b" " * 8, b'"\n"']
)


@given(st.lists(PIECES, max_size=12).map(b"".join))
@example(b"a--")
@example(b'a"\n  "b')
@example(b"a=\r\n  // b")
@example(b"a" * 160 + b"=_\nb")
@example(b"a" * 161 + b"\nb")
def test_a_value_is_cut_exactly_where_a_seam_is_and_it_goes_on(rest: bytes) -> None:
    text = b"npm_" + rest
    ends: set[int] = set()
    WHOLE.scan(text, match_event_handler=lambda _number, _start, end, _flags, _context: ends.add(end))
    assert sorted({hit >> 2 for hit in CUT.scan(text).coded.get(Via.JOINED, ())}) == sorted(ends)
    assert CUT.touches(text) == bool(CUT.scan(text))


def test_each_detector_has_its_own_stretches() -> None:
    assert [detector for detector, _, _ in clusters(b"npm_ <key1", BOTH)] == [0, 1]


def test_places_of_single_anchors_can_be_asked_for() -> None:
    text = b"x npm_ <key1 npm_"
    assert list(BOTH.places(text, Cluster(0, 2, 17))) == [2, 13]


def test_an_anchor_with_more_around_it_is_where_its_literal_is() -> None:
    text = b"." * 40 + b"<<key12" + b"." * 40 + b"<KEYkey3"
    assert list(BOTH.places(text, Cluster(1, 40, 92))) == [42, 42]
    assert list(BOTH.places(text.replace(b"KEY", b"<<<"), Cluster(1, 60, len(text)))) == [91]


def test_encoded_forms_are_noted_with_their_place_in_a_group() -> None:
    hits = NEARLY.scan(b"xxx docF 5wbV bnBtX")
    assert {Via(via): [(hit >> 2, hit & 3) for hit in packed] for via, packed in hits.coded.items()} == {Via.BASE64: [(9, 2), (14, 0)]}


def test_nothing_is_met_in_nothing() -> None:
    assert not NEARLY.scan(b"")
    assert not NEARLY.touches(b"")


def test_without_detectors_nothing_is_ever_met() -> None:
    assert not matcher().scan(b"npm_")
    assert not matcher().touches(b"npm_")


@given(st.lists(st.sampled_from([b"npm_", b"bnBtX", b"6e706d5f", b".", b"npm", b"<key12"]), max_size=12).map(b"".join))
def test_a_text_is_touched_exactly_when_a_pass_meets_something(text: bytes) -> None:
    assert BOTH.touches(text) == bool(BOTH.scan(text))


@given(st.lists(st.sampled_from([b"npm_", b".", b"....."]), max_size=30).map(b"".join))
def test_every_anchor_lies_in_just_one_stretch_and_stretches_keep_apart(text: bytes) -> None:
    spans = [(start, end) for _, start, end in clusters(text)]
    places = [at for at in range(len(text)) if text.startswith(b"npm_", at)]
    assert all(sum(start <= at and at + 4 <= end for start, end in spans) == 1 for at in places)
    assert all(following[0] - before[1] > 8 for before, following in pairwise(spans))


def test_a_detector_without_anchors_sees_every_text_from_end_to_end() -> None:
    whole = matcher(replace(TOKEN, id="a", anchors=()), TOKEN)
    assert [(one.detector, one.start, one.end) for one in whole.scan(b"xx npm_ xx").clusters()] == [(0, 0, 10), (1, 3, 7)]


def test_forms_in_a_stretch_can_be_left_out() -> None:
    text = b"6e706d5f " * 4
    hits = matcher(TOKEN).scan(text)
    assert [hit >> 2 for hit in hits.coded[Via.HEX]] == [0, 9, 18, 27]
    hits.leave_out(Via.HEX, 9, 27)
    hits.leave_out(Via.BASE64, 0, 27)
    assert [hit >> 2 for hit in hits.coded[Via.HEX]] == [0, 27]
