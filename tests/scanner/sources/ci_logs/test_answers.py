"""Logs inside the JSON that an API answers with."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.ci_logs import answer_of
from tests.scanner.sources.ci_logs.shapes import TIME, circleci_answer
from tests.support import tokens

TOKEN = tokens.npm(5)
LINES = [f"{TIME} ##[section]Starting: A", f'{TIME} {TOKEN} "quoted" \\ é']


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (circleci_answer(["one", TOKEN, "é \x1b[1m"]), f"one\r\n{TOKEN}\r\né \x1b[1m\r\n"),
        (json.dumps({"count": 2, "value": LINES}), "".join(f"{line}\n" for line in LINES)),
        (json.dumps({"value": LINES}, indent=2), "".join(f"{line}\n" for line in LINES)),
        (json.dumps({"url": "https://a.example", "content": f"--- x\n{TOKEN}", "size": 9, "header_times": [1]}), f"--- x\n{TOKEN}"),
    ],
)
def test_an_answer_is_the_log_in_it(answer: str, text: str) -> None:
    found = answer_of(answer.encode())
    assert found is not None
    assert found.text.decode() == text
    assert TOKEN.encode() not in found.rest
    assert len(found.rest) == len(answer.encode())


def test_places_are_led_back_to_the_line_of_their_message() -> None:
    messages = [{"message": part, "type": "out"} for part in ("a\nb", TOKEN[:5], TOKEN[5:])]
    answer = json.dumps(messages, indent=1).encode()
    found = answer_of(answer)
    assert found is not None
    place = found.text.index(TOKEN.encode())
    assert found.line(place) == answer[: answer.index(TOKEN[:5].encode())].count(b"\n") + 1
    assert found.line(0) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"[1, 2]",
        b'["message"]',
        b'{"message": "Not Found"}',
        b'{"value": 1}',
        b'{"content": "x"}',
        b'[{"message": 1, "time": 2}]',
        b"\xff\xfe",
        b"[Pipeline] {",
        b'[{"key": "A", "value": "b"}]',
    ],
)
def test_what_is_no_answer_is_a_log_as_it_stands(data: bytes) -> None:
    assert answer_of(data) is None


def test_what_cannot_be_said_stays_where_it_is() -> None:
    found = answer_of(b'[{"message": "good"}, {"message": "bad \\x' + TOKEN.encode() + b'"}, {"message": "\\ud83d"}]')
    assert found is not None
    assert found.text == b"good?"
    assert TOKEN.encode() in found.rest


def test_an_answer_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = circleci_answer(["one", f"x {TOKEN} y", "three"]).encode()
    for end in range(len(whole)):
        found = answer_of(whole[:end])
        assert found is None or len(found.rest) == end


@given(st.binary(max_size=200))
def test_any_bytes_behind_a_beginning_are_read_to_their_end(rest: bytes) -> None:
    for beginning in (b'[{"message": "a', b'{"count": 1, "value": ["a', b'{"url": "u", "content": "a'):
        found = answer_of(beginning + rest)
        assert found is None or len(found.rest) == len(beginning + rest)


def test_a_name_inside_a_message_is_no_message() -> None:
    inner = '{"message": "inner"}'
    found = answer_of(json.dumps([{"message": inner}]).encode())
    assert found is not None
    assert found.text == inner.encode()
