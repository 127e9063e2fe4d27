from __future__ import annotations

import re

import pytest

from scanner.contract import Anchor, Kind, Reading, RegexDetector, Rx, Secret, Window, rx

KIND = Kind("acme-token", "acme token", "acme")


def judge(match: re.Match[bytes]) -> Reading:
    return Reading(match.start(), match.end(), KIND.id, Secret(match[0]))


def detector(*words: bytes) -> RegexDetector:
    return RegexDetector("acme", "acme", (KIND,), (Anchor(b"[acme]"),), rx("(?i: key | other )= [0-9]{1,8}"), judge, words=words)


@pytest.mark.parametrize(
    ("text", "found"),
    [(b"[acme] key=1", 1), (b"[acme] KEY=1 Key=2", 2), (b"[acme] other=1", 0), (b"[acme] other=1 keys", 1), (b"[acme]", 0)],
)
def test_without_its_words_a_pattern_is_not_tried(text: bytes, found: int) -> None:
    assert len(list(detector(b"key").read(Window(text, 0, len(text))))) == found


def test_words_outside_the_window_do_not_count() -> None:
    text = b"key [acme] other=1 key"
    assert list(detector(b"key").read(Window(text, 4, 18))) == []
    assert len(list(detector().read(Window(text, 4, 18)))) == 1


@pytest.mark.parametrize("method", ["match", "fullmatch", "search", "finditer", "findall"])
def test_a_pattern_that_waits_answers_as_its_compiled_form(method: str) -> None:
    pattern = Rx("a [0-9]")
    for text in (b"a1", b"a1a2", b"xa1", b""):
        ours, theirs = getattr(pattern, method)(text), getattr(re.compile(b"a[0-9]"), method)(text)
        assert _plain(ours) == _plain(theirs)
    assert pattern.sub(b"-", b"a1 b a2") == b"- b -"


def _plain(found: object) -> object:
    if isinstance(found, re.Match):
        return found.span()
    return [_plain(one) for one in found] if hasattr(found, "__iter__") and not isinstance(found, (bytes, str)) else found
